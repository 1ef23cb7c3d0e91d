"""Lets the application stand under any path of another one."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

ROOT: Final = "gp_cin7_root"


class Mounted:
    """Remembers where the application is mounted, and works on a scope of its own.

    Routes inside write on the scope, and so does the session: on the outer application's, they would replace its own.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        await self._app({**scope, ROOT: scope.get("root_path", "")}, receive, send)


def path_for(request: Request, name: str, /, **parts: str) -> str:
    """Give the path of a page, with that under which the application is mounted."""
    root: str = request.scope[ROOT]
    return f"{root}{request.app.url_path_for(name, **parts)}"
