"""Is a plan still true? Each of its actions is compared with what planning gives now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from attrs import evolve

from gp_cin7_bridge.documents import fields_of
from gp_cin7_bridge.plan import Action, Plan, Verb
from gp_cin7_bridge.reasons import reason
from gp_cin7_bridge.shelves import Kept, kept


def checked(plan: Plan, now: Mapping[str, Action]) -> tuple[Plan, Sequence[Action]]:
    """Split a plan into what still agrees with both systems, and what is refused.

    Args:
        plan: made earlier.
        now: what planning gives for the same documents now, by source id.

    Returns:
        the plan without its stale actions, and those, each held with the reason `plan_stale`. With one action refused
        no cursor may move, because its document was not settled.
    """
    good: Kept[Action] = Kept()
    refused: Kept[Action] = Kept()
    for action in plan:
        if changes := _changes(action, now.get(action.source_id)):
            why = reason("plan_stale", change="; ".join(changes), flow=plan.flow)
            refused.append(evolve(action, verb=Verb.HOLD, payload=None, reasons=(why,)))
        else:
            good.append(action)
    return evolve(plan, actions=kept(good), cursors={} if refused else plan.cursors), kept(refused)


def _changes(then: Action, now: Action | None) -> tuple[str, ...]:
    if now is None:
        return ("its source is no longer there",)
    return tuple(_told(then, now))


def _told(then: Action, now: Action) -> Iterator[str]:
    source, target = ("Cin7 Core", "GP") if then.flow in ("bills", "receipts") else ("GP", "Cin7 Core")
    if then.source_hash != now.source_hash:
        yield f"it was changed in {source}"
    if then.verb != now.verb:
        yield _verb_now(now)
    elif then.verb == Verb.HOLD and then.reasons != now.reasons:
        yield f"it is held for another reason now: {'; '.join(each.text.rstrip('.') for each in now.reasons)}"
    elif fields := _differing(then.before or {}, now.before or {}):
        yield f"{target} has other values now ({', '.join(fields)})"
    elif then.payload and now.payload and (fields := _differing(fields_of(then.payload), fields_of(now.payload))):
        yield f"settings or the set-up of {target} now give something else ({', '.join(fields)})"
    elif then.key != now.key:
        yield f"it would lie under {now.key!r} now"


def _verb_now(now: Action) -> str:
    if now.verb == Verb.HOLD:
        return f"it would be held now: {'; '.join(each.text.rstrip('.') for each in now.reasons)}"
    if {each.code for each in now.reasons} == {"unchanged"}:
        return "it was written meanwhile"
    if now.verb == Verb.SKIP:
        return f"it would be passed over now: {'; '.join(each.text.rstrip('.') for each in now.reasons)}"
    return f"it would be a matter of {now.verb} now"


def _differing(then: Mapping[str, object], now: Mapping[str, object]) -> list[str]:
    return sorted(name for name in {*then, *now} if then.get(name) != now.get(name))
