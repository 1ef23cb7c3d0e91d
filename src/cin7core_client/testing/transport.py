"""The simulator without a network: an httpx transport for both clients."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from cin7core_client.testing.door import Request, handle

if TYPE_CHECKING:
    from cin7core_client.testing.account import FakeCin7


class InProcessTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Answers requests from a FakeCin7 in this process; a late answer is a timeout, nobody waits."""

    def __init__(self, account: FakeCin7) -> None:
        self._account = account

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        return self._answer(request, request.read())

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        return self._answer(request, await request.aread())

    def _answer(self, request: httpx.Request, body: bytes) -> httpx.Response:
        outcome = handle(
            self._account,
            Request(
                method=request.method,
                target=request.url.raw_path.decode(),
                account_id=request.headers.get("api-auth-accountid", ""),
                application_key=request.headers.get("api-auth-applicationkey", ""),
                body=body,
                connection="in process",
            ),
        )
        if outcome.reply is None:
            raise httpx.ReadError("the connection was closed without an answer", request=request)
        if outcome.late:
            raise httpx.ReadTimeout("the answer is late", request=request)
        reply = outcome.reply
        headers = {"Content-Type": reply.media_type, **reply.headers}
        return httpx.Response(reply.status, headers=headers, content=reply.body, request=request)
