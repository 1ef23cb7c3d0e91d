"""Vendors and vendor addresses."""

from __future__ import annotations

import datetime as dt

from dynamicsgp_client.models import Vendor, VendorAddress
from dynamicsgp_client.pages import Pages
from dynamicsgp_client.resources.base import Resource, equal, since


class Vendors(Resource[Vendor]):
    """Vendors; the key is the vendor id."""

    def list(self, *, modified_since: dt.date | None = None, vendor_class_id: str | None = None) -> Pages[Vendor]:
        """List vendors, those changed on that day included."""
        return self._list(since(modified_since), equal("vendor_class_id", vendor_class_id))

    def get(self, vendor_id: str) -> Vendor:
        """Read one vendor; raises NotFoundError."""
        return self._get(vendor_id)

    def find(self, vendor_id: str) -> Vendor | None:
        """Read one vendor, or None."""
        return self._find(vendor_id)

    def create(self, vendor: Vendor) -> Vendor:
        """Create a vendor; raises ConflictError when the id is taken."""
        return self._route.create(vendor)

    def update(self, vendor: Vendor) -> Vendor:
        """Write the fields that are set on `vendor`."""
        return self._route.update(vendor)


class VendorAddresses(Resource[VendorAddress]):
    """Vendor addresses; the key is vendor id and address id."""

    def list(self, *, vendor_id: str | None = None) -> Pages[VendorAddress]:
        """List addresses."""
        return self._list(equal("vendor_id", vendor_id))

    def get(self, vendor_id: str, address_id: str) -> VendorAddress:
        """Read one address; raises NotFoundError."""
        return self._get(vendor_id, address_id)

    def find(self, vendor_id: str, address_id: str) -> VendorAddress | None:
        """Read one address, or None."""
        return self._find(vendor_id, address_id)

    def create(self, address: VendorAddress) -> VendorAddress:
        """Create an address; raises ConflictError when the vendor has one of this id."""
        return self._route.create(address)

    def update(self, address: VendorAddress) -> VendorAddress:
        """Write the fields that are set on `address`."""
        return self._route.update(address)

    def delete(self, vendor_id: str, address_id: str) -> None:
        """Delete an address; GP keeps the primary one."""
        self._route.delete(vendor_id, address_id)
