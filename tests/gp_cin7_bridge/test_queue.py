"""What is held or failed waits in a queue: it stops nothing, is tried again, and people decide on it."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from small import add_purchase, codes, vouchers, writes

from gp_cin7_bridge import Bridge, QueueError, plan, replay, sync_bills, sync_items, sync_vendors
from gp_cin7_bridge.review import queue
from gp_cin7_bridge.sandbox.simulators import Simulators

ALL = [("INV-1", Decimal(10)), ("INV-2", Decimal(20)), ("INV-3", Decimal(30))]


@pytest.fixture
def held(simulators: Simulators, carried: Bridge) -> Bridge:
    """A bridge that carried two bills and holds INV-2, whose account is not mapped."""
    simulators.cin7.do("edit_invoice", order_number="PO-2", Lines=[line("9999", 20)])
    assert codes(sync_bills(carried)) == {"INV-2": ["account_unmapped"]}
    return carried


def line(account: str, amount: int) -> dict[str, object]:
    return {
        "SKU": "A-1",
        "Quantity": 1,
        "Price": amount,
        "Tax": 0,
        "TaxRule": "Tax exempt",
        "Account": account,
        "Total": amount,
    }


def mapped(simulators: Simulators) -> Bridge:
    """The same connection after a person mapped the account."""
    text = simulators.settings.read_text("utf-8")
    simulators.settings.write_text(text.replace('"1300" =', '"9999" = "000-1300-00"\n"1300" ='), "utf-8")
    return Bridge.open(simulators.settings)


def test_endow_90_a_held_document_stops_neither_the_others_nor_the_cursor(simulators: Simulators, held: Bridge) -> None:
    assert [number for number, _ in vouchers(simulators.gp)] == ["INV-1", "INV-3"]
    moved = held.state.cursor("cin7.purchases")
    assert moved is not None
    before = len(simulators.cin7.requests)
    sync_bills(held)
    read = [each.path for each in simulators.cin7.requests[before:] if "advanced-purchase" in each.path]
    assert read  # the held one is looked at again although the cursor is past it
    assert held.state.cursor("cin7.purchases") == moved


def test_an_account_that_is_mapped_lets_the_next_run_carry_what_waited(simulators: Simulators, held: Bridge) -> None:
    with mapped(simulators) as cured:
        assert sync_bills(cured).created == ("INV-2",)
        assert cured.state.held() == []
    assert vouchers(simulators.gp) == ALL


def test_a_period_that_is_opened_lets_the_next_run_carry_what_waited(simulators: Simulators, carried: Bridge) -> None:
    simulators.gp.do("close_period", year=2026, period=3)
    sync_bills(carried)
    simulators.gp.do("close_period", year=2026, period=3, closed=False)
    assert len(sync_bills(carried).created) == 3
    assert carried.state.held() == []


def test_replay_carries_named_documents_and_leaves_the_rest(simulators: Simulators, carried: Bridge) -> None:
    simulators.gp.do("close_period", year=2026, period=3)
    sync_bills(carried)
    simulators.gp.do("close_period", year=2026, period=3, closed=False)
    (report,) = replay(carried, ["INV-2"])
    assert report.created == ("INV-2",) and not report.held
    assert [each.document for each in carried.state.held()] == ["INV-1", "INV-3"]


def test_replay_by_reason_takes_only_what_is_held_for_it(simulators: Simulators, held: Bridge) -> None:
    add_purchase(simulators.cin7, 4, supplier="Nobody")
    simulators.cin7.do("edit_invoice", order_number="PO-4", Memo="new")
    sync_bills(held)
    assert {each.document for each in held.state.held()} == {"INV-2", "INV-4"}
    with mapped(simulators) as cured:
        (report,) = replay(cured, reason="account_unmapped")
        assert report.created == ("INV-2",)
        assert replay(cured, reason="period_closed") == ()


def test_replay_of_everything_gives_a_report_for_each_flow(simulators: Simulators, held: Bridge) -> None:
    simulators.gp.add_vendor("ACME2", "ACME Ltd")
    sync_vendors(held)
    assert [report.flow for report in replay(held)] == ["vendors", "bills"]


def test_replay_of_what_does_not_wait_is_refused(held: Bridge) -> None:
    with pytest.raises(QueueError, match=r"not waiting: 'INV-1'; `gp-cin7 held` lists"):
        replay(held, ["INV-1", "INV-2"])


def test_a_lost_answer_waits_as_failed_and_moves_the_cursor(simulators: Simulators, carried: Bridge) -> None:
    simulators.gp.fail_next("lost_answer", match="^POST .*Transactions", times=1)
    simulators.gp.fail_next("status", match="^GET .*Transactions.C7", times=4, status=500)
    report = sync_bills(carried)
    assert [each.document for each in report.failed] == ["INV-1"] and len(report.created) == 2
    (record,) = carried.state.held()
    assert (record.document, record.status, record.reasons[0].code) == ("INV-1", "failed", "outcome_unknown")
    assert carried.state.cursor("cin7.purchases") is not None
    sync_bills(carried)
    assert carried.state.held() == [] and vouchers(simulators.gp) == ALL


def test_a_lost_update_is_compared_anew_and_leaves_nothing_open(simulators: Simulators, carried: Bridge) -> None:
    simulators.gp.sql("UPDATE IV00101 SET ITEMDESC = 'Better' WHERE ITEMNMBR = 'A-1'")
    simulators.cin7.fail_next("lost_answer", match="PUT .*product")
    assert [each.document for each in sync_items(carried).failed] == ["A-1"]
    assert sync_items(carried).finished
    assert carried.state.held() == [] and carried.state.ledger.open_operations("product.update") == []


def test_a_purchase_that_cannot_be_read_stops_no_other(simulators: Simulators, carried: Bridge) -> None:
    (row,) = simulators.cin7.sql("SELECT id FROM purchases WHERE order_number = 'PO-2'")
    simulators.cin7.fail_next("status", match=f"GET .*{row['id']}", times=2, status=400)
    report = sync_bills(carried)
    assert list(codes(report).values()) == [["unreadable"]] and len(report.created) == 2
    assert sync_bills(carried).created == ("INV-2",)
    assert carried.state.held() == []


def test_what_is_no_longer_there_leaves_the_queue(simulators: Simulators, held: Bridge) -> None:
    simulators.cin7.do("void_purchase", order_number="PO-2")
    report = sync_bills(held)
    assert [each.reasons[0].code for each in report.skipped] == ["source_gone"]
    assert held.state.held() == [] and sync_bills(held).skipped == ()


def test_a_vendor_that_was_deleted_leaves_the_queue(simulators: Simulators, carried: Bridge) -> None:
    simulators.gp.add_vendor("ACME2", "ACME Ltd")
    sync_vendors(carried)
    assert len(carried.state.held()) == 1
    simulators.gp.sql("DELETE FROM PM00200 WHERE VENDORID = 'ACME2'")
    sync_vendors(carried)
    assert carried.state.held() == []


def test_a_skip_survives_planning_and_says_who_and_why(simulators: Simulators, held: Bridge) -> None:
    queue.skip(held, "INV-2", "entered by hand", actor="mia")
    with mapped(simulators) as cured:
        assert [each.verb for each in plan(cured, "bills") if each.document == "INV-2"] in ([], ["skip"])
        simulators.cin7.do("edit_invoice", order_number="PO-2", Memo="a photo was added")
        report = sync_bills(cured)
        (skipped,) = [each for each in report.skipped if each.document == "INV-2"]
        assert "mia decided not to carry it: entered by hand" in skipped.reasons[0].text
        assert not report.created and not report.held
    assert [number for number, _ in vouchers(simulators.gp)] == ["INV-1", "INV-3"]


def test_a_skip_ends_when_the_bill_gets_other_money(simulators: Simulators, held: Bridge) -> None:
    queue.skip(held, "INV-2", "wrong price", actor="mia")
    simulators.cin7.do("edit_invoice", order_number="PO-2", Lines=[line("1300", 25)], Total=25, TotalBeforeTax=25)
    assert sync_bills(held).created == ("INV-2",)
    assert held.state.skipped() == []


def test_a_skip_ends_when_it_is_taken_back(simulators: Simulators, held: Bridge) -> None:
    queue.skip(held, "INV-2", "entered by hand", actor="mia")
    assert replay(held) == ()
    queue.unskip(held, "INV-2", actor="mia")
    assert codes(sync_bills(held)) == {"INV-2": ["account_unmapped"]}


def test_a_bill_can_be_skipped_before_it_was_ever_carried(simulators: Simulators, carried: Bridge) -> None:
    queue.skip(carried, "INV-3", "belongs to another company", actor="mia")
    assert sync_bills(carried).created == ("INV-1", "INV-2")
    with pytest.raises(QueueError, match="lists what would be carried"):
        queue.skip(carried, "INV-9", "unknown", actor="mia")


def test_a_document_has_an_owner_a_note_and_a_history(held: Bridge) -> None:
    queue.assign(held, "INV-2", "accounting", actor="mia")
    queue.note(held, "INV-2", "asked the supplier", actor="mia")
    sync_bills(held)
    (record,) = queue.waiting(held)
    assert (record.assignee, record.note, record.times) == ("accounting", "asked the supplier", 2)
    queue.skip(held, "INV-2", "entered by hand", actor="noa")
    told = [(row.action, row.actor) for row in queue.history(held, record)]
    assert told == [("hold", "bridge"), ("assign", "mia"), ("note", "mia"), ("skip", "noa")]
    assert held.state.audit_broken_at() is None


def test_the_queue_is_filtered_by_flow_and_reason(simulators: Simulators, held: Bridge) -> None:
    simulators.gp.add_vendor("ACME2", "ACME Ltd")
    sync_vendors(held)
    assert [each.document for each in queue.waiting(held, flow="vendors")] == ["ACME2"]
    assert [each.document for each in queue.waiting(held, code="account_unmapped")] == ["INV-2"]


def test_a_name_that_means_two_documents_asks_for_the_key(simulators: Simulators, held: Bridge) -> None:
    add_purchase(simulators.cin7, 5, supplier="BETA Ltd", InvoiceNumber="INV-2", Lines=[line("9999", 50)])
    simulators.cin7.do("edit_invoice", order_number="PO-5", Memo="new")
    sync_bills(held)
    with pytest.raises(QueueError, match="means several documents; name one by its key"):
        queue.assign(held, "INV-2", "accounting", actor="mia")
    first, second = queue.waiting(held)
    assert queue.assign(held, first.record_key, "accounting", actor="mia").assignee == "accounting"
    assert queue.queued(held, second.record_key).assignee == ""


def test_nothing_of_the_queue_writes_to_either_system(simulators: Simulators, held: Bridge) -> None:
    before = writes(simulators)
    queue.assign(held, "INV-2", "accounting", actor="mia")
    queue.skip(held, "INV-2", "entered by hand", actor="mia")
    queue.unskip(held, "INV-2", actor="mia")
    replay(held, ["INV-2"])
    assert writes(simulators) == before
    assert json.dumps([each.document for each in held.state.held()]) == '["INV-2"]'
