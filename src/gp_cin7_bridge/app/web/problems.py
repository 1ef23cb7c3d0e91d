"""What went wrong, said on a page with its cure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from gp_cin7_bridge.app.web.jobs import BusyError
from gp_cin7_bridge.app.web.security import HEADERS, NOT_KEPT
from gp_cin7_bridge.app.web.site import SignInNeeded, page, send_on
from gp_cin7_bridge.errors import BridgeError, StateError, UnknownFlowError, WriterBusyError

STATUSES: Final[Mapping[type[Exception], int]] = {
    BusyError: 409,
    WriterBusyError: 409,
    UnknownFlowError: 400,
    StateError: 503,
    BridgeError: 404,
}


def _http(request: Request, error: Exception) -> Response:
    status, told = (error.status_code, error.detail) if isinstance(error, HTTPException) else (500, str(error))
    return page(request, "problem.html", status=status, problem=told)


def _bridge(request: Request, error: Exception) -> Response:
    status = next(status for kind, status in STATUSES.items() if isinstance(error, kind))
    return page(request, "problem.html", status=status, problem=str(error))


def _unexpected(_: Request, __: Exception) -> Response:
    """Answer outside of everything else: there is no session and nothing that adds the headers."""
    told = "Not done: an error of the program; its log has the details. Go back and try again."
    return PlainTextResponse(told, status_code=500, headers={**HEADERS, **NOT_KEPT})


def _sign_in(request: Request, _: Exception) -> Response:
    return send_on(request, "sign_in")


HANDLERS: Final[Mapping[type[Exception], Callable[[Request, Exception], Response]]] = {
    HTTPException: _http,
    BridgeError: _bridge,
    SignInNeeded: _sign_in,
    Exception: _unexpected,
}
