"""GP items become Cin7 Core products."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from cin7core_client import Product
from dynamicsgp_client import Item, NotFoundError
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.flows.account_codes import AccountCodes, is_expense, is_inventory
from gp_cin7_bridge.flows.masters import Masters
from gp_cin7_bridge.mapping.held import Held
from gp_cin7_bridge.mapping.product import ItemRules, map_item
from gp_cin7_bridge.plan import Flow
from gp_cin7_bridge.reasons import Reason


class Items(Masters[Item, Product]):
    """The flow of items."""

    flow: Flow = "items"
    entity = "item"

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

    def prepare(self, records: list[Item]) -> None:
        """Read the reference books that products name."""
        self._rules = item_rules(self.bridge) if records else ItemRules()

    def mapped(self, record: Item, *, linked: bool) -> Product | Held:  # noqa: ARG002 — vendors need it
        """Map one item."""
        return map_item(record, self._rules)

    def load_targets(self) -> None:
        """Read all products once, deprecated ones too."""
        self._by_id: dict[str, Product] = {}
        self._by_sku: dict[str, Product] = {}
        for product in self.bridge.cin7.products.list(include_deprecated=True):
            self._by_id[product.product_id or ""] = product
            self._by_sku[(product.sku or "").strip()] = product

    def target_by_id(self, cin7_id: str) -> Product | None:
        """Find the linked product."""
        return self._by_id.get(cin7_id)

    def match(self, _record: Item, draft: Product, /) -> Product | Reason | None:
        """Match by SKU, which Cin7 Core keeps unique."""
        return self._by_sku.get((draft.sku or "").strip())

    def merged(self, existing: Product, draft: Product) -> Product:
        """Lay GP's fields over the product; its type and its prices stay Cin7 Core's."""
        kept = {"type", *(f"price_tier{tier}" for tier in range(1, 11)), "costing_method"}
        return existing.replace(**{name: getattr(draft, name) for name in draft.model_fields_set - kept})

    def deprecated(self, existing: Product) -> Product:
        """Give the product as it is once GP has no more of it."""
        return existing.replace(status="Deprecated")

    def id_of(self, target: Product) -> str:
        """Give its id."""
        return target.product_id or ""

    def name_of(self, draft: Product) -> str:
        """Give its name."""
        return draft.name or ""

    def target_key(self, draft: Product) -> str:
        """Name the product."""
        return draft.sku or ""


def item_rules(bridge: Bridge) -> ItemRules:
    """Gather what mapping items needs: settings, Cin7's reference books, GP's unit schedules."""
    wanted = bridge.settings.items
    categories = {each.name for each in bridge.cin7.categories.list()}
    units = {each.name for each in bridge.cin7.units.list()}
    try:
        base_units = {each.unit_schedule_id: each.base_unit for each in bridge.gp.unit_schedules.list()}
    except NotFoundError:
        base_units = {}
    codes = AccountCodes.read(bridge, bridge.cin7.accounts.list())
    return ItemRules(
        categories=wanted.categories,
        default_category=wanted.category,
        units=wanted.units,
        default_unit=wanted.unit,
        base_units=base_units,
        inventory_codes=codes.codes_by_index(is_inventory),
        cogs_codes=codes.codes_by_index(is_expense),
        known_categories=frozenset(categories),
        known_units=frozenset(units),
    )
