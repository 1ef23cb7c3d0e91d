"""The client of one Cin7 Core account."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

import httpx

from cin7core_client._async.calls import AsyncCalls
from cin7core_client._async.pages import AsyncPages
from cin7core_client._async.resources.base import PAGE_SIZE, rows_of
from cin7core_client._async.resources.products import AsyncProducts
from cin7core_client._async.resources.purchases import AsyncPurchases
from cin7core_client._async.resources.reference import (
    AsyncAccounts,
    AsyncBrands,
    AsyncCategories,
    AsyncLocations,
    AsyncMeResource,
    AsyncPaymentTerms,
    AsyncTaxRules,
    AsyncUnits,
)
from cin7core_client._async.resources.suppliers import AsyncSuppliers
from cin7core_client.auth import ApiKey
from cin7core_client.errors import ConfigurationError
from cin7core_client.events import NO_HOOKS, Hook
from cin7core_client.limiter import AsyncLimiter, AsyncRateLimit
from cin7core_client.models import (
    Account,
    Brand,
    Category,
    Location,
    PaymentTerm,
    Product,
    PurchaseSummary,
    Supplier,
    TaxRule,
    Unit,
)
from cin7core_client.retry import Retry

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
        if not base_url.lower().startswith(("http://", "https://")):
            raise ConfigurationError(f"base_url {base_url!r} is no address; it begins with https://")
        calls = AsyncCalls(
            key,
            base_url,
            limiter=limiter or AsyncRateLimit(),
            retry=retry or Retry(),
            timeout=timeout,
            hooks=hooks,
            transport=transport,
        )
        self._calls = calls
        self.me = AsyncMeResource(calls)
        self.suppliers = AsyncSuppliers(calls, Supplier, "supplier", "SupplierList")
        self.products = AsyncProducts(calls, Product, "product", "Products")
        self.purchases = AsyncPurchases(calls, PurchaseSummary, "purchaseList", "PurchaseList")
        self.accounts = AsyncAccounts(calls, Account, "ref/account", "AccountsList")
        self.tax_rules = AsyncTaxRules(calls, TaxRule, "ref/tax", "TaxRuleList")
        self.payment_terms = AsyncPaymentTerms(calls, PaymentTerm, "ref/paymentterm", "PaymentTermList")
        self.units = AsyncUnits(calls, Unit, "ref/unit", "UnitList")
        self.categories = AsyncCategories(calls, Category, "ref/category", "CategoryList")
        self.brands = AsyncBrands(calls, Brand, "ref/brand", "BrandList")
        self.locations = AsyncLocations(calls, Location, "ref/location", "LocationList")

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
        priority: int = 0,
    ) -> object:
        """Call any path: `cin7.request("GET", "me")`."""
        return await self._calls.call(method, path, params=params, body=json, priority=priority)

    def pages(self, path: str, list_key: str, **params: object) -> AsyncPages[object]:
        """List any path: `cin7.pages("saleList", "SaleList")`; `params` go to the service as they are."""

        async def fetch(page: int) -> tuple[Sequence[object], int | None]:
            answer = await self._calls.call("GET", path, params={**params, "Page": page, "Limit": PAGE_SIZE})
            return rows_of(answer, list_key, path)

        return AsyncPages(fetch, lambda row: row, size=PAGE_SIZE)

    async def close(self) -> None:
        """Close every connection."""
        await self._calls.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
