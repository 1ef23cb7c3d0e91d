"""Every detail of the wire that Microsoft has not published or a site may set, as values that can be corrected."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal

from attrs import Attribute, field, frozen

from dynamicsgp_client.errors import ConfigurationError
from dynamicsgp_client.models.base import Spelling

EPOCH: Final = dt.date(1970, 1, 1)
MILLISECONDS_A_DAY: Final = 86_400_000

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


PATHS: Final[Mapping[str, str]] = {
    "vendors": "Purchasing/Vendors",
    "vendor_addresses": "Purchasing/VendorAddresses",
    "payables": "Purchasing/Payables/Transactions",
    "items": "Inventory/Items",
    "item_vendors": "Inventory/ItemVendors",
    "item_sites": "Inventory/ItemSites",
    "sites": "Inventory/Sites",
    "unit_schedules": "Inventory/UnitOfMeasureHeaders",
    "currencies": "Administration/Currencies",
    "payment_terms": "Administration/PaymentTerms",
    "checkbooks": "Financials/Checkbooks",
    "companies": "Companies",
}


def _complete(given: Mapping[str, str], known: Mapping[str, str], name: str) -> Mapping[str, str]:
    if unknown := set(given) - set(known):
        raise ConfigurationError(f"{name} has no {', '.join(sorted(unknown))}; it has {', '.join(known)}")
    return MappingProxyType(dict(given))


def _core(given: Mapping[str, str]) -> Mapping[str, str]:
    return _complete({**PATHS, **given}, PATHS, "paths")


def _extensions(given: Mapping[str, str]) -> Mapping[str, str]:
    return _complete(given, EXTENSIONS, "extension_paths")


def _positive(_: object, attribute: Attribute[int], value: int) -> None:
    if value < 1:
        raise ConfigurationError(f"{attribute.name} is {value}; it is at least 1")


@frozen(kw_only=True)
class SbaProfile:
    """The wire format of one site. Every default is unverified.

    Attributes:
        product_segment: a segment between company and series, such as "Dynamics"; "" for none.
        payload_key: the key that wraps a POST or PATCH body; "" for none.
        list_key: the key that wraps a list; "" when the list is a bare array.
        key_separator: joins the parts of a compound key.
        payables_key: whether a payables document is found by its voucher number, or by its type before that.
        field_names: how fields are written: `VendorId` (net), `VENDORID` (column) or `Vendor ID` (display).
        top_parameter, skip_parameter: names in the query string.
        filter_parameter: its name there; "" to leave filtering to this client.
        page_size: rows a page; no more than the service gives at once, because a shorter page ends a list.
        date_format: how dates are written: midnight without a zone, the day alone, or `/Date(…)/` as WCF does.
        accept: the media type that is asked for; "" to say nothing.
        encode_parentheses: write the parentheses around keys as %28 and %29; those inside a key always are.
        space_as_plus: write a space as + instead of %20.
        company_segment: the company as it stands in the path, escaped by hand; "" to escape the display name.
        paths: series and resource of core SBA's resources; those that are not given keep their default.
        extension_paths: where a site's own services offer what core SBA lacks; what is not given is not offered.
    """

    product_segment: str = ""
    payload_key: str = "Payload"
    list_key: str = ""
    key_separator: str = ";"
    payables_key: Literal["voucher", "type;voucher"] = "voucher"
    field_names: Spelling = "net"
    top_parameter: str = "top"
    skip_parameter: str = "skip"
    filter_parameter: str = "filter"
    page_size: int = field(default=100, validator=_positive)
    date_format: Literal["iso_midnight", "iso_day", "wcf"] = "iso_midnight"
    accept: str = "application/json"
    encode_parentheses: bool = False
    space_as_plus: bool = False
    company_segment: str = ""
    paths: Mapping[str, str] = field(factory=dict, converter=_core)
    extension_paths: Mapping[str, str] = field(factory=lambda: EXTENSIONS, converter=_extensions)

    def path(self, resource: str) -> str:
        """Give series and resource; "" where this site does not offer it."""
        return self.paths.get(resource) or self.extension_paths.get(resource, "")

    def written_date(self, day: dt.date) -> str:
        """Write a calendar date into a body."""
        if self.date_format == "wcf":
            return f"/Date({(day - EPOCH).days * MILLISECONDS_A_DAY})/"
        return f"{day.isoformat()}T00:00:00" if self.date_format == "iso_midnight" else day.isoformat()


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
    list_cap: int = field(default=1000, validator=_positive)
    culture_name: str = "en-US"
    currency_type: Literal["Transactional", "Local"] = "Transactional"
    tenant_name: str | None = None
    role_id: str | None = None
    work_on_behalf_of: str | None = None
    posting_results_to: str = "Payables/Discount Account"
