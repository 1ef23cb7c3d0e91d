"""Accounts and journals over SOAP (GL00100, GL00105, GL10000, GL10001)."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

from dynamicsgp_client.models import Journal, JournalLine
from dynamicsgp_client.testing.rules import journals
from dynamicsgp_client.testing.soap.desk import (
    Desk,
    Missing,
    Parameters,
    Record,
    account_key,
    amount,
    day,
    ident,
    key,
    lines,
    matching,
    midnight,
    number,
    sub,
    summaries,
    text,
)
from dynamicsgp_client.testing.soap.xml import TYPE

# GL00100.ACCTTYPE: class, word in the list, word in the account.
TYPES: Final[Mapping[int, tuple[str, str, str]]] = {
    1: ("GLPostingAccount", "Posting", "Posting"),
    2: ("GLUnitAccount", "Unit", "Unit"),
    3: ("GLFixedAllocationAccount", "Fixed Allocation", "Posting Allocation"),
    4: ("GLVariableAllocationAccount", "Variable Allocation", "Unit Allocation"),
}
ACCOUNTS: Final = "SELECT a.*, n.ACTNUMST FROM GL00100 a JOIN GL00105 n ON n.ACTINDX = a.ACTINDX"
POSTING: Final = 1


def _account(row: sqlite3.Row) -> Record:
    kind, listed, word = TYPES[row["ACCTTYPE"]]
    return {
        TYPE: kind,
        "Key": account_key(row["ACTNUMST"]),
        "Type": word,
        "AccountType": listed,
        "IsActive": bool(row["ACTIVE"]),
        "Description": row["ACTDESCR"] or None,
        "CreatedDate": midnight(row["CREATDDT"]),
        "ModifiedDate": midnight(row["MODIFDT"]),
        "GLAccountCategoryKey": {"Id": str(row["ACCATNUM"])} if row["ACCATNUM"] else None,
        "AllowAccountEntry": bool(row["ACCTENTR"]),
        "PostingType": "ProfitLoss" if row["PSTNGTYP"] else "BalanceSheet",
        "TypicalBalance": "Debit",
    }


def get_account(desk: Desk, given: Parameters) -> Record:
    """Read one account of whatever class."""
    return _account(desk.one(f"{ACCOUNTS} WHERE n.ACTNUMST = ?", ident(given, "key")))


def get_posting_account(desk: Desk, given: Parameters) -> Record:
    """Read one posting account."""
    record = get_account(desk, given)
    if record[TYPE] != "GLPostingAccount":
        raise Missing
    return record


def _listed(desk: Desk, given: Parameters) -> list[Record]:
    fields: Mapping[str, Callable[[Record], object]] = {
        "GLAccountId": lambda each: ident(each, "Key"),
        "Description": lambda each: text(each, "Description"),
        "IsActive": lambda each: each["IsActive"],
        "CreatedDate": lambda each: each["CreatedDate"],
        "ModifiedDate": lambda each: each["ModifiedDate"],
        "GLAccountCategoryId": lambda each: ident(each, "GLAccountCategoryKey"),
        "AccountType": lambda each: each["AccountType"],
    }
    return matching(map(_account, desk.rows(f"{ACCOUNTS} ORDER BY n.ACTNUMST")), sub(given, "criteria"), fields)


def list_accounts(desk: Desk, given: Parameters) -> list[Record]:
    """List accounts of every class."""
    return summaries("GLAccountSummary", _listed(desk, given), desk.gp.list_cap)


def list_posting_accounts(desk: Desk, given: Parameters) -> list[Record]:
    """List posting accounts."""
    found = [each for each in _listed(desk, given) if each["AccountType"] == "Posting"]
    return summaries("GLPostingAccountSummary", found, desk.gp.list_cap)


def list_formats(desk: Desk, _given: Parameters) -> list[Record]:
    """Tell the segments of account numbers."""
    row = desk.rows("SELECT ACTNUMST FROM GL00105 ORDER BY ACTINDX LIMIT 1")
    parts = row[0]["ACTNUMST"].split("-") if row else []
    return [
        {
            "Key": {"Id": position},
            "SegmentName": f"Segment{position}",
            "MaximumSegmentLength": len(part),
            "SegmentLength": len(part),
            "IsMainSegment": position == 2,
            "UserDefinedSegment": 0,
        }
        for position, part in enumerate(parts, start=1)
    ]


def create_journal(desk: Desk, given: Parameters) -> None:
    """Create an unposted journal."""
    journal = sub(given, "glTransaction")
    found = tuple(
        JournalLine(
            account_number=ident(line, "GLAccountKey"),
            debit_amount=amount(line, "DebitAmount"),
            credit_amount=amount(line, "CreditAmount"),
            description=text(line, "Description")[:30],
        )
        for line in lines(journal, "Lines")
    )
    rate = journal.get("ExchangeRate")
    journals.create(
        desk.db,
        Journal(
            journal_number=number(sub(journal, "Key"), "JournalId"),
            transaction_date=day(sub(journal, "Key"), "Date") or desk.gp.today(),
            batch_id=(ident(journal, "BatchKey") or f"{desk.gp.clock():%Y%m%dH%H}")[:15],
            reference=text(journal, "Reference")[:30],
            source_document=ident(journal, "SourceDocumentKey")[:10],
            currency_id=desk.currency_id(journal),
            exchange_rate=rate if isinstance(rate, Decimal) and rate else None,
            lines=found,
        ),
        desk.gp.today(),
    )


def _journal(desk: Desk, row: sqlite3.Row) -> Record:
    iso = desk.iso.get(row["CURNCYID"], "")
    foreign = row["CURNCYID"] != desk.functional
    return {
        "Key": {"JournalId": row["JRNENTRY"], "Date": midnight(row["TRXDATE"])},
        "BatchKey": {"Source": row["BCHSOURC"], "Id": row["BACHNUMB"]},
        "CurrencyKey": {"ISOCode": iso} if iso else None,
        "Reference": row["REFRENCE"] or None,
        "SourceDocumentKey": key(row["SOURCDOC"]),
        "ExchangeRate": Decimal(str(row["XCHGRATE"])) if foreign else Decimal(0),
        "LedgerType": "Base",
        "IsVoided": False,
        "TransactionState": "Work",
    }


def get_journal(desk: Desk, given: Parameters) -> Record:
    """Read one journal with its lines."""
    row = desk.one("SELECT * FROM GL10000 WHERE JRNENTRY = ?", number(sub(given, "key"), "JournalId"))

    def money(value: object) -> Record:
        return {TYPE: "MoneyAmount", **desk.money(value, row["CURNCYID"])}

    found = desk.rows("SELECT * FROM GL10001 WHERE JRNENTRY = ? ORDER BY SQNCLINE", row["JRNENTRY"])
    record = _journal(desk, row)
    return record | {
        "Lines": [
            {
                "Key": {"TransactionKey": record["Key"], "SequenceNumber": line["SQNCLINE"]},
                "CreditAmount": money(line["ORCRDAMT"]),
                "DebitAmount": money(line["ORDBTAMT"]),
                "Description": line["DSCRIPTN"] or None,
                "GLAccountKey": desk.account(line["ACTINDX"]),
            }
            for line in found
        ]
    }


def list_journals(desk: Desk, given: Parameters) -> list[Record]:
    """List journals."""
    fields: Mapping[str, Callable[[Record], object]] = {
        "JournalId": lambda each: str(sub(each, "Key")["JournalId"]),
        "Date": lambda each: sub(each, "Key")["Date"],
        "BatchId": lambda each: ident(each, "BatchKey"),
        "SourceDocumentId": lambda each: ident(each, "SourceDocumentKey"),
        "TransactionState": lambda each: each["TransactionState"],
    }
    records = (_journal(desk, row) for row in desk.rows("SELECT * FROM GL10000 ORDER BY JRNENTRY"))
    return summaries("GLTransactionSummary", matching(records, sub(given, "criteria"), fields), desk.gp.list_cap)


HANDLERS: Final[Mapping[str, Callable[[Desk, Parameters], object]]] = {
    "GetGLAccountByKey": get_account,
    "GetGLAccountList": list_accounts,
    "GetGLPostingAccountByKey": get_posting_account,
    "GetGLPostingAccountList": list_posting_accounts,
    "GetGLAccountFormatList": list_formats,
    "CreateGLTransaction": create_journal,
    "GetGLTransactionByKey": get_journal,
    "GetGLTransactionList": list_journals,
}
