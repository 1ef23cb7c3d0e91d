"""Products."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import Field

from cin7core_client.models.base import Document, Flag, Guid, OptionalAmount, Stamp, Text


class Product(Document):
    """A product; the SKU (50 characters) is unique over all products.

    Creating needs SKU, name (256), category, type, costing method, unit, status and one price. `type` is fixed then.
    Nested rows (suppliers, reorder levels and the like) are empty unless a read asks for them: never write them back.
    """

    product_id: Annotated[Guid, Field(alias="ID")] = None
    sku: Text = None
    name: Text = None
    category: Text = None
    brand: Text = None
    type: Text = None
    costing_method: Text = None
    drop_ship_mode: Text = None
    default_location: Text = None
    length: OptionalAmount = None
    width: OptionalAmount = None
    height: OptionalAmount = None
    weight: OptionalAmount = None
    carton_length: OptionalAmount = None
    carton_width: OptionalAmount = None
    carton_height: OptionalAmount = None
    carton_quantity: OptionalAmount = None
    carton_inner_quantity: OptionalAmount = None
    uom: Text = None
    weight_units: Text = None
    dimensions_units: Text = None
    barcode: Text = None
    minimum_before_reorder: OptionalAmount = None
    reorder_quantity: OptionalAmount = None
    price_tier1: OptionalAmount = None
    price_tier2: OptionalAmount = None
    price_tier3: OptionalAmount = None
    price_tier4: OptionalAmount = None
    price_tier5: OptionalAmount = None
    price_tier6: OptionalAmount = None
    price_tier7: OptionalAmount = None
    price_tier8: OptionalAmount = None
    price_tier9: OptionalAmount = None
    price_tier10: OptionalAmount = None
    price_tiers: dict[str, Decimal | None] | None = None
    average_cost: OptionalAmount = None
    short_description: Text = None
    description: Text = None
    internal_note: Text = None
    attribute_set: Text = None
    additional_attribute1: Text = None
    additional_attribute2: Text = None
    additional_attribute3: Text = None
    additional_attribute4: Text = None
    additional_attribute5: Text = None
    additional_attribute6: Text = None
    additional_attribute7: Text = None
    additional_attribute8: Text = None
    additional_attribute9: Text = None
    additional_attribute10: Text = None
    discount_rule: Text = None
    tags: Text = None
    status: Text = None
    stock_locator: Text = None
    cogs_account: Text = None
    revenue_account: Text = None
    expense_account: Text = None
    inventory_account: Text = None
    purchase_tax_rule: Text = None
    sale_tax_rule: Text = None
    last_modified_on: Stamp = None
    created_date: Stamp = None
    sellable: Flag = None
    pick_zones: Text = None
    bill_of_material: Flag = None
    auto_assembly: Flag = None
    auto_disassembly: Flag = None
    hs_code: Annotated[Text, Field(alias="HSCode")] = None
    country_of_origin: Text = None
    country_of_origin_code: Text = None
