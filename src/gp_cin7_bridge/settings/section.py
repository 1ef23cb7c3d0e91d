"""What every section of bridge.toml shares: no unknown key, nothing changes, amounts stay exact."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, ClassVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from gp_cin7_bridge.references import SCHEMES, SecretReference


def _as_exact(value: object) -> object:
    if isinstance(value, float):
        raise ValueError("write the amount in quotes, so that it stays exact")
    return value


def _as_reference(value: object) -> object:
    if isinstance(value, SecretReference):
        return value
    return SecretReference.parse(value if isinstance(value, str) else "")


Amount = Annotated[Decimal, BeforeValidator(_as_exact, json_schema_input_type=str | int)]
WrittenReference = Annotated[str, Field(pattern=f"^({'|'.join(SCHEMES)}):.+$")]
SecretRef = Annotated[SecretReference, BeforeValidator(_as_reference, json_schema_input_type=WrittenReference)]


class Section(BaseModel):
    """One table of bridge.toml."""

    model_config: ClassVar[ConfigDict] = ConfigDict(
        extra="forbid", frozen=True, arbitrary_types_allowed=True, hide_input_in_errors=True
    )
