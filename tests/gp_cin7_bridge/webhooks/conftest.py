"""A site whose Cin7 Core delivers to the bridge."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from listening import START, TOKEN, Site

from gp_cin7_bridge import sync_items, sync_vendors
from gp_cin7_bridge.app.webhooks.subscriptions import ensure
from gp_cin7_bridge.sandbox import Sandbox


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
