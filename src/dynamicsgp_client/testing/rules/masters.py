"""Saving vendors and items."""

from __future__ import annotations

import datetime as dt
import sqlite3
from decimal import Decimal

from dynamicsgp_client.models import Item, Vendor
from dynamicsgp_client.models.base import columns, too_long
from dynamicsgp_client.testing.rules.refusal import Refused
from dynamicsgp_client.testing.tables import insert
from dynamicsgp_client.testing.values import as_stored


def create(db: sqlite3.Connection, table: str, key: str, record: Vendor | Item, today: dt.date) -> None:
    """Save a new record; GP stamps the day."""
    values = _checked(record)
    if db.execute(f"SELECT 1 FROM {table} WHERE {key} = ?", (values[key],)).fetchone():
        raise Refused(("", f"{key} {values[key]} already exists."))
    insert(db, table, **{**values, "CREATDDT": as_stored(today), "MODIFDT": as_stored(today)})


def update(db: sqlite3.Connection, table: str, key: str, record: Vendor | Item, today: dt.date) -> None:
    """Save the fields that were sent; GP stamps the day."""
    values = {**_checked(record), "MODIFDT": as_stored(today)}
    assignments = ", ".join(f"{name} = ?" for name in values)
    db.execute(f"UPDATE {table} SET {assignments} WHERE {key} = ?", (*values.values(), values[key]))


def _checked(record: Vendor | Item) -> dict[str, object]:
    if problems := too_long(record):
        raise Refused(*(("", f"Text is too long: {each}.") for each in problems))
    found = {}
    for name, column in columns(type(record)).items():
        if name in record.model_fields_set and name not in ("created_date", "modified_date"):
            found[column.name] = _stored(getattr(record, name))
    return found


def _stored(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, dt.date):
        return as_stored(value)
    if isinstance(value, Decimal):
        return str(value)
    return int(value) if isinstance(value, int) else value
