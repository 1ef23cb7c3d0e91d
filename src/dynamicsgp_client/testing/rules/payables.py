"""Saving an unposted payables document: what GP's window checks at save, and what it leaves for posting."""

from __future__ import annotations

import datetime as dt
import sqlite3
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from dynamicsgp_client.models import DistributionType, DocumentType, PayablesDocument
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

CENT: Final = Decimal("0.01")
MULTIPLY: Final = 0
INACTIVE_VENDOR: Final = 2
SINGLE_USE: Final = 1
RECURRING_ONLY: Final = 2  # of PM40100.ADUPINNM; its numbers are unverified
CREDITS: Final = (DocumentType.RETURN, DocumentType.CREDIT_MEMO)
SOURCE: Final = "PM_Trxent"


def create(db: sqlite3.Connection, document: PayablesDocument, today: dt.date) -> str:
    """Save a document in Work; gives its voucher number, which is GP's own when overriding is switched off.

    Raises:
        Refused: a rule of the window says no; nothing is stored.
    """
    setup = db.execute("SELECT * FROM PM40100").fetchone()
    voucher = document.voucher_number.upper()
    if not setup["OVVCHNUM"]:
        voucher = _next_number(db, setup["NTVCHNUM"])
    vendor = db.execute("SELECT * FROM PM00200 WHERE VENDORID = ?", (document.vendor_id,)).fetchone()
    problems = [
        *(("", f"{each}.") for each in too_long(document)),
        *_vendor_problems(vendor),
        *_number_problems(db, document, voucher, may_repeat=_may_repeat(db, document, setup["ADUPINNM"])),
        *_amount_problems(document),
        *account_problems(db, (line.account_number for line in document.distributions)),
    ]
    if problems:
        raise Refused(*problems)
    currency = document.currency_id or functional_currency(db)
    rate = rate_of(db, currency, document.exchange_rate, document.document_date)
    _batch(db, document, setup["CHEKBKID"], today)
    _store(db, document, voucher, vendor, rate, today)
    return voucher


def _next_number(db: sqlite3.Connection, next_number: str) -> str:
    number = next_number or "00000000000000001"
    db.execute("UPDATE PM40100 SET NTVCHNUM = ?", (str(int(number) + 1).zfill(len(number)),))
    return number


def _may_repeat(db: sqlite3.Connection, document: PayablesDocument, option: int) -> bool:
    """Whether a vendor's document number may come twice: never, always, or in recurring batches only."""
    if option != RECURRING_ONLY:
        return bool(option)
    batch = db.execute(
        "SELECT BACHFREQ FROM SY00500 WHERE BCHSOURC = ? AND BACHNUMB = ?", (SOURCE, document.batch_id or "")
    ).fetchone()
    return batch is not None and batch["BACHFREQ"] != SINGLE_USE


def _vendor_problems(vendor: sqlite3.Row | None) -> list[tuple[str, str]]:
    if vendor is None:
        return [("372", "No vendor record exists for this vendor ID.")]
    if vendor["VENDSTTS"] == INACTIVE_VENDOR:
        return [("", "This vendor is inactive.")]
    return []


def _number_problems(
    db: sqlite3.Connection, document: PayablesDocument, voucher: str, *, may_repeat: bool
) -> list[tuple[str, str]]:
    problems = []
    if not voucher:
        problems.append(("", "No unique voucher numbers are available."))
    if db.execute("SELECT 1 FROM PM00400 WHERE CNTRLTYP = 0 AND CNTRLNUM = ?", (voucher,)).fetchone():
        problems.append(("", "Key already exists in PM Keys Master"))
    if not document.document_number:
        problems.append(("", "A document number is required."))
    elif (
        not may_repeat
        and db.execute(
            "SELECT 1 FROM PM00400 WHERE CNTRLTYP = 0 AND VENDORID = ? AND DOCNUMBR = ? AND CNTRLNUM <> ?",
            (document.vendor_id, document.document_number, voucher),
        ).fetchone()
    ):
        problems.append(("305", "Duplicate invoice numbers are not allowed."))
    return problems


def _amount_problems(document: PayablesDocument) -> list[tuple[str, str]]:
    total = (
        document.purchases_amount
        + document.freight_amount
        + document.miscellaneous_amount
        + document.tax_amount
        - document.trade_discount_amount
    )
    problems = []
    if total != document.document_amount:
        problems.append(
            (
                "308",
                "Document Amount is incorrect - DOCAMNT <> MSCCHAMT + PRCHAMNT + TAXAMNT + FRTAMNT - TRDISAMT",
            )
        )
    if document.taxes and sum((tax.tax_amount for tax in document.taxes), Decimal(0)) != document.tax_amount:
        problems.append(("313", "Tax table detail does not equal the tax amount"))
    if document.document_amount < 0:
        problems.append(("", "Amounts are entered without a sign."))
    return problems


def _batch(db: sqlite3.Connection, document: PayablesDocument, default_checkbook: str, today: dt.date) -> None:
    if not document.batch_id:
        raise Refused(("", "A batch is needed to save the transaction."))
    batch = db.execute(
        "SELECT * FROM SY00500 WHERE BCHSOURC = ? AND BACHNUMB = ?", (SOURCE, document.batch_id)
    ).fetchone()
    if batch is None:
        if not (document.checkbook_id or default_checkbook):
            raise Refused(
                (
                    "11479",
                    "No Checkbook ID has been passed for the new batch number - pass a batch checkbook id"
                    " (BatchCHEKBKID) or add a default checkbook in Payables Setup",
                )
            )
    elif batch["BCHSTTUS"] or batch["MKDTOPST"]:
        raise Refused(("", f"Batch {document.batch_id} is marked to post or in use."))
    elif document.document_type in CREDITS and batch["BACHFREQ"] != SINGLE_USE:
        raise Refused(("", "Credit memos and returns can be entered only in single-use batches."))
    posting_date = document.posting_date or document.document_date
    add_to_batch(db, SOURCE, document.batch_id, document.document_amount, posting_date, today)
    if batch is None:
        db.execute(
            "UPDATE SY00500 SET CHEKBKID = ? WHERE BCHSOURC = ? AND BACHNUMB = ?",
            (document.checkbook_id or default_checkbook, SOURCE, document.batch_id),
        )


def _store(
    db: sqlite3.Connection,
    document: PayablesDocument,
    voucher: str,
    vendor: sqlite3.Row,
    rate: Decimal,
    today: dt.date,
) -> None:
    def functional(amount: Decimal) -> str:
        return str((amount * rate).quantize(CENT, ROUND_HALF_UP))

    currency = document.currency_id or functional_currency(db)
    posting = as_stored(document.posting_date or document.document_date)
    amount = functional(document.document_amount)
    insert(
        db,
        "PM10000",
        VCHNUMWK=voucher,
        BACHNUMB=as_text(document.batch_id).upper(),
        BCHSOURC=SOURCE,
        VENDORID=vendor["VENDORID"],
        DOCNUMBR=as_text(document.document_number),
        DOCTYPE=int(document.document_type),
        DOCDATE=as_stored(document.document_date),
        PSTGDATE=posting,
        Tax_Date=as_stored(document.tax_date or document.document_date),
        DUEDATE=as_stored(document.due_date or document.document_date),
        PRCHAMNT=functional(document.purchases_amount),
        TRDISAMT=functional(document.trade_discount_amount),
        MSCCHAMT=functional(document.miscellaneous_amount),
        FRTAMNT=functional(document.freight_amount),
        TAXAMNT=functional(document.tax_amount),
        DOCAMNT=amount,
        CHRGAMNT=amount,
        CURTRXAM=amount,
        PYMTRMID=document.payment_terms_id or vendor["PYMTRMID"],
        VADCDTRO=document.remit_to_address_id or vendor["VADCDTRO"],
        TAXSCHID=as_text(document.tax_schedule_id),
        CURNCYID=currency,
        CHEKBKID=as_text(document.checkbook_id),
        TRXDSCRN=as_text(document.description),
        PORDNMBR=as_text(document.purchase_order_number),
        PSTGSTUS=20,
        MODIFDT=as_stored(today),
    )
    insert(
        db,
        "PM00400",
        CNTRLNUM=voucher,
        DCSTATUS=1,
        DOCTYPE=int(document.document_type),
        VENDORID=vendor["VENDORID"],
        DOCNUMBR=as_text(document.document_number),
        BCHSOURC=SOURCE,
        DOCDATE=as_stored(document.document_date),
    )
    insert(
        db,
        "MC020103",
        DOCTYPE=int(document.document_type),
        VCHRNMBR=voucher,
        DCSTATUS=1,
        CURNCYID=currency,
        XCHGRATE=str(rate),
        EXCHDATE=as_stored(document.exchange_date or document.document_date),
        RTCLCMTD=MULTIPLY,
        OPURAMT=str(document.purchases_amount),
        ORFRTAMT=str(document.freight_amount),
        OMISCAMT=str(document.miscellaneous_amount),
        ORTAXAMT=str(document.tax_amount),
        ORTDISAM=str(document.trade_discount_amount),
        ORDOCAMT=str(document.document_amount),
        ORCTRXAM=str(document.document_amount),
    )
    for number, line in enumerate(_distributions(db, document, vendor), start=1):
        index, kind, debit, credit, reference = line
        insert(
            db,
            "PM10100",
            VCHRNMBR=voucher,
            DSTSQNUM=number * STEP,
            VENDORID=vendor["VENDORID"],
            DSTINDX=index,
            DISTTYPE=kind,
            DEBITAMT=functional(debit),
            CRDTAMNT=functional(credit),
            ORDBTAMT=str(debit),
            ORCRDAMT=str(credit),
            DistRef=reference,
            CURNCYID=currency,
            XCHGRATE=str(rate),
            PSTGDATE=posting,
        )
    for tax in document.taxes:
        account = account_of(db, tax.account_number or "")
        insert(
            db,
            "PM10500",
            VCHRNMBR=voucher,
            DOCTYPE=int(document.document_type),
            TAXDTLID=tax.tax_detail_id,
            VENDORID=vendor["VENDORID"],
            BACHNUMB=as_text(document.batch_id),
            TAXAMNT=functional(tax.tax_amount),
            PCTAXAMT=functional(tax.purchases_tax_amount),
            TDTTXPUR=functional(tax.taxable_amount),
            ORTAXAMT=str(tax.tax_amount),
            ORPURTAX=str(tax.purchases_tax_amount),
            ORTXBPUR=str(tax.taxable_amount),
            ACTINDX=account["ACTINDX"] if account else 0,
        )


_Line = tuple[int, int, Decimal, Decimal, str]


def _distributions(db: sqlite3.Connection, document: PayablesDocument, vendor: sqlite3.Row) -> list[_Line]:
    """Take the caller's lines, and GP's own as well when it was told to make them: both double, as in GP."""
    lines: list[_Line] = []
    for each in document.distributions:
        account = account_of(db, each.account_number)
        index = account["ACTINDX"] if account else 0
        lines.append((index, int(each.type), each.debit_amount, each.credit_amount, as_text(each.reference)))
    if document.create_distributions:
        nothing, total = Decimal(0), document.document_amount
        mirrored = document.document_type in CREDITS
        for kind, index in (
            (DistributionType.PURCHASE, vendor["PMPRCHIX"] or _posting_account(db, "Purchases")),
            (DistributionType.PAYABLE, vendor["PMAPINDX"] or _posting_account(db, "Accounts Payable")),
        ):
            debit = (kind == DistributionType.PURCHASE) != mirrored
            lines.append((index, int(kind), total if debit else nothing, nothing if debit else total, ""))
    return lines


def _posting_account(db: sqlite3.Connection, description: str) -> int:
    row = db.execute("SELECT ACTINDX FROM SY01100 WHERE PTGACDSC = ?", (description,)).fetchone()
    return row["ACTINDX"] if row else 0
