"""What every section of bridge.toml shares: no unknown key, nothing changes, amounts stay exact."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict


def _as_exact(value: object) -> object:
    if isinstance(value, float):
        raise ValueError("write the amount in quotes, so that it stays exact")
    return value


Amount = Annotated[Decimal, BeforeValidator(_as_exact, json_schema_input_type=str | int)]


class Section(BaseModel):
    """One table of bridge.toml."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True, hide_input_in_errors=True)
