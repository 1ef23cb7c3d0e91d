"""Stored events: told apart, counted, worked, forgotten; on both databases."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest

from gp_cin7_bridge.state import Connection, Store, Told

START = dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC)


class Time:
    now = START

    def __call__(self) -> dt.datetime:
        return self.now

    def passes(self, **passed: float) -> None:
        self.now += dt.timedelta(**passed)


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def state(state_url: str, time: Time) -> Iterator[Connection]:
    store = Store.open(state_url, clock=time)
    yield store.connection("site", gp_company="Fabrikam, Inc.", cin7_account_id="acc")
    store.close()


def told(body: str, task: str = "t", number: str = "PO-1") -> Told:
    return Told(event_type="Purchase/Updated", fingerprint=body, task_id=task, order_number=number)


def test_equal_events_are_one_that_waits_since_the_first(state: Connection, time: Time) -> None:
    state.events.arrived([told("a")])
    time.passes(seconds=30)
    state.events.arrived([told("a"), told("b"), told("b", "other")])
    waiting = state.events.waiting()
    assert [(each.told, each.times) for each in waiting] == [(told("a"), 2), (told("b"), 1), (told("b", "other"), 1)]
    assert [each.told for each in state.events.waiting(until=START)] == [told("a")]
    assert state.events.waiting_since() == START
    assert state.events.last_at() == START + dt.timedelta(seconds=30)


def test_what_was_worked_waits_no_more_until_it_comes_again(state: Connection, time: Time) -> None:
    state.events.arrived([told("a")])
    state.events.worked(state.events.waiting(), keep_days=30)
    assert (state.events.waiting(), state.events.waiting_since()) == ([], None)
    time.passes(hours=1)
    state.events.arrived([told("a")])
    assert state.events.waiting_since() == time.now


def test_what_comes_while_it_is_worked_still_waits(state: Connection) -> None:
    state.events.arrived([told("a")])
    taken = state.events.waiting()
    state.events.arrived([told("a")])
    state.events.worked(taken, keep_days=30)
    assert [each.times for each in state.events.waiting()] == [2]


def test_old_events_are_forgotten_but_never_what_waits_nor_when_the_newest_came(state: Connection, time: Time) -> None:
    state.events.arrived([told("old"), told("waits")])
    state.events.worked(state.events.waiting()[:1], keep_days=30)
    time.passes(days=1)
    state.events.arrived([told("newest")])
    state.events.worked(state.events.waiting()[1:], keep_days=30)
    time.passes(days=60)
    state.events.worked([], keep_days=30)
    assert state.events.last_at() == START + dt.timedelta(days=1)
    assert [each.told.fingerprint for each in state.events.waiting()] == ["waits"]


def test_connections_do_not_see_each_others_events(state_url: str, state: Connection, time: Time) -> None:
    store = Store.open(state_url, clock=time)
    other = store.connection("other", gp_company="Other", cin7_account_id="acc")
    state.events.arrived([told("a")])
    assert (other.events.waiting(), other.events.last_at()) == ([], None)
    store.close()
