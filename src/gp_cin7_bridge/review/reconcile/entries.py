"""Ledger entries of both sides, kept on disk while they are summed, so that memory stays flat."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterator, Mapping
from decimal import Decimal
from types import TracebackType
from typing import Final, Literal, Self

from attrs import frozen

from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.flows.bills.facts import GPFacts
from gp_cin7_bridge.flows.purchases import REVERSALS
from gp_cin7_bridge.mapping.receipts.period_end import ACCRUAL, REVERSAL
from gp_cin7_bridge.mapping.rounding import rounded

OF_THE_SAME: Final[Mapping[str, str]] = {back: kind for kind, back in REVERSALS.items()}
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


def linked(bridge: Bridge, entity: str, gp_key: str) -> str:
    """Give the source of what is linked: task and kind, as Cin7 Core's ledger lines have them; "" for none."""
    link = bridge.state.link(entity, gp_key=gp_key) if gp_key else None
    if link is None or link.cin7_id.startswith((f"{ACCRUAL}/", f"{REVERSAL}/")):
        return link.cin7_id if link else ""
    _, kind, task, *_ = link.cin7_id.split("/")
    # What takes a voucher back is of the same document.
    return f"{task}/{OF_THE_SAME.get(kind, kind)}"


def functional(amount: Decimal, currency_id: str | None, exchange_rate: Decimal | None, facts: GPFacts) -> Decimal:
    """Give an amount in the company's own currency, by the rate of its document."""
    rules = facts.currencies.rules()
    foreign = {rule.currency_id: rule for iso, rule in rules.items() if iso != facts.functional_currency}
    rule = foreign.get(currency_id or "")
    if rule is None or not exchange_rate:
        return amount
    return rounded(rule.functional(amount, exchange_rate), facts.functional_decimals)


def within(day: dt.date, since: dt.date | None, until: dt.date | None) -> bool:
    """Tell whether a day lies between two."""
    return (since is None or since <= day) and (until is None or day <= until)
