"""Rounding to a currency's decimals, with the remainder put where it is said."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from typing import Final

from attrs import frozen

ZERO: Final = Decimal(0)


@frozen
class Rounding:
    """How amounts of one currency are rounded.

    Attributes:
        decimals: places that GP keeps, 0 to 5.
        half_even: bankers' rounding; otherwise halves go away from zero, on both sides.
    """

    decimals: int = 2
    half_even: bool = False

    @property
    def unit(self) -> Decimal:
        """The smallest amount of the currency."""
        return Decimal(1).scaleb(-self.decimals)

    def round(self, amount: Decimal) -> Decimal:
        """Round one amount."""
        return amount.quantize(self.unit, ROUND_HALF_EVEN if self.half_even else ROUND_HALF_UP)

    def split(self, total: Decimal, shares: Sequence[Decimal]) -> list[Decimal]:
        """Round `shares` so that they sum to `total`; what is left over goes to the largest."""
        parts = [self.round(share) for share in shares]
        if parts:
            largest = max(range(len(parts)), key=lambda index: (abs(parts[index]), -index))
            parts[largest] += total - sum(parts, Decimal(0))
        return parts


def rounded(amount: Decimal, decimals: int) -> Decimal:
    """Round half up, away from zero on both sides."""
    return Rounding(decimals).round(amount)
