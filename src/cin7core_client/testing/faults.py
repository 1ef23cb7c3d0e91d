"""Faults on demand: lost requests, lost answers, error statuses, slowness, and answers that are none."""

from __future__ import annotations

import re
import threading
from typing import Literal, get_args

from attrs import define, field, frozen

FaultKind = Literal[
    "lost_request",
    "lost_answer",
    "status",
    "slow",
    "html",
    "maintenance",
    "redirect",
    "garbage",
    "error_200",
    "plain_error",
    "not_applied",
    "drop_lines",
    "change_lines",
]
KINDS: tuple[str, ...] = get_args(FaultKind)


@frozen(kw_only=True)
class Fault:
    """What happens to a call.

    Attributes:
        kind: lost_request and lost_answer close the connection before any effect, or after it; status answers
            `status`; slow answers `seconds` late. html is the "Page not found" page with 200, maintenance a page with
            503, redirect a redirect to itself, garbage half of the answer, error_200 the error array with 200,
            plain_error a sentence with `status`. not_applied answers 200 as if it had done what it did not, drop_lines
            takes the lines out of the body before anything is done with it, change_lines sets their prices to 0.
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
    """Faults that wait for a call whose "METHOD /path" fits."""

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
        """Let the next `times` calls that fit the regular expression `match` go wrong.

        Raises:
            ValueError: there is no such fault, or `match` is no regular expression.
        """
        if kind not in KINDS:
            raise ValueError(f"there is no fault {kind!r}; use {', '.join(KINDS)}")
        try:
            pattern = re.compile(match, re.IGNORECASE)
        except re.error as error:
            raise ValueError(f"match {match!r} is no regular expression: {error}") from None
        with self._lock:
            self._planned.append(_Planned(Fault(kind=kind, status=status, seconds=seconds), pattern, times))

    def take(self, call: str) -> Fault | None:
        """Give the fault of this call, if one is planned, and count it."""
        with self._lock:
            for planned in self._planned:
                if planned.pattern.search(call):
                    planned.left -= 1
                    if planned.left <= 0:
                        self._planned.remove(planned)
                    return planned.fault
        return None
