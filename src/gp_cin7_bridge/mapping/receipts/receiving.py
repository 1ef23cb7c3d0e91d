"""What shipments and purchase invoices share: GP's items, sites and units, and how two receivings are compared."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from attrs import Factory, frozen

from dynamicsgp_client import Item, Receiving, TrackingOption
from gp_cin7_bridge.mapping.bills.rules import BillRules
from gp_cin7_bridge.mapping.rounding import rounded
from gp_cin7_bridge.reasons import Reason, reason

# GP numbers lines in steps, so that others fit between.
STEP: Final = 16384
# GP keeps unit costs with five decimals.
COST_DECIMALS: Final = 5
SITE: Final = 10
HEADER: Final = (
    "receipt_number",
    "receipt_type",
    "vendor_id",
    "receipt_date",
    "vendor_document_number",
    "currency_id",
    "freight_amount",
    "miscellaneous_amount",
    "tax_amount",
)
LINE: Final = ("line_number", "item_number", "quantity_shipped", "quantity_invoiced", "unit_cost", "unit")
MATCH: Final = ("line_number", "receipt_number", "receipt_line_number", "quantity_invoiced")


@frozen(kw_only=True)
class ReceivingRules:
    """The rules for receivings.

    Attributes:
        bills: the rules for bills, which count for vendors, currencies, dates and batches of both.
        items: GP's items by number.
        item_numbers: Cin7 product id to item number, as linked; an item that is not linked is found by its SKU.
        units: GP unit schedule to the unit in which Cin7 Core counts.
        sites: Cin7 location to GP site, as set.
        site_ids: the sites that GP has; None when it does not tell.
    """

    bills: BillRules
    items: Mapping[str, Item] = Factory(dict)
    item_numbers: Mapping[str, str] = Factory(dict)
    units: Mapping[str, str] = Factory(dict)
    sites: Mapping[str, str] = Factory(dict)
    site_ids: frozenset[str] | None = None

    def item(self, product: str, sku: str, quantity: Decimal, reasons: list[Reason]) -> tuple[str, str] | None:
        """Give item number and unit of a product; what is wrong with it, or the quantity, goes to `reasons`."""
        item = self.items.get(self.item_numbers.get(product, sku))
        if item is None:
            reasons.append(reason("item_not_in_gp", sku=sku))
            return None
        if item.tracking_option != TrackingOption.NONE:
            reasons.append(reason("item_tracked", item=item.item_number))
            return None
        unit = self.units.get(item.unit_schedule_id or "")
        if unit is None:
            reasons.append(reason("unit_unmapped", item=item.item_number, schedule=item.unit_schedule_id or ""))
            return None
        if too_fine := quantity_problem(item, quantity):
            reasons.append(too_fine)
        return item.item_number, unit

    def site(self, location: str, reasons: list[Reason]) -> str | None:
        """Give the site of a location; what is wrong with it goes to `reasons`."""
        site = self.sites.get(location) or location.upper()
        known = self.site_ids
        if location not in self.sites and (known is None or site not in known):
            reasons.append(reason("site_unmapped", location=location))
        elif known is not None and site not in known:
            reasons.append(reason("site_not_in_gp", site=site, location=location))
        else:
            return site
        return None


def quantity_problem(item: Item, quantity: Decimal) -> Reason | None:
    """Tell that a quantity has more decimals than GP keeps of the item, so that GP would cut it."""
    decimals = max(0, item.quantity_decimals - 1)
    if "quantity_decimals" not in item.model_fields_set or quantity == rounded(quantity, decimals):
        return None
    return reason("quantity_too_fine", item=item.item_number, quantity=f"{quantity:f}", decimals=decimals)


def unit_cost(amount: Decimal, quantity: Decimal) -> Decimal:
    """Give the cost of one, as exactly as GP keeps it."""
    return rounded(amount / quantity, COST_DECIMALS)


def differences(document: Receiving, found: Receiving) -> tuple[str, ...]:
    """Name the fields in which GP's receiving is another one than ours."""
    fields = [name for name in HEADER if _value(document, name) not in (None, _value(found, name))]
    if _rows(document.lines, LINE) != _rows(found.lines, LINE):
        fields.append("lines")
    if _rows(document.matches, MATCH) != _rows(found.matches, MATCH):
        fields.append("matches")
    return tuple(fields)


def _rows(rows: tuple[object, ...], names: tuple[str, ...]) -> list[tuple[str, ...]]:
    return sorted(tuple(str(_value(row, name)) for name in names) for row in rows)


def _value(document: object, name: str) -> object:
    value = getattr(document, name)
    return value.normalize() + 0 if isinstance(value, Decimal) else value
