"""Who is let in, how much of it, and that nothing is answered before it is stored."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from listening import TOKEN, Site, served
from starlette.applications import Starlette
from starlette.routing import Mount

from gp_cin7_bridge import Bridge, SettingsError
from gp_cin7_bridge.app.web import app
from gp_cin7_bridge.app.web.allowance import Allowance
from gp_cin7_bridge.sandbox import Sandbox

BODY = b'{"PurchaseOrderNumber": "PO-1", "EventType": "Purchase/InvoiceAuthorised"}'


def post(site: Site, body: bytes = BODY, token: str = TOKEN) -> int:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return httpx.post(site.url, content=body, headers=headers, trust_env=False).status_code


def waiting(site: Site) -> int:
    return len(site.sandbox.bridge.state.events.waiting())


@pytest.mark.parametrize("token", ["", "forged", TOKEN + "x", TOKEN[:-1]])
def test_a_forged_secret_is_sent_away_and_nothing_is_stored(site: Site, token: str) -> None:
    with site.open():
        assert post(site, token=token) == 401
    assert waiting(site) == 0


def test_a_delivery_is_stored_before_it_is_answered(site: Site) -> None:
    with site.open():
        assert post(site) == 200
        assert waiting(site) == 1


def test_what_cannot_be_stored_is_not_answered_with_success(site: Site, tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite"
    with Bridge(site.sandbox.bridge.settings, state=f"sqlite:///{path}") as bridge, served(app(bridge), site.port):
        assert post(site) == 200
        with closing(sqlite3.connect(path)) as db:
            db.execute("DROP TABLE event")
        assert post(site) == 503


def test_a_large_body_is_refused_without_reading_it_whole(site: Site) -> None:
    with site.open():
        assert post(site, b" " * 1_000_001) == 413
    assert waiting(site) == 0


def test_too_many_deliveries_are_refused_and_strangers_do_not_count(site: Site) -> None:
    webhooks = site.sandbox.bridge.settings.webhooks.model_copy(update={"most_per_minute": 2})
    settings = site.sandbox.bridge.settings.model_copy(update={"webhooks": webhooks})
    with Bridge(settings, state="sqlite://") as bridge, served(app(bridge), site.port):
        assert [post(site, token="stranger") for _ in range(3)] == [401] * 3
        assert [post(site) for _ in range(3)] == [200, 200, 429]


def test_an_allowance_fills_again_with_time() -> None:
    now = [0.0]
    allowance = Allowance(60, lambda: now[0])
    assert [allowance.take() for _ in range(61)] == [True] * 60 + [False]
    now[0] = 2.0
    assert [allowance.take() for _ in range(3)] == [True, True, False]


def test_a_short_token_is_refused_with_a_cure(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEBHOOK_TOKEN", "short")
    with pytest.raises(SettingsError, match="take a longer one"):
        app(site.sandbox.bridge)


def test_without_a_token_no_delivery_is_taken() -> None:
    with Sandbox() as sandbox:
        assert "/webhooks/sandbox" not in {getattr(route, "path", "") for route in app(sandbox.bridge).routes}


def test_the_app_stands_in_another_one_under_a_path_of_its_own(site: Site) -> None:
    outer = Starlette(routes=[Mount("/bridge", app(site.sandbox.bridge))])
    with served(outer, site.port):
        url = f"http://127.0.0.1:{site.port}/bridge/webhooks/sandbox"
        answer = httpx.post(url, content=BODY, headers={"Authorization": f"Bearer {TOKEN}"}, trust_env=False)
    assert (answer.status_code, waiting(site)) == (200, 1)
