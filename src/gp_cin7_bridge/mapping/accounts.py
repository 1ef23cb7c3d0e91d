"""Cin7 account codes to GP account numbers: an ordered map, checked against GP's chart."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase

from attrs import Factory, frozen

from dynamicsgp_client import Account, AccountType
from gp_cin7_bridge.reasons import Reason, reason


@frozen
class MappedAccount:
    """A GP account and the line of the map that chose it."""

    account_number: str
    rule: str


@frozen
class AccountMap:
    """An ordered map of codes and patterns (`5*`); the first that fits wins.

    Attributes:
        lines: code or pattern to GP account number, in order.
        default: for every other code; None holds the bill.
    """

    lines: Mapping[str, str] = Factory(dict)
    default: str | None = None

    def find(self, code: str) -> MappedAccount | None:
        """Find the GP account of a Cin7 code."""
        for pattern, number in self.lines.items():
            if pattern == code or fnmatchcase(code, pattern):
                return MappedAccount(number, f"[accounts.map] {pattern!r} -> {number!r}")
        return MappedAccount(self.default, f"[accounts] default -> {self.default!r}") if self.default else None

    def problems(self, chart: Mapping[str, Account], *, payable: str | None = None) -> tuple[Reason, ...]:
        """Check every line against GP's chart."""
        lines = [*self.lines.items(), *([("default", self.default)] if self.default else [])]
        if payable:
            lines.append(("payable", payable))
        return tuple(problem for code, number in lines for problem in account_problems(code, number, chart))


def account_problems(code: str, number: str, chart: Mapping[str, Account] | None) -> tuple[Reason, ...]:
    """Name what keeps GP from taking an entry on an account; nothing, when the chart cannot be read."""
    if chart is None:
        return ()
    account = chart.get(number)
    facts = {"account": number, "cin7_account": code}
    if account is None:
        return (reason("account_missing_in_gp", **facts),)
    found = []
    if not account.active:
        found.append(reason("account_inactive", **facts))
    if not account.allow_account_entry:
        found.append(reason("account_no_entry", **facts))
    if account.account_type != AccountType.POSTING:
        found.append(reason("account_not_posting", **facts))
    return tuple(found)
