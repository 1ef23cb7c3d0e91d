"""What takes a voucher back has its figures on the other side."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from dynamicsgp_client import Distribution, DistributionType, DocumentType, PayablesDocument
from gp_cin7_bridge.mapping.bills.compensation import compensation
from gp_cin7_bridge.mapping.bills.guard import number_again

DAY = dt.date(2026, 11, 30)


def bill(document_type: DocumentType = DocumentType.INVOICE, **changes: object) -> PayablesDocument:
    return PayablesDocument(
        voucher_number="C7ABCDEFGHIJKLMNO",
        document_type=document_type,
        vendor_id="ACME",
        document_number="INV-77",
        document_date=dt.date(2026, 11, 3),
        currency_id="Z-EURO",
        exchange_rate=Decimal("1.0922"),
        payment_terms_id="Net 30",
        purchases_amount=Decimal("54.53"),
        tax_amount=Decimal("10.91"),
        document_amount=Decimal("65.44"),
        distributions=(
            Distribution(account_number="000-1300-00", type=DistributionType.PURCHASE, debit_amount=Decimal("54.53")),
            Distribution(account_number="000-1270-00", type=DistributionType.TAXES, debit_amount=Decimal("10.91")),
            Distribution(account_number="000-2100-00", type=DistributionType.PAYABLE, credit_amount=Decimal("65.44")),
        ),
    ).replace(**changes)


def taken_back(document: PayablesDocument, revision: int = 1) -> PayablesDocument:
    return compensation(document, voucher_number="C7XYZ", revision=revision, posting_date=DAY, batch_id="C7C261130")


def test_an_invoice_is_taken_back_by_a_credit_memo_on_the_same_accounts_at_the_same_rate() -> None:
    found = taken_back(bill())
    assert (found.document_type, found.document_number, found.document_amount) == (
        DocumentType.CREDIT_MEMO,
        "INV-77-R1",
        Decimal("65.44"),
    )
    assert (found.currency_id, found.exchange_rate, found.vendor_id) == ("Z-EURO", Decimal("1.0922"), "ACME")
    assert (found.document_date, found.posting_date, found.batch_id) == (DAY, DAY, "C7C261130")
    assert [(each.account_number, each.credit_amount - each.debit_amount) for each in found.distributions] == [
        ("000-1300-00", Decimal("54.53")),
        ("000-1270-00", Decimal("10.91")),
        ("000-2100-00", Decimal("-65.44")),
    ]
    assert found.payment_terms_id is None


def test_a_credit_memo_is_taken_back_by_an_invoice_and_twice_gives_the_figures_again() -> None:
    found = taken_back(taken_back(bill()), revision=2)
    assert found.document_type == DocumentType.INVOICE
    assert found.distributions == bill().distributions


def test_long_numbers_stay_apart_within_gps_twenty_characters() -> None:
    found = [taken_back(bill(document_number=f"INVOICE-2026-000012{each}")).document_number or "" for each in (3, 4)]
    assert found[0] != found[1]
    assert all(len(each) == 20 and each.endswith("-R1") for each in found)


def test_long_numbers_that_are_sent_again_stay_apart() -> None:
    assert number_again("INVOICE-2026-0000123", 1) != number_again("INVOICE-2026-0000124", 1)
