"""Items, what vendors call them, sites and unit schedules over SOAP."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final

from dynamicsgp_client.backends.sba_source import read_back
from dynamicsgp_client.backends.soap.source import SoapSource, restrictions
from dynamicsgp_client.backends.soap.values import Record, amount, ident, key, money, position, present, word
from dynamicsgp_client.backends.source import Filter
from dynamicsgp_client.contract import load
from dynamicsgp_client.errors import ConfigurationError
from dynamicsgp_client.models import Item, ItemType, ItemVendor, Site, UnitSchedule
from dynamicsgp_client.pages import Page

TYPES: Final[Mapping[str, ItemType]] = {
    "Sales Item": ItemType.SALES_INVENTORY,
    "Kit": ItemType.KIT,
    "Miscellaneous Charges": ItemType.MISC_CHARGES,
    "Service": ItemType.SERVICES,
    "Flat Fee": ItemType.FLAT_FEE,
}
TEXTS: Final[Mapping[str, str]] = {
    "item_description": "Description",
    "short_name": "ShortDescription",
    "generic_description": "GenericDescription",
    "purchasing_unit": "PurchaseUofM",
    "selling_unit": "DefaultSellingUofM",
}
KEYS: Final[Mapping[str, str]] = {
    "item_class_id": "ClassKey",
    "unit_schedule_id": "UofMScheduleKey",
    "site_id": "DefaultWarehouseKey",
}
# GP's codes count the contract's words from 1.
WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "quantity_decimals": ("QuantityDecimalPlaces", "QuantityDecimalPlaces"),
    "tracking_option": ("TrackingOption", "TrackingOption"),
    "valuation_method": ("ValuationMethod", "ValuationMethod"),
    "purchase_tax_option": ("PurchaseTaxBasis", "PurchasingTaxBasis"),
}


def _words(type_: str) -> tuple[str, ...]:
    return load().types[type_].values


class SoapItems(SoapSource[Item]):
    """Items; the contract has no update of an item. Account indexes are not reachable here."""

    def get(self, *key_: str) -> Item:
        """Read one item of whatever class."""
        record = self.soap.record("GetItemByKey", key={"Id": key_[0]})
        type_ = TYPES.get(str(record.get("Type")))
        weight = record.get("ShippingWeight")
        values = present(
            item_number=ident(record, "Key"),
            item_type=ItemType.DISCONTINUED if record.get("IsDiscontinued") else type_,
            standard_cost=amount(record, "StandardCost"),
            current_cost=amount(record, "CurrentCost"),
            shipping_weight=weight * 100 if isinstance(weight, Decimal) else None,
            created_date=record.get("CreatedDate"),
            modified_date=record.get("ModifiedDate"),
            **{field: record.get(member) for field, member in TEXTS.items()},
            **{field: ident(record, member) for field, member in KEYS.items()},
            **{field: position(_words(type_), record.get(member)) for field, (member, type_) in WORDS.items()},
        )
        return self._model(Item, "GetItemByKey", values)

    def list(self, filters: Sequence[Filter]) -> Iterator[Page[Item]]:
        """Read every item that changed, each by its key: summaries lack units and costs."""
        criteria = restrictions(filters, {"modified_date": "ModifiedDate", "item_class_id": "ItemClassId"})
        rows = self._all("GetItemList", criteria, "ItemId", lambda row: ident(row, "Key"))
        return self._paged((self.get(ident(row, "Key") or "") for row in rows), filters)

    def create(self, document: Item) -> Item:
        """Create an item with stock, the only kind that the contract can create."""
        if document.item_type != ItemType.SALES_INVENTORY:
            raise ConfigurationError(f"not sent: SOAP creates sales items only, not {document.item_type.name}")
        given = document.model_fields_set
        record: dict[str, object] = {
            "Key": {"Id": document.item_number},
            **{member: getattr(document, field) for field, member in TEXTS.items() if field in given},
            **{member: key(getattr(document, field)) for field, member in KEYS.items() if field in given},
            **{
                member: word(_words(type_), getattr(document, field))
                for field, (member, type_) in WORDS.items()
                if field in given
            },
        }
        for field, member in (("standard_cost", "StandardCost"), ("current_cost", "CurrentCost")):
            if field in given:
                record[member] = money(getattr(document, field))
        self.soap.call("CreateSalesItem", salesItem=record)
        return read_back(self, document)


class SoapItemVendors(SoapSource[ItemVendor]):
    """Items at vendors."""

    def get(self, *key_: str) -> ItemVendor:
        """Read one item at one vendor."""
        item_number, vendor_id = key_
        wanted = {"ItemKey": {"Id": item_number}, "VendorKey": {"Id": vendor_id}}
        record = self.soap.record("GetItemVendorByKey", key=wanted)
        values = present(
            item_number=ident(record, "Key", "ItemKey"),
            vendor_id=ident(record, "Key", "VendorKey"),
            vendor_item_number=record.get("VendorItemNumber"),
            vendor_item_description=record.get("VendorItemDescription"),
            last_originating_cost=amount(record, "LastOriginatingCost"),
            last_currency_id=self.currencies.currency_id(record, "LastCurrencyKey"),
            purchasing_unit=record.get("PurchasingUofM"),
        )
        return self._model(ItemVendor, "GetItemVendorByKey", values)

    def list(self, filters: Sequence[Filter]) -> Iterator[Page[ItemVendor]]:
        """Read them, each by its key: summaries lack costs."""
        criteria = {"Scope": "Return All", **restrictions(filters, {"item_number": "ItemId", "vendor_id": "VendorId"})}
        rows = self._all("GetItemVendorList", criteria, "ItemId", lambda row: ident(row, "Key", "ItemKey"))
        keys = ((ident(row, "Key", "ItemKey") or "", ident(row, "Key", "VendorKey") or "") for row in rows)
        return self._paged((self.get(*each) for each in keys), filters)


class SoapSites(SoapSource[Site]):
    """Sites, which the contract calls warehouses."""

    def get(self, *key_: str) -> Site:
        """Read one site."""
        record = self.soap.record("GetWarehouseByKey", key={"Id": key_[0]})
        address = record.get("Address")
        return self._site(record, address if isinstance(address, Mapping) else {})

    def list(self, filters: Sequence[Filter]) -> Iterator[Page[Site]]:
        """Read sites."""
        rows = self._all("GetWarehouseList", {}, "WarehouseId", lambda row: ident(row, "Key"))
        return self._paged((self._site(row, row) for row in rows), filters)

    def _site(self, record: Record, address: Record) -> Site:
        values = present(
            site_id=ident(record, "Key"),
            description=record.get("Description"),
            city=address.get("City"),
            state=address.get("State"),
            country=address.get("CountryRegion"),
        )
        return self._model(Site, "GetWarehouseByKey", values)


class SoapUnitSchedules(SoapSource[UnitSchedule]):
    """Unit-of-measure schedules."""

    def get(self, *key_: str) -> UnitSchedule:
        """Read one schedule."""
        return self._schedule(self.soap.record("GetUofMScheduleByKey", key={"Id": key_[0]}))

    def list(self, filters: Sequence[Filter]) -> Iterator[Page[UnitSchedule]]:
        """Read schedules."""
        rows = self._all("GetUofMScheduleList", {}, "UnitofMeasureScheduleId", lambda row: ident(row, "Key"))
        return self._paged(map(self._schedule, rows), filters)

    def _schedule(self, record: Record) -> UnitSchedule:
        values = present(
            unit_schedule_id=ident(record, "Key"),
            description=record.get("Description"),
            base_unit=record.get("BaseUofM"),
        )
        return self._model(UnitSchedule, "GetUofMScheduleByKey", values)
