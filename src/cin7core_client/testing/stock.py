"""What is on hand and on order, and the ledger lines: both read from what follows from purchases."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from cin7core_client.testing.call import Call, Routes
from cin7core_client.testing.lists import Selection, envelope, listed_rows
from cin7core_client.testing.records import Record, Written, record_of

if TYPE_CHECKING:
    from cin7core_client.testing.account import FakeCin7


def availability(account: FakeCin7, wanted: Selection) -> list[Record]:
    """Give one row for each product, location and batch that moved; StockOnHand is money, not a quantity."""
    found = account.db.execute(
        "SELECT p.id, p.sku, p.name, p.body, m.location, m.batch, group_concat(m.quantity, ' ') AS quantities,"
        " group_concat(m.amount, ' ') AS amounts FROM products p"
        f" JOIN movements m ON m.product_id = p.id WHERE {wanted.where}"
        " GROUP BY p.position, m.location, m.batch ORDER BY p.position, m.location, m.batch",
        wanted.values,
    )
    rows: list[Record] = []
    for row in found.fetchall():
        on_hand = sum(map(Decimal, row["quantities"].split()), Decimal(0))
        location, _, bin_ = row["location"].partition(": ")
        rows.append(
            {
                "ID": row["id"],
                "SKU": row["sku"],
                "Name": row["name"],
                "Barcode": record_of(row).get("Barcode"),
                "Location": location,
                "Bin": bin_,
                "Batch": row["batch"],
                "ExpiryDate": None,
                "OnHand": on_hand,
                "Allocated": 0,
                "Available": on_hand,
                "OnOrder": 0,
                "StockOnHand": sum(map(Decimal, row["amounts"].split()), Decimal(0)),
                "InTransit": 0,
                "NextDeliveryDate": None,
            }
        )
    return rows


def _available(call: Call) -> Written:
    wanted = Selection()
    wanted.equals("p.id", call.id())
    wanted.starts("p.name", call.text("Name"))
    wanted.equals("p.sku", call.text("Sku"))
    wanted.equals("m.location", call.text("Location"))
    wanted.equals("m.batch", call.text("Batch"))
    wanted.equals("json_extract(p.body, '$.Category')", call.text("Category"))
    return listed_rows(call, "ProductAvailabilityList", availability(call.account, wanted))


def _transactions(call: Call) -> Written:
    wanted = Selection()
    if call.text("FromDate"):
        wanted.add("effective >= ?", call.text("FromDate")[:10])
    if call.text("ToDate"):
        wanted.add("effective <= ?", f"{call.text('ToDate')[:10]}T23:59:59")
    if call.text("Account"):
        wanted.add("(debit = ? OR credit = ?)", call.text("Account"), call.text("Account"))
    page, limit = call.page()
    total = call.db.execute(f"SELECT count(*) FROM transactions WHERE {wanted.where}", wanted.values).fetchone()[0]
    rows = call.db.execute(
        f"SELECT body FROM transactions WHERE {wanted.where} ORDER BY effective, rowid LIMIT ? OFFSET ?",
        (*wanted.values, limit, (page - 1) * limit),
    )
    return envelope("Transactions", page, total, (row["body"] for row in rows))


ROUTES: Final[Routes] = {
    "ref/productavailability": {"GET": _available},
    "transactions": {"GET": _transactions},
}
