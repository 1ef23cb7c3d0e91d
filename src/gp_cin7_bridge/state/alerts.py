"""What is wrong now, since when, and who was told of it."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from attrs import frozen

from gp_cin7_bridge.state.database import Database
from gp_cin7_bridge.state.tables import ALERT


@frozen(kw_only=True)
class Alert:
    """Something that a person should know.

    Attributes:
        code: which rule raised it.
        subject: what it is about; code and subject tell alerts apart.
        text: one sentence.
        cure: what to do, one sentence.
        since: an ISO text in UTC; the state sets it.
    """

    code: str
    subject: str
    text: str
    cure: str
    since: str = ""


class Alerts:
    """The alerts of one connection."""

    def __init__(self, database: Database, connection_id: int) -> None:
        self._database = database
        self._connection_id = connection_id

    def all(self) -> list[Alert]:
        """Give what is wrong, the oldest first."""
        return [_alert(row) for row in self._rows()]

    def replace(self, now: str, found: Collection[Alert]) -> list[Alert]:
        """Remember what is wrong now, and give what no longer is; what stays keeps since when, and who was told."""
        there = {(each.code, each.subject): each for each in self.all()}
        wanted = {(each.code, each.subject): each for each in found}
        with self._database.transaction() as db:
            for key, alert in wanted.items():
                values = {"text": alert.text, "cure": alert.cure}
                if key in there:
                    db.execute(ALERT.update().where(self._is(alert)).values(**values))
                else:
                    names = {"connection_id": self._connection_id, "code": alert.code, "subject": alert.subject}
                    db.execute(ALERT.insert().values(**names, **values, since=now, told=""))
            ended = [alert for key, alert in there.items() if key not in wanted]
            for alert in ended:
                db.execute(ALERT.delete().where(self._is(alert)))
        return ended

    def untold(self, channel: str) -> list[Alert]:
        """Give what a channel has not told yet."""
        return [_alert(row) for row in self._rows() if channel not in row.told.split()]

    def told(self, channel: str, alerts: Collection[Alert]) -> None:
        """Remember that a channel told."""
        with self._database.transaction() as db:
            for alert in alerts:
                more = ALERT.c.told + f" {channel}"
                db.execute(ALERT.update().where(self._is(alert)).values(told=more))

    def _rows(self) -> list[sa.Row[tuple[object, ...]]]:
        query = sa.select(ALERT).where(ALERT.c.connection_id == self._connection_id)
        with self._database.transaction() as db:
            return list(db.execute(query.order_by(ALERT.c.since, ALERT.c.code, ALERT.c.subject)))

    def _is(self, alert: Alert) -> sa.ColumnElement[bool]:
        mine = ALERT.c.connection_id == self._connection_id
        return sa.and_(mine, ALERT.c.code == alert.code, ALERT.c.subject == alert.subject)


def _alert(row: sa.Row[tuple[object, ...]]) -> Alert:
    return Alert(code=row.code, subject=row.subject, text=row.text, cure=row.cure, since=row.since)
