"""A site whose vendors, items and bills are carried, made once and copied for each test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from small import Small

from gp_cin7_bridge import Bridge, sync_bills, sync_items, sync_vendors
from gp_cin7_bridge.sandbox.simulators import Simulators


@pytest.fixture(scope="session")
def carried_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which everything was carried."""
    folder = tmp_path_factory.mktemp("carried") / "site"
    with Simulators(folder, Small(), calls=6000, per=60) as running, Bridge.open(running.settings) as bridge:
        for sync in (sync_vendors, sync_items, sync_bills):
            assert sync(bridge).created
    return folder


@pytest.fixture
def simulators(carried_site: Path, tmp_path: Path) -> Iterator[Simulators]:
    """Both simulators, served, with everything carried."""
    shutil.copytree(carried_site, tmp_path / "site")
    with Simulators(tmp_path / "site", Small(), calls=6000, per=60) as running:
        yield running
