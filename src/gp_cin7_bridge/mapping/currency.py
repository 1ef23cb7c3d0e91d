"""Currencies and rates as GP takes them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, Literal

from attrs import frozen

RATE_DECIMALS: Final = Decimal("0.0000001")


@frozen
class CurrencyRule:
    """GP's own id of a currency, a free name of the company's choice, with its decimals and the method of its rates."""

    currency_id: str
    decimals: int = 2
    method: Literal["multiply", "divide"] = "multiply"

    def gp_rate(self, rate: Decimal) -> Decimal:
        """Turn Cin7's rate, base units per foreign unit, into GP's; it keeps seven decimals."""
        wanted = rate if self.method == "multiply" else 1 / rate
        return wanted.quantize(RATE_DECIMALS, ROUND_HALF_UP).normalize()

    def functional(self, amount: Decimal, gp_rate: Decimal) -> Decimal:
        """Give an amount in the company's own currency, as GP computes it with a rate of its own."""
        return amount * gp_rate if self.method == "multiply" else amount / gp_rate


@frozen
class RateTable:
    """GP's own rates of one currency, by date; each stands until the next."""

    rates: tuple[tuple[dt.date, Decimal], ...]

    @classmethod
    def of(cls, rates: Iterable[tuple[dt.date, Decimal]]) -> RateTable:
        """Sort rates by date; a rate of zero is none."""
        return cls(tuple(sorted(each for each in rates if each[1] > 0)))

    def on(self, day: dt.date) -> Decimal | None:
        """Give the rate of a day, or the nearest earlier one."""
        return next((rate for date, rate in reversed(self.rates) if date <= day), None)
