"""Products in Cin7 Core: create, find, compare."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Final

from cin7core_client import Category, Cin7Core, ConflictError, Product
from gp_cin7_bridge.writes.ensure import Stored


class ProductRemote:
    """Cin7 Core's products; the SKU is their key and Cin7 Core keeps it unique.

    Args:
        cin7: the client.
        created_category: told of each category that was created for a product.
    """

    kind: Final = "product"
    system: Final = "Cin7 Core"
    enforces_key: Final = True
    gives_keys: Final = False
    read_back: Final = False
    quiet_period: Final = 30.0

    def __init__(self, cin7: Cin7Core, *, created_category: Callable[[str], None] = lambda _: None) -> None:
        self._cin7 = cin7
        self._created_category = created_category

    @cached_property
    def _categories(self) -> set[str]:
        return {each.name.casefold() for each in self._cin7.categories.list()}

    def _with_category(self, name: str) -> None:
        """Create the category that a product needs, unless it is there; Cin7 Core does not do it by itself."""
        if name and name.casefold() not in self._categories:
            if self._cin7.categories.find(name) is None:
                self._cin7.categories.create(Category(name=name))
                self._created_category(name)
            self._categories.add(name.casefold())

    def create(self, document: Product) -> Stored[Product]:
        """Create it, and its category before it."""
        self._with_category(document.category or "")
        return _stored(self._cin7.products.create(document))

    def update(self, document: Product) -> Stored[Product]:
        """Write it whole, and its category before it."""
        self._with_category(document.category or "")
        return _stored(self._cin7.products.update(document))

    def find(self, token: str, _document: Product, /) -> Stored[Product] | None:
        """Find the product of exactly this SKU."""
        product = self._cin7.products.find(token)
        return None if product is None else _stored(product)

    def differences(self, document: Product, found: Product) -> tuple[str, ...]:
        """Compare only who it is: Cin7 Core fills fields of its own."""
        return () if document.sku == found.sku else ("sku",)

    def already_exists(self, error: Exception) -> bool:
        """Tell whether a refusal means that the SKU is taken."""
        return isinstance(error, ConflictError)


def _stored(product: Product) -> Stored[Product]:
    return Stored(product.product_id or "", product.sku or "", product)
