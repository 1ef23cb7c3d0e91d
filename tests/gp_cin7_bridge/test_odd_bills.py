"""Odd but real bills through both simulators: what is seldom must not be lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

import pytest
from small import codes, vouchers

from gp_cin7_bridge import sync_bills, sync_vendors
from gp_cin7_bridge.review.approve import approve
from gp_cin7_bridge.sandbox import Sandbox

DAY = "2026-03-02"


@pytest.fixture
def site() -> Iterator[Sandbox]:
    """A site with one vendor and no bill."""
    with Sandbox() as sandbox:
        sandbox.gp.add_vendor("ACME", "Acme")
        sync_vendors(sandbox.bridge)
        yield sandbox


def document(number: str, amount: object, *, kind: str = "Invoice", **more: object) -> dict[str, object]:
    """Give an authorised invoice or credit note."""
    line = {"SKU": "A-1", "Quantity": 1, "Price": amount, "Tax": 0, "TaxRule": "Tax exempt", "Account": "1300"}
    return {
        f"{kind}Number": number,
        f"{kind}Date": f"{DAY}T00:00:00",
        "Status": "AUTHORISED",
        "Lines": [{**line, "Total": amount}],
        "TotalBeforeTax": amount,
        "Tax": 0,
        "Total": amount,
        **more,
    }


def bought(site: Sandbox, *invoices: Mapping[str, object], credit_notes: tuple[Mapping[str, object], ...] = ()) -> None:
    parts = {"invoices": invoices, "credit_notes": credit_notes}
    site.cin7.add_purchase("PO-1", "Acme", type="Advanced Purchase", updated=f"{DAY}T10:00:00Z", **parts)  # type: ignore[arg-type]  # keywords


def test_invoices_that_share_a_task_are_held_and_none_is_lost(site: Sandbox) -> None:
    bought(site, document("T-1", 10, TaskID="t"), document("T-2", 20, TaskID="t"), document("T-3", 30))
    report = sync_bills(site.bridge)
    assert (report.created, codes(report)) == (("T-3",), {"T-1": ["task_shared"]})
    assert "'T-1', 'T-2'" in report.held[0].reasons[0].text


def test_an_invoice_that_took_the_task_of_a_voided_one_is_carried(site: Sandbox) -> None:
    bought(site, document("OLD", 10, TaskID="t", Status="VOIDED"), document("NEW", 20, TaskID="t"))
    assert sync_bills(site.bridge).created == ("NEW",)
    assert vouchers(site.gp) == [("NEW", Decimal(20))]


def test_a_task_that_is_shared_after_one_was_carried_is_told(site: Sandbox) -> None:
    bought(site, document("T-1", 10, TaskID="t"), document("T-2", 20, TaskID="t", Status="DRAFT"))
    assert sync_bills(site.bridge).created == ("T-1",)
    site.cin7.do("edit_invoice", order_number="PO-1", number=2, Status="AUTHORISED")
    assert codes(sync_bills(site.bridge)) == {"T-1": ["task_shared"]}
    assert vouchers(site.gp) == [("T-1", Decimal(10))]


def test_each_of_several_invoices_and_credit_notes_is_a_voucher_of_its_own(site: Sandbox) -> None:
    notes = tuple(document(f"CN-{each}", each, kind="CreditNote") for each in (1, 2))
    bought(site, document("INV-1", 10), document("INV-2", 20), credit_notes=notes)
    assert codes(sync_bills(site.bridge)) == {}
    wanted = {"CN-1": 1, "CN-2": 2, "INV-1": 10, "INV-2": 20}
    assert vouchers(site.gp) == [(number, Decimal(amount)) for number, amount in wanted.items()]


def test_all_that_is_ever_asked_of_gp_to_write_is_a_new_document_never_a_posting_action() -> None:
    with Sandbox({"bills": {"after_change": "compensate", "grace_hours": 0}}) as site:
        site.gp.add_vendor("ACME", "Acme")
        sync_vendors(site.bridge)
        bought(site, document("INV-1", 10), credit_notes=(document("CN-1", 1, kind="CreditNote"),))
        sync_bills(site.bridge)
        site.cin7.do("void_invoice", order_number="PO-1")
        sync_bills(site.bridge)
        approve(site.bridge, "INV-1", "it was voided", actor="kim")
        assert sync_bills(site.bridge).created == ("INV-1-R1",)
        asked = {(each.method, each.path.rpartition("/")[2]) for each in site.gp.requests if each.method != "GET"}
        # A posting action would be a POST to a record or batch of its own: `Batches(...)`, `Transactions(...)`.
        assert asked == {("POST", "Transactions")}
