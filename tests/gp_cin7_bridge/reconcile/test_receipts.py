"""Receipts reconciled and tied out over real sockets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import pytest
from receipt_parts import ACCRUED, GL_ACCRUAL, buy, line, receipt, set_receipts

from gp_cin7_bridge import Bridge, reconcile, sync_receipts, tie_out
from gp_cin7_bridge.sandbox.simulators import Simulators

DAY = dt.date(2026, 3, 5)
TASK = "11111111-0000-4000-8000-000000000001"


@pytest.fixture
def accruing(simulators: Simulators) -> Iterator[Bridge]:
    """A bridge that books receipts, with one to be booked."""
    set_receipts(simulators, GL_ACCRUAL)
    buy(simulators.cin7, [line(simulators.cin7, 10, "2.50")], receipt(simulators.cin7, TASK, (6, DAY)))
    with Bridge.open(simulators.settings) as opened:
        yield opened


def found(bridge: Bridge) -> list[tuple[str, str]]:
    return [(str(each.kind), each.document) for each in reconcile(bridge, ["receipts"]).findings]


def test_a_receipt_that_is_not_booked_is_missing(accruing: Bridge) -> None:
    assert found(accruing) == [("missing", "PO-9 received 2026-03-05")]


def test_what_is_booked_agrees(accruing: Bridge) -> None:
    sync_receipts(accruing)
    outcome = reconcile(accruing, ["receipts"])
    assert (outcome.findings, outcome.compared) == ((), {"receipts": 1})


def test_a_receipt_that_is_held_tells_why(simulators: Simulators, accruing: Bridge) -> None:
    simulators.gp.sql("UPDATE SY40100 SET PSERIES_1 = 1 WHERE YEAR1 = 2026 AND PERIODID = 3")
    sync_receipts(accruing)
    (finding,) = reconcile(accruing, ["receipts"]).findings
    assert finding.kind == "missing" and "closed" in finding.text


def test_a_journal_that_was_changed_in_gp_differs(simulators: Simulators, accruing: Bridge) -> None:
    sync_receipts(accruing)
    for column in ("ORDBTAMT", "DEBITAMT", "ORCRDAMT", "CRDTAMNT"):
        simulators.gp.sql(f"UPDATE GL10001 SET {column} = {column} * 2")
    (finding,) = reconcile(accruing, ["receipts"]).findings
    assert finding.kind == "different" and "15" in finding.differences[0].expected
    assert "30" in finding.differences[0].found


def test_a_journal_that_gp_does_not_list_was_posted_or_deleted(simulators: Simulators, accruing: Bridge) -> None:
    sync_receipts(accruing)
    simulators.gp.sql("DELETE FROM GL10000")
    outcome = reconcile(accruing, ["receipts"])
    assert [each.kind for each in outcome.findings] == ["posted"] and outcome.agrees


def test_without_a_mode_receipts_are_no_kind_of_their_own(bridge: Bridge) -> None:
    assert "receipts" not in reconcile(bridge, None).kinds


def test_rni_what_is_accrued_stands_on_grni_by_its_receipt(accruing: Bridge) -> None:
    sync_receipts(accruing)
    (grni,) = (each for each in tie_out(accruing).lines if each.control == "grni")
    assert (grni.accounts, grni.period, grni.gp, grni.cin7) == (
        ACCRUED,
        "2026-03",
        Decimal("-15.00"),
        Decimal("-15.00"),
    )
    assert grni.documents == ()
