"""What people do in GP's windows: close a period, post, void, delete, pay, edit. The service does none of it."""

from __future__ import annotations

import sqlite3
from typing import Final

from dynamicsgp_client.testing.rules.payables import SOURCE
from dynamicsgp_client.testing.rules.refusal import Refused
from dynamicsgp_client.testing.values import as_decimal, as_stored

SERIES: Final = {"financial": 1, "sales": 2, "purchasing": 3, "inventory": 4, "payroll": 5, "project": 6}


def close_period(
    db: sqlite3.Connection, *, year: int, period: int, series: str = "purchasing", closed: bool = True
) -> None:
    """Close (or open) a period for one series: the flag on the header row and the origin row."""
    number = SERIES[series]
    changed = db.execute(
        f"UPDATE SY40100 SET PSERIES_{number} = ? WHERE YEAR1 = ? AND PERIODID = ? AND SERIES = 0",
        (int(closed), year, period),
    )
    if not changed.rowcount:
        raise Refused(("", f"There is no period {period} of {year}."))
    db.execute(
        "UPDATE SY40100 SET CLOSED = ? WHERE YEAR1 = ? AND PERIODID = ? AND SERIES = ?",
        (int(closed), year, period, number + 1),
    )


def post_batch(db: sqlite3.Connection, *, batch: str) -> list[str]:
    """Post a batch: what passes goes to Open, what does not stays; gives a message for each that stayed."""
    messages = []
    rows = db.execute("SELECT * FROM PM10000 WHERE BCHSOURC = ? AND BACHNUMB = ?", (SOURCE, batch)).fetchall()
    for row in rows:
        if message := _unpostable(db, row):
            messages.append(f"{row['VCHNUMWK']}: {message}")
            continue
        _move(db, "PM10000", "VCHNUMWK", "PM20000", row["VCHNUMWK"], state=2)
        db.execute("UPDATE PM10100 SET PSTGSTUS = 1 WHERE VCHRNMBR = ? AND CNTRLTYP = 0", (row["VCHNUMWK"],))
        _leave_batch(db, row)
    db.execute("DELETE FROM SY00500 WHERE BCHSOURC = ? AND BACHNUMB = ? AND NUMOFTRX <= 0", (SOURCE, batch))
    return messages


def delete_voucher(db: sqlite3.Connection, *, voucher: str) -> None:
    """Delete an unposted voucher; its number is free again."""
    row = _work(db, voucher)
    for table, column in (
        ("PM10000", "VCHNUMWK"),
        ("PM10100", "VCHRNMBR"),
        ("PM10500", "VCHRNMBR"),
        ("MC020103", "VCHRNMBR"),
        ("PM00400", "CNTRLNUM"),
    ):
        db.execute(f"DELETE FROM {table} WHERE {column} = ?", (voucher,))
    _leave_batch(db, row)


def void_voucher(db: sqlite3.Connection, *, voucher: str) -> None:
    """Void a posted, unpaid voucher: it goes to History with its flag."""
    _move(db, "PM20000", "VCHRNMBR", "PM30200", voucher, state=3)
    db.execute("UPDATE PM30200 SET VOIDED = 1 WHERE VCHRNMBR = ?", (voucher,))


def pay_voucher(db: sqlite3.Connection, *, voucher: str) -> None:
    """Pay a posted voucher in full: it goes to History."""
    _move(db, "PM20000", "VCHRNMBR", "PM30200", voucher, state=3)
    db.execute("UPDATE PM30200 SET CURTRXAM = 0 WHERE VCHRNMBR = ?", (voucher,))


def edit_voucher(db: sqlite3.Connection, *, voucher: str, **columns: object) -> None:
    """Change columns of an unposted voucher, as a person may in the window."""
    _work(db, voucher)
    known = {row["name"] for row in db.execute("PRAGMA table_info(PM10000)")}
    if unknown := set(columns) - known:
        raise Refused(("", f"PM10000 has no column {', '.join(sorted(unknown))}."))
    assignments = ", ".join(f"{name} = ?" for name in columns)
    db.execute(f"UPDATE PM10000 SET {assignments} WHERE VCHNUMWK = ?", (*columns.values(), voucher))
    if "DOCAMNT" in columns:
        db.execute("UPDATE MC020103 SET ORDOCAMT = ? WHERE VCHRNMBR = ?", (columns["DOCAMNT"], voucher))


def _work(db: sqlite3.Connection, voucher: str) -> sqlite3.Row:
    row: sqlite3.Row | None = db.execute("SELECT * FROM PM10000 WHERE VCHNUMWK = ?", (voucher,)).fetchone()
    if row is None:
        raise Refused(("", f"There is no unposted voucher {voucher}."))
    return row


def _unpostable(db: sqlite3.Connection, row: sqlite3.Row) -> str:
    balance = sum(
        as_decimal(line["ORDBTAMT"]) - as_decimal(line["ORCRDAMT"])
        for line in db.execute("SELECT * FROM PM10100 WHERE VCHRNMBR = ? AND CNTRLTYP = 0", (row["VCHNUMWK"],))
    )
    if balance:
        return "Distributions for this transaction contain errors."
    vendor = db.execute("SELECT VENDSTTS FROM PM00200 WHERE VENDORID = ?", (row["VENDORID"],)).fetchone()
    if vendor is None:
        return "No vendor record exists for this vendor ID."
    if vendor["VENDSTTS"] == 2:
        return "This vendor is inactive."
    if _rate_expired(db, row):
        return "The exchange rate has expired."
    period = db.execute(
        "SELECT PSERIES_3 FROM SY40100 WHERE SERIES = 0 AND PERIODID > 0 AND PERIODDT <= ? AND PERDENDT >= ?",
        (row["PSTGDATE"], row["PSTGDATE"]),
    ).fetchone()
    if period is None:
        return "The fiscal period that contains this posting date has not been set up."
    return "The fiscal period is closed for Purchasing." if period["PSERIES_3"] else ""


def _rate_expired(db: sqlite3.Connection, row: sqlite3.Row) -> bool:
    """Whether the document stands on a rate of the table that ends before its posting date; GP's text is unknown."""
    rate = db.execute(
        """SELECT r.EXPNDATE FROM MC020103 m JOIN MC00100 r ON r.CURNCYID = m.CURNCYID AND r.XCHGRATE = m.XCHGRATE
        WHERE m.VCHRNMBR = ? AND r.EXCHDATE <= ? ORDER BY r.EXCHDATE DESC""",
        (row["VCHNUMWK"], row["DOCDATE"]),
    ).fetchone()
    return rate is not None and as_stored(None) < rate["EXPNDATE"] < row["PSTGDATE"]


def _leave_batch(db: sqlite3.Connection, row: sqlite3.Row) -> None:
    db.execute(
        "UPDATE SY00500 SET NUMOFTRX = NUMOFTRX - 1, BCHTOTAL = BCHTOTAL - ? WHERE BCHSOURC = ? AND BACHNUMB = ?",
        (row["DOCAMNT"], SOURCE, row["BACHNUMB"]),
    )


def _move(db: sqlite3.Connection, table: str, key: str, to: str, voucher: str, *, state: int) -> None:
    row = db.execute(f"SELECT * FROM {table} WHERE {key} = ?", (voucher,)).fetchone()
    if row is None:
        raise Refused(("", f"There is no voucher {voucher} in {table}."))
    known = {each["name"] for each in db.execute(f"PRAGMA table_info({to})")}
    values = {name: row[name] for name in row.keys() if name in known} | {"VCHRNMBR": voucher}  # noqa: SIM118 — a Row iterates its values
    marks = ", ".join("?" * len(values))
    db.execute(f"INSERT INTO {to} ({', '.join(values)}) VALUES ({marks})", tuple(values.values()))
    db.execute(f"DELETE FROM {table} WHERE {key} = ?", (voucher,))
    db.execute("UPDATE PM00400 SET DCSTATUS = ? WHERE CNTRLTYP = 0 AND CNTRLNUM = ?", (state, voucher))
    db.execute("UPDATE MC020103 SET DCSTATUS = ? WHERE VCHRNMBR = ?", (state, voucher))
