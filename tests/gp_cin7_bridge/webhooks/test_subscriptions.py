"""Subscriptions: made, repaired, switched on; a feed that is silent; and the commands."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from listening import TOKEN, Site
from typer.testing import CliRunner

from cin7core_client import WebhookAuthorization
from gp_cin7_bridge import SettingsError, read_settings, sync_bills
from gp_cin7_bridge.app.cli import app as command
from gp_cin7_bridge.app.webhooks.feed import Feed, check_feed, feed
from gp_cin7_bridge.app.webhooks.subscriptions import Mark, ensure, subscriptions, wanted_types
from gp_cin7_bridge.sandbox import Sandbox
from gp_cin7_bridge.sandbox.simulators import Simulators


def marks(site: Site) -> list[str]:
    return [str(each.mark) for each in subscriptions(site.sandbox.bridge)]


def test_ensuring_twice_subscribes_once(site: Site) -> None:
    types = [str(each.type) for each in site.sandbox.bridge.cin7.webhooks.list()]
    assert types == ["Purchase/InvoiceAuthorised", "Purchase/CreditNoteAuthorised", "Purchase/Updated"]
    assert [each.mark for each in ensure(site.sandbox.bridge, anew=True)] == [Mark.ACTIVE] * 3
    assert len(site.sandbox.bridge.cin7.webhooks.list().to_list()) == 3


def test_receipts_are_listened_to_where_they_are_carried() -> None:
    with Sandbox({"receipts": {"mode": "gl_accrual", "accrued": "000-2111-00"}}) as sandbox:
        assert "Purchase/StockReceivedAuthorised" in wanted_types(sandbox.bridge.settings)


def test_what_was_deleted_switched_off_or_changed_is_put_right_with_its_token(site: Site) -> None:
    cin7 = site.sandbox.bridge.cin7
    first, second, third = cin7.webhooks.list()
    cin7.webhooks.delete(first.webhook_id or "")
    cin7.webhooks.update(second.replace(is_active=False, external_bearer_token="lost"))
    cin7.webhooks.update(third.replace(external_authorization_type=WebhookAuthorization.NONE))
    assert marks(site) == ["missing", "inactive", "different"]
    ensure(site.sandbox.bridge)
    assert marks(site) == ["active"] * 3
    tokens = {row["token"] for row in site.sandbox.cin7.sql("SELECT token FROM webhooks WHERE active = 1")}
    assert tokens == {TOKEN}


def test_a_token_that_is_gone_keeps_no_flow_from_running(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    cin7 = site.sandbox.bridge.cin7
    cin7.webhooks.delete(cin7.webhooks.list().to_list()[0].webhook_id or "")
    monkeypatch.delenv("WEBHOOK_TOKEN")
    site.run(minutes=12, step=60)
    assert site.runs().count("bills") >= 2
    assert feed(site.sandbox.bridge) == Feed.UNCHECKED


def test_subscriptions_of_others_are_left_alone(site: Site) -> None:
    cin7 = site.sandbox.bridge.cin7
    theirs = (
        cin7.webhooks.list()
        .to_list()[0]
        .replace(
            webhook_id=None, external_url="https://theirs.example/hook", is_active=False, external_bearer_token="x"
        )
    )
    kept = cin7.webhooks.create(theirs)
    ensure(site.sandbox.bridge, anew=True)
    assert cin7.webhooks.get(kept.webhook_id or "").is_active is False


def test_jp_rules_a_feed_is_silent_when_bills_come_and_events_do_not(site: Site) -> None:
    bridge, cin7 = site.sandbox.bridge, site.sandbox.cin7
    assert check_feed(bridge) == Feed.ACTIVE
    site.sandbox.advance(hours=30)
    cin7.write("UPDATE webhooks SET type = 'Sale/Created'")  # they look active and tell nothing
    site.bill(1)
    cin7.write("UPDATE webhooks SET type = json_extract(body, '$.Type')")
    sync_bills(bridge)
    assert check_feed(bridge) == Feed.ACTIVE  # an event may still be on its way
    site.sandbox.advance(hours=2)
    assert check_feed(bridge) == Feed.SILENT


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ('url = "http://bridge.example/webhooks"\ntoken = "env:T"', "must be an https:// address"),
        ('url = "https://bridge.example/webhooks"', "url needs a token"),
        ('delay = "0 3 * * *"', "must be an interval"),
    ],
)
def test_wrong_settings_are_refused(simulators: Simulators, lines: str, told: str) -> None:
    with simulators.settings.open("a", encoding="utf-8") as file:
        file.write(f"\n[webhooks]\n{lines}\n")
    with pytest.raises(SettingsError, match=told):
        read_settings(simulators.settings)


@pytest.fixture
def settings(simulators: Simulators) -> Path:
    (simulators.folder / "secrets" / "webhook_token").write_text(TOKEN, "utf-8")
    with simulators.settings.open("a", encoding="utf-8") as file:
        file.write('\n[webhooks]\nurl = "https://bridge.example/webhooks"\ntoken = "file:secrets/webhook_token"\n')
    return simulators.settings


def test_the_command_shows_and_ensures(settings: Path) -> None:
    def run(*arguments: str) -> tuple[int, str]:
        done = CliRunner().invoke(command, ["webhooks", *arguments, "-c", str(settings)])
        return done.exit_code, done.stdout

    code, shown = run("status")
    assert code == 3 and "missing; run: gp-cin7 webhooks ensure" in shown
    assert run("ensure") == (0, "".join(f"{kind}: made\n" for kind in wanted_types(read_settings(settings))))
    code, shown = run("status", "--json")
    assert (code, json.loads(shown)["feed"], json.loads(shown)["waiting"]) == (0, "unchecked", 0)
    assert TOKEN not in shown


def test_the_command_needs_a_url(simulators: Simulators) -> None:
    done = CliRunner().invoke(command, ["webhooks", "status", "-c", str(simulators.settings)])
    assert done.exit_code == 2 and "names no url" in done.output


def test_an_account_without_automation_is_told(settings: Path, simulators: Simulators) -> None:
    simulators.cin7.switch(automation=False)
    done = CliRunner().invoke(command, ["webhooks", "ensure", "-c", str(settings)])
    assert done.exit_code == 1 and "Automation" in done.output


def test_serve_takes_deliveries_and_ends_when_asked(settings: Path) -> None:
    arguments = ["serve", "-c", str(settings), "--port", "0"]
    process = subprocess.Popen(
        [sys.executable, "-m", "gp_cin7_bridge.app.cli", *arguments],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ},
    )
    assert process.stdout is not None
    found = re.fullmatch(r"ready (http://127\.0\.0\.1:\d+)\n", process.stdout.readline())
    assert found
    headers = {"Authorization": f"Bearer {TOKEN}"}
    url = f"{found[1]}/webhooks/small"
    assert httpx.post(url, content=b"{}", headers=headers, trust_env=False).status_code == 200
    assert httpx.get(url, trust_env=False).status_code == 405
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)
    assert process.returncode == 0
