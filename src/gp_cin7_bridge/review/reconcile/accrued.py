"""What must stand as received and not billed where receipts are journals: receipts, valued, less bills."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator

from attrs import evolve

from cin7core_client import Purchase, PurchaseInvoice
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.flows.bills.facts import GPFacts
from gp_cin7_bridge.flows.purchases import Bill, bills_of, is_reversal, listed_rows
from gp_cin7_bridge.flows.receipts.begun import Begun
from gp_cin7_bridge.flows.receipts.gl_accrual import may_hold_receipts
from gp_cin7_bridge.flows.receipts.memory import ACCRUALS, ReceiptMemory
from gp_cin7_bridge.flows.receipts.setup import receipt_rules
from gp_cin7_bridge.mapping.receipts.accruals import Accrual, from_details
from gp_cin7_bridge.mapping.receipts.clearing import Clearing, ClearingRules
from gp_cin7_bridge.mapping.receipts.receipt import RECEIPT, ReceiptMapping, map_receipts
from gp_cin7_bridge.mapping.receipts.rules import ReceiptRules
from gp_cin7_bridge.mapping.receipts.valuation import is_goods, net_of, product_of
from gp_cin7_bridge.mapping.rounding import ZERO
from gp_cin7_bridge.review.reconcile.controls import Controls
from gp_cin7_bridge.review.reconcile.entries import Entry, within
from gp_cin7_bridge.review.reconcile.reading import Reading


def accrued_entries(
    reading: Reading, controls: Controls, facts: GPFacts, since: dt.date | None, until: dt.date | None
) -> Iterator[Entry]:
    """Give what each receipt must accrue, and each bill clear, whether GP has it or not; on inventory, what that moves.

    A document that was carried counts as it was valued then, with what Cin7 Core changed since; one that was not counts
    as it would be valued now. What has no value stays out: it waits in the queue.
    """
    bridge = reading.bridge
    begun = Begun(bridge)
    if bridge.settings.receipts.mode != "gl_accrual" and not begun.any("gl_accrual"):
        return
    memory, rules = ReceiptMemory(bridge.state), receipt_rules(bridge, facts)
    skipped = {record.record_key for record in bridge.state.skipped("receipts")}
    for row in reading.each("Cin7 Core", "receipts", listed_rows(bridge)):
        if not may_hold_receipts(row) and not begun.way(row.purchase_id):
            continue
        purchase = bridge.cin7.purchases.get(row.purchase_id)
        if not begun.belongs(purchase, "gl_accrual"):
            continue
        days = {bill.source_id: (bill.date, bill.document) for bill in bills_of(purchase)}
        found = [*_carried(memory, purchase), *_to_carry(purchase, memory, rules, skipped)]
        for each in (*found, *_differences(bridge, purchase, found, rules)):
            day, document = days.get(each.source_id, (_day(each), f"{purchase.order_number} received {_day(each)}"))
            _, kind, task, *_ = each.source_id.split("/")
            amount = each.amount if each.side == "ahead" else -each.amount
            for account, moved in ((each.account_number, amount), (each.inventory_account_number, -amount)):
                control = controls.by_number.get(account) if each.account_number else None
                if control and day and within(day, since, until):
                    yield Entry(control=control, day=day, source=f"{task}/{kind}", document=document, amount=moved)


def _carried(memory: ReceiptMemory, purchase: Purchase) -> Iterator[Accrual]:
    """Give what stands of a purchase by its links; what a bill's reversal took back stands no more."""
    current = {each.source_id for each in memory.entries(purchase)}
    for entity in ("receipt", "bill"):
        for link in memory.links(purchase.purchase_id, entity):
            found = from_details(link.details.get(ACCRUALS))
            if not is_reversal(link.cin7_id):
                yield from (each for each in found if each.source_id in current)


def _differences(bridge: Bridge, purchase: Purchase, found: list[Accrual], rules: ReceiptRules) -> Iterator[Accrual]:
    """Give what each bill charges more than was accrued, where that has an account of its own."""
    where, usual = bridge.settings.receipts.difference, rules.rate(purchase, [])
    foreign = purchase.supplier_currency not in (None, purchase.base_currency)
    for bill in bills_of(purchase) if where else ():
        parts = [each for each in found if each.source_id == bill.source_id]
        # A bill from before its receipts were booked is in inventory as it is.
        if where and any(each.amount for each in parts) and isinstance(bill.part, PurchaseInvoice):
            net = sum((net_of(bill.part, line) for line in bill.part.lines if is_goods(line)), ZERO)
            known = sum((each.amount if each.side == "ahead" else -each.amount for each in parts), ZERO)
            # The voucher goes by the invoice's own rate.
            rate = bill.part.currency_rate if foreign else None
            more = rules.functional(purchase, net, rate or usual) - known
            yield evolve(parts[0], side="ahead", account_number=where, quantity=ZERO, amount=more)


def _to_carry(
    purchase: Purchase, memory: ReceiptMemory, rules: ReceiptRules, skipped: Collection[str]
) -> Iterator[Accrual]:
    known = list(memory.entries(purchase))
    for mapped in map_receipts(purchase, known, rules, skipped):
        if isinstance(mapped, ReceiptMapping):
            known.extend(mapped.accruals)
            yield from mapped.accruals
    carried = {each.source_id for each in known}
    for bill in bills_of(purchase):
        if bill.payable and bill.source_id not in carried and isinstance(bill.part, PurchaseInvoice):
            cleared = _cleared(bill, bill.part, known, rules)
            known.extend(cleared)
            yield from cleared


def _cleared(bill: Bill, invoice: PurchaseInvoice, known: Iterable[Accrual], rules: ReceiptRules) -> list[Accrual]:
    clearing = Clearing((bill.source_id, ""), ClearingRules(entries=tuple(known), functional_decimals=rules.decimals))
    for line in invoice.lines if invoice.total > 0 else ():
        if is_goods(line):
            clearing.shares(product_of(line), line.quantity, line.total, "")
    return clearing.accruals


def _day(entry: Accrual) -> dt.date | None:
    return dt.date.fromisoformat(entry.source_id.split("/")[3]) if RECEIPT in entry.source_id else None
