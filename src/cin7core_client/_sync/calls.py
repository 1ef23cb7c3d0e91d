"""One call after the other: the limiter, the wire, the refusals, the retries."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Mapping, Sequence

import httpx
from tenacity import RetryCallState, Retrying, retry_if_exception

from cin7core_client.auth import ApiKey
from cin7core_client.errors import ConnectError, NoAnswerError, RateLimitError, TlsError, TransportError
from cin7core_client.events import AnswerReceived, Hook, RequestSent, RetryScheduled, Throttled, tell
from cin7core_client.limiter import Limiter
from cin7core_client.request import DEFAULT_THROTTLE_WAIT, READS, Answer, decoded, encoded, is_throttled, parameter
from cin7core_client.retry import Retry, retry_after

wire = logging.getLogger("cin7core_client.wire")


class Calls:
    """Sends calls to one account."""

    def __init__(
        self,
        key: ApiKey,
        base_url: str,
        *,
        limiter: Limiter,
        retry: Retry,
        timeout: float,
        hooks: Sequence[Hook],
        transport: httpx.BaseTransport | None,
    ) -> None:
        self.hooks = tuple(hooks)
        self._key = key
        self._limiter = limiter
        self._retry = retry
        self._base_url = base_url.rstrip("/") + "/"
        self._http = httpx.Client(
            timeout=httpx.Timeout(timeout, connect=10.0), follow_redirects=False, transport=transport, trust_env=False
        )

    def close(self) -> None:
        """Close every connection."""
        self._http.close()

    def call(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, object] | None = None,
        body: object = None,
        priority: int = 0,
    ) -> object:
        """Send one call and give the decoded answer; None for an empty one."""
        write = method not in READS
        query = {name: parameter(value) for name, value in (params or {}).items() if value is not None}
        data = None if body is None else encoded(body)
        call_id = uuid.uuid4().hex[:8]
        failures = throttles = 0
        value: object = None

        def counted(error: BaseException) -> bool:
            nonlocal failures, throttles
            if isinstance(error, RateLimitError):
                throttles += 1
            else:
                failures += 1
            return self._retry.allows(error, write=write, failures=failures, throttles=throttles)

        def wait(state: RetryCallState) -> float:
            error = state.outcome.exception() if state.outcome else None
            # The limiter itself holds back whoever was refused.
            seconds = 0.0 if isinstance(error, RateLimitError) else self._retry.wait_before(failures)
            tell(self.hooks, RetryScheduled(call_id, str(error), seconds))
            return seconds

        for attempt in Retrying(retry=retry_if_exception(counted), wait=wait, reraise=True):
            with attempt:
                number = attempt.retry_state.attempt_number
                answer = self._sent(method, path, query, data, call_id, number, priority, write=write)
                value = decoded(answer, f"{method} {path}", number, write=write)
        return value

    def _sent(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        data: bytes | None,
        call_id: str,
        attempt: int,
        priority: int,
        *,
        write: bool,
    ) -> Answer:
        headers = {"Content-Type": "application/json", "Accept": "application/json", **self._key.headers()}
        ticket = self._limiter.acquire(priority)
        refused: float | None = None
        begun = time.monotonic()
        try:
            tell(self.hooks, RequestSent(call_id, method, path, attempt))
            wire.debug("%s %s %s %s > %s", call_id, method, path, query, (data or b"").decode())
            response = self._http.request(method, self._base_url + path, params=query, content=data, headers=headers)
            answer = Answer(response.status_code, response.headers, response.content)
            refused = self._refused(answer, call_id)
        except httpx.HTTPError as error:
            raise translated(error, f"{method} {path}", write=write) from error
        finally:
            self._limiter.answered(ticket, refused)
        wire.debug("%s < %s %s", call_id, answer.status, answer.text)
        tell(self.hooks, AnswerReceived(call_id, method, path, answer.status, time.monotonic() - begun))
        return answer

    def _refused(self, answer: Answer, call_id: str) -> float | None:
        """Give the seconds that a refusal for the rate asks every caller of the key to wait."""
        if not is_throttled(answer):
            return None
        asked = retry_after(answer.headers.get("retry-after"), answer.headers.get("date"))
        tell(self.hooks, Throttled(call_id, asked))
        return DEFAULT_THROTTLE_WAIT if asked is None else asked


def translated(error: httpx.HTTPError, call: str, *, write: bool) -> TransportError:
    """Make our own error of httpx's."""
    if isinstance(error, (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)):
        if "CERTIFICATE" in str(error).upper() or "SSL" in str(error).upper():
            return TlsError(f"{call}: the server's certificate was refused: {error}")
        return ConnectError(f"{call}: no connection ({error}); check the address and the network")
    return NoAnswerError(f"{call}: sent, but no answer came ({type(error).__name__})", write=write)
