"""The duplicate guard: hold a bill that its vendor has, give it a suffix, or only warn."""

from __future__ import annotations

from dynamicsgp_client import PayablesDocument
from gp_cin7_bridge.mapping.bills.duplicates import KnownDocument, Match, VendorDocuments
from gp_cin7_bridge.mapping.bills.rules import BillRules
from gp_cin7_bridge.mapping.notes import Notes
from gp_cin7_bridge.mapping.text import normalised_number, suffixed


def unduplicated(document: PayablesDocument, rules: BillRules, notes: Notes) -> PayablesDocument:
    """Keep a bill apart from those that its vendor has: hold it, give it a suffix, or only warn."""
    document = _renumbered(document, rules, notes)
    known = rules.known_documents.get(document.vendor_id)
    bill = KnownDocument.of(document, "this one")
    match = known.match(bill) if known else None
    if known is None or match is None:
        return document
    facts = {"vendor": document.vendor_id, "number": document.document_number, "other": match.document}
    suffix = match.how == "number" and rules.duplicates == "suffix" and not _typed_by_hand(match, bill)
    if suffix and (number := _suffixed(bill, known)):
        rule = f'{bill.document_number!r} is taken by {match.document}; [bills] duplicates = "suffix"'
        notes.explain("document_number", number, rule)
        return document.replace(document_number=number)
    if match.how == "number" or (match.how == "suffix" and not match.document.ours):
        notes.hold("duplicate_document", **facts)
    else:
        notes.warn("duplicate_suspected", **facts)
    return document


def number_again(number: str, revision: int) -> str:
    """Give the document number of a revision, where GP has `number` already."""
    return suffixed(number, f"-{revision + 1}")


def _renumbered(document: PayablesDocument, rules: BillRules, notes: Notes) -> PayablesDocument:
    """Keep a bill that is sent again apart from the vouchers before it: GP may refuse one number twice."""
    number = document.document_number or ""
    if normalised_number(number) not in {normalised_number(each) for each in rules.replaced}:
        return document
    renumbered = number_again(number, rules.revision)
    notes.explain("document_number", renumbered, f"{number!r} is taken by an earlier voucher of the same bill")
    return document.replace(document_number=renumbered)


def _typed_by_hand(match: Match, bill: KnownDocument) -> bool:
    """Tell the same bill, entered by a person, from another one that shares its number."""
    return not match.document.ours and match.document.document_amount == bill.document_amount


def _suffixed(bill: KnownDocument, known: VendorDocuments) -> str | None:
    for count in range(1, 100):
        candidate = suffixed(bill.document_number, f"-{count}")
        if not known.has_number(candidate, besides=bill.voucher_number):
            return candidate
    return None
