"""The shapes in which the endpoints show one and the same purchase."""

from __future__ import annotations

import sqlite3
from typing import Final

from cin7core_client.testing.purchases.states import (
    ABSENT,
    PARTS,
    SERVICE,
    SIMPLE,
    ZERO,
    live,
    order_state,
    part_state,
    refunded,
    unstock_state,
)
from cin7core_client.testing.records import (
    Record,
    amount_of,
    id_of,
    object_of,
    record_of,
    rows_of,
    text_of,
)
from cin7core_client.testing.refusal import Refused

DEPRECATED: Final = (
    "This endpoint is deprecated and does not support Advanced Purchase and Service Purchase."
    " Please use AdvancedPurchase endpoint"
)
# part -> its key on the advanced sub-endpoints
CONTAINERS: Final = {
    "StockReceived": "StockReceiving",
    "PutAway": "PutAway",
    "Invoice": "Invoices",
    "CreditNote": "CreditNotes",
    "ManualJournals": "ManualJournals",
}
PRODUCT_FIELDS: Final = {
    "ProductLength": "Length",
    "ProductWidth": "Width",
    "ProductHeight": "Height",
    "ProductWeight": "Weight",
    "WeightUnits": "WeightUnits",
    "DimensionsUnits": "DimensionsUnits",
    **{f"ProductCustomField{number}": f"AdditionalAttribute{number}" for number in range(1, 11)},
}
NUMBER: Final = "InvoicingAndReceivingNumber"
LIST_FIELDS: Final = (
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


def only_simple(purchase: Record) -> Record:
    """Pass a simple purchase.

    Raises:
        Refused: it is of another kind, which the deprecated endpoints do not serve.
    """
    if purchase.get("Type") != SIMPLE:
        raise Refused((400, DEPRECATED))
    return purchase


def as_advanced(db: sqlite3.Connection, purchase: Record, *, combine: bool, simple_shell: bool) -> Record:
    """Show a purchase as `/advanced-purchase` does: parts are arrays; a simple one may be an empty shell."""
    if simple_shell and purchase.get("Type") == SIMPLE:
        return {"ID": purchase["ID"], "Status": "", "OrderNumber": "", "Type": "", **{part: [] for part in PARTS}}
    shown = _whole(db, purchase, combine=combine)
    groups = {
        text_of(row, "TaskID"): row.get(NUMBER)
        for part in ("Invoice", "StockReceived", "PutAway", "ManualJournals")
        for row in rows_of(purchase, part)
    } or {text_of(purchase, "ID"): 0}
    for part in PARTS:
        rows = rows_of(shown, part)
        if part == "CreditNote":
            shown[part] = rows or [{"TaskID": purchase["ID"], **_absent(part)}]
            continue
        tasks = {text_of(row, "TaskID") for row in rows}
        shown[part] = rows + [
            {"TaskID": task, NUMBER: number, **_absent(part)} for task, number in groups.items() if task not in tasks
        ]
    return shown


def as_simple(db: sqlite3.Connection, purchase: Record, *, combine: bool) -> Record:
    """Show a purchase as `/purchase` does: parts are objects without task ids.

    Raises:
        Refused: it is of another kind.
    """
    shown = _whole(db, only_simple(purchase), combine=combine)
    for part in PARTS:
        rows = rows_of(shown, part)
        first = rows[0] if rows else _absent(part)
        shown[part] = {name: value for name, value in first.items() if name not in ("TaskID", NUMBER)}
    credit_note = object_of(shown, "CreditNote")
    credit_note["Unstock"] = {"Status": unstock_state(purchase), "Lines": credit_note.get("Unstock") or []}
    hidden = ("PutAway", "Type", "IsServiceOnly", "CombinedReceivingStatus", "CombinedInvoiceStatus")
    return {name: value for name, value in shown.items() if name not in (*hidden, "CombinedPaymentStatus")}


def order(purchase: Record, *, combine: bool) -> Record:
    """Show the order as `/purchase/order` does."""
    shown = _combined(object_of(purchase, "Order"), combine=combine)
    return {"TaskID": purchase["ID"], "CombineAdditionalCharges": combine, **shown}


def part_of_simple(purchase: Record, part: str, *, combine: bool = False) -> Record:
    """Show a part as the simple sub-endpoints do.

    Raises:
        Refused: the purchase is of another kind.
    """
    rows = rows_of(only_simple(purchase), part)
    shown = _plain(rows[0] if rows else _absent(part), combine=combine)
    return {"TaskID": purchase["ID"], **_amounts(part, shown)}


def parts_of_advanced(purchase: Record, part: str, *, combine: bool = False) -> Record:
    """Show all parts of a kind as the advanced sub-endpoints do: a container, without group numbers."""
    rows = [_amounts(part, _plain(row, combine=combine)) for row in rows_of(purchase, part)]
    return {"PurchaseID": purchase["ID"], CONTAINERS[part]: rows}


def payments(purchase: Record, *, advanced: bool) -> list[Record]:
    """Show the payments as both sub-endpoints do: a bare array."""
    extra: Record = {"PurchaseID": purchase["ID"]} if advanced else {}
    return [{**extra, **payment(row)} for row in rows_of(purchase, "Payments")]


def payment(row: Record) -> Record:
    """Show a payment without what the simulator keeps for itself."""
    return {name: value for name, value in row.items() if name != "Shares"}


def _plain(row: Record, *, combine: bool) -> Record:
    kept = {name: value for name, value in row.items() if name != NUMBER}
    return _combined(kept, combine=combine)


def _amounts(part: str, shown: Record) -> Record:
    if part != "Invoice":
        return shown
    return {**shown, "InvoiceTotalAmount": shown.get("Total", 0), "InvoiceTotalTaxAmount": shown.get("Tax", 0)}


def _absent(part: str) -> Record:
    empty: Record = {"Status": ABSENT, "Lines": []}
    if part in ("Invoice", "CreditNote"):
        empty |= {"AdditionalCharges": [], "TotalBeforeTax": 0, "Tax": 0, "Total": 0}
    if part == "CreditNote":
        empty |= {"CreditNoteNumber": None, "CreditNoteDate": None, "Unstock": []}
    if part == "Invoice":
        empty |= {"InvoiceNumber": None, "InvoiceDate": None, "InvoiceDueDate": None, "Paid": 0}
    return empty


def _combined(document: Record, *, combine: bool) -> Record:
    """Move charges into the lines, as CombineAdditionalCharges asks."""
    if not combine or not rows_of(document, "AdditionalCharges"):
        return {**document}
    charges = [{**row, "Name": row.get("Description")} for row in rows_of(document, "AdditionalCharges")]
    return {**document, "Lines": [*rows_of(document, "Lines"), *charges], "AdditionalCharges": []}


def _whole(db: sqlite3.Connection, purchase: Record, *, combine: bool) -> Record:
    """Show everything: charges combined on demand, payments inside their documents, product fields on every line."""
    shown = {name: value for name, value in purchase.items() if name != "Payments"}
    every = payments(purchase, advanced=False)
    kinds = {kind: [row for row in every if text_of(row, "Type").upper() == kind] for kind in ("PREPAYMENT", "REFUND")}
    rest = [row for row in every if text_of(row, "Type").upper() == "PAYMENT"]
    shown["Order"] = {**_combined(object_of(purchase, "Order"), combine=combine), "Prepayments": kinds["PREPAYMENT"]}
    for part in PARTS:
        shown[part] = [
            {NUMBER: row.get(NUMBER), **_plain(row, combine=combine)}
            if part != "CreditNote"
            else _plain(row, combine=combine)
            for row in rows_of(purchase, part)
        ]
    for invoice in rows_of(shown, "Invoice"):
        own = len(rows_of(shown, "Invoice")) == 1
        invoice["Payments"] = [row for row in rest if own or id_of(row, "TaskID") == id_of(invoice, "TaskID")]
    for credit_note in rows_of(shown, "CreditNote"):
        own = len(rows_of(shown, "CreditNote")) == 1
        credit_note["Refunds"] = [
            row for row in kinds["REFUND"] if own or id_of(row, "TaskID") == id_of(credit_note, "TaskID")
        ]
    shown["InventoryMovements"] = [
        {name: body[name] for name in ("TaskID", "ProductID", "Date", "COGS") if name in body}
        for body in (
            record_of(row)
            for row in db.execute("SELECT body FROM movements WHERE purchase_id = ? ORDER BY rowid", (purchase["ID"],))
        )
    ]
    _add_product_fields(db, shown)
    return shown


def _add_product_fields(db: sqlite3.Connection, shown: Record) -> None:
    documents = [object_of(shown, "Order"), *(row for part in PARTS for row in rows_of(shown, part))]
    lines = [line for row in documents for name in ("Lines", "Unstock") for line in rows_of(row, name)]
    lines += rows_of(shown, "InventoryMovements")
    wanted = {id_of(line, "ProductID") for line in lines} - {""}
    marks = ", ".join("?" * len(wanted))
    found = db.execute(f"SELECT id, body FROM products WHERE id IN ({marks})", tuple(wanted))
    fields: dict[str, Record] = {}
    for row in found:
        product = record_of(row)
        fields[row["id"]] = {name: product.get(source) for name, source in PRODUCT_FIELDS.items()}
    for line in lines:
        line.update(fields.get(id_of(line, "ProductID"), {}))


def summary(purchase: Record) -> Record:
    """Show the row of the purchase list; of several invoices it shows the last."""
    invoices, credit_notes = live(purchase, "Invoice"), rows_of(purchase, "CreditNote")
    invoice = invoices[-1] if invoices else {}
    credit_note = credit_notes[-1] if credit_notes else {}
    return {
        **{name: purchase.get(name) for name in LIST_FIELDS},
        "InvoiceDate": invoice.get("InvoiceDate"),
        "InvoiceDueDate": invoice.get("InvoiceDueDate"),
        "InvoiceNumber": text_of(invoice, "InvoiceNumber"),
        "InvoiceAmount": sum((amount_of(each, "Total") for each in invoices), ZERO),
        "PaidAmount": sum((amount_of(each, "Paid") for each in invoices), ZERO) - refunded(purchase),
        "CreditNoteNumber": text_of(credit_note, "CreditNoteNumber"),
        "OrderStatus": order_state(purchase),
        "StockReceivedStatus": part_state(purchase, "StockReceived"),
        "UnstockStatus": unstock_state(purchase),
        "InvoiceStatus": part_state(purchase, "Invoice"),
        "CreditNoteStatus": part_state(purchase, "CreditNote"),
        "IsServiceOnly": purchase.get("Type") == SERVICE,
        "DropShipTaskID": purchase.get("RelatedDropShipSaleTask"),
    }
