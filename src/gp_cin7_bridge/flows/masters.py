"""What vendors and items have in common: how each side is read, and how a GP record meets its Cin7 Core record."""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Generic, TypeVar

from pydantic import BaseModel

from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.mapping.held import Held
from gp_cin7_bridge.plan import Flow
from gp_cin7_bridge.reasons import Reason
from gp_cin7_bridge.state import Link

Source = TypeVar("Source", bound=BaseModel)
Target = TypeVar("Target", bound=BaseModel)


class Masters(ABC, Generic[Source, Target]):
    """One flow of master records from GP to Cin7 Core; an instance serves one plan."""

    flow: Flow
    entity: str

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
        told = link.details.get("name")
        if isinstance(told, str):
            return told
        target = self.target_by_id(link.cin7_id)
        return self.name_of(target) if target is not None else ""
