"""What mapping receipts needs beside the purchase: settings and GP's facts, as plain values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

from attrs import Factory, frozen

from cin7core_client import Purchase
from gp_cin7_bridge.mapping.accounts import AccountMap, MappedAccount
from gp_cin7_bridge.mapping.chart import Chart
from gp_cin7_bridge.mapping.periods import Periods
from gp_cin7_bridge.mapping.rounding import rounded
from gp_cin7_bridge.reasons import Reason, reason

Mode = Literal["off", "period_end_accrual", "gl_accrual", "mirror", "pop"]


@frozen(kw_only=True)
class ReceiptRules:
    """The rules for receipts.

    Attributes:
        cin7_account_id: enters every key.
        mode: what a receipt becomes.
        accounts: Cin7 codes to GP account numbers.
        chart: GP's chart of accounts.
        accrued_account: GP account number of accrued purchases (received, not billed).
        in_transit_account: GP account number of goods billed and not received; None leaves them in inventory.
        base_currency: ISO code of both systems' own currency; None takes the purchase's.
        decimals: of GP's functional currency.
        currency_decimals: of other currencies, by ISO code; 2 for those that are not named.
        periods: GP's fiscal periods; None holds every receipt.
        closed_period: hold, or post into the next period that is open for Financial, or today.
        cross_year: whether a posting date may move over a fiscal year's end.
        today: the company's day.
        earliest: the day before which no journal is dated.
        code_page: what GP can store.
    """

    cin7_account_id: str = ""
    mode: Mode = "off"
    accounts: AccountMap = Factory(AccountMap)
    chart: Chart = Factory(Chart)
    accrued_account: str | None = None
    in_transit_account: str | None = None
    base_currency: str | None = None
    decimals: int = 2
    currency_decimals: Mapping[str, int] = Factory(dict)
    periods: Periods | None = None
    closed_period: Literal["hold", "next_open", "today"] = "hold"
    cross_year: bool = False
    today: dt.date | None = None
    earliest: dt.date | None = None
    code_page: str = "cp1252"

    def rate(self, purchase: Purchase, reasons: list[Reason]) -> Decimal:
        """Give functional units per unit of the supplier's currency; what is wrong with it goes to `reasons`."""
        base, iso = purchase.base_currency, purchase.supplier_currency
        if base and self.base_currency and base != self.base_currency:
            reasons.append(reason("base_currency_differs", cin7=base, gp=self.base_currency))
        if iso in (None, base):
            return Decimal(1)
        if not purchase.currency_rate or purchase.currency_rate <= 0:
            reasons.append(reason("rate_missing", currency=iso, rate=purchase.currency_rate))
            return Decimal(1)
        return purchase.currency_rate

    def functional(self, purchase: Purchase, amount: Decimal, rate: Decimal) -> Decimal:
        """Give an amount of a purchase's currency in functional currency.

        It is rounded in its own currency first, as GP holds amounts, so that a bill at the same rate clears it exactly.
        """
        own = rounded(amount, self.currency_decimals.get(purchase.supplier_currency or "", self.decimals))
        return rounded(own * rate, self.decimals)

    def inventory_account(self, code: str, line: str, reasons: list[Reason]) -> str | None:
        """Give the GP account of goods that Cin7 keeps under `code`; what is wrong with it goes to `reasons`."""
        if not code:
            reasons.append(reason("account_empty", line=line))
            return None
        mapped = self.accounts.find(code)
        if not isinstance(mapped, MappedAccount):
            reasons.append(mapped)
            return None
        reasons.extend(self.chart.problems(code, mapped.account_number))
        return mapped.account_number

    def accrued(self, reasons: list[Reason]) -> str:
        """Give the GP account of what is received and not billed; "" with a reason when none is set."""
        if not self.accrued_account:
            reasons.append(reason("no_accrued_account"))
            return ""
        reasons.extend(self.chart.problems("accrued", self.accrued_account))
        return self.accrued_account
