"""Suppliers."""

from __future__ import annotations

import datetime as dt

from cin7core_client._sync.pages import Pages
from cin7core_client._sync.resources.base import Resource
from cin7core_client.models import Supplier


class Suppliers(Resource[Supplier]):
    """Suppliers; there is no delete, only the status Deprecated."""

    def list(
        self,
        *,
        name: str | None = None,
        modified_since: dt.datetime | None = None,
        include_deprecated: bool | None = None,
    ) -> Pages[Supplier]:
        """List suppliers; `name` matches beginnings."""
        return self._listed({"Name": name, "ModifiedSince": modified_since, "IncludeDeprecated": include_deprecated})

    def get(self, supplier_id: str) -> Supplier:
        """Read one supplier; raises NotFoundError."""
        wanted = supplier_id.lower()
        found = self._one({"ID": wanted, "IncludeDeprecated": True}, lambda each: each.supplier_id == wanted)
        return self._got(found, supplier_id)

    def find(self, name: str) -> Supplier | None:
        """Find the supplier of exactly this name, deprecated or not; the first, if there are twins."""
        wanted = name.strip()
        return self._one({"Name": wanted, "IncludeDeprecated": True}, lambda each: (each.name or "").strip() == wanted)

    def create(self, supplier: Supplier) -> Supplier:
        """Create a supplier and give it with its id. A lost answer leaves open whether it exists: look first."""
        return self._written("POST", supplier)

    def update(self, supplier: Supplier) -> Supplier:
        """Write a supplier whole; what is not set may be cleared, so start from what `get` gave."""
        return self._written("PUT", supplier)
