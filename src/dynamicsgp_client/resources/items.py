"""Items and unit-of-measure schedules."""

from __future__ import annotations

import datetime as dt

from dynamicsgp_client.models import Item, ItemSite, ItemVendor, Site, UnitSchedule
from dynamicsgp_client.pages import Pages
from dynamicsgp_client.resources.base import Resource, equal, since


class Items(Resource[Item]):
    """Items; the key is the item number."""

    def list(self, *, modified_since: dt.date | None = None, item_class_id: str | None = None) -> Pages[Item]:
        """List items, those changed on that day included."""
        return self._list(since(modified_since), equal("item_class_id", item_class_id))

    def get(self, item_number: str) -> Item:
        """Read one item; raises NotFoundError."""
        return self._get(item_number)

    def find(self, item_number: str) -> Item | None:
        """Read one item, or None."""
        return self._find(item_number)

    def create(self, item: Item) -> Item:
        """Create an item; raises ConflictError when the number is taken."""
        return self._route.create(item)

    def update(self, item: Item) -> Item:
        """Write the fields that are set on `item`."""
        return self._route.update(item)


class UnitSchedules(Resource[UnitSchedule]):
    """Unit-of-measure schedules; the key is the schedule id."""

    def list(self) -> Pages[UnitSchedule]:
        """List schedules."""
        return self._list()

    def get(self, unit_schedule_id: str) -> UnitSchedule:
        """Read one schedule; raises NotFoundError."""
        return self._get(unit_schedule_id)


class ItemVendors(Resource[ItemVendor]):
    """What vendors call items; the key is item number and vendor id."""

    def list(self, *, item_number: str | None = None, vendor_id: str | None = None) -> Pages[ItemVendor]:
        """List items at vendors."""
        return self._list(equal("item_number", item_number), equal("vendor_id", vendor_id))

    def get(self, item_number: str, vendor_id: str) -> ItemVendor:
        """Read one; raises NotFoundError."""
        return self._get(item_number, vendor_id)

    def find(self, item_number: str, vendor_id: str) -> ItemVendor | None:
        """Read one, or None."""
        return self._find(item_number, vendor_id)


class ItemSites(Resource[ItemSite]):
    """Items at sites, over SBA; the key is item number and site id."""

    def list(self, *, item_number: str | None = None) -> Pages[ItemSite]:
        """List items at sites."""
        return self._list(equal("item_number", item_number))

    def get(self, item_number: str, site_id: str) -> ItemSite:
        """Read one; raises NotFoundError."""
        return self._get(item_number, site_id)


class Sites(Resource[Site]):
    """Sites; the key is the site id."""

    def list(self) -> Pages[Site]:
        """List sites."""
        return self._list()

    def get(self, site_id: str) -> Site:
        """Read one site; raises NotFoundError."""
        return self._get(site_id)
