"""Limits that processes share: never more than permitted in any window or at once, and little less."""

from __future__ import annotations

import heapq
import random
import threading
from collections.abc import Callable, Iterator

import pytest

from gp_cin7_bridge.state.database import Database
from gp_cin7_bridge.state.limits import POLL, SharedPermits, SharedRate

START = 1_700_000_000.0


class World:
    """Simulated time in which several processes call one after the other, each when its time has come."""

    def __init__(self) -> None:
        self.now = START
        self._events: list[tuple[float, int, Iterator[float]]] = []
        self._numbers = iter(range(10**9))

    def start(self, process: Iterator[float]) -> None:
        """Let a process run; it gives how long it sleeps."""
        heapq.heappush(self._events, (self.now, next(self._numbers), process))

    def run(self, until: float) -> None:
        while self._events and self._events[0][0] < until:
            self.now, _, process = heapq.heappop(self._events)
            for seconds in process:
                heapq.heappush(self._events, (self.now + seconds, next(self._numbers), process))
                break
        self.now = until


class Asleep(Exception):
    def __init__(self, seconds: float) -> None:
        self.seconds = seconds


def asleep(seconds: float) -> None:
    raise Asleep(seconds)


def tried(acquire: Callable[[], object]) -> object | float:
    """Give a ticket, or the seconds that the limit would sleep."""
    try:
        return acquire()
    except Asleep as sleep:
        return sleep.seconds


def caller(world: World, limit: SharedRate, arrivals: list[float], delay: Callable[[], float]) -> Iterator[float]:
    """Call for ever: the request travels, arrives, and its answer travels back."""
    while True:
        while isinstance(ticket := tried(limit.acquire), float):
            yield ticket
        yield delay()
        arrivals.append(world.now)
        yield delay()
        limit.answered(ticket)


@pytest.fixture
def databases(state_url: str) -> Iterator[list[Database]]:
    opened = [Database(state_url) for _ in range(3)]
    yield opened
    for each in opened:
        each.close()


def rates(databases: list[Database], world: World, **more: float) -> list[SharedRate]:
    return [SharedRate(each, "cin7 acc", 10, 10.0, clock=lambda: world.now, sleep=asleep, **more) for each in databases]


def most_in_any_window(arrivals: list[float], per: float) -> int:
    return max(sum(1 for other in arrivals if at <= other < at + per) for at in arrivals)


@pytest.mark.parametrize("slow", [False, True])
def test_no_window_at_the_server_holds_more_and_almost_all_are_used(databases: list[Database], slow: bool) -> None:
    world, arrivals, random_ = World(), list[float](), random.Random(5)
    delay = (lambda: min(3.0, random_.lognormvariate(-2, 1))) if slow else (lambda: random_.uniform(0, 0.05))
    for limit in rates(databases, world):
        for _ in range(2):
            world.start(caller(world, limit, arrivals, delay))
    world.run(START + 100)
    assert most_in_any_window(arrivals, 10.0) <= 10
    assert len(arrivals) >= (90 if slow else 98)


def test_a_refusal_stops_every_process_and_widens_the_gap_for_a_while(databases: list[Database]) -> None:
    world = World()
    first, second, third = rates(databases, world)
    first.answered(first.acquire(), retry_after=60.0)
    assert tried(second.acquire) == pytest.approx(60)
    world.now += 60
    second.answered(second.acquire())
    gap = tried(third.acquire)
    assert isinstance(gap, float) and 0.9 < gap < 1.0


def test_a_call_that_was_never_answered_holds_its_place_until_it_is_given_up(databases: list[Database]) -> None:
    world = World()
    first, second, _ = rates(databases, world, gap=0.0, give_up=30.0)
    first.acquire()  # by a process that is killed now
    for _ in range(9):
        second.answered(second.acquire())
    assert tried(second.acquire) == POLL
    world.now += 35
    assert tried(second.acquire) == pytest.approx(5.01)
    world.now += 5.02
    assert not isinstance(tried(second.acquire), float)


def test_an_answer_that_another_process_hears_lets_the_next_call_go(databases: list[Database]) -> None:
    world = World()
    first, second, _ = rates(databases, world, gap=0.0)
    ticket = first.acquire()
    for _ in range(9):
        second.answered(second.acquire())
    world.now += 20
    assert tried(second.acquire) == POLL
    first.answered(ticket)
    assert tried(second.acquire) == pytest.approx(10.01)


@pytest.mark.parametrize("seconds", [0.5, 3600.0])
def test_a_clock_that_is_set_back_neither_stops_calls_nor_lets_more_go(
    databases: list[Database], seconds: float
) -> None:
    world = World()
    first, second, _ = rates(databases, world, gap=0.0)
    for _ in range(10):
        first.answered(first.acquire())
    world.now += 4
    first.answered("no ticket of this limit")
    world.now -= seconds
    assert tried(second.acquire) == pytest.approx(10.01, abs=4)
    world.now += 10.02
    assert not isinstance(tried(second.acquire), float)


def test_scopes_do_not_wait_for_each_other(databases: list[Database]) -> None:
    for scope in ("cin7 a", "cin7 b"):
        limit = SharedRate(databases[0], scope, 1, 10.0, clock=lambda: START, sleep=asleep)
        assert not isinstance(tried(limit.acquire), float)
        assert isinstance(tried(limit.acquire), float)


def permits(databases: list[Database], world: World) -> list[SharedPermits]:
    return [SharedPermits(each, "gp F", 2, lease=100.0, clock=lambda: world.now, sleep=asleep) for each in databases]


def test_never_more_hold_a_permit_than_there_are(databases: list[Database]) -> None:
    first, second, third = permits(databases, World())
    tickets = [first.acquire(), second.acquire()]
    assert tried(third.acquire) == POLL
    first.answered(tickets[0])
    third.acquire()
    first.answered(tickets[0])  # a second time gives back nothing of anybody else
    assert tried(first.acquire) == POLL


def test_a_permit_of_a_killed_holder_comes_free_when_its_call_must_be_over(databases: list[Database]) -> None:
    world = World()
    first, second, third = permits(databases, world)
    late = first.acquire()
    second.acquire()
    world.now += 99
    assert tried(third.acquire) == POLL
    world.now += 1
    third.acquire()
    first.answered(late)  # it lives after all; the permit is somebody else's now
    second.acquire()
    assert tried(first.acquire) == POLL


def test_of_the_threads_of_a_process_the_most_urgent_goes_first(databases: list[Database]) -> None:
    waiting, go, order = threading.Semaphore(0), threading.Event(), list[int]()

    def sleep(_seconds: float) -> None:
        waiting.release()
        go.wait()

    limit = SharedPermits(databases[0], "gp F", 1, lease=100.0, sleep=sleep)
    held = limit.acquire()

    def call(priority: int) -> None:
        ticket = limit.acquire(priority)
        order.append(priority)
        limit.answered(ticket)

    threads = [threading.Thread(target=call, args=(priority,)) for priority in (9, 5, 1)]
    for thread in threads:  # each is more urgent than those before it, so each comes to ask
        thread.start()
        waiting.acquire()
    limit.answered(held)
    go.set()
    for thread in threads:
        thread.join()
    assert order == [1, 5, 9]
