"""Currencies and rates, terms, checkbooks, companies, taxes, payables set-up (MC40200, MC00100, SY03300 and others)."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, ClassVar

from pydantic import BeforeValidator

from dynamicsgp_client.models.base import Column, Day, Document, Flag, Key, Money, Text, Whole


class Currency(Document):
    """A currency; its id is a free name of the company's choice. `decimals` is places, 0 to 5."""

    key_fields: ClassVar[tuple[str, ...]] = ("currency_id",)

    currency_id: Annotated[Key, Column("CURNCYID", "Currency ID", 15)]
    iso_code: Annotated[Text, Column("ISOCURRC", "ISO Currency Code", 3)] = None
    description: Annotated[Text, Column("CRNCYDSC", "Currency Description", 30)] = None
    decimals: Annotated[Whole, BeforeValidator(int)] = 2


class PaymentTerms(Document):
    """Payment terms; `due_type` 1 net days, 2 date, 3 end of month, 4 none, 5 next month, 6 months."""

    key_fields: ClassVar[tuple[str, ...]] = ("payment_terms_id",)

    payment_terms_id: Annotated[Key, Column("PYMTRMID", "Payment Terms ID", 20)]
    due_type: Annotated[Whole, Column("DUETYPE", "Due Type")] = 1
    due_days: Annotated[Whole, Column("DUEDTDS", "Due Date/Days")] = 0
    discount_type: Annotated[Whole, Column("DISCTYPE", "Discount Type")] = 1
    discount_days: Annotated[Whole, Column("DISCDTDS", "Discount Date/Days")] = 0


class Company(Document):
    """A company; its display name stands in every path."""

    key_fields: ClassVar[tuple[str, ...]] = ("company_id",)

    company_id: Annotated[Whole, Column("CMPANYID", "Company ID")]
    company_name: Annotated[Key, Column("CMPNYNAM", "Company Name", 64)]
    database_id: Annotated[Text, Column("INTERID", "Intercompany ID", 5)] = None


class TaxDetail(Document):
    """A tax detail; `type` 1 sales, 2 purchases (unverified)."""

    key_fields: ClassVar[tuple[str, ...]] = ("tax_detail_id",)

    tax_detail_id: Annotated[Key, Column("TAXDTLID", "Tax Detail ID", 15)]
    description: Annotated[Text, Column("TXDTLDSC", "Tax Detail Description", 30)] = None
    type: Annotated[Whole, Column("TXDTLTYP", "Tax Detail Type")] = 2
    account_index: Annotated[Whole, Column("ACTINDX", "Account Index")] = 0
    account_number: Annotated[Text, Column("ACTNUMST", "Account Number String", 75)] = None
    percent: Annotated[Money, Column("TXDTLPCT", "Tax Detail Percent")] = Decimal(0)


class PayablesSetup(Document):
    """The company's payables set-up.

    `allow_duplicate_invoices`: 0 no, 1 yes, 2 recurring only (the stored numbers are unverified).
    `override_voucher_number`: whether GP keeps a voucher number that it is given.
    """

    allow_duplicate_invoices: Annotated[Whole, Column("ADUPINNM", "Allow Duplicate Invoices Per Vendor")] = 0
    override_voucher_number: Annotated[Flag, Column("OVVCHNUM", "Override Voucher Number")] = False
    next_voucher_number: Annotated[Text, Column("NTVCHNUM", "Next Voucher Number", 17)] = None
    checkbook_id: Annotated[Text, Column("CHEKBKID", "Checkbook ID", 15)] = None
    functional_currency_id: Annotated[Text, Column("FUNLCURR", "Functional Currency", 15)] = None
    payables_account_number: Text = None


class TaxSchedule(Document):
    """A tax schedule: the name of a set of tax details (TX00101)."""

    key_fields: ClassVar[tuple[str, ...]] = ("tax_schedule_id",)

    tax_schedule_id: Annotated[Key, Column("TAXSCHID", "Tax Schedule ID", 15)]
    description: Annotated[Text, Column("TXSCHDSC", "Tax Schedule Description", 30)] = None


class Checkbook(Document):
    """A bank account as GP names it (CM00100)."""

    key_fields: ClassVar[tuple[str, ...]] = ("checkbook_id",)

    checkbook_id: Annotated[Key, Column("CHEKBKID", "Checkbook ID", 15)]
    description: Annotated[Text, Column("DSCRIPTN", "Description", 30)] = None
    currency_id: Annotated[Text, Column("CURNCYID", "Currency ID", 15)] = None
    account_index: Annotated[Whole, Column("ACTINDX", "Account Index")] = 0
    inactive: Annotated[Flag, Column("INACTIVE", "Inactive")] = False


class ExchangeRate(Document):
    """One rate of an exchange table, at most 7 decimals (MC00100); good from its date until it expires."""

    key_fields: ClassVar[tuple[str, ...]] = ("exchange_table_id", "currency_id", "exchange_date")

    exchange_table_id: Annotated[Key, Column("EXGTBLID", "Exchange Table ID", 15)]
    currency_id: Annotated[Key, Column("CURNCYID", "Currency ID", 15)]
    exchange_date: Annotated[Day, Column("EXCHDATE", "Exchange Date")]
    exchange_rate: Annotated[Money, Column("XCHGRATE", "Exchange Rate", places=7)]
    expiration_date: Annotated[Day, Column("EXPNDATE", "Expiration Date")] = None


class MulticurrencySetup(Document):
    """The company's multicurrency set-up: its functional currency and the rate type that purchasing defaults to.

    `allow_new_rates` and `allow_override_exchange_rates` say whether a document may bring a rate; None is not told.
    """

    functional_currency_id: Annotated[Text, Column("FUNLCURR", "Functional Currency", 15)] = None
    purchasing_rate_type_id: Annotated[Text, Column("DEFPURTP", "Default Purchasing Rate Type", 15)] = None
    allow_new_rates: Flag | None = None
    allow_override_exchange_rates: Flag | None = None
