"""Records in SQLite: each as JSON with Cin7's own field names, beside the columns that it is found by."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

import simplejson

from cin7core_client.testing.refusal import Refused

Record = dict[str, object]

NAMESPACE: Final = uuid.UUID("6f6d2b0a-4a0e-5f0c-9c0e-0c17c0de0001")

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS suppliers (id TEXT PRIMARY KEY, name TEXT, status TEXT, modified TEXT, body TEXT);
CREATE INDEX IF NOT EXISTS suppliers_name ON suppliers (name);
CREATE TABLE IF NOT EXISTS products (id TEXT PRIMARY KEY, sku TEXT UNIQUE, name TEXT, status TEXT, modified TEXT,
    body TEXT);
CREATE TABLE IF NOT EXISTS purchases (id TEXT PRIMARY KEY, order_number TEXT UNIQUE, supplier TEXT, status TEXT,
    order_status TEXT, stock_received_status TEXT, invoice_status TEXT, credit_note_status TEXT, numbers TEXT,
    updated TEXT, body TEXT);
CREATE TABLE IF NOT EXISTS reference (book TEXT, key TEXT COLLATE NOCASE, body TEXT, PRIMARY KEY (book, key));
CREATE TABLE IF NOT EXISTS request_log (at REAL, method TEXT, path TEXT, status INTEGER, principal TEXT,
    connection TEXT);
"""


def stable_id(kind: str, name: str) -> str:
    """Give the id of a record made under this name, so that runs can be repeated to the letter."""
    return str(uuid.uuid5(NAMESPACE, f"{kind}\n{name}"))


def moment(text: str) -> str:
    """Write a moment as records keep it, so that texts sort as moments do.

    Raises:
        Refused: it is no date.
    """
    try:
        value = dt.datetime.fromisoformat(text)
    except ValueError:
        raise Refused((400, f"'{text}' is not a valid date")) from None
    utc = value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)
    return utc.strftime("%Y-%m-%dT%H:%M:%S.") + f"{utc.microsecond // 1000:03}Z"


def dumped(value: object) -> str:
    """Write JSON with exact numbers."""
    return simplejson.dumps(value, use_decimal=True, ensure_ascii=False)


def loaded(text: str | bytes) -> object:
    """Read JSON with exact numbers."""
    value: object = json.loads(text, parse_float=Decimal)
    return value


def record_of(row: sqlite3.Row) -> Record:
    """Give the record of a row."""
    value = loaded(row["body"])
    if not isinstance(value, dict):
        raise TypeError("a record is a JSON object")
    return value


def text_of(record: Mapping[str, object], name: str) -> str:
    """Give a text field; missing and null are empty."""
    return str(record.get(name) or "")


def amount_of(record: Mapping[str, object], name: str) -> Decimal:
    """Give a number field; missing and null are 0."""
    return Decimal(str(record.get(name) or 0))


def rows_of(record: Mapping[str, object], name: str) -> list[Record]:
    """Give the rows of a nested array."""
    value = record.get(name)
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []
