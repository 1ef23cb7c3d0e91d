"""Reference books: accounts, tax rules, terms, units, categories, brands, locations, price tiers."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Final

from attrs import frozen

from cin7core_client.testing.records import Record, dumped, record_of, stable_id, text_of
from cin7core_client.testing.refusal import Refused


@frozen
class Book:
    """One reference book.

    Attributes:
        list_key: of its list.
        key: the field that names a row.
        bare: whether a write answers the bare object instead of a list envelope.
    """

    name: str
    list_key: str
    key: str = "Name"
    bare: bool = True
    writable: bool = True


BOOKS: Final[Mapping[str, Book]] = {
    "ref/account": Book("account", "AccountsList", key="Code", bare=False),
    "ref/account/bank": Book("bank", "BankAccountsList", key="AccountCode", writable=False),
    "ref/tax": Book("tax", "TaxRuleList", bare=False),
    "ref/paymentterm": Book("paymentterm", "PaymentTermList", bare=False),
    "ref/unit": Book("unit", "UnitList"),
    "ref/category": Book("category", "CategoryList"),
    "ref/brand": Book("brand", "BrandList"),
    "ref/location": Book("location", "LocationList"),
    "ref/attributeset": Book("attributeset", "AttributeSetList"),
}
UNIQUE: Final = {"unit": "This unit already exists. Unit name must be unique."}


def list_book(
    db: sqlite3.Connection, book: Book, query: Mapping[str, str], limit: int, offset: int
) -> tuple[int, list[Record]]:
    """List a book; names match beginnings, codes exactly. An unknown account code is a 400, as on the service."""
    rows = [
        record_of(row) for row in db.execute("SELECT body FROM reference WHERE book = ? ORDER BY rowid", (book.name,))
    ]
    if query.get("name"):
        rows = [row for row in rows if text_of(row, "Name").lower().startswith(query["name"].lower())]
    if query.get("isactive"):
        rows = [row for row in rows if bool(row.get("IsActive")) == (query["isactive"].lower() == "true")]
    if book.name == "account" and query.get("code"):
        rows = [row for row in rows if text_of(row, "Code") == query["code"]]
        if not rows:
            raise Refused((400, "Account with specified ID not found"))
    return len(rows), rows[offset : offset + limit]


def add_to_book(db: sqlite3.Connection, book: Book, sent: Record) -> Record:
    """Add a row to a book."""
    key = text_of(sent, book.key)
    if not key:
        raise Refused((400, f"{book.key} is required"))
    if db.execute("SELECT 1 FROM reference WHERE book = ? AND key = ?", (book.name, key)).fetchone():
        raise Refused((400, UNIQUE.get(book.name, f"{key} already exists.")))
    record = {**sent} if book.key == "Code" else {**sent, "ID": stable_id(book.name, key)}
    db.execute("INSERT INTO reference VALUES (?,?,?)", (book.name, key, dumped(record)))
    return record
