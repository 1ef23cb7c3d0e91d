"""The states that the service derives from a purchase's parts."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from cin7core_client.testing.records import Record, amount_of, object_of, rows_of, text_of

SIMPLE: Final = "Simple Purchase"
ADVANCED: Final = "Advanced Purchase"
SERVICE: Final = "Service Purchase"
PARTS: Final = ("StockReceived", "PutAway", "Invoice", "CreditNote", "ManualJournals")
ABSENT: Final = "NOT AVAILABLE"
DRAFT: Final = "DRAFT"
AUTHORISED: Final = "AUTHORISED"
VOIDED: Final = "VOIDED"
PAID: Final = "PAID"
DONE: Final = (AUTHORISED, PAID)
OPEN: Final = (DRAFT, ABSENT, "")
ZERO: Final = Decimal(0)


def order_state(purchase: Mapping[str, object]) -> str:
    """Give the state of the order."""
    return text_of(object_of(purchase, "Order"), "Status") or ABSENT


def part_state(purchase: Mapping[str, object], part: str) -> str:
    """Give the state of the last document of a kind, which the list shows."""
    rows = rows_of(purchase, part)
    return (text_of(rows[-1], "Status") or ABSENT) if rows else ABSENT


def unstock_state(purchase: Mapping[str, object]) -> str:
    """Give the state of what was sent back."""
    sent_back = [row for row in rows_of(purchase, "CreditNote") if rows_of(row, "Unstock")]
    return text_of(sent_back[-1], "Status") if sent_back else ABSENT


def live(purchase: Mapping[str, object], part: str) -> list[Record]:
    """Give the documents of a kind that are not voided."""
    return [row for row in rows_of(purchase, part) if row.get("Status") != VOIDED]


def done(purchase: Mapping[str, object], part: str) -> list[Record]:
    """Give the authorised documents of a kind."""
    return [row for row in rows_of(purchase, part) if row.get("Status") in DONE]


def quantity(documents: list[Record]) -> Decimal:
    """Sum the quantities of the product lines."""
    return sum((amount_of(line, "Quantity") for row in documents for line in rows_of(row, "Lines")), ZERO)


def settled(purchase: Record) -> Record:
    """Derive the states."""
    if purchase.get("Status") == VOIDED:
        voided = {"CombinedReceivingStatus": VOIDED, "CombinedPaymentStatus": VOIDED}
        return {**purchase, **voided, "CombinedInvoiceStatus": _invoicing(purchase)}
    receiving, invoicing = _receiving(purchase), _invoicing(purchase)
    return {
        **purchase,
        "CombinedReceivingStatus": receiving,
        "CombinedInvoiceStatus": invoicing,
        "CombinedPaymentStatus": _paying(purchase),
        "Status": _whole(purchase, receiving, invoicing),
    }


def _receiving(purchase: Record) -> str:
    if order_state(purchase) != AUTHORISED:
        return ABSENT
    receipts = done(purchase, "StockReceived")
    if not receipts:
        return "NOT RECEIVED"
    ordered = quantity([object_of(purchase, "Order")])
    return "FULLY RECEIVED" if quantity(receipts) >= ordered else "PARTIALLY RECEIVED"


def _invoicing(purchase: Record) -> str:
    invoices = done(purchase, "Invoice")
    if not invoices:
        return "NOT INVOICED" if order_state(purchase) == AUTHORISED else ABSENT
    ordered = quantity([object_of(purchase, "Order")])
    whole = len(invoices) == len(live(purchase, "Invoice")) and (
        purchase.get("Type") != ADVANCED or quantity(invoices) >= ordered
    )
    state = "INVOICED" if whole else "PARTIALLY INVOICED"
    return f"{state} / CREDITED" if done(purchase, "CreditNote") else state


def _paying(purchase: Record) -> str:
    invoices = done(purchase, "Invoice")
    if not invoices:
        prepaid = any(text_of(row, "Type").upper() == "PREPAYMENT" for row in rows_of(purchase, "Payments"))
        return "PREPAID" if prepaid else "UNPAID"
    owed = sum((amount_of(row, "Total") for row in invoices), ZERO)
    credited = sum((amount_of(row, "Total") for row in done(purchase, "CreditNote")), ZERO)
    paid = sum((amount_of(row, "Paid") for row in invoices), ZERO) - refunded(purchase)
    if paid > max(ZERO, owed - credited):
        return "OVERPAID / CREDITED"
    if all(row.get("Status") == PAID for row in invoices) and not credited:
        return "PAID"
    if not paid:
        return "UNPAID"
    return "PAID" if paid == owed - credited else "PARTIALLY PAID"


def refunded(purchase: Mapping[str, object]) -> Decimal:
    """Sum what the supplier gave back."""
    return sum(
        (amount_of(row, "Amount") for row in rows_of(purchase, "Payments") if text_of(row, "Type").upper() == "REFUND"),
        ZERO,
    )


def _whole(purchase: Record, receiving: str, invoicing: str) -> str:
    if order_state(purchase) != AUTHORISED:
        nothing_yet = order_state(purchase) == ABSENT and purchase.get("Type") != SIMPLE
        return DRAFT if nothing_yet else "ORDERING"
    if done(purchase, "CreditNote"):
        if unstock_state(purchase) in DONE:
            return "RECEIVED / CREDITED" if receiving == "FULLY RECEIVED" else "RECEIVING / CREDITED"
        return "CREDITED"
    if done(purchase, "Invoice"):
        if invoicing == "PARTIALLY INVOICED":
            return invoicing
        return "COMPLETED" if receiving == "FULLY RECEIVED" else "INVOICED"
    if done(purchase, "StockReceived"):
        return "RECEIVED" if receiving == "FULLY RECEIVED" else "RECEIVING"
    return (
        "RECEIVING" if live(purchase, "StockReceived") and part_state(purchase, "StockReceived") == DRAFT else "ORDERED"
    )
