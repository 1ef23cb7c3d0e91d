"""A user's own rule has the last word on a document, and its result passes every check."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from bill_parts import codes, explained, in_gp, invoice, line, mapped, typed

from cin7core_client import Purchase
from dynamicsgp_client import Distribution, PayablesDocument
from gp_cin7_bridge.mapping.bills.parts import Part
from gp_cin7_bridge.mapping.bills.rules import DocumentRule

PART = invoice(line("10.00", "2.00"))


def changing(**changes: object) -> DocumentRule:
    return lambda _purchase, _part, document: document.replace(**changes)


def test_a_rule_may_replace_what_the_mapping_made() -> None:
    found = explained(PART, rule=changing(description="Mine"))
    assert found.document.description == "Mine"
    assert ("description", "Mine", "[bills] rule, in place of the above") in [
        (each.field, each.value, each.rule) for each in found.explained
    ]


def test_a_rule_sees_the_purchase_and_the_part() -> None:
    def named(purchase: Purchase, part: Part, document: PayablesDocument) -> PayablesDocument:
        return document.replace(description=f"{purchase.supplier} {part.total}")

    assert mapped(PART, rule=named).description == "Acme 12.00"


@pytest.mark.parametrize(
    "changes",
    [
        {"document_amount": Decimal("11.00")},
        {"purchases_amount": Decimal("9.00")},
        {"voucher_number": "C7AAAAAAAAAAAAAAA"},
        {"document_type": 5},
        {"currency_id": "Z-EURO"},
        {"create_distributions": True},
        {"description": "x" * 31},
        {"description": "→"},
        {"document_number": ""},
        {"batch_id": "B" * 16},
        {"vendor_id": "NOBODY"},
        {"posting_date": dt.date(2031, 1, 1)},
        {"distributions": ()},
        {"distributions": (Distribution(account_number="000-2100-00", type=2, credit_amount=Decimal(12)),)},
        {"tax_amount": Decimal("1.00"), "purchases_amount": Decimal("11.00")},
        {"purchases_amount": Decimal("10.001"), "tax_amount": Decimal("1.999")},
        {"freight_amount": Decimal(-1), "purchases_amount": Decimal(11)},
    ],
    ids=str,
)
def test_a_result_that_must_not_be_sent_is_held(changes: dict[str, object]) -> None:
    assert codes(PART, rule=changing(**changes)) == {"document_unsound"}


def test_a_rule_that_fails_holds_only_its_document() -> None:
    def broken(_purchase: Purchase, _part: Part, _document: PayablesDocument) -> PayablesDocument:
        raise ZeroDivisionError("by nought")

    found = codes(PART, rule=broken)
    assert found == {"rule_failed"}
    assert codes(PART, rule=lambda *_: None) == {"rule_failed"}


def test_the_duplicate_guard_looks_at_the_number_that_the_rule_gave() -> None:
    assert codes(PART, rule=changing(document_number="4711"), known_documents=in_gp(typed("4711", "1.00"))) == {
        "duplicate_document"
    }


def test_a_held_document_never_reaches_the_rule() -> None:
    def unexpected(_purchase: Purchase, _part: Part, _document: PayablesDocument) -> PayablesDocument:
        raise AssertionError("called")

    assert codes(invoice(line("1.00", account="9")), rule=unexpected) == {"account_unmapped"}
