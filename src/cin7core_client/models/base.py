"""How Cin7 Core's documents are read and written: exact amounts, calendar dates, UTC stamps, open enumerations."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, ClassVar, Final, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, Strict, StringConstraints


class OpenStrEnum(StrEnum):
    """An enumeration that accepts values added later, and compares without case."""

    @property
    def is_known(self) -> bool:
        """Whether this client knows the value."""
        return self.name in type(self).__members__

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str):
            return None
        for member in cls:
            if member.value.casefold() == value.strip().casefold():
                return member
        unknown = str.__new__(cls, value)
        unknown._name_ = f"UNKNOWN_{value}"
        unknown._value_ = value
        return unknown


def _exact(value: object) -> object:
    if isinstance(value, float):
        raise ValueError("an amount must be a Decimal (or an int, or a text), never a float")
    return None if value == "" else value


def _or_zero(value: object) -> object:
    return Decimal(0) if value is None or value == "" else _exact(value)


def _day(value: object) -> object:
    """Take the calendar date as it stands; no time zone ever moves it."""
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, str):
        if not value.strip():
            return None
        if found := re.match(r"(\d{2})/(\d{2})/(\d{4})", value):
            return dt.date(int(found[3]), int(found[2]), int(found[1]))
        return dt.date.fromisoformat(value.strip()[:10])
    return value


def _stamp(value: object) -> object:
    """Read a moment; without a zone it is UTC, and more than six digits of a fraction are cut."""
    if isinstance(value, str):
        if not value.strip():
            return None
        value = dt.datetime.fromisoformat(value.strip())
    if isinstance(value, dt.datetime):
        try:
            return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)
        except OverflowError:
            raise ValueError("the moment lies outside the years 1 to 9999 in UTC") from None
    return value


def _flag(value: object) -> object:
    if isinstance(value, str):
        return None if not value else value.strip().lower() in ("true", "1", "yes")
    return value


def _guid(value: object) -> object:
    return (value.strip().lower() or None) if isinstance(value, str) else value


def _many(value: object) -> object:
    """Read one object, an array or nothing as an array."""
    if value is None:
        return ()
    return (value,) if isinstance(value, dict) else value


def _count(value: object) -> object:
    return None if value == "" else value


Text = str | None
# Nearly every value comes as it should be, and then no function of ours is called: lists of many thousand rows are read
# in half the time. Whatever else comes takes the second way.
_LEFT_FIRST: Final = Field(union_mode="left_to_right")
_ReadyAmount = Annotated[Decimal, Strict()]
_ReadyFlag = Annotated[bool, Strict()]
_ReadyGuid = Annotated[str, Strict(), StringConstraints(strip_whitespace=True, to_lower=True, min_length=1)]

Count = Annotated[int | None, BeforeValidator(_count)] | None
Guid = Annotated[_ReadyGuid | Annotated[str | None, BeforeValidator(_guid)], _LEFT_FIRST] | None
GuidKey = Annotated[_ReadyGuid | Annotated[str, BeforeValidator(_guid)], _LEFT_FIRST]
Amount = Annotated[_ReadyAmount | Annotated[Decimal, BeforeValidator(_or_zero)], _LEFT_FIRST]
OptionalAmount = Annotated[_ReadyAmount | Annotated[Decimal | None, BeforeValidator(_exact)], _LEFT_FIRST] | None
Day = Annotated[dt.date | None, BeforeValidator(_day)] | None
Stamp = Annotated[dt.datetime | None, BeforeValidator(_stamp)] | None
Flag = Annotated[_ReadyFlag | Annotated[bool | None, BeforeValidator(_flag)], _LEFT_FIRST] | None
Many: Final = BeforeValidator(_many)


def wire_name(field: str) -> str:
    """Give Cin7 Core's spelling of a field: PascalCase with its own capitals for ID, SKU, UOM and the like."""
    special = {
        "id": "ID",
        "sku": "SKU",
        "uom": "UOM",
        "url": "URL",
        "cogs": "COGS",
        "hs": "HS",
        "bom": "BOM",
        "sn": "SN",
    }
    parts = field.rstrip("_").split("_")
    return "".join(special.get(part, part[:1].upper() + part[1:]) for part in parts)


class Document(BaseModel):
    """A record of Cin7 Core. Frozen; unknown fields are kept in `model_extra`; writing sends what was set."""

    model_config: ClassVar[ConfigDict] = ConfigDict(
        frozen=True,
        extra="allow",
        alias_generator=wire_name,
        populate_by_name=True,
        coerce_numbers_to_str=True,
        hide_input_in_errors=True,
    )

    def replace(self, **changes: object) -> Self:
        """Give a validated copy with changed fields."""
        kept = {name: getattr(self, name) for name in self.model_fields_set if name in type(self).model_fields}
        return self.model_validate({**(self.model_extra or {}), **kept, **changes})
