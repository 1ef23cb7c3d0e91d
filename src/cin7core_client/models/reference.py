"""Reference books: the account's own settings, accounts, tax rules, terms, units, categories, brands, locations."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from cin7core_client.models.base import Document, Flag, Guid, OptionalAmount, Text


class Me(Document):
    """The account; `currency` is its base currency, `tax_calculation_method` "Row Total" or "Total"."""

    company: Text = None
    currency: Text = None
    time_zone: Text = None
    default_weight_units: Text = None
    default_dimensions_units: Text = None
    lock_date: Text = None
    opening_balance_date: Text = None
    tax_calculation_method: Text = None


class Account(Document):
    """An account of Cin7 Core's chart; the code (50 characters) is its key."""

    code: str
    name: Text = None
    type: Text = None
    status: Text = None
    description: Text = None
    class_: Annotated[Text, Field(alias="Class")] = None
    system_account: Text = None
    system_account_code: Text = None
    for_payments: Flag = None
    display_name: Text = None
    currency: Text = None


class TaxComponent(Document):
    """One component of a tax rule; the service writes percent and order as texts."""

    name: Text = None
    percent: OptionalAmount = None
    account_code: Text = None
    compound: Text = None
    component_order: Text = None


class TaxRule(Document):
    """A tax rule; purchases name it."""

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
    """A payment term; suppliers and purchases name it, and only an active one."""

    payment_term_id: Annotated[Guid, Field(alias="ID")] = None
    name: str
    duration: int | None = None
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


class Location(Document):
    """A stock location."""

    location_id: Annotated[Guid, Field(alias="ID")] = None
    name: str
    is_default: Flag = None
    is_deprecated: Flag = None
