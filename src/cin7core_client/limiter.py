"""Who may call next: callers wait in lanes, the most urgent first, until the log lets one go."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import threading
import time
from collections.abc import Awaitable, Callable
from typing import Protocol

from attrs import define

from cin7core_client.call_log import CallLog, Ticket


class Limiter(Protocol):
    """Permission to call, for the sync client; lower priorities go first."""

    def acquire(self, priority: int = 0) -> object:
        """Wait for permission and give a ticket."""

    def answered(self, ticket: object, retry_after: float | None = None) -> None:
        """Hear that the answer came, or that none will; after a refusal, nobody calls for `retry_after` seconds.

        A call that timed out or was cancelled is not reported, because it may still arrive: forget its ticket some day.
        """


class AsyncLimiter(Protocol):
    """Permission to call, for the async client; as Limiter."""

    async def acquire(self, priority: int = 0) -> object:
        """Wait for permission and give a ticket."""

    async def answered(self, ticket: object, retry_after: float | None = None) -> None:
        """Hear that the answer came, or that none will; after a refusal, nobody calls for `retry_after` seconds."""


@define(eq=False)
class _Place:
    """One who waits; only the first in the queue watches the clock, the others wait to be woken."""

    wake: Callable[[], object]
    gone: bool = False


class _Lanes:
    """The queue before a log; safe for threads, and it never waits."""

    def __init__(self, log: CallLog, clock: Callable[[], float]) -> None:
        self._log = log
        self._clock = clock
        self._lock = threading.Lock()
        self._queue: list[tuple[int, int, _Place]] = []
        self._numbers = itertools.count()

    def enter(self, priority: int, wake: Callable[[], object]) -> _Place:
        """Queue up."""
        with self._lock:
            place = _Place(wake)
            heapq.heappush(self._queue, (priority, next(self._numbers), place))
            return place

    def step(self, place: _Place) -> Ticket | float | None:
        """Give a ticket, or the seconds to wait at the head of the queue, or None behind it."""
        with self._lock:
            self._shorten()
            if self._queue[0][2] is not place:
                return None
            now = self._clock()
            if (seconds := self._log.wait(now)) > 0:
                return seconds
            heapq.heappop(self._queue)
            self._wake_first()
            return self._log.send(now)

    def leave(self, place: _Place) -> None:
        """Give up the place."""
        with self._lock:
            place.gone = True
            self._wake_first()

    def answered(self, ticket: object, retry_after: float | None) -> None:
        """Note an answer, which may let somebody go, or hold everybody back."""
        with self._lock:
            if isinstance(ticket, Ticket):
                self._log.answered(ticket, self._clock(), retry_after)
            self._wake_first()

    def _shorten(self) -> None:
        while self._queue and self._queue[0][2].gone:
            heapq.heappop(self._queue)

    def _wake_first(self) -> None:
        self._shorten()
        if self._queue:
            self._queue[0][2].wake()


class RateLimit:
    """The default limiter: `calls` in any `per` seconds, shared by every thread of this process that is given it.

    Args:
        calls, per: the service's limit; 60 calls in 60 seconds for one application key.
        gap: least seconds between two sends; the default is near-even pacing, 0.9 s at 60 in 60.
        give_up: seconds after which a call without an answer counts as arrived; not less than the client's timeout.
        clock, sleep: injected for tests.
    """

    def __init__(
        self,
        calls: int = 60,
        per: float = 60.0,
        *,
        gap: float | None = None,
        give_up: float = 60.0,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] | None = None,
    ) -> None:
        self._lanes = _Lanes(CallLog(calls, per, gap=gap, give_up=give_up), clock)
        self._sleep = sleep

    def acquire(self, priority: int = 0) -> Ticket:
        """Wait for permission; of those who wait, the lowest priority goes first, then the longest waiting."""
        woken = threading.Event()
        place = self._lanes.enter(priority, woken.set)
        try:
            while True:
                woken.clear()
                step = self._lanes.step(place)
                if isinstance(step, Ticket):
                    return step
                if step is None or self._sleep is None:
                    woken.wait(step)
                else:
                    self._sleep(step)
        except BaseException:
            self._lanes.leave(place)
            raise

    def answered(self, ticket: object, retry_after: float | None = None) -> None:
        """Hear that the answer came, or that none will."""
        self._lanes.answered(ticket, retry_after)


class AsyncRateLimit:
    """The default limiter of the async client, for the tasks of one or several event loops.

    Args:
        calls, per, gap, give_up: as RateLimit's.
        clock, sleep: injected for tests.
    """

    def __init__(
        self,
        calls: int = 60,
        per: float = 60.0,
        *,
        gap: float | None = None,
        give_up: float = 60.0,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] | None = None,
    ) -> None:
        self._lanes = _Lanes(CallLog(calls, per, gap=gap, give_up=give_up), clock)
        self._sleep = sleep

    async def acquire(self, priority: int = 0) -> Ticket:
        """Wait for permission; of those who wait, the lowest priority goes first, then the longest waiting."""
        woken = asyncio.Event()
        loop = asyncio.get_running_loop()
        place = self._lanes.enter(priority, lambda: loop.call_soon_threadsafe(woken.set))
        try:
            while True:
                woken.clear()
                step = self._lanes.step(place)
                if isinstance(step, Ticket):
                    return step
                if step is None or self._sleep is None:
                    await _until(woken, step)
                else:
                    await self._sleep(step)
        except BaseException:
            self._lanes.leave(place)
            raise

    async def answered(self, ticket: object, retry_after: float | None = None) -> None:
        """Hear that the answer came, or that none will."""
        self._lanes.answered(ticket, retry_after)


async def _until(woken: asyncio.Event, seconds: float | None) -> None:
    try:
        async with asyncio.timeout(seconds):
            await woken.wait()
    except TimeoutError:
        return
