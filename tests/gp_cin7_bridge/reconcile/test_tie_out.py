"""Control accounts tied out over real sockets: each gap is explained by the documents that make it."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal

import pytest
from receipt_parts import buy, invoice, line, receipt
from small import add_purchase, writes
from typer.testing import CliRunner

from cin7core_client import Account
from dynamicsgp_client import Distribution, Journal, JournalLine, PayablesDocument
from gp_cin7_bridge import (
    Bridge,
    TieOut,
    sync_bills,
    sync_items,
    sync_receipts,
    sync_vendors,
    tie_out,
)
from gp_cin7_bridge.app.cli import app
from gp_cin7_bridge.sandbox import Sandbox
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


TASK = "11111111-0000-4000-8000-000000000001"


def grni(sandbox: Sandbox) -> list[tuple[str, Decimal, Decimal]]:
    """Document by document, what differs on the accrued account, after the line is seen to foot."""
    lines = [each for each in tie_out(sandbox.bridge).lines if each.control == "grni"]
    assert all(line.gap == sum(each.gap for each in line.documents) for line in lines)
    return [(each.document, each.cin7, each.gp) for line in lines for each in line.documents]


def accruing(mode: str = "gl_accrual") -> Sandbox:
    """Six of ten received at 2.50 and booked, then billed."""
    receipts = {"mode": mode, "accrued": "000-2120-00", "in_transit": "000-1310-00"}
    receipts |= {"sites": {"Main Warehouse": "MAIN"}, "first_day": dt.date(2026, 3, 1)}  # type: ignore[dict-item]
    sandbox = Sandbox({"receipts": receipts}, now=dt.datetime(2026, 4, 10, 12, tzinfo=dt.UTC))
    sandbox.gp.add_vendor("ACME", "ACME Ltd")
    sandbox.gp.insert("IV40700", LOCNCODE="MAIN")
    sandbox.gp.add_item("A-1", "Item A-1", unit_schedule_id="EACH")
    sync_vendors(sandbox.bridge)
    sync_items(sandbox.bridge)
    bought(sandbox, 20)
    sync_receipts(sandbox.bridge)
    return sandbox


def bought(sandbox: Sandbox, at: int, *, received: int = 6, billed: int = 0, number: str = "PO-9") -> None:
    cin7 = sandbox.cin7
    goods = [line(cin7, 10, "2.50")]
    bills = (invoice("B-1", dt.date(2026, 3, 25), line(cin7, billed, "2.60"), task_id=TASK),) if billed else ()
    arrived = receipt(cin7, TASK, (received, dt.date(2026, 3, 5)))
    arrived["Lines"][0]["Location"] = "Main Warehouse"  # type: ignore[index]  # a list of the simulator's rows
    buy(cin7, goods, arrived, invoices=bills, updated=f"2026-03-{at}T10:00:00.000Z", number=number)


def test_what_is_received_and_not_billed_ties_out_to_zero() -> None:
    sandbox = accruing()
    assert lines(sandbox, "grni", "inventory") == [
        ("grni", "2026-03", Decimal(-15), Decimal(-15)),
        ("inventory", "2026-03", Decimal(15), Decimal(15)),
    ]
    bought(sandbox, 26, billed=4)
    sync_bills(sandbox.bridge)
    assert tie_out(sandbox.bridge).agrees
    assert lines(sandbox, "grni", "inventory") == [
        ("grni", "2026-03", Decimal(-5), Decimal(-5)),
        ("inventory", "2026-03", Decimal("15.40"), Decimal("15.40")),
    ]


@pytest.mark.parametrize("difference", [None, "000-6900-00"])
def test_goods_in_transit_and_price_differences_are_no_gap_of_inventory(difference: str | None) -> None:
    sandbox = accruing()
    receipts = sandbox.bridge.settings.receipts.model_copy(update={"difference": difference})
    sandbox.bridge.settings = sandbox.bridge.settings.model_copy(update={"receipts": receipts})
    bought(sandbox, 26, billed=10)
    sync_bills(sandbox.bridge)
    assert tie_out(sandbox.bridge).agrees
    stands = Decimal("15.60") if difference is None else Decimal(15)
    assert lines(sandbox, "inventory") == [("inventory", "2026-03", stands, stands)]


def test_a_rate_that_changes_between_receipt_and_bill_is_no_gap_where_differences_have_an_account() -> None:
    sandbox = accruing()
    receipts = sandbox.bridge.settings.receipts.model_copy(update={"difference": "000-6900-00"})
    sandbox.bridge.settings = sandbox.bridge.settings.model_copy(update={"receipts": receipts})
    cin7, euros = sandbox.cin7, {"SupplierCurrency": "EUR", "BaseCurrency": "USD", "CurrencyRate": "1.1"}
    goods, arrived = [line(cin7, 3, "3.33")], receipt(cin7, TASK, (3, dt.date(2026, 3, 5)))
    buy(cin7, goods, arrived, number="PO-8", **euros)
    sync_receipts(sandbox.bridge)
    bill = {**invoice("B-8", dt.date(2026, 3, 25), *goods, task_id="b"), "CurrencyRate": "1.25"}
    buy(cin7, goods, arrived, invoices=(bill,), number="PO-8", updated="2026-03-26T10:00:00.000Z", **euros)
    assert sync_bills(sandbox.bridge).created == ("B-8",)
    assert tie_out(sandbox.bridge).agrees


def test_a_bill_that_was_not_carried_and_a_receipt_that_grew_explain_what_is_not_billed() -> None:
    sandbox = accruing()
    bought(sandbox, 26, received=8, billed=4)
    assert grni(sandbox) == [("B-1", Decimal(10), Decimal(0)), ("PO-9 received 2026-03-05", Decimal(-20), Decimal(-15))]


def test_a_journal_that_was_deleted_in_gp_explains_what_is_not_billed() -> None:
    sandbox = accruing()
    sandbox.gp.sql("DELETE FROM GL10000")
    assert grni(sandbox) == [("PO-9 received 2026-03-05", Decimal(-15), Decimal(0))]


def lines(sandbox: Sandbox, *controls: str) -> list[tuple[str, str, Decimal, Decimal]]:
    return [each for each in amounts(tie_out(sandbox.bridge)) if each[0] in controls]


def test_the_accrual_of_a_periods_end_and_its_reversal_tie_out_in_their_periods() -> None:
    sandbox = accruing("period_end_accrual")
    found = tie_out(sandbox.bridge)
    assert found.agrees
    assert amounts(found) == [
        ("grni", "2026-03", Decimal(-15), Decimal(-15)),
        ("grni", "2026-04", Decimal(15), Decimal(15)),
        ("inventory", "2026-03", Decimal(15), Decimal(15)),
        ("inventory", "2026-04", Decimal(-15), Decimal(-15)),
    ]


def test_what_was_entered_after_a_periods_end_was_accrued_is_no_gap() -> None:
    sandbox = accruing("period_end_accrual")
    bought(sandbox, 28, received=8, billed=8)
    sync_bills(sandbox.bridge)
    assert tie_out(sandbox.bridge).agrees


def test_an_accrual_or_a_reversal_that_gp_does_not_have_explains_its_gap() -> None:
    sandbox = accruing("period_end_accrual")
    sandbox.gp.sql("DELETE FROM GL10000 WHERE TRXDATE LIKE '2026-04-01%'")
    assert grni(sandbox) == [("reversal USD at 2026-03-31", Decimal(15), Decimal(0))]
    unbooked = accruing("off")
    receipts = unbooked.bridge.settings.receipts.model_copy(update={"mode": "period_end_accrual"})
    unbooked.bridge.settings = unbooked.bridge.settings.model_copy(update={"receipts": receipts})
    assert grni(unbooked) == [
        ("accrual USD at 2026-03-31", Decimal(-15), Decimal(0)),
        ("reversal USD at 2026-03-31", Decimal(15), Decimal(0)),
    ]


def test_what_another_mode_carried_over_ties_out_beside_the_accruals() -> None:
    sandbox = accruing("gl_accrual")
    receipts = sandbox.bridge.settings.receipts.model_copy(update={"mode": "period_end_accrual"})
    sandbox.bridge.settings = sandbox.bridge.settings.model_copy(update={"receipts": receipts})
    bought(sandbox, 20, number="PO-8")
    sync_receipts(sandbox.bridge)
    assert grni(sandbox) == []
    assert lines(sandbox, "grni") == [
        ("grni", "2026-03", Decimal(-30), Decimal(-30)),
        ("grni", "2026-04", Decimal(15), Decimal(15)),
    ]


def test_what_is_shipped_and_not_invoiced_ties_out_and_purchase_invoices_are_payables() -> None:
    sandbox = accruing("pop")
    assert lines(sandbox, "grni", "payables") == [("grni", "2026-03", Decimal(-15), Decimal(-15))]
    bought(sandbox, 26, billed=4)
    sync_receipts(sandbox.bridge)
    assert lines(sandbox, "grni", "payables") == [
        ("grni", "2026-03", Decimal(-5), Decimal(-5)),
        ("payables", "2026-03", Decimal("-10.40"), Decimal("-10.40")),
    ]
    assert gaps(tie_out(sandbox.bridge)) == [("inventory", "B-1", Decimal("-0.40"))]


def test_a_bill_that_was_not_matched_and_a_receipt_that_changed_explain_what_is_not_invoiced() -> None:
    sandbox = accruing("pop")
    bought(sandbox, 26, received=8, billed=4)
    assert grni(sandbox) == [("B-1", Decimal(10), Decimal(0)), ("PO-9 received 2026-03-05", Decimal(-20), Decimal(-15))]
    bought(sandbox, 27, received=4)
    assert grni(sandbox) == [("PO-9 received 2026-03-05", Decimal(-10), Decimal(-15))]


def test_a_receiving_that_was_deleted_in_gp_explains_what_is_not_invoiced() -> None:
    sandbox = accruing("pop")
    sandbox.gp.sql("DELETE FROM POP10300")
    assert grni(sandbox) == [("PO-9 received 2026-03-05", Decimal(-15), Decimal(0))]


def test_a_purchase_invoice_that_was_posted_is_a_payables_document_and_counts_once() -> None:
    sandbox = accruing("pop")
    bought(sandbox, 26, billed=4)
    sync_receipts(sandbox.bridge)
    sandbox.bridge.gp.payables.create(
        PayablesDocument(
            voucher_number="BYGP",
            vendor_id="ACME",
            document_number="B-1",
            document_date=dt.date(2026, 3, 25),
            batch_id="POSTED",
            purchases_amount=Decimal("10.40"),
            document_amount=Decimal("10.40"),
            distributions=(
                Distribution(account_number=INVENTORY, type=6, debit_amount=Decimal("10.40")),
                Distribution(account_number="000-2100-00", type=2, credit_amount=Decimal("10.40")),
            ),
            create_distributions=False,
        )
    )
    assert lines(sandbox, "payables") == [("payables", "2026-03", Decimal("-10.40"), Decimal("-10.40"))]


@pytest.mark.parametrize(("mode", "agrees"), [("gl_accrual", True), ("period_end_accrual", True), ("off", False)])
def test_what_cin7_core_accrues_itself_counts_only_where_no_mode_makes_its_own_of_it(mode: str, agrees: bool) -> None:
    sandbox = accruing(mode)
    liability = Account(code="2120", name="Accrued", type="CURRLIAB", class_="LIABILITY", status="ACTIVE")
    sandbox.bridge.cin7.accounts.create(liability)
    mapped = sandbox.bridge.settings.accounts.model_copy(update={"map": {"1300": INVENTORY, "2120": "000-2120-00"}})
    sandbox.bridge.settings = sandbox.bridge.settings.model_copy(update={"accounts": mapped})
    row = {"Debit": "1300", "Credit": "2120", "Amount": "15.00", "Date": "2026-03-05T00:00:00", "IsSystem": True}
    booked = [{"TaskID": TASK, "Status": "AUTHORISED", "Lines": [row]}]
    arrived = receipt(sandbox.cin7, TASK, (6, dt.date(2026, 3, 5)))
    buy(sandbox.cin7, [line(sandbox.cin7, 10, "2.50")], arrived, journals=booked)
    assert tie_out(sandbox.bridge).agrees is agrees
