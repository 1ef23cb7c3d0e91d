"""Whether a vendor has a bill already: by its number, by its number with a suffix, or by amount and date."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Final, Literal

from attrs import define, field, frozen

from dynamicsgp_client import PayablesDocument
from gp_cin7_bridge.mapping.text import base_number, normalised_number

SUFFIX_DAYS: Final = 400
SIMILAR_DAYS: Final = 7
SIMILAR: Final = 0.8
_OURS: Final = re.compile("C7[A-Z2-7]{15}")


@frozen
class KnownDocument:
    """One document of a vendor, wherever in GP it is."""

    voucher_number: str
    document_number: str
    document_date: dt.date
    document_amount: Decimal
    currency_id: str
    where: str

    @classmethod
    def of(cls, document: PayablesDocument, where: str) -> KnownDocument:
        """Remember a payables document."""
        return cls(
            document.voucher_number,
            document.document_number or "",
            document.document_date,
            document.document_amount,
            document.currency_id or "",
            where,
        )

    @property
    def ours(self) -> bool:
        """Whether the bridge made it: its voucher number is one that follows from an identity."""
        return _OURS.fullmatch(self.voucher_number) is not None

    def __str__(self) -> str:
        return (
            f"voucher {self.voucher_number} of {self.document_date}, number {self.document_number!r},"
            f" {self.document_amount} {self.currency_id}, {self.where}"
        )


@frozen
class Match:
    """A document that may be the same bill.

    Attributes:
        how: `number` is the same number, `suffix` the same but for a suffix and the amount is the same, `similar` means
            amount, date and most of the number agree.
    """

    how: Literal["number", "suffix", "similar"]
    document: KnownDocument


@define
class VendorDocuments:
    """What one vendor has in GP: work, open and history, typed by hand or sent by us."""

    _by_number: dict[str, list[KnownDocument]] = field(factory=dict)
    _by_base: dict[str, list[KnownDocument]] = field(factory=dict)
    _by_amount: dict[Decimal, list[KnownDocument]] = field(factory=dict)
    _vouchers: set[str] = field(factory=set)

    @classmethod
    def of(cls, documents: Iterable[KnownDocument]) -> VendorDocuments:
        """Remember these documents."""
        found = cls()
        for each in documents:
            found.add(each)
        return found

    def add(self, known: KnownDocument) -> None:
        """Remember one more."""
        self._by_number.setdefault(normalised_number(known.document_number), []).append(known)
        if base := base_number(known.document_number):
            self._by_base.setdefault(base, []).append(known)
        self._by_amount.setdefault(known.document_amount, []).append(known)
        self._vouchers.add(known.voucher_number)

    def besides(self, voucher_number: str) -> VendorDocuments:
        """Give them without the one of a number; itself when there is none."""
        if voucher_number not in self._vouchers:
            return self
        return VendorDocuments.of(each for each in self if each.voucher_number != voucher_number)

    def __iter__(self) -> Iterator[KnownDocument]:
        """Give all of them."""
        return (each for group in self._by_amount.values() for each in group)

    def has_number(self, number: str, *, besides: str) -> bool:
        """Tell whether a number is taken by another voucher."""
        return any(True for _ in self._others(self._by_number, normalised_number(number), besides))

    def match(self, bill: KnownDocument) -> Match | None:
        """Find the document that is most likely the same bill; a document is never its own duplicate."""
        number = normalised_number(bill.document_number)
        others = self._others(self._by_number, number, bill.voucher_number)
        same = sorted(others, key=lambda each: not _same(each, bill))
        if same:
            return Match("number", same[0])
        suffixed = [*self._others(self._by_base, number, bill.voucher_number)]
        if base := base_number(bill.document_number):
            suffixed += self._others(self._by_number, base, bill.voucher_number)
        for each in suffixed:
            if _same(each, bill) and _days(each, bill) <= SUFFIX_DAYS:
                return Match("suffix", each)
        for each in self._by_amount.get(bill.document_amount, ()):
            if each.voucher_number != bill.voucher_number and _similar(each, bill):
                return Match("similar", each)
        return None

    @staticmethod
    def _others(index: dict[str, list[KnownDocument]], key: str, voucher_number: str) -> Iterator[KnownDocument]:
        return (each for each in index.get(key, ()) if each.voucher_number != voucher_number)


def _same(one: KnownDocument, other: KnownDocument) -> bool:
    return one.document_amount == other.document_amount and one.currency_id == other.currency_id


def _days(one: KnownDocument, other: KnownDocument) -> int:
    return abs((one.document_date - other.document_date).days)


def _similar(one: KnownDocument, other: KnownDocument) -> bool:
    if not _same(one, other) or _days(one, other) > SIMILAR_DAYS:
        return False
    numbers = normalised_number(one.document_number), normalised_number(other.document_number)
    return SequenceMatcher(None, *numbers).ratio() >= SIMILAR
