"""Plan a flow, apply a plan, or do both under the writer's lock."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from itertools import chain
from types import MappingProxyType
from typing import Final, cast

from attrs import evolve

from cin7core_client import Cin7Error
from dynamicsgp_client import GPError
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.errors import PlanError, UnknownFlowError
from gp_cin7_bridge.flows.bills.flow import plan_bills
from gp_cin7_bridge.flows.decisions import with_decisions
from gp_cin7_bridge.flows.masters.items import Items
from gp_cin7_bridge.flows.masters.plans import MasterPlan
from gp_cin7_bridge.flows.masters.vendors import Vendors
from gp_cin7_bridge.flows.payments import plan_payments
from gp_cin7_bridge.flows.receipts.flow import plan_receipts
from gp_cin7_bridge.flows.staleness import checked
from gp_cin7_bridge.plan import Flow, HeldDocument, Plan, Report, Verb
from gp_cin7_bridge.progress import Watcher, nobody
from gp_cin7_bridge.settings import Settings
from gp_cin7_bridge.shelves import Shelf, kept
from gp_cin7_bridge.writes.apply import carry_out, recover
from gp_cin7_bridge.writes.refusals import refusals_noted

Planner = Callable[[Bridge, Watcher, Collection[str] | None], Plan]

FLOWS: Final[Mapping[Flow, Planner]] = MappingProxyType(
    {
        "vendors": lambda bridge, watch, only: MasterPlan(Vendors(bridge)).made(watch, only),
        "items": lambda bridge, watch, only: MasterPlan(Items(bridge)).made(watch, only),
        # Before the bills that clear them.
        "receipts": plan_receipts,
        "bills": plan_bills,
        "payments": plan_payments,
    }
)


def flows_on(settings: Settings) -> tuple[Flow, ...]:
    """Give the flows that the settings switch on, in the order in which each finds what it needs."""
    off = {"receipts": settings.receipts.mode == "off", "payments": not settings.payments.on}
    return tuple(flow for flow in FLOWS if not off.get(flow))


def known_flow(name: str) -> Flow:
    """Check a flow's name.

    Raises:
        UnknownFlowError: there is no such flow; names those that exist.
    """
    if name not in FLOWS:
        raise UnknownFlowError(f"there is no flow {name!r}; use one of {', '.join(FLOWS)}")
    return cast("Flow", name)


def plan(bridge: Bridge, flow: str, *, only: Collection[str] | None = None, watch: Watcher = nobody) -> Plan:
    """Read both systems and decide what would be written; writes nothing anywhere.

    Args:
        bridge: the open connection.
        flow: "vendors", "items", "receipts", "bills" or "payments".
        only: the source ids of the documents to look at, in that order; default everything that changed or waits.
        watch: is told how far it is.

    Raises:
        UnknownFlowError: there is no such flow.
        GPError, Cin7Error: a system did not answer, or refused to be read.
    """
    return _plan(bridge, known_flow(flow), only, watch)


def _plan(
    bridge: Bridge, flow: Flow, only: Collection[str] | None, watch: Watcher, *, insisted: Collection[str] = ()
) -> Plan:
    state, settings = bridge.state, bridge.settings
    made_at = bridge.clock().isoformat()
    made = with_decisions(state, FLOWS[flow](bridge, watch, only), insisted)
    return evolve(
        made,
        since={stream: state.cursor(stream) for stream in made.cursors},
        connection=settings.name,
        gp_company=settings.gp.company,
        cin7_account_id=settings.cin7.account_id,
        made_at=made_at,
    )


def apply(bridge: Bridge, plan: Plan, *, watch: Watcher = nobody) -> Report:
    """Carry a plan out, however old it is: each action only where planning it again gives the same.

    An action that a change on either side made stale is refused with the reason `plan_stale`; the others go on. When a
    system stops answering, what is done stays done and the rest is left.

    Raises:
        PlanError: it is the plan of another connection.
        WriterBusyError: another process writes for this company.
    """
    settings, since = bridge.settings, bridge.meter.calls
    if (plan.connection, plan.gp_company, plan.cin7_account_id) != (
        settings.name,
        settings.gp.company,
        settings.cin7.account_id,
    ):
        raise PlanError(
            f"this plan was made for connection {plan.connection!r} ({plan.gp_company!r}), not for"
            f" {settings.name!r} ({settings.gp.company!r}); make one with `gp-cin7 plan {plan.flow}`"
        )
    with bridge.state.writer_lock():
        recover(bridge, plan.flow)
        waiting = frozenset(bridge.state.held_keys(plan.flow))
        # What would be passed over and does not wait has nothing to be written, wherever it stands by now.
        looked_at = kept(a.source_id for a in plan if a.verb != Verb.SKIP or a.source_id in waiting)
        try:
            with refusals_noted(bridge, plan.flow):
                now = _plan(bridge, plan.flow, looked_at, watch)
        except (GPError, Cin7Error) as error:
            stopped = f"{error}; {len(plan)} documents are left for the next run, nothing was written"
            return Report(flow=plan.flow, stopped=stopped, calls=bridge.meter.calls - since)
        good, refused = checked(plan, Shelf((a.source_id, a) for a in chain(plan, now)))
        report = carry_out(bridge, good, since=since, watch=watch)
    return evolve(report, held=kept(chain(report.held, (HeldDocument(a.document, a.reasons) for a in refused))))


def sync(bridge: Bridge, flow: str, *, only: Collection[str] | None = None, watch: Watcher = nobody) -> Report:
    """Settle what an earlier run left open, then plan and apply one flow.

    Args:
        bridge: the open connection.
        flow: "vendors", "items", "receipts", "bills" or "payments".
        only: the source ids of documents on which a person insists; default everything that changed or waits.
        watch: is told how far it is.

    Raises:
        UnknownFlowError: there is no such flow.
        WriterBusyError: another process writes for this company.
        GPError, Cin7Error: a system could not be read; nothing was written by this run.
    """
    name, since = known_flow(flow), bridge.meter.calls
    with bridge.state.writer_lock():
        recover(bridge, name)
        with refusals_noted(bridge, name):
            made = _plan(bridge, name, only, watch, insisted=only or ())
        return carry_out(bridge, made, since=since, watch=watch)


def sync_vendors(bridge: Bridge, *, watch: Watcher = nobody) -> Report:
    """Carry GP vendors to Cin7 Core suppliers."""
    return sync(bridge, "vendors", watch=watch)


def sync_items(bridge: Bridge, *, watch: Watcher = nobody) -> Report:
    """Carry GP items to Cin7 Core products."""
    return sync(bridge, "items", watch=watch)


def sync_receipts(bridge: Bridge, *, watch: Watcher = nobody) -> Report:
    """Carry goods receipts to GP in the way that `[receipts] mode` says; nothing when it is off."""
    return sync(bridge, "receipts", watch=watch)


def sync_bills(bridge: Bridge, *, watch: Watcher = nobody) -> Report:
    """Carry authorised Cin7 Core purchase invoices and credit notes to unposted GP vouchers."""
    return sync(bridge, "bills", watch=watch)


def sync_payments(bridge: Bridge, *, watch: Watcher = nobody) -> Report:
    """Record in Cin7 Core what GP has paid, where [payments] is on."""
    return sync(bridge, "payments", watch=watch)
