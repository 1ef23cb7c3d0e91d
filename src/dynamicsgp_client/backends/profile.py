"""Every detail of the wire that Microsoft has not published or a site may set, as values that can be corrected."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal

from attrs import field, frozen

EXTENSIONS: Final[Mapping[str, str]] = {
    "accounts": "Extensions/Financials/Accounts",
    "fiscal_periods": "Extensions/Administration/FiscalPeriods",
    "batches": "Extensions/System/Batches",
    "tax_details": "Extensions/Administration/TaxDetails",
    "payables_setup": "Extensions/Purchasing/PayablesSetup",
    "receivings": "Extensions/Purchasing/Receivings",
    "journals": "Extensions/Financials/Journals",
    "exchange_rates": "Extensions/Financials/ExchangeRates",
    "tax_schedules": "Extensions/Administration/TaxSchedules",
}


def _read_only(paths: Mapping[str, str]) -> Mapping[str, str]:
    return dict(paths)


@frozen(kw_only=True)
class SbaProfile:
    """The wire format of one site. Every default is unverified.

    Attributes:
        product_segment: a segment between company and series, such as "Dynamics"; "" for none.
        payload_key: the key that wraps a POST or PATCH body; "" for none.
        list_key: the key that wraps a list; "" when the list is a bare array.
        key_separator: joins the parts of a compound key.
        top_parameter, skip_parameter, filter_parameter: names in the query string.
        page_size: rows a page.
        date_format: how dates are written.
        encode_parentheses: write the parentheses around keys as %28 and %29; those inside a key always are.
        space_as_plus: write a space as + instead of %20.
        company_segment: the company as it stands in the path, escaped by hand; "" to escape the display name.
        extension_paths: where a site's own services offer what core SBA lacks; "" for "not offered".
    """

    product_segment: str = ""
    payload_key: str = "Payload"
    list_key: str = ""
    key_separator: str = ";"
    top_parameter: str = "top"
    skip_parameter: str = "skip"
    filter_parameter: str = "filter"
    page_size: int = 100
    date_format: Literal["iso_midnight", "iso_day"] = "iso_midnight"
    encode_parentheses: bool = False
    space_as_plus: bool = False
    company_segment: str = ""
    extension_paths: Mapping[str, str] = field(factory=lambda: dict(EXTENSIONS), converter=_read_only)

    def written_date(self, day: dt.date) -> str:
        """Write a calendar date into a body."""
        return f"{day:%Y-%m-%d}T00:00:00" if self.date_format == "iso_midnight" else f"{day:%Y-%m-%d}"


@frozen(kw_only=True)
class SoapProfile:
    r"""How one site's SOAP service is spoken to.

    Attributes:
        wsdl: "bundled" for the 71 operations of this package, "server" for what the service itself gives, or a file.
        list_cap: rows after which the service silently cuts a list (1000 by default, says Microsoft); a list that
            long is asked for again in parts. The setting behind it is unverified.
        culture_name: the language of GP's messages.
        currency_type: amounts that reads give, "Transactional" (the document's) or "Local" (the company's).
        tenant_name: the tenant, on a multitenant server.
        role_id: the role whose policies apply; None lets the service choose.
        work_on_behalf_of: DOMAIN\USER, for a trusted account that acts for another.
        posting_results_to: what a new vendor's required PostResultsTo says.
    """

    wsdl: str | Path = "bundled"
    list_cap: int = 1000
    culture_name: str = "en-US"
    currency_type: Literal["Transactional", "Local"] = "Transactional"
    tenant_name: str | None = None
    role_id: str | None = None
    work_on_behalf_of: str | None = None
    posting_results_to: str = "Payables/Discount Account"
