"""The pages of a connection."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gp_cin7_bridge.app.web.site import entered


def overview(request: Request) -> Response:
    """Show what ran and what waits."""
    here = entered(request)
    state = here.bridge.state
    return here.page("overview.html", runs=state.runs(), held=state.held())


ROUTES = [Route("/connections/{connection}", overview, name="overview")]
