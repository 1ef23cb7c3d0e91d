"""Suppliers."""

from __future__ import annotations

import datetime as dt

from cin7core_client._sync.pages import Pages
from cin7core_client._sync.resources.base import Creates, Updates
from cin7core_client.models import Supplier


class Suppliers(Creates[Supplier], Updates[Supplier]):
    """Suppliers with their addresses and contacts; there is no delete, only the status Deprecated."""

    _model, _path = Supplier, "supplier"
    _never_sent = frozenset({"last_modified_on"})

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
