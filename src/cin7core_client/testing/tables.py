"""The simulator's tables in SQLite: each record as JSON, beside the columns that it is found by."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

VERSION: Final = 2

# Lists count, filter and skip in the indexes alone (hence those on `position`), and read the bodies of one page.
SCHEMA: Final = """
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT);
CREATE TABLE request_log (at REAL, method TEXT, path TEXT, status INTEGER, principal TEXT, connection TEXT);

CREATE TABLE reference (position INTEGER PRIMARY KEY, book TEXT, key TEXT COLLATE NOCASE, id TEXT, body TEXT);
CREATE UNIQUE INDEX reference_key ON reference (book, key);
CREATE INDEX reference_id ON reference (book, id);

CREATE TABLE suppliers (position INTEGER PRIMARY KEY, id TEXT UNIQUE, name TEXT COLLATE NOCASE, status TEXT,
    deprecated INTEGER, modified TEXT, body TEXT);
CREATE INDEX suppliers_place ON suppliers (position, deprecated, modified);
CREATE INDEX suppliers_name ON suppliers (name);
CREATE INDEX suppliers_modified ON suppliers (modified);

CREATE TABLE products (position INTEGER PRIMARY KEY, id TEXT UNIQUE, sku TEXT COLLATE NOCASE UNIQUE,
    name TEXT COLLATE NOCASE, status TEXT, deprecated INTEGER, modified TEXT, body TEXT,
    nested TEXT);
CREATE INDEX products_place ON products (position, deprecated, modified);
CREATE INDEX products_name ON products (name);
CREATE INDEX products_modified ON products (modified);
CREATE TABLE product_suppliers (id TEXT PRIMARY KEY, product_id TEXT, supplier_id TEXT, body TEXT,
    UNIQUE (product_id, supplier_id));
CREATE TABLE product_attachments (id TEXT PRIMARY KEY, product_id TEXT, body TEXT);
CREATE INDEX product_attachments_product ON product_attachments (product_id);

CREATE TABLE purchases (position INTEGER PRIMARY KEY, id TEXT UNIQUE, order_number TEXT UNIQUE, supplier TEXT,
    status TEXT, order_status TEXT, stock_received_status TEXT, unstock_status TEXT, invoice_status TEXT,
    credit_note_status TEXT, required_by TEXT, drop_ship_task_id TEXT, updated TEXT,
    row TEXT, body TEXT);
CREATE INDEX purchases_states ON purchases (order_number, status, order_status, stock_received_status, unstock_status,
    invoice_status, credit_note_status, updated);
CREATE INDEX purchases_updated ON purchases (updated);
CREATE VIRTUAL TABLE purchase_search USING fts5 (text, tokenize = 'trigram');
CREATE TABLE purchase_parts (id TEXT PRIMARY KEY, purchase_id TEXT);
CREATE TABLE movements (purchase_id TEXT, product_id TEXT, location TEXT, batch TEXT, quantity TEXT, amount TEXT,
    body TEXT);
CREATE INDEX movements_purchase ON movements (purchase_id);
CREATE INDEX movements_product ON movements (product_id);
CREATE TABLE transactions (purchase_id TEXT, debit TEXT, credit TEXT, effective TEXT, body TEXT);
CREATE INDEX transactions_purchase ON transactions (purchase_id);
CREATE INDEX transactions_effective ON transactions (effective);

CREATE TABLE documents (position INTEGER PRIMARY KEY, path TEXT, id TEXT, modified TEXT, body TEXT);
CREATE UNIQUE INDEX documents_id ON documents (path, id);

CREATE TABLE webhooks (position INTEGER PRIMARY KEY, id TEXT UNIQUE, type TEXT, active INTEGER, token TEXT, body TEXT);
CREATE INDEX webhooks_type ON webhooks (type, active);
CREATE TABLE deliveries (position INTEGER PRIMARY KEY, webhook_id TEXT, event_type TEXT, body TEXT, attempt INTEGER,
    due REAL);
CREATE INDEX deliveries_due ON deliveries (due, position);
"""


def opened(path: str | Path | None) -> sqlite3.Connection:
    """Open a database, made on first use; without a path it lives in memory.

    Raises:
        ValueError: another version of the simulator made the file.
    """
    db = sqlite3.connect(
        ":memory:" if path is None else str(path), check_same_thread=False, isolation_level=None, timeout=30
    )
    db.row_factory = sqlite3.Row
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = OFF")  # survives a killed process; only a dead machine may lose the last writes
    db.execute("PRAGMA cache_size = -65536")
    version = db.execute("PRAGMA user_version").fetchone()[0]
    made_before = db.execute("SELECT 1 FROM sqlite_master").fetchone() is not None
    if made_before and version != VERSION:
        db.close()
        raise ValueError(f"{path} was made by another version of the simulator; delete it and start again")
    if not made_before:
        db.executescript(SCHEMA)
        db.execute(f"PRAGMA user_version = {VERSION}")
    return db


def put(db: sqlite3.Connection, table: str, values: Mapping[str, object]) -> int:
    """Insert a row, or change the one with the same id; gives its position."""
    row = db.execute(_upsert(table, tuple(values)), tuple(values.values())).fetchone()
    return int(row["position"])


@cache
def _upsert(table: str, columns: tuple[str, ...]) -> str:
    changes = ", ".join(f"{name} = excluded.{name}" for name in columns if name != "id")
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
        f" ON CONFLICT (id) DO UPDATE SET {changes} RETURNING position"
    )
