"""Suppliers with their addresses and contacts."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from cin7core_client.models.base import Amount, Count, Document, Flag, Guid, Many, OpenStrEnum, Stamp, Text


class SupplierStatus(OpenStrEnum):
    """Active or deprecated; a supplier is never deleted."""

    ACTIVE = "Active"
    DEPRECATED = "Deprecated"


class SupplierAddress(Document):
    """One address; on update a given id changes that row, none adds a row. Lines and places take 256 characters."""

    address_id: Annotated[Guid, Field(alias="ID")] = None
    line1: Text = None
    line2: Text = None
    city: Text = None
    state: Text = None
    postcode: Text = None
    country: Text = None
    type: Text = None
    default_for_type: Flag = None


class SupplierContact(Document):
    """One contact; on update a given id changes that row, none adds a row.

    `marketing_consent`: 1 unknown, 2 given, 3 refused.
    """

    contact_id: Annotated[Guid, Field(alias="ID")] = None
    name: Text = None
    phone: Text = None
    mobile_phone: Text = None
    fax: Text = None
    email: Text = None
    website: Text = None
    comment: Text = None
    default: Flag = None
    include_in_email: Flag = None
    marketing_consent: Count = None


class Supplier(Document):
    """A supplier. Name, currency, payment term, tax rule and payable account are required by the service.

    The name takes 256 characters; whether Cin7 Core refuses a second one of the same name is not documented.
    `account_payable` is the code of an account whose SystemAccount is "Accounts payable".
    """

    supplier_id: Annotated[Guid, Field(alias="ID")] = None
    name: Text = None
    currency: Text = None
    payment_term: Text = None
    tax_rule: Text = None
    account_payable: Text = None
    status: SupplierStatus | None = None
    discount: Amount | None = None
    comments: Text = None
    tax_number: Text = None
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
    last_modified_on: Stamp = None
    addresses: Annotated[tuple[SupplierAddress, ...], Many] = ()
    contacts: Annotated[tuple[SupplierContact, ...], Many] = ()
