"""Goods receipts of Cin7 Core in GP, in the way that `[receipts] mode` says."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Final

from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.flows.receipt_actions import gone
from gp_cin7_bridge.flows.receipts_gl import plan_gl_accrual
from gp_cin7_bridge.plan import Plan
from gp_cin7_bridge.progress import Watcher
from gp_cin7_bridge.reasons import reason

Planner = Callable[[Bridge, Watcher, Collection[str] | None], Plan]


def plan_receipts(bridge: Bridge, watch: Watcher, only: Collection[str] | None = None) -> Plan:
    """Decide what becomes of receipts; writes nothing.

    Args:
        bridge: the open connection.
        watch: is told how far it is.
        only: look at these documents alone, and at what changed not at all.
    """
    return PLANNERS[bridge.settings.receipts.mode](bridge, watch, only)


def _plan_off(bridge: Bridge, _watch: Watcher, only: Collection[str] | None = None) -> Plan:
    """Plan nothing, and let what waits from another mode go."""
    queue = {record.record_key: record.document for record in bridge.state.held("receipts")}
    why = reason("source_gone", system="[receipts] mode")
    return Plan(flow="receipts", actions=tuple(gone(queue, queue if only is None else only, (), why)))


PLANNERS: Final[Mapping[str, Planner]] = {"off": _plan_off, "gl_accrual": plan_gl_accrual}
