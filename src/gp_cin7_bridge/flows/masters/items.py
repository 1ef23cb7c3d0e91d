"""GP items become Cin7 Core products."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Final

from attrs import evolve

from cin7core_client import Product, ProductStatus
from dynamicsgp_client import Item
from gp_cin7_bridge.flows.masters.base import Masters, renamed_twice
from gp_cin7_bridge.flows.masters.item_rules import item_rules
from gp_cin7_bridge.mapping.held import Held
from gp_cin7_bridge.mapping.masters.ownership import Ownership
from gp_cin7_bridge.mapping.masters.product import item_warnings, map_item, other_valuation
from gp_cin7_bridge.plan import Flow
from gp_cin7_bridge.reasons import Reason, reason
from gp_cin7_bridge.shelves import Shelf
from gp_cin7_bridge.state import Link

# The detail of a link that tells GP's method of valuation, where it is another than Cin7 Core's.
VALUED: Final = "valuation"


class Items(Masters[Item, Product]):
    """The flow of items."""

    flow: Flow = "items"
    entity = "item"
    watched: frozenset[str] = frozenset({"costing_method"})

    def changed_since(self, day: dt.date | None) -> Iterable[Item]:
        """List GP items changed on or after `day`."""
        return self.bridge.gp.items.list(modified_since=day) if day else self.bridge.gp.items.list()

    def source(self, key: str) -> Item | None:
        """Read one GP item."""
        return self.bridge.gp.items.find(key)

    def key_of(self, record: Item) -> str:
        """Name the GP item."""
        return record.item_number

    def modified_of(self, record: Item) -> dt.date | None:
        """Tell when GP changed the item."""
        return record.modified_date

    def prepare(self, records: Iterable[Item], links: Iterable[Link]) -> Ownership:  # noqa: ARG002 — vendors need it
        """Read the reference books that products name."""
        self._rules = item_rules(self.bridge, records)
        self._followed = evolve(self._rules, scope=evolve(self._rules.scope, inactive=True))
        return self._rules.ownership

    def mapped(self, record: Item, link: Link | None) -> Product | Held:
        """Map one item; one that was carried is followed when it becomes inactive."""
        return map_item(record, self._followed if link else self._rules)

    def load_targets(self) -> None:
        """Read all products once, deprecated ones too."""
        self._by_id: Shelf[Product] = Shelf()
        self._ids_by_sku: Shelf[str] = Shelf()
        for product in self.bridge.cin7.products.list(include_deprecated=True):
            self._by_id[product.product_id or ""] = product
            self._ids_by_sku[(product.sku or "").strip()] = product.product_id or ""

    def target_by_id(self, cin7_id: str) -> Product | None:
        """Find the linked product."""
        return self._by_id.get(cin7_id)

    def match(self, _record: Item, draft: Product, /) -> Product | Reason | None:
        """Match by SKU, which Cin7 Core keeps unique."""
        found = self._ids_by_sku.get((draft.sku or "").strip())
        return None if found is None else self._by_id[found]

    def merged(self, existing: Product, draft: Product, carried: Mapping[str, object]) -> Product:  # noqa: ARG002
        """Lay GP's fields over the product; a product has no rows that could pile up."""
        return existing.replace(**self._rules.ownership.on_update(draft))

    def conflict(self, existing: Product, draft: Product, carried: Mapping[str, object]) -> Reason | None:
        """Hold what is tracked in another way now, and what was renamed on both sides."""
        key = draft.sku or ""
        before = carried.get("costing_method", draft.costing_method)
        if before != draft.costing_method:
            return reason("tracking_changed", document=key, before=before, after=draft.costing_method)
        if self._rules.ownership.owner("name") != "gp":
            return None
        return renamed_twice(key, there=existing.name, wanted=draft.name, carried=carried.get("name"))

    def details(self, draft: Product) -> dict[str, object]:
        """Remember name and costing method."""
        return {"name": draft.name, "costing_method": draft.costing_method}

    def standing(self, record: Item) -> dict[str, object]:
        """Remember how GP values what it values otherwise than Cin7 Core."""
        method = other_valuation(record)
        return {VALUED: method} if method else {}

    def warnings(self, record: Item, draft: Product) -> tuple[Reason, ...]:
        """Tell of other valuations and units than Cin7 Core's, and of a category that comes with the product."""
        warnings = item_warnings(record, self._rules.base_units.get(record.unit_schedule_id or ""))
        if draft.category in (self._rules.known_categories or ()):
            return warnings
        return (*warnings, reason("category_created", category=draft.category))

    def deprecated(self, existing: Product) -> Product:
        """Give the product as it is once GP has no more of it."""
        return existing.replace(status=ProductStatus.DEPRECATED)

    def id_of(self, target: Product) -> str:
        """Give its id."""
        return target.product_id or ""

    def name_of(self, draft: Product) -> str:
        """Give its name."""
        return draft.name or ""

    def target_key(self, draft: Product) -> str:
        """Name the product."""
        return draft.sku or ""
