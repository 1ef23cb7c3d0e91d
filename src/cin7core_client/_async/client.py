"""The client of one Cin7 Core account."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

import httpx
from attrs import evolve

from cin7core_client._async.calls import AsyncCalls
from cin7core_client._async.pages import AsyncPages
from cin7core_client._async.resources.base import listed
from cin7core_client._async.resources.company import AsyncCompany
from cin7core_client._async.resources.ledger import (
    AsyncAccounts,
    AsyncBankAccounts,
    AsyncSupplierDeposits,
    AsyncTransactions,
)
from cin7core_client._async.resources.products import (
    AsyncProductAvailabilities,
    AsyncProducts,
    AsyncProductSuppliers,
)
from cin7core_client._async.resources.purchases import AsyncPurchaseCreditNoteList, AsyncPurchases
from cin7core_client._async.resources.reference import (
    AsyncAttributeSets,
    AsyncBrands,
    AsyncCategories,
    AsyncLocations,
    AsyncPaymentTerms,
    AsyncPriceTiers,
    AsyncTaxRules,
    AsyncUnits,
)
from cin7core_client._async.resources.suppliers import AsyncSuppliers
from cin7core_client._async.resources.webhooks import AsyncWebhooks
from cin7core_client.auth import ApiKey
from cin7core_client.endpoints import Endpoint
from cin7core_client.errors import ConfigurationError
from cin7core_client.events import NO_HOOKS, Hook
from cin7core_client.limiter import AsyncLimiter, AsyncRateLimit
from cin7core_client.retry import Retry
from cin7core_client.trust import trusted

BASE_URL = "https://inventory.dearsystems.com/ExternalApi/v2/"


class AsyncCin7Core:
    """One account of Cin7 Core, over its API v2.

    Args:
        key: the account id and the application key.
        base_url: the service root.
        limiter: holds calls back; the default keeps 60 in any 60 seconds. Share one among all clients of a key.
        retry: when calls are sent again; a write is never repeated blindly.
        timeout: seconds to wait for an answer.
        hooks: told of every call.
        transport: an httpx transport instead of the network.

    Nothing is sent before the first verb.
    """

    def __init__(
        self,
        key: ApiKey,
        *,
        base_url: str = BASE_URL,
        limiter: AsyncLimiter | None = None,
        retry: Retry | None = None,
        timeout: float = 60,
        hooks: Sequence[Hook] = NO_HOOKS,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._use(
            AsyncCalls(
                key=key,
                base_url=_checked(base_url),
                http=httpx.AsyncClient(
                    timeout=httpx.Timeout(timeout, connect=10.0),
                    follow_redirects=False,
                    transport=transport,
                    trust_env=False,
                    verify=trusted(),
                ),
                limiter=AsyncRateLimit(give_up=max(60.0, timeout)) if limiter is None else limiter,
                retry=retry or Retry(),
                hooks=tuple(hooks),
            )
        )

    def _use(self, calls: AsyncCalls) -> None:
        self._calls = calls
        self.me: AsyncCompany = AsyncCompany(calls)
        self.suppliers: AsyncSuppliers = AsyncSuppliers(calls)
        self.supplier_deposits: AsyncSupplierDeposits = AsyncSupplierDeposits(calls)
        self.products: AsyncProducts = AsyncProducts(calls)
        self.product_suppliers: AsyncProductSuppliers = AsyncProductSuppliers(calls)
        self.product_availability: AsyncProductAvailabilities = AsyncProductAvailabilities(calls)
        self.purchases: AsyncPurchases = AsyncPurchases(calls)
        self.purchase_credit_notes: AsyncPurchaseCreditNoteList = AsyncPurchaseCreditNoteList(calls)
        self.accounts: AsyncAccounts = AsyncAccounts(calls)
        self.bank_accounts: AsyncBankAccounts = AsyncBankAccounts(calls)
        self.transactions: AsyncTransactions = AsyncTransactions(calls)
        self.tax_rules: AsyncTaxRules = AsyncTaxRules(calls)
        self.payment_terms: AsyncPaymentTerms = AsyncPaymentTerms(calls)
        self.units: AsyncUnits = AsyncUnits(calls)
        self.categories: AsyncCategories = AsyncCategories(calls)
        self.brands: AsyncBrands = AsyncBrands(calls)
        self.locations: AsyncLocations = AsyncLocations(calls)
        self.price_tiers: AsyncPriceTiers = AsyncPriceTiers(calls)
        self.attribute_sets: AsyncAttributeSets = AsyncAttributeSets(calls)
        self.webhooks: AsyncWebhooks = AsyncWebhooks(calls)

    def with_priority(self, priority: int) -> Self:
        """Give this client once more, over the same connections and limiter, for calls of another priority.

        Lower priorities go first where calls queue up: 0 is the default, a back-fill may take 10.
        """
        other = object.__new__(type(self))
        other._use(evolve(self._calls, priority=priority))
        return other

    @classmethod
    def from_env(cls) -> AsyncCin7Core:
        """Make a client of CIN7CORE_ACCOUNT_ID, CIN7CORE_APPLICATION_KEY and, where set, CIN7CORE_BASE_URL.

        Raises:
            ConfigurationError: names the variables that are not set.
        """
        names = ("CIN7CORE_ACCOUNT_ID", "CIN7CORE_APPLICATION_KEY")
        missing = [name for name in names if not os.environ.get(name)]
        if missing:
            raise ConfigurationError(f"set the environment variables {', '.join(missing)}")
        account_id, application_key = (os.environ[name] for name in names)
        return cls(ApiKey(account_id, application_key), base_url=os.environ.get("CIN7CORE_BASE_URL") or BASE_URL)

    async def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, object] | None = None,
        json: object = None,
        priority: int | None = None,
    ) -> object:
        """Call any path and give its JSON value: `cin7.request("GET", "me")`."""
        return await self._calls.call(method, path, params=params, body=json, priority=priority)

    def pages(self, path: str, list_key: str, **params: object) -> AsyncPages[object]:
        """List any path: `cin7.pages("saleList", "SaleList")`; `params` go to the service as they are.

        The service ignores parameters that it does not know and then gives everything: check their spelling.
        """
        return listed(self._calls, Endpoint(path, "", list_key=list_key), params, lambda row: row)

    async def close(self) -> None:
        """Close every connection."""
        await self._calls.http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


def _checked(base_url: str) -> str:
    try:
        url = httpx.URL(base_url)
    except httpx.InvalidURL as error:
        raise ConfigurationError(f"base_url {base_url!r} is no address: {error}") from error
    if url.scheme not in ("http", "https") or not url.host:
        raise ConfigurationError(f"base_url {base_url!r} is no address; it begins with https://")
    return base_url.rstrip("/") + "/"
