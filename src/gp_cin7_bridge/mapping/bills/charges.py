"""Which of GP's amounts a line goes to: purchases, unless an additional charge fits a rule."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Literal

from attrs import frozen

from gp_cin7_bridge.mapping.bills.footing import Row

Bucket = Literal["purchases", "freight", "miscellaneous", "trade_discount"]


@frozen(kw_only=True)
class ChargeRule:
    """Where charges go whose description, account code and tax rule fit every pattern that is given.

    Attributes:
        description: matches whatever its case.
        account, tax_rule: match exactly, case included.
    """

    to: Bucket
    description: str | None = None
    account: str | None = None
    tax_rule: str | None = None

    def fits(self, row: Row) -> bool:
        """Tell whether a charge fits."""
        return (
            (self.description is None or fnmatchcase(row.name.casefold(), self.description.casefold()))
            and (self.account is None or fnmatchcase(row.account, self.account))
            and (self.tax_rule is None or fnmatchcase(row.tax_rule, self.tax_rule))
        )

    def __str__(self) -> str:
        parts = (("description", self.description), ("account", self.account), ("tax_rule", self.tax_rule))
        return ", ".join(f"{name} {pattern!r}" for name, pattern in parts if pattern is not None) or "every charge"


def routed(row: Row, rules: tuple[ChargeRule, ...]) -> tuple[Bucket, str]:
    """Give the amount a row goes to, and the rule; the first that fits wins, and product lines are always purchases.

    Only a negative charge can be a trade discount; a positive one is a purchase.
    """
    rule = next((rule for rule in rules if rule.fits(row)), None) if row.charge else None
    if rule is None or (rule.to == "trade_discount" and row.net > 0):
        return "purchases", ""
    return rule.to, f"[[bills.charges]] {rule} -> {rule.to}"
