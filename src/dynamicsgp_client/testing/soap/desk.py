"""What every SOAP operation works with: the tables, the caller's criteria, keys and amounts in GP's shapes."""

from __future__ import annotations

import datetime as dt
import re
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Final

from dynamicsgp_client.contract import Member, load
from dynamicsgp_client.models.base import NO_DATE
from dynamicsgp_client.testing.company import FakeGP
from dynamicsgp_client.testing.values import as_day, as_decimal

Parameters = Mapping[str, object]
Record = dict[str, object]
NOTHING: Final[Record] = {}


class Missing(Exception):  # noqa: N818 — there is none, nothing failed
    """There is no record of this key."""


class Desk:
    """One call: its transaction, its company, its currency view."""

    def __init__(self, db: sqlite3.Connection, gp: FakeGP, parameters: Parameters) -> None:
        self.db = db
        self.gp = gp
        context = sub(parameters, "context")
        key = sub(context, "OrganizationKey")
        self.company_id: object | None = key.get("Id")
        companies = [row["CMPANYID"] for row in db.execute("SELECT CMPANYID FROM SY01500")]
        if self.company_id is not None and self.company_id not in companies:
            raise LookupError(f"there is no company {self.company_id}")
        self.iso: dict[str, str] = {
            row["CURNCYID"]: row["ISOCURRC"] for row in db.execute("SELECT CURNCYID, ISOCURRC FROM MC40200")
        }
        self.functional: str = db.execute("SELECT FUNLCURR FROM MC40000").fetchone()["FUNLCURR"]

    def rows(self, query: str, *parameters: object) -> list[sqlite3.Row]:
        """Run a query."""
        return self.db.execute(query, parameters).fetchall()

    def one(self, query: str, *parameters: object) -> sqlite3.Row:
        """Give the only row.

        Raises:
            Missing: there is none.
        """
        row: sqlite3.Row | None = self.db.execute(query, parameters).fetchone()
        if row is None:
            raise Missing
        return row

    def money(self, amount: object, currency_id: str = "") -> Record:
        """Write an amount with its currency."""
        value = as_decimal(str(amount))
        return {"Currency": self.iso.get(currency_id or self.functional, ""), "Value": value, "DecimalDigits": 2}

    def currency_id(self, record: Parameters) -> str | None:
        """Give GP's own id of a document's currency."""
        iso = ident(record, "CurrencyKey", "ISOCode")
        if not iso:
            return None
        return next((own for own, each in self.iso.items() if each == iso), iso)

    def account(self, index: int) -> Record | None:
        """Write the key of an account by its index, or None."""
        row = self.db.execute("SELECT ACTNUMST FROM GL00105 WHERE ACTINDX = ?", (index,)).fetchone()
        return account_key(row["ACTNUMST"]) if row else None


def account_key(number: str) -> Record:
    """Write the key of an account."""
    return {"Id": number, "IsEncrypted": False}


def sub(record: Parameters, name: str) -> Parameters:
    """Give a complex member, or nothing."""
    value = record.get(name)
    return value if isinstance(value, Mapping) else NOTHING


def lines(record: Parameters, name: str) -> list[Parameters]:
    """Give the members of an array."""
    found: list[Parameters] = []
    for value in sub(record, name).values():
        if isinstance(value, list):
            found.extend(each for each in value if isinstance(each, Mapping))
    return found


def text(record: Parameters, name: str) -> str:
    """Give a text, or ""."""
    value = record.get(name)
    return value if isinstance(value, str) else ""


def ident(record: Parameters, key: str, name: str = "Id") -> str:
    """Give the id inside a key member."""
    return text(sub(record, key), name)


def amount(record: Parameters, name: str) -> Decimal:
    """Give the value of an amount."""
    value = sub(record, name).get("Value")
    return value if isinstance(value, Decimal) else Decimal(0)


def number(record: Parameters, name: str) -> int:
    """Give a whole number."""
    value = record.get(name)
    return value if isinstance(value, int) else 0


def day(record: Parameters, name: str) -> dt.date | None:
    """Give a calendar date; the schema's empty date is none."""
    value = record.get(name)
    return value.date() if isinstance(value, dt.datetime) and value.year > NO_DATE.year else None


def midnight(stored: str) -> dt.datetime:
    """Write a stored date as the service does, the empty one included."""
    return dt.datetime.combine(as_day(stored), dt.time())


def key(value: str) -> Record | None:
    """Write a key, or None for an empty id."""
    return {"Id": value} if value else None


def quantity(value: object) -> Record:
    """Write a quantity."""
    return {"Value": as_decimal(str(value)), "DecimalDigits": 0}


def matching(
    records: Iterable[Record], criteria: Parameters, fields: Mapping[str, Callable[[Record], object]]
) -> list[Record]:
    """Apply the restrictions of a criteria; every restricted field must fit."""
    tests = [(fields[name], value) for name, value in criteria.items() if isinstance(value, Mapping) and name in fields]
    return [record for record in records if all(_fits(field(record), wanted) for field, wanted in tests)]


def _fits(value: object, restriction: Parameters) -> bool:
    tests: Mapping[str, Callable[[object], bool]] = {
        "EqualValue": lambda wanted: _same(value, wanted),
        "NotEqualValue": lambda wanted: not _same(value, wanted),
        "Items": lambda wanted: any(_same(value, each) for each in _items(wanted)),
        "From": lambda wanted: _order(value, wanted) >= 0,
        "To": lambda wanted: _order(value, wanted) <= 0,
        "GreaterThan": lambda wanted: _order(value, wanted) > 0,
        "LessThan": lambda wanted: _order(value, wanted) < 0,
        "Like": lambda wanted: _like(str(value), str(wanted)),
    }
    return all(tests[name](wanted) for name, wanted in restriction.items() if wanted is not None and name in tests)


def _items(wanted: object) -> list[object]:
    if isinstance(wanted, Mapping):
        return [each for value in wanted.values() if isinstance(value, list) for each in value]
    return []


def _same(value: object, wanted: object) -> bool:
    return _order(value, wanted) == 0


def _order(value: object, wanted: object) -> int:
    """Compare as the database does: text without case and trailing blanks."""
    if isinstance(value, str) and isinstance(wanted, str):
        left, right = value.rstrip().upper(), wanted.rstrip().upper()
        return (left > right) - (left < right)
    if isinstance(value, dt.datetime) and isinstance(wanted, dt.datetime):
        plain = wanted.replace(tzinfo=None)
        return (value > plain) - (value < plain)
    if isinstance(value, (int, Decimal)) and isinstance(wanted, (int, Decimal)):
        return (value > wanted) - (value < wanted)
    return -1 if value is None else int(value != wanted)


def _like(value: str, pattern: str) -> bool:
    parts = (".*" if part == "%" else "." if part == "_" else re.escape(part) for part in re.split("([%_])", pattern))
    return re.fullmatch("".join(parts), value, re.IGNORECASE | re.DOTALL) is not None


def summaries(type_: str, records: Iterable[Record], cap: int) -> list[Record]:
    """Keep the members that a summary has, and at most `cap` records: the service cuts its lists silently."""
    names = {member.name for member in load().members(type_) if isinstance(member, Member)}
    found = []
    for record in records:
        found.append({name: value for name, value in record.items() if name in names})
        if len(found) == cap:
            break
    return found
