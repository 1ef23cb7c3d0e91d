"""Purchases in the database: saved with everything that follows from them, found by any id."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from cin7core_client.testing.purchases import effects
from cin7core_client.testing.purchases.shapes import summary
from cin7core_client.testing.purchases.states import PARTS, order_state, part_state, settled, unstock_state
from cin7core_client.testing.records import Record, dumped, id_of, record_of, rows_of, text_of
from cin7core_client.testing.refusal import Refused
from cin7core_client.testing.tables import put

if TYPE_CHECKING:
    from cin7core_client.testing.account import FakeCin7


def save(account: FakeCin7, purchase: Record, *, updated: str | None = None) -> Record:
    """Save a purchase with its derived states, its row of the list, its stock movements and its ledger lines."""
    purchase = settled({**purchase, "LastUpdatedDate": updated or account.stamp()})
    db, identity = account.db, text_of(purchase, "ID")
    numbers = [text_of(row, "InvoiceNumber") for row in rows_of(purchase, "Invoice")]
    numbers += [text_of(row, "CreditNoteNumber") for row in rows_of(purchase, "CreditNote")]
    texts = [text_of(purchase, name) for name in ("OrderNumber", "Supplier", "Status")] + numbers
    row = {
        "id": identity,
        "order_number": purchase["OrderNumber"],
        "supplier": purchase.get("Supplier"),
        "status": purchase["Status"],
        "order_status": order_state(purchase),
        "stock_received_status": part_state(purchase, "StockReceived"),
        "unstock_status": unstock_state(purchase),
        "invoice_status": part_state(purchase, "Invoice"),
        "credit_note_status": part_state(purchase, "CreditNote"),
        "required_by": text_of(purchase, "RequiredBy")[:10],
        "drop_ship_task_id": text_of(purchase, "RelatedDropShipSaleTask"),
        "updated": purchase["LastUpdatedDate"],
        "row": dumped(summary(purchase)),
        "body": dumped(purchase),
    }
    position = put(db, "purchases", row)
    db.execute("INSERT OR REPLACE INTO purchase_search (rowid, text) VALUES (?, ?)", (position, "\n".join(texts)))
    parts = {(id_of(row, "TaskID"), identity) for part in PARTS for row in rows_of(purchase, part)}
    parts |= {(id_of(row), identity) for name in ("Payments", "Attachments") for row in rows_of(purchase, name)}
    db.executemany("INSERT OR REPLACE INTO purchase_parts VALUES (?, ?)", [part for part in parts if part[0]])
    effects.replace(db, purchase)
    return purchase


def find(db: sqlite3.Connection, purchase_id: str) -> Record:
    """Read a purchase by its id.

    Raises:
        Refused: there is none.
    """
    row = db.execute("SELECT body FROM purchases WHERE id = ?", (purchase_id.strip().lower(),)).fetchone()
    if row is None:
        raise Refused((400, "Purchase with specified ID not found"))
    return record_of(row)


def find_by_number(db: sqlite3.Connection, order_number: str) -> Record:
    """Read a purchase by its order number.

    Raises:
        Refused: there is none.
    """
    row = db.execute("SELECT id FROM purchases WHERE order_number = ?", (order_number,)).fetchone()
    return find(db, row["id"] if row else "")


def find_by_part(db: sqlite3.Connection, part_id: str) -> Record:
    """Read the purchase that a task, a payment or an attachment belongs to; its own id will do as well.

    Raises:
        Refused: there is none.
    """
    row = db.execute("SELECT purchase_id FROM purchase_parts WHERE id = ?", (part_id.strip().lower(),)).fetchone()
    return find(db, row["purchase_id"] if row else part_id)
