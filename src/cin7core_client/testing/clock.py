"""The simulator's time: the machine's, or an injected one, moved forward on demand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable


def system_time() -> dt.datetime:
    """Tell the time of the machine."""
    return dt.datetime.now(dt.UTC)


class Clock:
    """Tells an aware time: that of `base`, moved forward by `ahead`."""

    def __init__(self, base: Callable[[], dt.datetime] = system_time, ahead: dt.timedelta = dt.timedelta()) -> None:
        self._base = base
        self.ahead: dt.timedelta = ahead

    def __call__(self) -> dt.datetime:
        """Tell the time."""
        return self._base() + self.ahead

    def timestamp(self) -> float:
        """Tell the time in epoch seconds."""
        return self().timestamp()

    def move_to(self, timestamp: float) -> None:
        """Move forward to a moment in epoch seconds; never back."""
        self.ahead += dt.timedelta(seconds=max(0.0, timestamp - self.timestamp()))
