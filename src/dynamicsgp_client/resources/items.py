"""Items and unit-of-measure schedules."""

from __future__ import annotations

import datetime as dt

from dynamicsgp_client.models import Item, UnitSchedule
from dynamicsgp_client.pages import Pages
from dynamicsgp_client.resources.base import Resource, equals_test, modified_test


class Items(Resource[Item]):
    """Items; the key is the item number."""

    def list(self, *, modified_since: dt.date | None = None, item_class_id: str | None = None) -> Pages[Item]:
        """List items, those changed on that day included."""
        return self._list(
            {**modified_test(modified_since), **equals_test("ItemClassId", "item_class_id", item_class_id)}
        )

    def get(self, item_number: str) -> Item:
        """Read one item; raises NotFoundError."""
        return self._get(item_number)

    def find(self, item_number: str) -> Item | None:
        """Read one item, or None."""
        return self._find(item_number)

    def create(self, item: Item) -> Item:
        """Create an item; raises ConflictError when the number is taken."""
        return self._write("POST", item, item.item_number)

    def update(self, item: Item) -> Item:
        """Write the fields that are set on `item`."""
        return self._write("PATCH", item, item.item_number)


class UnitSchedules(Resource[UnitSchedule]):
    """Unit-of-measure schedules; the key is the schedule id."""

    def list(self) -> Pages[UnitSchedule]:
        """List schedules."""
        return self._list({})

    def get(self, unit_schedule_id: str) -> UnitSchedule:
        """Read one schedule; raises NotFoundError."""
        return self._get(unit_schedule_id)
