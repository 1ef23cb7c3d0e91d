"""The limit holds at the server for any delay of the network, and hardly anything is given away."""

from __future__ import annotations

import asyncio
import heapq
import random
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cin7core_client import AsyncRateLimit, RateLimit
from cin7core_client.retry import retry_after

EIGHT_HOURS = 8 * 3600.0
PENALTY = 60.0

# A server judges an arrival: True lets it pass.
Server = Callable[[float], bool]


def sliding_window(calls: int, per: float) -> Server:
    passed: deque[float] = deque()

    def judge(now: float) -> bool:
        while passed and passed[0] <= now - per:
            passed.popleft()
        if len(passed) >= calls:
            return False
        passed.append(now)
        return True

    return judge


def fixed_window(calls: int, per: float) -> Server:
    counts = {"window": -1.0, "calls": 0.0}

    def judge(now: float) -> bool:
        if now // per != counts["window"]:
            counts.update(window=now // per, calls=0)
        counts["calls"] += 1
        return counts["calls"] <= calls

    return judge


def token_bucket(calls: int, per: float) -> Server:
    bucket = {"tokens": float(calls), "at": 0.0}

    def judge(now: float) -> bool:
        bucket["tokens"] = min(calls, bucket["tokens"] + (now - bucket["at"]) * calls / per)
        bucket["at"] = now
        if bucket["tokens"] < 1:
            return False
        bucket["tokens"] -= 1
        return True

    return judge


class World:
    """Simulated time: calls travel to a server and answers travel back, each for its own time."""

    def __init__(self, judge: Server, delay: Callable[[], float]) -> None:
        self.now = 0.0
        self.arrivals: list[float] = []
        self.refused = 0
        self.answer: Callable[[object, float | None], None] = lambda *_: None
        self._judge = judge
        self._delay = delay
        self._coming: list[tuple[float, int, str, object, float | None]] = []
        self._numbers = iter(range(10**9))

    def clock(self) -> float:
        return self.now

    def send(self, ticket: object) -> None:
        self._plan("arrives", ticket, None)

    def sleep(self, seconds: float) -> None:
        """Let time pass, at most until an answer wakes whoever waits."""
        until = self.now + seconds
        while self._coming and self._coming[0][0] <= until:
            self.now, _, what, ticket, wait = heapq.heappop(self._coming)
            if what == "answered":
                self.answer(ticket, wait)
                return
            self.arrivals.append(self.now)
            passed = self._judge(self.now)
            self.refused += not passed
            self._plan("answered", ticket, None if passed else PENALTY)
        self.now = until

    def _plan(self, what: str, ticket: object, wait: float | None) -> None:
        heapq.heappush(self._coming, (self.now + self._delay(), next(self._numbers), what, ticket, wait))

    def most_in_any(self, per: float) -> int:
        window: deque[float] = deque()
        most = 0
        for arrival in self.arrivals:
            window.append(arrival)
            while window[0] <= arrival - per:
                window.popleft()
            most = max(most, len(window))
        return most


def simulated(
    seconds: float, judge: Server, delay: Callable[[], float], *, calls: int = 60, per: float = 60.0
) -> World:
    """Call as fast as the limiter lets."""
    world = World(judge, delay)
    limit = RateLimit(calls, per, clock=world.clock, sleep=world.sleep)
    world.answer = limit.answered
    while world.now < seconds:
        world.send(limit.acquire())
    return world


def heavy_tailed(seed: int) -> Callable[[], float]:
    """Half of the delays are under 0.1 s, one in a hundred is over half a second, some take three."""
    chance = random.Random(seed)
    return lambda: min(3.0, chance.lognormvariate(-2.3, 0.8))


@pytest.mark.parametrize("server", [sliding_window, fixed_window, token_bucket])
def test_eight_hours_of_heavy_tailed_delays_draw_no_refusal_and_keep_the_rate(
    server: Callable[[int, float], Server],
) -> None:
    world = simulated(EIGHT_HOURS, server(60, 60), heavy_tailed(7))
    assert world.refused == 0
    assert world.most_in_any(60) <= 60
    assert len(world.arrivals) / EIGHT_HOURS >= 0.99


@settings(max_examples=40)
@given(st.lists(st.floats(0, 5), min_size=5, max_size=50), st.integers(2, 20), st.floats(1, 20))
def test_no_window_at_the_server_ever_holds_more(delays: list[float], calls: int, per: float) -> None:
    turn = iter(range(10**9))
    world = simulated(per * 12, lambda _: True, lambda: delays[next(turn) % len(delays)], calls=calls, per=per)
    assert world.most_in_any(per) <= calls


def test_another_user_of_the_key_costs_refusals_and_no_stampede() -> None:
    judge = sliding_window(60, 60)
    for _ in range(30):
        judge(0.0)
    world = simulated(600, judge, heavy_tailed(3))
    assert 1 <= world.refused <= 3


def test_a_call_without_an_answer_counts_as_on_its_way_until_it_is_given_up() -> None:
    world = World(lambda _: True, lambda: 0.0)
    limit = RateLimit(1, 10, give_up=25, clock=world.clock, sleep=world.sleep)
    limit.acquire()
    limit.acquire()
    assert world.now == pytest.approx(35, abs=0.1)


def test_one_refusal_stops_every_caller_of_the_key() -> None:
    world = World(lambda _: True, lambda: 0.0)
    limit = RateLimit(60, 60, clock=world.clock, sleep=world.sleep)
    limit.answered(limit.acquire(), retry_after=45)
    limit.acquire()
    assert world.now >= 45


def _one_by_one(limit: RateLimit) -> Iterator[object]:
    while True:
        ticket = limit.acquire()
        limit.answered(ticket)
        yield ticket


def test_threads_go_by_priority_and_then_in_turn() -> None:
    limit = RateLimit(1, 0.3)
    next(_one_by_one(limit))
    order: list[int] = []

    def work(priority: int) -> None:
        ticket = limit.acquire(priority)
        order.append(priority)
        limit.answered(ticket)

    threads = [threading.Thread(target=work, args=(priority,)) for priority in (9, 5, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert order == [1, 5, 9]


def test_tasks_go_by_priority_and_then_in_turn() -> None:
    async def work() -> list[int]:
        limit = AsyncRateLimit(1, 0.05)
        await limit.answered(await limit.acquire())
        order: list[int] = []

        async def call(number: int, priority: int) -> None:
            ticket = await limit.acquire(priority)
            order.append(number)
            await limit.answered(ticket)

        await asyncio.gather(*(call(number, priority) for number, priority in enumerate((9, 5, 5, 1))))
        return order

    assert asyncio.run(work()) == [3, 1, 2, 0]


def test_a_cancelled_task_gives_its_place_to_the_next() -> None:
    async def work() -> None:
        limit = AsyncRateLimit(1, 0.2)
        await limit.answered(await limit.acquire())
        first = asyncio.create_task(limit.acquire())
        second = asyncio.create_task(limit.acquire())
        await asyncio.sleep(0.05)
        first.cancel()
        await asyncio.wait_for(second, 2)

    asyncio.run(work())


def test_an_answer_wakes_whoever_waits_for_it() -> None:
    async def work() -> float:
        limit = AsyncRateLimit(1, 0.2, give_up=60)
        ticket = await limit.acquire()
        waiting = asyncio.create_task(limit.acquire())
        await asyncio.sleep(0.1)
        await limit.answered(ticket)
        begun = time.monotonic()
        await waiting
        return time.monotonic() - begun

    assert asyncio.run(work()) < 10


def test_ten_threads_of_one_limit_never_break_it() -> None:
    limit = RateLimit(20, 0.5)
    sent: list[float] = []

    def work() -> None:
        for _ in range(6):
            ticket = limit.acquire()
            sent.append(time.monotonic())
            limit.answered(ticket)

    threads = [threading.Thread(target=work) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sent.sort()
    assert len(sent) == 60
    # The moments are noted a little after the tickets were given, so a window may look a little shorter than it was.
    assert all(later - earlier >= 0.45 for earlier, later in zip(sent, sent[20:], strict=False))


def test_the_async_limiter_keeps_the_same_rule() -> None:
    world = World(lambda _: True, lambda: 0.0)

    async def sleep(seconds: float) -> None:
        world.now += seconds
        await asyncio.sleep(0)

    async def work() -> list[float]:
        limit = AsyncRateLimit(5, 10, clock=world.clock, sleep=sleep)
        sent = []
        for _ in range(12):
            ticket = await limit.acquire()
            sent.append(world.now)
            world.now += 0.2
            await limit.answered(ticket)
        return sent

    sent = asyncio.run(work())
    assert all(later - earlier >= 10 for earlier, later in zip(sent, sent[5:], strict=False))


@pytest.mark.parametrize(("calls", "per"), [(0, 60), (60, 0), (-1, 1)])
def test_a_limit_that_cannot_be_is_refused(calls: int, per: float) -> None:
    with pytest.raises(ValueError, match="at least one call"):
        RateLimit(calls, per)


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


@pytest.mark.slow
def test_a_minute_at_a_real_server_draws_no_refusal_and_keeps_the_rate(repository: Path) -> None:
    command = [sys.executable, str(repository / "tools" / "prove_rate_limit.py")]
    command += ["--calls", "10", "--per", "10", "--seconds", "60"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
