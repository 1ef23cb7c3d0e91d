"""What an intent's payload holds: the document to send, and what to remember once it is there."""

from __future__ import annotations

import hashlib
import json
from typing import TypeVar

from attrs import asdict, frozen
from pydantic import BaseModel

from gp_cin7_bridge.plan import Action, Explained

M = TypeVar("M", bound=BaseModel)


@frozen
class Intent:
    """One planned creation, as it is written down before it is sent."""

    document: str
    source_id: str
    key: str
    content_hash: str
    summary: str
    explained: tuple[Explained, ...]
    fields: dict[str, object]

    @classmethod
    def of(cls, action: Action) -> Intent:
        """Freeze an action."""
        if action.payload is None:
            raise ValueError(f"{action} has nothing to send")
        return cls(
            action.document,
            action.source_id,
            action.key,
            action.content_hash,
            action.summary,
            action.explained,
            action.payload.model_dump(mode="json", exclude_unset=True),
        )

    @classmethod
    def read(cls, text: str) -> Intent:
        """Read what was written down."""
        values = json.loads(text)
        values["explained"] = tuple(Explained(**each) for each in values["explained"])
        return cls(**values)

    def written(self) -> str:
        """Give the text to write down."""
        return json.dumps(asdict(self), sort_keys=True, ensure_ascii=False)

    def hashed(self) -> str:
        """Hash what would be sent."""
        return hashlib.sha256(json.dumps(self.fields, sort_keys=True).encode()).hexdigest()

    def to_send(self, model: type[M]) -> M:
        """Give the document."""
        return model.model_validate(self.fields)
