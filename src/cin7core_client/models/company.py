"""The account itself: its settings, its own addresses and its contacts."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from cin7core_client.models.base import Document, Flag, Guid, Many, OptionalAmount, Text


class RoundingRule(Document):
    """How prices up to `range_to` are rounded; `adjustment_rule` is N (none), S (subtract) or A (add)."""

    range_to: OptionalAmount = None
    round_to_nearest: OptionalAmount = None
    adjustment_rule: Text = None
    adjustment_value: OptionalAmount = None


class Me(Document):
    """The account; `currency` is its base currency, `tax_calculation_method` "Row Total" or "Total".

    `lock_date` and `opening_balance_date` are texts: the service documents them in the account's own date format.
    """

    company: Text = None
    currency: Text = None
    time_zone: Text = None
    default_weight_units: Text = None
    default_dimensions_units: Text = None
    lock_date: Text = None
    opening_balance_date: Text = None
    tax_calculation_method: Text = None
    default_sale_tax_rule_id: Guid = None
    default_sale_tax_rule_name: Text = None
    maximum_decimal_places_in_quantity: Text = None
    apply_customer_discounts_after_other_discounts: Flag = None
    discount_rule: Text = None
    automatically_apply_discounts: Flag = None
    rounding_table: Annotated[tuple[RoundingRule, ...], Many] = ()


class CompanyAddress(Document):
    """An address of the account itself. Line 1 (256), suburb, state (256), post code (20), country, type are required.

    `type` is Billing, Business or Shipping.
    """

    address_id: Annotated[Guid, Field(alias="AddressID")] = None
    line1: Text = None
    line2: Text = None
    city_suburb: Text = None
    state_province: Text = None
    zip_post_code: Text = None
    country: Text = None
    type: Text = None
    default_for_type: Flag = None


class CompanyContact(Document):
    """A contact of the account itself; the name (256) is required.

    `type` is Billing, Business, Sale, Shipping or Employee.
    """

    contact_id: Annotated[Guid, Field(alias="ContactID")] = None
    name: Text = None
    phone: Text = None
    fax: Text = None
    email: Text = None
    website: Text = None
    comment: Text = None
    type: Text = None
    default_for_type: Flag = None
