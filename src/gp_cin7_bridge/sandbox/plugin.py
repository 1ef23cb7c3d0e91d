"""pytest fixtures for your own tests: `sandbox`, and `sandbox_settings` to say what its bridge.toml would."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from gp_cin7_bridge.sandbox.in_memory import Sandbox
    from gp_cin7_bridge.settings import Settings


@pytest.fixture
def sandbox_settings() -> Settings | Mapping[str, object] | None:
    """Give the settings of `sandbox`; replace this fixture to test your own."""
    return None


@pytest.fixture
def sandbox(sandbox_settings: Settings | Mapping[str, object] | None) -> Iterator[Sandbox]:
    """Give both systems, simulated in memory, with a bridge between them."""
    from gp_cin7_bridge.sandbox.in_memory import Sandbox

    with Sandbox(sandbox_settings) as made:
        yield made
