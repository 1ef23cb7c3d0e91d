"""Who supplies a product, at what price, with which reorder options: `/product-suppliers`, its measured rules."""

from __future__ import annotations

import sqlite3
from typing import Final

from cin7core_client.testing.call import Call, Reply, Routes
from cin7core_client.testing.records import Record, amount_of, dumped, id_of, record_of, rows_of, stable_id, text_of
from cin7core_client.testing.refusal import Problem, Refused, refuse

EMPTY: Final[Record] = {
    "SupplierInventoryCode": "",
    "SupplierProductName": "",
    "SupplierProductURL": "",
    "Cost": 0,
    "FixedCost": 0,
    "PurchaseCost": 0,
    "DropShip": False,
    "LastSupplied": None,
    "ProductSupplierOptions": [],
}


def link(db: sqlite3.Connection, sent: Record, *, new: bool) -> Record:
    """Link a supplier to a product, or replace what is known of the link.

    Raises:
        Refused: there is no such product, supplier or link.
    """
    product_id, supplier_id = id_of(sent, "ProductID"), id_of(sent, "SupplierID")
    product = db.execute("SELECT sku FROM products WHERE id = ?", (product_id,)).fetchone()
    supplier = db.execute("SELECT name, body FROM suppliers WHERE id = ?", (supplier_id,)).fetchone()
    if product is None or supplier is None:
        raise Refused((404, "Product not found." if product is None else "Supplier not found."))
    old = db.execute(
        "SELECT id, body FROM product_suppliers WHERE product_id = ? AND supplier_id = ?", (product_id, supplier_id)
    ).fetchone()
    if old is None and not new:
        raise Refused((404, "ProductSupplier with specified ID not found"))
    identity = old["id"] if old else stable_id("product supplier", f"{product_id}\n{supplier_id}")
    record = {
        **EMPTY,
        **(record_of(old) if old else {}),
        **sent,
        "ProductSupplierID": identity,
        "ProductID": product_id,
        "ProductSKU": product["sku"],
        "SupplierID": supplier_id,
        "SupplierName": supplier["name"],
        "Currency": record_of(supplier).get("Currency"),
    }
    record["PurchaseCost"] = record["FixedCost"] if amount_of(record, "FixedCost") else record["Cost"]
    record["ProductSupplierOptions"] = [
        {
            "LocationName": None,
            "SupplyIntervals": [],
            **option,
            "ID": text_of(option, "ID") or stable_id(f"option of {identity}", text_of(option, "LocationID")),
        }
        for option in rows_of(record, "ProductSupplierOptions")
    ]
    db.execute(
        "INSERT OR REPLACE INTO product_suppliers VALUES (?, ?, ?, ?)",
        (identity, product_id, supplier_id, dumped(record)),
    )
    return record


def _option_problems(sent: Record) -> list[Problem]:
    options = rows_of(sent, "ProductSupplierOptions")
    product = text_of(sent, "ProductID")
    defaults = [option for option in options if option.get("Default") is True and option.get("LocationID") is None]
    problems: list[Problem] = []
    if any(value is None and name != "LocationID" for option in options for name, value in option.items()):
        problems.append((400, "Nullable object must have a value"))
    if len(defaults) != 1:
        problems.append((400, f"Only one Default value is allowed and required in options of product {product}"))
    if any(option not in defaults and option.get("MinimumToReorder") is not None for option in options):
        problems.append((400, f"Only Default option of product {product} may have MinimumToReorder attribute set"))
    return problems


def _get(call: Call) -> object:
    if not call.switches.product_suppliers_get:
        text = {"Message": "The requested resource does not support http method 'GET'."}
        return Reply(405, dumped(text).encode())
    if not call.id("ProductID"):
        raise Refused((400, "ProductID is required"))
    rows = call.db.execute("SELECT body FROM product_suppliers WHERE product_id = ?", (call.id("ProductID"),))
    return {"ProductSuppliers": [record_of(row) for row in rows]}


def _write(call: Call, *, new: bool) -> Record:
    rows = rows_of(call.sent(), "ProductSuppliers")
    if not rows:
        raise Refused((400, "ProductSuppliers collection cannot be empty"))
    for row in rows:
        if not new and not id_of(row, "ProductSupplierID"):
            raise Refused((400, "ProductSupplierID cannot be empty"))
        refuse(_option_problems(row) if not new or rows_of(row, "ProductSupplierOptions") else [])
        link(call.db, row, new=new)
    return {"Success": True}


def _delete(call: Call) -> Record:
    gone = call.db.execute(
        "DELETE FROM product_suppliers WHERE product_id = ? AND supplier_id = ?",
        (call.id("ProductID"), call.id("SupplierID")),
    )
    if not gone.rowcount:
        raise Refused((404, "ProductSupplier not found."))
    return {"Success": True}


ROUTES: Final[Routes] = {
    "product-suppliers": {
        "GET": _get,
        "POST": lambda call: _write(call, new=True),
        "PUT": lambda call: _write(call, new=False),
        "DELETE": _delete,
    }
}
