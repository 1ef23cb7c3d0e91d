"""The state is older than the truth, or gone: nothing is made twice, nothing is lost, every link comes back."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from small import Small, add_purchase, codes, vouchers, writes

from gp_cin7_bridge import Bridge, Report, rebuild, sync_bills, sync_items, sync_vendors
from gp_cin7_bridge.review.approve import approve
from gp_cin7_bridge.sandbox import Sandbox

Opened = Callable[[], Bridge]
FIRST = [("INV-1", Decimal(10)), ("INV-2", Decimal(20)), ("INV-3", Decimal(30))]
LATER = [*FIRST, ("INV-4", Decimal(40)), ("INV-5", Decimal(50))]


@pytest.fixture
def site(sandbox: Sandbox) -> Sandbox:
    Small().load(sandbox.gp, sandbox.cin7)
    return sandbox


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state.sqlite"


@pytest.fixture
def opened(site: Sandbox, state: Path) -> Opened:
    """Open a bridge over the state that lies in the file."""

    def opened() -> Bridge:
        shared = site.bridge
        return Bridge(shared.settings, gp=shared.gp, cin7=shared.cin7, state=f"sqlite:///{state}", clock=shared.clock)

    return opened


def carry(bridge: Bridge) -> list[Report]:
    return [sync_vendors(bridge), sync_items(bridge), sync_bills(bridge)]


def links(bridge: Bridge) -> set[tuple[str, str, str]]:
    kinds = ("vendor", "item", "bill")
    return {(kind, each.gp_key, each.cin7_id) for kind in kinds for each in bridge.state.links(kind)}


def records(site: Sandbox) -> dict[str, list[object]]:
    """Give what both systems hold."""
    tables = {"suppliers": "name", "products": "sku"}
    found = {
        name: [row[key] for row in site.cin7.sql(f"SELECT {key} FROM {name} ORDER BY 1")]
        for name, key in tables.items()
    }
    return {**found, "vouchers": vouchers(site.gp)}


def work_on(site: Sandbox) -> None:
    """Let people go on: two more bills, a vendor and an item, a rename, a memo."""
    site.gp.add_vendor("GAMMA", "GAMMA Ltd")
    site.gp.add_item("A-3", "Item A-3", unit_schedule_id="EACH")
    site.gp.sql("UPDATE PM00200 SET VENDNAME = 'BETA & Sons' WHERE VENDORID = 'BETA'")
    add_purchase(site.cin7, 4)
    add_purchase(site.cin7, 5)
    site.cin7.do("edit_invoice", order_number="PO-1", Memo="a photo was added")


def test_an_old_backup_makes_nothing_twice_and_gets_every_link_back(site: Sandbox, state: Path, opened: Opened) -> None:
    with opened() as bridge:
        carry(bridge)
    backup = shutil.copy(state, state.with_name("backup"))
    work_on(site)
    with opened() as bridge:
        carry(bridge)
        before, linked = records(site), links(bridge)
    assert before["vouchers"] == LATER and len(linked) == 3 + 3 + 5
    shutil.copy(backup, state)
    with opened() as bridge:
        assert len(links(bridge)) == 2 + 2 + 3
        reports = carry(bridge)
        assert all(each.finished and not each.held for each in reports)
        assert links(bridge) == linked
        assert bridge.state.audit_broken_at() is None
        assert records(site) == before
        written = writes(site)
        assert not any(each.created or each.updated for each in carry(bridge))
    assert writes(site) == written


def test_a_bill_that_changed_after_the_backup_is_held_as_it_was(site: Sandbox, state: Path, opened: Opened) -> None:
    with opened() as bridge:
        carry(bridge)
    backup = shutil.copy(state, state.with_name("backup"))
    site.cin7.do("edit_invoice", order_number="PO-2", Total=21, TotalBeforeTax=21)
    with opened() as bridge:
        told = codes(sync_bills(bridge))
    shutil.copy(backup, state)
    with opened() as bridge:
        assert codes(sync_bills(bridge)) == told == {"INV-2": ["bill_changed", "totals_do_not_foot"]}
    assert vouchers(site.gp) == FIRST


def test_a_bill_that_was_posted_after_the_backup_is_found_where_it_is(
    site: Sandbox, state: Path, opened: Opened
) -> None:
    with opened() as bridge:
        carry(bridge)
    backup = shutil.copy(state, state.with_name("backup"))
    with opened() as bridge:
        add_purchase(site.cin7, 4)
        sync_bills(bridge)
        site.gp.do("post_batch", batch="C7I260302")
        linked = links(bridge)
    shutil.copy(backup, state)
    with opened() as bridge:
        assert sync_bills(bridge).finished
        assert links(bridge) == linked
    assert vouchers(site.gp) == [] and len(site.gp.sql("SELECT 1 FROM PM20000")) == 4


@pytest.mark.parametrize("sandbox_settings", [{"bills": {"after_change": "compensate", "grace_hours": 0}}])
def test_what_was_taken_back_after_the_backup_is_taken_back_once(site: Sandbox, state: Path, opened: Opened) -> None:
    with opened() as bridge:
        carry(bridge)
    backup = shutil.copy(state, state.with_name("backup"))
    with opened() as bridge:
        site.cin7.do("void_purchase", order_number="PO-3")
        sync_bills(bridge)
        approve(bridge, "INV-3", "sent back", actor="kim")
        sync_bills(bridge)
        before = vouchers(site.gp)
    assert len(before) == 4
    shutil.copy(backup, state)
    with opened() as bridge:
        sync_bills(bridge)
        approve(bridge, "INV-3", "sent back", actor="kim")
        sync_bills(bridge)
        assert vouchers(site.gp) == before and codes(sync_bills(bridge)) == {}


def test_after_a_rebuild_an_unchanged_sync_writes_to_neither_system(site: Sandbox, state: Path, opened: Opened) -> None:
    with opened() as bridge:
        carry(bridge)
        work_on(site)
        carry(bridge)
        before, linked, written = records(site), links(bridge), writes(site)
    state.unlink()
    with opened() as bridge:
        found = {each.flow: each for each in rebuild(bridge)}
        assert links(bridge) == linked
        assert not any((*each.absent, *each.differing) for each in found.values())
        reports = carry(bridge)
        assert all(each.finished and not each.created and not each.held for each in reports)
    assert writes(site) == written and records(site) == before


def test_a_rebuild_on_an_old_backup_writes_to_neither_system(site: Sandbox, state: Path, opened: Opened) -> None:
    with opened() as bridge:
        carry(bridge)
    backup = shutil.copy(state, state.with_name("backup"))
    work_on(site)
    with opened() as bridge:
        carry(bridge)
        linked, written = links(bridge), writes(site)
    shutil.copy(backup, state)
    with opened() as bridge:
        rebuild(bridge)
        assert links(bridge) == linked
        carry(bridge)
    assert writes(site) == written and vouchers(site.gp) == LATER
