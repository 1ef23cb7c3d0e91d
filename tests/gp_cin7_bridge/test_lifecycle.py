"""What becomes of a bill after it was sent; the stories of others stand here by name."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from decimal import Decimal
from pathlib import Path

import pytest
from small import Small, codes, vouchers, writes

from dynamicsgp_client import BasicAuth, DynamicsGP
from gp_cin7_bridge import Bridge, Report, apply, plan, replay, sync_bills, sync_vendors
from gp_cin7_bridge.review.approve import approve, proposals
from gp_cin7_bridge.review.explain import explained_vouchers
from gp_cin7_bridge.review.queue import skip
from gp_cin7_bridge.review.rebuild import rebuild
from gp_cin7_bridge.sandbox import Sandbox
from gp_cin7_bridge.sandbox.in_memory import FITTING
from gp_cin7_bridge.sandbox.simulators import Simulators

ACCOUNTS = {"payable": "000-2100-00", "map": {"1300": "000-1300-00", "1310": "000-5100-00"}}
COMPENSATE = {"after_change": "compensate", "grace_hours": 0}
OTHERS = [("INV-2", Decimal(20)), ("INV-3", Decimal(30))]
Opened = Callable[..., Sandbox]


@pytest.fixture
def opened() -> Iterator[Opened]:
    """Open a site with settings of [bills], with everything carried."""
    with ExitStack() as stack:

        def site(**bills: object) -> Sandbox:
            sandbox = stack.enter_context(Sandbox({"accounts": ACCOUNTS, "bills": bills}))
            Small().load(sandbox.gp, sandbox.cin7)
            sync_vendors(sandbox.bridge)
            sync_bills(sandbox.bridge)
            return sandbox

        yield site


def line(amount: int | str, account: str = "1300") -> dict[str, object]:
    return {
        "SKU": "A-1",
        "Quantity": 1,
        "Price": amount,
        "Tax": 0,
        "TaxRule": "Tax exempt",
        "Account": account,
        "Total": amount,
    }


def reprice(site: Sandbox | Simulators, amount: int | str, **more: object) -> None:
    """Let a person change the price on INV-1."""
    fields = {"Lines": [line(amount)], "TotalBeforeTax": amount, "Total": amount, **more}
    site.cin7.do("edit_invoice", order_number="PO-1", **fields)


def voucher_of(bridge: Bridge, document: str = "INV-1") -> str:
    """Give the voucher number under which a bill was carried first."""
    row = next(each for each in bridge.state.audit_rows(document=document) if each.action == "create")
    return row.gp_key


def approved(bridge: Bridge, document: str = "INV-1") -> Report:
    approve(bridge, document, "supplier agreed", actor="kim")
    return sync_bills(bridge)


def fresh(site: Sandbox) -> Bridge:
    """Give a bridge that remembers nothing."""
    bridge = site.bridge
    return Bridge(bridge.settings, gp=bridge.gp, cin7=bridge.cin7, state="sqlite://", clock=bridge.clock)


def texts(report: Report) -> str:
    return " ".join(why.text for held in report.held for why in held.reasons)


def test_c7x_faq_a_change_of_a_note_or_a_photo_causes_nothing(opened: Opened) -> None:
    site = opened(**COMPENSATE)
    bridge = site.bridge
    site.cin7.do("edit_purchase", order_number="PO-1", Note="call them", Contact="Ann")
    site.cin7.do("edit_invoice", order_number="PO-1", Memo="blue")
    site.cin7.do("attach", order_number="PO-1", file_name="photo.jpg")
    before = writes(site)
    report = sync_bills(bridge)
    assert "INV-1" in report.unchanged and (report.held, writes(site)) == ((), before)


def test_c7x_faq_a_change_of_a_price_is_flagged_with_the_difference(opened: Opened) -> None:
    site = opened()
    bridge = site.bridge
    reprice(site, 12)
    report = sync_bills(bridge)
    assert codes(report) == {"INV-1": ["bill_changed"]}
    assert "document_amount 10.00 -> 12.00" in texts(report) and "account 000-1300-00 10.00 -> 12.00" in texts(report)
    assert proposals(bridge) == [] and len(vouchers(site.gp)) == 3


def test_intk_an_edit_after_posting_is_flagged_and_pushed_no_second_time(opened: Opened) -> None:
    site = opened()
    bridge = site.bridge
    site.gp.do("post_batch", batch="C7I260302")
    reprice(site, 12)
    before = writes(site)
    assert [codes(sync_bills(bridge)) for _ in range(3)] == [{"INV-1": ["bill_changed"]}] * 3
    assert writes(site) == before
    assert bridge.state.held()[0].times == 3
    assert [row.action for row in bridge.state.audit_rows(document="INV-1")].count("hold") == 1


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"InvoiceNumber": "INV-1A"}, "document_number INV-1 -> INV-1A"),
        ({"InvoiceDate": "2026-03-09T00:00:00"}, "document_date 2026-03-02 -> 2026-03-09"),
        ({"Lines": [line(10, "1310")]}, "account 000-5100-00 0.00 -> 10.00"),
    ],
)
def test_each_change_is_named_by_its_field(opened: Opened, fields: dict[str, object], said: str) -> None:
    site = opened()
    site.cin7.do("edit_invoice", order_number="PO-1", **fields)
    assert said in texts(sync_bills(site.bridge))


def test_lines_that_are_split_leave_the_voucher_as_it_is(opened: Opened) -> None:
    site = opened()
    bridge = site.bridge
    reprice(site, 10, Lines=[line(4), line(6)])
    assert (codes(sync_bills(bridge)), bridge.state.held()) == ({}, [])


def test_a_change_that_is_taken_back_is_no_change(opened: Opened) -> None:
    site = opened()
    bridge = site.bridge
    reprice(site, 12)
    sync_bills(bridge)
    reprice(site, 10)
    assert (codes(sync_bills(bridge)), bridge.state.held()) == ({}, [])


def test_a_voucher_that_a_person_made_agree_is_no_longer_held(opened: Opened) -> None:
    site = opened()
    bridge = site.bridge
    voucher = voucher_of(bridge)
    reprice(site, 10, InvoiceNumber="INV-1B")
    assert codes(sync_bills(bridge)) == {"INV-1B": ["bill_changed"]}
    site.gp.do("edit_voucher", voucher=voucher, DOCNUMBR="INV-1B")
    assert (codes(sync_bills(bridge)), bridge.state.held()) == ({}, [])


def test_a_compensation_waits_for_approval_and_is_then_carried_out_once(opened: Opened) -> None:
    site = opened(**COMPENSATE)
    bridge = site.bridge
    old = voucher_of(bridge)
    reprice(site, 12)
    assert codes(sync_bills(bridge)) == {"INV-1": ["bill_changed", "compensation_proposed"]}
    assert len(vouchers(site.gp)) == 3
    assert approved(bridge).created == ("INV-1-R1", "INV-1")
    rows = site.gp.sql("SELECT DOCTYPE, DOCNUMBR, DOCAMNT, BACHNUMB FROM PM10000 WHERE DOCNUMBR LIKE 'INV-1%'")
    found = {row["DOCNUMBR"]: (row["DOCTYPE"], Decimal(str(row["DOCAMNT"])), row["BACHNUMB"]) for row in rows}
    assert found == {
        "INV-1": (1, Decimal(10), "C7I260302"),
        "INV-1-R1": (5, Decimal(10), "C7C260302"),
        "INV-1-2": (1, Decimal(12), "C7I260302"),
    }
    link = next(each for each in bridge.state.links("bill") if each.details.get("revision") == 1 and each.cin7_hash)
    assert link.details["earlier"] == [old] and link.gp_key != old
    before = writes(site)
    assert (codes(sync_bills(bridge)), bridge.state.held(), proposals(bridge)) == ({}, [], [])
    assert writes(site) == before


def test_debits_and_credits_of_a_compensation_leave_the_new_price(opened: Opened) -> None:
    site = opened(**COMPENSATE)
    bridge = site.bridge
    reprice(site, 12)
    sync_bills(bridge)
    approved(bridge)
    rows = site.gp.sql(
        "SELECT i.ACTNUMST AS account, sum(d.DEBITAMT - d.CRDTAMNT) AS amount FROM PM10100 d"
        " JOIN GL00105 i ON i.ACTINDX = d.DSTINDX"
        " JOIN PM10000 v ON v.VCHNUMWK = d.VCHRNMBR WHERE v.DOCNUMBR LIKE 'INV-1%' GROUP BY i.ACTNUMST"
    )
    assert {row["account"].strip(): Decimal(str(row["amount"])) for row in rows} == {
        "000-1300-00": Decimal(12),
        "000-2100-00": Decimal(-12),
    }


def test_an_approval_does_not_cover_a_proposal_that_changed_since(opened: Opened) -> None:
    site = opened(**COMPENSATE)
    bridge = site.bridge
    reprice(site, 12)
    sync_bills(bridge)
    approve(bridge, "INV-1", "supplier agreed", actor="kim")
    reprice(site, 13)
    assert codes(sync_bills(bridge)) == {"INV-1": ["bill_changed", "compensation_proposed"]}
    assert len(vouchers(site.gp)) == 3 and proposals(bridge)[0].approval is None
    assert approved(bridge).created == ("INV-1-R1", "INV-1")


def test_a_second_change_takes_the_replacement_back(opened: Opened) -> None:
    site = opened(**COMPENSATE)
    bridge = site.bridge
    for amount in (12, 15):
        reprice(site, amount)
        sync_bills(bridge)
        approved(bridge)
    assert [each for each in vouchers(site.gp) if each not in OTHERS] == [
        ("INV-1", Decimal(10)),
        ("INV-1-2", Decimal(12)),
        ("INV-1-2-R2", Decimal(12)),
        ("INV-1-3", Decimal(15)),
        ("INV-1-R1", Decimal(10)),
    ]
    assert (codes(sync_bills(bridge)), bridge.state.held()) == ({}, [])


@pytest.mark.parametrize("fail_point", ["after:confirm:1", "after:create:2"])
def test_meego_a_compensation_that_is_killed_between_its_documents_is_finished_by_the_next_run(
    simulators: Simulators, fail_point: str
) -> None:
    with simulators.settings.open("a", encoding="utf-8") as settings:
        settings.write('[bills]\nafter_change = "compensate"\ngrace_hours = 0\n')
    with Bridge.open(simulators.settings) as bridge:
        sync_vendors(bridge)
        sync_bills(bridge)
        reprice(simulators, 12)
        sync_bills(bridge)
        approve(bridge, "INV-1", "supplier agreed", actor="kim")
        command = [sys.executable, "-m", "gp_cin7_bridge.app.cli", "sync", "bills", "-c", str(simulators.settings)]
        environment = {**os.environ, "GP_CIN7_FAIL_POINT": fail_point}
        killed = subprocess.run(command, env=environment, capture_output=True, check=False)
        assert killed.returncode == -signal.SIGKILL
        sync_bills(bridge)
        assert [each for each in vouchers(simulators.gp) if each not in OTHERS] == [
            ("INV-1", Decimal(10)),
            ("INV-1-2", Decimal(12)),
            ("INV-1-R1", Decimal(10)),
        ]
        assert (codes(sync_bills(bridge)), bridge.state.held()) == ({}, [])


def test_a_compensation_works_where_gp_numbers_the_vouchers() -> None:
    gp = {**FITTING["gp"], "voucher_numbers": "gp"}  # type: ignore[dict-item]  # a section of settings
    with Sandbox({"gp": gp, "accounts": ACCOUNTS, "bills": COMPENSATE}) as site:
        site.gp.sql("UPDATE PM40100 SET OVVCHNUM = 0, ADUPINNM = 0")
        Small().load(site.gp, site.cin7)
        sync_vendors(site.bridge)
        assert len(sync_bills(site.bridge).created) == 3
        reprice(site, 12)
        assert codes(sync_bills(site.bridge)) == {"INV-1": ["bill_changed", "compensation_proposed"]}
        assert approved(site.bridge).created == ("INV-1-R1", "INV-1")
        assert [each for each in vouchers(site.gp) if each not in OTHERS] == [
            ("INV-1", Decimal(10)),
            ("INV-1-2", Decimal(12)),
            ("INV-1-R1", Decimal(10)),
        ]
        assert (codes(sync_bills(site.bridge)), site.bridge.state.held()) == ({}, [])
        before = sorted((each.cin7_id, each.gp_key) for each in site.bridge.state.links("bill"))
        with fresh(site) as bridge:
            sync_vendors(bridge)
            rebuild(bridge)
            assert sorted((each.cin7_id, each.gp_key) for each in bridge.state.links("bill")) == before
            assert codes(sync_bills(bridge)) == {}


def test_over_soap_a_voucher_reads_back_as_it_was_sent_and_a_void_is_seen() -> None:
    settings = {
        "accounts": ACCOUNTS,
        "bills": {"currencies": {"USD": "Z-US$"}},
        "periods": {"years": [{"year": 2026, "first_date": "2026-01-01"}]},
    }
    url = "http://127.0.0.1/DynamicsGPWebServices/DynamicsGPService.asmx"
    with Sandbox(settings) as site:
        Small().load(site.gp, site.cin7)
        shared, auth = site.bridge, BasicAuth("sandbox", "none")
        with (
            DynamicsGP(soap_url=url, company=site.gp.company, auth=auth, transport=site.gp.adapter()) as gp,
            Bridge(shared.settings, gp=gp, cin7=shared.cin7, state="sqlite://", clock=shared.clock) as bridge,
        ):
            sync_vendors(bridge)
            assert len(sync_bills(bridge).created) == 3
            site.gp.do("post_batch", batch="C7I260302")
            before = len(site.gp.requests)
            assert codes(sync_bills(bridge)) == {}
            assert len(site.gp.requests) - before == 2 * 3
            site.gp.do("void_voucher", voucher=voucher_of(bridge))
            assert codes(sync_bills(bridge)) == {"INV-1": ["voucher_voided", "compensation_proposed"]}


def test_an_approved_compensation_can_be_replayed_by_name(opened: Opened) -> None:
    site = opened(**COMPENSATE)
    reprice(site, 12)
    sync_bills(site.bridge)
    approve(site.bridge, "INV-1", "supplier agreed", actor="kim")
    (report,) = replay(site.bridge, ["INV-1"])
    assert report.created == ("INV-1-R1", "INV-1") and site.bridge.state.held() == []


def test_the_plan_shows_the_difference_field_by_field(opened: Opened) -> None:
    site = opened()
    reprice(site, 12)
    (action,) = [each for each in plan(site.bridge, "bills") if each.document == "INV-1"]
    assert action.before == {
        "purchases_amount": "10.00",
        "document_amount": "10.00",
        "account 000-1300-00": "10.00",
        "account 000-2100-00": "-10.00",
    }
    assert action.after == {
        "purchases_amount": "12.00",
        "document_amount": "12.00",
        "account 000-1300-00": "12.00",
        "account 000-2100-00": "-12.00",
    }


def test_the_figures_of_a_reversal_are_explained(opened: Opened) -> None:
    site = opened(**COMPENSATE)
    reprice(site, 12)
    sync_bills(site.bridge)
    approved(site.bridge)
    (row,) = site.gp.sql("SELECT VCHNUMWK FROM PM10000 WHERE DOCNUMBR = 'INV-1-R1'")
    (explained,) = explained_vouchers(site.bridge, row["VCHNUMWK"].strip())
    assert any(voucher_of(site.bridge) in each.rule for each in explained.lines)


def test_a_replacement_is_not_sent_before_what_it_replaces_is_taken_back(opened: Opened) -> None:
    site = opened(**COMPENSATE)
    bridge = site.bridge
    reprice(site, 12)
    sync_bills(bridge)
    site.gp.sql("UPDATE PM40100 SET CHEKBKID = ''")  # a new batch is refused, and only the credit needs one
    report = approved(bridge)
    assert codes(report)["INV-1"] == ["waits_for_reversal"] and report.created == ()
    assert len(vouchers(site.gp)) == 3
    site.gp.sql("UPDATE PM40100 SET CHEKBKID = 'FIRST BANK'")
    assert sync_bills(bridge).created == ("INV-1-R1", "INV-1")
    assert bridge.state.held() == []


def test_an_undone_bill_is_flagged_and_is_right_again_once_authorised(opened: Opened) -> None:
    site = opened()
    bridge = site.bridge
    site.cin7.do("undo_invoice", order_number="PO-1")
    report = sync_bills(bridge)
    assert codes(report) == {"INV-1": ["bill_undone"]} and "DRAFT" in texts(report)
    site.cin7.do("authorise_invoice", order_number="PO-1")
    assert (codes(sync_bills(bridge)), bridge.state.held()) == ({}, [])


def test_nothing_is_proposed_before_the_grace_time_is_over(opened: Opened) -> None:
    site = opened(**{**COMPENSATE, "grace_hours": 6})
    bridge = site.bridge
    site.cin7.do("undo_invoice", order_number="PO-1")
    assert codes(sync_bills(bridge)) == {"INV-1": ["bill_undone", "in_grace"]}
    site.advance(hours=5)
    sync_bills(bridge)
    assert proposals(bridge) == []
    site.advance(hours=1)
    sync_bills(bridge)
    assert [each.record.document for each in proposals(bridge)] == ["INV-1"]


def test_a_voided_bill_is_taken_back_once_approved_and_leaves_the_queue(opened: Opened) -> None:
    site = opened(**COMPENSATE)
    bridge = site.bridge
    site.gp.do("post_batch", batch="C7I260302")
    site.cin7.do("void_purchase", order_number="PO-1")
    assert codes(sync_bills(bridge)) == {"INV-1": ["bill_voided", "compensation_proposed"]}
    report = approved(bridge)
    assert (report.created, [each.document for each in report.skipped]) == (("INV-1-R1",), ["INV-1"])
    assert bridge.state.held() == [] and vouchers(site.gp) == [("INV-1-R1", Decimal(10))]
    assert codes(sync_bills(bridge)) == {} and len(vouchers(site.gp)) == 1


def test_a_bill_that_is_authorised_again_after_it_was_taken_back_asks_to_be_sent(opened: Opened) -> None:
    site = opened(**COMPENSATE)
    bridge = site.bridge
    site.cin7.do("undo_invoice", order_number="PO-1")
    sync_bills(bridge)
    approved(bridge)
    site.cin7.do("authorise_invoice", order_number="PO-1")
    assert codes(sync_bills(bridge)) == {"INV-1": ["voucher_taken_back", "compensation_proposed"]}
    assert approved(bridge).created == ("INV-1",)
    assert ("INV-1-2", Decimal(10)) in vouchers(site.gp)
    assert (codes(sync_bills(bridge)), bridge.state.held()) == ({}, [])


def test_a_voided_bill_whose_voucher_a_person_deletes_is_settled(opened: Opened) -> None:
    site = opened()
    bridge = site.bridge
    site.cin7.do("void_purchase", order_number="PO-1")
    assert codes(sync_bills(bridge)) == {"INV-1": ["bill_voided"]}
    site.gp.do("delete_voucher", voucher=voucher_of(bridge))
    assert (codes(sync_bills(bridge)), bridge.state.held()) == ({}, [])


def test_a_deleted_voucher_is_flagged_and_sent_again_only_on_approval(opened: Opened) -> None:
    site = opened()
    bridge = site.bridge
    old = voucher_of(bridge)
    site.gp.do("delete_voucher", voucher=old)
    assert codes(sync_bills(bridge)) == {"INV-1": ["voucher_deleted", "compensation_proposed"]}
    assert vouchers(site.gp) == OTHERS
    assert approved(bridge).created == ("INV-1",)
    (row,) = site.gp.sql("SELECT VCHNUMWK, DOCNUMBR FROM PM10000 WHERE DOCNUMBR = 'INV-1'")
    assert row["VCHNUMWK"].strip() != old
    assert (codes(sync_bills(bridge)), bridge.state.held()) == ({}, [])


def test_a_changed_bill_whose_voucher_a_person_deletes_is_sent_as_it_is_now(opened: Opened) -> None:
    site = opened()
    bridge = site.bridge
    reprice(site, 12)
    sync_bills(bridge)
    site.gp.do("delete_voucher", voucher=voucher_of(bridge))
    sync_bills(bridge)
    approved(bridge)
    assert vouchers(site.gp) == [("INV-1", Decimal(12)), *OTHERS]


def test_a_voucher_that_was_voided_after_posting_is_flagged(opened: Opened) -> None:
    site = opened()
    bridge = site.bridge
    site.gp.do("post_batch", batch="C7I260302")
    site.gp.do("void_voucher", voucher=voucher_of(bridge))
    assert codes(sync_bills(bridge)) == {"INV-1": ["voucher_voided", "compensation_proposed"]}
    approved(bridge)
    assert vouchers(site.gp) == [("INV-1-2", Decimal(10))]


def test_a_posted_and_paid_voucher_is_fine(opened: Opened) -> None:
    site = opened()
    bridge = site.bridge
    site.gp.do("post_batch", batch="C7I260302")
    site.gp.do("pay_voucher", voucher=voucher_of(bridge))
    site.cin7.do("edit_invoice", order_number="PO-1", Status="PAID", Paid=10)
    assert (codes(sync_bills(bridge)), bridge.state.held()) == ({}, [])


def test_a_voucher_edited_in_gp_is_reported_and_gp_wins(opened: Opened) -> None:
    site = opened(**COMPENSATE)
    bridge = site.bridge
    site.gp.do("edit_voucher", voucher=voucher_of(bridge), DOCNUMBR="INV-1X")
    report = sync_bills(bridge)
    assert codes(report) == {"INV-1": ["voucher_changed"]}
    assert "document_number INV-1 -> INV-1X" in texts(report) and proposals(bridge) == []
    skip(bridge, "INV-1", "GP is right", actor="kim")
    assert codes(sync_bills(bridge)) == {}
    site.gp.do("delete_voucher", voucher=voucher_of(bridge))
    assert codes(sync_bills(bridge))["INV-1"][0] == "voucher_deleted"


def test_what_people_rearrange_in_gp_is_no_difference(opened: Opened) -> None:
    site = opened()
    bridge = site.bridge
    voucher = voucher_of(bridge)
    site.gp.do("edit_voucher", voucher=voucher, PYMTRMID="Net 30", PSTGDATE="2026-04-01 00:00:00")
    assert (codes(sync_bills(bridge)), bridge.state.held()) == ({}, [])


def test_a_reversal_that_is_deleted_is_told_and_not_sent_again(opened: Opened) -> None:
    site = opened(**COMPENSATE)
    bridge = site.bridge
    reprice(site, 12)
    sync_bills(bridge)
    approved(bridge)
    (row,) = site.gp.sql("SELECT VCHNUMWK FROM PM10000 WHERE DOCNUMBR = 'INV-1-R1'")
    site.gp.do("delete_voucher", voucher=row["VCHNUMWK"].strip())
    before = writes(site)
    assert [each for found in codes(sync_bills(bridge)).values() for each in found] == ["reversal_lost"]
    assert writes(site) == before


def test_a_bill_that_got_another_task_is_linked_again_once_approved_and_followed_from_then_on(opened: Opened) -> None:
    site = opened(**COMPENSATE)
    bridge = site.bridge
    site.cin7.do("convert_to_advanced", order_number="PO-1")
    report, sent = sync_bills(bridge), writes(site)
    assert codes(report) == {"INV-1": ["task_changed"]}
    assert [each.code for found in report.skipped for each in found.reasons] == ["task_left"]
    assert approved(bridge).updated == ("INV-1",)
    report = sync_bills(bridge)
    assert (report.held, report.skipped, report.created, writes(site)) == ((), (), (), sent)
    (found,) = explained_vouchers(bridge, voucher_of(bridge))
    assert found.document == "INV-1"
    site.gp.do("post_batch", batch="C7I260302")
    reprice(site, 12)
    assert "document_amount 10.00 -> 12.00" in texts(sync_bills(bridge))
    assert approved(bridge).created == ("INV-1-R1", "INV-1")
    assert codes(sync_bills(bridge)) == {}


def test_a_bill_that_got_another_task_and_another_price_is_flagged_and_made_no_second_time(opened: Opened) -> None:
    site = opened()
    bridge = site.bridge
    site.cin7.do("convert_to_advanced", order_number="PO-1")
    reprice(site, 12)
    held = sync_bills(bridge).held
    assert sorted(why.code for each in held for why in each.reasons) == ["bill_gone", "duplicate_document"]
    assert len(vouchers(site.gp)) == 3


def test_a_proposed_link_is_not_covered_by_an_approval_of_another_content(opened: Opened) -> None:
    site = opened()
    bridge = site.bridge
    site.cin7.do("convert_to_advanced", order_number="PO-1")
    sync_bills(bridge)
    approve(bridge, "INV-1", "made advanced", actor="kim")
    reprice(site, 12)
    assert sync_bills(bridge).updated == ()
    reprice(site, 10)
    assert sync_bills(bridge).updated == ("INV-1",)


def test_zynk_a_state_that_is_lost_finds_revisions_and_reversals_again(opened: Opened) -> None:
    site = opened(**COMPENSATE)
    bridge = site.bridge
    reprice(site, 12)
    sync_bills(bridge)
    approved(bridge)
    before, there = sorted((each.cin7_id, each.gp_key) for each in bridge.state.links("bill")), vouchers(site.gp)
    with fresh(site) as bridge:
        rebuild(bridge)
        assert sorted((each.cin7_id, each.gp_key) for each in bridge.state.links("bill")) == before
        assert (codes(sync_bills(bridge)), vouchers(site.gp)) == ({}, there)
        reprice(site, 15)
        sync_bills(bridge)
        assert approved(bridge).created == ("INV-1-2-R2", "INV-1")


def test_an_approved_compensation_can_be_saved_as_a_plan_and_applied(opened: Opened) -> None:
    site = opened(**COMPENSATE)
    bridge = site.bridge
    reprice(site, 12)
    sync_bills(bridge)
    approve(bridge, "INV-1", "supplier agreed", actor="kim")
    made = plan(bridge, "bills")
    assert [str(action.verb) for action in made] == ["create", "create"]
    assert apply(bridge, made).created == ("INV-1-R1", "INV-1")
    assert codes(apply(bridge, made)) and len(vouchers(site.gp)) == 5


def test_the_audit_tells_the_whole_life(opened: Opened) -> None:
    site = opened(**COMPENSATE)
    bridge = site.bridge
    reprice(site, 12)
    sync_bills(bridge)
    approved(bridge)
    rows = [(row.action, row.actor) for row in bridge.state.audit_rows(document="INV-1")]
    assert rows == [("create", "bridge"), ("hold", "bridge"), ("approve", "kim"), ("create", "bridge")]
    (memo,) = bridge.state.audit_rows(document="INV-1-R1")
    assert json.loads(memo.after)["document_type"] == 5


def test_the_example_of_the_documentation_prints_what_it_says(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = (repository / "docs" / "bills.md").read_text("utf-8").partition("## When a bill changes later")[2]
    code, _, rest = page.partition("```python\n")[2].partition("```")
    exec(compile(code, "bills.md", "exec"), {})
    assert capsys.readouterr().out == rest.partition("```text\n")[2].partition("```")[0]
