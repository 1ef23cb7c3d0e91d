"""Documents as text and back, every figure digit by digit."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from decimal import Decimal
from enum import Enum
from typing import TypeVar

import simplejson
from pydantic import BaseModel

M = TypeVar("M", bound=BaseModel)


def fields_of(document: BaseModel) -> dict[str, object]:
    """Give what is set on a document as plain values; amounts stay Decimal, dates become ISO texts."""
    return {name: _plain(value) for name, value in document.model_dump(exclude_unset=True).items()}


def written(value: object) -> str:
    """Write plain values as JSON, a Decimal with all its digits."""
    return simplejson.dumps(value, use_decimal=True, sort_keys=True, ensure_ascii=False, allow_nan=False)


def read(text: str) -> object:
    """Read JSON; every number with a point or an exponent becomes a Decimal.

    Raises:
        ValueError: it is no JSON.
    """
    value: object = json.loads(text, parse_float=Decimal)
    return value


def _plain(value: object) -> object:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (dt.date, dt.datetime)):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    return value
