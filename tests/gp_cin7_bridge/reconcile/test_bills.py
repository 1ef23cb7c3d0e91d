"""Bills reconciled over real sockets: each thing that people do to one of them is one finding."""

from __future__ import annotations

from decimal import Decimal

import pytest
from small import add_purchase, writes

from gp_cin7_bridge import Bridge, Finding, Reconciliation, UnknownFlowError, reconcile
from gp_cin7_bridge.review.queue import skip
from gp_cin7_bridge.sandbox.simulators import Simulators


def voucher(simulators: Simulators, number: str) -> str:
    (row,) = simulators.gp.sql("SELECT VCHNUMWK FROM PM10000 WHERE DOCNUMBR = ?", (number,))
    return str(row["VCHNUMWK"])


def bills(bridge: Bridge) -> Reconciliation:
    return reconcile(bridge, ["bills"])


def only(found: Reconciliation) -> Finding:
    (finding,) = found.findings
    return finding


def differences(finding: Finding) -> dict[str, tuple[str, str]]:
    return {each.field: (each.expected, each.found) for each in finding.differences}


def test_what_was_carried_agrees_and_nothing_is_written(simulators: Simulators, bridge: Bridge) -> None:
    before, audit = writes(simulators), bridge.state.audit_rows()
    found = bills(bridge)
    assert (found.agrees, found.findings, found.compared) == (True, (), {"bills": 3})
    assert writes(simulators) == before and bridge.state.audit_rows() == audit


def test_the_calls_are_the_pages_of_two_lists_and_one_for_each_purchase(simulators: Simulators, bridge: Bridge) -> None:
    before = len(simulators.cin7.requests)
    found = bills(bridge)
    assert found.calls.cin7 == len(simulators.cin7.requests) - before == 2 + 3


def test_a_bill_that_was_never_carried_is_missing(simulators: Simulators, bridge: Bridge) -> None:
    add_purchase(simulators.cin7, 4)
    finding = only(bills(bridge))
    assert (finding.kind, finding.document, finding.cure) == ("missing", "INV-4", "Run `gp-cin7 sync bills`.")


def test_a_bill_that_is_held_is_missing_with_its_reason(simulators: Simulators, bridge: Bridge) -> None:
    simulators.gp.do("close_period", year=2026, period=3)
    add_purchase(simulators.cin7, 4)
    finding = only(bills(bridge))
    assert finding.kind == "missing" and "closed for Purchasing" in finding.text


def test_a_voucher_that_was_edited_in_gp_differs_field_by_field(simulators: Simulators, bridge: Bridge) -> None:
    simulators.gp.do(
        "edit_voucher", voucher=voucher(simulators, "INV-2"), DOCAMNT=99, DOCDATE="2026-03-05 00:00:00.000"
    )
    finding = only(bills(bridge))
    assert (finding.kind, finding.document) == ("different", "INV-2")
    assert differences(finding) == {
        "document_amount": ("20.00", "99.00"),
        "document_date": ("2026-03-02", "2026-03-05"),
    }


def test_a_voucher_whose_account_was_changed_differs_by_account(simulators: Simulators, bridge: Bridge) -> None:
    simulators.gp.sql(
        """UPDATE PM10100 SET DSTINDX = (SELECT ACTINDX FROM GL00105 WHERE ACTNUMST = '000-4500-00')
        WHERE VCHRNMBR = ? AND DISTTYPE = 6""",
        (voucher(simulators, "INV-1"),),
    )
    finding = only(bills(bridge))
    assert differences(finding) == {
        "account 000-1300-00": ("10.00", "0.00"),
        "account 000-4500-00": ("0.00", "10.00"),
    }


def test_fisk_close_a_mapping_that_was_swapped_shows_on_every_voucher(simulators: Simulators, bridge: Bridge) -> None:
    text = simulators.settings.read_text("utf-8").replace('"1300" = "000-1300-00"', '"1300" = "000-4500-00"')
    simulators.settings.write_text(text, "utf-8")
    with Bridge.open(simulators.settings) as bridge:
        assert [each.kind for each in bills(bridge).findings] == ["different"] * 3


def test_a_voucher_that_was_deleted_in_gp_is_named(simulators: Simulators, bridge: Bridge) -> None:
    number = voucher(simulators, "INV-3")
    simulators.gp.do("delete_voucher", voucher=number)
    finding = only(bills(bridge))
    assert (finding.kind, finding.document, finding.key) == ("deleted", "INV-3", number)


def test_a_posted_voucher_is_told_and_both_still_agree(simulators: Simulators, bridge: Bridge) -> None:
    (batch,) = simulators.gp.sql("SELECT DISTINCT BACHNUMB FROM PM10000 WHERE DOCNUMBR = 'INV-1'")
    simulators.gp.do("post_batch", batch=batch["BACHNUMB"])
    found = bills(bridge)
    assert found.agrees and {each.kind for each in found.findings} == {"posted"}


def test_a_voided_voucher_differs(simulators: Simulators, bridge: Bridge) -> None:
    number = voucher(simulators, "INV-1")
    (batch,) = simulators.gp.sql("SELECT DISTINCT BACHNUMB FROM PM10000 WHERE DOCNUMBR = 'INV-1'")
    simulators.gp.do("post_batch", batch=batch["BACHNUMB"])
    simulators.gp.do("void_voucher", voucher=number)
    (finding,) = (each for each in bills(bridge).findings if each.disagrees)
    assert (finding.document, differences(finding)) == ("INV-1", {"voided": ("no", "yes")})


@pytest.mark.parametrize("number", ["INV-2", "inv 2", "INV-2-1"])
def test_a_bill_that_was_typed_a_second_time_is_duplicated(simulators: Simulators, bridge: Bridge, number: str) -> None:
    simulators.gp.sql("UPDATE PM40100 SET ADUPINNM = 1")
    document = bridge.gp.payables.get(voucher(simulators, "INV-2"))
    typed = {"voucher_number": "00000000000000077", "document_number": number, "batch_id": "TYPED"}
    bridge.gp.payables.create(document.replace(**typed))
    found = bills(bridge)
    finding = only(found)
    assert (finding.kind, finding.document, finding.key) == ("duplicated", "INV-2", "00000000000000077")
    (total,) = found.totals
    assert (total.cin7_count, total.gp_count, total.gap) == (3, 4, Decimal(20))


def test_a_bill_with_an_unmapped_account_is_unmapped(simulators: Simulators, bridge: Bridge) -> None:
    line = {"SKU": "A-1", "Quantity": 1, "Tax": 0, "TaxRule": "Tax exempt", "Account": "6400", "Total": Decimal(40)}
    add_purchase(simulators.cin7, 4, Lines=[line])
    finding = only(bills(bridge))
    assert (finding.kind, finding.document) == ("unmapped", "INV-4")
    assert "'6400'" in finding.text and "[accounts.map]" in finding.cure


@pytest.mark.parametrize("act", ["void_invoice", "undo_invoice", "void_purchase"])
def test_a_document_that_was_voided_or_undone_leaves_its_voucher_extra(
    simulators: Simulators, bridge: Bridge, act: str
) -> None:
    getattr(simulators.cin7.people, act)("PO-3")
    finding = only(bills(bridge))
    assert (finding.kind, finding.document, finding.vendor) == ("extra", "INV-3", "ACME")


def test_a_document_that_was_changed_after_it_was_carried_differs(simulators: Simulators, bridge: Bridge) -> None:
    simulators.cin7.people.edit_invoice("PO-1", InvoiceNumber="INV-11")
    finding = only(bills(bridge))
    assert differences(finding) == {"document_number": ("INV-11", "INV-1")}


def test_the_state_is_not_believed(simulators: Simulators, bridge: Bridge) -> None:
    """Links are lost, and still each voucher is found by the number that follows from its document."""
    (path,) = simulators.folder.glob("state.sqlite")
    text = simulators.settings.read_text("utf-8").replace(path.name, "another.sqlite")
    simulators.settings.write_text(text, "utf-8")
    with Bridge.open(simulators.settings) as bridge:
        assert bills(bridge).agrees


def test_a_skipped_bill_is_told_and_both_agree(simulators: Simulators, bridge: Bridge) -> None:
    add_purchase(simulators.cin7, 4)
    skip(bridge, "INV-4", "paid by card", actor="ann")
    found = bills(bridge)
    assert found.agrees and only(found).kind == "skipped"


def test_totals_are_by_vendor_period_and_currency(simulators: Simulators, bridge: Bridge) -> None:
    add_purchase(simulators.cin7, 4)
    (total,) = bills(bridge).totals
    assert (total.vendor, total.period, total.currency) == ("ACME", "2026-03", "USD")
    assert (total.cin7_count, total.cin7_amount, total.gp_count, total.gp_amount) == (4, Decimal(100), 3, Decimal(60))


def test_what_cannot_be_read_is_told(simulators: Simulators, bridge: Bridge) -> None:
    simulators.cin7.people.edit_purchase("PO-1", ShippingAddress="nowhere")
    finding = only(bills(bridge))
    assert (finding.kind, finding.document) == ("unreadable", "PO-1")


def test_an_unknown_kind_is_said(bridge: Bridge) -> None:
    with pytest.raises(UnknownFlowError, match="bills"):
        reconcile(bridge, ["payments"])
