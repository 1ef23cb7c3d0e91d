"""The status page of a connection in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from starlette.testclient import TestClient
from visitors import TOKENS, WEB, Visitor

from gp_cin7_bridge import Bridge
from gp_cin7_bridge.app.web import app
from gp_cin7_bridge.sandbox import Sandbox


@pytest.fixture
def tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    for role, token in TOKENS.items():
        monkeypatch.setenv(f"WEB_{role.upper()}", token)


@pytest.fixture
def sandbox(tokens: None) -> Iterator[Sandbox]:
    with Sandbox({"web": WEB}) as made:
        yield made


@pytest.fixture
def bridge(sandbox: Sandbox) -> Bridge:
    return sandbox.bridge


@pytest.fixture
def client(bridge: Bridge) -> Iterator[TestClient]:
    with TestClient(app(bridge), base_url="http://127.0.0.1") as made:
        yield made


@pytest.fixture
def signed_in(client: TestClient) -> Callable[[str], Visitor]:
    def enter(role: str) -> Visitor:
        visitor = Visitor(client)
        visitor.post("/sign-in", page="/sign-in", token=TOKENS[role])
        return visitor

    return enter
