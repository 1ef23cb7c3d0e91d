"""Reference books: tax rules, terms, units, categories, brands, locations, price tiers, attribute sets."""

from __future__ import annotations

from typing import Annotated

from pydantic import AliasChoices, Field

from cin7core_client.models.base import Count, Document, Flag, Guid, Many, OptionalAmount, Text


class TaxComponent(Document):
    """One component of a tax rule; the service writes percent, compound and order as texts ("15.0000000000", "0")."""

    component_id: Annotated[Guid, Field(alias="ID")] = None
    name: Text = None
    percent: OptionalAmount = None
    account_code: Text = None
    compound: Text = None
    component_order: Text = None


class TaxRule(Document):
    """A tax rule; purchases name it. Name (50), account, active, inclusive are required; the percent is read only."""

    tax_rule_id: Annotated[Guid, Field(alias="ID")] = None
    name: str
    account: Text = None
    is_active: Flag = None
    tax_inclusive: Flag = None
    tax_percent: OptionalAmount = None
    is_tax_for_sale: Flag = None
    is_tax_for_purchase: Flag = None
    components: tuple[TaxComponent, ...] | None = None


class PaymentTerm(Document):
    """A payment term (256 characters); suppliers and purchases name it, and only an active one.

    `method` is "number of days", "day of next month", "last day of next month" or "days since the end of the month";
    `duration` counts days.
    """

    payment_term_id: Annotated[Guid, Field(alias="ID")] = None
    name: str
    duration: Count = None
    method: Text = None
    is_active: Flag = None
    is_default: Flag = None


class Unit(Document):
    """A unit of measure (50 characters); unique without regard to case."""

    unit_id: Annotated[Guid, Field(alias="ID")] = None
    name: str


class Category(Document):
    """A product category (50 characters)."""

    category_id: Annotated[Guid, Field(alias="ID")] = None
    name: str


class Brand(Document):
    """A product brand (50 characters)."""

    brand_id: Annotated[Guid, Field(alias="ID")] = None
    name: str


class Bin(Document):
    """A bin of a location."""

    bin_id: Annotated[Guid, Field(alias="ID")] = None
    name: Text = None
    is_deprecated: Flag = None
    is_staging: Flag = None


class Location(Document):
    """A stock location (50 characters), or a bin of one: then `parent_id` is set.

    The list is cut at the page's limit while `bins` of a location are complete: take bins from there. Bins can be
    created and deleted, not changed.
    """

    location_id: Annotated[Guid, Field(alias="ID")] = None
    name: str
    is_default: Flag = None
    is_deprecated: Flag = None
    bins: Annotated[tuple[Bin, ...], Many] = ()
    fixed_assets_location: Flag = None
    parent_id: Guid = None
    parent_name: Text = None
    reference_count: Count = None
    address_line1: Text = None
    address_line2: Text = None
    address_city_suburb: Text = None
    address_state_province: Text = None
    address_zip_post_code: Text = None
    address_country: Text = None
    pick_zones: Text = None
    # Documented with a small f, answered with a capital one.
    is_shop_floor: Annotated[
        Flag,
        Field(
            validation_alias=AliasChoices("IsShopFloor", "IsShopfloor", "is_shop_floor"),
            serialization_alias="IsShopfloor",
        ),
    ] = None
    is_co_man: Flag = None
    is_staging: Flag = None


class PriceTier(Document):
    """One of the account's ten price tiers; products carry a price for each."""

    code: Count = None
    name: Text = None


class Attribute(Document):
    """One attribute of a set: its name, type and comma separated values."""

    name: Text = None
    type: Text = None
    values: Text = None


class AttributeSet(Document):
    """A set (50 characters) of up to ten additional attributes.

    The type of an attribute is "Not used", Text, Checkbox, List, Date or Numeric. `attributes` repeats them, read only.
    """

    attribute_set_id: Annotated[Guid, Field(alias="ID")] = None
    name: str
    attribute1_name: Text = None
    attribute1_type: Text = None
    attribute1_values: Text = None
    attribute2_name: Text = None
    attribute2_type: Text = None
    attribute2_values: Text = None
    attribute3_name: Text = None
    attribute3_type: Text = None
    attribute3_values: Text = None
    attribute4_name: Text = None
    attribute4_type: Text = None
    attribute4_values: Text = None
    attribute5_name: Text = None
    attribute5_type: Text = None
    attribute5_values: Text = None
    attribute6_name: Text = None
    attribute6_type: Text = None
    attribute6_values: Text = None
    attribute7_name: Text = None
    attribute7_type: Text = None
    attribute7_values: Text = None
    attribute8_name: Text = None
    attribute8_type: Text = None
    attribute8_values: Text = None
    attribute9_name: Text = None
    attribute9_type: Text = None
    attribute9_values: Text = None
    attribute10_name: Text = None
    attribute10_type: Text = None
    attribute10_values: Text = None
    attributes: Annotated[tuple[Attribute, ...], Many] = ()
