"""Control accounts tied out over real sockets: each gap is explained by the documents that make it."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal

from small import add_purchase, writes
from typer.testing import CliRunner

from dynamicsgp_client import Journal, JournalLine
from gp_cin7_bridge import Bridge, TieOut, tie_out
from gp_cin7_bridge.app.cli import app
from gp_cin7_bridge.sandbox.simulators import Simulators

INVENTORY = "000-1300-00"


def amounts(found: TieOut) -> list[tuple[str, str, Decimal, Decimal]]:
    return [(each.control, each.period, each.cin7, each.gp) for each in found.lines]


def gaps(found: TieOut) -> list[tuple[str, str, Decimal]]:
    return [(line.control, each.document, each.gap) for line in found.lines for each in line.documents]


def test_what_was_carried_ties_out_by_account_and_period(simulators: Simulators, bridge: Bridge) -> None:
    before = writes(simulators)
    found = tie_out(bridge)
    assert found.agrees and writes(simulators) == before
    assert amounts(found) == [
        ("inventory", "2026-03", Decimal(60), Decimal(60)),
        ("payables", "2026-03", Decimal(-60), Decimal(-60)),
    ]


def test_a_bill_that_gp_does_not_have_explains_its_gap(simulators: Simulators, bridge: Bridge) -> None:
    add_purchase(simulators.cin7, 4)
    found = tie_out(bridge)
    assert not found.agrees
    assert gaps(found) == [("inventory", "INV-4", Decimal(-40)), ("payables", "INV-4", Decimal(40))]


def test_a_bill_that_was_posted_into_another_period_stands_in_both(simulators: Simulators, bridge: Bridge) -> None:
    simulators.gp.sql("UPDATE PM10000 SET PSTGDATE = '2026-04-01 00:00:00.000' WHERE DOCNUMBR = 'INV-2'")
    found = tie_out(bridge)
    assert [(line.control, line.period, line.gap) for line in found.lines] == [
        ("inventory", "2026-03", Decimal(-20)),
        ("inventory", "2026-04", Decimal(20)),
        ("payables", "2026-03", Decimal(20)),
        ("payables", "2026-04", Decimal(-20)),
    ]


def test_what_only_gp_has_explains_its_gap(simulators: Simulators, bridge: Bridge) -> None:
    lines = (
        JournalLine(account_number=INVENTORY, debit_amount=Decimal("7.50")),
        JournalLine(account_number="000-4500-00", credit_amount=Decimal("7.50")),
    )
    bridge.gp.journals.create(
        Journal(transaction_date=dt.date(2026, 3, 9), batch_id="BYHAND", reference="by hand", lines=lines)
    )
    found = tie_out(bridge)
    assert gaps(found) == [("inventory", "by hand", Decimal("7.50"))]


def test_the_gaps_of_documents_sum_to_the_gap_of_their_line(simulators: Simulators, bridge: Bridge) -> None:
    add_purchase(simulators.cin7, 4)
    simulators.gp.do("delete_voucher", voucher=bridge.state.links("bill")[0].gp_key)
    found = tie_out(bridge)
    assert all(line.gap == sum(each.gap for each in line.documents) for line in found.lines)
    assert {len(line.documents) for line in found.lines} == {2}


def test_payments_are_left_out(simulators: Simulators, bridge: Bridge) -> None:
    simulators.cin7.people.pay("PO-1", 10)
    assert tie_out(bridge).agrees


def test_a_voided_voucher_counts_nothing(simulators: Simulators, bridge: Bridge) -> None:
    for row in simulators.gp.sql("SELECT DISTINCT BACHNUMB FROM PM10000"):
        simulators.gp.do("post_batch", batch=row["BACHNUMB"])
    simulators.gp.do("void_voucher", voucher=bridge.state.links("bill")[0].gp_key)
    assert not tie_out(bridge).agrees


def test_days_bound_it(simulators: Simulators, bridge: Bridge) -> None:
    assert tie_out(bridge, until=dt.date(2026, 3, 1)).lines == ()
    assert len(tie_out(bridge, since=dt.date(2026, 3, 2)).lines) == 2


def test_the_command_ends_in_3_and_names_the_documents(simulators: Simulators, bridge: Bridge) -> None:
    add_purchase(simulators.cin7, 4)
    done = CliRunner().invoke(app, ["reconcile", "--tie-out", "-c", str(simulators.settings)])
    assert done.exit_code == 3 and "INV-4: Cin7 Core 40.00, GP 0.00, gap -40.00" in done.stdout
    done = CliRunner().invoke(app, ["reconcile", "--tie-out", "--json", "-c", str(simulators.settings)])
    found = json.loads(done.stdout)
    assert not found["agrees"] and found["lines"][0]["gap"] == "-40.00" and found["findings"][0]["document"] == "INV-4"
    done = CliRunner().invoke(app, ["reconcile", "--since", "2026-03-01", "-c", str(simulators.settings)])
    assert done.exit_code == 2
