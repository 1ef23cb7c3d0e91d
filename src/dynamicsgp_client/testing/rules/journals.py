"""Saving a journal entry."""

from __future__ import annotations

import datetime as dt
import sqlite3
from decimal import Decimal
from typing import Final

from dynamicsgp_client.models import Journal
from dynamicsgp_client.models.base import too_long
from dynamicsgp_client.testing.rules.entry import (
    STEP,
    account_of,
    account_problems,
    add_to_batch,
    functional_currency,
    rate_of,
)
from dynamicsgp_client.testing.rules.refusal import Refused
from dynamicsgp_client.testing.tables import insert
from dynamicsgp_client.testing.values import as_stored, as_text

SOURCE: Final = "GL_Normal"


def create(db: sqlite3.Connection, journal: Journal, today: dt.date) -> int:
    """Save a journal in Work; gives its number, GP's next one for 0.

    Raises:
        Refused: unbalanced, no such account, no batch; nothing is stored.
    """
    problems = [("", f"{each}.") for each in too_long(journal)]
    problems += account_problems(db, (line.account_number for line in journal.lines))
    debits = sum((line.debit_amount for line in journal.lines), Decimal(0))
    if debits != sum((line.credit_amount for line in journal.lines), Decimal(0)) or not journal.lines:
        problems.append(("944", "The journal entry is not balanced."))
    number = journal.journal_number or db.execute("SELECT coalesce(max(JRNENTRY), 0) + 1 FROM GL10000").fetchone()[0]
    if db.execute("SELECT 1 FROM GL10000 WHERE JRNENTRY = ?", (number,)).fetchone():
        problems.append(("", f"Journal entry {number} already exists."))
    if not journal.batch_id:
        problems.append(("", "A batch is needed to save the transaction."))
    if problems:
        raise Refused(*problems)
    currency = journal.currency_id or functional_currency(db)
    rate = rate_of(db, currency, journal.exchange_rate, journal.transaction_date)
    add_to_batch(db, SOURCE, as_text(journal.batch_id), debits, journal.transaction_date, today)
    insert(
        db,
        "GL10000",
        JRNENTRY=number,
        TRXDATE=as_stored(journal.transaction_date),
        BACHNUMB=as_text(journal.batch_id).upper(),
        BCHSOURC=SOURCE,
        REFRENCE=as_text(journal.reference),
        SOURCDOC=as_text(journal.source_document),
        CURNCYID=currency,
        XCHGRATE=str(rate),
    )
    for position, line in enumerate(journal.lines, start=1):
        account = account_of(db, line.account_number)
        insert(
            db,
            "GL10001",
            JRNENTRY=number,
            SQNCLINE=position * STEP,
            ACTINDX=account["ACTINDX"] if account else 0,
            DEBITAMT=str(line.debit_amount * rate),
            CRDTAMNT=str(line.credit_amount * rate),
            ORDBTAMT=str(line.debit_amount),
            ORCRDAMT=str(line.credit_amount),
            DSCRIPTN=as_text(line.description),
        )
    return int(number)
