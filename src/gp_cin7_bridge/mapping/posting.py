"""The posting date of a bill: its own date, or where the policy for closed periods moves it."""

from __future__ import annotations

import datetime as dt

from gp_cin7_bridge.mapping.bill_rules import BillRules
from gp_cin7_bridge.mapping.notes import Notes
from gp_cin7_bridge.mapping.periods import Period


def posting_date(day: dt.date | None, rules: BillRules, notes: Notes) -> dt.date | None:
    """Give the posting date of a document of this date; None, with the reason, when there is none."""
    if day is None:
        notes.hold("date_missing")
        return None
    if rules.periods is None:
        notes.hold("no_period_source")
        return None
    period = rules.periods.find(day)
    if period is None:
        notes.hold("period_missing", date=day)
        return None
    if not period.purchasing_closed:
        _warn_financial(period, notes)
        notes.explain("posting_date", day, f"the document's date; {period} is open for Purchasing")
        return day
    return _moved(day, period, rules, notes)


def _moved(day: dt.date, closed: Period, rules: BillRules, notes: Notes) -> dt.date | None:
    target = _target(day, rules)
    if target is None:
        notes.hold("period_closed", date=day, period=closed.number, year=closed.year)
        return None
    moved, period = target
    if period.year != closed.year and not rules.cross_year:
        notes.hold("period_closed_year", date=day, period=closed.number, year=closed.year, moved=moved)
        return None
    _warn_financial(period, notes)
    notes.explain(
        "posting_date", moved, f"{closed} is closed for Purchasing; [periods] closed_period = {rules.closed_period!r}"
    )
    return moved


def _target(day: dt.date, rules: BillRules) -> tuple[dt.date, Period] | None:
    """Give where the policy moves a date to, and the open period there."""
    periods = rules.periods
    if periods is None or rules.closed_period == "hold":
        return None
    if rules.closed_period == "next_open":
        later = periods.next_open(day)
        return (later.first_date, later) if later else None
    today = periods.find(rules.today) if rules.today else None
    return (rules.today, today) if rules.today and today and not today.purchasing_closed else None


def _warn_financial(period: Period, notes: Notes) -> None:
    """Say that the entry will wait: a closed Financial series does not stop payables, its journal stays in GL."""
    if period.financial_closed:
        notes.warn("financial_closed", period=period.number, year=period.year)
