"""When a call is sent again: reads on anything transient, writes only when they certainly were not executed."""

from __future__ import annotations

import datetime as dt
import random
import re
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import Final

from attrs import frozen

from cin7core_client.errors import Cin7Error, RateLimitError

LONGEST_WAIT: Final = 300.0


@frozen(kw_only=True)
class Retry:
    """How often and how patiently.

    Attributes:
        attempts: most sends of one call, refusals for its rate not counted: those were not executed.
        throttles: most refusals for its rate.
        first_wait, max_wait: seconds; the wait doubles, and up to a quarter of it is left out at random.
        burst_wait: seconds that nobody calls after a 403 with keys that were accepted before. Bursts were seen to draw
            one; how long to wait then is not known.
        random: injected for tests.
    """

    attempts: int = 4
    throttles: int = 10
    first_wait: float = 0.5
    max_wait: float = 20.0
    burst_wait: float = 5.0
    random: Callable[[], float] = random.random

    @classmethod
    def never(cls) -> Retry:
        """Send everything once."""
        return cls(attempts=1, throttles=0)

    def allows(self, error: BaseException | None, *, write: bool, failures: int, throttles: int) -> bool:
        """Tell whether a call may be sent again after so many failures and refusals, `error` included."""
        if isinstance(error, RateLimitError):
            return throttles <= self.throttles
        if not isinstance(error, Cin7Error) or not error.retryable:
            return False
        return failures < self.attempts and not (write and error.may_have_happened)

    def wait_before(self, failures: int) -> float:
        """Seconds to wait after so many failures; a refusal's wait is the limiter's."""
        return min(self.max_wait, self.first_wait * 2.0 ** max(0, failures - 1)) * (1 - self.random() / 4)


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
    except (TypeError, ValueError):
        return None
    seconds = (until - now) / dt.timedelta(seconds=1)
    return min(seconds, LONGEST_WAIT) if seconds > 0 else None
