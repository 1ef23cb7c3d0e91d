"""The flows over real sockets: what moves, what waits, what is never done twice."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from pathlib import Path

import pytest
from small import Small, add_purchase, codes, vouchers, writes

from cin7core_client.testing import FakeCin7
from dynamicsgp_client import Distribution, DynamicsGP, NTLMAuth, PayablesDocument
from dynamicsgp_client.testing import FakeGP
from gp_cin7_bridge import Bridge, UnknownFlowError, Verb, apply, plan, sync_bills, sync_items, sync_vendors
from gp_cin7_bridge.sandbox.simulators import Simulators

ALL = [("INV-1", Decimal(10)), ("INV-2", Decimal(20)), ("INV-3", Decimal(30))]


def test_the_whole_job_and_nothing_the_second_time(simulators: Simulators, bridge: Bridge) -> None:
    reports = [sync_vendors(bridge), sync_items(bridge), sync_bills(bridge)]
    assert [len(each.created) for each in reports] == [2, 2, 3]
    assert vouchers(simulators.gp) == ALL
    before = writes(simulators)
    again = [sync_vendors(bridge), sync_items(bridge), sync_bills(bridge)]
    assert not any(each.created or each.updated or each.held or each.failed for each in again)
    assert writes(simulators) == before


def test_a_plan_writes_nothing_anywhere(simulators: Simulators, bridge: Bridge) -> None:
    for flow in ("vendors", "items", "bills"):
        assert plan(bridge, flow).actions
    assert writes(simulators) == 0
    assert bridge.state.held() == [] and bridge.state.audit_rows() == []


def test_an_unknown_flow_is_said(bridge: Bridge) -> None:
    with pytest.raises(UnknownFlowError, match="vendors, items, receipts, bills"):
        plan(bridge, "stock")


def test_the_intent_is_on_the_disk_before_the_document_is_in_gp(simulators: Simulators, carried: Bridge) -> None:
    sync_bills(carried)
    sent = {each.path: each.at for each in simulators.gp.requests if each.method == "POST" and each.status == 200}
    rows = [row for row in carried.state.audit_rows() if row.flow == "bills"]
    assert len(rows) == 3 and sent
    assert all(row.operation_id and row.detail and row.outcome == "created" for row in rows)


def test_a_renamed_vendor_keeps_its_supplier(simulators: Simulators, carried: Bridge) -> None:
    simulators.gp.sql("UPDATE PM00200 SET VENDNAME = 'Renamed', VENDSTTS = 2 WHERE VENDORID = 'ACME'")
    report = sync_vendors(carried)
    assert report.updated == ("ACME",)
    (row,) = simulators.cin7.sql("SELECT id, status FROM suppliers WHERE name = 'Renamed'")
    assert (row["id"], row["status"]) == (FakeCin7.supplier_id("ACME Ltd"), "Deprecated")
    assert len(simulators.cin7.sql("SELECT 1 FROM suppliers")) == 2


def test_a_supplier_that_was_there_is_linked_by_its_exact_name(simulators: Simulators, bridge: Bridge) -> None:
    simulators.cin7.add_supplier("ACME Ltd & Sons")
    simulators.cin7.add_supplier("ACME Ltd", Comments="ours")
    report = sync_vendors(bridge)
    assert (report.updated, report.created) == (("ACME",), ("BETA",))
    supplier = bridge.cin7.suppliers.find("ACME Ltd")
    assert supplier is not None and (supplier.additional_attribute1, supplier.comments) == ("ACME", "ours")


def test_two_vendors_of_one_name_are_held_not_merged(simulators: Simulators, carried: Bridge) -> None:
    simulators.gp.add_vendor("ACME2", "ACME Ltd")
    assert codes(sync_vendors(carried)) == {"ACME2": ["vendor_name_twin"]}


def test_an_address_does_not_pile_up(simulators: Simulators, bridge: Bridge) -> None:
    for city in ("Town", "City"):
        simulators.gp.sql(
            "UPDATE PM00200 SET ADDRESS1 = 'Road 1', COUNTRY = 'NZ', CITY = ? WHERE VENDORID = 'ACME'", (city,)
        )
        sync_vendors(bridge)
    supplier = bridge.cin7.suppliers.find("ACME Ltd")
    assert supplier is not None and [each.city for each in supplier.addresses] == ["City"]


def test_what_is_held_is_carried_once_its_cause_is_gone(simulators: Simulators, carried: Bridge) -> None:
    simulators.gp.do("close_period", year=2026, period=3)
    assert set(codes(sync_bills(carried)).values().__iter__().__next__()) == {"period_closed"}
    assert vouchers(simulators.gp) == []
    simulators.gp.do("close_period", year=2026, period=3, closed=False)
    assert len(sync_bills(carried).created) == 3
    assert carried.state.held() == []


def test_a_held_document_never_blocks_the_others(simulators: Simulators, carried: Bridge) -> None:
    simulators.cin7.do("edit_invoice", order_number="PO-2", InvoiceDate="2031-01-01T00:00:00")
    report = sync_bills(carried)
    assert codes(report) == {"INV-2": ["period_missing"]} and len(report.created) == 2


def test_a_bill_typed_by_hand_in_gp_is_seen(simulators: Simulators, carried: Bridge) -> None:
    typed = PayablesDocument(
        voucher_number="00000000000000077",
        vendor_id="ACME",
        document_number="inv 002",
        document_date=dt.date(2026, 3, 1),
        batch_id="HAND",
        purchases_amount=Decimal(20),
        document_amount=Decimal(20),
        distributions=(Distribution(account_number="000-1300-00", type=6, debit_amount=Decimal(20)),),
        create_distributions=False,
    )
    carried.gp.payables.create(typed)
    report = sync_bills(carried)
    assert codes(report) == {"INV-2": ["duplicate_document"]}
    assert "00000000000000077" in report.held[0].reasons[0].text


def test_a_change_of_money_after_sending_is_held_and_gp_stays_as_it_is(simulators: Simulators, carried: Bridge) -> None:
    sync_bills(carried)
    simulators.cin7.do("edit_invoice", order_number="PO-1", Total=11, TotalBeforeTax=11)
    assert codes(sync_bills(carried)) == {"INV-1": ["bill_changed", "totals_do_not_foot"]}
    assert vouchers(simulators.gp) == ALL


def test_a_change_of_no_money_causes_nothing(simulators: Simulators, carried: Bridge) -> None:
    sync_bills(carried)
    simulators.cin7.do("edit_invoice", order_number="PO-1", Memo="a photo was added", Status="PAID", Paid=10)
    report = sync_bills(carried)
    assert not report.held and not report.created


def test_a_void_after_sending_is_held(simulators: Simulators, carried: Bridge) -> None:
    sync_bills(carried)
    simulators.cin7.do("void_purchase", order_number="PO-3")
    assert codes(sync_bills(carried)) == {"INV-3": ["bill_voided"]}


@pytest.mark.parametrize("kind", ["lost_request", "lost_answer", "status"])
@pytest.mark.parametrize("times", [1, 2])
def test_a_lost_answer_never_becomes_a_second_bill(
    simulators: Simulators, carried: Bridge, kind: str, times: int
) -> None:
    simulators.gp.fail_next(kind, match="^POST", times=times, status=500)  # type: ignore[arg-type]  # one of the kinds
    while not sync_bills(carried).finished:
        pass
    assert vouchers(simulators.gp) == ALL
    assert sync_bills(carried).created == ()


@pytest.mark.parametrize("kind", ["lost_request", "lost_answer"])
def test_a_lost_answer_never_becomes_a_second_product(simulators: Simulators, bridge: Bridge, kind: str) -> None:
    simulators.cin7.fail_next(kind, match="POST .*product", times=1)  # type: ignore[arg-type]  # one of the kinds
    sync_items(bridge)
    sync_items(bridge)
    assert [row["sku"] for row in simulators.cin7.sql("SELECT sku FROM products ORDER BY sku")] == ["A-1", "A-2"]
    assert len(bridge.state.links("item")) == 2


def test_a_supplier_whose_answer_was_lost_is_found_not_made_again(simulators: Simulators, bridge: Bridge) -> None:
    simulators.cin7.fail_next("lost_answer", match="POST .*supplier")
    report = sync_vendors(bridge)
    assert len(report.created) == 2
    assert len(simulators.cin7.sql("SELECT 1 FROM suppliers")) == 2


def test_a_supplier_whose_request_was_lost_waits_before_it_is_made(simulators: Simulators) -> None:
    now = [dt.datetime(2026, 3, 2, tzinfo=dt.UTC)]
    settings = simulators.settings
    from gp_cin7_bridge import read_settings

    with Bridge(read_settings(settings), clock=lambda: now[0]) as bridge:
        simulators.cin7.fail_next("lost_request", match="POST .*supplier")
        assert len(sync_vendors(bridge).failed) == 1
        assert len(sync_vendors(bridge).failed) == 1
        now[0] += dt.timedelta(seconds=31)
        assert sync_vendors(bridge).finished
    assert len(simulators.cin7.sql("SELECT 1 FROM suppliers")) == 2


def test_what_gp_refuses_is_held_with_its_own_words_and_sent_again_when_cured(
    simulators: Simulators, carried: Bridge
) -> None:
    simulators.gp.sql("UPDATE PM40100 SET CHEKBKID = ''")
    report = sync_bills(carried)
    assert {each[0] for each in codes(report).values()} == {"refused"}
    assert "No Checkbook ID" in report.held[0].reasons[0].text
    simulators.gp.sql("UPDATE PM40100 SET CHEKBKID = 'OPERATING'")
    assert len(sync_bills(carried).created) == 3


def test_nothing_is_sent_while_gp_would_give_its_own_numbers(simulators: Simulators, carried: Bridge) -> None:
    simulators.gp.sql("UPDATE PM40100 SET OVVCHNUM = 0")
    assert {each[0] for each in codes(sync_bills(carried)).values()} == {"voucher_numbers_not_ours"}
    assert vouchers(simulators.gp) == []


def test_a_number_that_gp_did_not_keep_stops_the_run_after_the_first(simulators: Simulators, carried: Bridge) -> None:
    text = simulators.settings.read_text("utf-8")
    simulators.settings.write_text(
        text.replace("[cin7]", '[gp.extension_paths]\npayables_setup = ""\n\n[cin7]'), "utf-8"
    )
    simulators.gp.sql("UPDATE PM40100 SET OVVCHNUM = 0")
    with Bridge.open(simulators.settings) as blind:
        report = sync_bills(blind)
        assert report.stopped and "did not keep" in report.stopped
        assert codes(report) == {"INV-1": ["voucher_number_not_kept"]}
        assert codes(sync_bills(blind)) == {
            "INV-1": ["voucher_number_not_kept"],
            "INV-2": ["voucher_numbers_unsettled"],
            "INV-3": ["voucher_numbers_unsettled"],
        }
    assert len(vouchers(simulators.gp)) == 1


def test_gp_without_a_chart_or_periods_holds_for_want_of_periods(simulators: Simulators, carried: Bridge) -> None:
    text = simulators.settings.read_text("utf-8")
    none = '[gp.extension_paths]\naccounts = ""\nfiscal_periods = ""\n\n[cin7]'
    simulators.settings.write_text(text.replace("[cin7]", none), "utf-8")
    with Bridge.open(simulators.settings) as blind:
        assert {each[0] for each in codes(sync_bills(blind)).values()} == {"no_period_source"}
    years = "\n[[periods.years]]\nyear = 2026\nfirst_date = 2026-01-01\n"
    simulators.settings.write_text(simulators.settings.read_text("utf-8") + years, "utf-8")
    with Bridge.open(simulators.settings) as told:
        assert len(sync_bills(told).created) == 3


def test_a_system_that_goes_away_stops_the_run_and_the_next_one_goes_on(
    simulators: Simulators, carried: Bridge
) -> None:
    bills = plan(carried, "bills")
    simulators.gp.fail_next("lost_answer", match="^POST", times=1)
    port = int(re.search(r":(\d+)/", carried.settings.gp.sba_url)[1])  # type: ignore[index]  # the address has a port
    away = Bridge(
        carried.settings,
        gp=DynamicsGP(
            f"http://127.0.0.1:{_closed(port)}/GPService", company="Fabrikam, Inc.", auth=NTLMAuth("a\\b", "c")
        ),
        state=None,
    )
    with away:
        report = apply(away, bills)
    assert report.stopped and "3 documents are left" in report.stopped
    assert sync_bills(carried).finished and vouchers(simulators.gp) == ALL


def _closed(other: int) -> int:
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def test_when_all_state_is_lost_nothing_is_made_twice(simulators: Simulators, carried: Bridge, tmp_path: Path) -> None:
    sync_bills(carried)
    with Bridge(carried.settings, state=f"sqlite:///{tmp_path / 'new.sqlite'}") as amnesiac:
        sync_vendors(amnesiac)
        sync_items(amnesiac)
        report = sync_bills(amnesiac)
    assert len(report.created) == 3 and not report.held
    assert vouchers(simulators.gp) == ALL
    assert len(simulators.cin7.sql("SELECT 1 FROM suppliers")) == 2
    assert len(simulators.cin7.sql("SELECT 1 FROM products")) == 2


def test_a_voucher_that_is_there_with_other_content_is_for_a_person(
    simulators: Simulators, carried: Bridge, tmp_path: Path
) -> None:
    sync_bills(carried)
    (voucher,) = simulators.gp.sql("SELECT VCHNUMWK FROM PM10000 WHERE DOCNUMBR = 'INV-1'")
    simulators.gp.do("edit_voucher", voucher=voucher["VCHNUMWK"], DOCNUMBR="EDITED")
    with Bridge(carried.settings, state=f"sqlite:///{tmp_path / 'new.sqlite'}") as amnesiac:
        sync_vendors(amnesiac)
        assert codes(sync_bills(amnesiac)) == {"INV-1": ["voucher_mismatch"]}
        assert codes(sync_bills(amnesiac)) == {"INV-1": ["voucher_mismatch"]}
        simulators.gp.do("edit_voucher", voucher=voucher["VCHNUMWK"], DOCNUMBR="INV-1")
        assert sync_bills(amnesiac).created == ("INV-1",)
    assert vouchers(simulators.gp) == ALL


def test_no_document_is_ever_posted(simulators: Simulators, carried: Bridge, repository: Path) -> None:
    sync_bills(carried)
    assert simulators.gp.sql("SELECT 1 FROM PM20000") == []
    sources = (repository / "src" / "gp_cin7_bridge").rglob("*.py")
    assert not [path for path in sources if re.search(r"gp\.action\(|GP-Custom-Action", path.read_text("utf-8"))]


def test_new_purchases_are_read_from_the_last_stamp_on(simulators: Simulators, carried: Bridge) -> None:
    sync_bills(carried)
    add_purchase(simulators.cin7, 4, day=dt.date(2026, 3, 9))
    before = len(simulators.cin7.requests)
    assert sync_bills(carried).created == ("INV-4",)
    details = [each for each in simulators.cin7.requests[before:] if "advanced-purchase" in each.path]
    assert len(details) <= 4


def test_actions_read_like_sentences(carried: Bridge) -> None:
    (first, *_) = plan(carried, "bills")
    assert first.verb == Verb.CREATE
    assert re.fullmatch(r"create INV-1 -> voucher C7[A-Z2-7]{15}, 10\.00 Z-US\$, 2 distributions", str(first))


def test_the_simulators_keep_what_a_user_wrote_into_bridge_toml(tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    with Simulators(folder, Small(), calls=6000, per=60) as running:
        text = running.settings.read_text("utf-8")
        running.settings.write_text(text.replace('"1300" = "000-1300-00"', '"1300" = "000-1310-00"  # mine'), "utf-8")
    with Simulators(folder, Small(), calls=100, per=60) as running:
        text = running.settings.read_text("utf-8")
    assert '"000-1310-00"  # mine' in text and "calls = 100" in text
    assert sorted(each.name for each in folder.glob("*.sqlite")) == ["cin7.sqlite", "gp.sqlite"]
    assert (folder / "secrets" / "gp_password").stat().st_mode & 0o077 == 0


def test_a_load_that_was_cut_off_is_made_again(tmp_path: Path) -> None:
    folder = tmp_path / "cut"
    folder.mkdir()
    (folder / "gp.loading").write_bytes(b"half")
    (folder / "gp.sqlite").write_bytes(b"")
    with Simulators(folder, Small(), calls=6000, per=60) as running:
        assert len(running.gp.sql("SELECT 1 FROM PM00200")) == 2
        assert isinstance(running.gp, FakeGP)
