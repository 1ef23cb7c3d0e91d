"""Rates as GP takes them, and the posting date that is open."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from bill_parts import DAY, codes, explained, invoice, line, mapped, purchase, warned

from dynamicsgp_client import FiscalPeriod
from gp_cin7_bridge.mapping.bills.batches import BatchFacts
from gp_cin7_bridge.mapping.currency import CurrencyRule, RateTable
from gp_cin7_bridge.mapping.periods import Periods

EURO = purchase(supplier_currency="EUR", currency_rate=Decimal("1.0922"))
PART = invoice(line("100.00"))
MULTIPLY = CurrencyRule("Z-EURO", 2)
DIVIDE = CurrencyRule("Z-EURO", 2, "divide")
TABLE = {"Z-EURO": RateTable.of([(DAY, Decimal("1.0922")), (DAY - dt.timedelta(days=9), Decimal("1.2"))])}
YEARS = Periods.from_years([(2026, dt.date(2026, 1, 1), 12, (11, 12)), (2027, dt.date(2027, 1, 1), 12, ())])


def test_a_divide_table_gets_one_over_the_rate_with_seven_decimals() -> None:
    document = mapped(PART, of=EURO, currencies={"EUR": DIVIDE})
    assert document.exchange_rate == Decimal("0.9155832")
    assert mapped(PART, of=EURO, currencies={"EUR": MULTIPLY}).exchange_rate == Decimal("1.0922")


@pytest.mark.parametrize("rule", [MULTIPLY, DIVIDE])
def test_the_expected_functional_amount_is_told(rule: CurrencyRule) -> None:
    found = {each.field: each.value for each in explained(PART, of=EURO, currencies={"EUR": rule}).explained}
    assert found["functional_amount"] == "109.22"


@pytest.mark.parametrize(("rate", "told"), [("cin7", "110.00"), ("gp_table", "109.22")])
def test_the_functional_amount_is_told_at_the_rate_that_counts(rate: str, told: str) -> None:
    part = PART.replace(currency_rate=Decimal("1.1"))
    lines = {each.field: each for each in explained(part, of=EURO, gp_rates=TABLE, rate=rate).explained}
    assert lines["functional_amount"].value == told
    assert ("109.22 at GP's own 1.0922" in lines["functional_amount"].rule) == (rate == "cin7")


def test_a_functional_currency_without_decimals_has_whole_amounts() -> None:
    lines = {each.field: each.value for each in explained(PART, of=EURO, functional_decimals=0).explained}
    assert lines["functional_amount"] == "109"


def test_a_rate_that_gp_may_not_take_holds_the_bill() -> None:
    assert codes(PART, of=EURO, rates_allowed=False) == {"rate_not_allowed"}
    assert mapped(PART, of=EURO, rates_allowed=False, rate="gp_table").exchange_rate is None
    assert mapped(PART, rates_allowed=False)


@pytest.mark.parametrize("rate", ["cin7", "gp_table"])
def test_a_rate_far_from_gps_own_is_a_warning(rate: str) -> None:
    assert not warned(PART, of=EURO, gp_rates=TABLE, rate=rate)
    old = PART.replace(invoice_date=DAY - dt.timedelta(days=5))
    assert warned(old, of=EURO, gp_rates=TABLE, rate=rate) == {"rate_differs"}
    assert not warned(old, of=EURO, gp_rates=TABLE, rate=rate, fx_tolerance=Decimal(20))


def test_three_decimals_are_kept_for_a_currency_that_has_them() -> None:
    dinar = purchase(supplier_currency="KWD", currency_rate=Decimal("3.25"))
    document = mapped(invoice(line("10.1234")), of=dinar, currencies={"KWD": CurrencyRule("KWD", 3)})
    assert document.document_amount == Decimal("10.123")


def test_the_currency_is_always_named() -> None:
    assert (mapped(PART).currency_id, mapped(PART, of=EURO).currency_id) == ("Z-US$", "Z-EURO")


def test_different_base_currencies_are_refused() -> None:
    assert codes(PART, of=purchase(base_currency="NZD")) == {"base_currency_differs"}


def test_purchasing_is_closed_by_an_origin_row_of_series_4_as_well() -> None:
    header = {"YEAR1": 2026, "PERIODID": 3, "PERIODDT": "2026-03-01", "PERDENDT": "2026-03-31"}
    rows = [FiscalPeriod.model_validate({**header, "SERIES": series, "CLOSED": series == 4}) for series in (0, 3, 4)]
    assert codes(PART, periods=Periods.from_gp(rows)) == {"period_closed"}
    sales = [rows[0], rows[1].replace(closed=True), rows[2].replace(closed=False)]
    assert mapped(PART, periods=Periods.from_gp(sales)).posting_date == DAY


def test_a_closed_financial_series_is_a_warning() -> None:
    row = FiscalPeriod(
        year=2026,
        period_id=3,
        first_date=dt.date(2026, 3, 1),
        last_date=dt.date(2026, 3, 31),
        financial_closed=True,
    )
    assert warned(PART, periods=Periods.from_gp([row])) == {"financial_closed"}


@pytest.mark.parametrize("policy", ["next_open", "today"])
def test_a_posting_date_moves_over_a_years_end_only_when_told(policy: str) -> None:
    late = PART.replace(invoice_date=dt.date(2026, 11, 20))
    where = {"periods": YEARS, "closed_period": policy, "today": dt.date(2027, 1, 15)}
    assert codes(late, **where) == {"period_closed_year"}
    moved = mapped(late, **where, cross_year=True)
    wanted = dt.date(2027, 1, 1) if policy == "next_open" else dt.date(2027, 1, 15)
    assert (moved.posting_date, moved.document_date) == (wanted, dt.date(2026, 11, 20))
    assert moved.batch_id == f"C7I{wanted:%y%m%d}"


def test_a_batch_that_people_use_is_passed_over() -> None:
    first = mapped(PART).batch_id or ""
    free = BatchFacts(DAY, usable=True)
    taken = {first: BatchFacts(DAY, usable=False), f"{first}-02": BatchFacts(dt.date(2026, 4, 1), usable=True)}
    assert mapped(PART, batches={first: free}).batch_id == first
    assert mapped(PART, batches=taken).batch_id == f"{first}-03"
    every = {f"{first}-{number:02}" if number > 1 else first: BatchFacts(DAY, usable=False) for number in range(1, 100)}
    assert codes(PART, batches=every) == {"batches_taken"}


def test_a_full_batch_rolls_to_the_next_number() -> None:
    first = mapped(PART).batch_id or ""
    assert mapped(PART, batch_size=2).batch_id == f"{first}-01"
    assert mapped(PART, batch_size=2, filled_batches={f"{first}-01": 1}).batch_id == f"{first}-01"
    assert mapped(PART, batch_size=2, filled_batches={f"{first}-01": 2}).batch_id == f"{first}-02"
    every = {f"{first}-{number:02}": 2 for number in range(1, 100)}
    assert codes(PART, batch_size=2, filled_batches=every) == {"batches_taken"}


def test_posting_by_batch_with_unreadable_batches_is_a_warning() -> None:
    assert warned(PART, posts_by="batch") == {"batch_date_unknown"}
    assert not warned(PART, posts_by="batch", batches={})
