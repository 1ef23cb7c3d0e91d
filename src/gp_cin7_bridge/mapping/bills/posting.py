"""When and in which batch a bill is posted: its own date, or where the policy for closed periods moves it."""

from __future__ import annotations

import datetime as dt

from gp_cin7_bridge.mapping.bills.batches import free_batch
from gp_cin7_bridge.mapping.bills.rules import BillRules
from gp_cin7_bridge.mapping.notes import Notes
from gp_cin7_bridge.mapping.periods import Period
from gp_cin7_bridge.templates import batch_id


def posting_date(day: dt.date | None, rules: BillRules, notes: Notes) -> dt.date | None:
    """Give the posting date of a document of this date; None, with the reason, when there is none."""
    if day is None:
        notes.hold("date_missing")
        return None
    if rules.periods is None:
        notes.hold("no_period_source")
        return None
    period = rules.periods.find(day)
    if period and not period.purchasing_closed:
        _warn_financial(period, notes)
        notes.explain("posting_date", day, f"the document's date; {period} is open for Purchasing")
        return day
    return _moved(day, period, rules, notes)


def batch_for(posting: dt.date, rules: BillRules, notes: Notes, *, credit: bool) -> str | None:
    """Give the batch of a kind and a posting date; None, with the reason, when none takes a voucher."""
    first = batch_id(rules.batch, credit=credit, date=posting)
    batch = free_batch(first, posting, rules.batches, size=rules.batch_size, filled=rules.filled_batches)
    if batch is None:
        notes.hold("batches_taken", batch=first)
        return None
    rule = f"[bills] batch = {rules.batch!r}: one kind, one posting date"
    if rules.batch_size:
        rule += f", {rules.batch_size} vouchers at most"
    elif batch != first:
        rule += f"; {first!r} is in use, marked, recurring or of another date"
    if rules.posts_by == "batch":
        known = rules.batches is not None
        rule += f"; GP posts by the batch's date, which is {posting}" if known else "; GP posts by the batch's date"
        if not known:
            notes.warn("batch_date_unknown", batch=batch, date=posting)
    notes.explain("batch_id", batch, rule)
    return batch


def _moved(day: dt.date, closed: Period | None, rules: BillRules, notes: Notes) -> dt.date | None:
    """Move a date out of a closed period, or out of none; of the latter nobody knows the fiscal year."""
    code = "period_closed" if closed else "period_missing"
    facts = {"period": closed.number, "year": closed.year} if closed else {}
    target = _target(day, rules)
    if target is None:
        notes.hold(code, date=day, **facts)
        return None
    moved, period = target
    if (closed is None or period.year != closed.year) and not rules.cross_year:
        notes.hold(f"{code}_year", date=day, moved=moved, **facts)
        return None
    _warn_financial(period, notes)
    why = f"{closed} is closed for Purchasing" if closed else f"no period of GP contains {day}"
    notes.explain("posting_date", moved, f"{why}; [periods] closed_period = {rules.closed_period!r}")
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
