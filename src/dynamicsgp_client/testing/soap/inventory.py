"""Items, item vendors, warehouses and unit schedules over SOAP (IV00101, IV00103, IV40700, IV40201)."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from typing import Final

from dynamicsgp_client.models import Item
from dynamicsgp_client.testing.rules import masters
from dynamicsgp_client.testing.rules.refusal import Refused
from dynamicsgp_client.testing.soap.desk import (
    Desk,
    Missing,
    Parameters,
    Record,
    amount,
    ident,
    key,
    matching,
    midnight,
    quantity,
    sub,
    summaries,
    text,
)
from dynamicsgp_client.testing.soap.xml import TYPE
from dynamicsgp_client.testing.values import cut

# IV00101.ITEMTYPE: class and word of the contract. Which class carries miscellaneous charges is not documented.
TYPES: Final[Mapping[int, tuple[str, str]]] = {
    1: ("SalesItem", "Sales Item"),
    2: ("SalesItem", "Sales Item"),
    3: ("Kit", "Kit"),
    4: ("Service", "Miscellaneous Charges"),
    5: ("Service", "Service"),
    6: ("Fee", "Flat Fee"),
}
DISCONTINUED: Final = 2
PLACES: Final = ("Zero", "One", "Two", "Three", "Four", "Five")
VALUATION: Final = ("FIFO Perpetual", "LIFO Perpetual", "Average Perpetual", "FIFO Periodic", "LIFO Periodic")
TRACKING: Final = ("None", "Serial Numbers", "Lot Numbers")
TAX: Final = ("Taxable", "Nontaxable", "Based On Vendor")
TEXTS: Final[Mapping[str, str]] = {
    "Description": "ITEMDESC",
    "ShortDescription": "ITMSHNAM",
    "GenericDescription": "ITMGEDSC",
    "PurchaseUofM": "PRCHSUOM",
    "DefaultSellingUofM": "SELNGUOM",
}
KEYS: Final[Mapping[str, str]] = {
    "ClassKey": "ITMCLSCD",
    "UofMScheduleKey": "UOMSCHDL",
    "DefaultWarehouseKey": "LOCNCODE",
}
ACCOUNTS: Final[Mapping[str, str]] = {
    "InventoryGLAccountKey": "IVIVINDX",
    "CostofGoodsSoldGLAccountKey": "IVCOGSIX",
    "SalesGLAccountKey": "IVSLSIDX",
}


def _nth(words: tuple[str, ...], position: int) -> str | None:
    return words[position - 1] if 1 <= position <= len(words) else None


def _item(desk: Desk, row: sqlite3.Row) -> Record:
    kind, word = TYPES.get(row["ITEMTYPE"], TYPES[1])
    record: Record = {member: row[column] or None for member, column in TEXTS.items()}
    record |= {member: key(row[column]) for member, column in KEYS.items()}
    record |= {member: desk.account(row[column]) for member, column in ACCOUNTS.items()}
    return record | {
        TYPE: kind,
        "Key": key(row["ITEMNMBR"]),
        "Type": word,
        "QuantityDecimalPlaces": _nth(PLACES, row["DECPLQTY"]),
        "ShippingWeight": row["ITEMSHWT"] / 100,
        "PurchaseTaxBasis": _nth(TAX, row["Purchase_Tax_Options"]),
        "StandardCost": desk.money(row["STNDCOST"]),
        "CurrentCost": desk.money(row["CURRCOST"]),
        "CreatedDate": midnight(row["CREATDDT"]),
        "ModifiedDate": midnight(row["MODIFDT"]),
        "LastModifiedDate": midnight(row["MODIFDT"]),
        "IsDiscontinued": row["ITEMTYPE"] == DISCONTINUED,
        "ValuationMethod": _nth(VALUATION, row["VCTNMTHD"]),
        "TrackingOption": _nth(TRACKING, row["ITMTRKOP"]),
    }


def get_item(desk: Desk, given: Parameters) -> Record:
    """Read one item, of whatever class."""
    row = desk.one("SELECT * FROM IV00101 WHERE ITEMNMBR = ?", ident(given, "key"))
    record = _item(desk, row)
    if record[TYPE] == "SalesItem":
        sites = desk.rows("SELECT * FROM IV00102 WHERE ITEMNMBR = ? ORDER BY LOCNCODE", row["ITEMNMBR"])
        record["Quantities"] = [
            {
                "Key": {"ItemKey": key(site["ITEMNMBR"]), "WarehouseKey": key(site["LOCNCODE"])},
                "OnHandQuantity": quantity(site["QTYONHND"]),
                "AllocatedQuantity": quantity(site["ATYALLOC"]),
                "OnOrderQuantity": quantity(site["QTYONORD"]),
            }
            for site in sites
        ]
    return record


def get_inventoried_item(desk: Desk, given: Parameters) -> Record:
    """Read one item that has stock."""
    record = get_item(desk, given)
    if record[TYPE] not in ("SalesItem", "Kit"):
        raise Missing
    return record


def _listed(desk: Desk, given: Parameters) -> list[Record]:
    fields: Mapping[str, Callable[[Record], object]] = {
        "ItemId": lambda each: ident(each, "Key"),
        "Description": lambda each: text(each, "Description"),
        "ShortDescription": lambda each: text(each, "ShortDescription"),
        "GenericDescription": lambda each: text(each, "GenericDescription"),
        "ItemClassId": lambda each: ident(each, "ClassKey"),
        "CreatedDate": lambda each: each["CreatedDate"],
        "ModifiedDate": lambda each: each["ModifiedDate"],
        "LastModifiedDate": lambda each: each["LastModifiedDate"],
        "Type": lambda each: each["Type"],
        "IsDiscontinued": lambda each: each["IsDiscontinued"],
    }
    records = (_item(desk, row) for row in desk.rows("SELECT * FROM IV00101 ORDER BY ITEMNMBR"))
    return matching(records, sub(given, "criteria"), fields)


def list_items(desk: Desk, given: Parameters) -> list[Record]:
    """List items of every class."""
    return summaries("ItemSummary", _listed(desk, given), desk.gp.list_cap)


def list_inventoried_items(desk: Desk, given: Parameters) -> list[Record]:
    """List items that have stock."""
    found = [each for each in _listed(desk, given) if each["Type"] in ("Sales Item", "Kit")]
    return summaries("InventoriedItemSummary", found, desk.gp.list_cap)


def create_sales_item(desk: Desk, given: Parameters) -> None:
    """Create an item with stock."""
    item = sub(given, "salesItem")
    number = ident(item, "Key")
    if not number or not text(item, "Description"):
        raise Refused(("", "Key and Description are required"))
    values: dict[str, object] = {column: item[member] for member, column in TEXTS.items() if item.get(member)}
    values |= {column: ident(item, member) for member, column in KEYS.items() if ident(item, member)}
    places, tracking = item.get("QuantityDecimalPlaces"), item.get("TrackingOption")
    if places in PLACES:
        values["DECPLQTY"] = PLACES.index(str(places)) + 1
    if tracking in TRACKING:
        values["ITMTRKOP"] = TRACKING.index(str(tracking)) + 1
    values |= {"STNDCOST": amount(item, "StandardCost"), "CURRCOST": amount(item, "CurrentCost")}
    record = Item.model_validate({"ITEMNMBR": number, "ITEMTYPE": 1, **cut(Item, values)})
    masters.create(desk.db, "IV00101", "ITEMNMBR", record, desk.gp.today())


def _item_vendor(desk: Desk, row: sqlite3.Row) -> Record:
    iso = desk.iso.get(row["Last_Currency_ID"], "")
    return {
        "Key": {"ItemKey": key(row["ITEMNMBR"]), "VendorKey": key(row["VENDORID"])},
        "VendorItemNumber": row["VNDITNUM"] or None,
        "VendorItemDescription": row["VNDITDSC"] or None,
        "LastOriginatingCost": desk.money(row["Last_Originating_Cost"], row["Last_Currency_ID"]),
        "LastCurrencyKey": {"ISOCode": iso} if iso else None,
        "PurchasingUofM": row["PRCHSUOM"] or None,
    }


def get_item_vendor(desk: Desk, given: Parameters) -> Record:
    """Read one item at one vendor."""
    wanted = sub(given, "key")
    row = desk.one(
        "SELECT * FROM IV00103 WHERE ITEMNMBR = ? AND VENDORID = ?",
        ident(wanted, "ItemKey"),
        ident(wanted, "VendorKey"),
    )
    return _item_vendor(desk, row)


def list_item_vendors(desk: Desk, given: Parameters) -> list[Record]:
    """List items at vendors."""
    records = (_item_vendor(desk, row) for row in desk.rows("SELECT * FROM IV00103 ORDER BY ITEMNMBR, VENDORID"))
    fields: Mapping[str, Callable[[Record], object]] = {
        "ItemId": lambda each: ident(sub(each, "Key"), "ItemKey"),
        "VendorId": lambda each: ident(sub(each, "Key"), "VendorKey"),
    }
    found = matching(records, sub(given, "criteria"), fields)
    return summaries("ItemVendorSummary", found, desk.gp.list_cap)


def _warehouse(row: sqlite3.Row) -> Record:
    address = {
        "Line1": row["ADDRESS1"] or None,
        "City": row["CITY"] or None,
        "State": row["STATE"] or None,
        "PostalCode": row["ZIPCODE"] or None,
        "CountryRegion": row["COUNTRY"] or None,
    }
    flat = {"AddressLine1": row["ADDRESS1"], **{name: address[name] for name in address if name != "Line1"}}
    return {"Key": key(row["LOCNCODE"]), "Description": row["LOCNDSCR"] or None, "Address": address, **flat}


def get_warehouse(desk: Desk, given: Parameters) -> Record:
    """Read one warehouse."""
    return _warehouse(desk.one("SELECT * FROM IV40700 WHERE LOCNCODE = ?", ident(given, "key")))


def list_warehouses(desk: Desk, given: Parameters) -> list[Record]:
    """List warehouses."""
    fields: Mapping[str, Callable[[Record], object]] = {
        "WarehouseId": lambda each: ident(each, "Key"),
        "Description": lambda each: text(each, "Description"),
        "City": lambda each: text(each, "City"),
    }
    records = (_warehouse(row) for row in desk.rows("SELECT * FROM IV40700 ORDER BY LOCNCODE"))
    return summaries("WarehouseSummary", matching(records, sub(given, "criteria"), fields), desk.gp.list_cap)


def _schedule(row: sqlite3.Row) -> Record:
    return {
        "Key": key(row["UOMSCHDL"]),
        "Description": row["UMSCHDSC"] or None,
        "BaseUofM": row["BASEUOFM"] or None,
        "UofMDecimalPlacesQuantities": "Zero",
        "Details": [
            {
                "Key": {"UofMScheduleKey": key(row["UOMSCHDL"]), "SequenceNumber": 1},
                "UofM": row["BASEUOFM"],
                "EquivalentUofM": row["BASEUOFM"],
                "EquivalentUofMQuantity": quantity(1),
                "QuantityInBaseUofM": quantity(1),
            }
        ],
    }


def get_schedule(desk: Desk, given: Parameters) -> Record:
    """Read one unit schedule."""
    return _schedule(desk.one("SELECT * FROM IV40201 WHERE UOMSCHDL = ?", ident(given, "key")))


def list_schedules(desk: Desk, given: Parameters) -> list[Record]:
    """List unit schedules."""
    fields: Mapping[str, Callable[[Record], object]] = {"UnitofMeasureScheduleId": lambda each: ident(each, "Key")}
    records = (_schedule(row) for row in desk.rows("SELECT * FROM IV40201 ORDER BY UOMSCHDL"))
    return summaries("UofMScheduleSummary", matching(records, sub(given, "criteria"), fields), desk.gp.list_cap)


HANDLERS: Final[Mapping[str, Callable[[Desk, Parameters], object]]] = {
    "GetItemByKey": get_item,
    "GetItemList": list_items,
    "GetInventoriedItemByKey": get_inventoried_item,
    "GetInventoriedItemList": list_inventoried_items,
    "CreateSalesItem": create_sales_item,
    "GetItemVendorByKey": get_item_vendor,
    "GetItemVendorList": list_item_vendors,
    "GetWarehouseByKey": get_warehouse,
    "GetWarehouseList": list_warehouses,
    "GetUofMScheduleByKey": get_schedule,
    "GetUofMScheduleList": list_schedules,
}
