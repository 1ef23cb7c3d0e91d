"""Suppliers in Cin7 Core: create, find, compare."""

from __future__ import annotations

from typing import Final

from cin7core_client import Cin7Core, Supplier
from gp_cin7_bridge.writes.ensure import Stored


class SupplierRemote:
    """Cin7 Core's suppliers; the GP vendor id that a supplier carries in an attribute is its key.

    Cin7 Core is not known to refuse a second supplier of one name, so an absent one may still be on its way.
    """

    kind: Final = "supplier"
    system: Final = "Cin7 Core"
    enforces_key: Final = False
    gives_keys: Final = False
    read_back: Final = False
    quiet_period: Final = 30.0

    def __init__(self, cin7: Cin7Core, *, attribute: int) -> None:
        self._cin7 = cin7
        self._attribute = f"additional_attribute{attribute}"

    def create(self, document: Supplier) -> Stored[Supplier]:
        """Create it."""
        return self._stored(self._cin7.suppliers.create(document))

    def update(self, document: Supplier) -> Stored[Supplier]:
        """Write it whole."""
        return self._stored(self._cin7.suppliers.update(document))

    def find(self, token: str, document: Supplier, /) -> Stored[Supplier] | None:
        """Find the supplier that carries vendor id `token`, among those of exactly this name."""
        for supplier in self._cin7.suppliers.list(name=document.name or "", include_deprecated=True):
            if supplier.name == document.name and getattr(supplier, self._attribute) == token:
                return self._stored(supplier)
        return None

    def differences(self, document: Supplier, found: Supplier) -> tuple[str, ...]:
        """Compare only who it is: Cin7 Core fills fields of its own."""
        return () if document.name == found.name else ("name",)

    def already_exists(self, error: Exception) -> bool:
        """Tell whether a refusal means that it is there already."""
        return "already exists" in str(error).lower()

    def _stored(self, supplier: Supplier) -> Stored[Supplier]:
        return Stored(supplier.supplier_id or "", getattr(supplier, self._attribute) or "", supplier)
