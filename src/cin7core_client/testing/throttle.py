"""The service's limit: so many calls in any window, for each application key."""

from __future__ import annotations

import threading
from collections import deque
from typing import Final, Literal

from attrs import define, field

LimitStyle = Literal["429_text", "503_json", "400_json"]
STATUS: Final = {"429_text": 429, "503_json": 503, "400_json": 400}


@define
class Throttle:
    """A sliding window; refused calls do not count."""

    calls: int = 60
    per: float = 60.0
    style: LimitStyle = "429_text"
    refusals: int = 0
    _seen: dict[str, deque[float]] = field(factory=dict)
    _lock: threading.Lock = field(factory=threading.Lock)

    @property
    def sentence(self) -> str:
        """What the service says."""
        return f"You have reached {self.calls} calls per {self.per:g} seconds API limit."

    def allows(self, key: str, now: float) -> bool:
        """Count a call, or refuse it."""
        with self._lock:
            seen = self._seen.setdefault(key, deque())
            while seen and seen[0] <= now - self.per:
                seen.popleft()
            if len(seen) >= self.calls:
                self.refusals += 1
                return False
            seen.append(now)
            return True
