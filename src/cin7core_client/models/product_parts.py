"""What a product carries: suppliers with their options, reorder levels, bills of material, movements, attachments."""

from __future__ import annotations

from typing import Annotated

from pydantic import AliasChoices, Field

from cin7core_client.models.base import Count, Day, Document, Flag, Guid, Many, OptionalAmount, Stamp, Text


class SupplyInterval(Document):
    """When a supplier delivers: `delivery_method` is Fixed (on week days) or Interval (every `interval_days`)."""

    interval_id: Annotated[Guid, Field(alias="ID")] = None
    delivery_method: Text = None
    interval_days: Count = None
    interval_start_date: Day = None
    is_monday: Flag = None
    is_tuesday: Flag = None
    is_wednesday: Flag = None
    is_thursday: Flag = None
    is_friday: Flag = None
    is_saturday: Flag = None
    is_sunday: Flag = None


class ProductSupplierOption(Document):
    """How a product is reordered at a supplier, for one location or, with none, by default.

    Writing needs exactly one option with `default` True, and only that one may have `minimum_to_reorder`; both rules
    are undocumented and were measured.
    """

    option_id: Annotated[Guid, Field(alias="ID")] = None
    location_id: Guid = None
    location_name: Text = None
    reorder_quantity: OptionalAmount = None
    lead: Count = None
    safety: Count = None
    minimum_to_reorder: OptionalAmount = None
    default: Flag = None
    supply_intervals: Annotated[tuple[SupplyInterval, ...], Many] = ()


class ProductSupplier(Document):
    """One supplier of one product. `cost` is the latest price, `fixed_cost` the agreed one, in the supplier's currency.

    Codes, names and addresses take 256 characters. Leave out what is not known: the service refuses nulls here.
    """

    product_supplier_id: Guid = None
    supplier_id: Guid = None
    supplier_name: Text = None
    product_id: Guid = None
    product_sku: Annotated[Text, Field(alias="ProductSKU")] = None
    supplier_inventory_code: Text = None
    supplier_product_name: Text = None
    supplier_product_url: Annotated[
        Text,
        Field(
            validation_alias=AliasChoices("SupplierProductURL", "URL", "supplier_product_url"),
            serialization_alias="SupplierProductURL",
        ),
    ] = None
    cost: OptionalAmount = None
    fixed_cost: OptionalAmount = None
    purchase_cost: OptionalAmount = None
    currency: Text = None
    drop_ship: Flag = None
    last_supplied: Stamp = None
    product_supplier_options: Annotated[tuple[ProductSupplierOption, ...], Many] = ()


class ReorderLevel(Document):
    """The reorder level at one location. The id of the location is needed, and an update replaces all levels."""

    location_id: Guid = None
    location_name: Text = None
    minimum_before_reorder: OptionalAmount = None
    reorder_quantity: OptionalAmount = None
    stock_locator: Text = None
    pick_zones: Text = None


class BillOfMaterialsProduct(Document):
    """A component of an assembly; writing needs both its id and its code. Waste is a percentage or a quantity."""

    component_product_id: Guid = None
    product_code: Text = None
    name: Text = None
    quantity: OptionalAmount = None
    wastage_percent: OptionalAmount = None
    wastage_quantity: OptionalAmount = None
    cost_percentage: OptionalAmount = None


class BillOfMaterialsService(Document):
    """A service that goes into an assembly."""

    component_product_id: Guid = None
    name: Text = None
    quantity: OptionalAmount = None
    expense_account: Text = None
    price_tier: Count = None


class ProductMovement(Document):
    """One movement of stock, with the amount that it moved."""

    task_id: Guid = None
    type: Text = None
    date: Stamp = None
    number: Text = None
    status: Text = None
    quantity: OptionalAmount = None
    amount: OptionalAmount = None
    location: Text = None
    batch_sn: Text = None
    expiry_date: Day = None
    from_to: Text = None


class CustomPrice(Document):
    """A price of this product for one customer."""

    product_id: Guid = None
    customer_id: Guid = None
    customer_name: Text = None
    product_sku: Annotated[Text, Field(alias="ProductSKU")] = None
    product_name: Text = None
    price: OptionalAmount = None


class Attachment(Document):
    """A file at a product or a purchase. Give `content` (base64) or `file_download_url` to add one."""

    attachment_id: Annotated[Guid, Field(alias="ID")] = None
    content_type: Text = None
    file_name: Text = None
    download_url: Annotated[Text, Field(alias="DownloadUrl")] = None
    is_default: Flag = None
    content: Text = None
    file_download_url: Annotated[Text, Field(alias="FileDownloadUrl")] = None


class ProductAvailability(Document):
    """Stock of a product at one location, bin and batch. `stock_on_hand` is money, `on_hand` the quantity."""

    product_id: Annotated[Guid, Field(alias="ID")] = None
    sku: Text = None
    name: Text = None
    barcode: Text = None
    location: Text = None
    bin: Text = None
    batch: Text = None
    expiry_date: Day = None
    on_hand: OptionalAmount = None
    allocated: OptionalAmount = None
    available: OptionalAmount = None
    on_order: OptionalAmount = None
    stock_on_hand: OptionalAmount = None
    in_transit: OptionalAmount = None
    next_delivery_date: Day = None
    category: Text = None
    max_rows: Count = None
