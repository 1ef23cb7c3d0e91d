"""The brake: more changes at once than a day's work brings are held, because a system or a setting is then wrong."""

from __future__ import annotations

from collections.abc import Collection

from attrs import evolve

from gp_cin7_bridge.plan import Action, Flow, Verb
from gp_cin7_bridge.reasons import reason
from gp_cin7_bridge.settings.changes import ChangeSettings


def braked(
    actions: tuple[Action, ...], flow: Flow, carried: Collection[str], settings: ChangeSettings
) -> tuple[Action, ...]:
    """Hold all deprecations, or all other updates, when there are too many of them.

    Args:
        actions: what would be done.
        flow: of which flow.
        carried: the keys of all records that were carried before; only they count.
        settings: how many are believed.
    """
    for kind, setting, most, percent in (
        (_deprecates, "deprecated", settings.deprecated, settings.deprecated_percent),
        (_updates, "updated", settings.updated, settings.updated_percent),
    ):
        count = sum(kind(each) and each.source_id in carried for each in actions)
        limit = max(most, len(carried) * percent // 100)
        if count > limit:
            facts = {"count": count, "total": len(carried), "flow": flow, "setting": setting, "limit": limit}
            why = reason("too_many_changes", **facts)
            actions = tuple(
                evolve(each, verb=Verb.HOLD, payload=None, reasons=(why,))
                if kind(each) and each.source_id in carried
                else each
                for each in actions
            )
    return actions


def _deprecates(action: Action) -> bool:
    return action.verb == Verb.UPDATE and (action.after or {}).get("status") == "Deprecated"


def _updates(action: Action) -> bool:
    return action.verb == Verb.UPDATE and bool(action.after) and not _deprecates(action)
