"""Plan a flow, or plan and apply it under the writer's lock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, cast

from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.errors import UnknownFlowError
from gp_cin7_bridge.flows.bills import plan_bills
from gp_cin7_bridge.flows.items import Items
from gp_cin7_bridge.flows.vendors import Vendors
from gp_cin7_bridge.plan import Flow, Plan, Report
from gp_cin7_bridge.progress import Watcher, nobody
from gp_cin7_bridge.writes.apply import apply, recover

FLOWS: Final[Mapping[Flow, Callable[[Bridge, Watcher], Plan]]] = MappingProxyType(
    {
        "vendors": lambda bridge, watch: Vendors(bridge).plan(watch),
        "items": lambda bridge, watch: Items(bridge).plan(watch),
        "bills": plan_bills,
    }
)


def known_flow(name: str) -> Flow:
    """Check a flow's name.

    Raises:
        UnknownFlowError: there is no such flow; names those that exist.
    """
    if name not in FLOWS:
        raise UnknownFlowError(f"there is no flow {name!r}; use one of {', '.join(FLOWS)}")
    return cast("Flow", name)


def plan(bridge: Bridge, flow: str, *, watch: Watcher = nobody) -> Plan:
    """Read both systems and decide what would be written; writes nothing anywhere.

    Args:
        bridge: the open connection.
        flow: "vendors", "items" or "bills".
        watch: is told how far it is.

    Raises:
        UnknownFlowError: there is no such flow.
        GPError, Cin7Error: a system did not answer, or refused to be read.
    """
    return FLOWS[known_flow(flow)](bridge, watch)


def sync(bridge: Bridge, flow: str, *, watch: Watcher = nobody) -> Report:
    """Settle what an earlier run left open, then plan and apply one flow.

    Raises:
        UnknownFlowError: there is no such flow.
        WriterBusyError: another process writes for this company.
        GPError, Cin7Error: a system could not be read; nothing was written by this run.
    """
    name = known_flow(flow)
    with bridge.state.writer_lock():
        recover(bridge, name)
        return apply(bridge, plan(bridge, name, watch=watch), watch=watch)


def sync_vendors(bridge: Bridge, *, watch: Watcher = nobody) -> Report:
    """Carry GP vendors to Cin7 Core suppliers."""
    return sync(bridge, "vendors", watch=watch)


def sync_items(bridge: Bridge, *, watch: Watcher = nobody) -> Report:
    """Carry GP items to Cin7 Core products."""
    return sync(bridge, "items", watch=watch)


def sync_bills(bridge: Bridge, *, watch: Watcher = nobody) -> Report:
    """Carry authorised Cin7 Core purchase invoices and credit notes to unposted GP vouchers."""
    return sync(bridge, "bills", watch=watch)
