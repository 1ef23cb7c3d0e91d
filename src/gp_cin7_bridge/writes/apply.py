"""The only writer: one document at a time, the intent before the send, an audit row for each."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Final

from attrs import asdict, evolve

from cin7core_client import Product, PurchasePayment, Supplier
from dynamicsgp_client import Journal, PayablesDocument, Receiving
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.meter import Calls
from gp_cin7_bridge.plan import Flow, Plan, Report
from gp_cin7_bridge.progress import Progress, StopRequested, Watcher, nobody
from gp_cin7_bridge.writes.evidence import forget_bodies
from gp_cin7_bridge.writes.refusals import REFUSED, refused_by
from gp_cin7_bridge.writes.tally import Tally
from gp_cin7_bridge.writes.work import SystemDownError, Work
from gp_cin7_bridge.writes.writers import (
    bill_writer,
    item_writer,
    payment_writer,
    receipt_writer,
    receiving_writer,
    vendor_writer,
)

# Kept where nobody who may write the state may write, these lines anchor the chain.
audit_log: Final = logging.getLogger("gp_cin7_bridge.audit")


def carry_out(bridge: Bridge, plan: Plan, *, since: Calls, watch: Watcher = nobody) -> Report:
    """Carry out a plan that agrees with both systems; the caller holds the writer's lock.

    Calls count from `since` on, so that those of planning can count too.

    A held or failed document never blocks the others nor the cursor: it waits in the queue under its own key. When a
    system stops answering, what is done stays done, the rest is left for the next run, and no cursor moves.
    """
    state = bridge.state
    run_id = state.start_run(plan.flow)
    tally = Tally(plan.flow)
    status, done = "failed", 0
    refused: Mapping[str, int] = {}
    try:
        work = _work(bridge, plan.flow, run_id, tally)
        receivings = Work(bridge, receiving_writer(bridge), run_id, tally)
        for done, action in enumerate(plan, start=1):
            (receivings if isinstance(action.payload, Receiving) else work).do(action)
            watch(Progress(plan.flow, "writing", done, len(plan)))
        status = "done"
    except SystemDownError as error:
        left = len(plan) - done + 1
        tally.stopped = f"{error}; {left} documents are left for the next run, what was finished stays finished"
        refused = refused_by(error)
        status = REFUSED if refused else "stopped"
    except StopRequested:
        tally.stopped = f"asked to stop; {len(plan) - done} documents are left for the next run"
        status = "stopped"
    finally:
        with state.transaction():
            if status == "done":
                moved = _move_cursors(bridge, plan)
                if moved and plan.missed is not None:
                    state.missing.note(plan.flow, plan.missed)
            calls = bridge.meter.calls - since
            state.end_run(run_id, status, {**tally.counts(), **_told(calls), **refused})
            forget_bodies(state, run_id=run_id)
            state.forget_runs(bridge.settings.audit.keep_runs_days)
        if head := state.audit_head():
            audit_log.info(
                "%s: run %d (%s) %s, audit row %d, hash %s", bridge.settings.name, run_id, plan.flow, status, *head
            )
    return evolve(tally.report(), calls=calls)


def recover(bridge: Bridge, flow: Flow) -> Report:
    """Settle what an earlier run left open; the caller holds the writer's lock."""
    tally = Tally(flow)
    try:
        _work(bridge, flow, None, tally).recover()
        if flow == "receipts":
            Work(bridge, receiving_writer(bridge), None, tally).recover()
    except SystemDownError as error:
        tally.stopped = str(error)
    return tally.report()


def _told(calls: Calls) -> dict[str, int]:
    return {f"{system}_calls": count for system, count in asdict(calls).items()}


def _move_cursors(bridge: Bridge, plan: Plan) -> bool:
    """Move the cursors on from where the plan began; one that moved meanwhile stays, and is read again from there."""
    moved = False
    for stream, value in plan.cursors.items():
        if bridge.state.cursor(stream) == plan.since.get(stream):
            bridge.state.move_cursor(stream, value)
            moved = True
    return moved


def _work(
    bridge: Bridge, flow: Flow, run_id: int | None, tally: Tally
) -> Work[Supplier] | Work[Product] | Work[Journal] | Work[PurchasePayment] | Work[PayablesDocument]:
    if flow == "vendors":
        return Work(bridge, vendor_writer(bridge), run_id, tally)
    if flow == "items":
        return Work(bridge, item_writer(bridge), run_id, tally)
    if flow == "receipts":
        return Work(bridge, receipt_writer(bridge), run_id, tally)
    if flow == "payments":
        return Work(bridge, payment_writer(bridge), run_id, tally)
    return Work(bridge, bill_writer(bridge), run_id, tally)
