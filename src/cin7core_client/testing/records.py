"""Records as JSON objects with Cin7's own field names: exact numbers, repeatable ids, sortable moments."""

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
ZERO_ID: Final = "00000000-0000-0000-0000-000000000000"


class Written(str):
    """JSON text that is ready to be sent."""

    __slots__ = ()


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
    return stamped(value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value)


def stamped(value: dt.datetime) -> str:
    """Write an aware moment as the service does."""
    utc = value.astimezone(dt.UTC)
    return utc.strftime("%Y-%m-%dT%H:%M:%S.") + f"{utc.microsecond // 1000:03}Z"


def midnight(day: dt.date) -> str:
    """Write a document's date as the service does: midnight, no zone."""
    return f"{day}T00:00:00"


def dumped(value: object) -> Written:
    """Write JSON with exact numbers."""
    return Written(
        value if isinstance(value, Written) else simplejson.dumps(value, use_decimal=True, ensure_ascii=False)
    )


def loaded(text: str | bytes) -> object:
    """Read JSON with exact numbers."""
    value: object = json.loads(text, parse_float=Decimal)
    return value


def record_from(text: str | bytes) -> Record:
    """Read one JSON object."""
    value = loaded(text)
    if not isinstance(value, dict):
        raise TypeError("a record is a JSON object")
    return value


def record_of(row: sqlite3.Row) -> Record:
    """Give the record of a row that has a body."""
    return record_from(row["body"])


def text_of(record: Mapping[str, object], name: str) -> str:
    """Give a text field; missing and null are empty."""
    value = record.get(name)
    return "" if value is None else str(value)


def id_of(record: Mapping[str, object], name: str = "ID") -> str:
    """Give a GUID field in lower case; missing, null and the zero GUID are empty."""
    value = text_of(record, name).strip().lower()
    return "" if value == ZERO_ID else value


def amount_of(record: Mapping[str, object], name: str) -> Decimal:
    """Give a number field; missing and null are 0.

    Raises:
        Refused: it is no number.
    """
    try:
        return Decimal(str(record.get(name) or 0))
    except ArithmeticError:
        raise Refused((400, f"{name} is invalid")) from None


def rows_of(record: Mapping[str, object], name: str) -> list[Record]:
    """Give the rows of a nested array."""
    value = record.get(name)
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def object_of(record: Mapping[str, object], name: str) -> Record:
    """Give a nested object; missing and null are empty."""
    value = record.get(name)
    return value if isinstance(value, dict) else {}
