"""The client of one Dynamics GP company."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self
from urllib.parse import urlsplit

from requests.adapters import BaseAdapter
from requests.auth import AuthBase

from dynamicsgp_client.auth import BasicAuth, Credentials, NegotiateAuth, NTLMAuth, SameForAll
from dynamicsgp_client.backends.both import Backends
from dynamicsgp_client.backends.calls import Calls
from dynamicsgp_client.backends.profile import SbaProfile, SoapProfile
from dynamicsgp_client.backends.sba import Sba
from dynamicsgp_client.backends.sessions import Logon, Sessions
from dynamicsgp_client.backends.soap.items import SoapItems, SoapItemVendors, SoapSites, SoapUnitSchedules
from dynamicsgp_client.backends.soap.ledger import SoapAccounts, SoapAccountSegments, SoapBatches, SoapJournals
from dynamicsgp_client.backends.soap.payables import SoapPayables
from dynamicsgp_client.backends.soap.receivings import SoapReceivings
from dynamicsgp_client.backends.soap.service import Soap
from dynamicsgp_client.backends.soap.setup import (
    SoapCompanies,
    SoapCurrencies,
    SoapMulticurrencySetups,
    SoapPaymentTerms,
    SoapTaxDetails,
    SoapTaxSchedules,
)
from dynamicsgp_client.backends.soap.vendors import SoapVendorAddresses, SoapVendors
from dynamicsgp_client.backends.source import BackendName, Verb
from dynamicsgp_client.errors import ConfigurationError
from dynamicsgp_client.events import NO_HOOKS, Hook
from dynamicsgp_client.limits import Limiter
from dynamicsgp_client.models import (
    Account,
    AccountSegment,
    Batch,
    Checkbook,
    Company,
    Currency,
    ExchangeRate,
    FiscalPeriod,
    Item,
    ItemSite,
    ItemVendor,
    Journal,
    MulticurrencySetup,
    PayablesDocument,
    PayablesSetup,
    PaymentTerms,
    Receiving,
    Site,
    TaxDetail,
    TaxSchedule,
    UnitSchedule,
    Vendor,
    VendorAddress,
)
from dynamicsgp_client.resources.items import Items, ItemSites, ItemVendors, Sites, UnitSchedules
from dynamicsgp_client.resources.ledger import Accounts, AccountSegments, Batches, FiscalPeriods, Journals
from dynamicsgp_client.resources.payables import Payables
from dynamicsgp_client.resources.receivings import Receivings
from dynamicsgp_client.resources.setup import (
    Checkbooks,
    Companies,
    Currencies,
    ExchangeRates,
    MulticurrencySetups,
    PayablesSetups,
    PaymentTermsList,
    TaxDetails,
    TaxSchedules,
)
from dynamicsgp_client.resources.vendors import VendorAddresses, Vendors
from dynamicsgp_client.retry import Retry

REQUIRED: Final = ("COMPANY", "USERNAME", "PASSWORD")


class DynamicsGP:
    """One company of Microsoft Dynamics GP, over its REST service (SBA), its SOAP service, or both.

    Each verb goes to the first service that can do it, SBA before SOAP; `capabilities()` tells which. A write whose
    answer was lost is never sent to the other one.

    Args:
        sba_url: the service root, such as https://gp.example/GPService.
        soap_url: the SOAP endpoint, such as http://gp.example:48620/DynamicsGPWebServices/DynamicsGPService.asmx.
        company: the company's display name.
        auth: NTLMAuth, NegotiateAuth, BasicAuth, or any requests AuthBase.
        tenant: the tenant's name.
        company_id: GP's number of the company, which only SOAP needs; without it, it is looked up by the name.
        profile: the unverified details of SBA's wire format.
        soap_profile: what the SOAP endpoint speaks: WSDL, list cap, language, tenant.
        limiter: permits shared with others; `acquire(priority) -> ticket`, `answered(ticket)`.
        timeout: seconds to wait for an answer; the first call after a pause starts a GP client and is slow.
        retry: when reads are sent again; a write is never repeated blindly.
        hooks: told of every call.
        transport: a requests adapter instead of the network.
        verify: True, or the path of a CA bundle.
        concurrency: most calls at once.

    A client may be used by several threads. Nothing is sent before the first verb.

    Raises:
        ConfigurationError: something is missing or cannot work.
    """

    def __init__(
        self,
        sba_url: str | None = None,
        soap_url: str | None = None,
        *,
        company: str,
        auth: NTLMAuth | NegotiateAuth | BasicAuth | AuthBase,
        tenant: str = "DefaultTenant",
        company_id: int | None = None,
        profile: SbaProfile | None = None,
        soap_profile: SoapProfile | None = None,
        limiter: Limiter | None = None,
        timeout: float = 600,
        connect_timeout: float = 10,
        retry: Retry | None = None,
        hooks: Sequence[Hook] = NO_HOOKS,
        transport: BaseAdapter | None = None,
        verify: bool | str = True,
        concurrency: int = 2,
    ) -> None:
        if not sba_url and not soap_url:
            raise ConfigurationError("sba_url and soap_url are missing; give at least one")
        _check_urls(sba_url=sba_url, soap_url=soap_url)
        if verify is False:
            raise ConfigurationError("certificates are always verified; give the authority's bundle as verify=")
        if isinstance(verify, str) and not Path(verify).exists():
            raise ConfigurationError(f"there is no CA bundle {verify}; verify= takes the path of a PEM file")
        if not company:
            raise ConfigurationError("company is empty; give the display name that GP shows")
        if concurrency < 1 or timeout <= 0 or connect_timeout <= 0:
            raise ConfigurationError("concurrency is at least 1, and timeouts are more than 0 seconds")
        credentials: Credentials = SameForAll(auth) if isinstance(auth, AuthBase) else auth
        logon = Logon()
        self._pools: list[Sessions] = []

        def calls(url: str) -> Calls:
            pool = Sessions(
                url,
                credentials,
                verify=verify,
                connect_timeout=connect_timeout,
                read_timeout=timeout,
                concurrency=concurrency,
                transport=transport,
                limiter=limiter,
                logon=logon,
            )
            self._pools.append(pool)
            return Calls(pool, retry or Retry(), tuple(hooks))

        self.profile: SbaProfile = profile or SbaProfile()
        self.soap_profile: SoapProfile = soap_profile or SoapProfile()
        self._backends = Backends(
            Sba(sba_url, calls(sba_url), self.profile, tenant=tenant, company=company) if sba_url else None,
            Soap(soap_url, calls(soap_url), self.soap_profile, company=company, company_id=company_id)
            if soap_url
            else None,
        )
        self._open_resources()

    def _open_resources(self) -> None:
        route = self._backends.route
        self.vendors: Vendors = Vendors(route("vendors", Vendor, SoapVendors))
        self.vendor_addresses: VendorAddresses = VendorAddresses(
            route("vendor_addresses", VendorAddress, SoapVendorAddresses)
        )
        self.items: Items = Items(route("items", Item, SoapItems))
        self.item_vendors: ItemVendors = ItemVendors(route("item_vendors", ItemVendor, SoapItemVendors))
        self.item_sites: ItemSites = ItemSites(route("item_sites", ItemSite))
        self.sites: Sites = Sites(route("sites", Site, SoapSites))
        self.unit_schedules: UnitSchedules = UnitSchedules(route("unit_schedules", UnitSchedule, SoapUnitSchedules))
        self.payables: Payables = Payables(route("payables", PayablesDocument, SoapPayables))
        self.receivings: Receivings = Receivings(route("receivings", Receiving, SoapReceivings))
        self.accounts: Accounts = Accounts(route("accounts", Account, SoapAccounts))
        self.account_segments: AccountSegments = AccountSegments(
            route("account_segments", AccountSegment, SoapAccountSegments)
        )
        self.journals: Journals = Journals(route("journals", Journal, SoapJournals))
        self.fiscal_periods: FiscalPeriods = FiscalPeriods(route("fiscal_periods", FiscalPeriod))
        self.batches: Batches = Batches(route("batches", Batch, SoapBatches))
        self.currencies: Currencies = Currencies(route("currencies", Currency, SoapCurrencies))
        self.exchange_rates: ExchangeRates = ExchangeRates(route("exchange_rates", ExchangeRate))
        self.multicurrency_setup: MulticurrencySetups = MulticurrencySetups(
            route("multicurrency_setup", MulticurrencySetup, SoapMulticurrencySetups)
        )
        self.payment_terms: PaymentTermsList = PaymentTermsList(route("payment_terms", PaymentTerms, SoapPaymentTerms))
        self.tax_details: TaxDetails = TaxDetails(route("tax_details", TaxDetail, SoapTaxDetails))
        self.tax_schedules: TaxSchedules = TaxSchedules(route("tax_schedules", TaxSchedule, SoapTaxSchedules))
        self.checkbooks: Checkbooks = Checkbooks(route("checkbooks", Checkbook))
        self.companies: Companies = Companies(route("companies", Company, SoapCompanies))
        self.payables_setup: PayablesSetups = PayablesSetups(route("payables_setup", PayablesSetup))

    @classmethod
    def from_env(cls) -> DynamicsGP:
        """Make a client of DYNAMICSGP_SBA_URL or DYNAMICSGP_SOAP_URL, _COMPANY, _USERNAME and _PASSWORD.

        Raises:
            ConfigurationError: names the variables that are not set.
        """
        given = {name: os.environ.get(f"DYNAMICSGP_{name}") for name in ("SBA_URL", "SOAP_URL", *REQUIRED)}
        missing = [f"DYNAMICSGP_{name}" for name in REQUIRED if not given[name]]
        if not given["SBA_URL"] and not given["SOAP_URL"]:
            missing.insert(0, "DYNAMICSGP_SBA_URL or DYNAMICSGP_SOAP_URL")
        if missing:
            raise ConfigurationError(f"set the environment variables {', '.join(missing)}")
        return cls(
            given["SBA_URL"],
            given["SOAP_URL"],
            company=given["COMPANY"] or "",
            auth=NTLMAuth(given["USERNAME"] or "", given["PASSWORD"] or ""),
        )

    def request(
        self,
        method: str,
        *segments: str,
        key: Sequence[str] = (),
        params: Mapping[str, str] | None = None,
        json: object = None,
    ) -> object:
        """Call any path below the company: `gp.request("GET", "Purchasing", "Vendors", key=("ACME",))`."""
        return self._backends.sba.call(method, segments, key=key, params=params, body=json)

    def action(self, *segments: str, key: Sequence[str] = (), action: str = "POST") -> object:
        """Run a custom action on a record: a POST without body and with the header GP-Custom-Action."""
        return self._backends.sba.call("POST", segments, key=key, headers={"GP-Custom-Action": action})

    def call(self, operation: str, /, **parameters: object) -> object:
        """Call any operation of the SOAP service: `gp.call("GetVendorByKey", key={"Id": "ACME"})`.

        Gives dicts, lists and values. Context and policy are filled in; a dict's "xsi:type" names its type where the
        contract declares an abstract one, as in `{"xsi:type": "MoneyAmount", "Value": Decimal(5), "DecimalDigits": 2}`.
        """
        return self._backends.soap.call(operation, **parameters)

    def capabilities(self) -> Mapping[str, Mapping[Verb, BackendName]]:
        """Tell which service is asked first for each verb of each resource: `["vendors"]["create"] == "sba"`."""
        return dict(self._backends.capabilities)

    def close(self) -> None:
        """Close every connection."""
        for pool in self._pools:
            pool.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _check_urls(**urls: str | None) -> None:
    for name, url in urls.items():
        if not url:
            continue
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise ConfigurationError(f"{name} {url!r} is no address: {error}") from error
        if parts.scheme.lower() not in ("http", "https") or not parts.hostname or port == 0:
            raise ConfigurationError(f"{name} {url!r} is no address; it begins with https:// and a host")
        if parts.query or parts.fragment or parts.username:
            raise ConfigurationError(f"{name} holds more than an address; leave out user, ?query and #fragment")
