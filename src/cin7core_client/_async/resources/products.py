"""Products."""

from __future__ import annotations

import datetime as dt

from cin7core_client._async.pages import AsyncPages
from cin7core_client._async.resources.base import AsyncResource
from cin7core_client.models import Product


class AsyncProducts(AsyncResource[Product]):
    """Products; there is no delete, only the status Deprecated."""

    def list(
        self,
        *,
        sku: str | None = None,
        name: str | None = None,
        modified_since: dt.datetime | None = None,
        include_deprecated: bool | None = None,
    ) -> AsyncPages[Product]:
        """List products; `sku` and `name` match beginnings."""
        return self._listed(
            {"Sku": sku, "Name": name, "ModifiedSince": modified_since, "IncludeDeprecated": include_deprecated}
        )

    async def get(self, product_id: str) -> Product:
        """Read one product; raises NotFoundError."""
        wanted = product_id.lower()
        found = await self._one({"ID": wanted, "IncludeDeprecated": True}, lambda each: each.product_id == wanted)
        return await self._got(found, product_id)

    async def find(self, sku: str) -> Product | None:
        """Find the product of exactly this SKU, deprecated or not."""
        wanted = sku.strip()
        return await self._one(
            {"Sku": wanted, "IncludeDeprecated": True}, lambda each: (each.sku or "").strip() == wanted
        )

    async def create(self, product: Product) -> Product:
        """Create a product and give it with its id; raises ConflictError when the SKU is taken."""
        return await self._written("POST", product)

    async def update(self, product: Product) -> Product:
        """Write a product whole; what is not set may be cleared, so start from what `get` gave."""
        return await self._written("PUT", product)
