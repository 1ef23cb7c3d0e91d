"""The posting date of a journal: the day itself, or where the policy for closed periods moves it."""

from __future__ import annotations

import datetime as dt

from gp_cin7_bridge.mapping.periods import Period
from gp_cin7_bridge.mapping.receipts.rules import ReceiptRules
from gp_cin7_bridge.reasons import Reason, reason


def journal_day(day: dt.date, rules: ReceiptRules) -> dt.date | Reason:
    """Give the posting date of what happened on a day, or why there is none; Financial decides, not Purchasing."""
    day = max(day, rules.earliest or day)
    if rules.periods is None:
        return reason("no_period_source")
    period = rules.periods.find(day)
    if period is None:
        return reason("period_missing", date=day)
    if not period.financial_closed:
        return day
    moved = _moved(day, rules)
    if moved is None or (moved[1].year != period.year and not rules.cross_year):
        return reason("journal_period_closed", date=day, period=period.number, year=period.year)
    return moved[0]


def _moved(day: dt.date, rules: ReceiptRules) -> tuple[dt.date, Period] | None:
    """Give where the policy moves a day to, and the open period there."""
    if rules.periods is None or rules.closed_period == "hold":
        return None
    if rules.closed_period == "next_open":
        later = (each for each in rules.periods.all if each.first_date > day and not each.financial_closed)
        found = next(later, None)
        return (found.first_date, found) if found else None
    today = rules.periods.find(rules.today) if rules.today else None
    return (rules.today, today) if rules.today and today and not today.financial_closed else None
