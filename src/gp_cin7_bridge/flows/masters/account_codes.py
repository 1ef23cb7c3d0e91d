"""The account map backwards: which Cin7 code a GP account of a vendor or item leads to. Accounts are never written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from attrs import frozen

from cin7core_client import Account
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.flows.bills.facts import read_chart
from gp_cin7_bridge.flows.bills.setup import account_map


@frozen
class AccountCodes:
    """GP accounts and the Cin7 accounts that they lead to.

    Attributes:
        numbers: GP account index to number.
        by_number: GP account number to Cin7 accounts, the winner first.
    """

    numbers: Mapping[int, str]
    by_number: Mapping[str, tuple[Account, ...]]

    @classmethod
    def read(cls, bridge: Bridge, cin7_accounts: Iterable[Account]) -> AccountCodes:
        """Turn the account map around for the accounts that Cin7 Core has; GP's chart gives the indexes."""
        by_code = {account.code: account for account in cin7_accounts}
        chart = read_chart(bridge.gp)
        backwards = account_map(bridge.settings.accounts).codes(by_code)
        return cls(
            {each.account_index: number for number, each in (chart.accounts or {}).items() if each.account_index},
            {number: tuple(by_code[code] for code in codes if code in by_code) for number, codes in backwards.items()},
        )

    def codes(self, usable: Callable[[Account], bool]) -> dict[str, str]:
        """Give the first usable Cin7 code of each GP account number."""
        found = {number: next(filter(usable, accounts), None) for number, accounts in self.by_number.items()}
        return {number: account.code for number, account in found.items() if account}

    def codes_by_index(self, usable: Callable[[Account], bool]) -> dict[int, str]:
        """Give the same by GP account index."""
        codes = self.codes(usable)
        return {index: codes[number] for index, number in self.numbers.items() if number in codes}


def is_payable(account: Account) -> bool:
    """Tell what Cin7 Core takes as a supplier's payable account: an active one."""
    return _active(account) and account.system_account == "Accounts payable"


def is_inventory(account: Account) -> bool:
    """Tell what Cin7 Core takes as a product's inventory account: an active asset, no fixed one and no bank."""
    return _active(account) and account.class_ == "ASSET" and account.type not in ("FIXED", "BANK")


def is_expense(account: Account) -> bool:
    """Tell what Cin7 Core takes as a product's cost of goods sold account."""
    return _active(account) and account.class_ == "EXPENSE"


def _active(account: Account) -> bool:
    return (account.status or "ACTIVE").upper() == "ACTIVE"
