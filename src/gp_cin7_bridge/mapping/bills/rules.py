"""What mapping a bill needs beside the bill: settings, links and GP's facts, as plain values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cached_property
from typing import Literal

from attrs import Factory, define

from cin7core_client import Purchase
from dynamicsgp_client import PayablesDocument, Vendor
from gp_cin7_bridge.mapping.accounts import AccountMap
from gp_cin7_bridge.mapping.bills.attributes import ProductFacts
from gp_cin7_bridge.mapping.bills.batches import BatchFacts
from gp_cin7_bridge.mapping.bills.charges import ChargeRule
from gp_cin7_bridge.mapping.bills.duplicates import VendorDocuments
from gp_cin7_bridge.mapping.bills.parts import Part
from gp_cin7_bridge.mapping.bills.tax import TaxRuleTreatment, Treatment
from gp_cin7_bridge.mapping.chart import Chart
from gp_cin7_bridge.mapping.currency import CurrencyRule, RateTable
from gp_cin7_bridge.mapping.periods import Periods
from gp_cin7_bridge.mapping.receipts.accruals import Accrual

DocumentRule = Callable[[Purchase, Part, PayablesDocument], PayablesDocument]


@define(frozen=True, kw_only=True, slots=False)
class BillRules:
    """The rules for bills.

    Attributes:
        cin7_account_id: enters the voucher number.
        revision: enters the voucher number; raised only on a person's word.
        replaced: document numbers of earlier vouchers of the same bill, which GP still has.

        vendor_ids: Cin7 supplier id to GP vendor id, from the links.
        vendors: GP's vendors by id.
        known_documents: vendor id to what the vendor has in GP.
        duplicates: hold, or put -1, -2 behind the number.
        upper_case: write the vendor document number in capitals.
        description: template from `order_number` and `document_number`; cut at 30 characters.
        credit_description: likewise, also from `invoice_number`, for credit notes of a purchase with invoices.
        payment_terms: Cin7 term to GP payment terms id; without one the vendor's own count.
        due_date: leave it to GP's terms, or send the invoice's own.
        code_page: what GP can store.

        batch: template of the batch id from `kind` (I or C) and `date`, the posting date; at most 15 characters.
        batch_size: how many vouchers a batch takes; None for any number.
        filled_batches: how many each batch has; the caller counts on.
        batches: what stands in GP under such ids; None when GP cannot tell.
        posts_by: whether the company posts by the date of the transaction or of the batch.
        checkbook: of a new batch.

        currencies: ISO code to GP's id, decimals and rate method.
        base_currency: ISO code of GP's functional currency; None is not checked.
        rate: whether to send the invoice's rate or let GP look its own up.
        rates_allowed: whether GP's multicurrency set-up takes a rate; None when nobody can tell.
        gp_rates: GP currency id to GP's own rates, to compare with.
        fx_tolerance: how far, in percent, the functional amount may lie from GP's own before it is a warning.

        periods: GP's fiscal periods; None holds every bill.
        closed_period: hold, or post into the next open period, or today.
        cross_year: whether a posting date may move over a fiscal year's end.
        today: the company's day.

        accounts: Cin7 codes to GP account numbers.
        chart: GP's chart of accounts.
        payable_account: for vendors that have none of their own.
        products: SKU to what account templates may read of a product.

        accruals: by purchase, what was booked of it, where bills clear what was accrued when the goods were received.
        in_transit_account: of goods that such a bill is ahead of; None leaves them in inventory.
        difference_account: of what such a bill charges more or less than was accrued; None leaves it in inventory.
        functional_decimals: of GP's own currency, in which receipts are booked.

        taxes: Cin7 tax rule to its treatment.
        default_treatment: for the others.
        charges: which additional charges go to GP's freight, misc or trade discount amount.
        distributions: one line an account, or one a line of the invoice.
        half_even: bankers' rounding.
        rounding_limit: most that rounding may move, in the document's currency; one unit is always allowed.
        rounding_account: GP account that takes what rounding moves; default the largest purchases line.

        credit_document: what a credit note becomes.
        rule: the user's own last word on a document; its result passes every check.
    """

    cin7_account_id: str = ""
    revision: int = 0
    replaced: frozenset[str] = frozenset()

    vendor_ids: Mapping[str, str] = Factory(dict)
    vendors: Mapping[str, Vendor] = Factory(dict)
    known_documents: dict[str, VendorDocuments] = Factory(dict)
    duplicates: Literal["hold", "suffix"] = "hold"
    upper_case: bool = False
    description: str = "C7 {order_number} {document_number}"
    credit_description: str = "Credits {invoice_number}"
    payment_terms: Mapping[str, str] = Factory(dict)
    due_date: Literal["terms", "cin7"] = "terms"
    code_page: str = "cp1252"

    batch: str = "C7{kind}{date:%y%m%d}"
    batch_size: int | None = None
    filled_batches: dict[str, int] = Factory(dict)
    batches: Mapping[str, BatchFacts] | None = None
    posts_by: Literal["transaction", "batch"] = "transaction"
    checkbook: str | None = None

    currencies: Mapping[str, CurrencyRule] = Factory(dict)
    base_currency: str | None = None
    rate: Literal["cin7", "gp_table"] = "cin7"
    rates_allowed: bool | None = None
    gp_rates: Mapping[str, RateTable] = Factory(dict)
    fx_tolerance: Decimal = Decimal("0.5")

    periods: Periods | None = None
    closed_period: Literal["hold", "next_open", "today"] = "hold"
    cross_year: bool = False
    today: dt.date | None = None

    accounts: AccountMap = Factory(AccountMap)
    chart: Chart = Factory(Chart)
    payable_account: str | None = None
    products: Mapping[str, ProductFacts] = Factory(dict)

    accruals: Mapping[str, list[Accrual]] = Factory(dict)
    in_transit_account: str | None = None
    difference_account: str | None = None
    functional_decimals: int = 2

    taxes: Mapping[str, TaxRuleTreatment] = Factory(dict)
    default_treatment: Treatment = "hold"
    charges: tuple[ChargeRule, ...] = ()
    distributions: Literal["by_account", "by_line"] = "by_account"
    half_even: bool = False
    rounding_limit: Decimal = Decimal("0.05")
    rounding_account: str | None = None

    credit_document: Literal["credit_memo", "return"] = "credit_memo"
    rule: DocumentRule | None = None

    @cached_property
    def vendors_by_name(self) -> dict[str, list[Vendor]]:
        """Vendors under their exact names."""
        found: dict[str, list[Vendor]] = {}
        for vendor in self.vendors.values():
            found.setdefault((vendor.vendor_name or "").strip(), []).append(vendor)
        return found

    def treatment(self, tax_rule: str) -> TaxRuleTreatment:
        """Give what to do with the tax of a rule."""
        return self.taxes.get(tax_rule) or TaxRuleTreatment(self.default_treatment)
