"""Signing in with a token, and out."""

from __future__ import annotations

import logging

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from gp_cin7_bridge.app.web.forms import Form, posted
from gp_cin7_bridge.app.web.site import names_of, page, reachable, site_of

logger = logging.getLogger("gp_cin7_bridge.web")


def home(request: Request) -> Response:
    """Send on to the only connection, or let somebody choose."""
    if not names_of(request):
        return RedirectResponse("/sign-in", status_code=303)
    names = reachable(request)
    if len(names) == 1:
        return RedirectResponse(request.app.url_path_for("overview", connection=names[0]), status_code=303)
    return page(request, "connections.html", connections=names)


def sign_in_page(request: Request) -> Response:
    """Show the form."""
    return page(request, "sign_in.html", problem="", nobody=not site_of(request).doors.passes)


def sign_in(request: Request, form: Form) -> Response:
    """Let somebody in whose token is known; begins a session that shares nothing with the one before."""
    site = site_of(request)
    names = site.doors.names(form.get("token", ""))
    if not names:
        client = request.client.host if request.client else "an unknown address"
        logger.warning("a sign-in from %s was refused: its token is unknown", client)
        problem = "This token is not known. Check that it was copied whole, or ask for a new one."
        return page(request, "sign_in.html", status=403, problem=problem, nobody=False)
    request.session.clear()
    request.session["names"] = names
    for connection, name in names.items():
        site.bridges[connection].state.audit(
            flow="", action="sign_in", outcome="decided", document="", detail={"summary": "status page"}, actor=name
        )
    return RedirectResponse("/", status_code=303)


def sign_out(request: Request, _: Form) -> Response:
    """End the session."""
    request.session.clear()
    return RedirectResponse("/sign-in", status_code=303)


ROUTES = [
    Route("/", home, name="home"),
    Route("/sign-in", sign_in_page, name="sign_in"),
    Route("/sign-in", posted(sign_in), methods=["POST"]),
    Route("/sign-out", posted(sign_out), methods=["POST"], name="sign_out"),
]
