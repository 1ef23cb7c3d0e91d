"""GP's payables documents, laid out beside Cin7 Core's: found by number, by vendor's number, and what nobody took."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import Final, Self

from dynamicsgp_client import PayablesDocument
from gp_cin7_bridge.documents import fields_of, read, written
from gp_cin7_bridge.mapping.bills.comparison import differences
from gp_cin7_bridge.mapping.text import base_number, normalised_number
from gp_cin7_bridge.review.reconcile.findings import Difference

TABLE: Final = """CREATE TABLE voucher (number TEXT PRIMARY KEY, vendor TEXT, document TEXT, base TEXT,
    ours INTEGER, taken INTEGER DEFAULT 0, body TEXT)"""
LIKE: Final = "SELECT body FROM voucher WHERE vendor = ? AND (document IN (?, ?) OR base = ?) ORDER BY number"


class Vouchers:
    """Every payables document of GP, kept on disk while they are compared, so that memory stays flat.

    Args:
        ours: tells whether the bridge made a voucher.
    """

    def __init__(self, ours: Callable[[PayablesDocument], bool]) -> None:
        self._ours = ours
        # The empty name is SQLite's own temporary file, which it removes itself.
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.execute(TABLE)
        self._db.execute("CREATE INDEX by_number ON voucher (vendor, document)")
        self._db.execute("CREATE INDEX by_base ON voucher (vendor, base)")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._db.close()

    def put(self, documents: Iterable[PayablesDocument]) -> None:
        """Lay documents out."""
        self._db.execute("BEGIN")
        for each in documents:
            number = each.document_number or ""
            row = (
                each.voucher_number,
                each.vendor_id,
                normalised_number(number),
                base_number(number) or "",
                self._ours(each),
                written(fields_of(each)),
            )
            self._db.execute("INSERT OR REPLACE INTO voucher VALUES (?, ?, ?, ?, ?, 0, ?)", row)
        self._db.execute("COMMIT")

    def take(self, voucher_number: str) -> PayablesDocument | None:
        """Find a voucher by its number, for the bill whose it is."""
        self._db.execute("UPDATE voucher SET taken = 1 WHERE number = ?", (voucher_number,))
        return next(self._found("SELECT body FROM voucher WHERE number = ?", voucher_number), None)

    def like(self, vendor_id: str, document_number: str) -> list[PayablesDocument]:
        """Find what a vendor has under this number, with or without a mark behind it."""
        number = normalised_number(document_number)
        return list(self._found(LIKE, vendor_id, number, base_number(document_number) or number, number))

    def untaken(self) -> Iterator[PayablesDocument]:
        """Give the vouchers that the bridge made and that no bill has."""
        return self._found("SELECT body FROM voucher WHERE ours AND NOT taken ORDER BY number")

    def _found(self, query: str, *values: str) -> Iterator[PayablesDocument]:
        for (body,) in self._db.execute(query, values):
            yield PayablesDocument.model_validate(read(body))


def differing(expected: PayablesDocument, found: PayablesDocument, *, moved: bool) -> tuple[Difference, ...]:
    """Name the fields in which GP's voucher is not what its bill becomes.

    Accounts are compared where GP gives the distributions of the voucher.

    Args:
        expected: what the bill becomes.
        found: what GP has.
        moved: whether a posting date may lie after the document's own date.
    """
    fields = [Difference(each.field, each.before, each.after) for each in differences(expected, found)]
    if found.voided:
        fields.append(Difference("voided", "no", "yes"))
    if not _posts_right(expected, found, moved=moved):
        fields.append(Difference("posting_date", str(expected.posting_date), str(found.posting_date)))
    return tuple(fields)


def _posts_right(expected: PayablesDocument, found: PayablesDocument, *, moved: bool) -> bool:
    if found.posting_date is None or expected.posting_date is None or found.posting_date == expected.posting_date:
        return True
    return moved and found.posting_date > expected.posting_date
