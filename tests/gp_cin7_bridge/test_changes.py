"""How changes in GP are noticed, although its dates have no time of day, and what a poll costs."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator

import pytest

from gp_cin7_bridge import Bridge, read_settings, sync_items, sync_vendors
from gp_cin7_bridge.flows.windows import Window, window
from gp_cin7_bridge.sandbox.simulators import Simulators
from gp_cin7_bridge.settings.changes import ChangeSettings

NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
SETTINGS = ChangeSettings()


class Clock:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> dt.datetime:
        return self.now

    def advance(self, **passed: float) -> None:
        self.now += dt.timedelta(**passed)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def timed(simulators: Simulators, clock: Clock) -> Iterator[Bridge]:
    """A bridge whose clock tests move, with vendors and items carried."""
    for table in ("PM00200", "IV00101"):
        simulators.gp.sql(f"UPDATE {table} SET MODIFDT = '2026-03-02 00:00:00'")
    with Bridge(read_settings(simulators.settings), clock=clock) as bridge:
        sync_vendors(bridge)
        sync_items(bridge)
        yield bridge


def read(remembered: dict[str, str], now: dt.datetime, *seen: dt.date, settings: ChangeSettings = SETTINGS) -> Window:
    """One reading that returned records of these dates."""
    made = window("gp.vendors", remembered.get, settings, now)
    remembered.update(made.cursors(list(seen)))
    return made


def test_the_first_reading_is_of_everything_and_the_next_begins_at_the_largest_date_seen() -> None:
    remembered: dict[str, str] = {}
    first = read(remembered, NOON, dt.date(2026, 2, 27), dt.date(2026, 2, 20))
    assert first.whole and first.compared
    again = read(remembered, NOON + dt.timedelta(minutes=15))
    assert (again.since, again.whole) == (dt.date(2026, 2, 27), False)


def test_wider_readings_come_at_their_times() -> None:
    remembered: dict[str, str] = {}
    day = dt.date(2026, 3, 2)
    read(remembered, NOON, day)
    kinds = {}
    for hours in (1, 4, 5, 8, 25, 24 * 7 + 1):
        made = read(remembered, NOON + dt.timedelta(hours=hours), day)
        kinds[hours] = (made.since, made.compared)
    wider = dt.date(2026, 2, 28)
    assert kinds == {
        1: (day, False),
        4: (wider, False),
        5: (day, False),
        8: (wider, False),
        25: (None, False),
        24 * 7 + 1: (None, True),
    }


def test_our_own_clock_moves_no_cursor() -> None:
    remembered: dict[str, str] = {}
    read(remembered, NOON, dt.date(2026, 1, 5))
    read(remembered, NOON + dt.timedelta(days=300))
    assert remembered["gp.vendors"] == "2026-01-05"


def test_a_date_far_in_the_future_hides_nothing() -> None:
    remembered: dict[str, str] = {}
    read(remembered, NOON, dt.date(2026, 3, 1), dt.date(2099, 1, 1))
    assert remembered["gp.vendors"] == "2026-03-01"


def test_a_clock_that_was_set_back_only_causes_wider_readings() -> None:
    remembered: dict[str, str] = {}
    read(remembered, NOON, dt.date(2026, 3, 1))
    assert read(remembered, NOON - dt.timedelta(days=1)).whole


@pytest.mark.parametrize("zone", [-8, 0, 10])
@pytest.mark.parametrize(("settings", "complete"), [(SETTINGS, True), (ChangeSettings(overlap_days=0), False)])
def test_dex_no_change_stays_unseen_however_late_it_appears(
    zone: int, settings: ChangeSettings, complete: bool
) -> None:
    """150 changes a day for ten days, stamped in GP's zone, one in ten visible up to ten hours later."""
    chance = random.Random(zone)
    changes = []
    for _ in range(1500):
        at = NOON + dt.timedelta(seconds=chance.uniform(0, 10 * 86400))
        late = chance.uniform(0, 10) if chance.random() < 0.1 else 0
        changes.append(((at + dt.timedelta(hours=zone)).date(), at + dt.timedelta(hours=late)))
    # Readings of everything would find every change, so this is about those between them.
    settings = settings.model_copy(update={"whole_hours": 10_000, "compare_days": 10_000})
    remembered: dict[str, str] = {}
    seen: set[int] = set()
    read(remembered, NOON, NOON.date() - dt.timedelta(days=1), settings=settings)
    for poll in range(12 * 96):
        now = NOON + dt.timedelta(minutes=15 * poll)
        made = window("gp.vendors", remembered.get, settings, now)
        found = [
            number
            for number, (stamp, visible) in enumerate(changes)
            if visible <= now and made.since is not None and stamp >= made.since
        ]
        seen.update(found)
        remembered.update(made.cursors([changes[number][0] for number in found]))
    assert (len(seen) == len(changes)) == complete


def test_modifdt_a_change_on_the_day_that_was_read_already_is_noticed(simulators: Simulators, timed: Bridge) -> None:
    simulators.gp.sql("UPDATE PM00200 SET VENDNAME = 'Later that day' WHERE VENDORID = 'ACME'")
    assert sync_vendors(timed).updated == ("ACME",)


def test_a_change_without_a_new_date_is_noticed_once_a_day(simulators: Simulators, timed: Bridge, clock: Clock) -> None:
    old = "2001-01-01 00:00:00"
    simulators.gp.sql("UPDATE PM00200 SET VENDNAME = 'Old date', MODIFDT = ? WHERE VENDORID = 'ACME'", (old,))
    clock.advance(hours=5)
    assert sync_vendors(timed).updated == ()
    clock.advance(hours=20)
    assert sync_vendors(timed).updated == ("ACME",)


def test_what_people_change_in_cin7_core_is_compared_once_a_week(
    simulators: Simulators, timed: Bridge, clock: Clock
) -> None:
    supplier = timed.cin7.suppliers.find("ACME Ltd")
    assert supplier is not None
    timed.cin7.suppliers.update(supplier.replace(payment_term="Net 60", comments="ours"))
    clock.advance(days=2)
    assert sync_vendors(timed).updated == ()
    clock.advance(days=6)
    assert sync_vendors(timed).updated == ("ACME",)
    after = timed.cin7.suppliers.find("ACME Ltd")
    assert after is not None and (after.payment_term, after.comments) == (supplier.payment_term, "ours")


def test_a_run_tells_how_many_calls_it_took(simulators: Simulators, timed: Bridge) -> None:
    gp, cin7 = len(simulators.gp.requests), len(simulators.cin7.requests)
    report = sync_items(timed)
    sent = [each for each in simulators.gp.requests[gp:] if each.status != 401]
    assert (report.calls.gp, report.calls.cin7) == (len(sent), len(simulators.cin7.requests) - cin7)
    assert report.calls.gp and timed.state.runs(1)[0].counts["gp_calls"] == report.calls.gp
