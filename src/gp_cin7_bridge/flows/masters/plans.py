"""Plan a flow of master records: what changed in GP, against what Cin7 Core has."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Generic

from attrs import evolve, frozen

from gp_cin7_bridge.flows.changes import as_fields, content_hash, differences
from gp_cin7_bridge.flows.masters.base import FEW_RECORDS, Masters, Source, Target
from gp_cin7_bridge.flows.masters.brake import braked
from gp_cin7_bridge.flows.masters.departures import GONE, Departures
from gp_cin7_bridge.flows.windows import window
from gp_cin7_bridge.mapping.held import Held
from gp_cin7_bridge.mapping.masters.ownership import Ownership
from gp_cin7_bridge.plan import Action, Plan, Verb, verb_against
from gp_cin7_bridge.progress import Progress, Watcher
from gp_cin7_bridge.reasons import Reason, reason
from gp_cin7_bridge.shelves import FEW, Shelf, kept
from gp_cin7_bridge.state import Link


@frozen
class _Records(Generic[Source]):
    """The records of some keys, as many as GP has; each is read from the shelf when its turn comes."""

    keys: Iterable[str]
    listed: Mapping[str, Source]

    def __iter__(self) -> Iterator[Source]:
        return (self.listed[key] for key in self.keys if key in self.listed)


class MasterPlan(Generic[Source, Target]):
    """The making of one plan."""

    def __init__(self, masters: Masters[Source, Target]) -> None:
        self._masters = masters
        self._flow = masters.flow
        self._state = masters.bridge.state
        self._settings = masters.bridge.settings.changes
        self._listed: Shelf[Source] = Shelf()
        self._whole = self._compared = self._loaded = False
        self._ownership = Ownership()
        self._departures = Departures(masters, self._missing)

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
        dates: set[dt.date] = set()
        for done, record in enumerate(self._masters.changed_since(reading.since), start=1):
            self._listed[self._masters.key_of(record)] = record
            if day := self._masters.modified_of(record):
                dates.add(day)
            watch(Progress(self._flow, "reading GP", done))
        missed = tuple(self._missed()) if self._whole else None
        actions = self._braked(chain(self._listed, self._state.held_keys(self._flow), missed or ()))
        watch(Progress(self._flow, "compared", len(actions), len(actions)))
        return Plan(flow=self._flow, actions=actions, cursors=reading.cursors(dates), missed=missed)

    def everything(self) -> Iterator[Action]:
        """Compare every record of GP with what Cin7 Core has, whatever the links say of their content."""
        self._whole = self._compared = True
        self._list_all()
        return self._decided(self._listed.values())

    def _list_all(self) -> None:
        self._listed = Shelf((self._masters.key_of(record), record) for record in self._masters.changed_since(None))

    def _missed(self) -> Iterator[str]:
        """Name what was carried and is not in GP's list."""
        for link in self._state.each_link(self._masters.entity):
            if link.gp_hash != GONE and link.gp_key not in self._listed:
                yield link.gp_key

    def _braked(self, keys: Iterable[str]) -> Sequence[Action]:
        entity = self._masters.entity
        carried = self._state.linked(entity)
        return braked(kept(self._planned(keys)), self._flow, carried, self._is_carried, self._settings)

    def _is_carried(self, key: str) -> bool:
        return self._state.link(self._masters.entity, gp_key=key) is not None

    def _planned(self, keys: Iterable[str]) -> Iterator[Action]:
        wanted = Shelf((key, None) for key in keys)
        missing = self._missing(wanted)
        yield from self._decided(_Records(wanted, self._listed))
        gone = dict.fromkeys([*missing, *self._departures.renamed])
        if any(map(self._is_carried, gone)):
            self._load()
        for key in gone:
            yield self._departures.action(key)

    def _missing(self, keys: Collection[str]) -> list[str]:
        """Name those that GP has not, by what is listed already, one by one, or by a list of all."""
        absent = [key for key in keys if key not in self._listed]
        if self._whole or not absent:
            return absent
        if len(absent) > FEW_RECORDS:
            self._list_all()
            self._whole = True
        else:
            for key in absent:
                if (record := self._masters.source(key)) is not None:
                    self._listed[key] = record
        return [key for key in absent if key not in self._listed]

    def _load(self) -> None:
        if not self._loaded:
            self._masters.load_targets()
            self._loaded = True

    def _decided(self, records: Iterable[Source]) -> Iterator[Action]:
        if not any(True for _ in records):
            return
        entity = self._masters.entity
        self._ownership = self._masters.prepare(records, self._state.each_link(entity))
        unread = iter(records)
        while some := {self._masters.key_of(record): record for record in islice(unread, FEW)}:
            links = {link.gp_key: link for link in self._state.links(entity, gp_keys=some)}
            for key, record in some.items():
                yield self._decision(key, record, links.get(key))

    def _decision(self, key: str, record: Source, link: Link | None) -> Action:
        draft = self._masters.mapped(record, link)
        if isinstance(draft, Held):
            action = self._action(verb_against(draft.reasons), key, reasons=draft.reasons)
        else:
            action = self._compare(key, record, draft, link)
        details = {**action.details, **self._masters.standing(record)} if action.details else {}
        return evolve(action, source_hash=content_hash(record, besides=("modified_date",)), details=details)

    def _compare(self, key: str, record: Source, draft: Target, link: Link | None) -> Action:
        left_alone = {*self._ownership.kept(draft)} - self._masters.watched
        hashed = content_hash(draft, besides=left_alone)
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
        linked = self._state.link(self._masters.entity, cin7_id=self._masters.id_of(found))
        if linked and linked.gp_key != key:
            facts = {"target": self._masters.target_key(found), "entity": linked.entity, "other": linked.gp_key}
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
