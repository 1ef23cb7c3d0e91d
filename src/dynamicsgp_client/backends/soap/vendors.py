"""Vendors and their addresses over SOAP."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from dynamicsgp_client.backends.sba_source import read_back
from dynamicsgp_client.backends.soap.source import SoapSource, restrictions
from dynamicsgp_client.backends.soap.values import NO_MOMENT, Record, account_key, ident, key, members, present, sub
from dynamicsgp_client.backends.source import Filter
from dynamicsgp_client.models import Vendor, VendorAddress, VendorStatus
from dynamicsgp_client.pages import Page

DEFAULT_ADDRESS: Final = "PRIMARY"
# field of Vendor: member of the contract
TEXTS: Final[Mapping[str, str]] = {
    "vendor_name": "Name",
    "short_name": "ShortName",
    "check_name": "CheckName",
    "comment1": "Comment1",
    "comment2": "Comment2",
    "tax_schedule_id": "TaxSchedule",
    "tax_id": "TaxIdentificationNumber",
}
KEYS: Final[Mapping[str, str]] = {
    "vendor_class_id": "ClassKey",
    "rate_type_id": "RateTypeKey",
    "payment_terms_id": "PaymentTermsKey",
}
ADDRESS_KEYS: Final[Mapping[str, str]] = {
    "primary_address_id": "DefaultAddressKey",
    "purchase_address_id": "PurchaseAddressKey",
    "remit_to_address_id": "RemitToAddressKey",
    "ship_from_address_id": "ShipFromAddressKey",
}
LINES: Final[Mapping[str, str]] = {
    "contact": "ContactPerson",
    "address1": "Line1",
    "address2": "Line2",
    "address3": "Line3",
    "city": "City",
    "state": "State",
    "zip_code": "PostalCode",
    "country": "CountryRegion",
}
PHONES: Final[Mapping[str, str]] = {"phone1": "Phone1", "phone2": "Phone2", "phone3": "Phone3", "fax": "Fax"}


class SoapVendors(SoapSource[Vendor]):
    """Vendors; a list reads each by its key, because summaries lack terms, currency and accounts."""

    def get(self, *key_: str) -> Vendor:
        """Read one vendor."""
        return self._vendor(self.soap.record("GetVendorByKey", key={"Id": key_[0]}))

    def list(self, filters: Sequence[Filter]) -> Iterator[Page[Vendor]]:
        """Read every vendor that changed."""
        names = {"modified_date": "ModifiedDate", "vendor_class_id": "ClassId"}
        criteria = {"Scope": "Return All", **restrictions(filters, names)}
        rows = self._all("GetVendorList", criteria, "Id", lambda row: ident(row, "Key"))
        return self._paged((self.get(ident(row, "Key") or "") for row in rows), filters)

    def create(self, document: Vendor) -> Vendor:
        """Create a vendor with its default address."""
        written = {"PostResultsTo": self.soap.profile.posting_results_to, **self._written(document)}
        self.soap.call("CreateVendor", vendor=written)
        return read_back(self, document)

    def update(self, document: Vendor) -> Vendor:
        """Write the fields that are set; PostResultsTo is required, so GP's own value is echoed."""
        current = self.soap.record("GetVendorByKey", key={"Id": document.vendor_id})
        echoed = {"PostResultsTo": current.get("PostResultsTo") or self.soap.profile.posting_results_to}
        default = ident(current, "DefaultAddressKey") or DEFAULT_ADDRESS
        self.soap.call("UpdateVendor", vendor={**echoed, **self._written(document, default)})
        return read_back(self, document)

    def _vendor(self, record: Record) -> Vendor:
        default = ident(record, "DefaultAddressKey")
        addresses = members(record, "Addresses")
        address: Record = next((each for each in addresses if ident(each, "Key") == default), {})
        status = VendorStatus.ACTIVE if record.get("IsActive") else VendorStatus.INACTIVE
        if record.get("IsOneTime"):
            status = VendorStatus.TEMPORARY
        values = present(
            vendor_id=ident(record, "Key"),
            status=status,
            on_hold=record.get("IsOnHold"),
            currency_id=self.currencies.currency_id(record),
            payables_account_number=ident(record, "AccountsPayableGLAccountKey"),
            shipping_method=ident(address, "ShippingMethodKey"),
            created_date=record.get("CreatedDate"),
            modified_date=record.get("ModifiedDate"),
            **{field: record.get(member) for field, member in TEXTS.items()},
            **{field: ident(record, member) for field, member in {**KEYS, **ADDRESS_KEYS}.items()},
            **_address_fields(address),
        )
        return self._model(Vendor, "GetVendorByKey", values)

    def _written(self, vendor: Vendor, default_address: str = DEFAULT_ADDRESS) -> dict[str, object]:
        given = vendor.model_fields_set
        record: dict[str, object] = {
            "Key": {"Id": vendor.vendor_id},
            "CreatedDate": NO_MOMENT,
            "ModifiedDate": NO_MOMENT,
            **{member: getattr(vendor, field) or "" for field, member in TEXTS.items() if field in given},
            **{member: key(getattr(vendor, field)) for field, member in KEYS.items() if field in given},
            **{
                member: {"VendorKey": {"Id": vendor.vendor_id}, "Id": getattr(vendor, field)}
                for field, member in ADDRESS_KEYS.items()
                if field in given and getattr(vendor, field)
            },
        }
        if "on_hold" in given:
            record["IsOnHold"] = vendor.on_hold
        if "status" in given:
            record["IsActive"] = vendor.status != VendorStatus.INACTIVE
            record["IsOneTime"] = vendor.status == VendorStatus.TEMPORARY
        if "currency_id" in given:
            record["CurrencyKey"] = self.currencies.key(vendor.currency_id)
        if vendor.payables_account_number:
            record["AccountsPayableGLAccountKey"] = account_key(vendor.payables_account_number)
        if given & {*LINES, *PHONES, "shipping_method"}:
            code = vendor.primary_address_id or default_address
            address = _written_address(vendor, vendor.vendor_id, code)
            record["Addresses"] = {"VendorAddress": [address]}
            record.setdefault("DefaultAddressKey", address["Key"])
        return record


class SoapVendorAddresses(SoapSource[VendorAddress]):
    """Vendor addresses."""

    def get(self, *key_: str) -> VendorAddress:
        """Read one address."""
        vendor_id, address_id = key_
        wanted = {"VendorKey": {"Id": vendor_id}, "Id": address_id}
        return self._address(self.soap.record("GetVendorAddressByKey", key=wanted))

    def list(self, filters: Sequence[Filter]) -> Iterator[Page[VendorAddress]]:
        """Read addresses; each by its key, because summaries lack e-mail."""
        criteria = {"Scope": "Return All", **restrictions(filters, {"vendor_id": "VendorKeyId"})}
        rows = self._all("GetVendorAddressList", criteria, "VendorKeyId", lambda row: ident(row, "Key", "VendorKey"))
        keys = ((ident(row, "Key", "VendorKey") or "", ident(row, "Key") or "") for row in rows)
        return self._paged((self.get(*each) for each in keys), filters)

    def create(self, document: VendorAddress) -> VendorAddress:
        """Create an address of a vendor."""
        self.soap.call("CreateVendorAddress", address=_written_address(document, *document.key))
        return read_back(self, document)

    def update(self, document: VendorAddress) -> VendorAddress:
        """Write the fields that are set."""
        self.soap.call("UpdateVendorAddress", address=_written_address(document, *document.key))
        return read_back(self, document)

    def delete(self, *key_: str) -> None:
        """Delete an address."""
        vendor_id, address_id = key_
        self.soap.call("DeleteVendorAddress", key={"VendorKey": {"Id": vendor_id}, "Id": address_id})

    def _address(self, record: Record) -> VendorAddress:
        values = present(
            vendor_id=ident(record, "Key", "VendorKey"),
            address_id=ident(record, "Key"),
            email=sub(record, "InternetAddresses").get("EmailToAddress"),
            **_address_fields(record),
        )
        return self._model(VendorAddress, "GetVendorAddressByKey", values)


def _address_fields(record: Record) -> dict[str, object]:
    lines = {field: record.get(member) for field, member in LINES.items()}
    return lines | {field: sub(record, member).get("Value") for field, member in PHONES.items()}


def _written_address(document: Vendor | VendorAddress, vendor_id: str, address_id: str) -> dict[str, object]:
    given = document.model_fields_set
    record: dict[str, object] = {
        "Key": {"VendorKey": {"Id": vendor_id}, "Id": address_id},
        "CreatedDate": NO_MOMENT,
        "ModifiedDate": NO_MOMENT,
        **{member: getattr(document, field) or "" for field, member in LINES.items() if field in given},
        **{member: {"Value": getattr(document, field) or ""} for field, member in PHONES.items() if field in given},
    }
    if isinstance(document, Vendor) and document.shipping_method:
        record["ShippingMethodKey"] = {"Id": document.shipping_method}
    if isinstance(document, VendorAddress) and document.email:
        record["InternetAddresses"] = {"EmailToAddress": document.email}
    return record
