"""Plan a flow of master records: what changed in GP, against what Cin7 Core has."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Generic

from attrs import evolve

from gp_cin7_bridge.flows.brake import braked
from gp_cin7_bridge.flows.changes import as_fields, content_hash, differences
from gp_cin7_bridge.flows.departures import GONE, Departures
from gp_cin7_bridge.flows.masters import FEW_RECORDS, Masters, Source, Target
from gp_cin7_bridge.flows.windows import window
from gp_cin7_bridge.mapping.held import Held
from gp_cin7_bridge.mapping.ownership import Ownership
from gp_cin7_bridge.plan import Action, Plan, Verb, verb_against
from gp_cin7_bridge.progress import Progress, Watcher
from gp_cin7_bridge.reasons import Reason, reason
from gp_cin7_bridge.state import Link


class MasterPlan(Generic[Source, Target]):
    """The making of one plan."""

    def __init__(self, masters: Masters[Source, Target]) -> None:
        self._masters = masters
        self._flow = masters.flow
        self._state = masters.bridge.state
        self._settings = masters.bridge.settings.changes
        self._links = {link.gp_key: link for link in self._state.links(masters.entity)}
        self._keys = {link.cin7_id: key for key, link in self._links.items()}
        self._listed: dict[str, Source] = {}
        self._whole = self._compared = self._loaded = False
        self._ownership = Ownership()
        self._departures = Departures(masters, self._links, self.looked_up)

    def made(self, watch: Watcher, only: Collection[str] | None = None) -> Plan:
        """Compare and decide; writes nothing.

        Args:
            watch: is told how far it is.
            only: look at these records alone, and at what changed not at all.
        """
        if only is not None:
            return Plan(flow=self._flow, actions=self._braked(only))
        bridge = self._masters.bridge
        reading = window(f"gp.{self._flow}", self._state.cursor, self._settings, bridge.clock())
        self._whole, self._compared = reading.whole, reading.compared
        for record in self._masters.changed_since(reading.since):
            self._listed[self._masters.key_of(record)] = record
            watch(Progress(self._flow, "reading GP", len(self._listed)))
        missed = tuple(key for key, link in self._links.items() if key not in self._listed and link.gp_hash != GONE)
        held = [each.record_key for each in self._state.held(self._flow)]
        actions = self._braked([*self._listed, *held, *(missed if self._whole else ())])
        watch(Progress(self._flow, "compared", len(actions), len(actions)))
        dates = [day for record in self._listed.values() if (day := self._masters.modified_of(record))]
        return Plan(
            flow=self._flow,
            actions=actions,
            cursors=reading.cursors(dates),
            missed=missed if self._whole else None,
        )

    def everything(self) -> Iterator[Action]:
        """Compare every record of GP with what Cin7 Core has, whatever the links say of their content."""
        self._whole = self._compared = True
        self._listed = {self._masters.key_of(record): record for record in self._masters.changed_since(None)}
        return self._decided(list(self._listed.values()))

    def _braked(self, keys: Collection[str]) -> tuple[Action, ...]:
        return braked(tuple(self._planned(dict.fromkeys(keys))), self._flow, self._links, self._settings)

    def _planned(self, keys: Collection[str]) -> Iterator[Action]:
        found = self.looked_up(keys)
        records = [record for record in found.values() if record is not None]
        yield from self._decided(records)
        renamed = self._departures.renamed
        gone = dict.fromkeys([*(key for key, record in found.items() if record is None), *renamed])
        if any(key in self._links for key in gone):
            self._load()
        for key in gone:
            yield self._departures.action(key)

    def looked_up(self, keys: Collection[str]) -> dict[str, Source | None]:
        """Find records in GP: among those listed already, one by one, or by a list of all."""
        unread = [key for key in keys if key not in self._listed] if not self._whole else []
        if len(unread) > FEW_RECORDS:
            self._listed = {self._masters.key_of(record): record for record in self._masters.changed_since(None)}
            self._whole = True
        else:
            for key in unread:
                if (record := self._masters.source(key)) is not None:
                    self._listed[key] = record
        return {key: self._listed.get(key) for key in keys}

    def _load(self) -> None:
        if not self._loaded:
            self._masters.load_targets()
            self._loaded = True

    def _decided(self, records: list[Source]) -> Iterator[Action]:
        if not records:
            return
        self._ownership = self._masters.prepare(records, self._links)
        for record in records:
            key = self._masters.key_of(record)
            source_hash = content_hash(record, besides=("modified_date",))
            draft = self._masters.mapped(record, self._links.get(key))
            if isinstance(draft, Held):
                action = self._action(verb_against(draft.reasons), key, reasons=draft.reasons)
            else:
                action = self._compare(key, record, draft)
            yield evolve(action, source_hash=source_hash)

    def _compare(self, key: str, record: Source, draft: Target) -> Action:
        left_alone = {*self._ownership.kept(draft)} - self._masters.watched
        hashed, link = content_hash(draft, besides=left_alone), self._links.get(key)
        if link and link.gp_hash == hashed and not self._compared:
            return self._unchanged(key, hashed)
        self._load()
        rename = None if link else self._departures.renamed_to(key, self._masters.name_of(draft))
        if rename and not rename.approved:
            return evolve(self._action(Verb.HOLD, key, reasons=(rename.why,)), proposal=rename.proposal)
        known = rename.link if rename else link
        existing = self._masters.target_by_id(known.cin7_id) if known else None
        if existing is None:
            found = self._matched(key, record, draft)
            if isinstance(found, Reason):
                return self._action(Verb.HOLD, key, reasons=(found,))
            existing = found
        if existing is None:
            action = self._created(key, draft, hashed)
            return evolve(action, reasons=self._masters.warnings(record, draft))
        return self._updated(key, draft, existing, hashed, known)

    def _matched(self, key: str, record: Source, draft: Target) -> Target | Reason | None:
        found = self._masters.match(record, draft)
        if found is None or isinstance(found, Reason):
            return found
        other = self._keys.get(self._masters.id_of(found), key)
        if other != key:
            facts = {"target": self._masters.target_key(found), "entity": self._masters.entity, "other": other}
            return reason("linked_to_another", **facts)
        return found

    def _created(self, key: str, draft: Target, hashed: str) -> Action:
        action = self._action(Verb.CREATE, key, target=self._masters.target_key(draft), content_hash=hashed)
        return evolve(action, payload=draft, after=as_fields(draft), details=self._masters.details(draft))

    def _updated(self, key: str, draft: Target, existing: Target, hashed: str, link: Link | None) -> Action:
        carried = link.details if link else {}
        if why := self._masters.conflict(existing, draft, carried):
            return self._action(Verb.HOLD, key, reasons=(why,))
        full = self._masters.merged(existing, draft, carried)
        before, after = as_fields(existing), as_fields(full)
        changed = differences(before, after)
        if not changed and link is not None and (link.gp_key, link.gp_hash) == (key, hashed):
            return self._unchanged(key, hashed)
        action = self._action(Verb.UPDATE, key, target=self._masters.target_key(draft), content_hash=hashed)
        return evolve(
            action,
            payload=full,
            before={name: before.get(name) for name in changed},
            after={name: after[name] for name in changed},
            summary=f"{action.summary}: {', '.join(changed) or 'linked'}",
            details=self._masters.details(draft),
        )

    def _unchanged(self, key: str, hashed: str) -> Action:
        return self._action(Verb.SKIP, key, reasons=(reason("unchanged"),), content_hash=hashed)

    def _action(
        self, verb: Verb, key: str, *, target: str = "", reasons: tuple[Reason, ...] = (), content_hash: str = ""
    ) -> Action:
        return Action(
            flow=self._flow,
            verb=verb,
            document=key,
            key=target,
            source_id=key,
            content_hash=content_hash,
            reasons=reasons,
            summary=f"{self._masters.entity} {target!r}" if target else "",
        )
