"""Two versions of a voucher, field by field, as far as it is money, vendor, number or date."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from enum import Enum
from typing import Final

from attrs import frozen

from dynamicsgp_client import Distribution, PayablesDocument
from gp_cin7_bridge.mapping.text import squeezed

HEADER: Final = ("document_type", "vendor_id", "document_number", "document_date")
# GP fills these in itself where a document leaves them empty.
OPTIONAL: Final = ("currency_id", "exchange_rate")
AMOUNTS: Final = (
    "purchases_amount",
    "freight_amount",
    "miscellaneous_amount",
    "tax_amount",
    "trade_discount_amount",
    "document_amount",
)


@frozen
class Difference:
    """One field and its two values."""

    field: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.field} {self.before or 'nothing'} -> {self.after or 'nothing'}"


def differences(before: PayablesDocument, after: PayablesDocument) -> tuple[Difference, ...]:
    """Name what differs. Terms, description, batch and posting date are people's to change, and differ in nothing.

    Distributions are compared by account, and only where both versions have any.
    """
    return tuple(Difference(*each) for each in _values(before, after) if each[1] != each[2])


def account_sums(distributions: Iterable[Distribution]) -> dict[str, Decimal]:
    """Give what is debited (+) or credited (-) on each account, as far as it is not zero."""
    sums: dict[str, Decimal] = {}
    for line in distributions:
        amount = (line.debit_amount or Decimal(0)) - (line.credit_amount or Decimal(0))
        sums[line.account_number or ""] = sums.get(line.account_number or "", Decimal(0)) + amount
    return {account: amount for account, amount in sums.items() if amount}


def _values(before: PayablesDocument, after: PayablesDocument) -> Iterator[tuple[str, str, str]]:
    for name in HEADER:
        yield name, _text(getattr(before, name)), _text(getattr(after, name))
    for name in OPTIONAL:
        one, other = getattr(before, name), getattr(after, name)
        if one and other:
            yield name, _text(one), _text(other)
    for name in AMOUNTS:
        yield name, _figure(getattr(before, name)), _figure(getattr(after, name))
    if before.distributions and after.distributions:
        one, other = account_sums(before.distributions), account_sums(after.distributions)
        for account in sorted({*one, *other}):
            yield f"account {account}", _figure(one.get(account)), _figure(other.get(account))


def _text(value: object) -> str:
    if isinstance(value, Enum):
        return value.name.lower().replace("_", " ")
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return squeezed(str(value)).upper() if value is not None else ""


def _figure(amount: Decimal | None) -> str:
    value = (amount or Decimal(0)).normalize()
    return f"{value:f}" if value != round(value, 2) else f"{value:.2f}"
