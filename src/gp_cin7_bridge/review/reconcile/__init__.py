"""Reconcile: read both systems, compare every document, and name what does not agree; nothing is written."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from attrs import define

from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.errors import UnknownFlowError
from gp_cin7_bridge.progress import Watcher, nobody
from gp_cin7_bridge.review.reconcile.accounts import AccountComparison
from gp_cin7_bridge.review.reconcile.bills import BillComparison, is_ours
from gp_cin7_bridge.review.reconcile.findings import Difference as Difference
from gp_cin7_bridge.review.reconcile.findings import Finding as Finding
from gp_cin7_bridge.review.reconcile.findings import Kind as Kind
from gp_cin7_bridge.review.reconcile.findings import Reconciliation as Reconciliation
from gp_cin7_bridge.review.reconcile.findings import Total as Total
from gp_cin7_bridge.review.reconcile.findings import shown as shown
from gp_cin7_bridge.review.reconcile.masters import masters
from gp_cin7_bridge.review.reconcile.page import page as page
from gp_cin7_bridge.review.reconcile.reading import Looker, Reading
from gp_cin7_bridge.review.reconcile.receipts import receipts
from gp_cin7_bridge.review.reconcile.tie_out import GapDocument as GapDocument
from gp_cin7_bridge.review.reconcile.tie_out import TieOut as TieOut
from gp_cin7_bridge.review.reconcile.tie_out import TieOutLine as TieOutLine
from gp_cin7_bridge.review.reconcile.tie_out import tie_out as tie_out
from gp_cin7_bridge.review.reconcile.vouchers import Vouchers

KINDS: Final = ("vendors", "items", "receipts", "bills", "accounts")


def reconcile(bridge: Bridge, kinds: Collection[str] | None = None, *, watch: Watcher = nobody) -> Reconciliation:
    """Compare what both systems have, record by record; writes to neither, nor to the state.

    Links say which records are one thing; all else is read anew. It asks Cin7 Core for each page of its lists and once
    for each purchase that may hold a bill, and GP for each page of its lists and once for each bill that it does not
    have. Over SOAP a page of GP's payables is one call more for each document in it. `calls` tells how many there were.

    Args:
        bridge: the open connection.
        kinds: what to compare, of "vendors", "items", "receipts", "bills" and "accounts"; default all, receipts only
            when a mode is on.
        watch: is told how far it is.

    Raises:
        UnknownFlowError: there is no such kind; names those that exist.
        GPError, Cin7Error: a system did not answer, or refused to be read.
    """
    wanted = known_kinds(kinds)
    if kinds is None and bridge.settings.receipts.mode == "off":
        wanted = tuple(each for each in wanted if each != "receipts")
    made_at, since = bridge.clock().isoformat(), bridge.meter.calls
    comparison = _Comparison(Reading(bridge, watch), wanted)
    with Vouchers(lambda voucher: is_ours(bridge, voucher)) as vouchers:
        findings = tuple(comparison.findings(vouchers))
    return Reconciliation(
        connection=bridge.settings.name,
        made_at=made_at,
        kinds=wanted,
        findings=findings,
        totals=comparison.totals,
        compared=dict(comparison.reading.compared),
        calls=bridge.meter.calls - since,
    )


@define
class _Comparison:
    reading: Reading
    kinds: tuple[str, ...]
    totals: tuple[Total, ...] = ()

    def findings(self, vouchers: Vouchers) -> Iterator[Finding]:
        if "vendors" in self.kinds:
            yield from masters(self.reading, "vendors")
        if "items" in self.kinds:
            yield from masters(self.reading, "items")
        if "receipts" in self.kinds:
            yield from receipts(self.reading)
        bills = BillComparison.of(self.reading, vouchers) if "bills" in self.kinds else None
        accounts = AccountComparison(self.reading) if "accounts" in self.kinds else None
        lookers: list[Looker] = [each for each in (bills, accounts) if each is not None]
        if lookers:
            yield from self.reading.purchases(lookers)
        if bills:
            self.totals = bills.totals.all()


def known_kinds(kinds: Collection[str] | None) -> tuple[str, ...]:
    """Give the kinds that are meant, in their order.

    Raises:
        UnknownFlowError: there is no such kind; names those that exist.
    """
    asked = KINDS if kinds is None else (kinds,) if isinstance(kinds, str) else tuple(kinds)
    if unknown := [each for each in asked if each not in KINDS]:
        raise UnknownFlowError(f"nothing is called {unknown[0]!r}; reconcile {', '.join(KINDS)}")
    return tuple(each for each in KINDS if each in asked)
