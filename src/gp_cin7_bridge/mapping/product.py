"""A GP item as a Cin7 Core product."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from attrs import Factory, frozen

from cin7core_client import Product
from dynamicsgp_client import Item, ItemType, TrackingOption
from gp_cin7_bridge.mapping.held import Held
from gp_cin7_bridge.reasons import Reason, reason

SKU_LIMIT: Final = 50
SERVICES: Final = (ItemType.MISC_CHARGES, ItemType.SERVICES, ItemType.FLAT_FEE)
# Cin7 Core knows the FIFO families only; what GP tracks decides which.
COSTING: Final = {TrackingOption.SERIAL: "FIFO - Serial Number", TrackingOption.LOT: "FIFO - Batch"}


@frozen(kw_only=True)
class ItemRules:
    """What mapping an item needs beside the item.

    Attributes:
        categories: GP item class to Cin7 category; a class that is not named keeps its own name.
        default_category: for items without a class, or whose category Cin7 Core does not know.
        units: GP unit to Cin7 unit; one that is not named keeps its own name.
        base_units: unit schedule to its base unit.
        known_categories, known_units: what Cin7 Core has; None is not checked.
    """

    categories: Mapping[str, str] = Factory(dict)
    default_category: str | None = None
    units: Mapping[str, str] = Factory(dict)
    default_unit: str | None = None
    base_units: Mapping[str, str | None] = Factory(dict)
    known_categories: frozenset[str] | None = None
    known_units: frozenset[str] | None = None


def map_item(item: Item, rules: ItemRules) -> Product | Held:
    """Give the product that an item becomes, or every reason against it.

    Kits are not carried: they hold no quantity. Services and charges become service products. Inactive items become
    deprecated; discontinued ones stay active until they are. The SKU is the item number, never changed.
    """
    item_class, unit = item.item_class_id or "", _unit(item, rules)
    category = _known(rules.categories.get(item_class, item_class), rules.known_categories) or rules.default_category
    uom = _known(rules.units.get(unit, unit), rules.known_units) or rules.default_unit
    reasons: list[Reason] = []
    if item.item_type == ItemType.KIT:
        reasons.append(reason("item_kit", item=item.item_number))
    if len(item.item_number) > SKU_LIMIT:
        reasons.append(
            reason(
                "text_too_long",
                field="item_number",
                document=item.item_number,
                length=len(item.item_number),
                system="Cin7 Core",
                limit=SKU_LIMIT,
            )
        )
    for kind, field, value, wanted in (
        ("category", "item_class_id", category, item_class),
        ("unit", "unit_schedule_id", uom, unit),
    ):
        if not value:
            reasons.append(
                reason(
                    "reference_missing", kind=kind, name=wanted or "(not set)", field=field, document=item.item_number
                )
            )
    if reasons:
        return Held(item.item_number, tuple(reasons))
    return Product(
        sku=item.item_number,
        name=(item.item_description or "").strip() or item.item_number,
        category=category,
        type="Service" if item.item_type in SERVICES else "Stock",
        costing_method=COSTING.get(item.tracking_option, "FIFO"),
        uom=uom,
        status="Deprecated" if item.inactive else "Active",
        price_tier1=Decimal(0),
    )


def _unit(item: Item, rules: ItemRules) -> str:
    return rules.base_units.get(item.unit_schedule_id or "") or item.purchasing_unit or item.selling_unit or ""


def _known(name: str, known: frozenset[str] | None) -> str | None:
    """Find a name among those that Cin7 Core has, whatever its case."""
    if known is None:
        return name or None
    return next((each for each in known if each.casefold() == name.strip().casefold()), None)
