"""Products."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from cin7core_client.models.base import Document, Flag, Guid, Many, OpenStrEnum, OptionalAmount, Stamp, Text
from cin7core_client.models.product_parts import (
    Attachment,
    BillOfMaterialsProduct,
    BillOfMaterialsService,
    CustomPrice,
    ProductMovement,
    ProductSupplier,
    ReorderLevel,
)


class ProductStatus(OpenStrEnum):
    """Where a product stands; one that still lacks something waits for its set-up, and none is ever deleted."""

    ACTIVE = "Active"
    SETUP_REQUIRED = "Setup required"
    DEPRECATED = "Deprecated"


class Product(Document):
    """A product; the SKU (50 characters) is unique over all products.

    Creating needs SKU, name (256), category, type, costing method, unit, status and one price. `type` is fixed then.
    Nested rows (suppliers, reorder levels and the like) are empty unless a read asks for them: never write them back.
    Account fields hold codes: `cogs_account`, `expense_account` of class EXPENSE, the others REVENUE and ASSET.
    The ten prices are `price_tier1` to `price_tier10`, or `price_tiers` by the tiers' names.
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
    price_tiers: dict[str, OptionalAmount] | None = None
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
    status: ProductStatus | None = None
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
    always_show_quantity: OptionalAmount = None
    warranty_name: Text = None
    bill_of_material: Flag = None
    auto_assembly: Flag = None
    auto_disassembly: Flag = None
    quantity_to_produce: OptionalAmount = None
    assembly_instruction_url: Annotated[Text, Field(alias="AssemblyInstructionURL")] = None
    assembly_cost_estimation_method: Text = None
    bom_type: Annotated[Text, Field(alias="BOMType")] = None
    hs_code: Annotated[Text, Field(alias="HSCode")] = None
    country_of_origin: Text = None
    country_of_origin_code: Text = None
    suppliers: Annotated[tuple[ProductSupplier, ...], Many] = ()
    reorder_levels: Annotated[tuple[ReorderLevel, ...], Many] = ()
    bill_of_materials_products: Annotated[tuple[BillOfMaterialsProduct, ...], Many] = ()
    bill_of_materials_services: Annotated[tuple[BillOfMaterialsService, ...], Many] = ()
    movements: Annotated[tuple[ProductMovement, ...], Many] = ()
    attachments: Annotated[tuple[Attachment, ...], Many] = ()
    custom_prices: Annotated[tuple[CustomPrice, ...], Many] = ()
