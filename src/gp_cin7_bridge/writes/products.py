"""Products in Cin7 Core: create, find, compare."""

from __future__ import annotations

from typing import Final

from cin7core_client import Cin7Core, Product


class ProductRemote:
    """Cin7 Core's products; the SKU is their key and Cin7 Core keeps it unique."""

    kind: Final = "product"
    system: Final = "Cin7 Core"
    enforces_key: Final = True
    quiet_period: Final = 0.0

    def __init__(self, cin7: Cin7Core) -> None:
        self._cin7 = cin7

    def create(self, document: Product) -> str:
        """Create it; gives its ID."""
        return self._cin7.products.create(document).product_id or ""

    def update(self, document: Product) -> str:
        """Write it whole; gives its ID."""
        return self._cin7.products.update(document).product_id or ""

    def find(self, token: str, document: Product) -> tuple[str, Product] | None:
        """Find the product of exactly this SKU."""
        product = self._cin7.products.find(token)
        return None if product is None else (product.product_id or "", product)

    def differences(self, document: Product, found: Product) -> tuple[str, ...]:
        """Compare only who it is: Cin7 Core fills fields of its own."""
        return () if document.sku == found.sku else ("sku",)

    def already_exists(self, error: Exception) -> bool:
        """Tell whether a refusal means that it is there already."""
        return "already exists" in str(error).lower()
