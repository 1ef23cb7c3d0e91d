"""Which accounts are control accounts, on both sides: payables, inventory, goods received and not invoiced."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from attrs import frozen

from cin7core_client import Account
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.flows.bills.facts import GPFacts
from gp_cin7_bridge.flows.bills.setup import account_map
from gp_cin7_bridge.flows.masters.account_codes import is_inventory, is_payable
from gp_cin7_bridge.mapping.accounts import MappedAccount

PAYABLES: Final = "payables"
INVENTORY: Final = "inventory"
GRNI: Final = "grni"


@frozen
class Controls:
    """The control accounts.

    Attributes:
        by_code: Cin7 account code to control.
        by_number: GP account number to control; a payable line of a voucher is payables whatever its account.
        money: Cin7 codes of banks, whose entries are payments.
    """

    by_code: Mapping[str, str]
    by_number: Mapping[str, str]
    money: frozenset[str]

    @classmethod
    def read(cls, bridge: Bridge, facts: GPFacts) -> Controls:
        """Ask Cin7 Core for its chart, and take the account map to GP's side.

        Cin7 Core's payables are what it marks so; its inventory accounts are the mapped codes of its stock; GRNI is
        the GP account that [receipts] names, and the codes that are mapped to it.
        """
        accounts = account_map(bridge.settings.accounts)
        accrued = bridge.settings.receipts.accrued
        codes: dict[str, str] = {}
        numbers: dict[str, str] = {}
        money: set[str] = set()
        for each in bridge.cin7.accounts.list():
            if each.type == "BANK":
                money.add(each.code)
            elif is_payable(each):
                codes[each.code] = PAYABLES
            else:
                mapped = accounts.find(each.code)
                if isinstance(mapped, MappedAccount) and (control := _control(each, mapped.account_number, accrued)):
                    codes[each.code] = control
                    numbers[mapped.account_number] = control
        payable = bridge.settings.accounts.payable or (facts.setup and facts.setup.payables_account_number)
        if payable:
            numbers[payable] = PAYABLES
        if accrued:
            numbers[accrued] = GRNI
        return cls(codes, numbers, frozenset(money))

    def shown(self, control: str) -> str:
        """Name the GP accounts of a control."""
        return ", ".join(sorted(number for number, each in self.by_number.items() if each == control))


def _control(account: Account, number: str, accrued: str | None) -> str | None:
    if number == accrued:
        return GRNI
    return INVENTORY if is_inventory(account) else None
