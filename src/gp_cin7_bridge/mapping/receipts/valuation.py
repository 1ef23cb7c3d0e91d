"""What received goods are worth: the price of the invoice where it is known, else of the order, first in, first out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

from attrs import frozen

from cin7core_client import AdditionalCharge, Purchase, PurchaseInvoice, PurchaseLine, PurchaseOrder, ReceiptLine
from gp_cin7_bridge.mapping.rounding import ZERO
from gp_cin7_bridge.reasons import Reason, reason

BILLED: Final = ("AUTHORISED", "PAID")


@frozen
class Priced:
    """A quantity of one product at one price.

    Attributes:
        product: Cin7 product id, or the SKU where there is none.
        quantity: in Cin7's unit.
        unit_price: net of discount and tax, in the supplier's currency.
        account: the Cin7 code that the line debits.
        rule: where the price is from.
    """

    product: str
    sku: str
    quantity: Decimal
    unit_price: Decimal
    account: str
    rule: str


def product_of(line: PurchaseLine | ReceiptLine) -> str:
    """Name a line's product."""
    return line.product_id or (line.sku or "").strip()


def is_goods(line: PurchaseLine) -> bool:
    """Tell whether a line is for goods that are received."""
    return bool(product_of(line)) and line.quantity > 0 and not line.non_inventory


def priced(
    purchase: Purchase, task_id: str | None, wanted: Priced, quantity: Decimal, already: Decimal
) -> list[Priced] | Reason:
    """Price a received quantity, or say why that cannot be done.

    Several lines of one product are used up in their order: what was received before took the first of them.

    Args:
        purchase: the whole purchase.
        task_id: of the receipt; an invoice of the same task tells the price better than the order.
        wanted: the product.
        quantity: how much of it was received now.
        already: how much of the product was received before, on this purchase.
    """
    invoices = [each for each in purchase.invoices if each.task_id == task_id and str(each.status).upper() in BILLED]
    offers = [
        *(offer for each in invoices for offer in _offers(each, wanted.product, f"invoice {each.invoice_number}"))
    ]
    if sum((offer.quantity for offer in offers), ZERO) < already + quantity:
        offers = list(_offers(purchase.order, wanted.product, f"order {purchase.order_number}"))
    facts = {"sku": wanted.sku, "order": purchase.order_number or purchase.purchase_id}
    if not offers:
        return reason("receipt_not_on_order", **facts)
    found = list(_taken(offers, quantity, already))
    if sum((each.quantity for each in found), ZERO) < quantity:
        ordered = sum((offer.quantity for offer in offers), ZERO)
        return reason("receipt_over_order", received=already + quantity, ordered=ordered, **facts)
    if any(each.unit_price <= 0 for each in found):
        return reason("receipt_without_price", **facts)
    return found


def _offers(document: PurchaseOrder | PurchaseInvoice | None, product: str, rule: str) -> Iterable[Priced]:
    lines: Sequence[PurchaseLine] = document.lines if document else ()
    for number, line in enumerate(lines, start=1):
        if document and product_of(line) == product and line.quantity > 0:
            price = net_of(document, line) / line.quantity
            where = f"line {number} of {rule}"
            yield Priced(product, line.sku or "", line.quantity, price, line.account or "", where)


def net_of(document: PurchaseOrder | PurchaseInvoice, line: PurchaseLine) -> Decimal:
    """Give what a line of a document comes to without tax."""
    return line.total - line.tax if _is_gross(document) else line.total


def _is_gross(document: PurchaseOrder | PurchaseInvoice) -> bool:
    """Tell by footing whether line totals hold the tax."""
    if not document.tax:
        return False
    rows: tuple[PurchaseLine | AdditionalCharge, ...] = (*document.lines, *document.additional_charges)
    lines = sum((each.total for each in rows), ZERO)
    return abs(lines - document.total) < abs(lines - document.total_before_tax)


def _taken(offers: Sequence[Priced], quantity: Decimal, already: Decimal) -> Iterable[Priced]:
    for offer in offers:
        passed = min(already, offer.quantity)
        already -= passed
        part = min(quantity, offer.quantity - passed)
        quantity -= part
        if part > 0:
            yield Priced(offer.product, offer.sku, part, offer.unit_price, offer.account, offer.rule)
