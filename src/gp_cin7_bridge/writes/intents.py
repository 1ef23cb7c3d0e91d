"""What an intent's payload holds: the document to send, and what to remember once it is there."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import TypeVar

from attrs import Factory, asdict, frozen
from pydantic import BaseModel

from gp_cin7_bridge.documents import fields_of, read, written
from gp_cin7_bridge.plan import Action, Explained

M = TypeVar("M", bound=BaseModel)


@frozen(kw_only=True)
class Intent:
    """One planned write, as it is written down before it is sent."""

    document: str
    source_id: str
    source_hash: str = ""
    key: str
    content_hash: str
    summary: str
    explained: tuple[Explained, ...]
    fields: Mapping[str, object]
    details: Mapping[str, object] = Factory(dict)
    vendor: str = ""

    @classmethod
    def of(cls, action: Action, to_send: BaseModel) -> Intent:
        """Freeze an action and what is sent for it."""
        return cls(
            document=action.document,
            source_id=action.source_id,
            source_hash=action.source_hash,
            key=action.key,
            content_hash=action.content_hash,
            summary=action.summary,
            explained=action.explained,
            fields=fields_of(to_send),
            details=action.details,
            vendor=action.vendor,
        )

    @classmethod
    def read(cls, text: str) -> Intent:
        """Read what was written down."""
        values = read(text)
        if not isinstance(values, dict):
            raise TypeError("an intent is a JSON object")
        values["explained"] = tuple(Explained(**each) for each in values["explained"])
        return cls(**values)

    def written(self) -> str:
        """Give the text to write down."""
        return written(asdict(self))

    def hashed(self) -> str:
        """Hash what would be sent."""
        return hashlib.sha256(written(self.fields).encode()).hexdigest()

    def to_send(self, model: type[M]) -> M:
        """Give the document."""
        return model.model_validate(self.fields)
