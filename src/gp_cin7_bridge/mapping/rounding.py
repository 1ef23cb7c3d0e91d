"""Rounding to a currency's decimals, half up, with the remainder put where it is said."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal


def unit_of(decimals: int) -> Decimal:
    """Give the smallest amount of a currency."""
    return Decimal(1).scaleb(-decimals)


def rounded(amount: Decimal, decimals: int) -> Decimal:
    """Round half up, away from zero on both sides."""
    return amount.quantize(unit_of(decimals), ROUND_HALF_UP)


def split(total: Decimal, shares: Sequence[Decimal], decimals: int) -> list[Decimal]:
    """Round `shares` so that they sum to `total`; what is left over goes to the largest."""
    parts = [rounded(share, decimals) for share in shares]
    if parts:
        largest = max(range(len(parts)), key=lambda index: (abs(parts[index]), -index))
        parts[largest] += total - sum(parts, Decimal(0))
    return parts
