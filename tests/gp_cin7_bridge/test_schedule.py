"""When something is due, and a runner that does it in simulated time."""

from __future__ import annotations

import datetime as dt
import logging
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from zoneinfo import ZoneInfo

import pytest
from databases import away
from small import add_purchase

from gp_cin7_bridge import Bridge, SettingsError, read_settings
from gp_cin7_bridge.app.schedule import Runner
from gp_cin7_bridge.app.schedule.timetable import due
from gp_cin7_bridge.sandbox import Sandbox
from gp_cin7_bridge.sandbox.simulators import Simulators
from gp_cin7_bridge.settings.schedule import ScheduleSettings, Timing

NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
FIVE_MINUTES = Timing.parse("5m")


def minutes(count: float) -> dt.timedelta:
    return dt.timedelta(minutes=count)


def moment(
    text: str, *, last: dt.datetime | None, now: dt.datetime = NOON, idle: int = 0, retry: float = 0, **settings: object
) -> dt.datetime:
    schedule = ScheduleSettings.model_validate(settings)
    return due(Timing.parse(text), schedule, last=last, now=now, idle=idle, retry=minutes(retry) if retry else None)


def test_what_never_ran_is_due_now() -> None:
    assert moment("5m", last=None) == NOON


def test_an_interval_counts_from_the_last_beginning() -> None:
    assert moment("5m", last=NOON - minutes(2)) == NOON + minutes(3)


def test_what_was_missed_is_due_once_and_now() -> None:
    assert moment("5m", last=NOON - dt.timedelta(days=3)) == NOON
    assert moment("0 3 * * *", last=NOON - dt.timedelta(days=3)) == NOON


def test_cron_is_of_the_time_zone_and_follows_its_summer_time() -> None:
    chicago = ZoneInfo("America/Chicago")
    saturday = dt.datetime(2026, 3, 7, 3, tzinfo=chicago)  # the clock is set forward on the 8th
    found = moment("0 3 * * *", last=saturday, now=saturday, time_zone="America/Chicago")
    assert found == dt.datetime(2026, 3, 8, 3, tzinfo=chicago)
    assert found - saturday.astimezone(dt.UTC) == dt.timedelta(hours=23)


@pytest.mark.parametrize(("now", "then"), [(21, 21), (22, 29), (27, 29), (29, 29)])
def test_nothing_begins_in_quiet_hours(now: int, then: int) -> None:
    midnight = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
    found = moment("5m", last=None, now=midnight + dt.timedelta(hours=now), quiet=["22:00-05:00"])
    assert found == midnight + dt.timedelta(hours=then)


def test_quiet_hours_that_touch_are_one() -> None:
    assert moment("5m", last=None, quiet=["11:00-13:00", "13:00-14:30"]) == NOON + minutes(150)


CHICAGO = ZoneInfo("America/Chicago")
FORWARD, BACK = dt.date(2026, 3, 8), dt.date(2026, 11, 1)


def chicago(day: dt.date, hour: int, minute: int, *, fold: int = 0) -> dt.datetime:
    """A moment by the clock on the wall in Chicago; `fold` 1 is the second time."""
    return dt.datetime.combine(day, dt.time(hour, minute, fold=fold), CHICAGO).astimezone(dt.UTC)


@pytest.mark.parametrize(
    ("now", "quiet", "then"),
    [
        # 02:00 to 03:00 does not exist on the 8th of March: the part is over when the clock jumps.
        (chicago(FORWARD, 1, 45), "01:30-02:30", chicago(FORWARD, 3, 0)),
        (chicago(FORWARD, 1, 45), "02:15-02:45", chicago(FORWARD, 1, 45)),
        (chicago(FORWARD, 0, 30), "22:00-05:00", chicago(FORWARD, 5, 0)),
        # 01:00 to 02:00 comes twice on the 1st of November, and is quiet twice.
        (chicago(BACK, 1, 15), "01:10-01:30", chicago(BACK, 1, 30)),
        (chicago(BACK, 1, 15, fold=1), "01:10-01:30", chicago(BACK, 1, 30, fold=1)),
        (chicago(BACK, 1, 45), "01:30-02:30", chicago(BACK, 1, 0, fold=1)),
        (chicago(BACK, 1, 45, fold=1), "01:30-02:30", chicago(BACK, 2, 30)),
        (chicago(BACK, 0, 30), "22:00-05:00", chicago(BACK, 5, 0)),
    ],
)
def test_quiet_hours_follow_the_clock_on_the_wall_over_its_changes(
    now: dt.datetime, quiet: str, then: dt.datetime
) -> None:
    found = moment("5m", last=None, now=now, quiet=[quiet], time_zone="America/Chicago")
    assert found == then


@pytest.mark.parametrize(("day", "hours"), [(FORWARD, 23), (BACK, 25)])
def test_intervals_that_slow_down_are_of_real_time_on_days_when_the_clock_changes(day: dt.date, hours: int) -> None:
    last, count = chicago(day, 0, 0), 0
    while last < chicago(day + dt.timedelta(days=1), 0, 0):
        found = moment("15m", last=last, now=last, idle=9, slowest="1h", time_zone="America/Chicago")
        assert found - last == minutes(60)
        last, count = found, count + 1
    assert count == hours


@pytest.mark.parametrize(
    ("text", "day", "count"),
    [
        ("*/15 * * * *", FORWARD, 92),
        ("*/15 * * * *", BACK, 100),
        ("30 1 * * *", BACK, 1),
        ("30 2 * * *", FORWARD, 1),
        ("30 2 * * *", BACK, 1),
    ],
)
def test_a_cron_expression_keeps_its_count_on_days_when_the_clock_changes(text: str, day: dt.date, count: int) -> None:
    last, found = chicago(day, 0, 0) - dt.timedelta(seconds=1), 0
    while (last := moment(text, last=last, now=last, time_zone="America/Chicago")) < chicago(
        day + dt.timedelta(days=1), 0, 0
    ):
        found += 1
    assert found == count


def test_a_flow_with_an_interval_and_quiet_hours_runs_through_both_changes_of_the_clock() -> None:
    quiet = ScheduleSettings.model_validate({"time_zone": "America/Chicago", "quiet": ["00:00-01:30"]})
    for day in (FORWARD, BACK):
        begun, last = [], chicago(day, 0, 0)
        while last < chicago(day, 4, 0):
            last = due(Timing.parse("30m"), quiet, last=last, now=last)
            begun.append(f"{last.astimezone(CHICAGO):%H:%M}{'b' if last.astimezone(CHICAGO).fold else ''}")
        assert (
            begun
            == {
                FORWARD: ["01:30", "03:00", "03:30", "04:00"],
                BACK: ["01:30", "01:30b", "02:00", "02:30", "03:00", "03:30", "04:00"],
            }[day]
        )


def test_a_flow_that_finds_nothing_slows_down_to_the_slowest() -> None:
    waits = [moment("5m", last=NOON, idle=idle, slowest="30m") - NOON for idle in range(5)]
    assert waits == [minutes(each) for each in (5, 10, 20, 30, 30)]


def test_a_failure_is_tried_again_before_the_next_day_and_not_before_the_next_interval() -> None:
    assert moment("0 3 * * *", last=NOON, retry=4) == NOON + minutes(4)
    assert moment("5m", last=NOON, retry=1) == NOON + minutes(5)
    assert moment("5m", last=NOON, retry=30) == NOON + minutes(30)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('bills = "soon"', "'soon' is neither an interval such as 5m nor a cron expression"),
        ('bills = "0m"', "never waits"),
        ('time_zone = "Chicago"', "there is no time zone 'Chicago'"),
        ('quiet = ["22-5"]', "no part of the day such as 22:00-05:30"),
        ('slowest = "0 3 * * *"', "slowest is an interval"),
        ('quiet = ["06:00-18:00", "17:00-06:00"]', "quiet leaves no minute of the day"),
    ],
)
def test_a_wrong_schedule_is_refused_with_its_line(simulators: Simulators, line: str, told: str) -> None:
    with simulators.settings.open("a", encoding="utf-8") as file:
        file.write(f"\n[schedule]\n{line}\n")
    with pytest.raises(SettingsError, match=r"bridge.toml:\d+: schedule") as caught:
        read_settings(simulators.settings)
    assert told in str(caught.value)


class Until:
    """Stops at a moment of the sandbox's time; its sleeps move that time on."""

    def __init__(self, sandbox: Sandbox, **passed: float) -> None:
        self._sandbox = sandbox
        self.end = sandbox.bridge.clock() + dt.timedelta(**passed)

    def is_set(self) -> bool:
        return self._sandbox.bridge.clock() >= self.end

    def wait(self, timeout: float | None = None) -> bool:
        self._sandbox.advance(seconds=timeout or 0)
        return self.is_set()


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    schedule = {"vendors": "15m", "items": "1h", "bills": "5m", "reconcile": "0 12 * * *"}
    with Sandbox({"schedule": schedule}, now=dt.datetime(2026, 3, 2, 11, 30, tzinfo=dt.UTC)) as made:
        made.gp.add_vendor("ACME", "ACME Ltd")
        made.gp.add_item("A-1", "Hammer", unit_schedule_id="EACH")
        add_purchase(made.cin7, 1)
        yield made


def runs(sandbox: Sandbox) -> list[str]:
    return [run.flow for run in reversed(sandbox.bridge.state.runs(100))]


def test_an_hour_unattended_carries_everything_in_order(sandbox: Sandbox) -> None:
    Runner(sandbox.bridge, Until(sandbox, minutes=60)).run()
    flows = runs(sandbox)
    assert flows[:3] == ["vendors", "items", "bills"]
    assert [flows.count(flow) for flow in ("vendors", "items", "bills")] == [4, 1, 12]
    assert len(sandbox.gp.sql("SELECT * FROM PM10000")) == 1


def test_a_new_process_goes_on_where_the_killed_one_was(sandbox: Sandbox) -> None:
    Runner(sandbox.bridge, Until(sandbox, minutes=2)).run()
    Runner(sandbox.bridge, Until(sandbox, minutes=2)).run()
    assert runs(sandbox) == ["vendors", "items", "bills"]


def test_a_comparison_runs_at_its_moment(sandbox: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "gp_cin7_bridge.schedule"):
        Runner(sandbox.bridge, Until(sandbox, hours=26)).run()
    assert [each.message for each in caplog.records].count("sandbox reconcile: both systems agree") == 2


def test_a_flow_that_fails_is_tried_again_and_keeps_no_other(
    sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    sandbox.gp.fail_next("status", match="Vendors", status=500, times=8)
    with caplog.at_level(logging.INFO, "gp_cin7_bridge.schedule"):
        Runner(sandbox.bridge, Until(sandbox, minutes=50)).run()
    assert "ERROR" in {each.levelname for each in caplog.records}
    assert len(sandbox.gp.sql("SELECT * FROM PM10000")) == 1


class Slow(Until):
    """Twenty minutes pass whenever somebody looks."""

    def is_set(self) -> bool:
        self._sandbox.advance(minutes=20)
        return super().is_set()


def test_a_flow_that_takes_longer_than_its_interval_keeps_no_other_from_running(sandbox: Sandbox) -> None:
    Runner(sandbox.bridge, Slow(sandbox, hours=12)).run()
    flows = runs(sandbox)
    assert flows[:3] == ["vendors", "items", "bills"]
    assert flows.count("bills") > 1, flows


def test_a_clock_that_was_wrong_for_a_while_keeps_nothing_from_running(sandbox: Sandbox) -> None:
    """It stood years ahead when each flow ran, then somebody set it right."""
    bridge = sandbox.bridge
    for job in ("vendors", "items", "bills", "reconcile"):
        bridge.state.move_cursor(f"schedule.{job}", (bridge.clock() + dt.timedelta(days=900)).isoformat())
    Runner(bridge, Until(sandbox, hours=2)).run()
    assert set(runs(sandbox)) == {"vendors", "items", "bills"}
    assert bridge.state.cursor("schedule.reconcile") == "2026-03-02T12:00:00+00:00"


class Comes:
    """Stops when all bills are there; the state comes back while the runner sleeps."""

    def __init__(self, simulators: Simulators, outage: ExitStack) -> None:
        self._simulators = simulators
        self._outage = outage

    def is_set(self) -> bool:
        return len(self._simulators.gp.sql("SELECT * FROM PM10000")) == 3

    def wait(self, timeout: float | None = None) -> bool:
        self._outage.close()
        return self.is_set()


def test_a_state_that_is_away_for_a_while_is_told_of_and_ends_no_runner(
    simulators: Simulators, postgres_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    with Bridge(read_settings(simulators.settings), state=postgres_url) as bridge, ExitStack() as outage:
        outage.enter_context(away(postgres_url))
        Runner(bridge, Comes(simulators, outage)).run()
        assert [run.flow for run in reversed(bridge.state.runs(10))] == ["vendors", "items", "bills"]
    assert [each.message for each in caplog.records if "does not answer as it should" in each.message]


class AfterOne:
    """Stops once the first document is written."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def is_set(self) -> bool:
        return bool(self._sandbox.gp.sql("SELECT 1 FROM PM10000"))

    def wait(self, timeout: float | None = None) -> bool:
        self._sandbox.advance(seconds=timeout or 0)
        return self.is_set()


def test_a_stop_finishes_the_document_at_work_and_the_next_start_does_the_rest(sandbox: Sandbox) -> None:
    add_purchase(sandbox.cin7, 2)
    Runner(sandbox.bridge, AfterOne(sandbox)).run()
    assert len(sandbox.gp.sql("SELECT * FROM PM10000")) == 1
    Runner(sandbox.bridge, Until(sandbox, minutes=6)).run()
    assert len(sandbox.gp.sql("SELECT * FROM PM10000")) == 2


def test_the_command_runs_until_sigterm_and_ends_clean(simulators: Simulators) -> None:
    command = [sys.executable, "-m", "gp_cin7_bridge.app.cli", "run", "-c", str(simulators.settings)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env={**os.environ, "TZ": "UTC"})
    deadline = time.monotonic() + 60
    while len(simulators.gp.sql("SELECT * FROM PM10000")) < 3 and time.monotonic() < deadline:
        time.sleep(0.1)
    process.send_signal(signal.SIGTERM)
    told = process.communicate(timeout=60)[1]
    assert process.returncode == 0, told
    assert "small bills: 3 created" in told


def test_a_connection_that_cannot_go_on_ends_the_command_so_that_somebody_notices(simulators: Simulators) -> None:
    with Bridge.open(simulators.settings) as bridge:
        bridge.state.start_run("vendors")
    other, company = simulators.folder / "other.toml", re.compile(r'^company = ".*"', re.MULTILINE)
    other.write_text(company.sub('company = "Another, Inc."', simulators.settings.read_text("utf-8")), "utf-8")
    command = [sys.executable, "-m", "gp_cin7_bridge.app.cli", "run", "-c", str(simulators.settings), "-c", str(other)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 1 and "belongs to company" in done.stderr and "Traceback" not in done.stderr
