"""Both simulators around a small data set, and both databases that may keep the state."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import databases
import pytest
from listening import START, TOKEN, Site
from small import Small

from gp_cin7_bridge import Bridge, sync_items, sync_vendors
from gp_cin7_bridge.app.webhooks.subscriptions import ensure
from gp_cin7_bridge.sandbox import Sandbox
from gp_cin7_bridge.sandbox.simulators import Simulators


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[databases.Server]:
    """A PostgreSQL server."""
    with databases.running() as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: databases.Server) -> Iterator[str]:
    """A PostgreSQL database with the newest schema, for one test."""
    with postgres_server.database() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def state_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty state, on each database in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'state.sqlite'}"
    url: str = request.getfixturevalue("postgres_url")
    return url


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


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A site that is subscribed and carries nothing yet; while the feed is sound, bills are polled once a day."""
    monkeypatch.setenv("WEBHOOK_TOKEN", TOKEN)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    webhooks = {"url": f"http://127.0.0.1:{port}/webhooks/sandbox", "token": "env:WEBHOOK_TOKEN", "poll": "1d"}
    schedule = {"vendors": "1d", "items": "1d", "bills": "5m"}
    with Sandbox({"webhooks": webhooks, "schedule": schedule}, now=START) as sandbox:
        sandbox.gp.add_vendor("ACME", "ACME Ltd")
        sandbox.gp.add_item("A-1", "Hammer", unit_schedule_id="EACH")
        sync_vendors(sandbox.bridge)
        sync_items(sandbox.bridge)
        ensure(sandbox.bridge)
        yield Site(sandbox, port)
