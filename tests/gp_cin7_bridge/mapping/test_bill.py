"""A bill that always foots: figures, rules and reasons of the mapping, without any I/O."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from decimal import Decimal

import pytest
from bill_parts import (
    DAY,
    DETAIL,
    PURCHASE_ID,
    TASK_ID,
    charge,
    codes,
    credit_note,
    in_gp,
    invoice,
    line,
    mapped,
    purchase,
    rules,
    sums,
    typed,
)

from dynamicsgp_client import Account, FiscalPeriod, Vendor
from gp_cin7_bridge import Held, map_bill
from gp_cin7_bridge.mapping import explain_bill, voucher_number
from gp_cin7_bridge.mapping.accounts import AccountMap
from gp_cin7_bridge.mapping.bills.charges import ChargeRule
from gp_cin7_bridge.mapping.bills.parts import financial_hash
from gp_cin7_bridge.mapping.bills.tax import TaxRuleTreatment
from gp_cin7_bridge.mapping.chart import Chart
from gp_cin7_bridge.mapping.periods import Periods
from gp_cin7_bridge.mapping.text import document_number, normalised_number


def test_the_worked_example_is_right_to_the_cent() -> None:
    part = invoice(line("37.035", "7.407"), line("10.00", "2.00"), charges=(charge("7.50", "1.50"),))
    document = mapped(part, of=purchase(supplier_currency="EUR", currency_rate=Decimal("1.0922")))
    assert (document.purchases_amount, document.tax_amount, document.document_amount) == (
        Decimal("54.53"),
        Decimal("10.91"),
        Decimal("65.44"),
    )
    assert sums(document) == {
        "000-1300-00": Decimal("47.03"),
        "000-5100-00": Decimal("7.50"),
        "000-2300-00": Decimal("10.91"),
        "000-2100-00": Decimal("-65.44"),
    }
    assert (document.currency_id, document.exchange_rate, document.exchange_date) == ("Z-EURO", Decimal("1.0922"), DAY)


def test_the_worked_example_with_freight_routed_to_freight() -> None:
    part = invoice(line("37.035", "7.407"), line("10.00", "2.00"), charges=(charge("7.50", "1.50"),))
    document = mapped(part, charges=(ChargeRule(to="freight", account="5*"),))
    assert (document.purchases_amount, document.freight_amount) == (Decimal("47.03"), Decimal("7.50"))


def test_the_voucher_number_follows_from_the_identity_alone() -> None:
    identity = "\n".join(["acc", PURCHASE_ID, "invoice", TASK_ID, "0"])
    wanted = "C7" + base64.b32encode(hashlib.sha256(identity.encode()).digest()).decode()[:15]
    assert voucher_number("ACC", PURCHASE_ID.upper(), "invoice", TASK_ID.upper()) == wanted
    edited = invoice(line("99.00"), invoice_number="OTHER", invoice_date=dt.date(2026, 4, 1))
    assert mapped(invoice(line("10.00"))).voucher_number == mapped(edited).voucher_number == wanted
    assert (
        len({voucher_number("acc", PURCHASE_ID, kind, TASK_ID, r) for kind in ("invoice", "credit") for r in (0, 1)})
        == 4
    )  # type: ignore[arg-type]  # both kinds


def test_gp_is_told_to_make_no_distributions_of_its_own() -> None:
    assert mapped(invoice(line("10.00"))).create_distributions is False


def test_line_totals_that_include_tax_are_seen_by_footing() -> None:
    part = invoice(
        line("12.00", "2.00"), total_before_tax=Decimal("10.00"), tax=Decimal("2.00"), total=Decimal("12.00")
    )
    document = mapped(part)
    assert (document.purchases_amount, document.tax_amount) == (Decimal("10.00"), Decimal("2.00"))


def test_an_invoice_that_does_not_foot_is_held_with_all_figures() -> None:
    held = map_bill(purchase(), invoice(line("10.00", "2.00"), total=Decimal("12.10")), rules())
    assert isinstance(held, Held)
    (why,) = held.reasons
    assert why.code == "totals_do_not_foot"
    assert all(figure in why.text for figure in ("10.00", "2.00", "12.10"))


def test_every_reason_is_told_at_once() -> None:
    part = invoice(line("10.00", "2.00", "9999", "unknown"), invoice_date=dt.date(2026, 2, 3))
    found = codes(
        part,
        of=purchase(supplier_currency="GBP", base_currency="NZD"),
        payable_account=None,
        known_documents=in_gp(typed("INV-77")),
    )
    assert found == {
        "account_unmapped",
        "tax_rule_unmapped",
        "period_closed",
        "currency_unmapped",
        "base_currency_differs",
        "no_payable_account",
        "duplicate_document",
    } | ({"rate_missing"} & found)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"vendor_ids": {}, "vendors": {}}, "vendor_unknown"),
        ({"vendors": {"ACME": Vendor(vendor_id="ACME", vendor_name="Acme", status=2)}}, "vendor_inactive"),
        ({"periods": None}, "no_period_source"),
        ({"periods": Periods.from_years([(2025, dt.date(2025, 1, 1), 12, ())])}, "period_missing"),
        ({"accounts": AccountMap({})}, "account_unmapped"),
        ({"chart": Chart({})}, "account_missing_in_gp"),
        ({"taxes": {"T20": TaxRuleTreatment("hold")}}, "tax_held"),
        ({"taxes": {"T20": TaxRuleTreatment("detail")}}, "tax_account_missing"),
    ],
)
def test_what_is_wrong_holds_the_bill(changes: dict[str, object], code: str) -> None:
    assert code in codes(invoice(line("10.00", "2.00")), **changes)


@pytest.mark.parametrize(
    ("account", "code"),
    [
        ({"active": False}, "account_inactive"),
        ({"allow_account_entry": False}, "account_no_entry"),
        ({"account_type": 2}, "account_not_posting"),
    ],
)
def test_a_gp_account_must_take_entries(account: dict[str, object], code: str) -> None:
    chart = {number: Account(account_number=number) for number in ("000-1300-00", "000-2100-00", "000-2300-00")}
    chart["000-1300-00"] = chart["000-1300-00"].replace(**account)
    assert codes(invoice(line("10.00")), chart=Chart(chart)) == {code}


def test_a_vendors_own_payable_account_comes_first() -> None:
    own = Vendor(vendor_id="ACME", vendor_name="Acme", payables_account_number="000-2105-00")
    assert "000-2105-00" in sums(mapped(invoice(line("10.00")), vendors={"ACME": own}))
    by_index = Vendor(vendor_id="ACME", vendor_name="Acme", payables_account_index=9)
    chart = {
        each: Account(account_number=each, account_index=9 if each == "000-2106-00" else 1)
        for each in ("000-1300-00", "000-2106-00")
    }
    assert "000-2106-00" in sums(mapped(invoice(line("10.00")), vendors={"ACME": by_index}, chart=Chart(chart)))


def test_an_unlinked_supplier_is_found_by_its_exact_name_never_by_its_beginning() -> None:
    vendors = {
        "R1": Vendor(vendor_id="R1", vendor_name="Reeves & Sons"),
        "R2": Vendor(vendor_id="R2", vendor_name="Reeves"),
    }
    document = mapped(invoice(line("1.00")), of=purchase(supplier="Reeves"), vendor_ids={}, vendors=vendors)
    assert document.vendor_id == "R2"
    assert codes(invoice(line("1.00")), of=purchase(supplier="Reev"), vendor_ids={}, vendors=vendors) == {
        "vendor_unknown"
    }


@pytest.mark.parametrize(
    ("treatment", "purchases", "misc", "tax"),
    [
        (DETAIL, "10.00", "0", "2.00"),
        (TaxRuleTreatment("capitalise"), "12.00", "0", "0"),
        (TaxRuleTreatment("misc", account="000-6900-00"), "10.00", "2.00", "0"),
    ],
)
def test_tax_follows_its_treatment(treatment: TaxRuleTreatment, purchases: str, misc: str, tax: str) -> None:
    document = mapped(invoice(line("10.00", "2.00")), taxes={"T20": treatment})
    found = (document.purchases_amount, document.miscellaneous_amount, document.tax_amount, document.document_amount)
    assert found == (Decimal(purchases), Decimal(misc), Decimal(tax), Decimal("12.00"))


def test_tax_that_no_line_carries_follows_the_purchases_own_rule() -> None:
    part = invoice(line("10.00"), tax=Decimal("2.00"), total=Decimal("12.00"))
    assert mapped(part).tax_amount == Decimal("2.00")


def test_a_credit_note_becomes_a_mirrored_credit_memo_in_a_batch_of_its_own() -> None:
    note = credit_note(line("10.00", "2.00"))
    document = mapped(note)
    assert (document.document_type, document.document_amount) == (5, Decimal("12.00"))
    assert sums(document) == {"000-1300-00": Decimal(-10), "000-2300-00": Decimal(-2), "000-2100-00": Decimal(12)}
    assert document.batch_id != mapped(invoice(line("1.00"))).batch_id
    assert mapped(note, credit_document="return").document_type == 4


def test_a_net_credit_invoice_becomes_a_credit_memo_with_positive_amounts() -> None:
    document = mapped(invoice(line("-10.00", "-2.00")))
    assert (document.document_type, document.document_amount, document.tax_amount) == (
        5,
        Decimal("12.00"),
        Decimal("2.00"),
    )
    assert sums(document)["000-1300-00"] == Decimal("-10.00")


def test_a_credit_memo_names_the_invoices_that_it_credits() -> None:
    bought = purchase(invoices=(invoice(line("9.00")), invoice(line("1.00"), invoice_number="I" * 25, status="PAID")))
    note = credit_note(line("1.00"))
    assert mapped(note, of=bought).description == "Credits INV-77, IIIIIIIIIIIII~"
    assert mapped(note, of=bought, credit_description="{document_number}").description == "CN-1"
    assert mapped(note).description == "C7 PO-1 CN-1"
    draft = purchase(invoices=(invoice(line("9.00"), status="DRAFT"),))
    assert mapped(note, of=draft).description == "C7 PO-1 CN-1"


def test_a_zero_total_needs_no_voucher() -> None:
    assert codes(invoice(line("10.00"), line("-10.00"))) == {"zero_total"}


def test_a_closed_period_moves_the_posting_date_only_when_told() -> None:
    part = invoice(line("1.00"), invoice_date=dt.date(2026, 2, 3))
    moved = mapped(part, closed_period="next_open")
    assert (moved.posting_date, moved.document_date) == (dt.date(2026, 3, 1), dt.date(2026, 2, 3))
    assert mapped(part, closed_period="today", today=dt.date(2026, 5, 5)).posting_date == dt.date(2026, 5, 5)
    assert codes(part, closed_period="today", today=dt.date(2027, 1, 5)) == {"period_closed"}


def test_gp_periods_use_the_flag_of_purchasing() -> None:
    period = FiscalPeriod.model_validate(
        {
            "YEAR1": 2026,
            "PERIODID": 3,
            "PERIODDT": "2026-03-01",
            "PERDENDT": "2026-03-31",
            "PSERIES_1": 1,
            "PSERIES_3": 0,
        }
    )
    assert mapped(invoice(line("1.00")), periods=Periods.from_gp([period])).posting_date == DAY
    shut = period.replace(purchasing_closed=True)
    assert codes(invoice(line("1.00")), periods=Periods.from_gp([shut])) == {"period_closed"}


def test_an_invoices_own_rate_wins_and_a_missing_one_holds() -> None:
    euro = purchase(supplier_currency="EUR", currency_rate=Decimal("1.09221234567"))
    assert mapped(invoice(line("1.00"), currency_rate=Decimal("1.1")), of=euro).exchange_rate == Decimal("1.1")
    assert mapped(invoice(line("1.00")), of=euro).exchange_rate == Decimal("1.0922123")
    assert mapped(invoice(line("1.00")), of=euro, rate="gp_table").exchange_rate is None
    assert codes(invoice(line("1.00")), of=euro.replace(currency_rate=Decimal(0))) == {"rate_missing"}
    assert mapped(invoice(line("1.00"))).exchange_rate is None


def test_a_currency_without_decimals_is_rounded_to_whole_units() -> None:
    part = invoice(line("100.4"), line("100.4"))
    document = mapped(part, of=purchase(supplier_currency="JPY", currency_rate=Decimal("0.0065")))
    assert document.document_amount == Decimal(201)


def test_long_numbers_keep_apart_within_twenty_characters() -> None:
    first, second = document_number("INVOICE-2026-0000001-A"), document_number("INVOICE-2026-0000001-B")
    assert first != second and max(len(first), len(second)) <= 20 and first.startswith("INVOICE-2026-")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("inv-001", "INV 1", True),
        ("INV1", "INV-1", True),
        ("000123", "123", True),
        ("12/3", "123", False),
        ("INV-10", "INV-1", False),
        ("A.7", "A7", True),
    ],
)
def test_duplicates_are_seen_through_case_marks_and_zeros(one: str, other: str, same: bool) -> None:
    assert (normalised_number(one) == normalised_number(other)) is same


def test_a_duplicate_is_held_or_gets_a_suffix() -> None:
    known = in_gp(typed("INV-77", "5.00"), typed("INV-77-1", "6.00"))
    assert codes(invoice(line("1.00")), known_documents=known) == {"duplicate_document"}
    assert mapped(invoice(line("1.00")), known_documents=known, duplicates="suffix").document_number == "INV-77-2"


def test_an_empty_number_falls_back_to_the_order() -> None:
    assert mapped(invoice(line("1.00"), invoice_number=None)).document_number == "PO-1/1"


def test_characters_that_gp_cannot_store_hold_a_number_and_leave_a_description() -> None:
    assert codes(invoice(line("1.00"), invoice_number="INV-→")) == {"text_not_writable"}
    document = mapped(invoice(line("1.00")), of=purchase(order_number="PO-1 ★"))
    assert (document.purchase_order_number, "★" in (document.description or "")) == ("PO-1", False)


def test_each_figure_has_its_rule() -> None:
    found = explain_bill(purchase(), invoice(line("37.035", "7.407"), line("10.00", "2.00")), rules())
    assert not isinstance(found, Held)
    explained = {each.field: each for each in found.explained}
    assert "[accounts.map] '1300'" in explained["purchase 000-1300-00"].rule
    assert {"voucher_number", "vendor_id", "document_amount", "tax_amount", "posting_date", "batch_id"} <= set(
        explained
    )


def test_only_money_changes_the_financial_hash() -> None:
    part = invoice(line("10.00", "2.00"))
    before = financial_hash(purchase(), part)
    assert financial_hash(purchase(note="a photo"), part) == before
    assert financial_hash(purchase(), part.replace(total=Decimal("12.01"))) != before
    assert financial_hash(purchase(), part.replace(status="PAID", paid=Decimal(12))) == before
