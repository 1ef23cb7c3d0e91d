"""Suppliers."""

from __future__ import annotations

import datetime as dt

from cin7core_client._async.pages import AsyncPages
from cin7core_client._async.resources.base import AsyncCreates, AsyncUpdates
from cin7core_client.models import Supplier


class AsyncSuppliers(AsyncCreates[Supplier], AsyncUpdates[Supplier]):
    """Suppliers with their addresses and contacts; there is no delete, only the status Deprecated."""

    _model, _path = Supplier, "supplier"
    _never_sent = frozenset({"last_modified_on"})

    def list(
        self,
        *,
        name: str | None = None,
        modified_since: dt.datetime | None = None,
        include_deprecated: bool | None = None,
    ) -> AsyncPages[Supplier]:
        """List suppliers; `name` matches beginnings."""
        return self._listed({"Name": name, "ModifiedSince": modified_since, "IncludeDeprecated": include_deprecated})

    async def get(self, supplier_id: str) -> Supplier:
        """Read one supplier; raises NotFoundError."""
        wanted = supplier_id.lower()
        found = await self._one({"ID": wanted, "IncludeDeprecated": True}, lambda each: each.supplier_id == wanted)
        return await self._got(found, supplier_id)

    async def find(self, name: str) -> Supplier | None:
        """Find the supplier of exactly this name, deprecated or not; the first, if there are twins."""
        wanted = name.strip()
        return await self._one(
            {"Name": wanted, "IncludeDeprecated": True}, lambda each: (each.name or "").strip() == wanted
        )
