"""What people decided stands above what a flow would do: skipped documents, and a voucher number GP did not keep."""

from __future__ import annotations

from collections.abc import Collection

from attrs import evolve

from gp_cin7_bridge.plan import Action, Plan, Verb
from gp_cin7_bridge.reasons import reason
from gp_cin7_bridge.shelves import kept
from gp_cin7_bridge.state import Connection, HeldRecord

NOT_KEPT = "voucher_number_not_kept"


def with_decisions(state: Connection, plan: Plan, insisted: Collection[str] = ()) -> Plan:
    """Lay people's decisions over a plan.

    A skipped document stays skipped until the decision is taken back or its source changes. While one document waits
    whose number GP did not keep, no other is created; that one is sent again only when a person insists on it.
    """
    skipped = {record.record_key: record for record in state.skipped(plan.flow)}
    unsettled = state.held(plan.flow, code=NOT_KEPT)
    if not skipped and not unsettled:
        return plan
    actions = (_skipped(action, skipped.get(action.source_id)) for action in plan)
    return evolve(plan, actions=kept(_blocked(action, unsettled, insisted) for action in actions))


def _skipped(action: Action, record: HeldRecord | None) -> Action:
    if record is None or action.verb == Verb.SKIP or action.source_hash != record.source_hash:
        return action
    return evolve(action, verb=Verb.SKIP, payload=None, reasons=record.reasons)


def _blocked(action: Action, unsettled: list[HeldRecord], insisted: Collection[str]) -> Action:
    if not unsettled or action.verb not in (Verb.CREATE, Verb.HOLD):
        return action
    own = next((each for each in unsettled if each.record_key == action.source_id), None)
    if own is not None:
        # While GP's stray voucher is there, the document would only look like a duplicate of itself.
        sent_again = action.verb == Verb.CREATE and action.source_id in insisted
        return action if sent_again else evolve(action, verb=Verb.HOLD, payload=None, reasons=own.reasons)
    if action.verb == Verb.HOLD:
        return action
    first = unsettled[0]
    why = reason("voucher_numbers_unsettled", document=first.document, key=first.document)
    return evolve(action, verb=Verb.HOLD, payload=None, reasons=(why,))
