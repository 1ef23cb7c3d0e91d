"""What is shipped and not invoiced: Cin7 Core's receipts, valued, less its bills, and GP's own receivings."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from attrs import evolve

from cin7core_client import Purchase, PurchaseInvoice
from dynamicsgp_client import NotFoundError, Receiving, ReceivingType
from gp_cin7_bridge.flows.bills.facts import GPFacts
from gp_cin7_bridge.flows.purchases import bills_of, listed_rows
from gp_cin7_bridge.flows.receipts.gl_accrual import may_hold_receipts
from gp_cin7_bridge.flows.receipts.pop_memory import ReceivingMemory
from gp_cin7_bridge.mapping.receipts.receipt import RECEIPT
from gp_cin7_bridge.mapping.receipts.receiving import unit_cost
from gp_cin7_bridge.mapping.receipts.shipment import received_products
from gp_cin7_bridge.mapping.receipts.shipped import Shipped, not_invoiced, taken
from gp_cin7_bridge.mapping.receipts.valuation import is_goods, priced, product_of
from gp_cin7_bridge.mapping.rounding import ZERO, rounded
from gp_cin7_bridge.reasons import Reason
from gp_cin7_bridge.review.reconcile.controls import GRNI, INVENTORY, PAYABLES
from gp_cin7_bridge.review.reconcile.entries import Entry, functional, linked, within
from gp_cin7_bridge.review.reconcile.reading import Reading


def shipped_entries(reading: Reading, since: dt.date | None, until: dt.date | None) -> Iterator[Entry]:
    """Give what each receipt must leave as not invoiced, and each bill take of it, whether GP has it or not.

    A receipt that is in GP counts as it was valued then, with what Cin7 Core changed since; one that is not counts as
    it would be valued now. What has no value stays out: it waits in the queue.
    """
    memory = ReceivingMemory(reading.bridge)
    if not memory.on and not memory.purchase_ids:
        return
    for row in reading.each("Cin7 Core", "receipts", listed_rows(reading.bridge)):
        if row.purchase_id not in memory.purchase_ids and not (memory.on and may_hold_receipts(row)):
            continue
        purchase = reading.bridge.cin7.purchases.get(row.purchase_id)
        if memory.takes(purchase):
            found = _of_purchase(purchase, memory.entries(purchase.purchase_id))
            yield from (each for each in found if each.day and within(each.day, since, until))


def _of_purchase(purchase: Purchase, entries: list[Shipped]) -> Iterator[Entry]:
    known = [*(each for each in entries if each.quantity > 0), *_changed(purchase, entries)]
    known += [each for each in entries if each.quantity < 0]
    carried = {each.source_id for each in entries}
    days = {bill.source_id: (bill.date, bill.document) for bill in bills_of(purchase)}
    for bill in bills_of(purchase):
        if bill.payable and bill.source_id not in carried and isinstance(bill.part, PurchaseInvoice):
            for line in bill.part.lines if bill.part.total > 0 else ():
                if is_goods(line):
                    known += taken(not_invoiced(known, product_of(line)), line.quantity, bill.source_id)
    for each in known:
        _, kind, task, *more = each.source_id.split("/")
        received = dt.date.fromisoformat(more[0]) if more else None
        day, document = days.get(each.source_id, (received, f"{purchase.order_number} received {received}"))
        amount = _worth(each.unit_cost, each.quantity, purchase.currency_rate)
        for control, moved in ((GRNI, -amount), (INVENTORY, amount)):
            yield Entry(control=control, day=day, source=f"{task}/{kind}", document=document, amount=moved)


def _changed(purchase: Purchase, entries: list[Shipped]) -> Iterator[Shipped]:
    """Give what was received more, or less, than was shipped to GP, receipt by receipt."""
    shipped: defaultdict[tuple[str, str], list[Shipped]] = defaultdict(list)
    already: defaultdict[str, Decimal] = defaultdict(Decimal)
    for each in entries:
        if each.quantity > 0 and RECEIPT in each.source_id:
            shipped["/".join(each.source_id.split("/")[:4]), each.product].append(each)
            already[each.product] += each.quantity
    wanted = received_products(purchase)
    for (source_id, product), rows in shipped.items():
        left = wanted.pop((source_id, product), None)
        less = sum((each.quantity for each in rows), ZERO) - (left.quantity if left else ZERO)
        if less > 0:
            yield evolve(rows[-1], quantity=-less)
        elif left and less < 0:
            wanted[source_id, product] = evolve(left, quantity=-less)
    for (source_id, product), more in wanted.items():
        offers = priced(purchase, source_id.split("/")[2], more, more.quantity, already[product])
        for offer in () if isinstance(offers, Reason) else offers:
            already[product] += offer.quantity
            cost = unit_cost(offer.unit_price, Decimal(1))
            yield Shipped(source_id, source_id, 0, product, "", "", "", "", cost, offer.quantity)


def received_entries(
    reading: Reading, facts: GPFacts, invoiced: set[tuple[str, str]], since: dt.date | None, until: dt.date | None
) -> Iterator[Entry]:
    """Give what GP's shipments and purchase invoices move, posted or not, by posting date.

    GP makes their distributions by posting accounts of its own, which its services do not give: a shipment counts as
    inventory against what is not invoiced, a purchase invoice takes back what its shipments cost and is owed.

    Args:
        reading: access to GP.
        facts: GP's currencies.
        invoiced: takes vendor and document number of each purchase invoice, which is a payables document once posted.
        since: the first day.
        until: the last day.
    """
    memory = ReceivingMemory(reading.bridge)
    if not memory.on and not memory.purchase_ids:
        return
    receivings = reading.bridge.gp.receivings
    costs: dict[tuple[str, int], Decimal] = {}
    try:
        for each in reading.each("GP", "shipments", receivings.list(receipt_type=ReceivingType.SHIPMENT)):
            costs |= {(each.receipt_number, line.line_number): line.unit_cost or ZERO for line in each.lines}
            amount = sum((line.extended_cost or ZERO for line in each.lines), ZERO)
            yield from _moved(reading, each, facts, {INVENTORY: amount, GRNI: -amount}, since, until)
        for each in reading.each("GP", "purchase invoices", receivings.list(receipt_type=ReceivingType.INVOICE)):
            parts = ((costs.get((it.receipt_number, it.receipt_line_number), ZERO), it) for it in each.matches)
            cleared = sum((rounded(cost * it.quantity_invoiced, 2) for cost, it in parts), ZERO)
            invoiced.add((each.vendor_id, each.vendor_document_number or ""))
            goods = sum((line.extended_cost or ZERO for line in each.lines), ZERO)
            owed = goods + each.freight_amount + each.miscellaneous_amount + each.tax_amount
            yield from _moved(reading, each, facts, {GRNI: cleared, PAYABLES: -owed}, since, until)
    except NotFoundError:
        return  # this site's GP offers no receivings


def _moved(
    reading: Reading,
    receiving: Receiving,
    facts: GPFacts,
    moved: dict[str, Decimal],
    since: dt.date | None,
    until: dt.date | None,
) -> Iterator[Entry]:
    day, number = receiving.posting_date or receiving.receipt_date, receiving.receipt_number
    if not within(day, since, until):
        return
    for control, amount in moved.items():
        yield Entry(
            control=control,
            day=day,
            source=linked(reading.bridge, "receipt", number) or number,
            document=receiving.vendor_document_number or f"{receiving.reference or number} received {day}",
            key=number,
            amount=functional(amount, receiving.currency_id, receiving.exchange_rate, facts),
        )


def _worth(cost: Decimal, quantity: Decimal, rate: Decimal | None) -> Decimal:
    return rounded(rounded(cost * quantity, 2) * (rate or Decimal(1)), 2)
