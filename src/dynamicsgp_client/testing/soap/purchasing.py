"""Receipts, purchase invoices and purchase orders over SOAP (POP10300, POP10310, POP10500, POP10100, POP10110)."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

from dynamicsgp_client.models import Receiving, ReceivingLine, ReceivingMatch, ReceivingType
from dynamicsgp_client.testing.rules import receivings
from dynamicsgp_client.testing.rules.entry import STEP
from dynamicsgp_client.testing.rules.refusal import Refused
from dynamicsgp_client.testing.soap.desk import (
    Desk,
    Missing,
    Parameters,
    Record,
    amount,
    day,
    ident,
    key,
    lines,
    matching,
    midnight,
    number,
    quantity,
    sub,
    summaries,
    text,
)
from dynamicsgp_client.testing.tables import insert
from dynamicsgp_client.testing.values import as_stored, cut

STATUS: Final = ("New", "Released", "Change Order", "Received", "Closed", "Canceled")
NEW, CANCELED = 1, 6
TYPES: Final = ("Standard", "Drop Ship", "Blanket", "Drop Ship Blanket")


def _receiving(desk: Desk, row: sqlite3.Row) -> Record:
    currency = row["CURNCYID"]
    iso = desk.iso.get(currency, "")
    foreign = currency != desk.functional
    return {
        "Key": key(row["POPRCTNM"]),
        "VendorDocumentNumber": row["VNDDOCNM"] or None,
        "Date": midnight(row["receiptdate"]),
        "BatchKey": {"Source": row["BCHSOURC"], "Id": row["BACHNUMB"]} if row["BACHNUMB"] else None,
        "VendorKey": key(row["VENDORID"]),
        "VendorName": row["VENDNAME"] or None,
        "Reference": row["REFRENCE"] or None,
        "Subtotal": desk.money(row["ORSUBTOT"], currency),
        "FreightAmount": desk.money(row["FRTAMNT"], currency),
        "MiscellaneousAmount": desk.money(row["MISCAMNT"], currency),
        "TaxAmount": desk.money(row["TAXAMNT"], currency),
        "CurrencyKey": {"ISOCode": iso} if iso else None,
        "ExchangeRate": Decimal(str(row["XCHGRATE"])) if foreign else Decimal(0),
        "ExchangeDate": midnight(row["EXCHDATE"]) if foreign else None,
        "GeneralLedgerPostingDate": midnight(row["GLPOSTDT"]),
        "TransactionState": "Work",
    }


def _lines(desk: Desk, row: sqlite3.Row) -> list[Record]:
    found = desk.rows(
        """SELECT l.*, coalesce(q.QTYSHPPD, 0) AS QTYSHPPD, coalesce(q.QTYINVCD, 0) AS QTYINVCD FROM POP10310 l
           LEFT JOIN POP10500 q ON q.POPRCTNM = l.POPRCTNM AND q.RCPTLNNM = l.RCPTLNNM
           WHERE l.POPRCTNM = ? ORDER BY l.RCPTLNNM""",
        row["POPRCTNM"],
    )
    matches = desk.rows("SELECT * FROM POP10600 WHERE POPIVCNO = ?", row["POPRCTNM"])
    return [
        {
            "Key": {"PurchaseTransactionKey": key(row["POPRCTNM"]), "LineSequenceNumber": line["RCPTLNNM"]},
            "PurchaseOrderKey": key(line["PONUMBER"]),
            "ItemKey": key(line["ITEMNMBR"]),
            "ItemDescription": line["ITEMDESC"] or None,
            "VendorItemNumber": line["VNDITNUM"] or None,
            "InventoryGLAccountKey": desk.account(line["INVINDX"]),
            "UofM": line["UOFM"] or None,
            "UnitCost": desk.money(line["UNITCOST"], row["CURNCYID"]),
            "ExtendedCost": desk.money(line["EXTDCOST"], row["CURNCYID"]),
            "IsNonInventory": bool(line["NONINVEN"]),
            "QuantityShipped": quantity(line["QTYSHPPD"]),
            "QuantityInvoiced": quantity(line["QTYINVCD"]),
            "WarehouseKey": key(line["LOCNCODE"]),
            "Receipts": {
                "PurchaseInvoiceApplyReceipt": [
                    _applied(desk, row, each) for each in matches if each["IVCLINNO"] == line["RCPTLNNM"]
                ]
            },
        }
        for line in found
    ]


def _applied(desk: Desk, row: sqlite3.Row, match: sqlite3.Row) -> Record:
    return {
        "Key": {
            "PurchaseTransactionKey": key(row["POPRCTNM"]),
            "ReceiptKey": key(match["POPRCTNM"]),
            "ReceiptLineSequenceNumber": match["RCPTLNNM"],
            "LineSequenceNumber": match["IVCLINNO"],
        },
        "QuantityInvoiced": quantity(match["QTYINVCD"]),
        "UnitCost": desk.money(match["UNITCOST"], row["CURNCYID"]),
    }


_KINDS: Final[Mapping[bool, str]] = {False: "POPTYPE <> 2", True: "POPTYPE = 2"}


def _get(*, invoice: bool) -> Callable[[Desk, Parameters], Record]:
    def get(desk: Desk, given: Parameters) -> Record:
        row = desk.one(f"SELECT * FROM POP10300 WHERE POPRCTNM = ? AND {_KINDS[invoice]}", ident(given, "key"))
        return _receiving(desk, row) | {"Lines": _lines(desk, row), "VoucherNumber": row["VCHRNMBR"] or None}

    return get


FIELDS: Final[Mapping[str, Callable[[Record], object]]] = {
    "TransactionState": lambda each: each["TransactionState"],
    "Id": lambda each: ident(each, "Key"),
    "VendorId": lambda each: ident(each, "VendorKey"),
    "BatchId": lambda each: ident(each, "BatchKey"),
    "Date": lambda each: each["Date"],
    "Status": lambda each: each.get("Status"),
    "BuyerId": lambda each: ident(each, "BuyerKey"),
}


def _list(summary: str, *, invoice: bool) -> Callable[[Desk, Parameters], list[Record]]:
    def list_(desk: Desk, given: Parameters) -> list[Record]:
        rows = desk.rows(f"SELECT * FROM POP10300 WHERE {_KINDS[invoice]} ORDER BY POPRCTNM")
        records = (_receiving(desk, row) for row in rows)
        return summaries(summary, matching(records, sub(given, "criteria"), FIELDS), desk.gp.list_cap)

    return list_


def _create(member: str, type_: ReceivingType) -> Callable[[Desk, Parameters], None]:
    def create(desk: Desk, given: Parameters) -> None:
        document = sub(given, member)
        today = desk.gp.today()
        values = cut(
            Receiving,
            {
                "POPRCTNM": ident(document, "Key"),
                "POPTYPE": int(type_),
                "VNDDOCNM": text(document, "VendorDocumentNumber"),
                "receiptdate": day(document, "Date") or today,
                "GLPOSTDT": day(document, "GeneralLedgerPostingDate"),
                "BACHNUMB": ident(document, "BatchKey") or f"{desk.gp.clock():%Y%m%dH%H}",
                "VENDORID": ident(document, "VendorKey"),
                "VENDNAME": text(document, "VendorName"),
                "REFRENCE": text(document, "Reference"),
                "CURNCYID": desk.currency_id(document),
                "XCHGRATE": document.get("ExchangeRate") or None,
                "EXCHDATE": day(document, "ExchangeDate"),
                "FRTAMNT": amount(document, "FreightAmount"),
                "MISCAMNT": amount(document, "MiscellaneousAmount"),
                "TAXAMNT": amount(document, "TaxAmount"),
            },
        )
        parts = tuple(_line(line) for line in lines(document, "Lines"))
        matches = tuple(_matched(each) for line in lines(document, "Lines") for each in lines(line, "Receipts"))
        whole = Receiving.model_validate({**values, "lines": parts, "matches": matches})
        receivings.create(desk.db, whole, today)

    return create


def _line(line: Parameters) -> ReceivingLine:
    values = cut(
        ReceivingLine,
        {
            "RCPTLNNM": number(sub(line, "Key"), "LineSequenceNumber"),
            "PONUMBER": ident(line, "PurchaseOrderKey"),
            "ITEMNMBR": ident(line, "ItemKey"),
            "ITEMDESC": text(line, "ItemDescription"),
            "VNDITNUM": text(line, "VendorItemNumber"),
            "UOFM": text(line, "UofM"),
            "QTYSHPPD": amount(line, "QuantityShipped"),
            "QTYINVCD": amount(line, "QuantityInvoiced"),
            "UNITCOST": amount(line, "UnitCost"),
            "LOCNCODE": ident(line, "WarehouseKey"),
            "NONINVEN": bool(line.get("IsNonInventory")),
        },
    )
    if line.get("ExtendedCost"):
        values["EXTDCOST"] = amount(line, "ExtendedCost")
    account = ident(line, "InventoryGLAccountKey") or None
    return ReceivingLine.model_validate({**values, "inventory_account_number": account})


def _matched(record: Parameters) -> ReceivingMatch:
    matched = sub(record, "Key")
    return ReceivingMatch(
        line_number=number(matched, "LineSequenceNumber"),
        receipt_number=ident(matched, "ReceiptKey"),
        receipt_line_number=number(matched, "ReceiptLineSequenceNumber"),
        quantity_invoiced=amount(record, "QuantityInvoiced"),
        unit_cost=amount(record, "UnitCost"),
    )


def _order(desk: Desk, row: sqlite3.Row) -> Record:
    return {
        "Key": key(row["PONUMBER"]),
        "Type": TYPES[row["POTYPE"] - 1],
        "VendorKey": key(row["VENDORID"]),
        "VendorName": row["VENDNAME"] or None,
        "Date": midnight(row["DOCDATE"]),
        "BuyerKey": key(row["BUYERID"]),
        "IsOnHold": bool(row["HOLD"]),
        "Status": STATUS[row["POSTATUS"] - 1],
        "Subtotal": desk.money(row["SUBTOTAL"], row["CURNCYID"]),
        "CreatedDate": midnight(row["CREATDDT"]),
        "ModifiedDate": midnight(row["MODIFDT"]),
        "TransactionState": "Work",
    }


def get_order(desk: Desk, given: Parameters) -> Record:
    """Read one purchase order with its lines."""
    row = desk.one("SELECT * FROM POP10100 WHERE PONUMBER = ?", ident(given, "key"))
    found = desk.rows("SELECT * FROM POP10110 WHERE PONUMBER = ? ORDER BY ORD", row["PONUMBER"])
    return _order(desk, row) | {
        "Lines": [
            {
                "Key": {"PurchaseTransactionKey": key(row["PONUMBER"]), "LineSequenceNumber": line["ORD"]},
                "WarehouseKey": key(line["LOCNCODE"]),
                "ItemKey": key(line["ITEMNMBR"]),
                "QuantityOrdered": quantity(line["QTYORDER"]),
                "IsNonInventory": bool(line["NONINVEN"]),
                "ItemDescription": line["ITEMDESC"] or None,
                "UofM": line["UOFM"] or None,
                "Status": STATUS[line["POLNESTA"] - 1],
                "UnitCost": desk.money(line["UNITCOST"], row["CURNCYID"]),
                "ExtendedCost": desk.money(line["EXTDCOST"], row["CURNCYID"]),
            }
            for line in found
        ]
    }


def list_orders(desk: Desk, given: Parameters) -> list[Record]:
    """List purchase orders."""
    records = (_order(desk, row) for row in desk.rows("SELECT * FROM POP10100 ORDER BY PONUMBER"))
    found = matching(records, sub(given, "criteria"), FIELDS)
    return summaries("PurchaseOrderSummary", found, desk.gp.list_cap)


def create_order(desk: Desk, given: Parameters) -> None:
    """Create a purchase order."""
    order = sub(given, "purchaseOrder")
    po_number = ident(order, "Key")[:17].upper()
    if desk.rows("SELECT 1 FROM POP10100 WHERE PONUMBER = ?", po_number):
        raise Refused(("", "PurchaseTransactionKey already exists"))
    vendor = desk.rows("SELECT * FROM PM00200 WHERE VENDORID = ?", ident(order, "VendorKey"))
    if not vendor:
        raise Refused(("2005", "Vendor Number (VENDORID) does not exist in the Vendor Master Table - PM00200"))
    today = as_stored(desk.gp.today())
    insert(
        desk.db,
        "POP10100",
        PONUMBER=po_number,
        POTYPE=TYPES.index(str(order.get("Type") or TYPES[0])) + 1,
        DOCDATE=as_stored(day(order, "Date") or desk.gp.today()),
        VENDORID=vendor[0]["VENDORID"],
        VENDNAME=vendor[0]["VENDNAME"],
        BUYERID=ident(order, "BuyerKey"),
        CURNCYID=desk.currency_id(order) or desk.functional,
        CREATDDT=today,
    )
    _store_order(desk, po_number, order)


def update_order(desk: Desk, given: Parameters) -> None:
    """Write the members that are there; lines that come replace the old ones."""
    order = sub(given, "purchaseOrder")
    row = desk.one("SELECT * FROM POP10100 WHERE PONUMBER = ?", ident(order, "Key"))
    _store_order(desk, row["PONUMBER"], order)


def _store_order(desk: Desk, po_number: str, order: Parameters) -> None:
    today = as_stored(desk.gp.today())
    if order.get("IsOnHold") is not None:
        desk.db.execute("UPDATE POP10100 SET HOLD = ? WHERE PONUMBER = ?", (int(bool(order["IsOnHold"])), po_number))
    found = lines(order, "Lines")
    if found:
        desk.db.execute("DELETE FROM POP10110 WHERE PONUMBER = ?", (po_number,))
    total = Decimal(0)
    for position, line in enumerate(found, start=1):
        ordered, cost = amount(line, "QuantityOrdered"), amount(line, "UnitCost")
        item = ident(line, "ItemKey")
        if not line.get("IsNonInventory") and not desk.rows("SELECT 1 FROM IV00101 WHERE ITEMNMBR = ?", item):
            raise Refused(("", f"Item {item} does not exist."))
        total += ordered * cost
        insert(
            desk.db,
            "POP10110",
            PONUMBER=po_number,
            ORD=position * STEP,
            ITEMNMBR=item,
            ITEMDESC=text(line, "ItemDescription"),
            UOFM=text(line, "UofM"),
            QTYORDER=str(ordered),
            UNITCOST=str(cost),
            EXTDCOST=str(ordered * cost),
            LOCNCODE=ident(line, "WarehouseKey"),
            NONINVEN=int(bool(line.get("IsNonInventory"))),
        )
    if found:
        desk.db.execute("UPDATE POP10100 SET SUBTOTAL = ? WHERE PONUMBER = ?", (str(total), po_number))
    desk.db.execute("UPDATE POP10100 SET MODIFDT = ? WHERE PONUMBER = ?", (today, po_number))


def _untouched(desk: Desk, given: Parameters) -> str:
    row = desk.one("SELECT * FROM POP10100 WHERE PONUMBER = ?", ident(given, "key"))
    if desk.rows("SELECT 1 FROM POP10500 WHERE PONUMBER = ?", row["PONUMBER"]):
        raise Refused(("", "The purchase order has receipts."))
    return str(row["PONUMBER"])


def void_order(desk: Desk, given: Parameters) -> None:
    """Cancel an order that nothing was received on."""
    po_number = _untouched(desk, given)
    desk.db.execute("UPDATE POP10100 SET POSTATUS = ? WHERE PONUMBER = ?", (CANCELED, po_number))
    desk.db.execute("UPDATE POP10110 SET POLNESTA = ? WHERE PONUMBER = ?", (CANCELED, po_number))


def delete_order(desk: Desk, given: Parameters) -> None:
    """Delete an order that nothing was received on."""
    po_number = _untouched(desk, given)
    desk.db.execute("DELETE FROM POP10110 WHERE PONUMBER = ?", (po_number,))
    if not desk.db.execute("DELETE FROM POP10100 WHERE PONUMBER = ?", (po_number,)).rowcount:
        raise Missing


HANDLERS: Final[Mapping[str, Callable[[Desk, Parameters], object]]] = {
    "CreatePurchaseReceipt": _create("purchaseReceipt", ReceivingType.SHIPMENT),
    "GetPurchaseReceiptByKey": _get(invoice=False),
    "GetPurchaseReceiptList": _list("PurchaseReceiptSummary", invoice=False),
    "CreatePurchaseInvoice": _create("purchaseInvoice", ReceivingType.INVOICE),
    "GetPurchaseInvoiceByKey": _get(invoice=True),
    "GetPurchaseInvoiceList": _list("PurchaseInvoiceSummary", invoice=True),
    "CreatePurchaseOrder": create_order,
    "UpdatePurchaseOrder": update_order,
    "VoidPurchaseOrder": void_order,
    "DeletePurchaseOrder": delete_order,
    "GetPurchaseOrderByKey": get_order,
    "GetPurchaseOrderList": list_orders,
}
