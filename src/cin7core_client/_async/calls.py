"""One call after the other: the limiter, the wire, the refusals, the retries."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Mapping, Sequence

import httpx
from attrs import define, field
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception

from cin7core_client.auth import ApiKey
from cin7core_client.errors import (
    Cin7Error,
    ConnectError,
    DecodeError,
    NoAnswerError,
    RateLimitError,
    TlsError,
    redacted,
)
from cin7core_client.events import AnswerReceived, Hook, RequestSent, RetryScheduled, Throttled, tell
from cin7core_client.limiter import AsyncLimiter
from cin7core_client.request import (
    DEFAULT_THROTTLE_WAIT,
    FORBIDDEN,
    READS,
    Answer,
    decoded,
    encoded,
    is_throttled,
    parameter,
)
from cin7core_client.retry import Retry, retry_after

wire: logging.Logger = logging.getLogger("cin7core_client.wire")


@define(eq=False, kw_only=True)
class AsyncCalls:
    """Sends calls to one account.

    Attributes:
        key: the account's keys.
        base_url: the service root, with a slash at its end.
        http: the connections.
        limiter: holds calls back.
        retry: when calls are sent again.
        hooks: told of every call.
        priority: of these calls at the limiter; lower ones go first.
    """

    key: ApiKey
    base_url: str
    http: httpx.AsyncClient
    limiter: AsyncLimiter
    retry: Retry
    hooks: Sequence[Hook]
    priority: int = 0
    _known: bool = field(default=False, init=False)

    async def call(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, object] | None = None,
        body: object = None,
        priority: int | None = None,
    ) -> object:
        """Send one call and give the decoded answer; None for an empty one."""
        write = method not in READS
        query = {name: parameter(value) for name, value in (params or {}).items() if value is not None}
        data = None if body is None else encoded(body)
        path = path.lstrip("/")
        place = self.priority if priority is None else priority
        call_id = uuid.uuid4().hex[:8]
        failures = throttles = 0
        value: object = None

        def counted(error: BaseException) -> bool:
            nonlocal failures, throttles
            if isinstance(error, RateLimitError):
                throttles += 1
            else:
                failures += 1
            return self.retry.allows(error, write=write, failures=failures, throttles=throttles)

        def wait(state: RetryCallState) -> float:
            error = state.outcome.exception() if state.outcome else None
            # The limiter itself holds back whoever was refused.
            seconds = 0.0 if isinstance(error, RateLimitError) else self.retry.wait_before(failures)
            tell(self.hooks, RetryScheduled(call_id, str(error), seconds))
            return seconds

        async for attempt in AsyncRetrying(retry=retry_if_exception(counted), wait=wait, reraise=True):
            with attempt:
                number = attempt.retry_state.attempt_number
                # A first 403 with keys that were accepted before is a burst; a second one is the account's own refusal.
                burst = self._known and throttles == 0 and self.retry.throttles > 0
                answer = await self._sent(method, path, query, data, call_id, number, place, write=write, burst=burst)
                if burst and answer.status == FORBIDDEN:
                    raise RateLimitError(f"{method} {path} -> 403 in a burst", status=FORBIDDEN, body=answer.text)
                value = decoded(answer, f"{method} {path}", number, write=write, known=self._known)
                self._known = True
        return value

    async def _sent(
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
        burst: bool,
    ) -> Answer:
        headers = {"Content-Type": "application/json", "Accept": "application/json", **self.key.headers()}
        ticket = await self.limiter.acquire(priority)
        tell(self.hooks, RequestSent(call_id, method, path, attempt))
        if wire.isEnabledFor(logging.DEBUG):
            wire.debug("%s %s %s %s > %s", call_id, method, path, query, redacted((data or b"").decode()))
        begun = time.monotonic()
        try:
            response = await self.http.request(
                method, self.base_url + path, params=query, content=data, headers=headers
            )
        except (httpx.ReadTimeout, httpx.WriteTimeout) as error:
            # The call may still be on its way: its ticket stays open until the limiter gives it up.
            raise translated(error, f"{method} {path}", write=write) from error
        except httpx.HTTPError as error:
            await self.limiter.answered(ticket)
            raise translated(error, f"{method} {path}", write=write) from error
        answer = Answer(response.status_code, response.headers, response.content)
        await self.limiter.answered(ticket, self._refused(answer, call_id, burst=burst))
        if wire.isEnabledFor(logging.DEBUG):
            wire.debug("%s < %s %s", call_id, answer.status, redacted(answer.text))
        tell(self.hooks, AnswerReceived(call_id, method, path, answer.status, time.monotonic() - begun))
        return answer

    def _refused(self, answer: Answer, call_id: str, *, burst: bool) -> float | None:
        """Give the seconds that a refusal for the rate asks every caller of the key to wait."""
        if is_throttled(answer):
            asked = retry_after(answer.headers.get("retry-after"), answer.headers.get("date"))
            wait = DEFAULT_THROTTLE_WAIT if asked is None else asked
        elif burst and answer.status == FORBIDDEN:
            asked = wait = self.retry.burst_wait
        else:
            return None
        tell(self.hooks, Throttled(call_id, asked))
        return wait


def translated(error: httpx.HTTPError, call: str, *, write: bool) -> Cin7Error:
    """Make our own error of httpx's."""
    if isinstance(error, httpx.DecodingError):
        return DecodeError(f"{call}: the answer's compression is broken", body="", write=write)
    if isinstance(error, (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)):
        if "CERTIFICATE" in str(error).upper() or "SSL" in str(error).upper():
            return TlsError(f"{call}: the server's certificate was refused: {error}")
        return ConnectError(f"{call}: no connection ({error}); check the address and the network")
    return NoAnswerError(f"{call}: sent, but no answer came ({type(error).__name__})", write=write)
