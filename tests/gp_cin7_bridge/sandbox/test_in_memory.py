"""The sandbox for other people's tests."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from gp_cin7_bridge import read_settings, sync_vendors
from gp_cin7_bridge.sandbox import Sandbox

TOML = """name = "mine"
[gp]
sba_url = "https://gp.example/GPService"
company = "My Company"
username = 'MY\\user'
password = "env:MY_PASSWORD"
[cin7]
account_id = "99999999-2222-3333-4444-555555555555"
application_key = "env:MY_KEY"
[vendors]
tax_rule = "Tax exempt"
attribute = 3
"""


def test_two_sandboxes_know_nothing_of_each_other() -> None:
    with Sandbox() as first, Sandbox() as second:
        first.gp.add_vendor("ACME", "Acme")
        assert sync_vendors(first.bridge).created == ("ACME",)
        assert sync_vendors(second.bridge).created == ()
        assert second.cin7.sql("SELECT 1 FROM suppliers") == []


def test_a_bridge_toml_of_ones_own_runs_in_it(tmp_path: Path) -> None:
    path = tmp_path / "bridge.toml"
    path.write_text(TOML, "utf-8")
    with Sandbox(read_settings(path)) as sandbox:
        sandbox.gp.add_vendor("ACME", "Acme")
        assert sync_vendors(sandbox.bridge).created == ("ACME",)
        supplier = sandbox.bridge.cin7.suppliers.find("Acme")
    assert supplier is not None and supplier.additional_attribute3 == "ACME"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["bridge.toml"]


def test_its_time_stands_still_until_it_is_moved_for_all_three() -> None:
    begin = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
    with Sandbox(now=begin) as sandbox:
        sandbox.advance(days=1, hours=2)
        told = (sandbox.bridge.clock(), sandbox.gp.clock(), sandbox.cin7.clock())
    assert set(told) == {begin + dt.timedelta(days=1, hours=2)}


def test_it_opens_no_socket(sandbox: Sandbox) -> None:
    sandbox.gp.add_vendor("ACME", "Acme")
    report = sync_vendors(sandbox.bridge)
    assert report.finished and report.calls.gp and report.calls.cin7
    assert {each.connection for each in sandbox.gp.requests} == {"in process"}
