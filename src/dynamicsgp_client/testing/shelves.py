"""What the REST door offers: each resource's rows in GP's tables, and what writes to them."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeVar

from attrs import evolve, frozen
from pydantic import ValidationError
from pydantic.alias_generators import to_pascal

from dynamicsgp_client.models import (
    Account,
    Batch,
    Checkbook,
    Company,
    Currency,
    Distribution,
    ExchangeRate,
    FiscalPeriod,
    Item,
    ItemSite,
    ItemVendor,
    Journal,
    JournalLine,
    PayablesDocument,
    PayablesSetup,
    PayablesTax,
    PaymentTerms,
    Receiving,
    ReceivingLine,
    ReceivingMatch,
    Site,
    TaxDetail,
    TaxSchedule,
    UnitSchedule,
    Vendor,
    VendorAddress,
)
from dynamicsgp_client.models.base import Document, Spelling, columns, written_names
from dynamicsgp_client.testing.documents import PAYABLES
from dynamicsgp_client.testing.rules import journals, masters, payables, receivings
from dynamicsgp_client.testing.rules.refusal import Refused
from dynamicsgp_client.testing.values import as_decimal

D = TypeVar("D", bound=Document)
Row = dict[str, object]
# Writes a payload and gives the key under which it now stands.
Writer = Callable[[sqlite3.Connection, object, dt.date], tuple[str, ...]]

_VENDORS = """(SELECT v.*, coalesce(n.ACTNUMST, '') AS PayablesAccountNumber FROM PM00200 v
    LEFT JOIN GL00105 n ON n.ACTINDX = v.PMAPINDX)"""
_ADDRESSES = """(SELECT a.*, coalesce(i.EmailToAddress, '') AS Email FROM PM00300 a LEFT JOIN SY01200 i
    ON i.Master_Type = 'VEN' AND i.Master_ID = a.VENDORID AND i.ADRSCODE = a.ADRSCODE)"""
_ACCOUNTS = "(SELECT a.*, n.ACTNUMST FROM GL00100 a JOIN GL00105 n ON n.ACTINDX = a.ACTINDX)"
_TAXES = (
    "(SELECT t.*, coalesce(n.ACTNUMST, '') AS ACTNUMST FROM TX00201 t LEFT JOIN GL00105 n ON n.ACTINDX = t.ACTINDX)"
)
_SETUP = """(SELECT p.*, m.FUNLCURR, coalesce((SELECT n.ACTNUMST FROM SY01100 s JOIN GL00105 n ON n.ACTINDX = s.ACTINDX
    WHERE s.PTGACDSC = 'Accounts Payable'), '') AS PayablesAccountNumber FROM PM40100 p, MC40000 m)"""
_CURRENCIES = "(SELECT c.*, c.DECPLCUR - 1 AS Decimals FROM MC40200 c)"
_RECEIVINGS = """(SELECT POPRCTNM, POPTYPE, VNDDOCNM, receiptdate, GLPOSTDT, BACHNUMB, VENDORID, VENDNAME, REFRENCE,
    CURNCYID, XCHGRATE, EXCHDATE, ORSUBTOT AS SUBTOTAL, FRTAMNT, MISCAMNT, TAXAMNT, 'Work' AS TransactionState
    FROM POP10300)"""
_JOURNALS = "(SELECT j.*, 'Work' AS TransactionState FROM GL10000 j)"


@frozen
class Lines:
    """Lines of a document: the field, their rows, and the column that names the document."""

    field: str
    model: type[Document]
    source: str
    parent: str
    order: str


@frozen
class Shelf:
    """Where a resource lies: its model, its rows, its key columns, its lines, and its writers by method."""

    model: type[Document]
    source: str
    key: tuple[str, ...]
    where: str = "1"
    single: bool = False
    lines: tuple[Lines, ...] = ()
    writers: Mapping[str, Writer] = {}


def document(model: type[D], payload: object) -> D:
    """Read a payload, where an empty text empties the field; what does not fit is refused."""
    if isinstance(payload, Mapping):
        payload = {name: None if value == "" else value for name, value in payload.items()}
    try:
        return model.model_validate(payload)
    except ValidationError as error:
        problems = [("", f"{'.'.join(map(str, each['loc']))}: {each['msg']}") for each in error.errors()]
        raise Refused(*problems) from None


def _create_vendor(db: sqlite3.Connection, payload: object, today: dt.date) -> tuple[str, ...]:
    record = document(Vendor, payload)
    masters.create(db, "PM00200", "VENDORID", record, today)
    return record.key


def _update_vendor(db: sqlite3.Connection, payload: object, today: dt.date) -> tuple[str, ...]:
    record = document(Vendor, payload)
    masters.update(db, "PM00200", "VENDORID", record, today)
    return record.key


def _create_item(db: sqlite3.Connection, payload: object, today: dt.date) -> tuple[str, ...]:
    record = document(Item, payload)
    masters.create(db, "IV00101", "ITEMNMBR", record, today)
    return record.key


def _update_item(db: sqlite3.Connection, payload: object, today: dt.date) -> tuple[str, ...]:
    record = document(Item, payload)
    masters.update(db, "IV00101", "ITEMNMBR", record, today)
    return record.key


def _create_address(db: sqlite3.Connection, payload: object, _today: dt.date) -> tuple[str, ...]:
    record = document(VendorAddress, payload)
    masters.create_address(db, record)
    return record.key


def _update_address(db: sqlite3.Connection, payload: object, _today: dt.date) -> tuple[str, ...]:
    record = document(VendorAddress, payload)
    masters.save_address(db, record)
    return record.key


def _delete_address(db: sqlite3.Connection, payload: object, _today: dt.date) -> tuple[str, ...]:
    vendor_id, address_id = payload if isinstance(payload, tuple) else ("", "")
    masters.delete_address(db, vendor_id, address_id)
    return ()


def _create_payables(db: sqlite3.Connection, payload: object, today: dt.date) -> tuple[str, ...]:
    return (payables.create(db, document(PayablesDocument, payload), today),)


def _create_receiving(db: sqlite3.Connection, payload: object, today: dt.date) -> tuple[str, ...]:
    return (receivings.create(db, document(Receiving, payload), today),)


def _create_journal(db: sqlite3.Connection, payload: object, today: dt.date) -> tuple[str, ...]:
    return (str(journals.create(db, document(Journal, payload), today)),)


_DISTRIBUTIONS: Final = Lines(
    "Distributions",
    Distribution,
    """(SELECT p.*, coalesce(n.ACTNUMST, '') AS ACTNUMST FROM PM10100 p LEFT JOIN GL00105 n ON n.ACTINDX = p.DSTINDX
        WHERE p.CNTRLTYP = 0)""",
    "VCHRNMBR",
    "DSTSQNUM",
)
_DOCUMENT_TAXES: Final = Lines(
    "Taxes",
    PayablesTax,
    "(SELECT t.*, coalesce(n.ACTNUMST, '') AS ACTNUMST FROM PM10500 t LEFT JOIN GL00105 n ON n.ACTINDX = t.ACTINDX)",
    "VCHRNMBR",
    "TAXDTLID",
)
_RECEIVING_LINES: Final = Lines(
    "Lines",
    ReceivingLine,
    """(SELECT l.*, coalesce(q.QTYSHPPD, 0) AS QTYSHPPD, coalesce(q.QTYINVCD, 0) AS QTYINVCD,
        coalesce(n.ACTNUMST, '') AS InventoryAccountNumber FROM POP10310 l
        LEFT JOIN POP10500 q ON q.POPRCTNM = l.POPRCTNM AND q.RCPTLNNM = l.RCPTLNNM
        LEFT JOIN GL00105 n ON n.ACTINDX = l.INVINDX)""",
    "POPRCTNM",
    "RCPTLNNM",
)
_RECEIVING_MATCHES: Final = Lines("Matches", ReceivingMatch, "POP10600", "POPIVCNO", "IVCLINNO")
_JOURNAL_LINES: Final = Lines(
    "Lines",
    JournalLine,
    "(SELECT l.*, coalesce(n.ACTNUMST, '') AS ACTNUMST FROM GL10001 l LEFT JOIN GL00105 n ON n.ACTINDX = l.ACTINDX)",
    "JRNENTRY",
    "SQNCLINE",
)

CORE: Final[Mapping[str, Shelf]] = {
    "vendors": Shelf(Vendor, _VENDORS, ("VENDORID",), writers={"POST": _create_vendor, "PATCH": _update_vendor}),
    "vendor_addresses": Shelf(
        VendorAddress,
        _ADDRESSES,
        ("VENDORID", "ADRSCODE"),
        writers={"POST": _create_address, "PATCH": _update_address, "DELETE": _delete_address},
    ),
    "payables": Shelf(
        PayablesDocument,
        PAYABLES,
        ("VCHNUMWK",),
        lines=(_DISTRIBUTIONS, _DOCUMENT_TAXES),
        writers={"POST": _create_payables},
    ),
    "items": Shelf(Item, "IV00101", ("ITEMNMBR",), writers={"POST": _create_item, "PATCH": _update_item}),
    "item_vendors": Shelf(ItemVendor, "IV00103", ("ITEMNMBR", "VENDORID")),
    "item_sites": Shelf(ItemSite, "IV00102", ("ITEMNMBR", "LOCNCODE")),
    "sites": Shelf(Site, "IV40700", ("LOCNCODE",)),
    "unit_schedules": Shelf(UnitSchedule, "IV40201", ("UOMSCHDL",)),
    "currencies": Shelf(Currency, _CURRENCIES, ("CURNCYID",)),
    "payment_terms": Shelf(PaymentTerms, "SY03300", ("PYMTRMID",)),
    "checkbooks": Shelf(Checkbook, "CM00100", ("CHEKBKID",)),
}
# What core SBA lacks; a real site needs a partner's service for it. This one is nobody's but the simulator's.
EXTENSIONS: Final[Mapping[str, Shelf]] = {
    "accounts": Shelf(Account, _ACCOUNTS, ("ACTNUMST",)),
    "fiscal_periods": Shelf(FiscalPeriod, "SY40100", ("YEAR1", "PERIODID"), "SERIES = 0 AND PERIODID > 0"),
    "batches": Shelf(Batch, "SY00500", ("BACHNUMB",), "BCHSOURC = 'PM_Trxent'"),
    "tax_details": Shelf(TaxDetail, _TAXES, ("TAXDTLID",)),
    "tax_schedules": Shelf(TaxSchedule, "TX00101", ("TAXSCHID",)),
    "payables_setup": Shelf(PayablesSetup, _SETUP, (), single=True),
    "exchange_rates": Shelf(ExchangeRate, "MC00100", ("EXGTBLID", "CURNCYID", "EXCHDATE")),
    "receivings": Shelf(
        Receiving,
        _RECEIVINGS,
        ("POPRCTNM",),
        lines=(_RECEIVING_LINES, _RECEIVING_MATCHES),
        writers={"POST": _create_receiving},
    ),
    "journals": Shelf(Journal, _JOURNALS, ("JRNENTRY",), lines=(_JOURNAL_LINES,), writers={"POST": _create_journal}),
}
COMPANIES: Final = Shelf(Company, "SY01500", ("CMPANYID",))
# Where payables documents are found by type and voucher number.
TYPED_PAYABLES: Final = evolve(CORE["payables"], key=("DOCTYPE", "VCHNUMWK"))


def rendered(model: type[Document], row: sqlite3.Row, style: Spelling) -> dict[str, object]:
    """Write a row with names in one spelling; flags as booleans, dates as midnight, amounts exact."""
    written = written_names(model, style)
    found: dict[str, object] = {}
    names = set(row.keys())
    by_column = columns(model)
    for field, info in model.model_fields.items():
        column = by_column[field].name if field in by_column else to_pascal(field)
        if column not in names:
            continue
        value = row[column]
        kind = str(info.annotation)
        if "date" in field and isinstance(value, str):
            value = f"{value[:10]}T00:00:00"
        elif info.annotation is bool:
            value = bool(value)
        elif "Decimal" in kind and not isinstance(value, str):
            value = as_decimal(value)
        found[written[field]] = value
    return found


def with_lines(db: sqlite3.Connection, shelf: Shelf, found: Sequence[Row], style: Spelling) -> Sequence[Row]:
    """Read the lines of a page of documents at once."""
    key = next(name for name, column in columns(shelf.model).items() if column.name == shelf.key[-1])
    by_key = {str(each[written_names(shelf.model, style)[key]]): each for each in found}
    marks = ", ".join("?" * len(by_key))
    for kind in shelf.lines:
        lines: dict[str, list[Row]] = {each: [] for each in by_key}
        for row in db.execute(
            f"SELECT * FROM {kind.source} WHERE {kind.parent} IN ({marks}) ORDER BY {kind.parent}, {kind.order}",
            tuple(by_key),
        ):
            lines[str(row[kind.parent])].append(rendered(kind.model, row, style))
        for each, record in by_key.items():
            record[kind.field] = lines[each]
    return found
