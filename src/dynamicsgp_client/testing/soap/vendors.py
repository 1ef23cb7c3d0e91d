"""Vendors and their addresses over SOAP (PM00200, PM00300, SY01200)."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from typing import Final

from dynamicsgp_client.models import Vendor, VendorAddress
from dynamicsgp_client.testing.rules import masters
from dynamicsgp_client.testing.rules.entry import account_of
from dynamicsgp_client.testing.rules.refusal import Refused
from dynamicsgp_client.testing.soap.desk import (
    Desk,
    Parameters,
    Record,
    ident,
    key,
    lines,
    matching,
    midnight,
    sub,
    summaries,
    text,
)
from dynamicsgp_client.testing.values import cut

ACTIVE, INACTIVE, TEMPORARY = 1, 2, 3

# member of Vendor: column of PM00200
TEXTS: Final[Mapping[str, str]] = {
    "Name": "VENDNAME",
    "ShortName": "VENDSHNM",
    "CheckName": "VNDCHKNM",
    "Comment1": "COMMENT1",
    "Comment2": "COMMENT2",
    "TaxSchedule": "TAXSCHID",
    "TaxIdentificationNumber": "TXIDNMBR",
}
KEYS: Final[Mapping[str, str]] = {
    "ClassKey": "VNDCLSID",
    "DefaultAddressKey": "VADDCDPR",
    "PurchaseAddressKey": "VADCDPAD",
    "RemitToAddressKey": "VADCDTRO",
    "ShipFromAddressKey": "VADCDSFR",
    "RateTypeKey": "RATETPID",
    "PaymentTermsKey": "PYMTRMID",
}
ACCOUNTS: Final[Mapping[str, str]] = {
    "AccountsPayableGLAccountKey": "PMAPINDX",
    "PurchasesGLAccountKey": "PMPRCHIX",
}
# member of VendorAddress: column of PM00300
ADDRESS: Final[Mapping[str, str]] = {
    "Line1": "ADDRESS1",
    "Line2": "ADDRESS2",
    "Line3": "ADDRESS3",
    "City": "CITY",
    "State": "STATE",
    "PostalCode": "ZIPCODE",
    "CountryRegion": "COUNTRY",
    "ContactPerson": "VNDCNTCT",
}
PHONES: Final[Mapping[str, str]] = {
    "Phone1": "PHNUMBR1",
    "Phone2": "PHNUMBR2",
    "Phone3": "PHONE3",
    "Fax": "FAXNUMBR",
}


def _vendor(desk: Desk, row: sqlite3.Row) -> Record:
    record: Record = {member: row[column] or None for member, column in TEXTS.items()}
    record |= {member: key(row[column]) for member, column in KEYS.items()}
    record |= {member: desk.account(row[column]) for member, column in ACCOUNTS.items()}
    iso = desk.iso.get(row["CURNCYID"], "")
    return record | {
        "Key": key(row["VENDORID"]),
        "State": row["STATE"],
        "IsOnHold": bool(row["HOLD"]),
        "IsActive": row["VENDSTTS"] != INACTIVE,
        "IsOneTime": row["VENDSTTS"] == TEMPORARY,
        "CurrencyKey": {"ISOCode": iso} if iso else None,
        "PhoneNumbers": [{"Value": row["PHNUMBR1"]}] if row["PHNUMBR1"] else [],
        "DiscountGracePeriod": 0,
        "DueDateGracePeriod": 0,
        "Tax1099Type": "None",
        "PostResultsTo": "Payables/Discount Account",
        "CreatedDate": midnight(row["CREATDDT"]),
        "ModifiedDate": midnight(row["MODIFDT"]),
    }


def _address(row: sqlite3.Row) -> Record:
    record: Record = {member: row[column] or None for member, column in ADDRESS.items()}
    record |= {member: {"Value": row[column]} if row[column] else None for member, column in PHONES.items()}
    email = {"EmailToAddress": row["email"]} if row["email"] else None
    return record | {
        "Key": {"VendorKey": key(row["VENDORID"]), "Id": row["ADRSCODE"]},
        "ShippingMethodKey": key(row["SHIPMTHD"]),
        "TaxScheduleKey": key(row["TAXSCHID"]),
        "InternetAddresses": email,
    }


ADDRESSES: Final = """SELECT a.*, coalesce(i.EmailToAddress, '') AS email FROM PM00300 a LEFT JOIN SY01200 i
    ON i.Master_Type = 'VEN' AND i.Master_ID = a.VENDORID AND i.ADRSCODE = a.ADRSCODE"""


def get_vendor(desk: Desk, given: Parameters) -> Record:
    """Read one vendor with its addresses."""
    row = desk.one("SELECT * FROM PM00200 WHERE VENDORID = ?", ident(given, "key"))
    rows = desk.rows(f"{ADDRESSES} WHERE a.VENDORID = ? ORDER BY a.ADRSCODE", row["VENDORID"])
    record = _vendor(desk, row)
    return record | {"Addresses": [_address(each) for each in rows], "State": None}


def list_vendors(desk: Desk, given: Parameters) -> list[Record]:
    """List summaries."""
    records = (_vendor(desk, row) for row in desk.rows("SELECT * FROM PM00200 ORDER BY VENDORID"))
    fields: Mapping[str, Callable[[Record], object]] = {
        "IsOnHold": lambda each: each["IsOnHold"],
        "IsActive": lambda each: each["IsActive"],
        "IsOneTime": lambda each: each["IsOneTime"],
        "Id": lambda each: ident(each, "Key"),
        "Name": lambda each: text(each, "Name"),
        "ClassId": lambda each: ident(each, "ClassKey"),
        "State": lambda each: text(each, "State"),
        "CreatedDate": lambda each: each["CreatedDate"],
        "ModifiedDate": lambda each: each["ModifiedDate"],
    }
    return summaries("VendorSummary", matching(records, sub(given, "criteria"), fields), desk.gp.list_cap)


def create_vendor(desk: Desk, given: Parameters) -> None:
    """Create a vendor and the addresses that come with it."""
    vendor = sub(given, "vendor")
    if not ident(vendor, "Key") or not text(vendor, "Name"):
        raise Refused(("", "Key is required"), ("", "Name is required"))
    values = _columns(desk, vendor)
    record = Vendor.model_validate({"VENDORID": ident(vendor, "Key"), **cut(Vendor, values)})
    masters.create(desk.db, "PM00200", "VENDORID", record, desk.gp.today())
    _store_addresses(desk, record.vendor_id, vendor)


def update_vendor(desk: Desk, given: Parameters) -> None:
    """Write the members that are there; nil leaves a member as it is."""
    vendor = sub(given, "vendor")
    row = desk.one("SELECT VENDORID FROM PM00200 WHERE VENDORID = ?", ident(vendor, "Key"))
    values = _columns(desk, vendor)
    record = Vendor.model_validate({"VENDORID": row["VENDORID"], **cut(Vendor, values)})
    masters.update(desk.db, "PM00200", "VENDORID", record, desk.gp.today())
    _store_addresses(desk, row["VENDORID"], vendor)


def _columns(desk: Desk, vendor: Parameters) -> dict[str, object]:
    values: dict[str, object] = {
        column: vendor[member] for member, column in TEXTS.items() if vendor.get(member) is not None
    }
    values |= {column: ident(vendor, member) for member, column in KEYS.items() if vendor.get(member) is not None}
    for member, column in ACCOUNTS.items():
        if number := ident(vendor, member):
            account = account_of(desk.db, number)
            if account is None:
                raise Refused(("447", f"Account does not exist for Account Number String given: {number}"))
            values[column] = account["ACTINDX"]
    if vendor.get("CurrencyKey") is not None:
        values["CURNCYID"] = desk.currency_id(vendor)
    if vendor.get("IsOnHold") is not None:
        values["HOLD"] = vendor["IsOnHold"]
    if vendor.get("IsOneTime"):
        values["VENDSTTS"] = TEMPORARY
    elif vendor.get("IsActive") is not None:
        values["VENDSTTS"] = ACTIVE if vendor["IsActive"] else INACTIVE
    return values


def _store_addresses(desk: Desk, vendor_id: str, vendor: Parameters) -> None:
    for address in lines(vendor, "Addresses"):
        if address.get("DeleteOnUpdate"):
            masters.delete_address(desk.db, vendor_id, ident(address, "Key"))
        else:
            masters.save_address(desk.db, _read_address(vendor_id, address))


def _read_address(vendor_id: str, address: Parameters) -> VendorAddress:
    values: dict[str, object] = {
        column: address[member] for member, column in ADDRESS.items() if address.get(member) is not None
    }
    values |= {column: ident(address, member, "Value") for member, column in PHONES.items() if address.get(member)}
    for member, column in (("ShippingMethodKey", "SHIPMTHD"), ("TaxScheduleKey", "TAXSCHID")):
        if address.get(member) is not None:
            values[column] = ident(address, member)
    email = text(sub(address, "InternetAddresses"), "EmailToAddress")
    key_ = {"VENDORID": vendor_id, "ADRSCODE": ident(address, "Key")}
    return VendorAddress.model_validate(cut(VendorAddress, key_ | values | {"email": email or None}))


def _address_key(given: Parameters) -> tuple[str, str]:
    return ident(sub(given, "key"), "VendorKey"), text(sub(given, "key"), "Id")


def get_address(desk: Desk, given: Parameters) -> Record:
    """Read one address."""
    return _address(desk.one(f"{ADDRESSES} WHERE a.VENDORID = ? AND a.ADRSCODE = ?", *_address_key(given)))


def list_addresses(desk: Desk, given: Parameters) -> list[Record]:
    """List addresses."""
    records = (_address(row) for row in desk.rows(f"{ADDRESSES} ORDER BY a.VENDORID, a.ADRSCODE"))
    fields: Mapping[str, Callable[[Record], object]] = {
        "VendorAddressKeyId": lambda each: text(sub(each, "Key"), "Id"),
        "VendorKeyId": lambda each: ident(sub(each, "Key"), "VendorKey"),
        "Address": lambda each: text(each, "Line1"),
        "City": lambda each: text(each, "City"),
        "State": lambda each: text(each, "State"),
        "PostalCode": lambda each: text(each, "PostalCode"),
    }
    found = matching(records, sub(given, "criteria"), fields)
    return summaries("VendorAddressSummary", found, desk.gp.list_cap)


def create_address(desk: Desk, given: Parameters) -> None:
    """Create an address of a vendor."""
    address = sub(given, "address")
    masters.create_address(desk.db, _read_address(ident(sub(address, "Key"), "VendorKey"), address))


def update_address(desk: Desk, given: Parameters) -> None:
    """Write the members that are there."""
    address = sub(given, "address")
    vendor_id, code = ident(sub(address, "Key"), "VendorKey"), ident(address, "Key")
    desk.one("SELECT 1 FROM PM00300 WHERE VENDORID = ? AND ADRSCODE = ?", vendor_id, code)
    masters.save_address(desk.db, _read_address(vendor_id, address))


def delete_address(desk: Desk, given: Parameters) -> None:
    """Delete an address; the primary one stays."""
    vendor_id, code = _address_key(given)
    desk.one("SELECT 1 FROM PM00300 WHERE VENDORID = ? AND ADRSCODE = ?", vendor_id, code)
    masters.delete_address(desk.db, vendor_id, code)


HANDLERS: Final[Mapping[str, Callable[[Desk, Parameters], object]]] = {
    "GetVendorByKey": get_vendor,
    "GetVendorList": list_vendors,
    "CreateVendor": create_vendor,
    "UpdateVendor": update_vendor,
    "GetVendorAddressByKey": get_address,
    "GetVendorAddressList": list_addresses,
    "CreateVendorAddress": create_address,
    "UpdateVendorAddress": update_address,
    "DeleteVendorAddress": delete_address,
}
