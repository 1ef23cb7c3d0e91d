"""The same bill is seen, however its number is written; another bill is not."""

from __future__ import annotations

import datetime as dt

import pytest
from bill_parts import DAY, codes, in_gp, invoice, line, mapped, purchase, warned
from bill_parts import typed as by_hand

from gp_cin7_bridge.mapping.bills.duplicates import KnownDocument
from gp_cin7_bridge.mapping.text import base_number

OURS = "C7ABCDEFGHIJKLMNO"


@pytest.mark.parametrize("number", ["INV-77", "inv 77", "INV77", "Inv-0077", " INV/77 "])
def test_a_bill_typed_by_hand_is_seen_through_case_spaces_marks_and_zeros(number: str) -> None:
    assert codes(invoice(line("1.00")), known_documents=in_gp(by_hand(number))) == {"duplicate_document"}


@pytest.mark.parametrize("number", ["INV-77-1", "INV-77/2", "INV-77A"])
def test_a_suffix_hides_nothing_when_the_amount_is_the_same(number: str) -> None:
    known = in_gp(by_hand(number))
    assert codes(invoice(line("1.00")), known_documents=known) == {"duplicate_document"}
    assert codes(invoice(line("1.00"), invoice_number=number), known_documents=in_gp(by_hand("INV-77"))) == {
        "duplicate_document"
    }
    assert mapped(invoice(line("2.00")), known_documents=known).document_number == "INV-77"


def test_two_numbers_that_each_have_a_suffix_are_two_bills() -> None:
    known = in_gp(by_hand("RENT-1", day=DAY - dt.timedelta(days=31)))
    assert mapped(invoice(line("1.00"), invoice_number="RENT-2"), known_documents=known)
    assert base_number("RENT-2") is None and base_number("2026-2") == "2026"


def test_a_suffix_of_long_ago_is_another_bill() -> None:
    known = in_gp(by_hand("INV-77-1", day=DAY - dt.timedelta(days=401)))
    assert mapped(invoice(line("1.00")), known_documents=known)


def test_what_the_bridge_made_of_another_invoice_is_only_a_warning() -> None:
    known = in_gp(by_hand("INV-77-1", voucher=OURS))
    assert warned(invoice(line("1.00")), known_documents=known) == {"duplicate_suspected"}


def test_the_same_amount_within_days_under_a_similar_number_is_a_warning() -> None:
    near = in_gp(by_hand("INV-71", day=DAY + dt.timedelta(days=3)))
    assert warned(invoice(line("1.00")), known_documents=near) == {"duplicate_suspected"}
    assert not warned(invoice(line("1.00")), known_documents=in_gp(by_hand("4711")))
    far = in_gp(by_hand("INV-71", day=DAY + dt.timedelta(days=8)))
    assert not warned(invoice(line("1.00")), known_documents=far)


def test_a_suffix_is_given_to_another_bill_of_the_same_number_not_to_the_same_bill() -> None:
    other = in_gp(by_hand("INV-77", "55.00"))
    assert mapped(invoice(line("1.00")), known_documents=other, duplicates="suffix").document_number == "INV-77-1"
    same = in_gp(by_hand("inv 77", "1.00"))
    assert codes(invoice(line("1.00")), known_documents=same, duplicates="suffix") == {"duplicate_document"}


def test_a_suffix_fits_behind_a_long_number() -> None:
    number = "ABCDEFGHIJKLMNOPQRST"
    known = in_gp(by_hand(number, "55.00"))
    found = mapped(invoice(line("1.00"), invoice_number=number), known_documents=known, duplicates="suffix")
    assert found.document_number == "ABCDEFGHIJK~40800C-1"


def test_letters_of_any_alphabet_tell_numbers_apart() -> None:
    known = in_gp(by_hand("D1", "55.00"))
    assert mapped(invoice(line("1.00"), invoice_number="ÄD1"), known_documents=known).document_number == "ÄD1"


def test_a_voucher_is_never_its_own_duplicate() -> None:
    own = mapped(invoice(line("1.00")))
    known = in_gp(KnownDocument.of(own, "in GP (Work)"))
    assert mapped(invoice(line("1.00")), known_documents=known) == own


def test_another_vendors_number_is_nobodys_business() -> None:
    known = {"OTHER": in_gp(by_hand("INV-77"))["ACME"]}
    assert mapped(invoice(line("1.00")), of=purchase(), known_documents=known)
