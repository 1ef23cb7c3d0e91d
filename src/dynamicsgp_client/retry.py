"""When a call is sent again: reads on anything transient, writes only when they certainly did not happen."""

from __future__ import annotations

import datetime as dt
import random
import re
import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import Final, TypeVar

from attrs import frozen
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt

from dynamicsgp_client.errors import ApiError, GPError

T = TypeVar("T")
LONGEST_WAIT: Final = 300.0


@frozen(kw_only=True)
class Retry:
    """How often and how patiently.

    Attributes:
        attempts: most sends of one call.
        first_wait, max_wait: seconds; the wait doubles, and up to a quarter of it is left out at random. What the
            service asks for in Retry-After is waited in any case, up to 300 seconds.
        sleep, random: injected for tests.
    """

    attempts: int = 4
    first_wait: float = 0.5
    max_wait: float = 20.0
    sleep: Callable[[float], None] = time.sleep
    random: Callable[[], float] = random.random

    @classmethod
    def never(cls) -> Retry:
        """Send everything once."""
        return cls(attempts=1)

    def allows(self, error: BaseException, *, write: bool) -> bool:
        """Tell whether a call that ended in `error` may be sent again."""
        return isinstance(error, GPError) and error.retryable and not (write and error.may_have_happened)

    def wait_before(self, attempt: int) -> float:
        """Seconds to wait after attempt number `attempt`, from 1."""
        return min(self.max_wait, self.first_wait * 2.0 ** (attempt - 1)) * (1 - self.random() / 4)

    def run(self, call: Callable[[int], T], *, write: bool, told: Callable[[BaseException, float], None]) -> T:
        """Run `call(attempt)` until it succeeds or may not be sent again."""

        def wait(state: RetryCallState) -> float:
            error = state.outcome.exception() if state.outcome else None
            asked = error.retry_after if isinstance(error, ApiError) else None
            return max(asked or 0, self.wait_before(state.attempt_number))

        def before_sleep(state: RetryCallState) -> None:
            error = state.outcome.exception() if state.outcome else None
            if error is not None:
                told(error, state.upcoming_sleep)

        loop = Retrying(
            retry=retry_if_exception(lambda error: self.allows(error, write=write)),
            stop=stop_after_attempt(self.attempts),
            wait=wait,
            sleep=self.sleep,
            before_sleep=before_sleep,
            reraise=True,
        )
        attempt = 0

        def once() -> T:
            nonlocal attempt
            attempt += 1
            return call(attempt)

        return loop(once)


def retry_after(header: str | None, date: str | None = None) -> float | None:
    """Read Retry-After in all its forms: `60`, `60 Seconds`, an HTTP date against the answer's own Date.

    Garbage, and what lies in the past, is None; nothing waits longer than 300 seconds.
    """
    if not header:
        return None
    if digits := re.match(r"\s*(\d+(?:\.\d+)?)", header):
        return min(float(digits[1]), LONGEST_WAIT)
    try:
        until, now = parsedate_to_datetime(header), parsedate_to_datetime(date or "")
        seconds = (until - now) / dt.timedelta(seconds=1)
    except (TypeError, ValueError, OverflowError):
        return None
    return min(seconds, LONGEST_WAIT) if seconds > 0 else None
