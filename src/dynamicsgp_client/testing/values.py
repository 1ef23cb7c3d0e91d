"""How values stand in GP's tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from dynamicsgp_client.models.base import NO_DATE, Document, columns


def as_stored(day: dt.date | None) -> str:
    """Write a calendar date as GP stores it."""
    return f"{day or NO_DATE:%Y-%m-%d} 00:00:00"


def as_day(stored: str) -> dt.date:
    """Read a stored date."""
    return dt.date.fromisoformat(stored[:10])


def as_decimal(stored: float | str) -> Decimal:
    """Read a stored amount exactly."""
    return Decimal(str(stored))


def as_text(value: str | None) -> str:
    """Write a text; GP knows no NULL."""
    return value or ""


def cut(model: type[Document], values: Mapping[str, object]) -> dict[str, object]:
    """Cut texts, named by column, to what a user can key in: silently, as GP's SOAP service does."""
    limits = {column.name: column.limit for column in columns(model).values()}
    return {name: value[: limits.get(name)] if isinstance(value, str) else value for name, value in values.items()}
