"""How GP's documents are read and written: three spellings a field, padded text, dates without time, exact amounts."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from enum import IntEnum
from functools import cache
from typing import Annotated, ClassVar, Final, Literal, Self

from attrs import frozen
from pydantic import AfterValidator, AliasGenerator, BaseModel, BeforeValidator, ConfigDict, model_validator
from pydantic.alias_generators import to_pascal

# GP stores "no date" as this day.
NO_DATE: Final = dt.date(1900, 1, 1)
# SQL Server's datetime begins here, and GP's dates are such.
FIRST_DATE: Final = dt.date(1753, 1, 1)
MOST_DIGITS: Final = 30
LARGEST: Final = 2**63
Spelling = Literal["net", "column", "display"]
SPELLINGS: Final[tuple[Spelling, ...]] = ("net", "column", "display")
# Of numeric(19,5), before the point.
WHOLE_DIGITS: Final = 14
FARTHEST: Final = 60_000_000_000_000  # milliseconds, about 1900 years: within what a date can be

_WCF_DATE = re.compile(r"/Date\((-?\d+)([+-]\d{4})?\)/")


@frozen
class Column:
    """Where a field lies in GP.

    Attributes:
        name: the physical column.
        display: Dexterity's name for it.
        limit: most characters that a user can key in; GP's SQL length is often one more.
        places: most decimals of an amount; rates have 7.
    """

    name: str
    display: str = ""
    limit: int | None = None
    places: int = 5


class OpenIntEnum(IntEnum):
    """An enumeration that accepts values added later."""

    @property
    def is_known(self) -> bool:
        """Whether this client knows the value."""
        return self.name in type(self).__members__

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, int):
            return None
        member = int.__new__(cls, value)
        member._name_ = f"UNKNOWN_{value}"
        member._value_ = value
        return member


def _exact(value: object) -> object:
    if isinstance(value, float):
        raise ValueError("an amount must be a Decimal (or an int, or a text), never a float")
    return value


def _sane(value: Decimal) -> Decimal:
    """Refuse 1E+999999999, which costs gigabytes to write out, while it is still short."""
    exponent = value.as_tuple().exponent
    if value.adjusted() > MOST_DIGITS or not isinstance(exponent, int) or exponent < -MOST_DIGITS:
        raise ValueError("this is no amount that GP can hold")
    return value


def _whole(value: object) -> object:
    if isinstance(value, int) and abs(value) > LARGEST:
        raise ValueError("this is no number that GP can hold")
    return int(value) if isinstance(value, Decimal) and value == _sane(value).to_integral_value() else value


def _flag(value: object) -> object:
    return bool(value) if isinstance(value, (int, Decimal)) else value


def _day(value: object) -> object:
    """Take the calendar date as it stands; no time zone ever moves it."""
    if isinstance(value, str):
        found = _WCF_DATE.fullmatch(value.strip()) if "/" in value else None
        value = _wcf_day(int(found[1]), found[2] or "+0000") if found else dt.date.fromisoformat(value.lstrip()[:10])
    elif isinstance(value, dt.datetime):
        value = value.date()
    return None if value == NO_DATE else value


def _wcf_day(milliseconds: int, offset: str) -> dt.date:
    minutes = (int(offset[1:3]) * 60 + int(offset[3:5])) * (-1 if offset[0] == "-" else 1)
    if abs(milliseconds) > FARTHEST:
        raise ValueError("this is no date")
    return (dt.datetime(1970, 1, 1) + dt.timedelta(milliseconds=milliseconds, minutes=minutes)).date()  # noqa: DTZ001 — a date is made, no moment


Text = str | None
Key = str
Money = Annotated[Decimal, BeforeValidator(_exact), AfterValidator(_sane)]
Whole = Annotated[int, BeforeValidator(_whole)]
Flag = Annotated[bool, BeforeValidator(_flag)]
Day = Annotated[dt.date | None, BeforeValidator(_day)]
CertainDay = Annotated[dt.date, BeforeValidator(_day)]


class Document(BaseModel):
    """A record of GP. Frozen; unknown fields are kept in `model_extra`; writing sends what was set.

    A field is read by its physical column (`VENDORID`), its display name (`Vendor ID`) or its .NET-style name
    (`VendorId`); `SbaProfile.field_names` says by which it is written. GP has no NULL: a text that it gives empty is
    not given.
    """

    model_config: ClassVar[ConfigDict] = ConfigDict(
        frozen=True,
        extra="allow",
        alias_generator=AliasGenerator(serialization_alias=to_pascal),
        hide_input_in_errors=True,
    )

    key_fields: ClassVar[tuple[str, ...]] = ()

    @property
    def key(self) -> tuple[str, ...]:
        """The parts by which GP finds this record."""
        return tuple(str(getattr(self, name)) for name in self.key_fields)

    @model_validator(mode="before")
    @classmethod
    def _one_spelling(cls, data: object) -> object:
        if not isinstance(data, dict):
            return data
        # Padding goes here, for all fields at once: a validator of each text would cost more than all the rest.
        names, not_given, empty, found = spellings(cls), _not_given(cls), _empty(cls), {}
        for name, value in data.items():
            if type(value) is str and not (value and (value := value.rstrip())):
                if name in not_given:
                    continue
                value = empty.get(name, "")  # noqa: PLW2901 — this loop is the cost of reading a list
            try:
                found[names[name]] = value
            except KeyError:
                found[name] = value
        return found

    def replace(self, **changes: object) -> Self:
        """Give a validated copy with changed fields."""
        kept = {name: getattr(self, name) for name in self.model_fields_set if name in type(self).model_fields}
        return self.model_validate({**(self.model_extra or {}), **kept, **changes})


@cache
def columns(model: type[Document]) -> dict[str, Column]:
    """Give the column of each field that has one."""
    found = {}
    for name, info in model.model_fields.items():
        for mark in info.metadata:
            if isinstance(mark, Column):
                found[name] = mark
    return found


@cache
def written_names(model: type[Document], style: Spelling) -> dict[str, str]:
    """Give the name of each field in one spelling; a field that has none has its .NET-style name."""
    names = {name: to_pascal(name) for name in model.model_fields}
    if style == "column":
        return names | {name: column.name for name, column in columns(model).items()}
    if style == "display":
        return names | {name: column.display for name, column in columns(model).items() if column.display}
    return names


@cache
def spellings(model: type[Document]) -> dict[str, str]:
    """Give the field of each spelling."""
    names: dict[str, str] = {}
    for style in SPELLINGS:
        for name, written in written_names(model, style).items():
            names.setdefault(written, name)
    return names


@cache
def _keys(model: type[Document]) -> frozenset[str]:
    return frozenset(name for name, info in model.model_fields.items() if info.annotation is str)


@cache
def _not_given(model: type[Document]) -> frozenset[str]:
    """Give GP's names of the fields whose empty text means nothing; a key stays a text."""
    return frozenset(name for name, field in spellings(model).items() if field not in _keys(model))


@cache
def _empty(model: type[Document]) -> dict[str, str | None]:
    """Give what an empty text means by a field's own name, under which a caller gives it: None on purpose."""
    return {name: "" if name in _keys(model) else None for name in model.model_fields}


def too_long(document: Document) -> list[str]:
    """Name every value that GP would cut or cannot hold, lines of the document included."""
    found = []
    for name, column in columns(type(document)).items():
        if problem := _beyond(getattr(document, name), column):
            found.append(f"{name} {problem}")
    for name in type(document).model_fields:
        value = getattr(document, name)
        if isinstance(value, tuple):
            for number, line in enumerate(value, start=1):
                if isinstance(line, Document):
                    found.extend(f"{name}[{number}].{each}" for each in too_long(line))
    return found


def _beyond(value: object, column: Column) -> str:
    if isinstance(value, str) and column.limit and len(value) > column.limit:
        return f"has {len(value)} characters, GP takes {column.limit}"
    if isinstance(value, Decimal):
        exponent = value.normalize().as_tuple().exponent
        if isinstance(exponent, int) and -exponent > column.places:
            return f"has {-exponent} decimals, GP takes {column.places}"
        if value.adjusted() >= WHOLE_DIGITS:
            return f"is {value}, GP takes {WHOLE_DIGITS} digits before the point"
    if isinstance(value, dt.date) and value < FIRST_DATE:
        return f"is {value}, GP's dates begin in {FIRST_DATE.year}"
    return ""
