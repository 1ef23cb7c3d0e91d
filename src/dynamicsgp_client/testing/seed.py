"""What a new simulated company holds: its set-up, and a distributor's vendors and items. All names are made up."""

from __future__ import annotations

import calendar
import datetime as dt
import sqlite3
from decimal import Decimal
from typing import Final

from attrs import frozen

from dynamicsgp_client.testing.tables import insert
from dynamicsgp_client.testing.values import as_stored

FUNCTIONAL: Final = "Z-US$"
SEEDED: Final = dt.date(2026, 1, 2)
CHECKBOOK: Final = "OPERATING"
PAYABLE: Final = "000-2100-00"
OTHER_PAYABLE: Final = "000-2105-00"

# number, description, columns of GL00100
ACCOUNTS: Final[tuple[tuple[str, str, dict[str, object]], ...]] = (
    ("000-1100-00", "Cash - operating", {"ACCATNUM": 1}),
    ("000-1300-00", "Inventory", {"ACCATNUM": 5}),
    ("000-1310-00", "Inventory - in transit", {"ACCATNUM": 5}),
    ("000-1410-00", "Prepaid expenses", {"ACCATNUM": 7}),
    (PAYABLE, "Accounts payable", {"ACCATNUM": 13, "TPCLBLNC": 1}),
    (OTHER_PAYABLE, "Accounts payable - foreign", {"ACCATNUM": 13, "TPCLBLNC": 1}),
    ("000-2120-00", "Goods received not invoiced", {"ACCATNUM": 13}),
    ("000-2300-00", "Input tax", {"ACCATNUM": 16}),
    ("000-4100-00", "Sales", {"ACCATNUM": 31}),
    ("000-4500-00", "Cost of goods sold", {"ACCATNUM": 33}),
    ("000-5100-00", "Freight in", {"ACCATNUM": 35}),
    ("000-6100-00", "Warehouse supplies", {"ACCATNUM": 35}),
    ("000-6200-00", "Repairs and maintenance", {"ACCATNUM": 35}),
    ("000-6300-00", "Professional services", {"ACCATNUM": 35}),
    ("000-6900-00", "Purchase rounding", {"ACCATNUM": 35}),
    ("000-6910-00", "Old expense account", {"ACCATNUM": 35, "ACTIVE": 0}),
    ("000-6920-00", "Control account, no entry", {"ACCATNUM": 35, "ACCTENTR": 0}),
)
CURRENCIES: Final = (
    ("Z-US$", "US dollar", "USD", 2),
    ("Z-EURO", "Euro", "EUR", 2),
    ("Z-UK", "Pound sterling", "GBP", 2),
    ("Z-YEN", "Japanese yen", "JPY", 0),
)
TERMS: Final = (("Net 30", 30), ("Net 14", 14), ("Net 7", 7), ("Net 60", 60))
UNIT_SCHEDULES: Final = (("EACH", "Each", "Each"), ("CASE", "Case of twelve", "Case"), ("HOUR", "Hours", "Hour"))


@frozen(kw_only=True)
class SeedVendor:
    """One vendor of the distributor."""

    vendor_id: str
    vendor_name: str
    status: int = 1
    on_hold: bool = False
    currency_id: str = FUNCTIONAL
    payment_terms_id: str = "Net 30"
    vendor_class_id: str = "GOODS"
    payable: str | None = None
    address1: str
    city: str
    zip_code: str


@frozen(kw_only=True)
class SeedItem:
    """One item of the distributor."""

    item_number: str
    item_description: str
    item_type: int = 1
    item_class_id: str
    unit_schedule_id: str = "EACH"
    standard_cost: Decimal
    tracking_option: int = 1


_PLACES: Final = (
    "Alder Creek",
    "Brightwater",
    "Cedar Hollow",
    "Dunmore",
    "Eastgate",
    "Fernhill",
    "Granite Bay",
    "Harrowfield",
    "Ivory Coast Road",
)
_TRADES: Final = ("Packaging", "Tools", "Lighting", "Textiles", "Hardware")


def vendors() -> list[SeedVendor]:
    """Give 48 vendors: 45 plain ones and three that GP treats in its own way."""
    found = []
    for number, (place, trade) in enumerate(((place, trade) for place in _PLACES for trade in _TRADES), start=1):
        currency = {7: "Z-EURO", 19: "Z-EURO", 23: "Z-UK", 31: "Z-YEN"}.get(number, FUNCTIONAL)
        found.append(
            SeedVendor(
                vendor_id=f"{place.replace(' ', '')[:8].upper()}{number:03}",
                vendor_name=f"{place} {trade}",
                currency_id=currency,
                payment_terms_id=TERMS[number % len(TERMS)][0],
                vendor_class_id="FOREIGN" if currency != FUNCTIONAL else "GOODS",
                payable=OTHER_PAYABLE if currency != FUNCTIONAL else None,
                on_hold=number == 12,
                address1=f"{number} Market Street",
                city=place,
                zip_code=f"{10000 + number * 37}",
            )
        )
    found.append(_special("INACTIVE001", "Old Harbour Castings", status=2))
    found.append(_special("TEMPORARY01", "One Day Movers", status=3))
    found.append(_special("SERVICES001", "Northgate Repairs & Services"))
    return found


def _special(vendor_id: str, name: str, status: int = 1) -> SeedVendor:
    return SeedVendor(
        vendor_id=vendor_id,
        vendor_name=name,
        status=status,
        vendor_class_id="SERVICES",
        address1="1 Quay Road",
        city="Port Ellery",
        zip_code="20001",
    )


_FAMILIES: Final = (
    ("BOX", "Carton", "PACKAGING"),
    ("TAPE", "Packing tape", "PACKAGING"),
    ("HAMR", "Hammer", "TOOLS"),
    ("SAW", "Hand saw", "TOOLS"),
    ("LAMP", "Desk lamp", "LIGHTING"),
    ("BULB", "Light bulb", "LIGHTING"),
    ("CLTH", "Cotton cloth", "TEXTILES"),
    ("BOLT", "Hex bolt", "HARDWARE"),
)
_SIZES: Final = 19


def items() -> list[SeedItem]:
    """Give 156 items: 152 goods, a service, a discontinued one, a kit and one tracked by lot."""
    found = [
        SeedItem(
            item_number=f"{code}-{size:02}",
            item_description=f"{name}, size {size}",
            item_class_id=item_class,
            unit_schedule_id="CASE" if code == "BOX" else "EACH",
            standard_cost=Decimal(100 + 35 * size) / 100,
        )
        for code, name, item_class in _FAMILIES
        for size in range(1, _SIZES + 1)
    ]
    cost = Decimal("12.50")
    found += [
        SeedItem(
            item_number="REPAIR-HOUR",
            item_description="Repair, per hour",
            item_type=5,
            item_class_id="SERVICES",
            unit_schedule_id="HOUR",
            standard_cost=Decimal(60),
        ),
        SeedItem(
            item_number="LAMP-OLD",
            item_description="Desk lamp, old model",
            item_type=2,
            item_class_id="LIGHTING",
            standard_cost=cost,
        ),
        SeedItem(
            item_number="STARTER-KIT",
            item_description="Starter kit",
            item_type=3,
            item_class_id="TOOLS",
            standard_cost=cost,
        ),
        SeedItem(
            item_number="GLUE-LOT",
            item_description="Wood glue, by lot",
            item_class_id="HARDWARE",
            tracking_option=3,
            standard_cost=cost,
        ),
    ]
    return found


def set_up(db: sqlite3.Connection, company: str) -> None:
    """Fill what every company has: accounts, currencies, terms, years 2025 to 2027, the payables set-up."""
    insert(db, "SY01500", CMPANYID=1, CMPNYNAM=company, INTERID="TWO")
    for number, description, extra in ACCOUNTS:
        add_account(db, number, description, **{name: value for name, value in extra.items() if name != "TPCLBLNC"})
    for currency_id, description, iso, places in CURRENCIES:
        # GP stores decimals one higher than the places.
        insert(db, "MC40200", CURNCYID=currency_id, CRNCYDSC=description, ISOCURRC=iso, DECPLCUR=places + 1)
    insert(db, "MC40000", FUNLCURR=FUNCTIONAL)
    for terms, days in TERMS:
        insert(db, "SY03300", PYMTRMID=terms, DUEDTDS=days)
    for schedule, description, base in UNIT_SCHEDULES:
        insert(db, "IV40201", UOMSCHDL=schedule, UMSCHDSC=description, BASEUOFM=base)
    insert(db, "PM40100", OVVCHNUM=1, NTVCHNUM="00000000000000001", CHEKBKID=CHECKBOOK)
    insert(db, "SY01100", SERIES=4, SEQNUMBR=200, PTGACDSC="Accounts Payable", ACTINDX=account_index(db, PAYABLE))
    insert(db, "SY01100", SERIES=4, SEQNUMBR=600, PTGACDSC="Purchases", ACTINDX=account_index(db, "000-6100-00"))
    insert(
        db,
        "TX00201",
        TAXDTLID="INPUT TAX",
        TXDTLDSC="Input tax",
        ACTINDX=account_index(db, "000-2300-00"),
        TXDTLPCT="15",
    )
    for year in (2025, 2026, 2027):
        add_fiscal_year(db, year)


def demo(db: sqlite3.Connection) -> None:
    """Fill the distributor's vendors and items."""
    for vendor in vendors():
        insert(
            db,
            "PM00200",
            VENDORID=vendor.vendor_id,
            VENDNAME=vendor.vendor_name,
            VNDCHKNM=vendor.vendor_name,
            VENDSTTS=vendor.status,
            HOLD=int(vendor.on_hold),
            CURNCYID=vendor.currency_id,
            PYMTRMID=vendor.payment_terms_id,
            VNDCLSID=vendor.vendor_class_id,
            PMAPINDX=account_index(db, vendor.payable) if vendor.payable else 0,
            VADDCDPR="PRIMARY",
            ADDRESS1=vendor.address1,
            CITY=vendor.city,
            ZIPCODE=vendor.zip_code,
            COUNTRY="United States",
            CREATDDT=as_stored(SEEDED),
            MODIFDT=as_stored(SEEDED),
        )
        insert(
            db,
            "PM00300",
            VENDORID=vendor.vendor_id,
            ADRSCODE="PRIMARY",
            ADDRESS1=vendor.address1,
            CITY=vendor.city,
            ZIPCODE=vendor.zip_code,
            COUNTRY="United States",
        )
    for item in items():
        unit = next(base for schedule, _, base in UNIT_SCHEDULES if schedule == item.unit_schedule_id)
        insert(
            db,
            "IV00101",
            ITEMNMBR=item.item_number,
            ITEMDESC=item.item_description,
            ITEMTYPE=item.item_type,
            ITMCLSCD=item.item_class_id,
            UOMSCHDL=item.unit_schedule_id,
            PRCHSUOM=unit,
            SELNGUOM=unit,
            STNDCOST=str(item.standard_cost),
            CURRCOST=str(item.standard_cost),
            ITMTRKOP=item.tracking_option,
            IVIVINDX=account_index(db, "000-1300-00"),
            CREATDDT=as_stored(SEEDED),
            MODIFDT=as_stored(SEEDED),
        )
    db.execute("UPDATE SY40100 SET PSERIES_3 = 1 WHERE YEAR1 = 2026 AND PERIODID = 1 AND SERIES = 0")
    db.execute("UPDATE SY40100 SET CLOSED = 1 WHERE YEAR1 = 2026 AND PERIODID = 1 AND SERIES = 4")


def add_account(db: sqlite3.Connection, account_number: str, description: str, **columns: object) -> int:
    """Add a posting account; gives its index."""
    index = int(db.execute("SELECT coalesce(max(ACTINDX), 0) + 1 FROM GL00100").fetchone()[0])
    segments = (*account_number.split("-"), "", "")
    insert(
        db,
        "GL00100",
        **{
            "ACTINDX": index,
            "ACTNUMBR_1": segments[0],
            "ACTNUMBR_2": segments[1],
            "ACTNUMBR_3": segments[2],
            "ACTDESCR": description,
            **columns,
        },
    )
    insert(db, "GL00105", ACTINDX=index, ACTNUMST=account_number)
    return index


def account_index(db: sqlite3.Connection, account_number: str) -> int:
    """Give the index of an account."""
    row = db.execute("SELECT ACTINDX FROM GL00105 WHERE ACTNUMST = ?", (account_number,)).fetchone()
    return int(row["ACTINDX"])


def add_fiscal_year(db: sqlite3.Connection, year: int) -> None:
    """Set up a fiscal year of twelve open calendar months; one that exists stays as it is."""
    if db.execute("SELECT 1 FROM SY40101 WHERE YEAR1 = ?", (year,)).fetchone():
        return
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    insert(db, "SY40101", YEAR1=year, FSTFSCDY=as_stored(first), LSTFSCDY=as_stored(last), NUMOFPER=12)
    for month in range(1, 13):
        begin = dt.date(year, month, 1)
        end = dt.date(year, month, calendar.monthrange(year, month)[1])
        shared = {
            "YEAR1": year,
            "PERIODID": month,
            "PERNAME": f"Period {month}",
            "PERIODDT": as_stored(begin),
            "PERDENDT": as_stored(end),
        }
        insert(db, "SY40100", SERIES=0, **shared)
        for series in range(2, 8):
            insert(db, "SY40100", SERIES=series, **shared)
