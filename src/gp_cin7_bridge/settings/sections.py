"""What bridge.toml may say: every key with its meaning and default."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from gp_cin7_bridge.references import SecretReference


def _as_reference(value: object) -> object:
    return SecretReference.parse(value) if isinstance(value, str) else value


def _as_exact(value: object) -> object:
    if isinstance(value, float):
        raise ValueError("write the amount in quotes, so that it stays exact")
    return value


SecretRef = Annotated[SecretReference, BeforeValidator(_as_reference)]
Amount = Annotated[Decimal, BeforeValidator(_as_exact)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True, hide_input_in_errors=True)


class GPSettings(_Section):
    r"""How to reach one Dynamics GP company.

    Attributes:
        sba_url: the service root, such as https://gp.example/GPService.
        soap_url: GP's SOAP service; this release speaks SBA only and needs sba_url.
        company: the company's display name, as GP shows it.
        username: a Windows account, DOMAIN\user.
        password: a reference (env:NAME, file:PATH).
        auth: "ntlm", or "basic" (over TLS only).
        ca_bundle: a PEM file with the certificate authority that signed GP's certificate.
        concurrency: how many GP calls may run at once.
        timeout: seconds to wait for an answer; GP's first call after a pause is slow.
        functional_currency: ISO code; asked of GP where GP can tell.
        extension_paths: where a site's own services offer what core SBA lacks, such as
            {accounts = "MyServices/Financials/Accounts"}. An empty text says that the site has none.
    """

    sba_url: str | None = None
    soap_url: str | None = None
    company: str
    username: str
    password: SecretRef
    auth: Literal["ntlm", "basic"] = "ntlm"
    tenant: str = "DefaultTenant"
    ca_bundle: Path | None = None
    concurrency: int = Field(default=2, ge=1, le=16)
    timeout: float = Field(default=600, gt=0)
    functional_currency: str | None = None
    extension_paths: dict[str, str] = Field(default_factory=dict)


class Cin7Settings(_Section):
    """How to reach one Cin7 Core account.

    Attributes:
        calls, per: the service's limit, 60 calls in any 60 seconds for one application key.
    """

    base_url: str = "https://inventory.dearsystems.com/ExternalApi/v2/"
    account_id: str
    application_key: SecretRef
    calls: int = Field(default=60, ge=1)
    per: float = Field(default=60, gt=0)
    timeout: float = Field(default=60, gt=0)


class StateSettings(_Section):
    """Where links, intents, audit and held documents are kept: a SQLAlchemy URL, relative to the file."""

    url: str = "sqlite:///state.sqlite"


class AccountSettings(_Section):
    """Cin7 account codes to GP account numbers.

    Attributes:
        payable: GP's payable account for vendors that have none of their own.
        map: code or pattern (`5*`) to GP account number, in order: the first that fits wins.
        default: the GP account for every other code; without it such a bill is held.
    """

    payable: str | None = None
    map: dict[str, str] = Field(default_factory=dict)
    default: str | None = None


class VendorSettings(_Section):
    """What a Cin7 supplier needs and a GP vendor does not say.

    Attributes:
        account_payable: Cin7 code; default: the only account that Cin7 marks as Accounts payable.
        tax_rule: Cin7 tax rule for vendors whose schedule is not in tax_rules.
        payment_term: Cin7 term for vendors whose GP terms are not in payment_terms.
        attribute: which AdditionalAttribute (1-10) carries the GP vendor id.
        country: for addresses without one.
        twin_names: two vendors of one name are held, or get their id behind the name.
    """

    account_payable: str | None = None
    tax_rule: str | None = None
    tax_rules: dict[str, str] = Field(default_factory=dict)
    payment_term: str | None = None
    payment_terms: dict[str, str] = Field(default_factory=dict)
    attribute: int = Field(default=1, ge=1, le=10)
    country: str | None = None
    twin_names: Literal["hold", "suffix"] = "hold"


class ItemSettings(_Section):
    """What a Cin7 product needs and a GP item does not say.

    Attributes:
        category, unit: for items whose class or unit is not mapped and unknown to Cin7.
    """

    category: str | None = None
    categories: dict[str, str] = Field(default_factory=dict)
    unit: str | None = None
    units: dict[str, str] = Field(default_factory=dict)


class TaxRuleSettings(_Section):
    """How the tax of one Cin7 tax rule reaches GP.

    Attributes:
        treatment: `detail` (recoverable: a tax detail of GP), `capitalise` (into the lines), `misc`
            (the miscellaneous amount) or `hold`.
        account: the GP account for `detail` and `misc`.
        tax_detail_id, tax_schedule_id: GP's ids for `detail`, at most 15 characters.
    """

    treatment: Literal["detail", "capitalise", "misc", "hold"]
    account: str | None = None
    tax_detail_id: str | None = Field(default=None, max_length=15)
    tax_schedule_id: str | None = Field(default=None, max_length=15)


class BillSettings(_Section):
    """How a Cin7 purchase invoice becomes a GP payables voucher.

    Attributes:
        tax: treatment of tax rules that tax_rules does not name.
        currencies: ISO code to GP currency id, where GP's own list does not tell.
        rate: "cin7" sends the invoice's rate, "gp_table" lets GP look its rate up.
        batch: template of the batch id, from `kind` (I or C) and `date`, the posting date.
        description: template, from `order_number` and `document_number`.
        checkbook: GP checkbook id of a new batch.
        rounding_limit: most that rounding may move, in the document's currency.
        duplicates: a vendor document number that GP already has is held, or gets -1, -2.
        credit_document: what a Cin7 credit note becomes.
        approach: only purchases of this approach; default both.
        payment_terms: Cin7 term to GP payment terms id; without it the vendor's own.
    """

    tax: Literal["detail", "capitalise", "misc", "hold"] = "hold"
    tax_rules: dict[str, TaxRuleSettings] = Field(default_factory=dict)
    currencies: dict[str, str] = Field(default_factory=dict)
    rate: Literal["cin7", "gp_table"] = "cin7"
    batch: str = "C7{kind}{date:%y%m%d}"
    description: str = "C7 {order_number} {document_number}"
    checkbook: str | None = Field(default=None, max_length=15)
    rounding_limit: Amount = Decimal("0.05")
    rounding_account: str | None = None
    duplicates: Literal["hold", "suffix"] = "hold"
    credit_document: Literal["credit_memo", "return"] = "credit_memo"
    approach: Literal["INVOICE", "STOCK"] | None = None
    payment_terms: dict[str, str] = Field(default_factory=dict)
    code_page: str = "cp1252"


class FiscalYearSettings(_Section):
    """One fiscal year of equal calendar months, for sites whose GP cannot tell.

    Attributes:
        closed: numbers of the periods that are closed for Purchasing.
    """

    year: int
    first_date: dt.date
    periods: int = Field(default=12, ge=1, le=13)
    closed: tuple[int, ...] = ()


class PeriodSettings(_Section):
    """Which fiscal periods are open, and what to do when one is not.

    Attributes:
        closed_period: hold the bill, or post into the next open period of the year, or today.
        years: used only where GP offers no fiscal periods.
    """

    closed_period: Literal["hold", "next_open", "today"] = "hold"
    years: tuple[FiscalYearSettings, ...] = ()


class Settings(_Section):
    """One connection: one GP company and one Cin7 Core account."""

    name: str = Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._-]+$")
    gp: GPSettings
    cin7: Cin7Settings
    state: StateSettings = StateSettings()
    accounts: AccountSettings = AccountSettings()
    vendors: VendorSettings = VendorSettings()
    items: ItemSettings = ItemSettings()
    bills: BillSettings = BillSettings()
    periods: PeriodSettings = PeriodSettings()
