"""Faults on demand: lost requests, lost answers, error statuses, slowness; and how long answers take."""

from __future__ import annotations

import re
import threading
from typing import Literal

from attrs import define, field, frozen

FaultKind = Literal["lost_request", "lost_answer", "status", "slow"]


@frozen(kw_only=True)
class Fault:
    """What happens to a call.

    Attributes:
        kind: the connection closes before any effect, or after it; or the answer is `status`, or comes late.
    """

    kind: FaultKind
    status: int = 500
    seconds: float = 1.0


@define
class _Planned:
    fault: Fault
    pattern: re.Pattern[str]
    left: int


@define
class Faults:
    """Faults that wait for a call whose "METHOD /path", or "METHOD /path Operation" over SOAP, fits."""

    _planned: list[_Planned] = field(factory=list)
    _lock: threading.Lock = field(factory=threading.Lock)

    def plan(
        self,
        kind: FaultKind = "lost_answer",
        *,
        match: str = "",
        times: int = 1,
        status: int = 500,
        seconds: float = 1.0,
    ) -> None:
        """Let the next `times` calls that fit the regular expression `match` go wrong."""
        if kind not in ("lost_request", "lost_answer", "status", "slow"):
            raise ValueError(f"there is no fault {kind!r}; use lost_request, lost_answer, status or slow")
        fault = Fault(kind=kind, status=status, seconds=seconds)
        with self._lock:
            self._planned.append(_Planned(fault, re.compile(match, re.IGNORECASE), times))

    def take(self, call: str) -> Fault | None:
        """Give the fault of this call, if one is planned, and count it."""
        with self._lock:
            for planned in self._planned:
                if planned.left > 0 and planned.pattern.search(call):
                    planned.left -= 1
                    return planned.fault
        return None


@define
class Pace:
    """How long answers take.

    Attributes:
        latency: seconds of every answer.
        cold_start: seconds more of the first one, and of one after a pause: GP starts a client of its own then.
        pause: seconds without a call after which that client is gone.
    """

    latency: float = 0.0
    cold_start: float = 0.0
    pause: float = 1200.0
    _last: float | None = None

    def delay(self, now: float) -> float:
        """Seconds that a call arriving now waits for its answer."""
        cold = self._last is None or now - self._last > self.pause
        self._last = now
        return self.latency + (self.cold_start if cold else 0)
