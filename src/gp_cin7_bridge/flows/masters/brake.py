"""The brake: more changes at once than a day's work brings are held, because a system or a setting is then wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from attrs import evolve

from gp_cin7_bridge.plan import Action, Flow, Verb
from gp_cin7_bridge.reasons import Reason, reason
from gp_cin7_bridge.settings.changes import ChangeSettings
from gp_cin7_bridge.shelves import kept


def braked(
    actions: Sequence[Action], flow: Flow, total: int, carried: Callable[[str], bool], settings: ChangeSettings
) -> Sequence[Action]:
    """Hold all deprecations, or all other updates, when there are too many of them.

    Args:
        actions: what would be done.
        flow: of which flow.
        total: how many records were carried before.
        carried: tells whether a record was; only those count.
        settings: how many are believed.
    """
    for kind, setting, most, percent in (
        (_deprecates, "deprecated", settings.deprecated, settings.deprecated_percent),
        (_updates, "updated", settings.updated, settings.updated_percent),
    ):
        count = sum(kind(each) and carried(each.source_id) for each in actions)
        limit = max(most, total * percent // 100)
        if count > limit:
            facts = {"count": count, "total": total, "flow": flow, "setting": setting, "limit": limit}
            actions = kept(_held(actions, kind, carried, reason("too_many_changes", **facts)))
    return actions


def _held(
    actions: Iterable[Action], kind: Callable[[Action], bool], carried: Callable[[str], bool], why: Reason
) -> Iterator[Action]:
    for each in actions:
        too_many = kind(each) and carried(each.source_id)
        yield evolve(each, verb=Verb.HOLD, payload=None, reasons=(why,)) if too_many else each


def _deprecates(action: Action) -> bool:
    return action.verb == Verb.UPDATE and (action.after or {}).get("status") == "Deprecated"


def _updates(action: Action) -> bool:
    return action.verb == Verb.UPDATE and bool(action.after) and not _deprecates(action)
