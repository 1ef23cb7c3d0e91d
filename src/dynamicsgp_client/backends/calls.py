"""One call: its hooks, its lines on the wire log, its retries."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable, Sequence
from typing import TypeVar

import requests
from attrs import frozen

from dynamicsgp_client.backends.refusals import refusal, text_of
from dynamicsgp_client.backends.sessions import Sessions
from dynamicsgp_client.errors import AuthenticationError
from dynamicsgp_client.events import AnswerReceived, Hook, RequestSent, RetryScheduled, tell
from dynamicsgp_client.redaction import redacted
from dynamicsgp_client.retry import Retry

T = TypeVar("T")
wire: logging.Logger = logging.getLogger("dynamicsgp_client.wire")


class Calls:
    """Sends through a pool of sessions; a read is repeated when that may help, a write only when it did nothing."""

    def __init__(
        self,
        sessions: Sessions,
        retry: Retry,
        hooks: Sequence[Hook],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.sessions = sessions
        self.hooks = hooks
        self.clock = clock
        self._retry = retry

    def run(self, method: str, path: str, once: Callable[[Exchange], T], *, write: bool) -> T:
        """Run `once` until it succeeds or may not be sent again; `path` is what hooks are told."""
        call_id = uuid.uuid4().hex[:8]
        return self._retry.run(
            lambda attempt: once(Exchange(self, call_id, method, path, attempt, write)),
            write=write,
            told=lambda error, wait: tell(self.hooks, RetryScheduled(call_id, str(error), wait)),
        )


@frozen
class Exchange:
    """One attempt of a call."""

    calls: Calls
    call_id: str
    method: str
    path: str
    attempt: int
    write: bool

    def send(
        self, url: str, headers: dict[str, str], body: bytes | None, *, understood: Sequence[int] = ()
    ) -> requests.Response:
        """Send it and give an answer that does not refuse, or whose status is among `understood`.

        Raises:
            GPError: no answer, or one that refuses.
        """
        calls = self.calls
        tell(calls.hooks, RequestSent(self.call_id, self.method, self.path, self.attempt))
        begun = calls.clock()
        wire.debug("%s %s %s > %s", self.call_id, self.method, url, Redacted(body))
        # What stands idle in the pool may be as dead as the connection that failed.
        fresh = self.attempt > 1
        answer = calls.sessions.send(self.method, url, headers=headers, body=body, write=self.write, fresh=fresh)
        wire.debug("%s < %s %s", self.call_id, answer.status_code, Redacted(answer.content))
        seconds = calls.clock() - begun
        tell(calls.hooks, AnswerReceived(self.call_id, self.method, self.path, answer.status_code, seconds))
        if answer.status_code >= requests.codes.multiple_choices and answer.status_code not in understood:
            call = f"{self.method} {self.path}"
            error = refusal(answer, call, text_of(answer), self.attempt, write=self.write)
            if isinstance(error, AuthenticationError):
                calls.sessions.remember_rejection(error)
            raise error
        return answer


@frozen(repr=False)
class Redacted:
    """A body for the log, redacted; it is made only when somebody reads the log."""

    body: bytes | None

    def __str__(self) -> str:
        return redacted((self.body or b"").decode("utf-8", errors="replace"))

    # Log handlers that keep a record's arguments write their repr.
    __repr__ = __str__
