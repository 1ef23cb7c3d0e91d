"""Both simulators around a small data set."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from small import Small

from gp_cin7_bridge.sandbox.simulators import Simulators


@pytest.fixture
def simulators(tmp_path: Path) -> Iterator[Simulators]:
    """Both simulators, served, with nothing carried yet."""
    with Simulators(tmp_path / "site", Small(), calls=6000, per=60) as running:
        yield running
