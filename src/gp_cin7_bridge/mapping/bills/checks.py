"""What must hold for every document before it is sent, whoever made it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from dynamicsgp_client import DistributionType, DocumentType, PayablesDocument, VendorStatus
from dynamicsgp_client.models.base import too_long
from gp_cin7_bridge.mapping.bills.rules import BillRules
from gp_cin7_bridge.mapping.rounding import Rounding
from gp_cin7_bridge.mapping.text import unwritable

KEPT: Final = ("voucher_number", "document_type", "document_amount", "currency_id", "create_distributions")
AMOUNTS: Final = (
    "purchases_amount",
    "freight_amount",
    "miscellaneous_amount",
    "tax_amount",
    "trade_discount_amount",
    "document_amount",
)


def problems_of(
    document: PayablesDocument, mapped: PayablesDocument, rules: BillRules, rounding: Rounding
) -> list[str]:
    """Name everything for which a document must not be sent.

    Args:
        document: what is to be sent.
        mapped: what the mapping made, whose identity and total stand.
        rules: the rules for bills.
        rounding: of the document's currency.
    """
    changed = [name for name in KEPT if getattr(document, name) != getattr(mapped, name)]
    return [
        *(f"{name} must stay {getattr(mapped, name)}" for name in changed),
        *_arithmetic(document),
        *_precision(document, rounding),
        *too_long(document),
        *_texts(document, rules.code_page),
        *_accounts(document, mapped, rules),
        *_masters(document, rules),
    ]


def _arithmetic(document: PayablesDocument) -> Iterator[str]:
    whole = (
        document.purchases_amount
        + document.freight_amount
        + document.miscellaneous_amount
        + document.tax_amount
        - document.trade_discount_amount
    )
    if whole != document.document_amount:
        yield f"document_amount is {document.document_amount}, but its parts make {whole}"
    debits = sum((line.debit_amount for line in document.distributions), Decimal(0))
    credits_ = sum((line.credit_amount for line in document.distributions), Decimal(0))
    if debits != credits_:
        yield f"debits are {debits}, credits {credits_}"
    owed = sum(
        (
            line.credit_amount - line.debit_amount
            for line in document.distributions
            if line.type == DistributionType.PAYABLE
        ),
        Decimal(0),
    )
    if abs(owed) != document.document_amount or (owed > 0) != (document.document_type == DocumentType.INVOICE):
        yield f"the payable account gets {owed} instead of {document.document_amount}"
    taxes = sum((tax.tax_amount for tax in document.taxes), Decimal(0))
    if document.taxes and taxes != document.tax_amount:
        yield f"tax_amount is {document.tax_amount}, but its details make {taxes}"


def _precision(document: PayablesDocument, rounding: Rounding) -> Iterator[str]:
    amounts = [(name, getattr(document, name)) for name in AMOUNTS]
    for number, line in enumerate(document.distributions, start=1):
        amounts += [(f"distributions[{number}]", line.debit_amount), (f"distributions[{number}]", line.credit_amount)]
    for name, amount in amounts:
        if amount < 0:
            yield f"{name} is negative ({amount})"
        elif rounding.round(amount) != amount:
            yield f"{name} has more than {rounding.decimals} decimals ({amount})"


def _texts(document: PayablesDocument, code_page: str) -> Iterator[str]:
    texts = {
        "document_number": document.document_number,
        "description": document.description,
        "purchase_order_number": document.purchase_order_number,
        "batch_id": document.batch_id,
        **{f"distributions[{n}].reference": each.reference for n, each in enumerate(document.distributions, start=1)},
    }
    for name, text in texts.items():
        if bad := unwritable(text or "", code_page):
            yield f"{name} holds {bad!r}, which {code_page} cannot store"
    if not document.document_number:
        yield "document_number is empty"


def _accounts(document: PayablesDocument, mapped: PayablesDocument, rules: BillRules) -> Iterator[str]:
    """Check accounts that the mapping did not choose itself; its own were checked as they were chosen."""
    checked = {line.account_number for line in mapped.distributions}
    for number in dict.fromkeys(line.account_number for line in document.distributions):
        if number not in checked or document is mapped:
            yield from (each.text for each in rules.chart.problems("distributions", number))
    purchases, payables = (
        {line.account_number for line in document.distributions if line.type == kind}
        for kind in (DistributionType.PURCHASE, DistributionType.PAYABLE)
    )
    for number in sorted(purchases & {*payables, rules.payable_account}):
        yield f"the payable account {number} takes purchases"


def _masters(document: PayablesDocument, rules: BillRules) -> Iterator[str]:
    vendor = rules.vendors.get(document.vendor_id)
    if vendor is None or vendor.status == VendorStatus.INACTIVE:
        yield f"vendor {document.vendor_id!r} is not an active vendor of GP"
    period = rules.periods.find(document.posting_date) if rules.periods and document.posting_date else None
    if period is None or period.purchasing_closed:
        yield f"posting date {document.posting_date} lies in no open period"
