"""The service's limit: so many calls in any window, for each application key; refused calls do not count."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import Final, Literal

from attrs import Factory, define, field

LimitStyle = Literal["429_text", "503_json", "400_json", "403_burst"]
Window = Literal["sliding", "fixed", "token_bucket"]
STATUS: Final = {"429_text": 429, "503_json": 503, "400_json": 400, "403_burst": 403}


@define
class _Sliding:
    """So many calls in any window."""

    calls: int
    per: float
    _seen: deque[float] = field(factory=deque)

    def allows(self, now: float) -> bool:
        while self._seen and self._seen[0] <= now - self.per:
            self._seen.popleft()
        if len(self._seen) >= self.calls:
            return False
        self._seen.append(now)
        return True


@define
class _Fixed:
    """So many calls in each window of the wall clock."""

    calls: int
    per: float
    _window: float = -1.0
    _count: int = 0

    def allows(self, now: float) -> bool:
        window = now // self.per
        if window != self._window:
            self._window, self._count = window, 0
        if self._count >= self.calls:
            return False
        self._count += 1
        return True


@define
class _TokenBucket:
    """A bucket of so many calls that fills again at an even rate."""

    calls: int
    per: float
    _tokens: float = field(default=Factory(lambda self: float(self.calls), takes_self=True))
    _last: float | None = None

    def allows(self, now: float) -> bool:
        elapsed = 0.0 if self._last is None else max(0.0, now - self._last)
        self._last = now
        self._tokens = min(float(self.calls), self._tokens + elapsed * self.calls / self.per)
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True


_Account = _Sliding | _Fixed | _TokenBucket
WINDOWS: Final[dict[Window, Callable[[int, float], _Account]]] = {
    "sliding": _Sliding,
    "fixed": _Fixed,
    "token_bucket": _TokenBucket,
}


@define
class Throttle:
    """Counts the calls of each key.

    Attributes:
        calls, per: so many in so many seconds.
        style: how a refusal looks; "403_burst" answers the first of a row of refusals with 403 and the rest with 429.
        window: how calls are counted; which way the service does is unknown.
        refusals: how many calls were refused.
    """

    calls: int = 60
    per: float = 60.0
    style: LimitStyle = "429_text"
    window: Window = "sliding"
    refusals: int = 0
    _keys: dict[str, _Account] = field(factory=dict)
    _in_burst: set[str] = field(factory=set)
    _lock: threading.Lock = field(factory=threading.Lock)

    @property
    def sentence(self) -> str:
        """What the service says."""
        return f"You have reached {self.calls} calls per {self.per:g} seconds API limit."

    def refusal(self, key: str, now: float) -> int | None:
        """Count a call: None lets it pass, else it is refused with this status."""
        with self._lock:
            if key not in self._keys:
                self._keys[key] = WINDOWS[self.window](self.calls, self.per)
            if self._keys[key].allows(now):
                self._in_burst.discard(key)
                return None
            self.refusals += 1
            if self.style == "403_burst" and key in self._in_burst:
                return STATUS["429_text"]
            self._in_burst.add(key)
            return STATUS[self.style]
