"""What becomes of a record that GP has no more: it waits for a second look, then it was renamed, combined or deleted.

A list can lack a record for reasons of its own, so one look that misses it decides nothing. What looks like a rename or
like two records made one is never followed unasked: carried wrongly, it would put one vendor's bills on another.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from functools import cached_property
from typing import Final, Generic

from attrs import frozen

from gp_cin7_bridge.flows.changes import as_fields, differences
from gp_cin7_bridge.flows.masters import Masters, Source, Target
from gp_cin7_bridge.mapping.text import folded
from gp_cin7_bridge.plan import Action, Flow, Verb
from gp_cin7_bridge.reasons import Reason, reason
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
        links: what was carried, by GP key.
        looked_up: finds records in GP.
    """

    def __init__(
        self,
        masters: Masters[Source, Target],
        links: Mapping[str, Link],
        looked_up: Callable[[Collection[str]], Mapping[str, Source | None]],
    ) -> None:
        self._masters = masters
        self._links = links
        self._looked_up = looked_up
        self.renamed: dict[str, Rename] = {}

    def renamed_to(self, key: str, name: str) -> Rename | None:
        """Tell of a new record that it looks like one which is gone; None when it does not."""
        alike = [each for each in self._like(name) if each not in self._decided_on]
        old = next((each for each, record in self._looked_up(alike).items() if record is None), None)
        if old is None:
            return None
        proposal = _hashed("rename", old, key)
        self.renamed[old] = Rename(
            self._links[old],
            reason("renamed_in_gp", entity=self._masters.entity, old=old, new=key, name=name),
            proposal,
            approved=self._approved(key, proposal),
        )
        return self.renamed[old]

    def action(self, key: str) -> Action:
        """Decide on one record that is gone."""
        link, flow = self._links.get(key), self._masters.flow
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

    def _approved(self, key: str, proposal: str) -> bool:
        return self._masters.bridge.state.approvals.covers(self._masters.flow, key, proposal)

    def _heir(self, key: str, link: Link) -> str | None:
        """Find another record that is carried under the same name and still is in GP."""
        alike = [each for each in self._like(self._masters.carried_name(link)) if each != key]
        return next((each for each, record in self._looked_up(alike).items() if record is not None), None)

    def _like(self, name: str) -> list[str]:
        return self._by_name.get(folded(name), []) if folded(name) else []

    @cached_property
    def _by_name(self) -> dict[str, list[str]]:
        found = defaultdict(list)
        for key, link in self._links.items():
            found[folded(self._masters.carried_name(link))].append(key)
        return found

    @cached_property
    def _misses(self) -> Mapping[str, int]:
        return self._masters.bridge.state.missing.counts(self._masters.flow)

    @cached_property
    def _decided_on(self) -> set[str]:
        """What people skipped, and what was deprecated already, stands for nothing new."""
        skipped = {each.record_key for each in self._masters.bridge.state.skipped(self._masters.flow)}
        return skipped | {key for key, link in self._links.items() if link.gp_hash == GONE}


def _held(flow: Flow, key: str, why: Reason, proposal: str = "") -> Action:
    return Action(flow=flow, verb=Verb.HOLD, document=key, key="", source_id=key, reasons=(why,), proposal=proposal)


def _hashed(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _passed(flow: Flow, key: str, why: Reason) -> Action:
    return Action(flow=flow, verb=Verb.SKIP, document=key, key="", source_id=key, reasons=(why,))
