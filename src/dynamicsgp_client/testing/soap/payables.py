"""Payables documents over SOAP: invoices and credit memos, always unposted when created."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

from dynamicsgp_client.models import Distribution, DocumentType, PayablesDocument, PayablesTax
from dynamicsgp_client.testing.documents import PAYABLES
from dynamicsgp_client.testing.rules import payables
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
from dynamicsgp_client.testing.values import cut

WORDS: Final[Mapping[int, str]] = {
    DocumentType.INVOICE: "Invoice",
    DocumentType.FINANCE_CHARGE: "Finance Charge",
    DocumentType.MISC_CHARGE: "Miscellaneous Charge",
    DocumentType.RETURN: "Return",
    DocumentType.CREDIT_MEMO: "Credit Memo",
    DocumentType.PAYMENT: "Payment",
}
NUMBER: Final = 17


def _document(desk: Desk, row: sqlite3.Row) -> Record:
    currency = row["CURNCYID"]
    iso = desk.iso.get(currency, "")
    foreign = currency != desk.functional
    return {
        "Key": key(row["VCHNUMWK"]),
        "VendorDocumentNumber": row["DOCNUMBR"] or None,
        "DocumentAmount": desk.money(row["DOCAMNT"], currency),
        "Date": midnight(row["DOCDATE"]),
        "GeneralLedgerPostingDate": midnight(row["PSTGDATE"]),
        "PurchasesAmount": desk.money(row["PRCHAMNT"], currency),
        "Description": row["TRXDSCRN"] or None,
        "TradeDiscountAmount": desk.money(row["TRDISAMT"], currency),
        "TaxAmount": desk.money(row["TAXAMNT"], currency),
        "FreightAmount": desk.money(row["FRTAMNT"], currency),
        "MiscellaneousAmount": desk.money(row["MSCCHAMT"], currency),
        "PONumber": row["PORDNMBR"] or None,
        "ExchangeRate": Decimal(str(row["XCHGRATE"])) if foreign else Decimal(0),
        "ExchangeDate": midnight(row["EXCHDATE"]) if foreign else None,
        "Type": WORDS.get(row["DOCTYPE"]),
        "TransactionState": row["TransactionState"],
        "ModifiedDate": midnight(row["MODIFDT"]),
        "TaxDate": midnight(row["Tax_Date"]),
        "IsVoided": bool(row["VOIDED"]),
        "BatchKey": {
            "Source": payables.SOURCE,
            "Id": row["BACHNUMB"],
            "CreatedDateTime": dt.datetime(1900, 1, 1),  # noqa: DTZ001 — the service writes local times
        },
        "VendorKey": key(row["VENDORID"]),
        "RemitToAddressKey": key(row["VADCDTRO"]),
        "TaxScheduleKey": key(row["TAXSCHID"]),
        "CurrencyKey": {"ISOCode": iso} if iso else None,
        "PaymentTermsKey": key(row["PYMTRMID"]),
        "Terms": {"DueDate": midnight(row["DUEDATE"])},
    }


def _with_lines(desk: Desk, record: Record, currency: str) -> Record:
    voucher = ident(record, "Key")
    distributions = desk.rows(
        """SELECT p.*, coalesce(n.ACTNUMST, '') AS ACTNUMST FROM PM10100 p LEFT JOIN GL00105 n ON n.ACTINDX = p.DSTINDX
           WHERE p.CNTRLTYP = 0 AND p.VCHRNMBR = ? ORDER BY p.DSTSQNUM""",
        voucher,
    )
    taxes = desk.rows(
        """SELECT t.*, coalesce(n.ACTNUMST, '') AS ACTNUMST FROM PM10500 t LEFT JOIN GL00105 n ON n.ACTINDX = t.ACTINDX
           WHERE t.VCHRNMBR = ? ORDER BY t.TAXDTLID""",
        voucher,
    )

    def money(value: object) -> Record:
        return {TYPE: "MoneyAmount", **desk.money(value, currency)}

    return record | {
        "Distributions": [
            {
                "DistributionTypeKey": {"Id": line["DISTTYPE"]},
                "Reference": line["DistRef"] or None,
                "GLAccountKey": account_key(line["ACTNUMST"]),
                "DebitAmount": money(line["ORDBTAMT"]),
                "CreditAmount": money(line["ORCRDAMT"]),
                "Key": {"PayablesDocumentKey": key(voucher), "SequenceNumber": line["DSTSQNUM"]},
                "IsPosted": False,
            }
            for line in distributions
        ],
        "Taxes": [
            {
                "Key": {"PayablesDocumentKey": key(voucher), "TaxDetailKey": key(tax["TAXDTLID"])},
                "TaxAmount": desk.money(tax["ORTAXAMT"], currency),
                "TaxableAmount": desk.money(tax["ORTXBPUR"], currency),
                "PurchasesTaxAmount": desk.money(tax["ORPURTAX"], currency),
                "GLAccountKey": account_key(tax["ACTNUMST"]) if tax["ACTNUMST"] else None,
            }
            for tax in taxes
        ],
    }


def _get(type_: DocumentType) -> Callable[[Desk, Parameters], Record]:
    def get(desk: Desk, given: Parameters) -> Record:
        row = desk.one(f"SELECT * FROM {PAYABLES} WHERE VCHNUMWK = ?", ident(given, "key"))
        if row["DOCTYPE"] != type_:
            raise Missing
        return _with_lines(desk, _document(desk, row), row["CURNCYID"])

    return get


def _list(summary: str, type_: DocumentType | None) -> Callable[[Desk, Parameters], list[Record]]:
    fields: Mapping[str, Callable[[Record], object]] = {
        "DocumentId": lambda each: ident(each, "Key"),
        "VendorId": lambda each: ident(each, "VendorKey"),
        "BatchId": lambda each: ident(each, "BatchKey"),
        "Date": lambda each: each["Date"],
        "ModifiedDate": lambda each: each["ModifiedDate"],
        "TransactionState": lambda each: each["TransactionState"],
        "Type": lambda each: each["Type"],
    }

    def list_(desk: Desk, given: Parameters) -> list[Record]:
        where = f"WHERE DOCTYPE = {int(type_)}" if type_ else ""
        records = (_document(desk, row) for row in desk.rows(f"SELECT * FROM {PAYABLES} {where} ORDER BY VCHNUMWK"))
        return summaries(summary, matching(records, sub(given, "criteria"), fields), desk.gp.list_cap)

    return list_


def _create(member: str, type_: DocumentType) -> Callable[[Desk, Parameters], None]:
    def create(desk: Desk, given: Parameters) -> None:
        payables.create(desk.db, _read(desk, sub(given, member), type_), desk.gp.today())

    return create


def _read(desk: Desk, given: Parameters, type_: DocumentType) -> PayablesDocument:
    today = desk.gp.today()
    distributions = tuple(_distribution(line) for line in lines(given, "Distributions"))
    taxes = tuple(_tax(line) for line in lines(given, "Taxes"))
    parts = {
        column: amount(given, member)
        for member, column in (
            ("PurchasesAmount", "PRCHAMNT"),
            ("FreightAmount", "FRTAMNT"),
            ("MiscellaneousAmount", "MSCCHAMT"),
            ("TradeDiscountAmount", "TRDISAMT"),
        )
    }
    tax = amount(given, "TaxAmount") if given.get("TaxAmount") else sum((each.tax_amount for each in taxes), Decimal(0))
    total = parts["PRCHAMNT"] + parts["FRTAMNT"] + parts["MSCCHAMT"] + tax - parts["TRDISAMT"]
    rate = given.get("ExchangeRate")
    values = cut(
        PayablesDocument,
        {
            "VCHNUMWK": ident(given, "Key"),
            "DOCTYPE": int(type_),
            "VENDORID": ident(given, "VendorKey"),
            "DOCNUMBR": text(given, "VendorDocumentNumber"),
            "DOCDATE": day(given, "Date") or today,
            "PSTGDATE": day(given, "GeneralLedgerPostingDate") or today,
            "Tax_Date": day(given, "TaxDate"),
            "DUEDATE": day(sub(given, "Terms"), "DueDate"),
            "BACHNUMB": ident(given, "BatchKey") or f"{desk.gp.clock():%Y%m%dH%H}",
            "TRXDSCRN": text(given, "Description"),
            "PORDNMBR": text(given, "PONumber"),
            "CURNCYID": desk.currency_id(given),
            "XCHGRATE": rate or None,
            "EXCHDATE": day(given, "ExchangeDate"),
            "PYMTRMID": ident(given, "PaymentTermsKey"),
            "TAXSCHID": ident(given, "TaxScheduleKey"),
            "VADCDTRO": ident(given, "RemitToAddressKey"),
        },
    )
    return PayablesDocument.model_validate(
        {
            **values,
            **parts,
            "TAXAMNT": tax,
            "DOCAMNT": amount(given, "DocumentAmount") if given.get("DocumentAmount") else total,
            "distributions": distributions,
            "taxes": taxes,
            "create_distributions": not distributions,
        }
    )


def _distribution(line: Parameters) -> Distribution:
    return Distribution(
        account_number=ident(line, "GLAccountKey"),
        type=number(sub(line, "DistributionTypeKey"), "Id"),
        debit_amount=amount(line, "DebitAmount"),
        credit_amount=amount(line, "CreditAmount"),
        reference=text(line, "Reference")[:30],
    )


def _tax(line: Parameters) -> PayablesTax:
    return PayablesTax(
        tax_detail_id=ident(sub(line, "Key"), "TaxDetailKey"),
        tax_amount=amount(line, "TaxAmount"),
        purchases_tax_amount=amount(line, "PurchasesTaxAmount"),
        taxable_amount=amount(line, "TaxableAmount"),
        account_number=ident(line, "GLAccountKey") or None,
    )


HANDLERS: Final[Mapping[str, Callable[[Desk, Parameters], object]]] = {
    "CreatePayablesInvoice": _create("payablesInvoice", DocumentType.INVOICE),
    "GetPayablesInvoiceByKey": _get(DocumentType.INVOICE),
    "GetPayablesInvoiceList": _list("PayablesInvoiceSummary", DocumentType.INVOICE),
    "GetPayablesDocumentList": _list("PayablesDocumentSummary", None),
    "CreatePayablesCreditMemo": _create("payablesCreditMemo", DocumentType.CREDIT_MEMO),
    "GetPayablesCreditMemoByKey": _get(DocumentType.CREDIT_MEMO),
    "GetPayablesCreditMemoList": _list("PayablesCreditMemoSummary", DocumentType.CREDIT_MEMO),
}
