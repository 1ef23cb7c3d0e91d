"""The audit answers what was asked: by document, vendor, run, time and outcome, in Python and by hand."""

from __future__ import annotations

import datetime as dt
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from attrs import evolve
from small import codes
from typer.testing import CliRunner

from gp_cin7_bridge import Bridge, sync_bills, sync_vendors
from gp_cin7_bridge.app.cli import app
from gp_cin7_bridge.review import queue
from gp_cin7_bridge.review.trail import trail
from gp_cin7_bridge.sandbox import Sandbox
from gp_cin7_bridge.sandbox.simulators import Simulators
from gp_cin7_bridge.state import AuditRow
from gp_cin7_bridge.state.chain import FIRST

NINE = dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC)


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = NINE

    def __call__(self) -> dt.datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    file = tmp_path / "bridge.toml"
    file.write_text(
        'name = "site"\n[gp]\nsba_url = "http://127.0.0.1:9"\ncompany = "F"\nusername = "u"\npassword = "env:P"\n'
        '[cin7]\naccount_id = "a"\napplication_key = "env:K"\n'
    )
    return file


@pytest.fixture
def site(settings: Path, clock: Clock) -> Iterator[Bridge]:
    """A bridge with an audit of two vendors and three bills, one of which was held before its vendor was known."""
    with Bridge.open(settings) as opened:
        bridge = Bridge(opened.settings, clock=clock)
    state = bridge.state
    state.audit(flow="vendors", action="create", outcome="created", document="ACME", gp_key="ACME", run_id=1)
    state.audit(flow="bills", action="hold", outcome="held", document="INV-1", cin7_id="p1/invoice/t1", run_id=2)
    clock.now += dt.timedelta(hours=12)
    for number, vendor in ((1, "ACME"), (2, "ACME"), (3, "BETA")):
        state.audit(
            flow="bills",
            action="create",
            outcome="created",
            document=f"INV-{number}",
            gp_key=f"V{number}",
            cin7_id=f"p{number}/invoice/t{number}",
            vendor=vendor,
            after={"document_amount": number},
            run_id=3,
        )
    clock.now += dt.timedelta(days=1)
    state.audit(flow="bills", action="note", outcome="decided", document="INV-2", cin7_id="p2/invoice/t2", actor="jo")
    yield bridge
    bridge.close()


def numbers(rows: list[AuditRow]) -> list[int]:
    return [row.seq for row in rows]


@pytest.mark.parametrize("name", ["INV-2", "V2", "p2/invoice/t2", "p2"])
def test_a_document_is_found_by_every_name_that_it_has(site: Bridge, name: str) -> None:
    assert 4 in numbers(trail(site, document=name))
    assert {row.document for row in trail(site, document=name)} == {"INV-2"}


def test_no_part_of_a_name_finds_anything(site: Bridge) -> None:
    for part in ("INV", "p", "%", "p2/invoice", "p_"):
        assert {row.document for row in trail(site, document=part)} <= ({"INV-2"} if part == "p2/invoice" else set())


def test_a_vendor_is_found_with_its_bills_even_from_before_anybody_knew_whose_they_are(site: Bridge) -> None:
    assert numbers(trail(site, vendor="ACME")) == [1, 2, 3, 4, 6]
    assert numbers(trail(site, vendor="BETA")) == [5]
    assert trail(site, vendor="NOBODY") == []


def test_run_outcome_and_limit_leave_out_what_does_not_fit(site: Bridge) -> None:
    assert numbers(trail(site, run=3)) == [3, 4, 5]
    assert numbers(trail(site, outcome="held")) == [2]
    assert numbers(trail(site, limit=2)) == [5, 6]
    assert numbers(trail(site, vendor="ACME", outcome="created", run=3)) == [3, 4]


def test_days_count_whole_and_moments_to_the_second(site: Bridge) -> None:
    first, noon = dt.date(2026, 3, 1), NINE + dt.timedelta(hours=3)
    assert numbers(trail(site, until=first)) == [1, 2, 3, 4, 5]
    assert numbers(trail(site, since=first + dt.timedelta(days=1))) == [6]
    assert numbers(trail(site, until=noon)) == [1, 2]
    assert numbers(trail(site, since=noon, until=first)) == [3, 4, 5]
    assert numbers(trail(site, since=NINE, until=NINE + dt.timedelta(seconds=1))) == [1, 2]
    elsewhere = dt.timezone(dt.timedelta(hours=-5))
    assert numbers(trail(site, until=noon.astimezone(elsewhere))) == [1, 2]


def asked(settings: Path, *options: str) -> list[dict[str, object]]:
    done = CliRunner().invoke(app, ["audit", "-c", str(settings), *options, "--json"])
    assert done.exit_code == 0, done.output
    rows: list[dict[str, object]] = json.loads(done.output)
    return rows


def test_the_same_is_asked_by_hand(site: Bridge, settings: Path) -> None:
    assert [row["seq"] for row in asked(settings, "--vendor", "ACME", "--outcome", "created")] == [1, 3, 4]
    assert [row["seq"] for row in asked(settings, "--since", "2026-03-01T12:00", "--until", "2026-03-01")] == [3, 4, 5]
    (row,) = asked(settings, "--document", "V3", "--run", "3", "--limit", "9")
    assert (row["after"], row["before"], row["actor"]) == ({"document_amount": 3}, None, "bridge")


def test_what_is_no_day_is_said(settings: Path) -> None:
    done = CliRunner().invoke(app, ["audit", "-c", str(settings), "--since", "yesterday"])
    assert done.exit_code == 2 and "2026-03-01T09:30" in done.output


def test_bills_name_their_vendor_whether_carried_held_or_noted(simulators: Simulators, carried: Bridge) -> None:
    simulators.gp.do("close_period", year=2026, period=3)
    assert set(codes(sync_bills(carried))) == {"INV-1", "INV-2", "INV-3"}
    queue.note(carried, "INV-2", "asked accounting", actor="jo")
    rows = trail(carried, vendor="ACME")
    assert [(row.flow, row.action) for row in rows] == [
        ("vendors", "create"),
        *[("bills", "hold")] * 3,
        ("bills", "note"),
    ]
    assert {row.vendor for row in rows if row.action == "hold"} == {"ACME"}


def test_a_row_from_before_the_later_columns_keeps_its_hash() -> None:
    row = AuditRow(
        seq=1,
        at="2026-03-01T09:00:00+00:00",
        actor="bridge",
        run_id=1,
        operation_id=None,
        flow="bills",
        action="hold",
        outcome="held",
        document="INV-1",
        gp_key="",
        cin7_id="p1/invoice/t1",
        before="",
        after="",
        detail="{}",
        previous_hash=FIRST,
        hash="",
    )
    assert row.computed_hash() == "b9a815b586a2f970f597b194b21bfe7ad8034510f9c6799d4917125c4449b8d5"
    for change in ({"vendor": "ACME"}, {"attempt": 1}, {"request": "x"}, {"response": "x"}):
        assert evolve(row, **change).computed_hash() != row.computed_hash()


def test_the_head_of_the_audit_is_logged_when_a_run_ends(sandbox: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    sandbox.gp.add_vendor("ACME", "Acme")
    with caplog.at_level(logging.INFO, "gp_cin7_bridge.audit"):
        sync_vendors(sandbox.bridge)
    newest = sandbox.bridge.state.audit_rows()[-1]
    (line,) = [each.message for each in caplog.records if each.name == "gp_cin7_bridge.audit"]
    assert line == f"sandbox: run 1 (vendors) done, audit row {newest.seq}, hash {newest.hash}"
