"""Reconcile: read both systems, compare every document, and name what does not agree; nothing is written."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.errors import UnknownFlowError
from gp_cin7_bridge.progress import Watcher, nobody
from gp_cin7_bridge.review.reconcile.bills import BillComparison, is_ours
from gp_cin7_bridge.review.reconcile.findings import Difference as Difference
from gp_cin7_bridge.review.reconcile.findings import Finding as Finding
from gp_cin7_bridge.review.reconcile.findings import Kind as Kind
from gp_cin7_bridge.review.reconcile.findings import Reconciliation as Reconciliation
from gp_cin7_bridge.review.reconcile.findings import Total as Total
from gp_cin7_bridge.review.reconcile.findings import shown as shown
from gp_cin7_bridge.review.reconcile.reading import Reading
from gp_cin7_bridge.review.reconcile.vouchers import Vouchers

KINDS: Final = ("bills",)


def reconcile(bridge: Bridge, kinds: Collection[str] | None = None, *, watch: Watcher = nobody) -> Reconciliation:
    """Compare what both systems have, document by document; writes to neither, nor to the state.

    Links say which records are one thing; all else is read anew. It asks Cin7 Core for each page of its lists and once
    for each purchase that holds a bill, and GP for each page of its lists and once for each bill that it does not have.
    Over SOAP a page of GP's payables is one call more for each document in it.

    Args:
        bridge: the open connection.
        kinds: what to compare, of "bills"; default all.
        watch: is told how far it is.

    Raises:
        UnknownFlowError: there is no such kind; names those that exist.
        GPError, Cin7Error: a system did not answer, or refused to be read.
    """
    wanted = _known(kinds)
    reading = Reading(bridge, watch)
    made_at = bridge.clock().isoformat()
    with Vouchers(lambda voucher: is_ours(bridge, voucher)) as vouchers:
        bills = BillComparison.of(reading, vouchers)
        findings = tuple(bills.findings())
    return Reconciliation(
        connection=bridge.settings.name,
        made_at=made_at,
        kinds=wanted,
        findings=findings,
        totals=bills.totals.all(),
        compared=dict(reading.compared),
        calls=dict(reading.calls),
    )


def _known(kinds: Collection[str] | None) -> tuple[str, ...]:
    asked = KINDS if kinds is None else (kinds,) if isinstance(kinds, str) else tuple(kinds)
    if unknown := [each for each in asked if each not in KINDS]:
        raise UnknownFlowError(f"nothing is called {unknown[0]!r}; reconcile {', '.join(KINDS)}")
    return tuple(each for each in KINDS if each in asked)
