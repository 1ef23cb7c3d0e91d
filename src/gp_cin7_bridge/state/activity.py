"""How much was done each day, and how long documents waited for it: from the audit, for charts."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from statistics import median_high
from typing import Final

import sqlalchemy as sa
from attrs import frozen

from gp_cin7_bridge.state.database import Database
from gp_cin7_bridge.state.tables import AUDIT, OPERATION

CREATED: Final = ("created", "recovered")
CARRIED: Final = (*CREATED, "updated")
# What comes from Cin7 Core is known by its id there, the rest by its key in GP.
FROM_CIN7: Final = ("bills", "receipts")


@frozen(kw_only=True)
class Day:
    """One day, in UTC.

    Attributes:
        carried: documents created or updated in the receiving system.
        held: documents that began to wait, or wait for another reason.
        usual_wait, longest_wait: of the documents created that day, from when the bridge first saw each one (it was
            held, or about to be sent) until it stood in the receiving system: the median, and the most; None for no
            document.
    """

    date: dt.date
    carried: int
    held: int
    usual_wait: dt.timedelta | None
    longest_wait: dt.timedelta | None


class Activity:
    """What one connection did."""

    def __init__(self, database: Database, connection_id: int) -> None:
        self._database = database
        self._mine = AUDIT.c.connection_id == connection_id

    def days(self, first: dt.date, last: dt.date) -> list[Day]:
        """Give each day of a span, both ends included."""
        counts = self._counts(first)
        waits: dict[str, list[dt.timedelta]] = defaultdict(list)
        for day, wait in self._waits(first):
            waits[day].append(wait)
        dates = [first + dt.timedelta(days=number) for number in range((last - first).days + 1)]
        return [
            Day(
                date=date,
                carried=sum(counts[date.isoformat(), outcome] for outcome in CARRIED),
                held=counts[date.isoformat(), "held"],
                usual_wait=median_high(waits[date.isoformat()]) if waits[date.isoformat()] else None,
                longest_wait=max(waits[date.isoformat()], default=None),
            )
            for date in dates
        ]

    def _counts(self, first: dt.date) -> dict[tuple[str, str], int]:
        day = sa.func.substr(AUDIT.c.at, 1, 10)
        query = (
            sa.select(day, AUDIT.c.outcome, sa.func.count())
            .where(self._mine, AUDIT.c.at >= first.isoformat(), AUDIT.c.outcome.in_((*CARRIED, "held")))
            .group_by(day, AUDIT.c.outcome)
        )
        with self._database.transaction() as db:
            found = {(date, outcome): count for date, outcome, count in db.execute(query)}
        return defaultdict(int, found)

    def _waits(self, first: dt.date) -> Iterator[tuple[str, dt.timedelta]]:
        """Give the day and the wait of each document that was created."""
        key = sa.case((AUDIT.c.flow.in_(FROM_CIN7), AUDIT.c.cin7_id), else_=AUDIT.c.gp_key).label("key")
        seen = (
            sa.select(AUDIT.c.flow, key, sa.func.min(AUDIT.c.at).label("at"))
            .where(self._mine, AUDIT.c.outcome == "held")
            .group_by(AUDIT.c.flow, key)
            .subquery()
        )
        query = (
            sa.select(AUDIT.c.at, OPERATION.c.created_at, seen.c.at.label("seen_at"))
            .join(OPERATION, OPERATION.c.id == AUDIT.c.operation_id)
            .outerjoin(seen, sa.and_(seen.c.flow == AUDIT.c.flow, seen.c.key == key))
            .where(self._mine, AUDIT.c.at >= first.isoformat(), AUDIT.c.outcome.in_(CREATED))
        )
        with self._database.transaction() as db:
            rows = db.execute(query).all()
        for row in rows:
            begun = min(filter(None, (row.created_at, row.seen_at)))
            yield row.at[:10], dt.datetime.fromisoformat(row.at) - dt.datetime.fromisoformat(begun)
