"""Products."""

from __future__ import annotations

import datetime as dt

from cin7core_client._sync.pages import Pages
from cin7core_client._sync.resources.base import Resource
from cin7core_client.models import Product


class Products(Resource[Product]):
    """Products; there is no delete, only the status Deprecated."""

    def list(
        self,
        *,
        sku: str | None = None,
        name: str | None = None,
        modified_since: dt.datetime | None = None,
        include_deprecated: bool | None = None,
    ) -> Pages[Product]:
        """List products; `sku` and `name` match beginnings."""
        return self._listed(
            {"Sku": sku, "Name": name, "ModifiedSince": modified_since, "IncludeDeprecated": include_deprecated}
        )

    def get(self, product_id: str) -> Product:
        """Read one product; raises NotFoundError."""
        wanted = product_id.lower()
        found = self._one({"ID": wanted, "IncludeDeprecated": True}, lambda each: each.product_id == wanted)
        return self._got(found, product_id)

    def find(self, sku: str) -> Product | None:
        """Find the product of exactly this SKU, deprecated or not."""
        wanted = sku.strip()
        return self._one({"Sku": wanted, "IncludeDeprecated": True}, lambda each: (each.sku or "").strip() == wanted)

    def create(self, product: Product) -> Product:
        """Create a product and give it with its id; raises ConflictError when the SKU is taken."""
        return self._written("POST", product)

    def update(self, product: Product) -> Product:
        """Write a product whole; what is not set may be cleared, so start from what `get` gave."""
        return self._written("PUT", product)
