"""Reference books."""

from __future__ import annotations

from cin7core_client._async.calls import AsyncCalls
from cin7core_client._async.pages import AsyncPages
from cin7core_client._async.resources.base import AsyncResource, same_name
from cin7core_client.errors import NotFoundError, ValidationError
from cin7core_client.models import Account, Brand, Category, Location, Me, PaymentTerm, TaxRule, Unit


class AsyncMeResource(AsyncResource[Me]):
    """The account itself: the cheapest test of the keys."""

    def __init__(self, calls: AsyncCalls) -> None:
        super().__init__(calls, Me, "me", "")

    async def get(self) -> Me:
        """Read it."""
        return self._parsed(await self._calls.call("GET", self._path))


class AsyncAccounts(AsyncResource[Account]):
    """The chart of accounts; the key is the code. This client never writes it."""

    def list(
        self, *, name: str | None = None, type: str | None = None, status: str | None = None
    ) -> AsyncPages[Account]:
        """List accounts; `name` matches beginnings."""
        return self._listed({"Name": name, "Type": type, "Status": status})

    async def find(self, code: str) -> Account | None:
        """Find the account of this code; the service answers an unknown one with 400."""
        try:
            return await self._one({"Code": code}, lambda each: each.code == code)
        except (ValidationError, NotFoundError):
            return None


class AsyncTaxRules(AsyncResource[TaxRule]):
    """Tax rules."""

    def list(self, *, name: str | None = None, is_active: bool | None = None) -> AsyncPages[TaxRule]:
        """List tax rules; `name` matches beginnings."""
        return self._listed({"Name": name, "IsActive": is_active})

    async def find(self, name: str) -> TaxRule | None:
        """Find the rule of this name."""
        return await self._one({"Name": name}, same_name(name))


class AsyncPaymentTerms(AsyncResource[PaymentTerm]):
    """Payment terms."""

    def list(self, *, name: str | None = None, is_active: bool | None = None) -> AsyncPages[PaymentTerm]:
        """List payment terms; `name` matches beginnings."""
        return self._listed({"Name": name, "IsActive": is_active})

    async def find(self, name: str) -> PaymentTerm | None:
        """Find the term of this name."""
        return await self._one({"Name": name}, same_name(name))

    async def create(self, payment_term: PaymentTerm) -> PaymentTerm:
        """Create a payment term."""
        return await self._written("POST", payment_term)


class AsyncUnits(AsyncResource[Unit]):
    """Units of measure."""

    def list(self, *, name: str | None = None) -> AsyncPages[Unit]:
        """List units; `name` matches beginnings."""
        return self._listed({"Name": name})

    async def find(self, name: str) -> Unit | None:
        """Find the unit of this name, whatever its case."""
        return await self._one({"Name": name}, same_name(name))

    async def create(self, unit: Unit) -> Unit:
        """Create a unit."""
        return await self._written("POST", unit)


class AsyncCategories(AsyncResource[Category]):
    """Product categories."""

    def list(self, *, name: str | None = None) -> AsyncPages[Category]:
        """List categories; `name` matches beginnings."""
        return self._listed({"Name": name})

    async def find(self, name: str) -> Category | None:
        """Find the category of this name, whatever its case."""
        return await self._one({"Name": name}, same_name(name))

    async def create(self, category: Category) -> Category:
        """Create a category."""
        return await self._written("POST", category)


class AsyncBrands(AsyncResource[Brand]):
    """Product brands."""

    def list(self, *, name: str | None = None) -> AsyncPages[Brand]:
        """List brands; `name` matches beginnings."""
        return self._listed({"Name": name})

    async def find(self, name: str) -> Brand | None:
        """Find the brand of this name, whatever its case."""
        return await self._one({"Name": name}, same_name(name))

    async def create(self, brand: Brand) -> Brand:
        """Create a brand."""
        return await self._written("POST", brand)


class AsyncLocations(AsyncResource[Location]):
    """Stock locations."""

    def list(self, *, name: str | None = None, deprecated: bool | None = None) -> AsyncPages[Location]:
        """List locations; `name` matches beginnings."""
        return self._listed({"Name": name, "Deprecated": deprecated})

    async def find(self, name: str) -> Location | None:
        """Find the location of this name."""
        return await self._one({"Name": name}, same_name(name))
