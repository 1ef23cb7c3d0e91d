"""What bridge.toml may say of bills: accounts, taxes, charges, currencies, batches, periods."""

from __future__ import annotations

import codecs
import datetime as dt
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, field_validator, model_validator

from gp_cin7_bridge.settings.section import Amount, Section
from gp_cin7_bridge.templates import ATTRIBUTES, batch_template_problem, fields_of


def _as_currency(value: object) -> object:
    return {"id": value} if isinstance(value, str) else value


class LookupSettings(Section):
    """A table for account templates: one attribute of a line to a segment.

    Attributes:
        attribute: location, category, brand, supplier, vendor_class, or attribute1 to attribute10 of the purchase.
        values: each value to its segment; `*` stands for every other value.
    """

    attribute: str
    values: dict[str, str]

    @field_validator("attribute")
    @classmethod
    def _known(cls, attribute: str) -> str:
        if attribute not in ATTRIBUTES:
            raise ValueError(f"there is no attribute {attribute!r}; use one of {', '.join(ATTRIBUTES)}")
        return attribute


class AccountSettings(Section):
    """Cin7 account codes to GP account numbers.

    Attributes:
        payable: GP's payable account for vendors that have none of their own.
        map: code or pattern (`5*`) to GP account number, in order: the first that fits wins. The number may be a
            template, `{dept}-5100-00`, over lookups, attributes and `code`.
        default: the GP account for every other code.
        no_match: what becomes of a code that no line fits: `hold` its bill, `error` stops the run before anything is
            sent, `source` takes the code itself, `default` takes `default`. Default: `default` when there is one, else
            `hold`.
        lookups: tables for templates, by name.
    """

    payable: str | None = None
    map: dict[str, str] = Field(default_factory=dict)
    default: str | None = None
    no_match: Literal["hold", "error", "source", "default"] | None = None
    lookups: dict[str, LookupSettings] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.no_match == "default" and not self.default:
            raise ValueError('no_match = "default" needs a default; set default in [accounts]')
        for code, template in self.map.items():
            try:
                unknown = set(fields_of(template)) - self.lookups.keys() - set(ATTRIBUTES)
            except ValueError as error:
                raise ValueError(f"the template of {code!r}, {template!r}, cannot be read: {error}") from None
            if unknown:
                names = ", ".join(map(repr, sorted(unknown)))
                raise ValueError(f"the template of {code!r} names {names}, which is no lookup and no attribute")
        return self


class TaxComponentSettings(Section):
    """One of several GP tax details of a tax rule.

    Attributes:
        tax_detail_id: GP's id, at most 15 characters.
        account: the GP account; GP's own where GP tells it.
        percent: its weight beside the others.
    """

    tax_detail_id: str = Field(max_length=15)
    account: str | None = None
    percent: Amount = Field(gt=0)


class TaxRuleSettings(Section):
    """How the tax of one Cin7 tax rule reaches GP.

    Attributes:
        treatment: `detail` (recoverable: a tax detail of GP), `capitalise` (into the lines), `misc`
            (the miscellaneous amount) or `hold`.
        account: the GP account for `detail` and `misc`; of a detail, GP's own where GP tells it.
        tax_detail_id, tax_schedule_id: GP's ids for `detail`, at most 15 characters.
        components: several details that share the tax by percent, in the place of one.
    """

    treatment: Literal["detail", "capitalise", "misc", "hold"]
    account: str | None = None
    tax_detail_id: str | None = Field(default=None, max_length=15)
    tax_schedule_id: str | None = Field(default=None, max_length=15)
    components: tuple[TaxComponentSettings, ...] = ()


class ChargeSettings(Section):
    """Which of GP's amounts additional charges go to, when every pattern that is given fits.

    Attributes:
        to: GP's amount.
        description: pattern of the charge's description, whatever its case.
        account, tax_rule: patterns of its Cin7 account code and tax rule.
    """

    to: Literal["purchases", "freight", "miscellaneous", "trade_discount"]
    description: str | None = None
    account: str | None = None
    tax_rule: str | None = None


class CurrencySettings(Section):
    """One currency, where GP's own list does not tell or is not to be followed.

    Attributes:
        id: GP's currency id.
        decimals: places that GP keeps.
        method: whether GP multiplies or divides by a rate; fixed with its exchange table.
    """

    id: str = Field(max_length=15)
    decimals: int | None = Field(default=None, ge=0, le=5)
    method: Literal["multiply", "divide"] = "multiply"


WrittenCurrency = Annotated[
    CurrencySettings, BeforeValidator(_as_currency, json_schema_input_type=str | CurrencySettings)
]


class BillSettings(Section):
    """How a Cin7 purchase invoice becomes a GP payables voucher.

    Attributes:
        first_day: bills dated before it are passed over, because people entered them before the bridge came.
        approach: only purchases of this approach; default both.
        tax: treatment of tax rules that tax_rules does not name.
        tax_rules: Cin7 tax rule to its treatment.
        charges: which additional charges go to GP's freight, miscellaneous or trade discount amount; first wins.
        distributions: one line an account, or one a line of the invoice.
        currencies: ISO code to GP currency id, or to a table with id, decimals and method.
        rate: "cin7" sends the invoice's rate, "gp_table" lets GP look its rate up.
        rates_allowed: whether GP's multicurrency set-up takes a rate; asked of GP where GP can tell.
        exchange_tables: ISO code to GP exchange table, to compare rates with; not needed when there is only one.
        fx_tolerance: percent by which the amounts by Cin7's rate and by GP's own may differ without a warning.
        batch: template of the batch id, from `kind` (I or C) and `date`, the posting date; at most 15 characters.
        batch_size: vouchers in one batch; a full one is followed by -02, -03. Default any number.
        checkbook: GP checkbook id of a new batch.
        description: template, from `order_number` and `document_number`.
        credit_description: likewise, of a credit note: also from `invoice_number`, the invoices of its purchase.
        upper_case: write the vendor document number in capitals.
        payment_terms: Cin7 term to GP payment terms id; without it the vendor's own.
        due_date: left to GP's terms, or the invoice's own.
        rounding: how halves go.
        rounding_limit: most that rounding may move, in the document's currency; one unit is always allowed.
        rounding_account: GP account for what rounding moves; default the largest purchases line.
        duplicates: a vendor document number that GP already has is held, or gets -1, -2.
        duplicate_days: how far back a vendor's documents are read for that, by GP's day of change; default all.
        credit_document: what a Cin7 credit note becomes.
        after_change: what becomes of a bill that changed after it was sent: `flag` holds it with the difference,
            `compensate` also proposes what takes its voucher back and replaces it. Nothing happens without an approval.
        grace_hours: how long a purchase must rest before anything is proposed for it.
        watch_days: how long a voucher is looked after in GP once it was sent; 0 for not at all.
        code_page: what GP's database can store (unverified).
        rule: `module:function`, given purchase, invoice or credit note, and the mapped document; gives the document to
            send, which passes every check.
    """

    first_day: dt.date | None = None
    approach: Literal["INVOICE", "STOCK"] | None = None

    tax: Literal["detail", "capitalise", "misc", "hold"] = "hold"
    tax_rules: dict[str, TaxRuleSettings] = Field(default_factory=dict)
    charges: tuple[ChargeSettings, ...] = ()
    distributions: Literal["by_account", "by_line"] = "by_account"
    currencies: dict[str, WrittenCurrency] = Field(default_factory=dict)
    rate: Literal["cin7", "gp_table"] = "cin7"
    rates_allowed: bool | None = None
    exchange_tables: dict[str, str] = Field(default_factory=dict)
    fx_tolerance: Amount = Field(default=Decimal("0.5"), ge=0)
    batch: str = "C7{kind}{date:%y%m%d}"
    batch_size: int | None = Field(default=None, ge=1)
    checkbook: str | None = Field(default=None, max_length=15)
    description: str = "C7 {order_number} {document_number}"
    credit_description: str = "Credits {invoice_number}"
    upper_case: bool = False
    payment_terms: dict[str, Annotated[str, Field(max_length=20)]] = Field(default_factory=dict)
    due_date: Literal["terms", "cin7"] = "terms"
    rounding: Literal["half_up", "half_even"] = "half_up"
    rounding_limit: Amount = Field(default=Decimal("0.05"), ge=0)
    rounding_account: str | None = None
    duplicates: Literal["hold", "suffix"] = "hold"
    duplicate_days: int | None = Field(default=None, ge=1)
    credit_document: Literal["credit_memo", "return"] = "credit_memo"
    after_change: Literal["flag", "compensate"] = "flag"
    grace_hours: int = Field(default=24, ge=0)
    watch_days: int = Field(default=45, ge=0)
    code_page: str = "cp1252"
    rule: str | None = Field(default=None, pattern=r"^[\w.]+:\w+$")

    @field_validator("batch")
    @classmethod
    def _batch(cls, template: str) -> str:
        if problem := batch_template_problem(template):
            raise ValueError(f"{template!r} is no batch template: {problem}")
        return template

    @field_validator("description")
    @classmethod
    def _description(cls, template: str) -> str:
        try:
            template.format(order_number="PO-1", document_number="INV-1")
        except (LookupError, ValueError) as error:
            raise ValueError(f"{template!r} cannot be filled with order_number and document_number: {error}") from None
        return template

    @field_validator("credit_description")
    @classmethod
    def _credit_description(cls, template: str) -> str:
        try:
            template.format(order_number="PO-1", document_number="CN-1", invoice_number="INV-1")
        except (LookupError, ValueError) as error:
            names = "order_number, document_number and invoice_number"
            raise ValueError(f"{template!r} cannot be filled with {names}: {error}") from None
        return template

    @field_validator("code_page")
    @classmethod
    def _code_page(cls, name: str) -> str:
        try:
            codecs.lookup(name)
        except LookupError:
            raise ValueError(f"there is no code page {name!r}; use one such as cp1252") from None
        return name


class FiscalYearSettings(Section):
    """One fiscal year of equal calendar months, for sites whose GP cannot tell.

    Attributes:
        year: GP's number of the year.
        first_date: its first day.
        periods: how many periods it has.
        closed: numbers of the periods that are closed for Purchasing.
    """

    year: int
    first_date: dt.date
    periods: int = Field(default=12, ge=1, le=13)
    closed: tuple[int, ...] = ()


class PeriodSettings(Section):
    """Which fiscal periods are open, and what to do when one is not.

    Attributes:
        closed_period: hold the bill, or post into the next open period, or today.
        cross_year: let the posting date move over a fiscal year's end.
        posts_by: whether GP's posting set-up takes the date of the transaction or of the batch.
        years: used only where GP offers no fiscal periods.
    """

    closed_period: Literal["hold", "next_open", "today"] = "hold"
    cross_year: bool = False
    posts_by: Literal["transaction", "batch"] = "transaction"
    years: tuple[FiscalYearSettings, ...] = ()
