"""Saving vendors, their addresses, and items."""

from __future__ import annotations

import datetime as dt
import sqlite3
from decimal import Decimal

from dynamicsgp_client.models import Item, Vendor, VendorAddress
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


def create_address(db: sqlite3.Connection, address: VendorAddress) -> None:
    """Save a new address of a vendor."""
    if not db.execute("SELECT 1 FROM PM00200 WHERE VENDORID = ?", (address.vendor_id,)).fetchone():
        raise Refused(("372", "No vendor record exists for this vendor ID."))
    if db.execute("SELECT 1 FROM PM00300 WHERE VENDORID = ? AND ADRSCODE = ?", address.key).fetchone():
        raise Refused(("", "VendorAddressKey already exists"))
    save_address(db, address)


def save_address(db: sqlite3.Connection, address: VendorAddress) -> None:
    """Save the fields that were sent, and the e-mail address where GP keeps it."""
    values = _checked(address)
    db.execute("INSERT OR IGNORE INTO PM00300 (VENDORID, ADRSCODE) VALUES (?, ?)", address.key)
    assignments = ", ".join(f"{name} = ?" for name in values)
    db.execute(
        f"UPDATE PM00300 SET {assignments} WHERE VENDORID = ? AND ADRSCODE = ?", (*values.values(), *address.key)
    )
    if address.email:
        db.execute(
            "INSERT OR REPLACE INTO SY01200 (Master_Type, Master_ID, ADRSCODE, EmailToAddress) VALUES ('VEN',?,?,?)",
            (*address.key, address.email),
        )


def delete_address(db: sqlite3.Connection, vendor_id: str, address_id: str) -> None:
    """Delete an address; the primary one stays."""
    vendor = db.execute("SELECT VADDCDPR FROM PM00200 WHERE VENDORID = ?", (vendor_id,)).fetchone()
    if vendor and vendor["VADDCDPR"].upper() == address_id.upper():
        raise Refused(("", "The primary address of a vendor cannot be deleted."))
    db.execute("DELETE FROM PM00300 WHERE VENDORID = ? AND ADRSCODE = ?", (vendor_id, address_id))


def _checked(record: Vendor | VendorAddress | Item) -> dict[str, object]:
    if problems := too_long(record):
        raise Refused(*(("", f"{each}.") for each in problems))
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
