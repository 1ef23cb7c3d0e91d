"""Products in Cin7 Core: create, find, compare."""

from __future__ import annotations

from typing import Final

from cin7core_client import Cin7Core, ConflictError, Product
from gp_cin7_bridge.writes.ensure import Stored


class ProductRemote:
    """Cin7 Core's products; the SKU is their key and Cin7 Core keeps it unique."""

    kind: Final = "product"
    system: Final = "Cin7 Core"
    enforces_key: Final = True
    gives_keys: Final = False
    read_back: Final = False
    quiet_period: Final = 30.0

    def __init__(self, cin7: Cin7Core) -> None:
        self._cin7 = cin7

    def create(self, document: Product) -> Stored[Product]:
        """Create it."""
        return _stored(self._cin7.products.create(document))

    def update(self, document: Product) -> Stored[Product]:
        """Write it whole."""
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
