"""Templates that people write in bridge.toml: what they may name, and whether they can be filled."""

from __future__ import annotations

import datetime as dt
import string
from typing import Final

BATCH: Final = 15
# What an account template may read of a line.
ATTRIBUTES: Final = (
    "code",
    "location",
    "category",
    "brand",
    "supplier",
    "vendor_class",
    *(f"attribute{number}" for number in range(1, 11)),
)


def fields_of(template: str) -> tuple[str, ...]:
    """Name what a template is filled with.

    Raises:
        ValueError: it is no template.
    """
    return tuple(dict.fromkeys(name for _, name, _, _ in string.Formatter().parse(template) if name is not None))


def batch_id(template: str, *, credit: bool, date: dt.date) -> str:
    """Give the batch id of a kind (invoices I, credits C) and a posting date, in capitals as GP keeps it.

    Raises:
        LookupError, ValueError: the template names what there is not, or cannot be filled.
    """
    return template.format(kind="C" if credit else "I", date=date).upper()


def shipment_batch_id(template: str, date: dt.date) -> str:
    """Give the batch id of shipments (R, received) of a posting date, by the template for bills."""
    return template.format(kind="R", date=date).upper()


def batch_template_problem(template: str) -> str:
    """Name what is wrong with a batch template; "" for nothing."""
    days = (dt.date(2026, 1, 2), dt.date(2026, 1, 3), dt.date(2026, 2, 2), dt.date(2027, 1, 2))
    try:
        names = [batch_id(template, credit=credit, date=day) for credit in (False, True) for day in days]
    except (LookupError, ValueError) as error:
        return f"it cannot be filled with kind and date: {error}"
    if max(map(len, names)) > BATCH:
        return f"it gives {max(names, key=len)!r}, more than {BATCH} characters"
    if len(set(names)) < len(names):
        return "it must hold {kind} and the whole {date:%y%m%d}, so that a batch has one kind and one posting date"
    return ""
