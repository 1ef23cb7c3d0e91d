"""The rules for receivings, put together from settings, links and GP's items, units and sites."""

from __future__ import annotations

from collections.abc import Iterable

from cin7core_client import Purchase
from dynamicsgp_client import Item, NotFoundError
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.mapping.bills.rules import BillRules
from gp_cin7_bridge.mapping.receipts.receiving import ReceivingRules
from gp_cin7_bridge.mapping.receipts.valuation import product_of

# So many items are asked for one by one; beyond, the whole list is cheaper.
FEW = 20


def receiving_rules(bridge: Bridge, bills: BillRules, purchases: Iterable[Purchase]) -> ReceivingRules:
    """Put settings and what GP says together for these purchases."""
    receipts = bridge.settings.receipts
    linked = {link.cin7_id: link.gp_key for link in bridge.state.links("item")}
    lines = [line for each in purchases for receipt in each.receipts for line in receipt.lines]
    wanted = {linked.get(product_of(line), line.sku or "") for line in lines} - {""}
    return ReceivingRules(
        bills=bills,
        items=_items(bridge, wanted),
        item_numbers=linked,
        units={**_base_units(bridge), **receipts.units},
        sites=receipts.sites,
        site_ids=_sites(bridge),
    )


def _items(bridge: Bridge, numbers: set[str]) -> dict[str, Item]:
    if len(numbers) > FEW:
        return {each.item_number: each for each in bridge.gp.items.list()}
    found = (bridge.gp.items.find(number) for number in sorted(numbers))
    return {each.item_number: each for each in found if each is not None}


def _base_units(bridge: Bridge) -> dict[str, str]:
    try:
        return {each.unit_schedule_id: each.base_unit for each in bridge.gp.unit_schedules.list() if each.base_unit}
    except NotFoundError:
        return {}


def _sites(bridge: Bridge) -> frozenset[str] | None:
    try:
        return frozenset(each.site_id for each in bridge.gp.sites.list())
    except NotFoundError:
        return None
