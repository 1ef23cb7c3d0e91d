"""GP's SOAP shapes as plain values: keys in keys, amounts with a currency, words for codes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

Record = Mapping[str, object]
NOTHING: Final[Record] = {}
# What .NET sends for a moment that is read-only in meaning, yet required by the schema.
NO_MOMENT: Final = dt.datetime(1, 1, 1)  # noqa: DTZ001 — the schema's own empty value, local by its nature
MOST_DECIMALS: Final = 5


def sub(record: Record, name: str) -> Record:
    """Give a complex member, or nothing."""
    value = record.get(name)
    return value if isinstance(value, Mapping) else NOTHING


def ident(record: Record, *names: str) -> str | None:
    """Give the id inside keys: `ident(invoice, "VendorKey")`."""
    for name in names:
        record = sub(record, name)
    value = record.get("Id")
    return None if value is None else str(value)


def members(record: Record, name: str) -> list[Record]:
    """Give the members of an array."""
    for value in sub(record, name).values():
        if isinstance(value, list):
            return [each for each in value if isinstance(each, Mapping)]
    return []


def amount(record: Record, name: str) -> object:
    """Give the value of an amount; an absent one is 0, as the service leaves out what is empty."""
    found = sub(record, name)
    return found.get("Value") if found else Decimal(0)


def money(value: Decimal, iso_code: str | None = None) -> dict[str, object]:
    """Write an amount; without a currency the service takes the document's."""
    exponent = value.normalize().as_tuple().exponent
    decimals = max(2, -exponent) if isinstance(exponent, int) else 2
    return {"Currency": iso_code, "Value": value, "DecimalDigits": min(MOST_DECIMALS, decimals)}


def quantity(value: Decimal) -> dict[str, object]:
    """Write a quantity."""
    exponent = value.normalize().as_tuple().exponent
    decimals = max(0, -exponent) if isinstance(exponent, int) else 0
    return {"Value": value, "DecimalDigits": min(MOST_DECIMALS, decimals)}


def key(value: object) -> dict[str, object] | None:
    """Write a key, or nothing for no id."""
    return {"Id": str(value)} if value else None


def account_key(number: str | None) -> dict[str, object] | None:
    """Write the key of an account."""
    return {"Id": number, "IsEncrypted": False} if number else None


def moment(day: dt.date | None) -> dt.datetime | None:
    """Write a calendar date as midnight, which no time zone moves."""
    return dt.datetime.combine(day, dt.time()) if day else None


def position(words: Sequence[str], word: object) -> int | None:
    """Give GP's code of a word, counted from 1."""
    return words.index(str(word)) + 1 if word in words else None


def word(words: Sequence[str], code: int) -> str | None:
    """Give the word of a code, counted from 1."""
    return words[code - 1] if 1 <= code <= len(words) else None


def present(**values: object) -> dict[str, object]:
    """Keep what is there; a model then knows which fields were read."""
    return {name: value for name, value in values.items() if value is not None}
