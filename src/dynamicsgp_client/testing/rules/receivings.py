"""Saving a receiving: what GP's window checks at save."""

from __future__ import annotations

import datetime as dt
import sqlite3
from decimal import Decimal
from typing import Final

from dynamicsgp_client.models import Receiving, ReceivingLine, ReceivingMatch, ReceivingType
from dynamicsgp_client.models.base import too_long
from dynamicsgp_client.testing.rules.entry import STEP, account_of, add_to_batch, functional_currency, rate_of
from dynamicsgp_client.testing.rules.refusal import Refused
from dynamicsgp_client.testing.tables import insert
from dynamicsgp_client.testing.values import as_decimal, as_stored, as_text

SHIPMENTS: Final = "Rcvg Trx Entry"
INVOICES: Final = "Rcvg Trx Ivc"


def create(db: sqlite3.Connection, receiving: Receiving, today: dt.date) -> str:
    """Save a receiving in Work; gives its receipt number.

    Raises:
        Refused: a rule of the window says no; nothing is stored.
    """
    vendor = db.execute("SELECT * FROM PM00200 WHERE VENDORID = ?", (receiving.vendor_id,)).fetchone()
    number = receiving.receipt_number.upper()
    problems = [
        *(("", f"{each}.") for each in too_long(receiving)),
        *_header_problems(db, receiving, number, vendor),
        *(problem for line in receiving.lines for problem in _line_problems(db, receiving, line)),
        *(problem for match in receiving.matches for problem in _match_problems(db, receiving, match)),
    ]
    if problems:
        raise Refused(*problems)
    _store(db, receiving, number, vendor)
    source = INVOICES if receiving.receipt_type == ReceivingType.INVOICE else SHIPMENTS
    if receiving.batch_id:
        total = sum((_extended(line) for line in receiving.lines), Decimal(0))
        add_to_batch(db, source, receiving.batch_id, total, receiving.posting_date or receiving.receipt_date, today)
    return number


def _header_problems(
    db: sqlite3.Connection, receiving: Receiving, number: str, vendor: sqlite3.Row | None
) -> list[tuple[str, str]]:
    problems = []
    if vendor is None:
        problems.append(("2005", "Vendor Number (VENDORID) does not exist in the Vendor Master Table - PM00200"))
    if not number:
        problems.append(("", "A receipt number is required."))
    elif db.execute("SELECT 1 FROM POP10300 WHERE POPRCTNM = ?", (number,)).fetchone():
        problems.append(("", f"Receipt number {number} already exists."))
    if not receiving.lines:
        problems.append(("", "A receipt needs at least one line."))
    billed = receiving.receipt_type in (ReceivingType.INVOICE, ReceivingType.SHIPMENT_INVOICE)
    if billed and not receiving.vendor_document_number:
        problems.append(("", "A vendor document number is required."))
    elif (
        billed
        and db.execute(
            "SELECT 1 FROM POP10300 WHERE VENDORID = ? AND VNDDOCNM = ? AND POPTYPE IN (2, 3)",
            (receiving.vendor_id, receiving.vendor_document_number),
        ).fetchone()
    ):
        problems.append(("996", "Vendor Document numbers (VNDDOCNM) for Shipment/Invoices (POPTYPE=3) must be unique"))
    return problems


def _line_problems(db: sqlite3.Connection, receiving: Receiving, line: ReceivingLine) -> list[tuple[str, str]]:
    problems = []
    known = db.execute("SELECT 1 FROM IV00101 WHERE ITEMNMBR = ?", (line.item_number,)).fetchone()
    if not known and not line.non_inventory:
        problems.append(("", f"Item {line.item_number} does not exist."))
    if (
        line.purchase_order_number
        and not db.execute(
            "SELECT 1 FROM POP10100 WHERE PONUMBER = ? AND VENDORID = ?",
            (line.purchase_order_number, receiving.vendor_id),
        ).fetchone()
    ):
        problems.append(("", f"Purchase order {line.purchase_order_number} does not exist for this vendor."))
    if _quantity(receiving, line) <= 0:
        problems.append(("", f"Item {line.item_number}: a quantity is required."))
    return problems


def _match_problems(db: sqlite3.Connection, receiving: Receiving, match: ReceivingMatch) -> list[tuple[str, str]]:
    where = f"Line {match.receipt_line_number} of receipt {match.receipt_number}"
    line = next((each for each in receiving.lines if each.line_number == match.line_number), None)
    shipped = db.execute(
        """SELECT l.ITEMNMBR, q.QTYSHPPD, (SELECT coalesce(sum(m.QTYINVCD), 0) FROM POP10600 m
               WHERE m.POPRCTNM = l.POPRCTNM AND m.RCPTLNNM = l.RCPTLNNM) AS matched
           FROM POP10310 l JOIN POP10300 h ON h.POPRCTNM = l.POPRCTNM AND h.POPTYPE = 1 AND h.VENDORID = ?
           JOIN POP10500 q ON q.POPRCTNM = l.POPRCTNM AND q.RCPTLNNM = l.RCPTLNNM
           WHERE l.POPRCTNM = ? AND l.RCPTLNNM = ?""",
        (receiving.vendor_id, match.receipt_number.upper(), match.receipt_line_number),
    ).fetchone()
    if line is None or shipped is None or shipped["ITEMNMBR"] != line.item_number:
        return [("", f"{where} is no shipment of this vendor and item.")]
    same = [each for each in receiving.matches if _matched_to(each) == _matched_to(match)]
    wanted = sum((each.quantity_invoiced for each in same), as_decimal(shipped["matched"]))
    if wanted > as_decimal(shipped["QTYSHPPD"]):
        return [("", f"{where} was shipped with {shipped['QTYSHPPD']}; {wanted} would be invoiced.")]
    return []


def _matched_to(match: ReceivingMatch) -> tuple[str, int]:
    return match.receipt_number.upper(), match.receipt_line_number


def _quantity(receiving: Receiving, line: ReceivingLine) -> Decimal:
    return line.quantity_invoiced if receiving.receipt_type == ReceivingType.INVOICE else line.quantity_shipped


def _extended(line: ReceivingLine) -> Decimal:
    if line.extended_cost is not None:
        return line.extended_cost
    return line.unit_cost * (line.quantity_shipped or line.quantity_invoiced)


def _store(db: sqlite3.Connection, receiving: Receiving, number: str, vendor: sqlite3.Row) -> None:
    currency = receiving.currency_id or functional_currency(db)
    rate = rate_of(db, currency, receiving.exchange_rate, receiving.receipt_date)
    subtotal = sum((_extended(line) for line in receiving.lines), Decimal(0))
    billed = receiving.receipt_type == ReceivingType.INVOICE
    insert(
        db,
        "POP10300",
        POPRCTNM=number,
        POPTYPE=int(receiving.receipt_type),
        VNDDOCNM=as_text(receiving.vendor_document_number),
        receiptdate=as_stored(receiving.receipt_date),
        GLPOSTDT=as_stored(receiving.posting_date or receiving.receipt_date),
        BCHSOURC=INVOICES if billed else SHIPMENTS,
        BACHNUMB=as_text(receiving.batch_id).upper(),
        VENDORID=vendor["VENDORID"],
        VENDNAME=receiving.vendor_name or vendor["VENDNAME"],
        REFRENCE=as_text(receiving.reference),
        SUBTOTAL=str(subtotal * rate),
        ORSUBTOT=str(subtotal),
        FRTAMNT=str(receiving.freight_amount),
        MISCAMNT=str(receiving.miscellaneous_amount),
        TAXAMNT=str(receiving.tax_amount),
        CURNCYID=currency,
        XCHGRATE=str(rate),
        EXCHDATE=as_stored(receiving.exchange_date or receiving.receipt_date),
    )
    for position, line in enumerate(receiving.lines, start=1):
        account = account_of(db, line.inventory_account_number or "")
        sequence = line.line_number or position * STEP
        insert(
            db,
            "POP10310",
            POPRCTNM=number,
            RCPTLNNM=sequence,
            PONUMBER=as_text(line.purchase_order_number),
            ITEMNMBR=line.item_number,
            ITEMDESC=as_text(line.item_description),
            VNDITNUM=as_text(line.vendor_item_number),
            UOFM=as_text(line.unit),
            UNITCOST=str(line.unit_cost),
            EXTDCOST=str(_extended(line)),
            LOCNCODE=as_text(line.site_id),
            NONINVEN=int(line.non_inventory),
            INVINDX=account["ACTINDX"] if account else 0,
        )
        insert(
            db,
            "POP10500",
            PONUMBER=as_text(line.purchase_order_number),
            POLNENUM=0,
            POPRCTNM=number,
            RCPTLNNM=sequence,
            QTYSHPPD=str(line.quantity_shipped),
            QTYINVCD=str(line.quantity_invoiced),
        )
    for match in receiving.matches:
        insert(
            db,
            "POP10600",
            POPIVCNO=number,
            IVCLINNO=match.line_number,
            POPRCTNM=match.receipt_number.upper(),
            RCPTLNNM=match.receipt_line_number,
            QTYINVCD=str(match.quantity_invoiced),
            UNITCOST=str(match.unit_cost),
        )
