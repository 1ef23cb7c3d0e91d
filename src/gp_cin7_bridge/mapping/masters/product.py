"""A GP item as a Cin7 Core product."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final, Literal

from attrs import Factory, frozen

from cin7core_client import Product, ProductStatus
from dynamicsgp_client import Item, ItemType, TrackingOption
from gp_cin7_bridge.mapping.held import Held
from gp_cin7_bridge.mapping.masters.ownership import Ownership
from gp_cin7_bridge.mapping.masters.scope import Scope
from gp_cin7_bridge.mapping.text import folded
from gp_cin7_bridge.reasons import Reason, reason

SKU_LIMIT: Final = 50
SERVICES: Final = (ItemType.MISC_CHARGES, ItemType.SERVICES, ItemType.FLAT_FEE)
# What a person changes in Cin7 Core stays: prices, weights and texts are filled once, on create.
OWNERSHIP: Final = Ownership(
    {
        "type": "cin7",
        "costing_method": "cin7",
        "price_tier1": "cin7",
        "short_description": "cin7",
        "weight": "cin7",
        "weight_units": "cin7",
        "purchase_tax_rule": "cin7",
        "sale_tax_rule": "cin7",
        "default_location": "cin7",
    }
)
HUNDREDTHS: Final = Decimal("0.01")
# IV00101.VCTNMTHD
VALUATION: Final = {2: "LIFO perpetual", 3: "average perpetual", 5: "LIFO periodic"}
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
        create_categories: a class whose category Cin7 Core lacks gets it; else the default category is taken.
        kits: pass them over, because they hold no quantity in GP, or carry them as stock products.
        discontinued: they stay active, or are deprecated once nothing is on hand.
        on_hand: item number to GP's quantity over all sites, for discontinued items.
        lots_expire: lots are issued by expiry date instead of by arrival.
        weight_unit: Cin7's word for GP's unit of weight, which GP does not name; None carries no weights.
        purchase_tax_rule, sale_tax_rule: Cin7 tax rules of new products.
        locations: GP site to the Cin7 location that a new product gets as its default.
        inventory_codes, cogs_codes: GP account index to the Cin7 code that a stock product gets: the account map
            backwards.
        scope: which items are carried.
        ownership: which fields GP overwrites.
        known_categories, known_units, known_purchase_tax_rules, known_sale_tax_rules, known_locations: what Cin7 Core
            has; None is not checked.
    """

    categories: Mapping[str, str] = Factory(dict)
    default_category: str | None = None
    units: Mapping[str, str] = Factory(dict)
    default_unit: str | None = None
    base_units: Mapping[str, str | None] = Factory(dict)
    create_categories: bool = True
    kits: Literal["skip", "stock"] = "skip"
    discontinued: Literal["active", "deprecate_when_empty"] = "active"
    on_hand: Mapping[str, Decimal] = Factory(dict)
    lots_expire: bool = False
    weight_unit: str | None = None
    purchase_tax_rule: str | None = None
    sale_tax_rule: str | None = None
    locations: Mapping[str, str] = Factory(dict)
    inventory_codes: Mapping[int, str] = Factory(dict)
    cogs_codes: Mapping[int, str] = Factory(dict)
    scope: Scope = Factory(Scope)
    ownership: Ownership = OWNERSHIP
    known_categories: frozenset[str] | None = None
    known_units: frozenset[str] | None = None
    known_purchase_tax_rules: frozenset[str] | None = None
    known_sale_tax_rules: frozenset[str] | None = None
    known_locations: frozenset[str] | None = None


def map_item(item: Item, rules: ItemRules) -> Product | Held:
    """Give the product that an item becomes, or every reason against it.

    Kits are passed over unless the rules say otherwise. Services and charges become service products. Inactive items
    become deprecated. The SKU is the item number, never changed.
    """
    if outside := rules.scope.against(item.item_number, item.item_class_id, inactive=bool(item.inactive)):
        return Held(item.item_number, outside)
    unit = _unit(item, rules)
    category = category_of(item, rules)
    uom = _known(rules.units.get(unit, unit), rules.known_units) or _known(rules.default_unit or "", rules.known_units)
    location = rules.locations.get(item.site_id or "")
    if reasons := _problems(item, rules, category, uom, unit):
        return Held(item.item_number, tuple(reasons))
    draft = Product.model_validate(
        {
            "sku": item.item_number,
            "name": (item.item_description or "").strip() or item.item_number,
            "category": category,
            "type": "Service" if item.item_type in SERVICES else "Stock",
            "costing_method": costing_method(item, lots_expire=rules.lots_expire),
            "uom": uom,
            "status": ProductStatus.DEPRECATED if _is_over(item, rules) else ProductStatus.ACTIVE,
            "price_tier1": Decimal(0),
            **({"short_description": item.generic_description} if item.generic_description else {}),
            **({"purchase_tax_rule": rules.purchase_tax_rule} if rules.purchase_tax_rule else {}),
            **({"sale_tax_rule": rules.sale_tax_rule} if rules.sale_tax_rule else {}),
            **({"default_location": location} if location else {}),
            **_weight(item, rules),
            **_accounts(item, rules),
        }
    )
    return rules.ownership.on_create(draft)


def costing_method(item: Item, *, lots_expire: bool = False) -> str:
    """Give Cin7's costing method, which follows from what GP tracks, and from whether lots expire."""
    if lots_expire and item.tracking_option == TrackingOption.LOT:
        return "FEFO - Batch"
    return COSTING.get(item.tracking_option, "FIFO")


def other_valuation(item: Item) -> str | None:
    """Name GP's method of valuation, where it is another than FIFO, by which Cin7 Core values everything."""
    return None if item.item_type in SERVICES else VALUATION.get(item.valuation_method)


def item_warnings(item: Item, base_unit: str | None = None) -> tuple[Reason, ...]:
    """Tell what does not stop an item but somebody should know: Cin7 Core values by FIFO, and counts in base units."""
    found = []
    if method := other_valuation(item):
        found.append(reason("valuation_differs", item=item.item_number, method=method))
    bought = item.purchasing_unit
    if base_unit and bought and folded(bought) != folded(base_unit):
        units = {"unit": bought, "base": base_unit, "schedule": item.unit_schedule_id}
        found.append(reason("purchasing_unit_differs", item=item.item_number, **units))
    return tuple(found)


def category_of(item: Item, rules: ItemRules) -> str | None:
    """Give the category of an item: of its class, whatever the case; one that is to be created; or the default."""
    item_class = item.item_class_id or ""
    wanted = rules.categories.get(item_class, item_class)
    found = _known(wanted, rules.known_categories)
    if found is None and wanted and rules.create_categories:
        return wanted
    return found or _known(rules.default_category or "", rules.known_categories)


def _problems(item: Item, rules: ItemRules, category: str | None, uom: str | None, unit: str) -> list[Reason]:
    number = item.item_number
    reasons = []
    if item.item_type == ItemType.KIT and rules.kits == "skip":
        reasons.append(reason("item_kit", item=number))
    if len(number) > SKU_LIMIT:
        facts = {"document": number, "length": len(number), "system": "Cin7 Core", "limit": SKU_LIMIT}
        reasons.append(reason("text_too_long", field="item_number", **facts))
    for kind, field, value, wanted in (
        ("category", "item_class_id", category, item.item_class_id),
        ("unit", "unit_schedule_id", uom, unit),
    ):
        if not value:
            missing = {"kind": kind, "name": wanted or "(not set)", "field": field, "document": number}
            reasons.append(reason("reference_missing", **missing))
    return [*reasons, *_unknown(item, rules)]


def _unknown(item: Item, rules: ItemRules) -> list[Reason]:
    """Name what the settings give every product, or every one of a site, and Cin7 Core has not."""
    return [
        reason("reference_missing", kind=kind, name=name, field=field, document=item.item_number)
        for kind, field, name, known in (
            ("purchase tax rule", "purchase_tax_rule", rules.purchase_tax_rule, rules.known_purchase_tax_rules),
            ("sale tax rule", "sale_tax_rule", rules.sale_tax_rule, rules.known_sale_tax_rules),
            ("location", "site_id", rules.locations.get(item.site_id or ""), rules.known_locations),
        )
        if name and known is not None and name not in known
    ]


def _is_over(item: Item, rules: ItemRules) -> bool:
    if item.item_type == ItemType.DISCONTINUED and rules.discontinued == "deprecate_when_empty":
        return bool(item.inactive) or rules.on_hand.get(item.item_number, Decimal(1)) <= 0
    return bool(item.inactive)


def _weight(item: Item, rules: ItemRules) -> dict[str, object]:
    if rules.weight_unit is None or not item.shipping_weight:
        return {}
    return {"weight": item.shipping_weight * HUNDREDTHS, "weight_units": rules.weight_unit}


def _accounts(item: Item, rules: ItemRules) -> dict[str, object]:
    """Give the accounts that Cin7 Core takes for stock products; what leads to no code is left to Cin7 Core."""
    if item.item_type in SERVICES:
        return {}
    codes = {
        "inventory_account": rules.inventory_codes.get(item.inventory_account_index),
        "cogs_account": rules.cogs_codes.get(item.cost_of_goods_sold_account_index),
    }
    return {name: code for name, code in codes.items() if code}


def _unit(item: Item, rules: ItemRules) -> str:
    return rules.base_units.get(item.unit_schedule_id or "") or item.purchasing_unit or item.selling_unit or ""


def _known(name: str, known: frozenset[str] | None) -> str | None:
    """Find a name among those that Cin7 Core has, whatever its case."""
    if known is None:
        return name or None
    return next((each for each in known if each.casefold() == name.strip().casefold()), None)
