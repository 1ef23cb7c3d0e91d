"""Suppliers and products: what the service checks when they are written, and how they are listed."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from typing import Final

from cin7core_client.testing.records import Record, dumped, moment, record_of, rows_of, stable_id, text_of
from cin7core_client.testing.refusal import Refused

SUPPLIER_LIMITS: Final = {"Name": 256, "Comments": 256, "TaxRule": 50}
PRODUCT_LIMITS: Final = {"SKU": 50, "Name": 256, "ShortDescription": 500, "Barcode": 256, "UOM": 50}
PRICES: Final = tuple(f"PriceTier{tier}" for tier in range(1, 11))
COSTING: Final = (
    "FIFO",
    "Special - Batch",
    "Special - Serial Number",
    "FIFO - Serial Number",
    "FIFO - Batch",
    "FEFO - Batch",
    "FEFO - Serial Number",
)
# The service tells only a few problems at a time.
MOST_PROBLEMS: Final = 3


def write_supplier(db: sqlite3.Connection, sent: Record, now: str, *, new: bool) -> Record:
    """Create a supplier, or replace one."""
    problems = _missing(sent, ("Name", "Currency", "PaymentTerm", "AccountPayable", "TaxRule", "Status"))
    problems += _too_long(sent, SUPPLIER_LIMITS)
    problems += _supplier_references(db, sent)
    for address in rows_of(sent, "Addresses"):
        problems += _missing(address, ("Line1", "Country", "Type"))
    for contact in rows_of(sent, "Contacts"):
        problems += _missing(contact, ("Name",))
    _raise(problems)
    identity = _identity(db, "suppliers", "supplier", sent, text_of(sent, "Name"), new=new)
    record = {**sent, "ID": identity, "LastModifiedOn": now}
    for name in ("Addresses", "Contacts"):
        record[name] = [
            {**row, "ID": row.get("ID") or stable_id(f"{name} of {identity}", str(number))}
            for number, row in enumerate(rows_of(sent, name))
        ]
    db.execute(
        "INSERT OR REPLACE INTO suppliers VALUES (?,?,?,?,?)",
        (identity, text_of(record, "Name"), text_of(record, "Status"), now, dumped(record)),
    )
    return record


def _supplier_references(db: sqlite3.Connection, sent: Mapping[str, object]) -> list[tuple[int, str]]:
    problems = []
    term = _book(db, "paymentterm", text_of(sent, "PaymentTerm"))
    if text_of(sent, "PaymentTerm") and not (term and term.get("IsActive")):
        problems.append(
            (
                400,
                f"Active payment term with name '{text_of(sent, 'PaymentTerm')}' was not found in Payment Terms"
                " reference book",
            )
        )
    if text_of(sent, "TaxRule") and not _book(db, "tax", text_of(sent, "TaxRule")):
        problems.append((404, f"Tax rule '{text_of(sent, 'TaxRule')}' was not found in reference book"))
    account = _book(db, "account", text_of(sent, "AccountPayable"))
    if text_of(sent, "AccountPayable") and not (account and account.get("SystemAccount") == "Accounts payable"):
        problems.append((400, f"Account payable '{text_of(sent, 'AccountPayable')}' was not found"))
    return problems


def write_product(db: sqlite3.Connection, sent: Record, now: str, *, new: bool) -> Record:
    """Create a product, or replace one."""
    problems = _missing(sent, ("SKU", "Name", "Category", "CostingMethod", "UOM", "Status"))
    problems += _too_long(sent, PRODUCT_LIMITS)
    if new and not text_of(sent, "Type"):
        problems.append((400, "Type is required"))
    if new and not (sent.get("PriceTiers") or any(sent.get(name) is not None for name in PRICES)):
        problems.append((400, "PriceTiers value cannot be empty"))
    if new and sent.get("Suppliers"):
        problems.append((400, "Suppliers is invalid"))
    if text_of(sent, "CostingMethod") and text_of(sent, "CostingMethod") not in COSTING:
        problems.append((400, f"CostingMethod '{text_of(sent, 'CostingMethod')}' is invalid"))
    if text_of(sent, "Category") and not _book(db, "category", text_of(sent, "Category")):
        problems.append((404, "Category not found."))
    if text_of(sent, "UOM") and not _book(db, "unit", text_of(sent, "UOM")):
        problems.append((404, f"Unit of measure with name '{text_of(sent, 'UOM')}' was not found reference book."))
    if text_of(sent, "Brand") and not _book(db, "brand", text_of(sent, "Brand")):
        problems.append((404, f"Brand '{text_of(sent, 'Brand')}' was not found in reference book"))
    other = db.execute("SELECT id FROM products WHERE sku = ?", (text_of(sent, "SKU"),)).fetchone()
    if other and (new or other["id"] != text_of(sent, "ID").lower()):
        problems.append(
            (
                400,
                f'Failed to update product: SKU "{text_of(sent, "SKU")}" already exists!'
                " Please provide different value",
            )
        )
    _raise(problems)
    identity = _identity(db, "products", "product", sent, text_of(sent, "SKU"), new=new)
    record = {**sent, "ID": identity, "LastModifiedOn": now}
    db.execute(
        "INSERT OR REPLACE INTO products VALUES (?,?,?,?,?,?)",
        (identity, text_of(record, "SKU"), text_of(record, "Name"), text_of(record, "Status"), now, dumped(record)),
    )
    return record


def list_suppliers(
    db: sqlite3.Connection, query: Mapping[str, str], limit: int, offset: int
) -> tuple[int, list[Record]]:
    """List suppliers by id, beginning of name, date, status."""
    return _listed(db, "suppliers", {"name": "name"}, query, limit, offset)


def list_products(
    db: sqlite3.Connection, query: Mapping[str, str], limit: int, offset: int
) -> tuple[int, list[Record]]:
    """List products by id, beginning of SKU or name, date, status."""
    return _listed(db, "products", {"name": "name", "sku": "sku"}, query, limit, offset)


def _listed(
    db: sqlite3.Connection, table: str, texts: Mapping[str, str], query: Mapping[str, str], limit: int, offset: int
) -> tuple[int, list[Record]]:
    tests, values = ["1"], []
    if query.get("id"):
        tests.append("id = ?")
        values.append(query["id"].lower())
    for parameter, column in texts.items():
        if query.get(parameter):
            tests.append(f"lower(substr({column}, 1, ?)) = lower(?)")
            values += [str(len(query[parameter])), query[parameter]]
    if query.get("modifiedsince"):
        tests.append("modified >= ?")
        values.append(moment(query["modifiedsince"]))
    if query.get("includedeprecated", "").lower() not in ("true", "1"):
        tests.append("lower(status) <> 'deprecated'")
    where = " AND ".join(tests)
    total = db.execute(f"SELECT count(*) FROM {table} WHERE {where}", values).fetchone()[0]
    rows = db.execute(
        f"SELECT body FROM {table} WHERE {where} ORDER BY rowid LIMIT ? OFFSET ?", (*values, limit, offset)
    )
    return total, [record_of(row) for row in rows]


def _identity(db: sqlite3.Connection, table: str, kind: str, sent: Record, name: str, *, new: bool) -> str:
    if new:
        identity, salt = stable_id(kind, name), 0
        while db.execute(f"SELECT 1 FROM {table} WHERE id = ?", (identity,)).fetchone():
            salt += 1
            identity = stable_id(kind, f"{name}\n{salt}")
        return identity
    identity = text_of(sent, "ID").lower()
    if not db.execute(f"SELECT 1 FROM {table} WHERE id = ?", (identity,)).fetchone():
        raise Refused((404, f"{kind.capitalize()} with specified ID not found"))
    return identity


def _book(db: sqlite3.Connection, book: str, key: str) -> Record | None:
    row = db.execute("SELECT body FROM reference WHERE book = ? AND key = ?", (book, key)).fetchone()
    return record_of(row) if row else None


def _missing(sent: Mapping[str, object], names: tuple[str, ...]) -> list[tuple[int, str]]:
    return [(400, f"{name} is required") for name in names if sent.get(name) in (None, "")]


def _too_long(sent: Mapping[str, object], limits: Mapping[str, int]) -> list[tuple[int, str]]:
    return [
        (400, f"Maximum {name} field length is {limit} characters")
        for name, limit in limits.items()
        if len(text_of(sent, name)) > limit
    ]


def _raise(problems: list[tuple[int, str]]) -> None:
    if problems:
        raise Refused(*problems[:MOST_PROBLEMS])


Lister = Callable[[sqlite3.Connection, Mapping[str, str], int, int], tuple[int, list[Record]]]
