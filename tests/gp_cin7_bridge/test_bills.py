"""Bills over real sockets: settings, GP's facts, duplicates in every state, batches, a rule of one's own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from small import Small, add_purchase, vouchers

from cin7core_client.testing import FakeCin7
from dynamicsgp_client import Distribution, PayablesDocument
from dynamicsgp_client.testing import FakeGP
from gp_cin7_bridge import Bridge, Report, SettingsError, plan, reconcile, sync_bills, sync_vendors
from gp_cin7_bridge.errors import UnmappedAccountsError
from gp_cin7_bridge.review.explain import explained_vouchers
from gp_cin7_bridge.sandbox.simulators import Simulators

DAY = dt.date(2026, 3, 2)
Configure = Callable[[str], Bridge]


@pytest.fixture
def opened(simulators: Simulators) -> Iterator[Configure]:
    """Open the bridge with more settings; its vendors are carried."""
    bridges: list[Bridge] = []
    first = simulators.settings.read_text("utf-8")

    def configure(more: str) -> Bridge:
        simulators.settings.write_text(f"{first}\n{more}\n", "utf-8")
        bridges.append(Bridge.open(simulators.settings))
        sync_vendors(bridges[-1])
        return bridges[-1]

    yield configure
    for bridge in bridges:
        bridge.close()


def codes(report: Report) -> dict[str, list[str]]:
    return {held.document: [reason.code for reason in held.reasons] for held in report.held}


def type_in(gp: FakeGP, number: str, amount: int, voucher: str = "00000000000000077") -> None:
    """Let a person type a bill of ACME into GP."""
    from dynamicsgp_client.testing.rules import payables

    document = PayablesDocument(
        voucher_number=voucher,
        vendor_id="ACME",
        document_number=number,
        document_date=DAY,
        batch_id="HAND",
        purchases_amount=Decimal(amount),
        document_amount=Decimal(amount),
        distributions=(
            Distribution(account_number="000-1300-00", type=6, debit_amount=Decimal(amount)),
            Distribution(account_number="000-2100-00", type=2, credit_amount=Decimal(amount)),
        ),
        create_distributions=False,
    )
    with gp.transaction() as db:
        payables.create(db, document, DAY)


@pytest.mark.parametrize("state", ["work", "open", "history", "voided"])
def test_a_bill_typed_by_hand_is_found_wherever_it_is(simulators: Simulators, opened: Configure, state: str) -> None:
    type_in(simulators.gp, "inv 002", 20)
    if state != "work":
        assert simulators.gp.do("post_batch", batch="HAND") == []
    if state in ("history", "voided"):
        simulators.gp.do("pay_voucher" if state == "history" else "void_voucher", voucher="00000000000000077")
    report = sync_bills(opened(""))
    assert codes(report) == {"INV-2": ["duplicate_document"]}
    assert {"voided": "History, voided"}.get(state, state.capitalize()) in report.held[0].reasons[0].text


def test_a_suffix_makes_room_for_another_bill_of_the_same_number(simulators: Simulators, opened: Configure) -> None:
    type_in(simulators.gp, "INV-2", 99)
    sync_bills(opened('[bills]\nduplicates = "suffix"'))
    assert ("INV-2-1", Decimal(20)) in vouchers(simulators.gp)


def test_no_match_error_stops_the_run_before_anything_is_sent(simulators: Simulators, opened: Configure) -> None:
    line = {"SKU": "A-1", "Quantity": 1, "Tax": 0, "TaxRule": "Tax exempt", "Account": "6400", "Total": Decimal(40)}
    add_purchase(simulators.cin7, 4, Lines=[line])
    text = simulators.settings.read_text("utf-8").replace("[accounts]\n", '[accounts]\nno_match = "error"\n')
    simulators.settings.write_text(text, "utf-8")
    with Bridge.open(simulators.settings) as bridge:
        sync_vendors(bridge)
        with pytest.raises(UnmappedAccountsError, match="6400"):
            sync_bills(bridge)
    assert vouchers(simulators.gp) == []


def test_only_the_wanted_approach_is_carried_and_both_by_default(simulators: Simulators, opened: Configure) -> None:
    stock_first(simulators.cin7)
    assert "INV-9" not in sync_bills(opened('[bills]\napproach = "INVOICE"')).created
    assert sync_bills(opened('[bills]\napproach = "STOCK"')).created == ()


def stock_first(cin7: FakeCin7) -> None:
    line = {"SKU": "A-1", "Quantity": 1, "Tax": 0, "TaxRule": "Tax exempt", "Account": "1300", "Total": 9}
    invoice = {
        "InvoiceNumber": "INV-9",
        "InvoiceDate": f"{DAY}T00:00:00",
        "Status": "AUTHORISED",
        "Lines": [line],
        "TotalBeforeTax": 9,
        "Tax": 0,
        "Total": 9,
    }
    cin7.add_purchase("PO-9", "ACME Ltd", approach="STOCK", invoices=[invoice], updated=f"{DAY}T09:00:00.000Z")


def test_a_new_batch_names_its_checkbook(simulators: Simulators, opened: Configure) -> None:
    simulators.gp.sql("UPDATE PM40100 SET CHEKBKID = ''")
    assert len(sync_bills(opened('[bills]\ncheckbook = "PAYROLL"')).created) == 3
    rows = simulators.gp.sql("SELECT BACHNUMB, CHEKBKID, GLPOSTDT, NUMOFTRX FROM SY00500")
    assert [tuple(row) for row in rows] == [("C7I260302", "PAYROLL", "2026-03-02 00:00:00", 3)]


def test_a_batch_that_is_marked_in_gp_gets_a_neighbour(simulators: Simulators, opened: Configure) -> None:
    simulators.gp.insert("SY00500", BCHSOURC="PM_Trxent", BACHNUMB="C7I260302", GLPOSTDT=f"{DAY} 00:00:00", MKDTOPST=1)
    assert len(sync_bills(opened("")).created) == 3
    assert {row["BACHNUMB"] for row in simulators.gp.sql("SELECT BACHNUMB FROM PM10000")} == {"C7I260302-02"}


def test_a_batch_rolls_after_so_many_documents_and_fills_up_in_the_next_run(
    simulators: Simulators, opened: Configure
) -> None:
    bridge = opened("[bills]\nbatch_size = 2")
    assert len(sync_bills(bridge).created) == 3
    add_purchase(simulators.cin7, 4)
    simulators.cin7.do("edit_invoice", order_number="PO-4", Memo="new")
    add_purchase(simulators.cin7, 5)
    simulators.cin7.do("edit_invoice", order_number="PO-5", Memo="new")
    sync_bills(bridge)
    rows = simulators.gp.sql("SELECT BACHNUMB, NUMOFTRX FROM SY00500 ORDER BY BACHNUMB")
    assert [tuple(row) for row in rows] == [("C7I260302-01", 2), ("C7I260302-02", 2), ("C7I260302-03", 1)]


def test_a_batch_rolls_where_gp_cannot_tell_its_batches(simulators: Simulators, opened: Configure) -> None:
    text = simulators.settings.read_text("utf-8")
    nowhere = '[gp.extension_paths]\n"batches" = "Nowhere/Batches"\n\n[cin7]'
    simulators.settings.write_text(text.replace("[cin7]", f"{nowhere}", 1) + "\n[bills]\nbatch_size = 2\n", "utf-8")
    with Bridge.open(simulators.settings) as bridge:
        sync_vendors(bridge)
        sync_bills(bridge)
        add_purchase(simulators.cin7, 4)
        simulators.cin7.do("edit_invoice", order_number="PO-4", Memo="new")
        sync_bills(bridge)
    rows = simulators.gp.sql("SELECT BACHNUMB, NUMOFTRX FROM SY00500 ORDER BY BACHNUMB")
    assert [tuple(row) for row in rows] == [("C7I260302-01", 2), ("C7I260302-02", 2)]


def test_a_stand_alone_credit_note_becomes_a_credit_memo(simulators: Simulators, opened: Configure) -> None:
    line = {"SKU": "A-1", "Quantity": 1, "Tax": 0, "TaxRule": "Tax exempt", "Account": "1300", "Total": 7}
    note = {
        "CreditNoteNumber": "CN-7",
        "CreditNoteDate": f"{DAY}T00:00:00",
        "Status": "AUTHORISED",
        "Lines": [line],
        "TotalBeforeTax": 7,
        "Tax": 0,
        "Total": 7,
    }
    simulators.cin7.add_purchase("CRN-7", "ACME Ltd", type="Purchase Credit Note", credit_notes=[note])
    bridge = opened("")
    assert "CRN-7" not in {each.order_number for each in bridge.cin7.purchases.list()}
    assert "CN-7" in sync_bills(bridge).created
    rows = simulators.gp.sql("SELECT DOCTYPE, DOCAMNT, BACHNUMB FROM PM10000 WHERE DOCNUMBR = 'CN-7'")
    assert [(row["DOCTYPE"], float(row["DOCAMNT"]), row["BACHNUMB"]) for row in rows] == [(5, 7.0, "C7C260302")]


def test_documents_of_a_vendor_are_read_as_far_back_as_the_settings_say(
    simulators: Simulators, opened: Configure
) -> None:
    type_in(simulators.gp, "INV-2", 20)
    simulators.gp.sql("UPDATE PM10000 SET MODIFDT = '2020-01-01 00:00:00'")
    bridge = opened("[bills]\nduplicate_days = 400")
    assert len(plan(bridge, "bills").actions) == 3 and plan(bridge, "bills").counts()["create"] == 3


def test_a_moved_posting_date_is_shown_in_the_plan(simulators: Simulators, opened: Configure) -> None:
    simulators.gp.do("close_period", year=2026, period=3)
    bridge = opened('[periods]\nclosed_period = "next_open"')
    assert all("dated 2026-03-02, posted 2026-04-01" in str(action) for action in plan(bridge, "bills"))
    sync_bills(bridge)
    assert {row["PSTGDATE"][:10] for row in simulators.gp.sql("SELECT PSTGDATE FROM PM10000")} == {"2026-04-01"}


def test_a_closed_financial_series_warns_in_the_plan(simulators: Simulators, opened: Configure) -> None:
    simulators.gp.do("close_period", year=2026, period=3, series="financial")
    for action in plan(opened(""), "bills"):
        assert (action.verb, action.reasons[0].code) == ("create", "financial_closed")


def test_rates_are_compared_with_gps_own_and_held_where_gp_takes_none(
    simulators: Simulators, opened: Configure
) -> None:
    euro_bill(simulators.cin7)
    simulators.gp.insert("MC00100", EXGTBLID="EUR", CURNCYID="Z-EURO", EXCHDATE=f"{DAY} 00:00:00", XCHGRATE="1.5")
    found = {each.document: each for each in plan(opened(""), "bills")}
    assert "rate_differs" in [each.code for each in found["INV-E"].reasons]
    none = {each.document: each for each in plan(opened("[bills]\nrates_allowed = false"), "bills")}
    assert [each.code for each in none["INV-E"].reasons] == ["rate_not_allowed"]
    assert "INV-E" in sync_bills(opened('[bills]\nrates_allowed = false\nrate = "gp_table"')).created
    (row,) = simulators.gp.sql("SELECT XCHGRATE FROM MC020103 WHERE CURNCYID = 'Z-EURO'")
    assert Decimal(str(row["XCHGRATE"])) == Decimal("1.5")


def euro_bill(cin7: FakeCin7) -> None:
    line = {"SKU": "A-1", "Quantity": 1, "Tax": 0, "TaxRule": "Tax exempt", "Account": "1300", "Total": 100}
    invoice = {
        "InvoiceNumber": "INV-E",
        "InvoiceDate": f"{DAY}T00:00:00",
        "Status": "AUTHORISED",
        "Lines": [line],
        "TotalBeforeTax": 100,
        "Tax": 0,
        "Total": 100,
    }
    cin7.add_purchase(
        "PO-E", "ACME Ltd", currency="EUR", rate=Decimal("1.1"), invoices=[invoice], updated=f"{DAY}T09:00:00.000Z"
    )


def test_a_tax_detail_has_gps_own_account(simulators: Simulators, opened: Configure) -> None:
    line = {"SKU": "A-1", "Quantity": 1, "Tax": 2, "TaxRule": "Tax 20", "Account": "1300", "Total": 10}
    add_purchase(simulators.cin7, 4, Lines=[line], TotalBeforeTax=10, Tax=2, Total=12)
    more = '[bills.tax_rules."Tax 20"]\ntreatment = "detail"\ntax_detail_id = "INPUT TAX"'
    assert "INV-4" in sync_bills(opened(more)).created
    (row,) = simulators.gp.sql(
        "SELECT n.ACTNUMST FROM PM10100 d JOIN GL00105 n ON n.ACTINDX = d.DSTINDX WHERE d.DISTTYPE = 10"
    )
    assert row["ACTNUMST"] == "000-2300-00"


def test_a_rule_of_ones_own_is_loaded_by_name(
    simulators: Simulators, opened: Configure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "house_rules.py").write_text(
        "def described(purchase, part, document):\n    return document.replace(description='by rule')\n", "utf-8"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    assert len(sync_bills(opened('[bills]\nrule = "house_rules:described"')).created) == 3
    assert {row["TRXDSCRN"] for row in simulators.gp.sql("SELECT TRXDSCRN FROM PM10000")} == {"by rule"}


@pytest.mark.parametrize("name", ["nowhere_at_all:rule", "gp_cin7_bridge:nothing", "gp_cin7_bridge:__name__"])
def test_a_rule_that_cannot_be_loaded_is_said(opened: Configure, name: str) -> None:
    with pytest.raises(SettingsError, match=name):
        sync_bills(opened(f'[bills]\nrule = "{name}"'))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ('[bills]\nbatch = "C7{date:%y%m%d}"', "one kind"),
        ('[bills]\nbatch = "C7-INVOICES-{kind}{date:%y%m%d}"', "more than 15"),
        ('[bills]\nbatch = "{nothing}"', "nothing"),
        ('[bills]\ndescription = "{nothing}"', "order_number"),
        ('[bills]\ncredit_description = "{nothing}"', "invoice_number"),
        ('[bills]\ncode_page = "cp99999"', "cp1252"),
        ('[accounts.lookups.x]\nattribute = "moon"\nvalues = {}', "location"),
    ],
)
def test_a_setting_that_cannot_work_is_said_with_its_cure(simulators: Simulators, wrong: str, said: str) -> None:
    simulators.settings.write_text(f"{simulators.settings.read_text('utf-8')}\n{wrong}\n", "utf-8")
    with pytest.raises(SettingsError, match=said):
        Bridge.open(simulators.settings)


def test_a_sent_voucher_is_explained_by_its_number(simulators: Simulators, opened: Configure) -> None:
    bridge = opened("")
    sync_bills(bridge)
    (row,) = simulators.gp.sql("SELECT VCHNUMWK FROM PM10000 WHERE DOCNUMBR = 'INV-2'")
    (found,) = explained_vouchers(bridge, row["VCHNUMWK"])
    lines = {each.field: each for each in found.lines}
    assert lines["document_amount"].value == "20.00"
    assert "[accounts.map] '1300' -> '000-1300-00'" in lines["purchase 000-1300-00"].rule
    assert explained_vouchers(bridge, "INV-2") == (found,)
    assert explained_vouchers(bridge, "C7NOTHING") == ()


def test_nothing_is_read_of_gp_when_there_is_no_bill(tmp_path: Path) -> None:
    class Empty(Small):
        def load(self, gp: FakeGP, cin7: FakeCin7, /) -> None:
            """Load nothing."""

    with (
        Simulators(tmp_path / "site", Empty(), calls=6000, per=60) as running,
        Bridge.open(running.settings) as bridge,
    ):
        assert sync_bills(bridge).created == ()
        assert running.gp.requests == []


def test_bills_before_the_first_day_are_passed_over_and_not_compared(simulators: Simulators, opened: Configure) -> None:
    add_purchase(simulators.cin7, 4, day=dt.date(2026, 3, 3))
    bridge = opened("[bills]\nfirst_day = 2026-03-03")
    report = sync_bills(bridge)
    assert report.created == ("INV-4",)
    assert {each.document: each.reasons[0].code for each in report.skipped} == dict.fromkeys(
        ("INV-1", "INV-2", "INV-3"), "before_first_day"
    )
    found = reconcile(bridge, ["bills"])
    assert (found.agrees, found.compared) == (True, {"bills": 1})


def test_bills_of_another_approach_are_not_compared_until_they_were_carried(
    simulators: Simulators, opened: Configure
) -> None:
    only_stock = '[bills]\napproach = "STOCK"'
    found = reconcile(opened(only_stock), ["bills"])
    assert (found.agrees, found.compared) == (True, {})
    sync_bills(opened(""))
    simulators.gp.do("delete_voucher", voucher=voucher_of(simulators, "INV-2"))
    found = reconcile(opened(only_stock), ["bills"])
    assert [(each.kind, each.document) for each in found.findings] == [("deleted", "INV-2")]


def test_a_bill_that_was_carried_is_followed_when_the_first_day_moves_past_it(
    simulators: Simulators, opened: Configure
) -> None:
    sync_bills(opened(""))
    simulators.gp.do("delete_voucher", voucher=voucher_of(simulators, "INV-2"))
    assert codes(sync_bills(opened("[bills]\nfirst_day = 2026-04-01"))) == {
        "INV-2": ["voucher_deleted", "compensation_proposed"]
    }


def voucher_of(simulators: Simulators, number: str) -> str:
    (row,) = simulators.gp.sql("SELECT VCHNUMWK FROM PM10000 WHERE DOCNUMBR = ?", (number,))
    return str(row["VCHNUMWK"])
