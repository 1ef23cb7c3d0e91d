"""`pop`: GP keeps stock too; each receipt is a shipment there, and its bill a purchase invoice matched to that."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import define, evolve, field

from cin7core_client import Purchase, PurchaseInvoice, PurchaseSummary
from dynamicsgp_client import Receiving
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.flows.bills.facts import GPFacts, gp_facts
from gp_cin7_bridge.flows.bills.setup import bill_rules
from gp_cin7_bridge.flows.changes import as_fields
from gp_cin7_bridge.flows.purchases import Bill, bills_of, may_hold_bills, with_vendors
from gp_cin7_bridge.flows.receipts.actions import held, unchanged
from gp_cin7_bridge.flows.receipts.begun import SHIPPED
from gp_cin7_bridge.flows.receipts.gl_accrual import may_hold_receipts
from gp_cin7_bridge.flows.receipts.modes import ENDED, WHOLE, Asked, Found, purchases_of
from gp_cin7_bridge.flows.receipts.pop_memory import ReceivingMemory
from gp_cin7_bridge.flows.receipts.pop_setup import receiving_rules
from gp_cin7_bridge.mapping.bills.bill import explain_bill
from gp_cin7_bridge.mapping.bills.duplicates import KnownDocument, VendorDocuments
from gp_cin7_bridge.mapping.bills.header import linked_vendor
from gp_cin7_bridge.mapping.bills.rules import BillRules
from gp_cin7_bridge.mapping.held import Held, HeldReceipt
from gp_cin7_bridge.mapping.receipts.purchase_invoice import map_purchase_invoice, receipt_number
from gp_cin7_bridge.mapping.receipts.receipt import RECEIPT
from gp_cin7_bridge.mapping.receipts.receiving import ReceivingRules, differences
from gp_cin7_bridge.mapping.receipts.shipment import ReceivingMapping, map_shipments
from gp_cin7_bridge.mapping.receipts.shipped import Shipped, as_details
from gp_cin7_bridge.plan import Action, Explained, Verb
from gp_cin7_bridge.reasons import reason

STREAM = "cin7.receivings"
INVOICE = "/invoice/"


def plan_receivings(asked: Asked) -> Found:
    """Read changed purchases and decide on each receipt, and each bill for goods; a purchase begun so is ended so."""
    bridge = asked.bridge
    memory = ReceivingMemory(bridge, asked.begun)
    if not memory.on and not memory.purchase_ids:
        return Found()
    rows, cursors = asked.rows(STREAM if memory.on else f"{STREAM}{ENDED}")
    changed = [row.purchase_id for row in rows if _concerns(row, memory)]
    waiting = [key for part in (RECEIPT, INVOICE, WHOLE) for key in asked.keys(part)]
    purchases, actions = asked.read([*changed, *purchases_of(waiting)])
    wanted = [each for each in purchases if memory.takes(each) or memory.mixed(each)]
    if wanted:
        facts = gp_facts(bridge)
        rules = receiving_rules(bridge, bill_rules(bridge, facts, wanted), wanted)
        decided = (action for each in wanted for action in _Purchase(bridge, each, memory, rules, facts).actions())
        actions += with_vendors(bridge, decided, wanted)
    return Found(tuple(actions), cursors)


def _concerns(row: PurchaseSummary, memory: ReceivingMemory) -> bool:
    return row.purchase_id in memory.purchase_ids or (memory.on and (may_hold_receipts(row) or may_hold_bills(row)))


@define
class _Purchase:
    """Decides on the receivings of one purchase.

    Attributes:
        entries: what is in GP of it, with what this plan puts there.
        planned: receipt number to source id of the shipments that this plan makes.
    """

    bridge: Bridge
    purchase: Purchase
    memory: ReceivingMemory
    rules: ReceivingRules
    facts: GPFacts
    entries: list[Shipped] = field(factory=list)
    planned: dict[str, str] = field(factory=dict)

    def actions(self) -> Iterator[Action]:
        self.entries[:] = self.memory.entries(self.purchase.purchase_id)
        mixed = self.memory.mixed(self.purchase)
        yield from self._shipments(mixed)
        if not mixed:
            for bill in bills_of(self.purchase):
                if isinstance(bill.part, PurchaseInvoice) and self.memory.invoices(bill) and bill.payable:
                    yield self._invoice(bill, bill.part)
            yield from self._undone()

    def _shipments(self, mixed: str) -> Iterator[Action]:
        links = self.memory.links(self.purchase.purchase_id)
        for source_id, link in links.items():
            if RECEIPT in source_id:
                yield unchanged(link, f"{self.purchase.order_number} received {source_id.split('/')[3]}")
        settled = {record.record_key for record in self.bridge.state.skipped("receipts")}
        for each in map_shipments(self.purchase, self.entries, self.rules, settled):
            if mixed:
                name = each.document if isinstance(each, HeldReceipt) else each.name
                why = reason("receiving_mixed", document=mixed)
                yield held(each.source_id, name, (why,), each.source_hash)
            elif isinstance(each, HeldReceipt):
                yield held(each.source_id, each.document, each.reasons, each.source_hash)
            else:
                self.entries.extend(each.shipped)
                self.planned[each.document.receipt_number] = each.source_id
                yield self._received(each)

    def _invoice(self, bill: Bill, invoice: PurchaseInvoice) -> Action:
        link = self.memory.links(self.purchase.purchase_id).get(bill.source_id)
        if link and link.cin7_hash == bill.source_hash:
            return unchanged(link, bill.document)
        if link:
            why = reason("receiving_changed", key=link.gp_key)
            return held(bill.source_id, bill.document, (why,), bill.source_hash)
        voucher = explain_bill(self.purchase, invoice, self._rules_besides(invoice))
        if isinstance(voucher, Held):
            return held(bill.source_id, bill.document, voucher.reasons, bill.source_hash)
        iso = self.purchase.supplier_currency or self.purchase.base_currency or ""
        mapped = map_purchase_invoice(
            self.purchase,
            invoice,
            voucher.document,
            self.entries,
            rules=self.rules.bills,
            items=self.rules.items,
            decimals=self.rules.bills.currencies[iso].decimals,
        )
        if isinstance(mapped, list):
            return held(bill.source_id, bill.document, tuple(dict.fromkeys(mapped)), bill.source_hash)
        document, matched = mapped
        known = self.rules.bills.known_documents.setdefault(document.vendor_id, VendorDocuments())
        known.add(KnownDocument.of(voucher.document, "in this run"))
        self.entries.extend(matched)
        explained = tuple(
            Explained(
                f"line {each.line_number}",
                f"{each.quantity_invoiced:f}",
                f"shipped by {each.receipt_number}, line {each.receipt_line_number}",
            )
            for each in document.matches
        )
        invoiced = ReceivingMapping(bill.source_id, bill.document, document, matched, explained, bill.source_hash)
        waits = [self.planned[each.receipt_number] for each in document.matches if each.receipt_number in self.planned]
        return self._received(invoiced, follows=waits[-1] if waits else "")

    def _rules_besides(self, invoice: PurchaseInvoice) -> BillRules:
        """Give the rules for a bill that may be in GP and is linked no more: no document is its own duplicate."""
        rules = self.rules.bills
        vendor = linked_vendor(self.purchase, rules)
        known = rules.known_documents.get(vendor.vendor_id) if vendor else None
        if vendor is None or known is None:
            return rules
        others = known.besides(receipt_number(self.purchase, invoice, rules))
        if others is known:
            return rules
        return evolve(rules, known_documents={**rules.known_documents, vendor.vendor_id: others})

    def _undone(self) -> Iterator[Action]:
        """Tell of bills that were sent and are no bills any more."""
        payable = {bill.source_id for bill in bills_of(self.purchase) if bill.payable}
        for source_id, link in self.memory.links(self.purchase.purchase_id).items():
            if INVOICE in source_id and source_id not in payable:
                yield held(source_id, link.gp_key, (reason("receiving_changed", key=link.gp_key),), "undone")

    def _received(self, mapped: ReceivingMapping, *, follows: str = "") -> Action:
        """Create a receiving, unless GP has it already."""
        document = mapped.document
        there = self.bridge.gp.receivings.find(document.receipt_number)
        if there is not None and (differing := differences(document, there)):
            why = reason("receiving_mismatch", key=document.receipt_number, differences=", ".join(differing))
            return held(mapped.source_id, mapped.name, (why,), mapped.source_hash)
        verb = Verb.UPDATE if there else Verb.CREATE
        place = self.memory.next_place()
        return Action(
            flow="receipts",
            verb=verb,
            document=mapped.name,
            key=document.receipt_number,
            source_id=mapped.source_id,
            source_hash=mapped.source_hash,
            content_hash=mapped.source_hash,
            payload=document,
            after=None if there else as_fields(document),
            explained=mapped.explained,
            summary=_summary(document),
            details={SHIPPED: as_details(mapped.shipped), "place": place},
            follows=follows,
        )


def _summary(document: Receiving) -> str:
    kind = "purchase invoice" if document.matches else "shipment"
    amount = sum(line.extended_cost or 0 for line in document.lines)
    return f"{kind} {document.receipt_number} of {document.receipt_date}, {amount} {document.currency_id}"
