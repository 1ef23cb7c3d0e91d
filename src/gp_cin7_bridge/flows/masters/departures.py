"""What becomes of a record that GP has no more: it waits for a second look, then it was renamed, combined or deleted.

A list can lack a record for reasons of its own, so one look that misses it decides nothing. What looks like a rename or
like two records made one is never followed unasked: carried wrongly, it would put one vendor's bills on another.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cached_property
from typing import Final, Generic

from attrs import frozen

from gp_cin7_bridge.flows.changes import as_fields, differences
from gp_cin7_bridge.flows.masters.base import Masters, Source, Target
from gp_cin7_bridge.mapping.text import folded
from gp_cin7_bridge.plan import Action, Flow, Verb
from gp_cin7_bridge.reasons import Reason, reason
from gp_cin7_bridge.shelves import Groups
from gp_cin7_bridge.state import Link

# What a link remembers in place of a hash once its GP record is gone; should it come back, it is compared anew.
GONE: Final = "gone"
SOURCE_GONE: Final = reason("source_gone", system="GP")


@frozen
class Rename:
    """A record that is gone, by its link, and why a new one looks like it; followed only when that was approved."""

    link: Link
    why: Reason
    proposal: str
    approved: bool


class Departures(Generic[Source, Target]):
    """Decides on the records of one plan that GP has no more.

    Args:
        masters: the flow.
        missing: gives those of some keys that GP has no record of, in their order.
    """

    def __init__(
        self,
        masters: Masters[Source, Target],
        missing: Callable[[Collection[str]], Collection[str]],
    ) -> None:
        self._masters = masters
        self._state = masters.bridge.state
        self._missing = missing
        self.renamed: dict[str, Rename] = {}

    def renamed_to(self, key: str, name: str) -> Rename | None:
        """Tell of a new record that it looks like one which is gone; None when it does not."""
        alike = [each for each, gone in self._like(name) if not gone and each not in self._skipped]
        old = next(iter(self._missing(alike)), None)
        link = self._link(old) if old else None
        if old is None or link is None:
            return None
        proposal = _hashed("rename", old, key)
        self.renamed[old] = Rename(
            link,
            reason("renamed_in_gp", entity=self._masters.entity, old=old, new=key, name=name),
            proposal,
            approved=self._approved(key, proposal),
        )
        return self.renamed[old]

    def action(self, key: str) -> Action:
        """Decide on one record that is gone."""
        link, flow = self._link(key), self._masters.flow
        if link is None:
            return _passed(flow, key, SOURCE_GONE)
        if rename := self.renamed.get(key):
            return _passed(flow, key, SOURCE_GONE) if rename.approved else _held(flow, key, rename.why)
        seen, needed = self._misses.get(key, 0) + 1, self._masters.bridge.settings.changes.misses
        if seen < needed:
            return _passed(flow, key, reason("missed_in_gp", document=key, seen=seen, needed=needed))
        target = self._masters.target_by_id(link.cin7_id)
        if target is None:
            return _passed(flow, key, SOURCE_GONE)
        other = self._heir(key, link)
        if other and not self._approved(key, proposal := _hashed("deprecate", key, other)):
            why = reason("combined_in_gp", entity=self._masters.entity, old=key, other=other)
            return _held(flow, key, why, proposal)
        return self._deprecated(key, target)

    def _deprecated(self, key: str, target: Target) -> Action:
        full = self._masters.deprecated(target)
        before, after = as_fields(target), as_fields(full)
        changed = differences(before, after)
        name = self._masters.target_key(target)
        return Action(
            flow=self._masters.flow,
            verb=Verb.UPDATE,
            document=key,
            key=name,
            source_id=key,
            content_hash=GONE,
            payload=full,
            before={field: before.get(field) for field in changed},
            after={field: after[field] for field in changed},
            summary=f"{self._masters.entity} {name!r}: deprecated, GP has it no more",
            details=self._masters.details(target),
        )

    def _link(self, key: str) -> Link | None:
        return self._state.link(self._masters.entity, gp_key=key)

    def _approved(self, key: str, proposal: str) -> bool:
        return self._state.approvals.covers(self._masters.flow, key, proposal)

    def _heir(self, key: str, link: Link) -> str | None:
        """Find another record that is carried under the same name and still is in GP."""
        alike = [each for each, _ in self._like(self._masters.carried_name(link)) if each != key]
        missing = self._missing(alike)
        return next((each for each in alike if each not in missing), None)

    def _like(self, name: str) -> Sequence[tuple[str, bool]]:
        return self._by_name.get(folded(name), ()) if folded(name) else ()

    @cached_property
    def _by_name(self) -> Groups[tuple[str, bool]]:
        """The keys of what was carried under each name, and whether it was gone already."""
        found: Groups[tuple[str, bool]] = Groups()
        for link in self._state.each_link(self._masters.entity):
            found.add(folded(self._masters.carried_name(link)), (link.gp_key, link.gp_hash == GONE))
        return found

    @cached_property
    def _misses(self) -> Mapping[str, int]:
        return self._state.missing.counts(self._masters.flow)

    @cached_property
    def _skipped(self) -> frozenset[str]:
        """What people decided not to carry stands for nothing new."""
        return frozenset(each.record_key for each in self._state.skipped(self._masters.flow))


def _held(flow: Flow, key: str, why: Reason, proposal: str = "") -> Action:
    return Action(flow=flow, verb=Verb.HOLD, document=key, key="", source_id=key, reasons=(why,), proposal=proposal)


def _hashed(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _passed(flow: Flow, key: str, why: Reason) -> Action:
    return Action(flow=flow, verb=Verb.SKIP, document=key, key="", source_id=key, reasons=(why,))
