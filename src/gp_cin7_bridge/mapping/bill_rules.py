"""What mapping a bill needs beside the bill: settings, links and GP's facts, as plain values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Literal

from attrs import Factory, define

from cin7core_client import Purchase
from dynamicsgp_client import Account, Vendor
from gp_cin7_bridge.mapping.accounts import AccountMap
from gp_cin7_bridge.mapping.currency import CurrencyRule
from gp_cin7_bridge.mapping.periods import Periods
from gp_cin7_bridge.mapping.tax import TaxRuleTreatment, Treatment

Bucket = Literal["purchases", "freight", "miscellaneous"]


@define(frozen=True, kw_only=True, slots=False)
class BillRules:
    """The rules for bills.

    Attributes:
        cin7_account_id: enters the voucher number.
        vendor_ids: Cin7 supplier id to GP vendor id, from the links.
        vendors: GP's vendors by id.
        accounts: Cin7 codes to GP account numbers.
        gp_accounts: GP's chart by number; None is not checked.
        payable_account: for vendors that have none of their own.
        taxes: Cin7 tax rule to its treatment.
        default_treatment: for the others.
        currencies: ISO code to GP's id and decimals.
        base_currency: ISO code of GP's functional currency; None is not checked.
        rate: whether to send the invoice's rate or let GP look its own up.
        periods: GP's fiscal periods; None holds every bill.
        closed_period: hold, or post into the next open period of the year, or today.
        known_documents: vendor id to the normalised numbers that it has, with where they are.
        duplicates: hold, or put -1, -2 behind the number.
        batch: template of the batch id from `kind` (I or C) and `date`, the posting date; at most 15 characters.
        description: template from `order_number` and `document_number`; cut at 30 characters.
        freight_accounts, misc_accounts: patterns of Cin7 codes of charges that go to GP's freight or misc amount.
        rounding_limit: most that rounding may move, in the document's currency.
        rounding_account: GP account that takes what rounding moves; default the largest purchases line.
        credit_document: what a credit note becomes.
        code_page: what GP can store.
        revision: raised only on a person's word.
    """

    cin7_account_id: str = ""
    vendor_ids: Mapping[str, str] = Factory(dict)
    vendors: Mapping[str, Vendor] = Factory(dict)
    accounts: AccountMap = Factory(AccountMap)
    gp_accounts: Mapping[str, Account] | None = None
    payable_account: str | None = None
    taxes: Mapping[str, TaxRuleTreatment] = Factory(dict)
    default_treatment: Treatment = "hold"
    currencies: Mapping[str, CurrencyRule] = Factory(dict)
    base_currency: str | None = None
    rate: Literal["cin7", "gp_table"] = "cin7"
    periods: Periods | None = None
    closed_period: Literal["hold", "next_open", "today"] = "hold"
    today: dt.date | None = None
    known_documents: Mapping[str, Mapping[str, str]] = Factory(dict)
    duplicates: Literal["hold", "suffix"] = "hold"
    batch: str = "C7{kind}{date:%y%m%d}"
    description: str = "C7 {order_number} {document_number}"
    checkbook: str | None = None
    freight_accounts: tuple[str, ...] = ()
    misc_accounts: tuple[str, ...] = ()
    rounding_limit: Decimal = Decimal("0.05")
    rounding_account: str | None = None
    credit_document: Literal["credit_memo", "return"] = "credit_memo"
    code_page: str = "cp1252"
    payment_terms: Mapping[str, str] = Factory(dict)
    revision: int = 0

    @cached_property
    def _by_name(self) -> dict[str, list[Vendor]]:
        found: dict[str, list[Vendor]] = {}
        for vendor in self.vendors.values():
            found.setdefault((vendor.vendor_name or "").strip(), []).append(vendor)
        return found

    def vendors_of(self, purchase: Purchase) -> tuple[list[Vendor], str]:
        """Give the vendors that a purchase's supplier may be, and the rule: the stored link, else the exact name."""
        linked = self.vendor_ids.get(purchase.supplier_id or "")
        if linked and linked in self.vendors:
            return [self.vendors[linked]], f"supplier {purchase.supplier!r} is linked to vendor {linked!r}"
        name = (purchase.supplier or "").strip()
        return self._by_name.get(name, []), f"the vendor's name is exactly {name!r}"

    def treatment(self, tax_rule: str) -> TaxRuleTreatment:
        """Give what to do with the tax of a rule."""
        return self.taxes.get(tax_rule) or TaxRuleTreatment(self.default_treatment)

    def bucket(self, code: str, *, charge: bool) -> Bucket:
        """Tell which of GP's amounts a line goes to; product lines are always purchases."""
        if charge and any(fnmatchcase(code, pattern) for pattern in self.freight_accounts):
            return "freight"
        if charge and any(fnmatchcase(code, pattern) for pattern in self.misc_accounts):
            return "miscellaneous"
        return "purchases"
