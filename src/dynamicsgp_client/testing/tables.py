"""GP's own tables and columns, as far as purchasing and masters need them.

Every column has GP's "no value" as its default ('' , 0, 1900-01-01), so that a row can be inserted with few columns.
Text compares without case, as GP's usual collation does. Dates are texts `YYYY-MM-DD 00:00:00`. Amounts are NUMERIC,
exact to 15 significant digits.
"""

from __future__ import annotations

import sqlite3
from typing import Final

_VENDOR_ADDRESS = """
 VNDCNTCT:61 ADDRESS1:61 ADDRESS2:61 ADDRESS3:61 CITY:35 STATE:29 ZIPCODE:11 COUNTRY:61 CCode:7 PHNUMBR1:21 PHNUMBR2:21
 PHONE3:21 FAXNUMBR:21 SHIPMTHD:15 TAXSCHID:15
"""
_PAYABLES = """
 CNTRLTYP:i BACHNUMB:15 BCHSOURC:15 VENDORID:15 DOCNUMBR:21 DOCTYPE:i DOCDATE:d PSTGDATE:d Tax_Date:d DUEDATE:d
 PRCHAMNT:m TRDISAMT:m MSCCHAMT:m FRTAMNT:m TAXAMNT:m DOCAMNT:m CHRGAMNT:m CURTRXAM:m PYMTRMID:21 VADCDTRO:15 TAXSCHID:15
 CURNCYID:15 CHEKBKID:15 TRXDSCRN:31 PORDNMBR:21 PSTGSTUS:i MODIFDT:d MDFUSRID:15 DEX_ROW_TS:d
"""

# name: type, where a number is char(n), i integer, m numeric(19,5), r numeric(19,7), d datetime; * marks the key.
TABLES: Final[dict[str, str]] = {
    "PM00200": """*VENDORID:15 VENDNAME:65 VNDCHKNM:65 VENDSHNM:15 VNDCLSID:11 VENDSTTS:i=1 HOLD:i VADDCDPR:15 VADCDPAD:15
        VADCDTRO:15 VADCDSFR:15 CURNCYID:15 RATETPID:15 PYMTRMID:21 TXIDNMBR:11 COMMENT1:31 COMMENT2:31 PMAPINDX:i
        PMPRCHIX:i CREATDDT:d MODIFDT:d DEX_ROW_TS:d"""
    + _VENDOR_ADDRESS,
    "PM00300": "*VENDORID:15 *ADRSCODE:15" + _VENDOR_ADDRESS,
    "SY01200": "*Master_Type:3 *Master_ID:31 *ADRSCODE:15 EmailToAddress:201",
    "IV00101": """*ITEMNMBR:31 ITEMDESC:101 ITMSHNAM:15 ITMGEDSC:11 ITEMTYPE:i=1 ITMCLSCD:11 UOMSCHDL:11 PRCHSUOM:9 SELNGUOM:9
        LOCNCODE:11 STNDCOST:m CURRCOST:m ITEMSHWT:i DECPLQTY:i=1 ITMTRKOP:i=1 VCTNMTHD:i=1 INACTIVE:i
        Purchase_Tax_Options:i IVIVINDX:i IVCOGSIX:i IVSLSIDX:i CREATDDT:d MODIFDT:d DEX_ROW_TS:d""",
    "IV00102": "*ITEMNMBR:31 *LOCNCODE:11 QTYONHND:m QTYONORD:m ATYALLOC:m",
    "IV00103": """*ITEMNMBR:31 *VENDORID:15 VNDITNUM:31 VNDITDSC:101 Last_Originating_Cost:m Last_Currency_ID:15 PRCHSUOM:9""",
    "IV40201": "*UOMSCHDL:11 UMSCHDSC:31 BASEUOFM:9",
    "IV40700": "*LOCNCODE:11 LOCNDSCR:31 ADDRESS1:61 CITY:35 STATE:29 ZIPCODE:11 COUNTRY:61",
    "PM10000": "*VCHNUMWK:17" + _PAYABLES,
    "PM20000": "*VCHRNMBR:21" + _PAYABLES + "VOIDED:i HOLD:i",
    "PM30200": "*VCHRNMBR:21" + _PAYABLES + "VOIDED:i",
    "PM10100": """*VCHRNMBR:21 *CNTRLTYP:i *DSTSQNUM:i VENDORID:15 DSTINDX:i DISTTYPE:i DEBITAMT:m CRDTAMNT:m ORDBTAMT:m
        ORCRDAMT:m DistRef:31 PSTGSTUS:i CURNCYID:15 XCHGRATE:r PSTGDATE:d""",
    "PM10500": """*VCHRNMBR:21 *DOCTYPE:i *TAXDTLID:15 VENDORID:15 BACHNUMB:15 TAXAMNT:m PCTAXAMT:m TDTTXPUR:m ORTAXAMT:m
        ORPURTAX:m ORTXBPUR:m ACTINDX:i""",
    "MC020103": """*DOCTYPE:i *VCHRNMBR:21 DCSTATUS:i CURNCYID:15 RATETPID:15 EXGTBLID:15 XCHGRATE:r EXCHDATE:d RTCLCMTD:i
        OPURAMT:m ORFRTAMT:m OMISCAMT:m ORTAXAMT:m ORTDISAM:m ORDOCAMT:m ORCTRXAM:m""",
    "PM00400": """*CNTRLTYP:i *CNTRLNUM:21 DCSTATUS:i DOCTYPE:i VENDORID:15 DOCNUMBR:21 TRXSORCE:13 CHEKBKID:15 DUEDATE:d
        BCHSOURC:15 DOCDATE:d""",
    "PM40100": "*UNIQKEY:i=1 ADUPINNM:i OVVCHNUM:i NTVCHNUM:17 CHEKBKID:15",
    "GL00100": """*ACTINDX:i ACTNUMBR_1:9 ACTNUMBR_2:9 ACTNUMBR_3:9 ACTDESCR:51 ACCTTYPE:i=1 PSTNGTYP:i ACCATNUM:i ACTIVE:i=1
        ACCTENTR:i=1 CREATDDT:d MODIFDT:d DEX_ROW_TS:d""",
    "GL00105": "*ACTINDX:i ACTNUMST:129",
    "GL10000": """*JRNENTRY:i TRXDATE:d BACHNUMB:15 BCHSOURC:15 REFRENCE:31 SOURCDOC:11 CURNCYID:15 XCHGRATE:r""",
    "GL10001": "*JRNENTRY:i *SQNCLINE:i ACTINDX:i DEBITAMT:m CRDTAMNT:m ORDBTAMT:m ORCRDAMT:m DSCRIPTN:31",
    "CM00100": "*CHEKBKID:15 DSCRIPTN:31 CURNCYID:15 ACTINDX:i INACTIVE:i",
    "SY00500": """*BCHSOURC:15 *BACHNUMB:15 SERIES:i=4 GLPOSTDT:d BCHCOMNT:61 MKDTOPST:i NUMOFTRX:i BCHTOTAL:m BACHFREQ:i=1
        CHEKBKID:15 BCHSTTUS:i CREATDDT:d MODIFDT:d""",
    "SY40101": "*YEAR1:i FSTFSCDY:d LSTFSCDY:d NUMOFPER:i HISTORYR:i",
    "SY40100": """*YEAR1:i *PERIODID:i *SERIES:i *ODESCTN:51 *FORIGIN:i=1 PERNAME:21 PERIODDT:d PERDENDT:d CLOSED:i PSERIES_1:i
        PSERIES_2:i PSERIES_3:i PSERIES_4:i PSERIES_5:i PSERIES_6:i""",
    "SY01100": "*SERIES:i *SEQNUMBR:i PTGACDSC:51 ACTINDX:i",
    "MC40000": "*UNIQKEY:i=1 FUNLCURR:15 DEFPURTP:15",
    "MC40200": "*CURNCYID:15 CRNCYDSC:31 ISOCURRC:3 DECPLCUR:i=3",
    "MC00100": "*EXGTBLID:15 *CURNCYID:15 *EXCHDATE:d XCHGRATE:r EXPNDATE:d",
    "SY03300": "*PYMTRMID:21 DUETYPE:i=1 DUEDTDS:i DISCTYPE:i=1 DISCDTDS:i",
    "SY01500": "*CMPANYID:i CMPNYNAM:65 INTERID:5",
    "TX00201": "*TAXDTLID:15 TXDTLDSC:31 TXDTLTYP:i=2 ACTINDX:i TXDTLPCT:m",
    "TX00101": "*TAXSCHID:15 TXSCHDSC:31",
    "POP10100": """*PONUMBER:17 POSTATUS:i=1 POTYPE:i=1 DOCDATE:d VENDORID:15 VENDNAME:65 BUYERID:15 SUBTOTAL:m CURNCYID:15
        XCHGRATE:r HOLD:i CREATDDT:d MODIFDT:d""",
    "POP10110": """*PONUMBER:17 *ORD:i ITEMNMBR:31 ITEMDESC:101 UOFM:9 QTYORDER:m UNITCOST:m EXTDCOST:m LOCNCODE:11 NONINVEN:i
        POLNESTA:i=1""",
    "POP10300": """*POPRCTNM:17 POPTYPE:i=1 VNDDOCNM:21 receiptdate:d GLPOSTDT:d BCHSOURC:15 BACHNUMB:15 VENDORID:15 VENDNAME:65
        REFRENCE:31 SUBTOTAL:m FRTAMNT:m MISCAMNT:m TAXAMNT:m VCHRNMBR:21 CURNCYID:15 XCHGRATE:r EXCHDATE:d ORSUBTOT:m""",
    "POP10310": """*POPRCTNM:17 *RCPTLNNM:i PONUMBER:17 ITEMNMBR:31 ITEMDESC:101 VNDITNUM:31 UOFM:9 UNITCOST:m EXTDCOST:m
        LOCNCODE:11 NONINVEN:i INVINDX:i""",
    "POP10600": "*POPIVCNO:17 *IVCLINNO:i *POPRCTNM:17 *RCPTLNNM:i QTYINVCD:m UNITCOST:m",
    "POP10500": """*PONUMBER:17 *POLNENUM:i *POPRCTNM:17 *RCPTLNNM:i QTYSHPPD:m QTYINVCD:m QTYREJ:m Status:i""",
}

_TYPES: Final = {
    "i": ("INTEGER", "0"),
    "m": ("NUMERIC(19,5)", "0"),
    "r": ("NUMERIC(19,7)", "0"),
    "d": ("DATETIME", "'1900-01-01 00:00:00'"),
}


def create_tables(connection: sqlite3.Connection) -> None:
    """Create what is missing."""
    for table, columns in TABLES.items():
        parts, keys = [], []
        for column in columns.split():
            name, _, kind = column.lstrip("*").partition(":")
            kind, _, default = kind.partition("=")
            type_, none = _TYPES.get(kind, (f"CHAR({kind})", "''"))
            collate = " COLLATE NOCASE" if type_.startswith("CHAR") else ""
            # DATETIME would have NUMERIC affinity; the text form survives because it is no number.
            parts.append(f"{name} {type_}{collate} NOT NULL DEFAULT {default or none}")
            if column.startswith("*"):
                keys.append(name)
        connection.execute(f"CREATE TABLE IF NOT EXISTS {table} ({', '.join(parts)}, PRIMARY KEY ({', '.join(keys)}))")
    connection.execute(
        "CREATE TABLE IF NOT EXISTS WSExceptionLog (LogId TEXT PRIMARY KEY, Kind TEXT, Operation TEXT, Messages TEXT,"
        " LoggedDate TEXT)"
    )
    connection.execute(
        "CREATE TABLE IF NOT EXISTS request_log (at REAL, method TEXT, path TEXT, status INTEGER, principal TEXT,"
        " connection TEXT)"
    )
    for name, table, column in (
        ("PM10000_vendor", "PM10000", "VENDORID, DOCNUMBR"),
        ("PM20000_vendor", "PM20000", "VENDORID, DOCNUMBR"),
        ("PM30200_vendor", "PM30200", "VENDORID, DOCNUMBR"),
        ("GL00105_number", "GL00105", "ACTNUMST"),
        ("PM00200_modified", "PM00200", "MODIFDT"),
        ("IV00101_modified", "IV00101", "MODIFDT"),
    ):
        connection.execute(f"CREATE INDEX IF NOT EXISTS {name} ON {table} ({column})")


def insert(db: sqlite3.Connection, table: str, **values: object) -> None:
    """Insert one row; what is not named takes GP's own "no value"."""
    marks = ", ".join("?" * len(values))
    db.execute(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})", tuple(values.values()))
