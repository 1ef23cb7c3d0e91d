"""Vendors and their addresses (GP tables PM00200, PM00300)."""

from __future__ import annotations

from typing import Annotated, ClassVar

from dynamicsgp_client.models.base import Column, Day, Document, Flag, Key, OpenIntEnum, Text, Whole


class VendorStatus(OpenIntEnum):
    """PM00200.VENDSTTS; an inactive vendor takes no documents, a temporary one may be deleted with its history."""

    ACTIVE = 1
    INACTIVE = 2
    TEMPORARY = 3


class Vendor(Document):
    """A vendor. Ids are at most 15 characters, the name 64; `on_hold` stops payments, not documents."""

    key_fields: ClassVar[tuple[str, ...]] = ("vendor_id",)

    vendor_id: Annotated[Key, Column("VENDORID", "Vendor ID", 15)]
    vendor_name: Annotated[Text, Column("VENDNAME", "Vendor Name", 64)] = None
    check_name: Annotated[Text, Column("VNDCHKNM", "Vendor Check Name", 64)] = None
    short_name: Annotated[Text, Column("VENDSHNM", "Vendor Short Name", 15)] = None
    vendor_class_id: Annotated[Text, Column("VNDCLSID", "Vendor Class ID", 10)] = None
    status: Annotated[VendorStatus, Column("VENDSTTS", "Vendor Status")] = VendorStatus.ACTIVE
    on_hold: Annotated[Flag, Column("HOLD", "Hold")] = False
    primary_address_id: Annotated[Text, Column("VADDCDPR", "Vendor Address Code - Primary", 15)] = None
    purchase_address_id: Annotated[Text, Column("VADCDPAD", "Vendor Address Code - Purchase Address", 15)] = None
    remit_to_address_id: Annotated[Text, Column("VADCDTRO", "Vendor Address Code - Remit To", 15)] = None
    ship_from_address_id: Annotated[Text, Column("VADCDSFR", "Vendor Address Code - Ship From", 15)] = None
    contact: Annotated[Text, Column("VNDCNTCT", "Vendor Contact", 60)] = None
    address1: Annotated[Text, Column("ADDRESS1", "Address 1", 60)] = None
    address2: Annotated[Text, Column("ADDRESS2", "Address 2", 60)] = None
    address3: Annotated[Text, Column("ADDRESS3", "Address 3", 60)] = None
    city: Annotated[Text, Column("CITY", "City", 35)] = None
    state: Annotated[Text, Column("STATE", "State", 29)] = None
    zip_code: Annotated[Text, Column("ZIPCODE", "Zip Code", 10)] = None
    country: Annotated[Text, Column("COUNTRY", "Country", 60)] = None
    country_code: Annotated[Text, Column("CCode", "Country Code", 6)] = None
    phone1: Annotated[Text, Column("PHNUMBR1", "Phone Number 1", 21)] = None
    phone2: Annotated[Text, Column("PHNUMBR2", "Phone Number 2", 21)] = None
    phone3: Annotated[Text, Column("PHONE3", "Phone 3", 21)] = None
    fax: Annotated[Text, Column("FAXNUMBR", "Fax Number", 21)] = None
    shipping_method: Annotated[Text, Column("SHIPMTHD", "Shipping Method", 15)] = None
    tax_schedule_id: Annotated[Text, Column("TAXSCHID", "Tax Schedule ID", 15)] = None
    tax_id: Annotated[Text, Column("TXIDNMBR", "Tax ID Number", 11)] = None
    currency_id: Annotated[Text, Column("CURNCYID", "Currency ID", 15)] = None
    rate_type_id: Annotated[Text, Column("RATETPID", "Rate Type ID", 15)] = None
    payment_terms_id: Annotated[Text, Column("PYMTRMID", "Payment Terms ID", 20)] = None
    comment1: Annotated[Text, Column("COMMENT1", "Comment1", 30)] = None
    comment2: Annotated[Text, Column("COMMENT2", "Comment2", 30)] = None
    payables_account_index: Annotated[Whole, Column("PMAPINDX", "PM AP Account Index")] = 0
    payables_account_number: Text = None
    created_date: Annotated[Day, Column("CREATDDT", "Created Date")] = None
    modified_date: Annotated[Day, Column("MODIFDT", "Modified Date")] = None


class VendorAddress(Document):
    """One address of a vendor; e-mail comes from GP's internet addresses (SY01200)."""

    key_fields: ClassVar[tuple[str, ...]] = ("vendor_id", "address_id")

    vendor_id: Annotated[Key, Column("VENDORID", "Vendor ID", 15)]
    address_id: Annotated[Key, Column("ADRSCODE", "Address Code", 15)]
    contact: Annotated[Text, Column("VNDCNTCT", "Vendor Contact", 60)] = None
    address1: Annotated[Text, Column("ADDRESS1", "Address 1", 60)] = None
    address2: Annotated[Text, Column("ADDRESS2", "Address 2", 60)] = None
    address3: Annotated[Text, Column("ADDRESS3", "Address 3", 60)] = None
    city: Annotated[Text, Column("CITY", "City", 35)] = None
    state: Annotated[Text, Column("STATE", "State", 29)] = None
    zip_code: Annotated[Text, Column("ZIPCODE", "Zip Code", 10)] = None
    country: Annotated[Text, Column("COUNTRY", "Country", 60)] = None
    phone1: Annotated[Text, Column("PHNUMBR1", "Phone Number 1", 21)] = None
    phone2: Annotated[Text, Column("PHNUMBR2", "Phone Number 2", 21)] = None
    phone3: Annotated[Text, Column("PHONE3", "Phone 3", 21)] = None
    fax: Annotated[Text, Column("FAXNUMBR", "Fax Number", 21)] = None
    email: Text = None
