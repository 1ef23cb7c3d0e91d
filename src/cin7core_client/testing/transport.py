"""The simulator without a network: an httpx transport for both clients."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from cin7core_client.testing import routes

if TYPE_CHECKING:
    from cin7core_client.testing.account import FakeCin7


class InProcessTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Answers requests from a FakeCin7 in this process."""

    def __init__(self, account: FakeCin7) -> None:
        self._account = account

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        return self._answer(request, request.read())

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        return self._answer(request, await request.aread())

    def _answer(self, request: httpx.Request, body: bytes) -> httpx.Response:
        target = request.url.raw_path.decode()
        call = f"{request.method} {target}"
        fault = self._account.faults.take(call)
        keys = (
            request.headers.get("api-auth-accountid", ""),
            request.headers.get("api-auth-applicationkey", ""),
        )
        if fault and fault.kind == "lost_request":
            self._account.log(request.method, target, 0, keys[0], "in process")
            raise httpx.ReadError("the request was lost", request=request)
        if fault and fault.kind == "status":
            reply = routes.failure(fault.status)
        else:
            reply = routes.answer(self._account, request.method, target, keys, body)
        self._account.log(request.method, target, reply.status, keys[0], "in process")
        if fault and fault.kind == "lost_answer":
            raise httpx.ReadError("the answer was lost", request=request)
        if fault and fault.kind == "slow":
            raise httpx.ReadTimeout("the answer is late", request=request)
        headers = {"Content-Type": reply.media_type, **reply.headers}
        return httpx.Response(reply.status, headers=headers, content=reply.body, request=request)
