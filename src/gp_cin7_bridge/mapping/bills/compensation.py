"""A document that takes back one that GP has: the same figures on the other side, once a person approved it."""

from __future__ import annotations

import datetime as dt
from typing import Final

from dynamicsgp_client import Distribution, DocumentType, PayablesDocument
from gp_cin7_bridge.mapping.bills.bill import BillMapping
from gp_cin7_bridge.mapping.bills.posting import batch_for, posting_date
from gp_cin7_bridge.mapping.bills.rules import BillRules
from gp_cin7_bridge.mapping.held import Held
from gp_cin7_bridge.mapping.notes import Notes
from gp_cin7_bridge.mapping.text import suffixed

KEPT: Final = (
    "vendor_id",
    "document_amount",
    "purchases_amount",
    "freight_amount",
    "miscellaneous_amount",
    "tax_amount",
    "trade_discount_amount",
    "currency_id",
    "exchange_rate",
    "exchange_date",
    "tax_schedule_id",
    "checkbook_id",
    "purchase_order_number",
    "taxes",
)


def compensation(
    document: PayablesDocument, *, voucher_number: str, revision: int, posting_date: dt.date, batch_id: str
) -> PayablesDocument:
    """Give the credit memo that takes an invoice back, or the invoice that takes a credit back.

    Vendor, accounts, currency, rate and amounts are those of the document; it carries no payment terms, because GP
    allows none on a credit memo. Applying one to the other stays a person's job in GP.

    Args:
        document: as GP has it.
        voucher_number: of the new document.
        revision: which time the bill is taken back, from 1; it ends the document number: `INV-77-R1`.
        posting_date: also its document date.
        batch_id: of its own kind and posting date.
    """
    values = {name: getattr(document, name) for name in KEPT if name in document.model_fields_set}
    return PayablesDocument.model_validate(
        {
            **values,
            "voucher_number": voucher_number,
            "document_type": opposite(document.document_type),
            "document_number": suffixed(document.document_number or "", f"-R{revision}"),
            "document_date": posting_date,
            "posting_date": posting_date,
            "tax_date": posting_date,
            "batch_id": batch_id,
            "description": takes_back(document.voucher_number),
            "distributions": tuple(map(_mirrored, document.distributions)),
            "create_distributions": False,
        }
    )


def taken_back(
    document: PayablesDocument, *, voucher_number: str, revision: int, rules: BillRules
) -> BillMapping | Held:
    """Give what takes a document back, posted on its own posting date or where the policy moves that."""
    notes = Notes()
    posting = posting_date(document.posting_date or document.document_date, rules, notes)
    credit = opposite(document.document_type) != DocumentType.INVOICE
    batch = batch_for(posting, rules, notes, credit=credit) if posting else None
    if posting is None or batch is None:
        return Held(document.document_number or document.voucher_number, tuple(notes.reasons))
    back = compensation(
        document, voucher_number=voucher_number, revision=revision, posting_date=posting, batch_id=batch
    )
    notes.explain("document_amount", back.document_amount, f"that of voucher {document.voucher_number}")
    notes.explain("distributions", len(back.distributions), f"those of {document.voucher_number}, mirrored")
    return BillMapping(back, tuple(notes.explained), tuple(notes.warnings))


def takes_back(voucher_number: str) -> str:
    """Give the description of what takes a voucher back; it names the whole number."""
    return f"Takes back {voucher_number}"


def opposite(document_type: DocumentType) -> DocumentType:
    """Tell what takes a document of a type back."""
    return DocumentType.CREDIT_MEMO if document_type == DocumentType.INVOICE else DocumentType.INVOICE


def _mirrored(line: Distribution) -> Distribution:
    return line.replace(debit_amount=line.credit_amount, credit_amount=line.debit_amount)
