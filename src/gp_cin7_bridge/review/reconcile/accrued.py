"""What must stand as received and not billed where receipts are journals: receipts, valued, less bills."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from cin7core_client import Purchase, PurchaseInvoice
from gp_cin7_bridge.flows.bill_facts import GPFacts
from gp_cin7_bridge.flows.purchases import Bill, bills_of, is_reversal, listed_rows
from gp_cin7_bridge.flows.receipt_begun import Begun
from gp_cin7_bridge.flows.receipt_memory import ACCRUALS, ReceiptMemory
from gp_cin7_bridge.flows.receipt_setup import receipt_rules
from gp_cin7_bridge.flows.receipts_gl import may_hold_receipts
from gp_cin7_bridge.mapping.accruals import Accrual, from_details
from gp_cin7_bridge.mapping.clearing import Clearing, ClearingRules
from gp_cin7_bridge.mapping.receipt import RECEIPT, ReceiptMapping, map_receipts
from gp_cin7_bridge.mapping.receipt_rules import ReceiptRules
from gp_cin7_bridge.mapping.valuation import is_goods, product_of
from gp_cin7_bridge.review.reconcile.controls import GRNI, Controls
from gp_cin7_bridge.review.reconcile.entries import Entry
from gp_cin7_bridge.review.reconcile.reading import Reading


def accrued_entries(
    reading: Reading, controls: Controls, facts: GPFacts, since: dt.date | None, until: dt.date | None
) -> Iterator[Entry]:
    """Give what each receipt must accrue, and each bill clear, whether GP has it or not.

    A document that was carried counts as it was valued then, with what Cin7 Core changed since; one that was not counts
    as it would be valued now. What has no value stays out: it waits in the queue.
    """
    bridge = reading.bridge
    memory, begun, rules = ReceiptMemory(bridge.state), Begun(bridge), receipt_rules(bridge, facts)
    for row in reading.each("Cin7 Core", "receipts", listed_rows(bridge)):
        if not may_hold_receipts(row) and not begun.way(row.purchase_id):
            continue
        purchase = bridge.cin7.purchases.get(row.purchase_id)
        if not begun.belongs(purchase, "gl_accrual"):
            continue
        days = {bill.source_id: (bill.date, bill.document) for bill in bills_of(purchase)}
        for each in (*_carried(memory, purchase), *_to_carry(purchase, memory, rules)):
            day, document = days.get(each.source_id, (_day(each), f"{purchase.order_number} received {_day(each)}"))
            counts = controls.by_number.get(each.account_number) == GRNI
            if counts and day and (since is None or since <= day) and (until is None or day <= until):
                _, kind, task, *_ = each.source_id.split("/")
                yield Entry(control=GRNI, day=day, source=f"{task}/{kind}", document=document, amount=-each.amount)


def _carried(memory: ReceiptMemory, purchase: Purchase) -> Iterator[Accrual]:
    """Give what stands of a purchase by its links; what a bill's reversal took back stands no more."""
    current = {each.source_id for each in memory.entries(purchase)}
    for entity in ("receipt", "bill"):
        for link in memory.links(purchase.purchase_id, entity):
            found = from_details(link.details.get(ACCRUALS))
            if not is_reversal(link.cin7_id):
                yield from (each for each in found if each.source_id in current)


def _to_carry(purchase: Purchase, memory: ReceiptMemory, rules: ReceiptRules) -> Iterator[Accrual]:
    known = list(memory.entries(purchase))
    for mapped in map_receipts(purchase, known, rules):
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
