"""Products, their files, their suppliers, their stock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Final

from cin7core_client._async.calls import AsyncCalls
from cin7core_client._async.pages import AsyncPages
from cin7core_client._async.resources.base import AsyncCreates, AsyncResource, AsyncUpdates, rows_of, wire_form
from cin7core_client.errors import NotAppliedError
from cin7core_client.models import Attachment, Product, ProductAvailability, ProductSupplier
from cin7core_client.request import as_read

# What a read gives filled only when it is asked for: without its flag it is there and empty, whatever the data.
NESTED: Final[Mapping[str, tuple[str, ...]]] = {
    "IncludeBOM": ("BillOfMaterialsProducts", "BillOfMaterialsServices"),
    "IncludeSuppliers": ("Suppliers",),
    "IncludeMovements": ("Movements",),
    "IncludeAttachments": ("Attachments",),
    "IncludeReorderLevels": ("ReorderLevels",),
    "IncludeCustomPrices": ("CustomPrices",),
}
ALL_NESTED: Final = frozenset(name for names in NESTED.values() for name in names)


class AsyncProductAttachments(AsyncResource[Attachment]):
    """Files at a product."""

    _model, _path = Attachment, "product/attachments"

    def list(self, product_id: str) -> AsyncPages[Attachment]:
        """List the files of a product."""
        return self._listed({"ProductID": product_id})

    async def create(self, product_id: str, attachment: Attachment) -> Sequence[Attachment]:
        """Add a file by its `content` (base64) or `file_download_url`, and give the files that are there now."""
        body = {"ProductID": product_id, **wire_form(attachment)}
        return self._left(await self._calls.call("POST", self._path, body=body))

    async def delete(self, attachment_id: str) -> Sequence[Attachment]:
        """Delete a file and give the files that are left."""
        return self._left(await self._calls.call("DELETE", self._path, params={"ID": attachment_id}))

    def _left(self, answer: object) -> Sequence[Attachment]:
        rows = [answer] if isinstance(answer, Mapping) else rows_of(answer, "", self._path, write=True)[0]
        return tuple(self._parsed(row, write=True) for row in rows)


class AsyncProducts(AsyncCreates[Product], AsyncUpdates[Product]):
    """Products; there is no delete, only the status Deprecated.

    Nested rows are read with an `include_…` only; without it the field is not set, so that `update` does not wipe what
    was not read. `update` never sends suppliers (the service refuses them; see `product_suppliers`), movements, files.
    """

    _model, _path = Product, "product"
    _never_sent = frozenset(
        {"suppliers", "movements", "attachments", "average_cost", "bom_type", "last_modified_on", "created_date"}
    )

    def __init__(self, calls: AsyncCalls) -> None:
        super().__init__(calls)
        self.attachments: AsyncProductAttachments = AsyncProductAttachments(calls)

    def list(
        self,
        *,
        sku: str | None = None,
        name: str | None = None,
        modified_since: dt.datetime | None = None,
        include_deprecated: bool | None = None,
        include_bom: bool | None = None,
        include_suppliers: bool | None = None,
        include_movements: bool | None = None,
        include_attachments: bool | None = None,
        include_reorder_levels: bool | None = None,
        include_custom_prices: bool | None = None,
    ) -> AsyncPages[Product]:
        """List products; `sku` and `name` match parts."""
        return self._listed(
            {
                "Sku": sku,
                "Name": name,
                "ModifiedSince": modified_since,
                "IncludeDeprecated": include_deprecated,
                "IncludeBOM": include_bom,
                "IncludeSuppliers": include_suppliers,
                "IncludeMovements": include_movements,
                "IncludeAttachments": include_attachments,
                "IncludeReorderLevels": include_reorder_levels,
                "IncludeCustomPrices": include_custom_prices,
            }
        )

    async def get(self, product_id: str) -> Product:
        """Read one product with all its nested rows but movements and customers' prices; raises NotFoundError."""
        wanted = product_id.lower()
        found = await self._one({"ID": wanted, **_WHOLE}, lambda each: each.product_id == wanted)
        return await self._got(found, product_id)

    async def find(self, sku: str) -> Product | None:
        """Find the product of exactly this SKU, deprecated or not, without nested rows."""
        wanted = sku.strip()
        return await self._one(
            {"Sku": wanted, "IncludeDeprecated": True}, lambda each: (each.sku or "").strip() == wanted
        )

    def _parsed(self, value: object, *, write: bool = False) -> Product:
        # An empty array says nothing, since it is there without its flag too: then the field is not set.
        if isinstance(value, dict) and (empty := [name for name in ALL_NESTED if name in value and not value[name]]):
            value = value.copy()
            for name in empty:
                del value[name]
        return super()._parsed(value, write=write)


_WHOLE: Final = {
    "IncludeDeprecated": True,
    "IncludeBOM": True,
    "IncludeSuppliers": True,
    "IncludeAttachments": True,
    "IncludeReorderLevels": True,
}


class AsyncProductSuppliers(AsyncResource[ProductSupplier]):
    """Which suppliers sell a product, at which prices and lead times.

    Reading answered 405 on one account though it is documented; `products.get` shows the same rows.
    """

    _model, _path = ProductSupplier, "product-suppliers"

    def list(self, product_id: str) -> AsyncPages[ProductSupplier]:
        """List the suppliers of a product."""
        return self._listed({"ProductID": product_id})

    async def create(self, *product_suppliers: ProductSupplier) -> None:
        """Add suppliers to products."""
        await self._saved("POST", product_suppliers)

    async def update(self, *product_suppliers: ProductSupplier) -> None:
        """Change suppliers of products; each needs its `product_supplier_id` and exactly one default option."""
        await self._saved("PUT", product_suppliers)

    async def delete(self, product_id: str, supplier_id: str) -> None:
        """Take a supplier away from a product."""
        await self._deleted({"ProductID": product_id, "SupplierID": supplier_id})

    async def _saved(self, method: str, rows: Sequence[ProductSupplier]) -> None:
        # The service refuses nulls here ("Nullable object must have a value").
        body = {"ProductSuppliers": [_without_nulls(wire_form(row)) for row in rows]}
        answer = await self._calls.call(method, self._path, body=body)
        if not isinstance(answer, Mapping) or answer.get("Success") is not True:
            raise NotAppliedError(
                f"{method} {self._path}: Cin7 Core did not say that it succeeded", body=as_read(answer)
            )


def _without_nulls(value: object) -> object:
    if isinstance(value, Mapping):
        # A null location is what makes an option the default one.
        return {name: _without_nulls(each) for name, each in value.items() if each is not None or name == "LocationID"}
    if isinstance(value, (list, tuple)):
        return [_without_nulls(each) for each in value]
    return value


class AsyncProductAvailabilities(AsyncResource[ProductAvailability]):
    """Stock by product, location, bin and batch, read only."""

    _model, _path = ProductAvailability, "ref/productavailability"

    def list(
        self,
        *,
        product_id: str | None = None,
        sku: str | None = None,
        name: str | None = None,
        location: str | None = None,
        batch: str | None = None,
        category: str | None = None,
    ) -> AsyncPages[ProductAvailability]:
        """List stock; `name` matches beginnings, `sku` exactly."""
        return self._listed(
            {
                "ID": product_id,
                "Sku": sku,
                "Name": name,
                "Location": location,
                "Batch": batch,
                "Category": category,
            }
        )
