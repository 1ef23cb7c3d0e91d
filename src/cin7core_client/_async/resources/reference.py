"""Reference books."""

from __future__ import annotations

from cin7core_client._async.pages import AsyncPages
from cin7core_client._async.resources.base import AsyncCreates, AsyncDeletes, AsyncResource, AsyncUpdates, T, same_name
from cin7core_client.models import (
    AttributeSet,
    Brand,
    Category,
    Location,
    PaymentTerm,
    PriceTier,
    TaxRule,
    Unit,
)


class AsyncNamed(AsyncResource[T]):
    """A book whose rows have names."""

    async def find(self, name: str) -> T | None:
        """Find the row of exactly this name, whatever its case; None without one."""
        return await self._one({"Name": name}, same_name(name))


class AsyncBook(AsyncNamed[T], AsyncCreates[T], AsyncUpdates[T], AsyncDeletes[T]):
    """A small book: rows with an id and a name."""

    def list(self, *, name: str | None = None) -> AsyncPages[T]:
        """List rows; `name` matches beginnings."""
        return self._listed({"Name": name})


class AsyncUnits(AsyncBook[Unit]):
    """Units of measure."""

    _model, _path = Unit, "ref/unit"


class AsyncCategories(AsyncBook[Category]):
    """Product categories."""

    _model, _path = Category, "ref/category"


class AsyncBrands(AsyncBook[Brand]):
    """Product brands."""

    _model, _path = Brand, "ref/brand"


class AsyncAttributeSets(AsyncBook[AttributeSet]):
    """Sets of additional attributes."""

    _model, _path = AttributeSet, "ref/attributeset"
    _never_sent = frozenset({"attributes"})


class AsyncTaxRules(AsyncNamed[TaxRule], AsyncCreates[TaxRule], AsyncUpdates[TaxRule]):
    """Tax rules; there is no delete, only `is_active`. Writes are refused while Xero or QuickBooks is connected."""

    _model, _path = TaxRule, "ref/tax"
    _never_sent = frozenset({"tax_percent"})

    def list(
        self,
        *,
        name: str | None = None,
        is_active: bool | None = None,
        is_tax_for_sale: bool | None = None,
        is_tax_for_purchase: bool | None = None,
        account: str | None = None,
    ) -> AsyncPages[TaxRule]:
        """List tax rules; `name` matches beginnings."""
        return self._listed(
            {
                "Name": name,
                "IsActive": is_active,
                "IsTaxForSale": is_tax_for_sale,
                "IsTaxForPurchase": is_tax_for_purchase,
                "Account": account,
            }
        )


class AsyncPaymentTerms(
    AsyncNamed[PaymentTerm], AsyncCreates[PaymentTerm], AsyncUpdates[PaymentTerm], AsyncDeletes[PaymentTerm]
):
    """Payment terms."""

    _model, _path = PaymentTerm, "ref/paymentterm"

    def list(
        self,
        *,
        name: str | None = None,
        method: str | None = None,
        is_active: bool | None = None,
        is_default: bool | None = None,
    ) -> AsyncPages[PaymentTerm]:
        """List payment terms; `name` matches beginnings."""
        return self._listed({"Name": name, "Method": method, "IsActive": is_active, "IsDefault": is_default})


class AsyncLocations(AsyncNamed[Location], AsyncCreates[Location], AsyncUpdates[Location], AsyncDeletes[Location]):
    """Stock locations; bins come as rows of their own too."""

    _model, _path = Location, "ref/location"

    def list(self, *, name: str | None = None, deprecated: bool | None = None) -> AsyncPages[Location]:
        """List locations; `name` matches beginnings."""
        return self._listed({"Name": name, "Deprecated": deprecated})


class AsyncPriceTiers(AsyncResource[PriceTier]):
    """The ten price tiers; they are named in Cin7 Core only."""

    _model, _path = PriceTier, "ref/priceTier"

    def list(self) -> AsyncPages[PriceTier]:
        """List the ten tiers."""
        return self._listed({})
