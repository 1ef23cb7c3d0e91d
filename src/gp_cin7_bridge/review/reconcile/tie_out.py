"""Tie-out: control accounts by period, Cin7 Core's ledger against GP's documents, and what explains each gap."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from itertools import chain
from typing import Final

from attrs import frozen

from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.flows.bills.facts import gp_facts
from gp_cin7_bridge.meter import Calls
from gp_cin7_bridge.progress import Watcher, nobody
from gp_cin7_bridge.review.reconcile.accrued import accrued_entries
from gp_cin7_bridge.review.reconcile.controls import Controls
from gp_cin7_bridge.review.reconcile.entries import Entries
from gp_cin7_bridge.review.reconcile.ledgers import cin7_entries, gp_entries
from gp_cin7_bridge.review.reconcile.period_ends import period_end_entries
from gp_cin7_bridge.review.reconcile.reading import Reading
from gp_cin7_bridge.review.reconcile.shipped import shipped_entries
from gp_cin7_bridge.review.reconcile.totals import period_of

# A document in a foreign currency is rounded line by line on both sides.
ROUNDING: Final = Decimal("0.05")


@frozen
class GapDocument:
    """One document that stands differently on both sides of an account.

    Attributes:
        key: its voucher number or batch in GP; "" when GP has none.
        cin7, gp: debits less credits, in the company's own currency.
    """

    document: str
    key: str
    cin7: Decimal
    gp: Decimal
    text: str

    @property
    def gap(self) -> Decimal:
        """What GP has more."""
        return self.gp - self.cin7


@frozen
class TieOutLine:
    """One control account in one fiscal period.

    Attributes:
        control: payables, inventory or grni.
        accounts: the GP accounts.
        cin7, gp: movement, debits less credits, in the company's own currency.
        documents: every document that stands differently; their gaps sum to the line's.
    """

    control: str
    accounts: str
    period: str
    cin7: Decimal
    gp: Decimal
    documents: tuple[GapDocument, ...]

    @property
    def gap(self) -> Decimal:
        """What GP has more."""
        return self.gp - self.cin7

    @property
    def agrees(self) -> bool:
        """Whether nothing is left beyond the rounding of rates."""
        return all(abs(each.gap) <= ROUNDING and each.cin7 and each.gp for each in self.documents)


@frozen(kw_only=True)
class TieOut:
    """The control accounts of both systems, period by period."""

    connection: str
    made_at: str
    lines: tuple[TieOutLine, ...]
    calls: Calls

    @property
    def agrees(self) -> bool:
        """Whether every line does."""
        return all(each.agrees for each in self.lines)


def tie_out(
    bridge: Bridge,
    *,
    since: dt.date | None = None,
    until: dt.date | None = None,
    watch: Watcher = nobody,
) -> TieOut:
    """Compare movements on payables, inventory and, where its account is set, goods received and not invoiced.

    Cin7 Core's side is its ledger (`/transactions`); GRNI is what the mode of receipts makes of its receipts and bills.
    GP's side is its payables documents, journals and receivings, posted or not, by posting date: the services give no
    account balances, so what people booked elsewhere in GP is not seen.
    Payments are left out on both sides. Writes to neither system, nor to the state.

    Args:
        bridge: the open connection.
        since: the first day; default everything.
        until: the last day; default everything.
        watch: is told how far it is.

    Raises:
        GPError, Cin7Error: a system did not answer, or refused to be read.
    """
    made_at, before = bridge.clock().isoformat(), bridge.meter.calls
    reading = Reading(bridge, watch)
    facts = gp_facts(bridge)
    controls = Controls.read(bridge, facts)
    with Entries() as entries:
        expected = chain(
            cin7_entries(reading, controls, since, until),
            accrued_entries(reading, controls, facts, since, until),
            period_end_entries(reading, controls, since, until),
            shipped_entries(reading, since, until),
        )
        for entry in expected:
            entries.put("cin7", period_of(facts.periods, entry.day), entry)
        for entry in gp_entries(reading, controls, facts, since, until):
            entries.put("gp", period_of(facts.periods, entry.day), entry)
        lines = tuple(_lines(entries, controls))
    return TieOut(connection=bridge.settings.name, made_at=made_at, lines=lines, calls=bridge.meter.calls - before)


def _lines(entries: Entries, controls: Controls) -> Iterator[TieOutLine]:
    for control, period, cin7, gp in entries.sums():
        documents = tuple(
            GapDocument(each.document, each.key, each.cin7, each.gp, _why(each.cin7, each.gp))
            for each in entries.gaps(control, period)
        )
        yield TieOutLine(control, controls.shown(control), period, cin7, gp, documents)


def _why(cin7: Decimal, gp: Decimal) -> str:
    if not gp:
        return "Only Cin7 Core has it in this period."
    if not cin7:
        return "Only GP has it in this period."
    if abs(gp - cin7) <= ROUNDING:
        return "Rates are rounded differently."
    return "The amounts differ; `gp-cin7 reconcile bills` compares its fields."
