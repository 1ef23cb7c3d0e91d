"""The client of one Dynamics GP company."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

from requests.adapters import BaseAdapter
from requests.auth import AuthBase

from dynamicsgp_client.auth import BasicAuth, Credentials, NTLMAuth, SameForAll
from dynamicsgp_client.backends.profile import SbaProfile
from dynamicsgp_client.backends.sba import Sba
from dynamicsgp_client.backends.sessions import Sessions
from dynamicsgp_client.errors import ConfigurationError
from dynamicsgp_client.events import NO_HOOKS, Hook
from dynamicsgp_client.limits import Limiter
from dynamicsgp_client.models import (
    Account,
    Batch,
    Company,
    Currency,
    FiscalPeriod,
    Item,
    PayablesDocument,
    PayablesSetup,
    PaymentTerms,
    TaxDetail,
    UnitSchedule,
    Vendor,
    VendorAddress,
)
from dynamicsgp_client.resources.items import Items, UnitSchedules
from dynamicsgp_client.resources.ledger import Accounts, Batches, FiscalPeriods
from dynamicsgp_client.resources.payables import Payables
from dynamicsgp_client.resources.setup import Companies, Currencies, PayablesSetups, PaymentTermsList, TaxDetails
from dynamicsgp_client.resources.vendors import VendorAddresses, Vendors
from dynamicsgp_client.retry import Retry


class DynamicsGP:
    """One company of Microsoft Dynamics GP, over its REST service (SBA).

    Args:
        sba_url: the service root, such as https://gp.example/GPService.
        soap_url: reserved for GP's SOAP service; this release speaks SBA only.
        company: the company's display name.
        auth: NTLMAuth, BasicAuth, or any requests AuthBase.
        tenant: the tenant's name.
        company_id: GP's number of the company, which only SOAP needs.
        profile: the unverified details of the wire format.
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
        auth: NTLMAuth | BasicAuth | AuthBase,
        tenant: str = "DefaultTenant",
        company_id: int | None = None,
        profile: SbaProfile | None = None,
        limiter: Limiter | None = None,
        timeout: float = 600,
        connect_timeout: float = 10,
        retry: Retry | None = None,
        hooks: Sequence[Hook] = NO_HOOKS,
        transport: BaseAdapter | None = None,
        verify: bool | str = True,
        concurrency: int = 2,
    ) -> None:
        if sba_url is None:
            raise ConfigurationError(
                "sba_url is missing" if soap_url is None else "this release speaks SBA only; give sba_url"
            )
        if not sba_url.lower().startswith(("http://", "https://")):
            raise ConfigurationError(f"sba_url {sba_url!r} is no address; it begins with https://")
        if verify is False:
            raise ConfigurationError("certificates are always verified; give the authority's bundle as verify=")
        if not company:
            raise ConfigurationError("company is empty; give the display name that GP shows")
        self.company_id = company_id
        credentials: Credentials = SameForAll(auth) if isinstance(auth, AuthBase) else auth
        self.profile = profile or SbaProfile()
        self._sessions = Sessions(
            sba_url,
            credentials,
            verify=verify,
            connect_timeout=connect_timeout,
            read_timeout=timeout,
            concurrency=concurrency,
            transport=transport,
            limiter=limiter,
        )
        self._sba = Sba(
            sba_url,
            self._sessions,
            self.profile,
            tenant=tenant,
            company=company,
            retry=retry or Retry(),
            hooks=tuple(hooks),
        )
        extension = self.profile.extension_paths.get
        self.vendors = Vendors(self._sba, Vendor, "Purchasing/Vendors")
        self.vendor_addresses = VendorAddresses(self._sba, VendorAddress, "Purchasing/VendorAddresses")
        self.items = Items(self._sba, Item, "Inventory/Items")
        self.unit_schedules = UnitSchedules(self._sba, UnitSchedule, "Inventory/UnitOfMeasureHeaders")
        self.payables = Payables(self._sba, PayablesDocument, "Purchasing/Payables/Transactions")
        self.currencies = Currencies(self._sba, Currency, "Administration/Currencies")
        self.payment_terms = PaymentTermsList(self._sba, PaymentTerms, "Administration/PaymentTerms")
        self.companies = Companies(self._sba, Company, "Companies", in_company=False)
        self.accounts = Accounts(self._sba, Account, extension("accounts", ""))
        self.fiscal_periods = FiscalPeriods(self._sba, FiscalPeriod, extension("fiscal_periods", ""))
        self.batches = Batches(self._sba, Batch, extension("batches", ""))
        self.tax_details = TaxDetails(self._sba, TaxDetail, extension("tax_details", ""))
        self.payables_setup = PayablesSetups(self._sba, PayablesSetup, extension("payables_setup", ""))

    @classmethod
    def from_env(cls) -> DynamicsGP:
        """Make a client of DYNAMICSGP_SBA_URL, DYNAMICSGP_COMPANY, DYNAMICSGP_USERNAME and DYNAMICSGP_PASSWORD.

        Raises:
            ConfigurationError: names the variables that are not set.
        """
        names = ("DYNAMICSGP_SBA_URL", "DYNAMICSGP_COMPANY", "DYNAMICSGP_USERNAME", "DYNAMICSGP_PASSWORD")
        missing = [name for name in names if not os.environ.get(name)]
        if missing:
            raise ConfigurationError(f"set the environment variables {', '.join(missing)}")
        url, company, username, password = (os.environ[name] for name in names)
        return cls(sba_url=url, company=company, auth=NTLMAuth(username, password))

    def request(
        self,
        method: str,
        *segments: str,
        key: Sequence[str] = (),
        params: Mapping[str, str] | None = None,
        json: object = None,
    ) -> object:
        """Call any path below the company: `gp.request("GET", "Purchasing", "Vendors", key=("ACME",))`."""
        return self._sba.call(method, segments, key=key, params=params, body=json)

    def action(self, *segments: str, key: Sequence[str] = (), action: str = "POST") -> object:
        """Run a custom action on a record: a POST without body and with the header GP-Custom-Action."""
        return self._sba.call("POST", segments, key=key, headers={"GP-Custom-Action": action})

    def capabilities(self) -> dict[str, bool]:
        """Tell which of the resources beyond core SBA are configured for this site."""
        return {name: bool(path) for name, path in self.profile.extension_paths.items()}

    def close(self) -> None:
        """Close every connection."""
        self._sessions.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
