"""Purchases: their combined states, and the shapes in which the service shows them."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from cin7core_client.testing.records import Record, amount_of, dumped, moment, record_of, rows_of, stable_id, text_of
from cin7core_client.testing.refusal import Refused

SIMPLE: Final = "Simple Purchase"
SERVICE: Final = "Service Purchase"
PARTS: Final = ("StockReceived", "PutAway", "Invoice", "CreditNote", "ManualJournals")
DONE: Final = ("AUTHORISED", "PAID")
ZERO: Final = Decimal(0)


def store(db: sqlite3.Connection, purchase: Record, now: str) -> Record:
    """Save a purchase with its combined states."""
    purchase = settled({**purchase, "LastUpdatedDate": now})
    db.execute(
        "INSERT OR REPLACE INTO purchases VALUES (?,?,?,?,?,?,?,?,?,?,?)",
        (
            text_of(purchase, "ID"),
            text_of(purchase, "OrderNumber"),
            text_of(purchase, "Supplier"),
            text_of(purchase, "Status"),
            order_state(purchase),
            part_state(purchase, "StockReceived"),
            part_state(purchase, "Invoice"),
            part_state(purchase, "CreditNote"),
            " ".join(_numbers(purchase)),
            now,
            dumped(purchase),
        ),
    )
    return purchase


def settled(purchase: Record) -> Record:
    """Derive the states that the service derives."""
    if purchase.get("Status") == "VOIDED":
        return purchase
    order = purchase.get("Order")
    ordered = isinstance(order, dict) and order.get("Status") == "AUTHORISED"
    invoices = [text_of(each, "Status") for each in rows_of(purchase, "Invoice")]
    receipts = [text_of(each, "Status") for each in rows_of(purchase, "StockReceived")]
    invoiced, received = _all_done(invoices), _all_done(receipts)
    credited = any(text_of(each, "Status") in DONE for each in rows_of(purchase, "CreditNote"))
    status = "ORDERED" if ordered else "DRAFT"
    if any(each in DONE for each in invoices):
        status = "COMPLETED" if received and invoiced else "INVOICED"
    elif any(each in DONE for each in receipts):
        status = "RECEIVED"
    if credited:
        status = "CREDITED"
    some = any(each in DONE for each in invoices)
    combined = (
        "INVOICED" if invoiced else "PARTIALLY INVOICED" if some else "NOT INVOICED" if ordered else "NOT AVAILABLE"
    )
    if credited:
        combined += " / CREDITED"
    return {
        **purchase,
        "Status": status,
        "CombinedInvoiceStatus": combined,
        "CombinedReceivingStatus": "FULLY RECEIVED"
        if received
        else "PARTIALLY RECEIVED"
        if any(each in DONE for each in receipts)
        else "NOT RECEIVED",
        "CombinedPaymentStatus": "PAID" if invoices and all(each == "PAID" for each in invoices) else "UNPAID",
    }


def _all_done(states: list[str]) -> bool:
    return bool(states) and all(each in DONE for each in states)


def order_state(purchase: Mapping[str, object]) -> str:
    """Give the state of the order."""
    order = purchase.get("Order")
    return text_of(order, "Status") if isinstance(order, dict) else "NOT AVAILABLE"


def _numbers(purchase: Mapping[str, object]) -> list[str]:
    invoices = [text_of(each, "InvoiceNumber") for each in rows_of(purchase, "Invoice")]
    return invoices + [text_of(each, "CreditNoteNumber") for each in rows_of(purchase, "CreditNote")]


def part_state(purchase: Mapping[str, object], part: str) -> str:
    """Give the state of the last document of a kind, which the list shows."""
    rows = rows_of(purchase, part)
    return text_of(rows[-1], "Status") if rows else "NOT AVAILABLE"


def find(db: sqlite3.Connection, purchase_id: str) -> Record:
    """Read a purchase.

    Raises:
        Refused: there is none.
    """
    row = db.execute("SELECT body FROM purchases WHERE id = ?", (purchase_id.lower(),)).fetchone()
    if row is None:
        raise Refused((400, "Purchase with specified ID not found"))
    return record_of(row)


def as_advanced(purchase: Record, *, simple_shell: bool) -> Record:
    """Show a purchase as `/advanced-purchase` does; for a simple one that may be an empty shell."""
    if simple_shell and purchase.get("Type") == SIMPLE:
        return {"ID": purchase["ID"], "Status": "", "OrderNumber": "", **{part: [] for part in PARTS}}
    shown = {**purchase}
    for part in PARTS:
        if not rows_of(purchase, part):
            shown[part] = [{"TaskID": purchase["ID"], "InvoicingAndReceivingNumber": 0, "Status": "NOT AVAILABLE"}]
    return shown


def as_simple(purchase: Record) -> Record:
    """Show a purchase as `/purchase` does: parts are objects, without task ids; other kinds are refused."""
    if purchase.get("Type") != SIMPLE:
        raise Refused(
            (
                400,
                "This endpoint is deprecated and does not support Advanced Purchase and Service Purchase."
                " Please use AdvancedPurchase endpoint",
            )
        )
    shown = {**purchase}
    for part in PARTS:
        rows = rows_of(purchase, part)
        first = rows[0] if rows else {"Status": "NOT AVAILABLE"}
        hidden = ("TaskID", "InvoicingAndReceivingNumber")
        shown[part] = {name: value for name, value in first.items() if name not in hidden}
    shown.pop("PutAway")
    return shown


def list_rows(
    db: sqlite3.Connection, query: Mapping[str, str], limit: int, offset: int, *, credits_only: bool = False
) -> tuple[int, list[Record]]:
    """List purchases in ascending order number."""
    tests, values = ["credit_note_status <> 'NOT AVAILABLE'" if credits_only else "1"], []
    for parameter, test in (
        ("orderstatus", "order_status = ?"),
        ("stockreceivedstatus", "stock_received_status = ?"),
        ("status", "status = ?"),
        ("invoicestatus", "invoice_status = ?"),
        ("creditnotestatus", "credit_note_status = ?"),
    ):
        if query.get(parameter):
            tests.append(test)
            values.append(query[parameter])
    for parameter, test in (("updatedsince", "updated >= ?"), ("updateduntil", "updated <= ?")):
        if query.get(parameter):
            tests.append(test)
            values.append(moment(query[parameter]))
    if query.get("search"):
        tests.append("(order_number LIKE ? OR status LIKE ? OR supplier LIKE ? OR numbers LIKE ?)")
        values += [f"%{query['search']}%"] * 4
    where = " AND ".join(tests)
    total = db.execute(f"SELECT count(*) FROM purchases WHERE {where}", values).fetchone()[0]
    rows = db.execute(
        f"SELECT body FROM purchases WHERE {where} ORDER BY order_number LIMIT ? OFFSET ?", (*values, limit, offset)
    )
    return total, [_summary(record_of(row)) for row in rows]


def _summary(purchase: Record) -> Record:
    invoices, credit_notes = rows_of(purchase, "Invoice"), rows_of(purchase, "CreditNote")
    invoice = invoices[-1] if invoices else {}
    credit_note = credit_notes[-1] if credit_notes else {}
    header = (
        "ID",
        "BlindReceipt",
        "OrderNumber",
        "Status",
        "OrderDate",
        "Supplier",
        "SupplierID",
        "RequiredBy",
        "BaseCurrency",
        "SupplierCurrency",
        "LastUpdatedDate",
        "Type",
        "CombinedInvoiceStatus",
        "CombinedPaymentStatus",
        "CombinedReceivingStatus",
    )
    return {
        **{name: purchase.get(name) for name in header},
        "InvoiceDate": invoice.get("InvoiceDate"),
        "InvoiceDueDate": invoice.get("InvoiceDueDate"),
        "InvoiceNumber": text_of(invoice, "InvoiceNumber"),
        "InvoiceAmount": sum((amount_of(each, "Total") for each in invoices), ZERO),
        "PaidAmount": sum((amount_of(each, "Paid") for each in invoices), ZERO),
        "CreditNoteNumber": text_of(credit_note, "CreditNoteNumber"),
        "OrderStatus": order_state(purchase),
        "StockReceivedStatus": part_state(purchase, "StockReceived"),
        "UnstockStatus": "NOT AVAILABLE",
        "InvoiceStatus": part_state(purchase, "Invoice"),
        "CreditNoteStatus": part_state(purchase, "CreditNote"),
        "IsServiceOnly": purchase.get("Type") == SERVICE,
        "DropShipTaskID": None,
    }


def composed(
    purchase_id: str,
    header: Mapping[str, object],
    *,
    type_: str,
    order: Mapping[str, object] | None,
    invoices: list[Record],
    receipts: list[Record],
    credit_notes: list[Record],
) -> Record:
    """Put a purchase together; every invoice and its receipt share a task, credit notes have their own."""
    advanced = type_ != SIMPLE

    def task(kind: str, number: int) -> str:
        return stable_id(f"{kind} of {purchase_id}", str(number)) if advanced else purchase_id

    parts: dict[str, object] = {}
    for name, rows, kind in (
        ("Invoice", invoices, "group"),
        ("StockReceived", receipts, "group"),
        ("CreditNote", credit_notes, "credit"),
    ):
        parts[name] = [
            {"TaskID": task(kind, number), "InvoicingAndReceivingNumber": number, **row}
            for number, row in enumerate(rows, start=1)
        ]
    return {
        "ID": purchase_id,
        "Type": type_,
        "IsServiceOnly": type_ == SERVICE,
        "BlindReceipt": False,
        **header,
        "Order": dict(order) if order else {"Status": "NOT AVAILABLE", "Lines": [], "AdditionalCharges": []},
        **parts,
        "PutAway": [],
        "ManualJournals": [],
        "Attachments": [],
    }
