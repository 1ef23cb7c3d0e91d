"""Incidents that others have told, each by its name: what happened to them must not happen here.

Stories of the change of a sent bill, of webhooks, of receipts and of state are tested beside those parts, under
their names.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from pathlib import Path

import pytest
from bill_parts import DAY, charge, codes, credit_note, in_gp, invoice, line, mapped, purchase, sums, typed

from dynamicsgp_client import Account, Vendor
from gp_cin7_bridge.mapping.accounts import AccountMap
from gp_cin7_bridge.mapping.bills.parts import financial_hash
from gp_cin7_bridge.mapping.chart import Chart
from gp_cin7_bridge.mapping.currency import CurrencyRule
from gp_cin7_bridge.mapping.periods import Periods

PART = invoice(line("10.00", "2.00"))
STORIES = (
    "endow_dup",
    "meego",
    "c7x_faq",
    "intk",
    "jp_rules",
    "fisk_close",
    "apib",
    "dotwms",
    "apib_against_ml",
    "ah",
    "jp",
    "bill_err",
    "dexp",
    "bill_setup",
    "gp_pm",
    "endow_hairy",
    "rni",
    "zynk",
    "ah_notes",
    "dex",
    "modifdt",
    "lengths",
    "jpy_and_kwd",
    "endow_90",
)


@pytest.mark.parametrize("story", STORIES)
def test_each_story_has_a_test_of_its_name(story: str, repository: Path) -> None:
    sources = (path.read_text("utf-8") for path in (repository / "tests").rglob("test_*.py"))
    named = re.compile(rf"^def test_{story}_(?!against_|notes_|rules_|and_)\w+\(", re.MULTILINE)
    assert any(map(named.search, sources))


def test_endow_dup_a_duplicate_that_gps_import_lets_in_is_refused_before_it() -> None:
    assert codes(PART, known_documents=in_gp(typed("INV 77", "12.00"))) == {"duplicate_document"}


def test_c7x_faq_an_edit_of_a_note_is_no_change_and_one_of_a_price_is() -> None:
    before = financial_hash(purchase(), PART)
    assert financial_hash(purchase(note="call them"), PART) == before
    assert financial_hash(purchase(), invoice(line("10.01", "2.00"))) != before


def test_fisk_close_another_mapping_makes_another_voucher() -> None:
    swapped = AccountMap({"1300": "000-5100-00"})
    assert sums(mapped(PART, accounts=swapped)) != sums(mapped(PART))


def test_apib_against_ml_a_stock_first_bill_is_carried_by_its_state() -> None:
    assert mapped(PART, of=purchase(approach="STOCK")) == mapped(PART, of=purchase(approach="INVOICE"))


def test_jp_a_bill_to_reeves_never_goes_to_the_supplier_with_a_longer_name() -> None:
    vendors = {
        "R1": Vendor(vendor_id="R1", vendor_name="Reeves & Sons"),
        "R2": Vendor(vendor_id="R2", vendor_name="Reeves"),
    }
    found = mapped(PART, of=purchase(supplier="Reeves"), vendor_ids={}, vendors=vendors)
    assert found.vendor_id == "R2"
    assert codes(PART, of=purchase(supplier="Reeve"), vendor_ids={}, vendors=vendors) == {"vendor_unknown"}


def test_a_linked_vendor_that_vanished_is_not_replaced_by_one_of_the_same_name() -> None:
    twin = {"OTHER": Vendor(vendor_id="OTHER", vendor_name="Acme")}
    assert codes(PART, vendors=twin) == {"vendor_gone"}


@pytest.mark.parametrize(
    ("policy", "posted"),
    [("hold", None), ("next_open", dt.date(2026, 3, 1)), ("today", dt.date(2026, 5, 5))],
)
def test_c7x_faq_a_closed_period_follows_one_of_three_policies(policy: str, posted: dt.date | None) -> None:
    late = PART.replace(invoice_date=dt.date(2026, 2, 3))
    changes = {"closed_period": policy, "today": dt.date(2026, 5, 5)}
    if posted is None:
        assert codes(late, **changes) == {"period_closed"}
    else:
        document = mapped(late, **changes)
        assert (document.posting_date, document.document_date) == (posted, dt.date(2026, 2, 3))


def test_bill_err_a_blocked_account_or_a_vendor_without_one_is_said_in_words_before_gp_says_it_in_sql() -> None:
    blocked = {number: Account(account_number=number) for number in ("000-2100-00", "000-2300-00")}
    blocked["000-1300-00"] = Account(account_number="000-1300-00", allow_account_entry=False)
    assert codes(PART, chart=Chart(blocked)) == {"account_no_entry"}
    assert codes(PART, payable_account=None) == {"no_payable_account"}


def test_dexp_gp_looks_its_own_rate_up_when_told_to() -> None:
    euro = purchase(supplier_currency="EUR", currency_rate=Decimal("1.1"))
    document = mapped(PART, of=euro, rate="gp_table")
    assert (document.exchange_rate, document.exchange_date, document.currency_id) == (None, None, "Z-EURO")


def test_bill_setup_a_rate_that_the_set_up_forbids_is_held_before_it_is_sent() -> None:
    euro = purchase(supplier_currency="EUR", currency_rate=Decimal("1.1"))
    assert codes(PART, of=euro, rates_allowed=False) == {"rate_not_allowed"}


def test_gp_pm_a_credit_memo_never_shares_a_batch_with_invoices() -> None:
    assert mapped(credit_note(line("10.00", "2.00"))).batch_id != mapped(PART).batch_id


def test_lengths_two_numbers_of_thirty_characters_that_share_twenty_stay_apart() -> None:
    numbers = ["INVOICE-2026-REGION-NORTH-0001", "INVOICE-2026-REGION-NORTH-0002"]
    sent = [mapped(PART.replace(invoice_number=number)).document_number or "" for number in numbers]
    assert len(set(sent)) == 2 and all(len(each) <= 20 for each in sent)


@pytest.mark.parametrize(("iso", "decimals", "total"), [("JPY", 0, "12"), ("KWD", 3, "12.346")])
def test_jpy_and_kwd_currencies_of_no_and_of_three_decimals_are_rounded_as_gp_has_them(
    iso: str, decimals: int, total: str
) -> None:
    abroad = purchase(supplier_currency=iso, currency_rate=Decimal("0.5"))
    document = mapped(invoice(line("12.3456")), of=abroad, currencies={iso: CurrencyRule(iso, decimals)})
    assert document.document_amount == Decimal(total)


def test_a_date_at_midnight_stays_its_calendar_day() -> None:
    part = PART.replace(invoice_date="2026-03-31T00:00:00")
    assert mapped(part).document_date == dt.date(2026, 3, 31)


def test_charges_are_never_dropped() -> None:
    part = invoice(line("10.00", "2.00"), charges=(charge("7.50", "1.50"),))
    assert mapped(part).document_amount == Decimal("21.00")


def test_nothing_is_posted_into_a_year_that_gp_does_not_know() -> None:
    assert codes(PART, periods=Periods.from_years([(2025, dt.date(2025, 1, 1), 12, ())])) == {"period_missing"}
    assert mapped(PART).posting_date == DAY


@pytest.mark.parametrize(("policy", "posted"), [("next_open", dt.date(2026, 4, 1)), ("today", dt.date(2026, 5, 5))])
def test_c7x_faq_a_missing_period_follows_the_policy_as_a_closed_one_does(policy: str, posted: dt.date) -> None:
    known = Periods.from_years([(2026, dt.date(2026, 4, 1), 9, ())])
    changes = {"periods": known, "closed_period": policy, "today": dt.date(2026, 5, 5)}
    assert codes(PART, **changes) == {"period_missing_year"}
    assert mapped(PART, cross_year=True, **changes).posting_date == posted
