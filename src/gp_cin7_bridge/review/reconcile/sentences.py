"""What is said of a bill that was compared, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from attrs import frozen

from dynamicsgp_client import PayablesDocument
from gp_cin7_bridge.mapping.bills.duplicates import KnownDocument
from gp_cin7_bridge.reasons import SKIPPED, Reason
from gp_cin7_bridge.review.reconcile.findings import Difference, Finding, Kind

UNMAPPED: Final = frozenset(
    {
        "account_unmapped",
        "account_template",
        "account_empty",
        "vendor_unknown",
        "vendor_ambiguous",
        "vendor_gone",
        "currency_unmapped",
        "tax_rule_unmapped",
        "tax_account_missing",
        "no_payable_account",
    }
)


@frozen
class Subject:
    """A bill, with where it counts in the totals."""

    document: str
    vendor: str = ""
    period: str = ""
    currency: str = ""

    def finding(
        self, kind: Kind, text: str, cure: str, *, key: str = "", differences: tuple[Difference, ...] = ()
    ) -> Finding:
        """Say something of it."""
        return Finding(
            flow="bills",
            kind=kind,
            document=self.document,
            key=key,
            vendor=self.vendor,
            period=self.period,
            text=text,
            cure=cure,
            differences=differences,
        )


def state_of(voucher: PayablesDocument) -> str:
    """Say where in GP a voucher stands."""
    return f"{voucher.transaction_state or 'Work'}{', voided' if voucher.voided else ''}"


def known(voucher: PayablesDocument) -> KnownDocument:
    """Remember a voucher of GP with its state."""
    return KnownDocument.of(voucher, f"in GP ({state_of(voucher)})")


def differs(subject: Subject, voucher: PayablesDocument, differences: tuple[Difference, ...]) -> Finding:
    """Both have it, and it is not the same."""
    text = f"Voucher {voucher.voucher_number} ({state_of(voucher)}) is not what the document becomes."
    cure = "Decide which system is right and correct the other one; the bridge changes no voucher."
    return subject.finding(Kind.DIFFERENT, text, cure, key=voucher.voucher_number, differences=differences)


def posted(subject: Subject, voucher: PayablesDocument) -> Finding:
    """Both agree, and a person posted it."""
    text = f"Voucher {voucher.voucher_number} is posted ({state_of(voucher)})."
    return subject.finding(Kind.POSTED, text, "Nothing to do.", key=voucher.voucher_number)


def not_mapped_now(subject: Subject, voucher: PayablesDocument, reasons: Iterable[Reason]) -> Finding:
    """GP has it, and by today's rules it would not be sent."""
    kind = Kind.UNMAPPED if UNMAPPED & {each.code for each in reasons} else Kind.DIFFERENT
    text = f"It is voucher {voucher.voucher_number} in GP, but by today's rules it would not be sent. {_texts(reasons)}"
    return subject.finding(kind, text, _cures(reasons), key=voucher.voucher_number)


def not_owed(subject: Subject, voucher: PayablesDocument, status: str) -> Finding:
    """GP has a voucher of what Cin7 Core no longer means."""
    text = f"GP has voucher {voucher.voucher_number} ({state_of(voucher)}), but the document is {status} in Cin7 Core."
    cure = "Delete or void the voucher in GP, or authorise the document again."
    return subject.finding(Kind.EXTRA, text, cure, key=voucher.voucher_number)


def unknown(subject: Subject, voucher: PayablesDocument) -> Finding:
    """GP has a voucher with a number of the bridge's, and Cin7 Core nothing that it could be of."""
    text = f"GP has voucher {voucher.voucher_number} ({state_of(voucher)}); Cin7 Core has no document that it is of."
    return subject.finding(Kind.EXTRA, text, "Delete or void it in GP, if it is not owed.", key=voucher.voucher_number)


def twice(subject: Subject, one: PayablesDocument, other: PayablesDocument) -> Finding:
    """GP has one bill under two voucher numbers."""
    text = f"GP has it twice: as {known(one)}; and as {known(other)}."
    cure = f"Delete or void {other.voucher_number} in GP before both are paid."
    return subject.finding(Kind.DUPLICATED, text, cure, key=other.voucher_number)


def deleted(subject: Subject, voucher_number: str) -> Finding:
    """It was carried, and GP no longer has it."""
    text = f"It was carried as voucher {voucher_number}, which GP no longer has."
    cure = "Enter the voucher in GP again, or void the document in Cin7 Core."
    return subject.finding(Kind.DELETED, text, cure, key=voucher_number)


def taken_back(subject: Subject, voucher_number: str, by: str) -> Finding:
    """Its voucher was taken back, and nothing was sent in its place."""
    text = f"Voucher {voucher_number} was taken back by {by}, and GP has no other of it."
    return subject.finding(Kind.MISSING, text, "Run `gp-cin7 sync bills`.", key=voucher_number)


def missing(subject: Subject, voucher_number: str) -> Finding:
    """It was never carried, and nothing keeps it."""
    text = f"GP has no voucher of it; it would be {voucher_number}."
    return subject.finding(Kind.MISSING, text, "Run `gp-cin7 sync bills`.")


def kept(subject: Subject, reasons: tuple[Reason, ...]) -> Finding:
    """It was never carried, for these reasons."""
    codes = {each.code for each in reasons}
    if codes <= SKIPPED:
        return subject.finding(Kind.SKIPPED, _texts(reasons), _cures(reasons))
    kind = Kind.UNMAPPED if UNMAPPED & codes else Kind.MISSING
    return subject.finding(kind, f"GP has no voucher of it. {_texts(reasons)}", _cures(reasons))


def unreadable(document: str, error: Exception) -> Finding:
    """Cin7 Core does not give it."""
    text = f"Cin7 Core does not give it in a form that can be read: {str(error).rstrip('.')}."
    return Subject(document).finding(Kind.UNREADABLE, text, "Look at it in Cin7 Core; it was not compared.")


def _texts(reasons: Iterable[Reason]) -> str:
    return " ".join(dict.fromkeys(each.text for each in reasons))


def _cures(reasons: Iterable[Reason]) -> str:
    return " ".join(dict.fromkeys(each.cure for each in reasons))
