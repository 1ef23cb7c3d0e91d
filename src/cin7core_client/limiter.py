"""Never more than the permitted calls in any window at the server, whatever the network does, and hardly fewer."""

from __future__ import annotations

import asyncio
import itertools
import threading
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Protocol

from attrs import define, frozen


class Limiter(Protocol):
    """Permission to call, for the sync client; lower priorities go first."""

    def acquire(self, priority: int = 0) -> object:
        """Wait for permission and give a ticket."""

    def answered(self, ticket: object, retry_after: float | None = None) -> None:
        """Say that the answer came, or that none will; `retry_after` seconds after a refusal."""


class AsyncLimiter(Protocol):
    """Permission to call, for the async client."""

    async def acquire(self, priority: int = 0) -> object:
        """Wait for permission and give a ticket."""

    async def answered(self, ticket: object, retry_after: float | None = None) -> None:
        """Say that the answer came, or that none will; `retry_after` seconds after a refusal."""


@define(eq=False)
class Ticket:
    """One call's place in the log."""

    sent: float
    answered: float | None = None


@frozen(order=True)
class _Place:
    priority: int
    number: int


class CallLog:
    """The answer-anchored log, without waiting: pure bookkeeping over a clock that the caller reads.

    Call n may be sent no earlier than `per` seconds after the answer to call n - `calls` was received. The answer came
    after that call had arrived, and this call arrives after it is sent, so no window at the server ever holds more.
    """

    def __init__(self, calls: int, per: float, *, gap: float, margin: float, give_up: float) -> None:
        self.calls = calls
        self.per = per
        self._gap = gap
        self._widest_gap = per / calls
        self._current_gap = gap
        self._margin = margin
        self._give_up = give_up
        self._tickets: deque[Ticket] = deque(maxlen=calls)
        self._blocked_until = float("-inf")

    def wait(self, now: float) -> float:
        """Seconds until the next call may be sent; 0 for now, None of them negative."""
        earliest = self._blocked_until
        if self._tickets:
            earliest = max(earliest, self._tickets[-1].sent + self._current_gap)
        if len(self._tickets) == self.calls:
            oldest = self._tickets[0]
            # Without an answer the call may still be on its way, until it is given up.
            settled = oldest.answered if oldest.answered is not None else max(now, oldest.sent) + self._margin
            if oldest.answered is None and now - oldest.sent > self._give_up:
                settled = oldest.sent + self._give_up
            earliest = max(earliest, settled + self.per + self._margin)
        return max(0.0, earliest - now)

    def send(self, now: float) -> Ticket:
        """Note a call that is sent now."""
        ticket = Ticket(now)
        self._tickets.append(ticket)
        return ticket

    def answered(self, ticket: Ticket, now: float, retry_after: float | None) -> None:
        """Note an answer; a refusal stops every caller of the key and widens the gap a little."""
        ticket.answered = now
        if retry_after is not None:
            self._blocked_until = max(self._blocked_until, now + retry_after)
            self._current_gap = min(self._widest_gap, self._current_gap * 1.05)
        elif self._current_gap > self._gap:
            self._current_gap = max(self._gap, self._current_gap * 0.9999)


class RateLimit:
    """The default limiter: `calls` in any `per` seconds, shared by every thread of this process that is given it.

    Args:
        calls, per: the service's limit; 60 calls in 60 seconds for one application key.
        gap: least seconds between two sends; the default is near-even pacing, 0.9 s at 60 in 60.
        clock, sleep: injected for tests.
    """

    def __init__(
        self,
        calls: int = 60,
        per: float = 60.0,
        *,
        gap: float | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] | None = None,
    ) -> None:
        self._log = make_log(calls, per, gap)
        self._clock = clock
        self._sleep = sleep
        self._turn = threading.Condition()
        self._queue: set[_Place] = set()
        self._numbers = itertools.count()

    def acquire(self, priority: int = 0) -> Ticket:
        """Wait for permission; of those who wait, the lowest priority goes first, then the longest waiting."""
        with self._turn:
            place = _Place(priority, next(self._numbers))
            self._queue.add(place)
            try:
                while True:
                    wait = self._log.wait(self._clock())
                    if wait <= 0 and place == min(self._queue):
                        return self._log.send(self._clock())
                    self._pause(wait if place == min(self._queue) else None)
            finally:
                self._queue.discard(place)
                self._turn.notify_all()

    def _pause(self, seconds: float | None) -> None:
        if self._sleep is not None and seconds is not None:
            self._sleep(seconds)
        else:
            self._turn.wait(seconds)

    def answered(self, ticket: object, retry_after: float | None = None) -> None:
        """Say that the answer came, or that none will."""
        with self._turn:
            if isinstance(ticket, Ticket):
                self._log.answered(ticket, self._clock(), retry_after)
            self._turn.notify_all()


class AsyncRateLimit:
    """The default limiter of the async client, for the tasks of one event loop.

    Args:
        calls, per, gap: as RateLimit's.
        clock, sleep: injected for tests.
    """

    def __init__(
        self,
        calls: int = 60,
        per: float = 60.0,
        *,
        gap: float | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._log = make_log(calls, per, gap)
        self._clock = clock
        self._sleep = sleep
        self._queue: set[_Place] = set()
        self._numbers = itertools.count()

    async def acquire(self, priority: int = 0) -> Ticket:
        """Wait for permission; of those who wait, the lowest priority goes first, then the longest waiting."""
        place = _Place(priority, next(self._numbers))
        self._queue.add(place)
        try:
            while True:
                wait = self._log.wait(self._clock())
                if wait <= 0 and place == min(self._queue):
                    return self._log.send(self._clock())
                await self._sleep(wait or 0.001)
        finally:
            self._queue.discard(place)

    async def answered(self, ticket: object, retry_after: float | None = None) -> None:
        """Say that the answer came, or that none will."""
        if isinstance(ticket, Ticket):
            self._log.answered(ticket, self._clock(), retry_after)


def make_log(calls: int, per: float, gap: float | None) -> CallLog:
    """Make the log of a limit, with the gap that suits it."""
    if calls < 1 or per <= 0:
        raise ValueError("a limit needs at least one call in a positive time")
    gap = 0.9 * per / calls if gap is None else gap
    return CallLog(calls, per, gap=gap, margin=min(0.02, per / 1000), give_up=600.0)
