"""Ledger entries of both sides, kept on disk while they are summed, so that memory stays flat."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterator
from decimal import Decimal
from types import TracebackType
from typing import Final, Literal, Self

from attrs import frozen

# Amounts are kept as whole units of GP's five decimals, so that SQLite's sums are exact.
UNITS: Final = 100_000
TABLE: Final = """CREATE TABLE entry
    (control TEXT, period TEXT, source TEXT, document TEXT, key TEXT, cin7 INTEGER, gp INTEGER)"""
SUMS: Final = """SELECT control, period, sum(cin7), sum(gp) FROM entry GROUP BY control, period
    ORDER BY control, period"""
GAPS: Final = """SELECT max(document), max(key), sum(cin7), sum(gp) FROM entry WHERE control = ? AND period = ?
    GROUP BY source HAVING sum(cin7) <> sum(gp) ORDER BY abs(sum(gp) - sum(cin7)) DESC, max(document)"""


@frozen(kw_only=True)
class Entry:
    """A movement on a control account.

    Attributes:
        source: tells which entries of both sides are of one document.
        document: the name that people know it by.
        key: its voucher number or batch in GP.
        amount: debits less credits, in the company's own currency.
    """

    control: str
    day: dt.date | None
    source: str
    document: str
    key: str = ""
    amount: Decimal


@frozen
class Gap:
    """A document whose sums differ."""

    document: str
    key: str
    cin7: Decimal
    gp: Decimal


class Entries:
    """Every entry of a tie-out."""

    def __init__(self) -> None:
        # The empty name is SQLite's own temporary file, which it removes itself.
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.execute(TABLE)
        self._db.execute("BEGIN")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._db.close()

    def put(self, side: Literal["cin7", "gp"], period: str, entry: Entry) -> None:
        """Take an entry of one side."""
        amount = int(entry.amount * UNITS)
        amounts = (amount, 0) if side == "cin7" else (0, amount)
        row = (entry.control, period, entry.source, entry.document, entry.key, *amounts)
        self._db.execute("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?)", row)

    def sums(self) -> Iterator[tuple[str, str, Decimal, Decimal]]:
        """Give each control and period with both sums."""
        for control, period, cin7, gp in self._db.execute(SUMS):
            yield control, period, _amount(cin7), _amount(gp)

    def gaps(self, control: str, period: str) -> Iterator[Gap]:
        """Give each document that does not stand alike on both sides, the largest gap first."""
        for document, key, cin7, gp in self._db.execute(GAPS, (control, period)):
            yield Gap(document, key, _amount(cin7), _amount(gp))


def _amount(units: int) -> Decimal:
    return Decimal(units) / UNITS
