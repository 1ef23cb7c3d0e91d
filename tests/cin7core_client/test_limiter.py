"""The limit holds at the server for any delay of the network, and hardly anything is given away."""

from __future__ import annotations

import asyncio
import heapq
import random
import threading
from collections import deque
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cin7core_client import AsyncRateLimit, RateLimit
from cin7core_client.retry import retry_after

EIGHT_HOURS = 8 * 3600.0


class Time:
    """A clock that is moved by sleeping, and tells answers at their own moments on the way."""

    def __init__(self) -> None:
        self.now = 0.0
        self.coming: list[tuple[float, int, object]] = []
        self.tell: Callable[[object], None] = lambda _: None

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        until = self.now + seconds
        while self.coming and self.coming[0][0] <= until:
            self.now, _, ticket = heapq.heappop(self.coming)
            self.tell(ticket)
        self.now = until


def simulated(seconds: float, delay: Callable[[], float], *, calls: int = 60, per: float = 60.0) -> tuple[int, int]:
    """Call as fast as the limiter lets; give the calls made and the most that the server saw in any window."""
    time = Time()
    limit = RateLimit(calls, per, clock=time.clock, sleep=time.sleep)
    time.tell = limit.answered
    arrivals: list[float] = []
    while time.now < seconds:
        ticket = limit.acquire()
        arrivals.append(time.now + delay())
        heapq.heappush(time.coming, (arrivals[-1] + delay(), len(arrivals), ticket))
    window: deque[float] = deque()
    most = 0
    for arrival in sorted(arrivals):
        window.append(arrival)
        while window[0] <= arrival - per:
            window.popleft()
        most = max(most, len(window))
    return len(arrivals), most


def test_eight_hours_of_heavy_tailed_delays_never_break_the_limit_and_keep_its_rate() -> None:
    chance = random.Random(7)
    calls, most = simulated(EIGHT_HOURS, lambda: min(3.0, chance.lognormvariate(-2.3, 0.8)))
    assert most <= 60
    assert calls / EIGHT_HOURS >= 0.99


@settings(max_examples=40)
@given(st.lists(st.floats(0, 5), min_size=5, max_size=50), st.integers(2, 20), st.floats(1, 20))
def test_no_window_at_the_server_ever_holds_more(delays: list[float], calls: int, per: float) -> None:
    turn = iter(range(10**9))
    _, most = simulated(per * 12, lambda: delays[next(turn) % len(delays)], calls=calls, per=per)
    assert most <= calls


def test_one_refusal_stops_every_caller_of_the_key() -> None:
    time = Time()
    limit = RateLimit(60, 60, clock=time.clock, sleep=time.sleep)
    limit.answered(limit.acquire(), retry_after=45)
    limit.acquire()
    assert time.now >= 45


def test_lower_priorities_go_first() -> None:
    limit = RateLimit(1, 0.3)
    limit.answered(limit.acquire())
    order: list[int] = []
    waiting = [
        threading.Thread(target=lambda p=p: (limit.answered(limit.acquire(p)), order.append(p))) for p in (9, 5, 1)
    ]
    for thread in waiting:
        thread.start()
    for thread in waiting:
        thread.join()
    assert order == [1, 5, 9]


def test_the_async_limiter_keeps_the_same_rule() -> None:
    time = Time()

    async def sleep(seconds: float) -> None:
        time.now += seconds
        await asyncio.sleep(0)

    async def work() -> list[float]:
        limit = AsyncRateLimit(5, 10, clock=time.clock, sleep=sleep)
        sent = []
        for _ in range(12):
            ticket = await limit.acquire()
            sent.append(time.now)
            time.now += 0.2
            await limit.answered(ticket)
        return sent

    sent = asyncio.run(work())
    assert all(later - earlier >= 10 for earlier, later in zip(sent, sent[5:], strict=False))


@pytest.mark.parametrize(
    ("header", "date", "seconds"),
    [
        ("60", None, 60),
        ("60 Seconds", None, 60),
        ("1.5", None, 1.5),
        ("100000", None, 300),
        ("Tue, 24 Nov 2026 10:00:30 GMT", "Tue, 24 Nov 2026 10:00:00 GMT", 30),
        ("Tue, 24 Nov 2026 09:00:00 GMT", "Tue, 24 Nov 2026 10:00:00 GMT", None),
        ("soon", None, None),
        ("", None, None),
        (None, None, None),
    ],
)
def test_retry_after_is_read_in_all_its_forms(header: str | None, date: str | None, seconds: float | None) -> None:
    assert retry_after(header, date) == seconds
