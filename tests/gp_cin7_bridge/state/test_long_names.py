"""Names as long as strangers like: each is carried or held, on both databases, and ends no run."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from small import add_purchase

from gp_cin7_bridge import Bridge, sync_bills, sync_items, sync_vendors
from gp_cin7_bridge.plan import Report
from gp_cin7_bridge.sandbox.simulators import Simulators
from gp_cin7_bridge.state import Link, Store

NOW = dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC)
LONG = "L" * 400


@pytest.fixture
def settings(simulators: Simulators, state_url: str) -> Path:
    text = simulators.settings.read_text("utf-8").replace("sqlite:///state.sqlite", state_url)
    simulators.settings.write_text(text, "utf-8")
    return simulators.settings


def settled(report: Report) -> tuple[int, int]:
    return len(report.created), len(report.held)


def test_long_names_of_vendors_items_and_bills_end_no_run(simulators: Simulators, settings: Path) -> None:
    # GP's own windows take no such keys; an import may have left them all the same.
    simulators.gp.sql("UPDATE PM00200 SET VENDORID = ? WHERE VENDORID = 'BETA'", (LONG,))
    simulators.gp.sql("UPDATE IV00101 SET ITEMNMBR = ? WHERE ITEMNMBR = 'A-2'", (LONG,))
    add_purchase(simulators.cin7, 4, InvoiceNumber=LONG)
    add_purchase(simulators.cin7, 5, TaskID=LONG)
    add_purchase(simulators.cin7, 6, supplier="BETA Ltd")
    with Bridge.open(settings) as bridge:
        reports = [sync(bridge) for sync in (sync_vendors, sync_items, sync_bills)]
        assert [settled(each) for each in reports] == [(1, 1), (1, 1), (5, 1)]
        assert all(each.finished for each in reports)
        assert settled(sync_bills(bridge)) == (0, 1)
        assert bridge.state.audit_broken_at() is None


def test_long_names_are_kept_whole(state_url: str) -> None:
    store = Store.open(state_url, clock=lambda: NOW)
    state = store.connection("site", gp_company="Fabrikam, Inc.", cin7_account_id="acc")
    state.put_link(Link(entity="vendor", gp_key=LONG, cin7_id=LONG))
    state.hold("bills", LONG, "INV-1", ())
    state.approvals.give("bills", LONG, "p", reason="asked for", actor="somebody")
    state.missing.note("vendors", [LONG])
    state.audit(flow="bills", action="create", outcome="created", document="INV-1", gp_key=LONG, vendor=LONG)
    operation = state.ledger.intend("bill", LONG, LONG, "{}", "hash")
    link, approval = state.link("vendor", cin7_id=LONG), state.approvals.find("bills", LONG)
    assert link is not None and link.gp_key == LONG
    assert approval is not None and state.held_keys("bills") == [LONG]
    assert state.missing.counts("vendors") == {LONG: 1}
    assert state.audit_rows(vendor=LONG)[0].gp_key == LONG
    assert (operation.natural_key, operation.token) == (LONG, LONG)
    store.close()
