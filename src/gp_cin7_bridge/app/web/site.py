"""What every request stands on: the connections, who may enter, the jobs, and how pages are made."""

from __future__ import annotations

import datetime as dt
import json
import logging
import re
import secrets
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final
from urllib.parse import urlencode

from attrs import Factory, frozen
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse

from gp_cin7_bridge.app.web.access import Doors, SignedIn, may
from gp_cin7_bridge.app.web.allowance import FailedSignIns
from gp_cin7_bridge.app.web.forms import checked
from gp_cin7_bridge.app.web.jobs import Jobs
from gp_cin7_bridge.app.web.mounted import path_for
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.settings.web import Role
from gp_cin7_bridge.state import AuditRow

TEMPLATES: Final = Environment(
    loader=PackageLoader("gp_cin7_bridge.app.web"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


logger: logging.Logger = logging.getLogger("gp_cin7_bridge.web")

CODE: Final = re.compile(r"`([^`]+)`")


def _moment(text: str | dt.datetime | None) -> str:
    """Write a moment as people read it; it is in UTC."""
    return f"{text}"[:16].replace("T", " ") if text else ""


def _why(row: AuditRow) -> str:
    """Give what an audit row says of its reason, in a line."""
    detail = json.loads(row.detail or "{}")
    codes = ", ".join(each["code"] for each in detail.get("reasons", ()))
    return str(detail.get("summary") or detail.get("problem") or codes)


def _marked(text: str) -> Markup:
    """Show what stands in backticks, such as a command, as code; whatever direction it is in ends with it."""
    return Markup("<bdi>" + CODE.sub(r"<code>\1</code>", str(escape(text))) + "</bdi>")  # noqa: S704 — escaped just before


TEMPLATES.filters |= {"moment": _moment, "why": _why, "marked": _marked}


@frozen
class Site:
    """The connections that are open, and who may see them."""

    bridges: Mapping[str, Bridge]
    doors: Doors
    jobs: Mapping[str, Jobs]
    failed_sign_ins: FailedSignIns = Factory(FailedSignIns)
    signed_in: SignedIn = Factory(SignedIn)

    @classmethod
    def of(cls, bridges: Sequence[Bridge]) -> Site:
        """Read the tokens; see `Doors.of` for what it raises."""
        named = {bridge.settings.name: bridge for bridge in bridges}
        return cls(named, Doors.of(bridges), {name: Jobs(bridge.clock) for name, bridge in named.items()})

    def close(self) -> None:
        """Stop the jobs."""
        for each in self.jobs.values():
            each.close()


def site_of(request: Request) -> Site:
    """Give the site of a request."""
    site: Site = request.app.state.site
    return site


MENU: Final = (
    ("overview", "Overview"),
    ("held", "Held"),
    ("preview", "Preview"),
    ("reconcile", "Drift"),
    ("find", "Find"),
)


@frozen
class Here:
    """One request of somebody who may make it."""

    request: Request
    bridge: Bridge
    jobs: Jobs
    actor: str
    role: Role

    def page(self, template: str, *, status: int = 200, **facts: object) -> HTMLResponse:
        """Give a page of this connection."""
        given = {
            "here": self,
            "connection": self.bridge.settings.name,
            "connections": reachable(self.request),
            "menu": MENU,
            **facts,
        }
        return page(self.request, template, status=status, **given)

    def url(self, name: str, /, **query: str | int) -> str:
        """Give the address of a page of this connection."""
        path = path_for(self.request, name, connection=self.bridge.settings.name)
        return f"{path}?{urlencode(query)}" if query else path

    def may(self, needed: Role) -> bool:
        """Tell whether whoever asks may do what needs this role."""
        return may(self.role, needed)

    def say(self, text: str) -> None:
        """Say something on the next page."""
        self.request.session["said"] = text

    def to(self, name: str, /, **query: str) -> RedirectResponse:
        """Send on to a page of this connection."""
        return RedirectResponse(self.url(name, **query), status_code=303)


def send_on(request: Request, name: str, /, **parts: str) -> RedirectResponse:
    """Send on to a page that is no connection's, or of one that is named."""
    return RedirectResponse(path_for(request, name, **parts), status_code=303)


class SignInNeeded(Exception):  # noqa: N818 — no error: it sends on to the sign-in
    """Nobody is signed in."""


def entered(request: Request, needed: Role = "view") -> Here:
    """Let a request of a connection in.

    Raises:
        SignInNeeded: nobody is signed in.
        HTTPException: 404 for what somebody may not know of, 403 for what the role does not allow.
    """
    names = names_of(request)
    if not names:
        raise SignInNeeded
    checked(request.query_params)
    site, connection = site_of(request), request.path_params["connection"]
    role = site.doors.role(names, connection)
    if role is None:
        raise HTTPException(404, "There is no such connection, or you may not see it.")
    if not may(role, needed):
        logger.warning("%s, who may %s, was refused %s", names[connection], role, request.url.path)
        raise HTTPException(403, f"This needs the role {needed}; {names[connection]} has the role {role}.")
    return Here(request, site.bridges[connection], site.jobs[connection], names[connection], role)


def names_of(request: Request) -> Mapping[str, str]:
    """Give under which name somebody is signed in, by connection."""
    names: Mapping[str, str] = request.session.get("names", {})
    return names if request.session.get("id") in site_of(request).signed_in else {}


def reachable(request: Request) -> list[str]:
    """Give the connections that somebody may see."""
    site, names = site_of(request), names_of(request)
    return [name for name in site.bridges if site.doors.role(names, name)]


def page(request: Request, template: str, *, status: int = 200, **facts: object) -> HTMLResponse:
    """Give a page."""
    session = request.session
    # Written each time, so that the session's hours are counted from the last page.
    session["csrf"] = csrf = session.get("csrf") or secrets.token_urlsafe(16)
    said = session.pop("said", "")
    paths = partial(path_for, request)
    given = {"csrf": csrf, "said": said, "here": None, "connections": (), "path_for": paths, **facts}
    return HTMLResponse(TEMPLATES.get_template(template).render(given), status_code=status)
