"""Reference books."""

from __future__ import annotations

from cin7core_client._sync.calls import Calls
from cin7core_client._sync.pages import Pages
from cin7core_client._sync.resources.base import Resource, same_name
from cin7core_client.errors import NotFoundError, ValidationError
from cin7core_client.models import Account, Brand, Category, Location, Me, PaymentTerm, TaxRule, Unit


class MeResource(Resource[Me]):
    """The account itself: the cheapest test of the keys."""

    def __init__(self, calls: Calls) -> None:
        super().__init__(calls, Me, "me", "")

    def get(self) -> Me:
        """Read it."""
        return self._parsed(self._calls.call("GET", self._path))


class Accounts(Resource[Account]):
    """The chart of accounts; the key is the code. This client never writes it."""

    def list(self, *, name: str | None = None, type: str | None = None, status: str | None = None) -> Pages[Account]:
        """List accounts; `name` matches beginnings."""
        return self._listed({"Name": name, "Type": type, "Status": status})

    def find(self, code: str) -> Account | None:
        """Find the account of this code; the service answers an unknown one with 400."""
        try:
            return self._one({"Code": code}, lambda each: each.code == code)
        except (ValidationError, NotFoundError):
            return None


class TaxRules(Resource[TaxRule]):
    """Tax rules."""

    def list(self, *, name: str | None = None, is_active: bool | None = None) -> Pages[TaxRule]:
        """List tax rules; `name` matches beginnings."""
        return self._listed({"Name": name, "IsActive": is_active})

    def find(self, name: str) -> TaxRule | None:
        """Find the rule of this name."""
        return self._one({"Name": name}, same_name(name))


class PaymentTerms(Resource[PaymentTerm]):
    """Payment terms."""

    def list(self, *, name: str | None = None, is_active: bool | None = None) -> Pages[PaymentTerm]:
        """List payment terms; `name` matches beginnings."""
        return self._listed({"Name": name, "IsActive": is_active})

    def find(self, name: str) -> PaymentTerm | None:
        """Find the term of this name."""
        return self._one({"Name": name}, same_name(name))

    def create(self, payment_term: PaymentTerm) -> PaymentTerm:
        """Create a payment term."""
        return self._written("POST", payment_term)


class Units(Resource[Unit]):
    """Units of measure."""

    def list(self, *, name: str | None = None) -> Pages[Unit]:
        """List units; `name` matches beginnings."""
        return self._listed({"Name": name})

    def find(self, name: str) -> Unit | None:
        """Find the unit of this name, whatever its case."""
        return self._one({"Name": name}, same_name(name))

    def create(self, unit: Unit) -> Unit:
        """Create a unit."""
        return self._written("POST", unit)


class Categories(Resource[Category]):
    """Product categories."""

    def list(self, *, name: str | None = None) -> Pages[Category]:
        """List categories; `name` matches beginnings."""
        return self._listed({"Name": name})

    def find(self, name: str) -> Category | None:
        """Find the category of this name, whatever its case."""
        return self._one({"Name": name}, same_name(name))

    def create(self, category: Category) -> Category:
        """Create a category."""
        return self._written("POST", category)


class Brands(Resource[Brand]):
    """Product brands."""

    def list(self, *, name: str | None = None) -> Pages[Brand]:
        """List brands; `name` matches beginnings."""
        return self._listed({"Name": name})

    def find(self, name: str) -> Brand | None:
        """Find the brand of this name, whatever its case."""
        return self._one({"Name": name}, same_name(name))

    def create(self, brand: Brand) -> Brand:
        """Create a brand."""
        return self._written("POST", brand)


class Locations(Resource[Location]):
    """Stock locations."""

    def list(self, *, name: str | None = None, deprecated: bool | None = None) -> Pages[Location]:
        """List locations; `name` matches beginnings."""
        return self._listed({"Name": name, "Deprecated": deprecated})

    def find(self, name: str) -> Location | None:
        """Find the location of this name."""
        return self._one({"Name": name}, same_name(name))
