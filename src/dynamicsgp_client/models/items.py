"""Items and unit-of-measure schedules (GP tables IV00101, IV40201)."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, ClassVar

from dynamicsgp_client.models.base import Column, Day, Document, Flag, Key, Money, OpenIntEnum, Text, Whole


class ItemType(OpenIntEnum):
    """IV00101.ITEMTYPE."""

    SALES_INVENTORY = 1
    DISCONTINUED = 2
    KIT = 3
    MISC_CHARGES = 4
    SERVICES = 5
    FLAT_FEE = 6


class TrackingOption(OpenIntEnum):
    """IV00101.ITMTRKOP."""

    NONE = 1
    SERIAL = 2
    LOT = 3


class Item(Document):
    """An item. The number is at most 30 characters, the description 100.

    `quantity_decimals` is GP's code, 1 to 6 for 0 to 5 places; `shipping_weight` is in hundredths of a unit that GP
    does not name; account fields are indexes into the chart of accounts, 0 for none.
    """

    key_fields: ClassVar[tuple[str, ...]] = ("item_number",)

    item_number: Annotated[Key, Column("ITEMNMBR", "Item Number", 30)]
    item_description: Annotated[Text, Column("ITEMDESC", "Item Description", 100)] = None
    short_name: Annotated[Text, Column("ITMSHNAM", "Item Short Name", 15)] = None
    generic_description: Annotated[Text, Column("ITMGEDSC", "Item Generic Description", 10)] = None
    item_type: Annotated[ItemType, Column("ITEMTYPE", "Item Type")] = ItemType.SALES_INVENTORY
    item_class_id: Annotated[Text, Column("ITMCLSCD", "Item Class Code", 10)] = None
    unit_schedule_id: Annotated[Text, Column("UOMSCHDL", "U Of M Schedule", 10)] = None
    purchasing_unit: Annotated[Text, Column("PRCHSUOM", "Purchasing U Of M", 8)] = None
    selling_unit: Annotated[Text, Column("SELNGUOM", "Selling U Of M", 8)] = None
    site_id: Annotated[Text, Column("LOCNCODE", "Location Code", 10)] = None
    standard_cost: Annotated[Money, Column("STNDCOST", "Standard Cost")] = Decimal(0)
    current_cost: Annotated[Money, Column("CURRCOST", "Current Cost")] = Decimal(0)
    shipping_weight: Annotated[Whole, Column("ITEMSHWT", "Item Shipping Weight")] = 0
    quantity_decimals: Annotated[Whole, Column("DECPLQTY", "Decimal Places QTYS")] = 1
    tracking_option: Annotated[TrackingOption, Column("ITMTRKOP", "Item Tracking Option")] = TrackingOption.NONE
    valuation_method: Annotated[Whole, Column("VCTNMTHD", "Valuation Method")] = 1
    inactive: Annotated[Flag, Column("INACTIVE", "Inactive")] = False
    purchase_tax_option: Annotated[Whole, Column("Purchase_Tax_Options", "Purchase Tax Options")] = 0
    inventory_account_index: Annotated[Whole, Column("IVIVINDX", "IV IV Index")] = 0
    cost_of_goods_sold_account_index: Annotated[Whole, Column("IVCOGSIX", "IV COGS Index")] = 0
    sales_account_index: Annotated[Whole, Column("IVSLSIDX", "IV Sales Index")] = 0
    created_date: Annotated[Day, Column("CREATDDT", "Created Date")] = None
    modified_date: Annotated[Day, Column("MODIFDT", "Modified Date")] = None


class UnitSchedule(Document):
    """A unit-of-measure schedule and its base unit."""

    key_fields: ClassVar[tuple[str, ...]] = ("unit_schedule_id",)

    unit_schedule_id: Annotated[Key, Column("UOMSCHDL", "U Of M Schedule", 10)]
    description: Annotated[Text, Column("UMSCHDSC", "U Of M Schedule Description", 30)] = None
    base_unit: Annotated[Text, Column("BASEUOFM", "Base U Of M", 8)] = None


class ItemVendor(Document):
    """What one vendor calls an item, and what it last cost there (IV00103)."""

    key_fields: ClassVar[tuple[str, ...]] = ("item_number", "vendor_id")

    item_number: Annotated[Key, Column("ITEMNMBR", "Item Number", 30)]
    vendor_id: Annotated[Key, Column("VENDORID", "Vendor ID", 15)]
    vendor_item_number: Annotated[Text, Column("VNDITNUM", "Vendor Item Number", 30)] = None
    vendor_item_description: Annotated[Text, Column("VNDITDSC", "Vendor Item Description", 100)] = None
    last_originating_cost: Annotated[Money, Column("Last_Originating_Cost", "Last Originating Cost")] = Decimal(0)
    last_currency_id: Annotated[Text, Column("Last_Currency_ID", "Last Currency ID", 15)] = None
    purchasing_unit: Annotated[Text, Column("PRCHSUOM", "Purchasing U Of M", 8)] = None


class ItemSite(Document):
    """An item at one site, quantities in its base unit (IV00102)."""

    key_fields: ClassVar[tuple[str, ...]] = ("item_number", "site_id")

    item_number: Annotated[Key, Column("ITEMNMBR", "Item Number", 30)]
    site_id: Annotated[Key, Column("LOCNCODE", "Location Code", 10)]
    quantity_on_hand: Annotated[Money, Column("QTYONHND", "QTY On Hand")] = Decimal(0)
    quantity_on_order: Annotated[Money, Column("QTYONORD", "QTY On Order")] = Decimal(0)
    quantity_allocated: Annotated[Money, Column("ATYALLOC", "QTY Allocated")] = Decimal(0)


class Site(Document):
    """A warehouse (IV40700)."""

    key_fields: ClassVar[tuple[str, ...]] = ("site_id",)

    site_id: Annotated[Key, Column("LOCNCODE", "Location Code", 10)]
    description: Annotated[Text, Column("LOCNDSCR", "Location Description", 30)] = None
    city: Annotated[Text, Column("CITY", "City", 35)] = None
    state: Annotated[Text, Column("STATE", "State", 29)] = None
    country: Annotated[Text, Column("COUNTRY", "Country", 60)] = None
