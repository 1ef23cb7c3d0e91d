"""Both simulators around a small data set."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from small import Small

from gp_cin7_bridge import Bridge, sync_items, sync_vendors
from gp_cin7_bridge.sandbox.simulators import Simulators


@pytest.fixture
def simulators(tmp_path: Path) -> Iterator[Simulators]:
    """Both simulators, served, with nothing carried yet."""
    with Simulators(tmp_path / "site", Small(), calls=6000, per=60) as running:
        yield running


@pytest.fixture
def bridge(simulators: Simulators) -> Iterator[Bridge]:
    """A bridge between both."""
    with Bridge.open(simulators.settings) as opened:
        yield opened


@pytest.fixture
def carried(bridge: Bridge) -> Bridge:
    """A bridge whose vendors and items are carried."""
    sync_vendors(bridge)
    sync_items(bridge)
    return bridge
