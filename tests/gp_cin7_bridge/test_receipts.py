"""Goods receipts in GP, from end to end: each is booked once, whatever is lost, undone or entered twice."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from decimal import Decimal

import pytest
from receipt_parts import ACCRUED, GL_ACCRUAL, INVENTORY, buy, journals, line, receipt, set_receipts
from small import codes, writes
from typer.testing import CliRunner

from gp_cin7_bridge import Bridge, Verb, apply, load_plan, plan, read_settings, save_plan, sync_receipts
from gp_cin7_bridge.app.cli import app
from gp_cin7_bridge.sandbox.simulators import Simulators

FIRST, SECOND = dt.date(2026, 3, 5), dt.date(2026, 3, 9)
T1, T2 = "11111111-0000-4000-8000-000000000001", "11111111-0000-4000-8000-000000000002"


@pytest.fixture
def accruing(simulators: Simulators) -> Iterator[Bridge]:
    """A bridge that books receipts."""
    set_receipts(simulators, GL_ACCRUAL)
    with Bridge.open(simulators.settings) as opened:
        yield opened


def received(simulators: Simulators, *quantities: int, status: str = "AUTHORISED", updated: str = "2026-03-20") -> str:
    """Order 10 at 2.50 and receive some on the first day, some on the second."""
    cin7 = simulators.cin7
    receipts = [
        receipt(cin7, task_id, (quantity, day), status=status)
        for task_id, day, quantity in zip((T1, T2), (FIRST, SECOND), quantities, strict=False)
    ]
    return buy(cin7, [line(cin7, 10, "2.50")], *receipts, updated=f"{updated}T10:00:00.000Z")


def dr(amount: str) -> dict[str, Decimal]:
    return {INVENTORY: Decimal(amount), ACCRUED: -Decimal(amount)}


def test_receipts_are_left_alone_unless_a_mode_is_set(simulators: Simulators, bridge: Bridge) -> None:
    received(simulators, 6)
    assert len(plan(bridge, "receipts")) == 0
    assert writes(simulators) == 0


def test_each_receipt_and_day_is_a_journal_in_a_batch_of_its_own(simulators: Simulators, accruing: Bridge) -> None:
    received(simulators, 6, 4)
    report = sync_receipts(accruing)
    assert report.created == ("PO-9 received 2026-03-05", "PO-9 received 2026-03-09")
    assert journals(simulators.gp) == [("2026-03-05", dr("15.00")), ("2026-03-09", dr("10.00"))]
    batches = [row["BACHNUMB"] for row in simulators.gp.sql("SELECT DISTINCT BACHNUMB FROM GL10000")]
    assert len(batches) == 2 and all(batch.startswith("C7") and len(batch) == 15 for batch in batches)


def test_what_is_booked_is_not_booked_again(simulators: Simulators, accruing: Bridge) -> None:
    received(simulators, 6)
    sync_receipts(accruing)
    before = writes(simulators)
    report = sync_receipts(accruing)
    assert (report.created, report.held, len(report.unchanged)) == ((), (), 1)
    received(simulators, 6, updated="2026-03-21")
    assert sync_receipts(accruing).created == ()
    assert writes(simulators) == before


def test_a_receipt_that_is_undone_changed_and_entered_again_leaves_what_was_received(
    simulators: Simulators, accruing: Bridge
) -> None:
    received(simulators, 6)
    sync_receipts(accruing)
    received(simulators, 6, status="DRAFT", updated="2026-03-21")
    sync_receipts(accruing)
    received(simulators, 7, updated="2026-03-22")
    sync_receipts(accruing)
    amounts = [lines[INVENTORY] for _, lines in journals(simulators.gp)]
    assert amounts == [Decimal("15.00"), Decimal("-15.00"), Decimal("17.50")]


def test_a_receipt_that_cannot_be_valued_is_held_and_stops_no_other(simulators: Simulators, accruing: Bridge) -> None:
    cin7 = simulators.cin7
    buy(cin7, [line(cin7, 1, "2.50")], receipt(cin7, T1, (3, FIRST)), number="PO-8")
    received(simulators, 6)
    report = sync_receipts(accruing)
    assert codes(report) == {"PO-8 received 2026-03-05": ["receipt_over_order"]}
    assert len(report.created) == 1
    buy(cin7, [line(cin7, 3, "2.50")], receipt(cin7, T1, (3, FIRST)), number="PO-8", updated="2026-03-21T10:00:00.000Z")
    report = sync_receipts(accruing)
    assert report.created == ("PO-8 received 2026-03-05",)
    assert not report.held and not accruing.state.held("receipts")


def test_a_closed_financial_period_holds_a_receipt_or_moves_it(simulators: Simulators, accruing: Bridge) -> None:
    received(simulators, 6)
    simulators.gp.sql("UPDATE SY40100 SET PSERIES_1 = 1 WHERE YEAR1 = 2026 AND PERIODID = 3")
    assert codes(sync_receipts(accruing)) == {"PO-9 received 2026-03-05": ["journal_period_closed"]}
    set_receipts(simulators, f'{GL_ACCRUAL}\n[periods]\nclosed_period = "next_open"\n')
    with Bridge.open(simulators.settings) as moving:
        assert sync_receipts(moving).created
    assert journals(simulators.gp) == [("2026-04-01", dr("15.00"))]


def test_a_lost_answer_makes_no_second_journal(simulators: Simulators, accruing: Bridge) -> None:
    received(simulators, 6)
    simulators.gp.fail_next("lost_answer", match="^POST .*Journals")
    assert len(sync_receipts(accruing).created) == 1
    assert journals(simulators.gp) == [("2026-03-05", dr("15.00"))]


def test_a_lost_request_is_sent_again_once_it_cannot_be_under_way(simulators: Simulators, accruing: Bridge) -> None:
    received(simulators, 6)
    simulators.gp.fail_next("lost_request", match="^POST .*Journals")
    report = sync_receipts(accruing)
    assert report.failed and not journals(simulators.gp)
    later = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=2)
    with Bridge(read_settings(simulators.settings), clock=lambda: later) as bridge:
        sync_receipts(bridge)
        assert not bridge.state.held("receipts")
    assert journals(simulators.gp) == [("2026-03-05", dr("15.00"))]


def test_a_state_that_was_lost_links_the_journals_that_gp_has(simulators: Simulators, accruing: Bridge) -> None:
    received(simulators, 6, 4)
    sync_receipts(accruing)
    with Bridge(read_settings(simulators.settings), state="sqlite://") as amnesiac:
        assert [action.verb for action in plan(amnesiac, "receipts")] == [Verb.UPDATE, Verb.UPDATE]
        sync_receipts(amnesiac)
        links = {link.cin7_id: link.details for link in accruing.state.links("receipt")}
        assert {link.cin7_id: link.details for link in amnesiac.state.links("receipt")} == links
    assert len(journals(simulators.gp)) == 2


def test_another_journal_in_its_batch_is_for_people(simulators: Simulators, accruing: Bridge) -> None:
    received(simulators, 6)
    sync_receipts(accruing)
    simulators.gp.sql("UPDATE GL10000 SET TRXDATE = '2026-03-06T00:00:00'")
    with Bridge(read_settings(simulators.settings), state="sqlite://") as amnesiac:
        assert codes(sync_receipts(amnesiac)) == {"PO-9 received 2026-03-05": ["journal_mismatch"]}
    assert len(journals(simulators.gp)) == 1


def test_a_plan_of_receipts_goes_through_a_file(simulators: Simulators, accruing: Bridge) -> None:
    received(simulators, 6)
    made = plan(accruing, "receipts")
    path = simulators.folder / "receipts.plan"
    save_plan(made, path)
    assert load_plan(path) == made
    assert len(apply(accruing, load_plan(path)).created) == 1
    assert journals(simulators.gp) == [("2026-03-05", dr("15.00"))]


def test_the_command_line_plans_and_carries_receipts(simulators: Simulators, accruing: Bridge) -> None:
    received(simulators, 6)
    accruing.close()
    shown = CliRunner().invoke(app, ["plan", "receipts", "-c", str(simulators.settings), "--json"])
    (action,) = json.loads(shown.stdout)["actions"]
    assert (shown.exit_code, action["verb"]) == (0, "create")
    done = CliRunner().invoke(app, ["sync", "receipts", "-c", str(simulators.settings), "--json"])
    assert (done.exit_code, json.loads(done.stdout)["created"]) == (0, 1)
    assert len(journals(simulators.gp)) == 1


def test_a_receipt_that_moves_to_an_earlier_day_is_taken_back_before_it_is_booked_there(
    simulators: Simulators, accruing: Bridge
) -> None:
    cin7, earlier = simulators.cin7, dt.date(2026, 3, 4)
    buy(cin7, [line(cin7, 6, "2.50")], receipt(cin7, T1, (6, FIRST)))
    sync_receipts(accruing)
    buy(cin7, [line(cin7, 6, "2.50")], receipt(cin7, T1, (6, earlier)), updated="2026-03-21T10:00:00.000Z")
    assert not sync_receipts(accruing).held
    assert journals(simulators.gp) == [
        ("2026-03-04", dr("15.00")),
        ("2026-03-05", dr("15.00")),
        ("2026-03-05", dr("-15.00")),
    ]


def test_a_receipt_that_leaves_a_closed_period_is_booked_nowhere_else_before_it_is_taken_back(
    simulators: Simulators, accruing: Bridge
) -> None:
    cin7, april = simulators.cin7, dt.date(2026, 4, 2)
    received(simulators, 4)
    sync_receipts(accruing)
    simulators.gp.sql("UPDATE SY40100 SET PSERIES_1 = 1 WHERE YEAR1 = 2026 AND PERIODID = 3")
    buy(cin7, [line(cin7, 10, "2.50")], receipt(cin7, T1, (4, april)), updated="2026-04-03T10:00:00.000Z")
    assert codes(sync_receipts(accruing)) == {
        "PO-9 received 2026-03-05": ["journal_period_closed"],
        "PO-9 received 2026-04-02": ["journal_period_closed"],
    }
    assert journals(simulators.gp) == [("2026-03-05", dr("10.00"))]
