"""The web application of `gp-cin7 serve`: the status page, the intake of webhooks, metrics."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from gp_cin7_bridge.app.web import actions, intake, metrics, pages, session
from gp_cin7_bridge.app.web.mounted import Mounted
from gp_cin7_bridge.app.web.problems import HANDLERS
from gp_cin7_bridge.app.web.security import SecurityHeaders
from gp_cin7_bridge.app.web.site import Site
from gp_cin7_bridge.bridge import Bridge

STATIC: Final = Path(__file__).parent / "static"
COOKIE: Final = "gp_cin7_session"


def app(*bridges: Bridge) -> Starlette:
    """Give the application of these connections; whoever opened them closes them when it has ended.

    Sessions end when the process does: their key is made here and kept nowhere.

    Raises:
        SettingsError: a token is too short, or is that of two people.
        SecretUnavailableError: a token is not where its reference says.
    """
    site = Site.of(bridges)
    web = [bridge.settings.web for bridge in bridges]
    https = any(each.https for each in web)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        site.close()

    made = Starlette(
        routes=[
            Mount("/static", StaticFiles(directory=STATIC), name="static"),
            *intake.routes(bridges),
            *metrics.routes(bridges),
            *session.ROUTES,
            *pages.ROUTES,
            *actions.ROUTES,
        ],
        middleware=[
            Middleware(Mounted),
            Middleware(SecurityHeaders, https=https),
            Middleware(
                SessionMiddleware,
                secret_key=secrets.token_urlsafe(32),
                session_cookie=COOKIE,
                max_age=int(min(each.session_hours for each in web) * 3600),
                same_site="strict",
                https_only=https,
            ),
        ],
        exception_handlers=HANDLERS,
        lifespan=lifespan,
    )
    made.state.site = site
    return made
