"""The simulator without a network: a requests adapter."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping
from http.client import responses

import requests
from requests.adapters import BaseAdapter
from urllib3.exceptions import ProtocolError

from dynamicsgp_client.testing.company import FakeGP
from dynamicsgp_client.testing.doors import Doors
from dynamicsgp_client.testing.reply import Reply


class InProcessAdapter(BaseAdapter):
    """Answers requests from a FakeGP in this process; nobody signs in, and nobody waits: what is late, times out."""

    def __init__(self, gp: FakeGP) -> None:
        super().__init__()
        self._gp = gp
        self._doors = Doors(gp, "http://127.0.0.1")

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: float | tuple[float, float] | tuple[float, None] | None = None,
        verify: bool | str = True,
        cert: bytes | str | tuple[bytes | str, bytes | str] | None = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Answer one request."""
        method, path = request.method or "GET", request.path_url
        body = request.body if isinstance(request.body, bytes) else (request.body or "").encode()
        fault = self._gp.faults.take(self._doors.name(method, path, body))
        if fault and fault.kind == "lost_request":
            self._gp.log(method, path, 0, "", "in process")
            raise requests.ConnectionError(ProtocolError("the request was lost"), request=request)
        reply = Reply(fault.status) if fault and fault.kind == "status" else self._doors.answer(method, path, body)
        self._gp.log(method, path, reply.status, "", "in process")
        if fault and fault.kind == "lost_answer":
            raise requests.ConnectionError(ProtocolError("the answer was lost"), request=request)
        if (fault and fault.kind == "slow") or self._gp.delay() > _patience(timeout):
            raise requests.ReadTimeout("the answer is late", request=request)
        answer = requests.Response()
        answer.status_code = reply.status
        answer.reason = responses.get(reply.status, "")
        answer.headers["Content-Type"] = reply.media_type
        answer.raw = io.BytesIO(reply.body)
        answer.url = request.url or ""
        answer.request = request
        return answer

    def close(self) -> None:
        """Close nothing."""


def _patience(timeout: float | tuple[float, float] | tuple[float, None] | None) -> float:
    seconds = timeout[1] if isinstance(timeout, tuple) else timeout
    return math.inf if seconds is None else seconds
