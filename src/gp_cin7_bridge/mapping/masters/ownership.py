"""Who owns a field of a record that both systems have: GP overwrites it, fills it once, or never touches it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from attrs import Factory, frozen
from pydantic import BaseModel

from gp_cin7_bridge.settings.masters import Owner

M = TypeVar("M", bound=BaseModel)


@frozen
class Ownership:
    """The owner of each field: `gp` overwrites Cin7 Core, `cin7` is filled on create only, `never` is not written."""

    owners: Mapping[str, Owner] = Factory(dict)
    default: Owner = "gp"

    def owner(self, field: str) -> Owner:
        """Tell who owns a field."""
        return self.owners.get(field, self.default)

    def on_create(self, draft: M) -> M:
        """Give a draft without what is never written."""
        kept = {name: getattr(draft, name) for name in draft.model_fields_set if self.owner(name) != "never"}
        return type(draft).model_construct(_fields_set=set(kept), **kept)

    def kept(self, draft: BaseModel) -> tuple[str, ...]:
        """Name the fields of a draft that are not overwritten."""
        return tuple(name for name in draft.model_fields_set if self.owner(name) != "gp")

    def on_update(self, draft: BaseModel) -> dict[str, object]:
        """Give the fields of a draft that overwrite those of a record."""
        return {name: getattr(draft, name) for name in sorted(draft.model_fields_set) if self.owner(name) == "gp"}
