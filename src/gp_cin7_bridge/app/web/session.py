"""Signing in with a token, and out."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gp_cin7_bridge.app.web.forms import Form, posted
from gp_cin7_bridge.app.web.site import Site, names_of, page, reachable, send_on, site_of

logger: logging.Logger = logging.getLogger("gp_cin7_bridge.web")


def home(request: Request) -> Response:
    """Send on to the only connection, or let somebody choose."""
    if not names_of(request):
        return send_on(request, "sign_in")
    names = reachable(request)
    if len(names) == 1:
        return send_on(request, "overview", connection=names[0])
    return page(request, "connections.html", connections=names)


def sign_in_page(request: Request) -> Response:
    """Show the form."""
    return page(request, "sign_in.html", problem="", nobody=not site_of(request).doors.passes)


def sign_in(request: Request, form: Form) -> Response:
    """Let somebody in whose token is known; begins a session that shares nothing with the one before."""
    site = site_of(request)
    client = request.client.host if request.client else "an unknown address"
    if not site.failed_sign_ins.may_try(client):
        problem = "Too many sign-ins failed. Wait a minute, then try again."
        answer = page(request, "sign_in.html", status=429, problem=problem, nobody=False)
        answer.headers["Retry-After"] = "60"
        return answer
    names = site.doors.names(form.get("token", ""))
    if not names:
        site.failed_sign_ins.failed(client)
        logger.warning("a sign-in from %s was refused: its token is unknown", client)
        problem = "This token is not known. Check that it was copied whole, or ask for a new one."
        return page(request, "sign_in.html", status=403, problem=problem, nobody=False)
    _audit(site, "sign_in", names)
    _end(request)
    request.session.update(names=names, id=site.signed_in.begin())
    return send_on(request, "home")


def sign_out(request: Request, _: Form) -> Response:
    """End the session."""
    names = names_of(request)
    _end(request)
    _audit(site_of(request), "sign_out", names)
    return send_on(request, "sign_in")


def _end(request: Request) -> None:
    site_of(request).signed_in.end(request.session.get("id", ""))
    request.session.clear()


def _audit(site: Site, action: str, names: Mapping[str, str]) -> None:
    for connection, name in names.items():
        site.bridges[connection].state.audit(
            flow="", action=action, outcome="decided", document="", detail={"summary": "status page"}, actor=name
        )


ROUTES = [
    Route("/", home, name="home"),
    Route("/sign-in", sign_in_page, name="sign_in"),
    Route("/sign-in", posted(sign_in), methods=["POST"]),
    Route("/sign-out", posted(sign_out), methods=["POST"], name="sign_out"),
]
