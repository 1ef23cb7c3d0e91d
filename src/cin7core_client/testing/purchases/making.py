"""New purchases and new parts: their numbers, their ids, their places in one shape."""

from __future__ import annotations

import sqlite3

from cin7core_client.testing.purchases.states import PARTS, SERVICE, SIMPLE
from cin7core_client.testing.records import Record, rows_of, stable_id, text_of


def next_order_number(db: sqlite3.Connection) -> str:
    """Give the next free order number."""
    row = db.execute("SELECT value FROM facts WHERE name = 'last order'").fetchone()
    number = int(row["value"]) if row else 0
    while True:
        number += 1
        text = f"PO-{number:05}"
        if not db.execute("SELECT 1 FROM purchases WHERE order_number = ?", (text,)).fetchone():
            db.execute("INSERT OR REPLACE INTO facts VALUES ('last order', ?)", (str(number),))
            return text


def new_task(purchase: Record, kind: str) -> tuple[str, int]:
    """Give a task id that was never used in this purchase, and its number: of a group, or of a credit note."""
    parts = ("CreditNote",) if kind == "credit" else tuple(part for part in PARTS if part != "CreditNote")
    used = {
        int(str(row.get("InvoicingAndReceivingNumber") or place))
        for part in parts
        for place, row in enumerate(rows_of(purchase, part), start=1)
    }
    number = max(used, default=0) + 1
    if purchase["Type"] == SIMPLE:
        return text_of(purchase, "ID"), number
    return stable_id(f"{kind} of {purchase['ID']}", str(number)), number


def composed(
    purchase_id: str,
    header: Record,
    *,
    type_: str,
    order: Record | None = None,
    invoices: list[Record] | None = None,
    receipts: list[Record] | None = None,
    put_aways: list[Record] | None = None,
    credit_notes: list[Record] | None = None,
    journals: list[Record] | None = None,
) -> Record:
    """Put a purchase together; every invoice and its receipt share a task, credit notes have their own."""
    purchase: Record = {
        "ID": purchase_id,
        "Type": type_,
        "IsServiceOnly": type_ == SERVICE,
        "BlindReceipt": False,
        **header,
        "Order": order or {"Status": "NOT AVAILABLE", "Lines": [], "AdditionalCharges": []},
    }
    for name, rows, kind in (
        ("Invoice", invoices, "group"),
        ("StockReceived", receipts, "group"),
        ("PutAway", put_aways, "group"),
        ("ManualJournals", journals, "group"),
        ("CreditNote", credit_notes, "credit"),
    ):
        purchase[name] = [
            {
                "TaskID": purchase_id if type_ == SIMPLE else stable_id(f"{kind} of {purchase_id}", str(number)),
                "InvoicingAndReceivingNumber": number,
                **row,
            }
            for number, row in enumerate(rows or [], start=1)
        ]
    purchase["Payments"] = []
    purchase["Attachments"] = []
    _give_cards(purchase)
    return purchase


def _give_cards(purchase: Record) -> None:
    """Number the received lines, by which credit notes name what goes back."""
    for part in ("StockReceived", "PutAway"):
        for row in rows_of(purchase, part):
            row["Lines"] = [
                {**line, "CardID": text_of(line, "CardID") or card_id(text_of(row, "TaskID"), place)}
                for place, line in enumerate(rows_of(row, "Lines"), start=1)
            ]


def card_id(task_id: str, place: int) -> str:
    """Give the id of a received line."""
    return stable_id(f"card of {task_id}", str(place))
