"""Takes Cin7 Core's webhooks: a delivery is stored before it is answered, and worked elsewhere."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from http import HTTPStatus
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from cin7core_client.webhooks import secret_matches
from gp_cin7_bridge.app.web.allowance import Allowance
from gp_cin7_bridge.app.web.body import body_of
from gp_cin7_bridge.app.webhooks.deliveries import told_by
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.errors import SettingsError, StateError
from gp_cin7_bridge.secret import Secret

SHORTEST_TOKEN: Final = 16

logger: logging.Logger = logging.getLogger("gp_cin7_bridge.web")


def routes(bridges: Iterable[Bridge]) -> list[BaseRoute]:
    """Give each connection the address /webhooks/NAME; none where its settings name no token.

    Raises:
        SettingsError: the token is too short to be a secret.
        SecretUnavailableError: it is not where its reference says.
    """
    return [
        Route(f"/webhooks/{bridge.settings.name}", _Intake(bridge, bridge.vault.read(token)).receive, methods=["POST"])
        for bridge in bridges
        if (token := bridge.settings.webhooks.token) is not None
    ]


class _Intake:
    def __init__(self, bridge: Bridge, token: Secret) -> None:
        if len(token.reveal()) < SHORTEST_TOKEN:
            raise SettingsError(
                f"[webhooks] token of {bridge.settings.name!r} is shorter than {SHORTEST_TOKEN} characters; take a"
                " longer one"
            )
        self._events = bridge.state.events
        self._settings = bridge.settings.webhooks
        self._token = token
        self._allowance = Allowance(self._settings.most_per_minute)

    async def receive(self, request: Request) -> Response:
        """Answer 200 once the delivery is stored; whatever else is answered, Cin7 Core sends it again."""
        # Strangers are sent away first, so that they use up nothing that the sender needs.
        if not secret_matches(request.headers, bearer_token=self._token.reveal()):
            return _answer(HTTPStatus.UNAUTHORIZED)
        if not self._allowance.take():
            return _answer(HTTPStatus.TOO_MANY_REQUESTS, {"Retry-After": "60"})
        try:
            body = await body_of(request, self._settings.most_bytes)
        except HTTPException as error:
            return _answer(HTTPStatus(error.status_code))
        try:
            await run_in_threadpool(self._events.arrived, told_by(request.headers, body))
        except StateError as error:
            logger.error("a delivery was not stored: %s", error)  # noqa: TRY400 — the message says what to do
            return _answer(HTTPStatus.SERVICE_UNAVAILABLE, {"Retry-After": "60"})
        return _answer(HTTPStatus.OK)


def _answer(status: HTTPStatus, headers: dict[str, str] | None = None) -> Response:
    return Response(status_code=status, headers=headers)
