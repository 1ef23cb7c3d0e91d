"""Currencies and rates as GP takes them."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from attrs import frozen

RATE_DECIMALS: Final = Decimal("0.0000001")


@frozen
class CurrencyRule:
    """GP's own id of a currency, a free name of the company's choice, and its decimals."""

    currency_id: str
    decimals: int = 2


def exchange_rate(rate: Decimal) -> Decimal:
    """Give a rate with GP's seven decimals; Cin7's base-per-foreign rate is GP's multiply method."""
    return rate.quantize(RATE_DECIMALS, ROUND_HALF_UP).normalize()
