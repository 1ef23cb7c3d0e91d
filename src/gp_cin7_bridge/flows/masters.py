"""What vendors and items have in common: a GP record is mapped, matched and compared with what Cin7 Core has."""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator
from typing import Final, Generic, TypeVar

from attrs import evolve
from pydantic import BaseModel

from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.flows.changes import as_fields, content_hash, differences
from gp_cin7_bridge.flows.windows import window
from gp_cin7_bridge.mapping.held import Held
from gp_cin7_bridge.plan import Action, Flow, Plan, Verb, verb_against
from gp_cin7_bridge.progress import Progress, Watcher
from gp_cin7_bridge.reasons import Reason, reason

Source = TypeVar("Source", bound=BaseModel)
Target = TypeVar("Target", bound=BaseModel)


# Beyond this many records one list is cheaper than single look-ups.
FEW_RECORDS: Final = 20


class Masters(ABC, Generic[Source, Target]):
    """One flow of master records from GP to Cin7 Core."""

    flow: Flow
    entity: str

    def __init__(self, bridge: Bridge) -> None:
        self.bridge = bridge
        self._compared = False

    @abstractmethod
    def changed_since(self, day: dt.date | None) -> Iterable[Source]:
        """List GP records changed on or after `day`."""

    @abstractmethod
    def source(self, key: str) -> Source | None:
        """Read one GP record."""

    @abstractmethod
    def key_of(self, record: Source) -> str:
        """Name the GP record."""

    @abstractmethod
    def modified_of(self, record: Source) -> dt.date | None:
        """Tell when GP changed the record."""

    @abstractmethod
    def prepare(self, records: list[Source]) -> None:
        """Read once what mapping needs for these records."""

    @abstractmethod
    def mapped(self, record: Source, *, linked: bool) -> Target | Held:
        """Map one record, without any I/O; `linked` when it was carried before."""

    @abstractmethod
    def load_targets(self) -> None:
        """Read once what Cin7 Core has."""

    @abstractmethod
    def target_by_id(self, cin7_id: str) -> Target | None:
        """Find the linked record."""

    @abstractmethod
    def match(self, record: Source, draft: Target, /) -> Target | Reason | None:
        """Find the record that is meant, or say why that cannot be told."""

    @abstractmethod
    def merged(self, existing: Target, draft: Target) -> Target:
        """Give the full record to write: what is there, with GP's fields laid over it."""

    @abstractmethod
    def target_key(self, draft: Target) -> str:
        """Name the Cin7 record."""

    def plan(self, watch: Watcher, only: Collection[str] | None = None) -> Plan:
        """Compare and decide; writes nothing.

        Args:
            watch: is told how far it is.
            only: look at these records alone, and at what changed not at all.
        """
        if only is not None:
            return Plan(flow=self.flow, actions=tuple(self._planned([], only)))
        state = self.bridge.state
        reading = window(f"gp.{self.flow}", state.cursor, self.bridge.settings.changes, self.bridge.clock())
        self._compared = reading.compared
        records = {}
        for record in self.changed_since(reading.since):
            records[self.key_of(record)] = record
            watch(Progress(self.flow, "reading GP", len(records)))
        dates = [day for record in records.values() if (day := self.modified_of(record))]
        held = [each.record_key for each in state.held(self.flow) if each.record_key not in records]
        actions = tuple(self._planned(list(records.values()), held))
        watch(Progress(self.flow, "compared", len(actions), len(actions)))
        return Plan(flow=self.flow, actions=actions, cursors=reading.cursors(dates))

    def everything(self) -> Iterator[Action]:
        """Compare every record with what Cin7 Core has, whatever the links say of their content."""
        self._compared = True
        return self._decided(list(self.changed_since(None)))

    def _planned(self, records: list[Source], keys: Collection[str]) -> Iterator[Action]:
        """Decide on records that changed, and on others that are to be looked at again."""
        if len(keys) > FEW_RECORDS:
            listed = {self.key_of(record): record for record in self.changed_since(None)}
            found = {key: listed.get(key) for key in keys}
        else:
            found = {key: self.source(key) for key in keys}
        yield from self._decided([*records, *(record for record in found.values() if record is not None)])
        for key, record in found.items():
            if record is None:
                yield self._action(Verb.SKIP, key, reasons=(reason("source_gone", system="GP"),))

    def _decided(self, records: list[Source]) -> Iterator[Action]:
        if not records:
            return
        self.prepare(records)
        links = {link.gp_key: link for link in self.bridge.state.links(self.entity)}
        loaded = False
        for record in records:
            key = self.key_of(record)
            link = links.get(key)
            draft = self.mapped(record, linked=link is not None)
            source = self._source_hash(record)
            if isinstance(draft, Held):
                yield self._action(verb_against(draft.reasons), key, reasons=draft.reasons, source_hash=source)
                continue
            hashed = content_hash(draft)
            if link and link.gp_hash == hashed and not self._compared:
                yield self._unchanged(key, hashed)
                continue
            if not loaded:
                self.load_targets()
                loaded = True
            existing = self.target_by_id(link.cin7_id) if link else None
            if existing is None:
                found = self.match(record, draft)
                if isinstance(found, Reason):
                    yield self._action(Verb.HOLD, key, reasons=(found,), source_hash=source)
                    continue
                existing = found
            action = self._written(key, draft, existing, hashed, linked=link is not None)
            yield evolve(action, source_hash=source)

    def _source_hash(self, record: Source) -> str:
        """Hash GP's record without the date on which it was saved."""
        return content_hash(record, besides="modified_date")

    def _written(self, key: str, draft: Target, existing: Target | None, hashed: str, *, linked: bool) -> Action:
        target = self.target_key(draft)
        if existing is None:
            return self._action(
                Verb.CREATE, key, target=target, payload=draft, after=as_fields(draft), content_hash=hashed
            )
        full = self.merged(existing, draft)
        before, after = as_fields(existing), as_fields(full)
        changed = differences(before, after)
        if not changed and linked:
            return self._unchanged(key, hashed)
        return self._action(
            Verb.UPDATE,
            key,
            target=target,
            payload=full,
            before={name: before.get(name) for name in changed},
            after={name: after[name] for name in changed},
            content_hash=hashed,
        )

    def _unchanged(self, key: str, hashed: str) -> Action:
        return self._action(Verb.SKIP, key, reasons=(reason("unchanged"),), content_hash=hashed)

    def _action(
        self,
        verb: Verb,
        key: str,
        *,
        target: str = "",
        payload: Target | None = None,
        before: dict[str, object] | None = None,
        after: dict[str, object] | None = None,
        content_hash: str = "",
        source_hash: str = "",
        reasons: tuple[Reason, ...] = (),
    ) -> Action:
        summary = f"{self.entity} {target!r}" if target else ""
        if before is not None and after is not None:
            summary += ": " + (", ".join(after) or "linked")
        return Action(
            flow=self.flow,
            verb=verb,
            document=key,
            key=target,
            source_id=key,
            content_hash=content_hash,
            source_hash=source_hash,
            payload=payload,
            before=before,
            after=after,
            reasons=reasons,
            summary=summary,
        )
