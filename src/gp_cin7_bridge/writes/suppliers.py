"""Suppliers in Cin7 Core: create, find, compare."""

from __future__ import annotations

from typing import Final

from cin7core_client import Cin7Core, Supplier

# Cin7 Core is not known to refuse a second supplier of one name, so an absent one may still be on its way.
QUIET_SECONDS: Final = 30.0


class SupplierRemote:
    """Cin7 Core's suppliers; the GP vendor id that a supplier carries in an attribute is its key."""

    kind: Final = "supplier"
    system: Final = "Cin7 Core"
    enforces_key: Final = False
    quiet_period: Final = QUIET_SECONDS

    def __init__(self, cin7: Cin7Core, *, attribute: int) -> None:
        self._cin7 = cin7
        self._attribute = f"additional_attribute{attribute}"

    def create(self, document: Supplier) -> str:
        """Create it; gives its ID."""
        return self._cin7.suppliers.create(document).supplier_id or ""

    def update(self, document: Supplier) -> str:
        """Write it whole; gives its ID."""
        return self._cin7.suppliers.update(document).supplier_id or ""

    def find(self, token: str, document: Supplier) -> tuple[str, Supplier] | None:
        """Find the supplier that carries vendor id `token`, among those of exactly this name."""
        for supplier in self._cin7.suppliers.list(name=document.name or "", include_deprecated=True):
            if supplier.name == document.name and getattr(supplier, self._attribute) == token:
                return supplier.supplier_id or "", supplier
        return None

    def differences(self, document: Supplier, found: Supplier) -> tuple[str, ...]:
        """Compare only who it is: Cin7 Core fills fields of its own."""
        return () if document.name == found.name else ("name",)

    def already_exists(self, error: Exception) -> bool:
        """Tell whether a refusal means that it is there already."""
        return "already exists" in str(error).lower()
