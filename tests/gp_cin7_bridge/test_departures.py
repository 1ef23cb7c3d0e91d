"""What becomes of records that GP has no more, and of more changes than can be true."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from small import codes

from gp_cin7_bridge import Report, Verb, apply, load_plan, plan, save_plan, sync_items, sync_vendors
from gp_cin7_bridge.review.approve import approve
from gp_cin7_bridge.review.queue import skip
from gp_cin7_bridge.review.replay import replay
from gp_cin7_bridge.sandbox import Sandbox

MONDAY = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)


@pytest.fixture
def site() -> Iterator[Sandbox]:
    """Three vendors and three items, all carried, and a clock that tests move."""
    with Sandbox(now=MONDAY) as sandbox:
        for name in ("ACME", "BETA", "COGS"):
            sandbox.gp.add_vendor(name, f"{name} Ltd")
            sandbox.gp.add_item(f"I-{name}", f"Item {name}", unit_schedule_id="EACH")
        sync_vendors(sandbox.bridge)
        sync_items(sandbox.bridge)
        yield sandbox


def delete(site: Sandbox, vendor_id: str) -> None:
    site.gp.sql("DELETE FROM PM00200 WHERE VENDORID = ?", (vendor_id,))


def next_day(site: Sandbox) -> Report:
    site.advance(hours=24)
    return sync_vendors(site.bridge)


def suppliers(site: Sandbox) -> Mapping[str, str]:
    return {each.name or "": str(each.status) for each in site.bridge.cin7.suppliers.list(include_deprecated=True)}


def test_a_deleted_vendor_is_deprecated_after_two_whole_readings_without_it(site: Sandbox) -> None:
    delete(site, "BETA")
    assert codes_skipped(sync_vendors(site.bridge)) == {}
    assert codes_skipped(next_day(site)) == {"BETA": ["missed_in_gp"]}
    assert suppliers(site)["BETA Ltd"] == "Active"
    assert next_day(site).updated == ("BETA",)
    assert suppliers(site) == {"ACME Ltd": "Active", "BETA Ltd": "Deprecated", "COGS Ltd": "Active"}
    quiet = next_day(site)
    assert (quiet.updated, quiet.held, quiet.skipped) == ((), (), ())


def codes_skipped(report: Report) -> dict[str, list[str]]:
    return {each.document: [why.code for why in each.reasons] for each in report.skipped}


def test_a_vendor_that_was_missed_once_and_is_back_is_as_if_nothing_was(site: Sandbox) -> None:
    (row,) = site.gp.sql("SELECT * FROM PM00200 WHERE VENDORID = 'BETA'")
    for _ in range(2):
        delete(site, "BETA")
        assert codes_skipped(next_day(site)) == {"BETA": ["missed_in_gp"]}
        site.gp.insert("PM00200", **{name: row[name] for name in row.keys() if name != "DEX_ROW_ID"})  # noqa: SIM118
        assert next_day(site).updated == ()
    assert suppliers(site)["BETA Ltd"] == "Active"


def test_a_plan_alone_counts_no_miss(site: Sandbox) -> None:
    delete(site, "BETA")
    site.advance(hours=24)
    for _ in range(3):
        assert "missed_in_gp" in {why.code for each in plan(site.bridge, "vendors") for why in each.reasons}
    assert next_day(site).updated == ()


def test_a_saved_plan_that_deprecates_is_applied_while_it_still_holds(site: Sandbox, tmp_path: Path) -> None:
    delete(site, "BETA")
    next_day(site)
    site.advance(hours=24)
    save_plan(plan(site.bridge, "vendors"), tmp_path / "plan.json")
    report = apply(site.bridge, load_plan(tmp_path / "plan.json"))
    assert (report.updated, report.held) == (("BETA",), ())


def test_a_deleted_vendor_that_comes_back_is_active_again(site: Sandbox) -> None:
    delete(site, "BETA")
    next_day(site)
    next_day(site)
    site.gp.add_vendor("BETA", "BETA Ltd")
    assert next_day(site).updated == ("BETA",)
    assert suppliers(site)["BETA Ltd"] == "Active"


def test_a_rename_in_gp_is_proposed_and_followed_only_when_approved(site: Sandbox) -> None:
    before = site.bridge.cin7.suppliers.find("ACME Ltd")
    site.gp.sql("UPDATE PM00200 SET VENDORID = 'ACME-2' WHERE VENDORID = 'ACME'")
    report = sync_vendors(site.bridge)
    assert codes(report) == {"ACME-2": ["renamed_in_gp"], "ACME": ["renamed_in_gp"]}
    assert "'ACME'" in report.held[0].reasons[0].text and "'ACME-2'" in report.held[0].reasons[0].text
    assert codes(next_day(site)) == codes(next_day(site)) == codes(report)
    approve(site.bridge, "ACME-2", "renamed by the controller", actor="ann")
    assert sync_vendors(site.bridge).updated == ("ACME-2",)
    after = site.bridge.cin7.suppliers.find("ACME Ltd")
    assert before is not None and after is not None
    assert (after.supplier_id, after.additional_attribute1) == (before.supplier_id, "ACME-2")
    assert {link.gp_key for link in site.bridge.state.links("vendor")} == {"ACME-2", "BETA", "COGS"}
    assert site.bridge.state.held() == [] and len(suppliers(site)) == 3


def test_an_item_number_changed_in_gp_makes_no_second_product(site: Sandbox) -> None:
    site.gp.sql("UPDATE IV00101 SET ITEMNMBR = 'I-NEW' WHERE ITEMNMBR = 'I-ACME'")
    assert codes(sync_items(site.bridge)) == {"I-NEW": ["renamed_in_gp"], "I-ACME": ["renamed_in_gp"]}
    approve(site.bridge, "I-NEW", "new numbers", actor="ann")
    assert sync_items(site.bridge).updated == ("I-NEW",)
    assert sorted(each.sku or "" for each in site.bridge.cin7.products.list()) == ["I-BETA", "I-COGS", "I-NEW"]


def test_a_rename_that_is_none_is_told_by_skipping_the_old_one(site: Sandbox) -> None:
    site.gp.sql("UPDATE IV00101 SET ITEMNMBR = 'I-NEW' WHERE ITEMNMBR = 'I-ACME'")
    sync_items(site.bridge)
    skip(site.bridge, "I-ACME", "another thing", actor="ann", flow="items")
    assert sync_items(site.bridge).created == ("I-NEW",)


def test_two_items_made_one_are_proposed_and_never_followed_unasked(site: Sandbox) -> None:
    site.gp.add_item("I-TWIN", "Item ACME", unit_schedule_id="EACH")
    assert sync_items(site.bridge).created == ("I-TWIN",)
    site.gp.sql("DELETE FROM IV00101 WHERE ITEMNMBR = 'I-TWIN'")
    for _ in range(2):
        site.advance(hours=24)
        report = sync_items(site.bridge)
    assert codes(report) == {"I-TWIN": ["combined_in_gp"]} and "'I-ACME'" in report.held[0].reasons[0].text
    approve(site.bridge, "I-TWIN", "combined", actor="ann")
    assert sync_items(site.bridge).updated == ("I-TWIN",)


def fill(sandbox: Sandbox, count: int) -> None:
    with sandbox.gp.loading():
        for number in range(count):
            sandbox.gp.add_item(f"N-{number}", f"Number {number}", unit_schedule_id="EACH")


@pytest.mark.parametrize(("most", "held"), [(3, 5), (5, 0)])
def test_too_many_deprecations_at_once_are_held(most: int, held: int) -> None:
    with Sandbox({"changes": {"deprecated": most}}) as sandbox:
        fill(sandbox, 9)
        sync_items(sandbox.bridge)
        sandbox.gp.sql("UPDATE IV00101 SET INACTIVE = 1 WHERE ITEMNMBR < 'N-5'")
        sandbox.gp.sql("UPDATE IV00101 SET ITEMDESC = 'Eight' WHERE ITEMNMBR = 'N-8'")
        report = sync_items(sandbox.bridge)
        assert {code for each in codes(report).values() for code in each} == ({"too_many_changes"} if held else set())
        assert len(report.held) == held and len(report.updated) == 6 - held
        if held:
            assert len(sync_items(sandbox.bridge).held) == held
            assert [each.updated for each in replay(sandbox.bridge, ["N-1"])] == [("N-1",)]


def test_an_empty_answer_of_gp_deprecates_nothing() -> None:
    with Sandbox(now=MONDAY) as sandbox:
        fill(sandbox, 30)
        sync_items(sandbox.bridge)
        sandbox.gp.sql("DELETE FROM IV00101")
        for _ in range(3):
            sandbox.advance(hours=24)
            report = sync_items(sandbox.bridge)
        assert len(report.held) == 30
        assert {str(each.status) for each in sandbox.bridge.cin7.products.list(include_deprecated=True)} == {"Active"}


def test_more_updates_than_half_of_what_is_carried_are_held() -> None:
    with Sandbox({"changes": {"updated": 2}}) as sandbox:
        fill(sandbox, 6)
        sync_items(sandbox.bridge)
        sandbox.gp.sql("UPDATE IV00101 SET ITEMDESC = 'x' || ITEMNMBR WHERE ITEMNMBR < 'N-4'")
        assert len(sync_items(sandbox.bridge).held) == 4
        sandbox.gp.sql("UPDATE IV00101 SET ITEMDESC = 'Number 0' WHERE ITEMNMBR = 'N-0'")
        report = sync_items(sandbox.bridge)
        assert (len(report.updated), report.held) == (3, ())
        actions = plan(sandbox.bridge, "items")
        assert {each.verb for each in actions} == {Verb.SKIP}


def test_a_supplier_that_belongs_to_one_vendor_is_not_given_to_another(site: Sandbox) -> None:
    supplier = site.bridge.cin7.suppliers.find("ACME Ltd")
    assert supplier is not None
    site.bridge.cin7.suppliers.update(supplier.replace(additional_attribute1=""))
    site.gp.sql("UPDATE PM00200 SET MODIFDT = '2001-01-01 00:00:00'")
    site.gp.add_vendor("OTHER", "ACME Ltd")
    assert codes(sync_vendors(site.bridge)) == {"OTHER": ["linked_to_another"]}
