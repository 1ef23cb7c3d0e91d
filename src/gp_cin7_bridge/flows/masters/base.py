"""What vendors and items have in common: how each side is read, and how a GP record meets its Cin7 Core record."""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from typing import Final, Generic, TypeVar

from pydantic import BaseModel

from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.mapping.held import Held
from gp_cin7_bridge.mapping.masters.ownership import Ownership
from gp_cin7_bridge.plan import Flow
from gp_cin7_bridge.reasons import Reason, reason
from gp_cin7_bridge.state import Link

Source = TypeVar("Source", bound=BaseModel)
Target = TypeVar("Target", bound=BaseModel)

# Beyond this many records one list is cheaper than single look-ups.
FEW_RECORDS: Final = 20


def renamed_twice(key: str, *, there: str | None, wanted: str | None, carried: object) -> Reason | None:
    """Tell that people gave a record a new name on both sides, and not the same one."""
    if not carried or carried in (there, wanted) or there == wanted:
        return None
    return reason("renamed_on_both_sides", document=key, before=carried, cin7=there, gp=wanted)


class Masters(ABC, Generic[Source, Target]):
    """One flow of master records from GP to Cin7 Core; an instance serves one plan.

    Attributes:
        entity: what its links are called.
        watched: fields that are never overwritten, and whose change in GP somebody must know of all the same.
    """

    flow: Flow
    entity: str
    watched: frozenset[str] = frozenset()

    def __init__(self, bridge: Bridge) -> None:
        self.bridge = bridge

    @abstractmethod
    def changed_since(self, day: dt.date | None) -> Iterable[Source]:
        """List GP records changed on or after `day`; all of them without one."""

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
    def prepare(self, records: Iterable[Source], links: Iterable[Link]) -> Ownership:
        """Read once what mapping needs for these records; gives whose the fields are.

        Args:
            records: those to map; they may be gone through more than once, and there may be too many to hold.
            links: of all that were carried before, likewise, to be gone through once.
        """

    @abstractmethod
    def mapped(self, record: Source, link: Link | None) -> Target | Held:
        """Map one record, without any I/O; it has a link when it was carried before."""

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
    def merged(self, existing: Target, draft: Target, carried: Mapping[str, object]) -> Target:
        """Give the full record to write: what is there, with GP's fields laid over it.

        Args:
            existing: what Cin7 Core has.
            draft: what GP's record was mapped to.
            carried: the details of what was carried last; empty at the first time.
        """

    @abstractmethod
    def conflict(self, existing: Target, draft: Target, carried: Mapping[str, object]) -> Reason | None:
        """Tell what forbids to change a record that is there."""

    @abstractmethod
    def details(self, draft: Target) -> dict[str, object]:
        """Give what to remember of a record that is carried."""

    def standing(self, record: Source) -> dict[str, object]:  # noqa: ARG002 — what most flows say
        """Give what to remember of the GP record itself, because somebody must know of it as long as it is carried."""
        return {}

    def warnings(self, record: Source, draft: Target) -> tuple[Reason, ...]:  # noqa: ARG002 — what most flows say
        """Tell what somebody should know of a new record."""
        return ()

    @abstractmethod
    def deprecated(self, existing: Target) -> Target:
        """Give the record as it is once GP has no more of it."""

    @abstractmethod
    def target_key(self, draft: Target) -> str:
        """Name the Cin7 record."""

    @abstractmethod
    def id_of(self, target: Target) -> str:
        """Give the id of a Cin7 record."""

    @abstractmethod
    def name_of(self, draft: Target) -> str:
        """Give the name that people know the record by."""

    def carried_name(self, link: Link) -> str:
        """Give the name under which a record was carried last."""
        if told := link.details.get("name"):
            return str(told)
        target = self.target_by_id(link.cin7_id)
        return self.name_of(target) if target is not None else ""
