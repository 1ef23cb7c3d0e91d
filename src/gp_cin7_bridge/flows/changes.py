"""Which records changed: Cin7 Core's cursor, content hashes that make its overlap free, and field differences."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Final

from pydantic import BaseModel

# Raised when the mapping itself changes, so that everything is compared anew on purpose.
MAPPING_VERSION: Final = 1

# Cin7 Core's boundary of UpdatedSince is undocumented; rows seen twice cost nothing.
CIN7_OVERLAP: Final = dt.timedelta(minutes=10)


def cin7_since(cursor: str | None) -> dt.datetime | None:
    """Give the moment to read from."""
    return dt.datetime.fromisoformat(cursor) - CIN7_OVERLAP if cursor else None


def cin7_cursor(cursor: str | None, seen: list[dt.datetime]) -> str | None:
    """Give the next cursor: the latest stamp that Cin7 Core returned."""
    stamps = [*seen, *([dt.datetime.fromisoformat(cursor)] if cursor else [])]
    return max(stamps).isoformat() if stamps else None


def as_fields(document: BaseModel) -> dict[str, object]:
    """Flatten what is set on a document into names and plain values, for people, hashes and the audit."""
    return {name: _plain(value) for name, value in document.model_dump(exclude_unset=True).items()}


def content_hash(document: BaseModel, *, besides: Collection[str] = ()) -> str:
    """Hash what would be written, without the fields `besides`; amounts of equal value hash alike."""
    fields = {name: value for name, value in as_fields(document).items() if name not in besides}
    text = json.dumps([MAPPING_VERSION, fields], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def differences(before: Mapping[str, object], after: Mapping[str, object]) -> tuple[str, ...]:
    """Name the fields of `after` that differ from `before`; an absent text, None and "" are the same."""
    return tuple(name for name, value in after.items() if (before.get(name) or None) != (value or None))


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    return value
