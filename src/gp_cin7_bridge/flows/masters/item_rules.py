"""Gather what mapping items needs: settings, Cin7's reference books, GP's unit schedules and quantities."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from dynamicsgp_client import Item, ItemType, NotFoundError
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.flows.masters.account_codes import AccountCodes, is_expense, is_inventory
from gp_cin7_bridge.flows.masters.base import FEW_RECORDS
from gp_cin7_bridge.mapping.masters.ownership import Ownership
from gp_cin7_bridge.mapping.masters.product import OWNERSHIP, ItemRules
from gp_cin7_bridge.mapping.masters.scope import Scope
from gp_cin7_bridge.settings.masters import ItemSettings
from gp_cin7_bridge.shelves import Shelf


def item_rules(bridge: Bridge, records: Iterable[Item]) -> ItemRules:
    """Read once what these items need, so that every missing reference is known before the first write."""
    wanted = bridge.settings.items
    try:
        base_units = {each.unit_schedule_id: each.base_unit for each in bridge.gp.unit_schedules.list()}
    except NotFoundError:
        base_units = {}
    codes = AccountCodes.read(bridge, bridge.cin7.accounts.list())
    taxes = [rule for rule in bridge.cin7.tax_rules.list() if rule.is_active is not False] if _taxed(wanted) else []
    return ItemRules(
        categories=wanted.categories,
        default_category=wanted.category,
        units=wanted.units,
        default_unit=wanted.unit,
        base_units=base_units,
        create_categories=wanted.create_categories,
        kits=wanted.kits,
        discontinued=wanted.discontinued,
        on_hand=_on_hand(bridge, records) if wanted.discontinued == "deprecate_when_empty" else {},
        lots_expire=wanted.lots_expire,
        weight_unit=wanted.weight_unit,
        purchase_tax_rule=wanted.purchase_tax_rule,
        sale_tax_rule=wanted.sale_tax_rule,
        locations=wanted.locations,
        inventory_codes=codes.codes_by_index(is_inventory),
        cogs_codes=codes.codes_by_index(is_expense),
        scope=Scope.of(wanted),
        ownership=Ownership({**OWNERSHIP.owners, **wanted.ownership}),
        known_categories=frozenset(each.name for each in bridge.cin7.categories.list()),
        known_units=frozenset(each.name for each in bridge.cin7.units.list()),
        known_purchase_tax_rules=frozenset(rule.name for rule in taxes if rule.is_tax_for_purchase),
        known_sale_tax_rules=frozenset(rule.name for rule in taxes if rule.is_tax_for_sale),
        known_locations=frozenset(each.name for each in bridge.cin7.locations.list()) if wanted.locations else None,
    )


def _taxed(wanted: ItemSettings) -> bool:
    return bool(wanted.purchase_tax_rule or wanted.sale_tax_rule)


def _on_hand(bridge: Bridge, records: Iterable[Item]) -> Mapping[str, Decimal]:
    """Sum up what GP has of discontinued items: few are asked for one by one, many as one list."""
    discontinued = (record.item_number for record in records if record.item_type == ItemType.DISCONTINUED)
    found = Shelf((number, Decimal()) for number in discontinued)
    resource = bridge.gp.item_sites
    lists = [resource.list(item_number=number) for number in found] if len(found) <= FEW_RECORDS else [resource.list()]
    for sites in lists:
        for site in sites:
            # The row without a site is GP's own sum of the others.
            if site.site_id and site.item_number in found:
                found[site.item_number] += site.quantity_on_hand
    return found
