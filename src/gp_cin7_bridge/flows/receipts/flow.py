"""Goods receipts of Cin7 Core in GP, in the way that `[receipts] mode` says."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.flows.purchases import purchase_of
from gp_cin7_bridge.flows.receipts.actions import gone
from gp_cin7_bridge.flows.receipts.gl_accrual import plan_gl_accrual
from gp_cin7_bridge.flows.receipts.landed_cost import plan_landed_cost
from gp_cin7_bridge.flows.receipts.left import plan_left_open
from gp_cin7_bridge.flows.receipts.mirror import plan_mirror
from gp_cin7_bridge.flows.receipts.modes import WHOLE, Asked, Found, Planner
from gp_cin7_bridge.flows.receipts.period_end import plan_period_end
from gp_cin7_bridge.flows.receipts.pop import plan_receivings
from gp_cin7_bridge.plan import Action, Plan
from gp_cin7_bridge.progress import Watcher
from gp_cin7_bridge.reasons import reason

# Each carries what its mode is to carry while that is on, and ends what was begun so in any other.
PLANNERS: Final[tuple[Planner, ...]] = (
    plan_left_open,
    plan_receivings,
    plan_gl_accrual,
    plan_mirror,
    plan_period_end,
    plan_landed_cost,
)


def plan_receipts(bridge: Bridge, watch: Watcher, only: Collection[str] | None = None) -> Plan:
    """Decide what becomes of receipts; writes nothing.

    Args:
        bridge: the open connection.
        watch: is told how far it is.
        only: look at these documents alone, and at what changed not at all.
    """
    queue = {record.record_key: record.document for record in bridge.state.held("receipts")}
    asked = Asked(bridge, watch, tuple(queue if only is None else only), only is None)
    found = [planner(asked) for planner in PLANNERS]
    actions = [action for each in found for action in each.actions]
    if only is not None:
        actions = [each for each in actions if each.source_id in only or each.source_id.endswith(WHOLE)]
    actions.extend(_gone(asked, queue, actions))
    return Plan(flow="receipts", actions=tuple(actions), cursors=_cursors(found))


def _gone(asked: Asked, queue: Mapping[str, str], actions: list[Action]) -> list[Action]:
    """Let go of what waits and is nothing to carry any more; of a purchase that cannot be read nobody knows."""
    unread = {purchase_of(action.source_id) for action in actions if action.source_id.endswith(WHOLE)}
    left = [key for key in asked.waiting if purchase_of(key) not in unread]
    return gone(queue, left, {action.source_id for action in actions}, reason("source_gone", system="Cin7 Core"))


def _cursors(found: list[Found]) -> dict[str, str]:
    return {stream: value for each in found for stream, value in each.cursors.items()}
