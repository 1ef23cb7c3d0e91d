"""Authorised Cin7 Core purchase invoices and credit notes become unposted GP payables vouchers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Literal

from attrs import frozen

from cin7core_client import Purchase, PurchaseCreditNote, PurchaseInvoice, PurchaseSummary
from dynamicsgp_client import PayablesDocument
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.errors import UnmappedAccountsError
from gp_cin7_bridge.flows.bill_facts import gp_facts
from gp_cin7_bridge.flows.bill_setup import bill_rules
from gp_cin7_bridge.flows.changes import as_fields, cin7_cursor, cin7_since, content_hash
from gp_cin7_bridge.mapping.bill import explain_bill
from gp_cin7_bridge.mapping.bill_rules import BillRules
from gp_cin7_bridge.mapping.duplicates import KnownDocument, VendorDocuments
from gp_cin7_bridge.mapping.held import Held
from gp_cin7_bridge.mapping.parts import financial_hash
from gp_cin7_bridge.plan import Action, Plan, Verb, verb_against
from gp_cin7_bridge.progress import Progress, Watcher
from gp_cin7_bridge.reasons import Reason, reason
from gp_cin7_bridge.state import Link

STREAM = "cin7.purchases"
PAYABLE_STATES = ("AUTHORISED", "PAID")
ABSENT = ("NOT AVAILABLE", "")


@frozen
class Bill:
    """One invoice or credit note of a purchase.

    `source_id` is its identity: purchase ID, kind and TaskID, which stay when numbers and dates change.
    """

    purchase: Purchase
    part: PurchaseInvoice | PurchaseCreditNote
    kind: Literal["invoice", "credit"]

    @property
    def task_id(self) -> str:
        return self.part.task_id or self.purchase.purchase_id

    @property
    def source_id(self) -> str:
        return f"{self.purchase.purchase_id}/{self.kind}/{self.task_id}"

    @property
    def document(self) -> str:
        number = self.part.invoice_number if isinstance(self.part, PurchaseInvoice) else self.part.credit_note_number
        return number or f"{self.purchase.order_number or self.purchase.purchase_id} ({self.kind})"

    @property
    def payable(self) -> bool:
        return str(self.part.status).upper() in PAYABLE_STATES


def plan_bills(bridge: Bridge, watch: Watcher) -> Plan:
    """Read changed purchases and decide, document by document; writes nothing."""
    state = bridge.state
    cursor = state.cursor(STREAM)
    held = {record.record_key.partition("/")[0] for record in state.held("bills")}
    links = {link.cin7_id: link for link in state.links("bill")}
    linked = {cin7_id.partition("/")[0] for cin7_id in links}
    stamps: list[dt.datetime] = []
    purchases: dict[str, Purchase] = {}
    for row in bridge.cin7.purchases.list(updated_since=cin7_since(cursor)):
        if row.last_updated_date:
            stamps.append(row.last_updated_date)
        if row.purchase_id in linked or _may_hold_bills(row):
            held.discard(row.purchase_id)
            purchases[row.purchase_id] = bridge.cin7.purchases.get(row.purchase_id)
            watch(Progress("bills", "reading Cin7 Core", len(purchases)))
    for purchase_id in sorted(held):
        purchases[purchase_id] = bridge.cin7.purchases.get(purchase_id)
    bills = [bill for purchase in purchases.values() if _wanted(bridge, purchase) for bill in _bills_of(purchase)]
    actions = tuple(_decided(bridge, bills, links, watch))
    if bridge.settings.accounts.no_match == "error":
        _all_mapped(actions)
    moved = cin7_cursor(cursor, stamps)
    return Plan(flow="bills", actions=actions, cursors={STREAM: moved} if moved else {})


def _may_hold_bills(row: PurchaseSummary) -> bool:
    """Judge by status, whatever the approach; a row shows one invoice of many, so the combined status counts too."""
    states = {str(row.invoice_status).upper(), str(row.credit_note_status).upper()}
    combined = str(row.combined_invoice_status).upper()
    return bool(states & set(PAYABLE_STATES)) or combined not in ("NOT INVOICED", "NOT AVAILABLE", "NONE", "")


def _wanted(bridge: Bridge, purchase: Purchase) -> bool:
    approach = bridge.settings.bills.approach
    return approach is None or str(purchase.approach).upper() == approach


def _bills_of(purchase: Purchase) -> Iterator[Bill]:
    """Give what exists; a part that is not there yet stands as a placeholder."""
    for invoice in purchase.invoices:
        if invoice.status not in ABSENT:
            yield Bill(purchase, invoice, "invoice")
    for credit_note in purchase.credit_notes:
        if credit_note.status not in ABSENT:
            yield Bill(purchase, credit_note, "credit")


def _decided(bridge: Bridge, bills: list[Bill], links: dict[str, Link], watch: Watcher) -> Iterator[Action]:
    new = [bill for bill in bills if bill.payable and bill.source_id not in links]
    facts = gp_facts(bridge) if new else None
    rules = bill_rules(bridge, facts, [bill.purchase for bill in new]) if facts else BillRules()
    ours = facts is None or facts.setup is None or facts.setup.override_voucher_number is not False
    for done, bill in enumerate(bills, start=1):
        watch(Progress("bills", "mapping", done, len(bills)))
        if link := links.get(bill.source_id):
            yield _linked(bill, link)
        elif bill.payable and not ours:
            yield _action(Verb.HOLD, bill, reasons=(reason("voucher_numbers_not_ours"),))
        elif bill.payable:
            yield _new(bill, rules)


def _new(bill: Bill, rules: BillRules) -> Action:
    mapped = explain_bill(bill.purchase, bill.part, rules)
    if isinstance(mapped, Held):
        return _action(verb_against(mapped.reasons), bill, reasons=mapped.reasons)
    document = mapped.document
    known = rules.known_documents.setdefault(document.vendor_id, VendorDocuments())
    known.add(KnownDocument.of(document, "in this run"))
    return Action(
        flow="bills",
        verb=Verb.CREATE,
        document=bill.document,
        key=document.voucher_number,
        source_id=bill.source_id,
        content_hash=financial_hash(bill.purchase, bill.part),
        payload=document,
        after={**as_fields(document), "content_hash": content_hash(document)},
        reasons=mapped.warnings,
        explained=mapped.explained,
        summary=_summary(document),
    )


def _summary(document: PayablesDocument) -> str:
    """Give a voucher in a few words; a posting date that was moved stands beside the document's own."""
    moved = document.posting_date != document.document_date
    dates = f", dated {document.document_date}, posted {document.posting_date}" if moved else ""
    return (
        f"voucher {document.voucher_number}, {document.document_amount} {document.currency_id},"
        f" {len(document.distributions)} distributions{dates}"
    )


def _all_mapped(actions: tuple[Action, ...]) -> None:
    """Stop the run for any code without an account, when the settings want that."""
    unmapped = {each.text for action in actions for each in action.reasons if each.code == "account_unmapped"}
    if unmapped:
        raise UnmappedAccountsError(
            f'{" ".join(sorted(unmapped))} Nothing was sent, because [accounts] says no_match = "error"; add the lines'
            " to [accounts.map]."
        )


def _linked(bill: Bill, link: Link) -> Action:
    """A document that was sent is never sent again, whatever becomes of it in Cin7 Core."""
    if not bill.payable:
        what = f"its status is {bill.part.status} now"
    elif financial_hash(bill.purchase, bill.part) != link.cin7_hash:
        what = "its figures, dates, number or accounts"
    else:
        return _action(Verb.SKIP, bill, key=link.gp_key, reasons=(reason("unchanged"),))
    return _action(
        Verb.HOLD, bill, key=link.gp_key, reasons=(reason("changed_after_sync", voucher=link.gp_key, changes=what),)
    )


def _action(verb: Verb, bill: Bill, *, key: str = "", reasons: tuple[Reason, ...]) -> Action:
    return Action(flow="bills", verb=verb, document=bill.document, key=key, source_id=bill.source_id, reasons=reasons)
