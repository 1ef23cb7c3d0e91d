"""What every transaction entry shares: accounts, currency, rate and batch."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from dynamicsgp_client.testing.rules.refusal import Refused
from dynamicsgp_client.testing.values import as_decimal, as_stored

# GP numbers lines in steps, so that others fit between.
STEP: Final = 16384


def account_problems(db: sqlite3.Connection, numbers: Iterable[str]) -> list[tuple[str, str]]:
    """Tell what is wrong with accounts that lines name."""
    problems = []
    for number in sorted(set(numbers)):
        account = account_of(db, number)
        if account is None:
            problems.append(("447", f"Account does not exist for Account Number String given: {number}"))
        elif not account["ACTIVE"]:
            problems.append(("", f"Account {number} is inactive."))
        elif not account["ACCTENTR"]:
            problems.append(("", f"Account {number} does not allow account entry."))
    return problems


def account_of(db: sqlite3.Connection, number: str) -> sqlite3.Row | None:
    """Find an account by the number that users type."""
    row: sqlite3.Row | None = db.execute(
        "SELECT a.* FROM GL00100 a JOIN GL00105 n ON n.ACTINDX = a.ACTINDX WHERE n.ACTNUMST = ?", (number,)
    ).fetchone()
    return row


def functional_currency(db: sqlite3.Connection) -> str:
    """Give the id of the company's own currency."""
    return str(db.execute("SELECT FUNLCURR FROM MC40000").fetchone()["FUNLCURR"])


def rate_of(db: sqlite3.Connection, currency: str, given: Decimal | None, day: dt.date) -> Decimal:
    """Take the rate that is given, else GP's nearest earlier one; 1 for the company's own currency.

    Raises:
        Refused: there is no such currency, or no rate.
    """
    if currency.upper() == functional_currency(db).upper():
        return Decimal(1)
    if db.execute("SELECT 1 FROM MC40200 WHERE CURNCYID = ?", (currency,)).fetchone() is None:
        raise Refused(("", f"Currency {currency} does not exist."))
    if given:
        return given
    row = db.execute(
        "SELECT XCHGRATE FROM MC00100 WHERE CURNCYID = ? AND EXCHDATE <= ? ORDER BY EXCHDATE DESC LIMIT 1",
        (currency, as_stored(day)),
    ).fetchone()
    if row is None:
        raise Refused(("", f"No exchange rate exists for {currency} on this date."))
    return as_decimal(row["XCHGRATE"])


def add_to_batch(
    db: sqlite3.Connection, source: str, batch_id: str, amount: Decimal, posting_date: dt.date, today: dt.date
) -> None:
    """Count a document in its batch, which comes into being on first use."""
    db.execute(
        """INSERT INTO SY00500 (BCHSOURC, BACHNUMB, GLPOSTDT, CREATDDT, MODIFDT) VALUES (?,?,?,?,?)
           ON CONFLICT DO NOTHING""",
        (source, batch_id.upper(), as_stored(posting_date), as_stored(today), as_stored(today)),
    )
    db.execute(
        "UPDATE SY00500 SET NUMOFTRX = NUMOFTRX + 1, BCHTOTAL = BCHTOTAL + ? WHERE BCHSOURC = ? AND BACHNUMB = ?",
        (str(amount), source, batch_id),
    )
