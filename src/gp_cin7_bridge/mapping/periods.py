"""Fiscal periods: which one a date lies in, whether Purchasing may post there, and which one is next."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Final

from attrs import frozen

from dynamicsgp_client import FiscalPeriod

# SY40100.SERIES of Purchasing on origin rows; on header rows its flag is PSERIES_3.
PURCHASING_ORIGIN: Final = 4


@frozen(order=True)
class Period:
    """One period of a fiscal year."""

    first_date: dt.date
    last_date: dt.date
    year: int
    number: int
    purchasing_closed: bool = False
    financial_closed: bool = False

    def __str__(self) -> str:
        return f"period {self.number} of {self.year}"


@frozen
class Periods:
    """Every period that is known, in order."""

    all: tuple[Period, ...]

    @classmethod
    def from_gp(cls, rows: Iterable[FiscalPeriod]) -> Periods:
        """Take GP's own rows (SY40100); period 0 holds a year's beginning balances and is none.

        Purchasing is closed by flag 3 of a header row, or by any closed origin row of series 4, where a site's service
        gives those as well: GP may close single origins, and which of them payables needs is unverified.
        """
        every = [row for row in rows if row.period_id > 0]
        closed = {(row.year, row.period_id) for row in every if row.series == PURCHASING_ORIGIN and row.closed}
        headers = {(row.year, row.period_id): row for row in every if row.series == 0}
        for row in every:
            headers.setdefault((row.year, row.period_id), row)
        return cls(
            tuple(
                sorted(
                    Period(
                        row.first_date,
                        row.last_date,
                        row.year,
                        row.period_id,
                        row.purchasing_closed or key in closed,
                        row.financial_closed,
                    )
                    for key, row in headers.items()
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
        """Find the first later period that is open for Purchasing."""
        return next((each for each in self.all if each.first_date > day and not each.purchasing_closed), None)


def _month_later(day: dt.date) -> dt.date:
    year, month = day.year + day.month // 12, day.month % 12 + 1
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


# For documents that are only compared: no period keeps them from anything.
ALWAYS_OPEN: Final = Periods((Period(dt.date.min, dt.date.max, 0, 0),))
