"""Fiscal periods: which one a date lies in, whether Purchasing may post there, and which one is next."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable, Sequence

from attrs import frozen

from dynamicsgp_client import FiscalPeriod


@frozen(order=True)
class Period:
    """One period of a fiscal year."""

    first_date: dt.date
    last_date: dt.date
    year: int
    number: int
    purchasing_closed: bool = False
    financial_closed: bool = False


@frozen
class Periods:
    """Every period that is known, in order."""

    all: tuple[Period, ...]

    @classmethod
    def from_gp(cls, periods: Iterable[FiscalPeriod]) -> Periods:
        """Take GP's own periods; the flag of Purchasing is that of series 3 on the header rows."""
        return cls(
            tuple(
                sorted(
                    Period(
                        each.first_date,
                        each.last_date,
                        each.year,
                        each.period_id,
                        each.purchasing_closed,
                        each.financial_closed,
                    )
                    for each in periods
                    if each.period_id > 0
                )
            )
        )

    @classmethod
    def from_years(cls, years: Iterable[tuple[int, dt.date, int, Sequence[int]]]) -> Periods:
        """Make monthly periods of (year, first date, number of periods, closed numbers)."""
        found = []
        for year, first, count, closed in years:
            begin = first
            for number in range(1, count + 1):
                end = _month_later(begin) - dt.timedelta(days=1)
                found.append(Period(begin, end, year, number, number in closed))
                begin = end + dt.timedelta(days=1)
        return cls(tuple(sorted(found)))

    def find(self, day: dt.date) -> Period | None:
        """Find the period that contains a day."""
        return next((each for each in self.all if each.first_date <= day <= each.last_date), None)

    def next_open(self, day: dt.date) -> Period | None:
        """Find the first later period of the same fiscal year that is open for Purchasing."""
        period = self.find(day)
        return next(
            (
                each
                for each in self.all
                if period and each.year == period.year and each.first_date > day and not each.purchasing_closed
            ),
            None,
        )


def _month_later(day: dt.date) -> dt.date:
    year, month = day.year + day.month // 12, day.month % 12 + 1
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
