"""What Cin7 Core's webhooks told, until it was worked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Final

import sqlalchemy as sa
from attrs import frozen

from gp_cin7_bridge.state.database import Database
from gp_cin7_bridge.state.tables import CONNECTION, EVENT

# Of a table without an index on it; a reading takes no more at once anyway.
MOST: Final = 200


@frozen(kw_only=True)
class Told:
    """One purchase of one delivery.

    Attributes:
        event_type: such as Purchase/Updated; empty where nobody told.
        fingerprint: the hash of the delivery's body.
        task_id: a purchase's id, or that of one of its parts; empty where none was told.
        order_number: the purchase's; empty where none was told.
    """

    event_type: str
    fingerprint: str
    task_id: str = ""
    order_number: str = ""


@frozen(kw_only=True)
class StoredEvent:
    """An event that waits.

    Attributes:
        since: when it came first since it was worked last, an ISO text in UTC.
        times: how often it came in all.
    """

    id: int
    told: Told
    since: str
    times: int


class Events:
    """The events of one connection.

    A delivery that is repeated is one event, counted again. One that comes after it was worked waits anew, because two
    true events may be equal to the byte.
    """

    def __init__(self, database: Database, connection_id: int, clock: Callable[[], dt.datetime]) -> None:
        self._database = database
        self._connection_id = connection_id
        self._clock = clock

    def arrived(self, events: Iterable[Told]) -> None:
        """Keep what a delivery told; all of it, or nothing."""
        with self._database.transaction() as db:
            for told in events:
                self._keep(db, told, self._clock().isoformat())

    def _keep(self, db: sa.Connection, told: Told, now: str) -> None:
        same = sa.and_(
            EVENT.c.connection_id == self._connection_id,
            EVENT.c.event_type == told.event_type,
            EVENT.c.fingerprint == told.fingerprint,
            EVENT.c.task_id == told.task_id,
        )
        since = sa.case((EVENT.c.times > EVENT.c.worked, EVENT.c.since), else_=now)
        again = EVENT.update().where(same).values(times=EVENT.c.times + 1, since=since, last_at=now)
        if not db.execute(again).rowcount:
            db.execute(
                EVENT.insert().values(
                    connection_id=self._connection_id,
                    event_type=told.event_type,
                    fingerprint=told.fingerprint,
                    task_id=told.task_id,
                    order_number=told.order_number,
                    since=now,
                    last_at=now,
                    times=1,
                    worked=0,
                )
            )

    def waiting(self, *, until: dt.datetime | None = None) -> list[StoredEvent]:
        """Give what waits, the oldest first and 200 at most.

        Args:
            until: of these, what came by that moment.
        """
        query = sa.select(EVENT).where(self._waiting)
        if until is not None:
            query = query.where(EVENT.c.since <= until.isoformat())
        with self._database.transaction() as db:
            rows = db.execute(query.order_by(EVENT.c.since, EVENT.c.id).limit(MOST)).all()
        return [_stored(row) for row in rows]

    def count(self) -> int:
        """Tell how many wait."""
        with self._database.transaction() as db:
            return db.execute(sa.select(sa.func.count()).select_from(EVENT).where(self._waiting)).scalar_one()

    def waiting_since(self) -> dt.datetime | None:
        """Tell since when the oldest waits."""
        return self._moment(sa.select(sa.func.min(EVENT.c.since)).where(self._waiting))

    def last_at(self) -> dt.datetime | None:
        """Tell when the newest came, worked or not."""
        mine = EVENT.c.connection_id == self._connection_id
        return self._moment(sa.select(sa.func.max(EVENT.c.last_at)).where(mine))

    def worked(self, events: Iterable[StoredEvent], *, keep_days: int) -> None:
        """Let events wait no more, save those that came again meanwhile, and forget what was worked long ago."""
        old = (self._clock() - dt.timedelta(days=keep_days)).isoformat()
        mine = EVENT.c.connection_id == self._connection_id
        with self._database.transaction() as db:
            for event in events:
                db.execute(EVENT.update().where(EVENT.c.id == event.id).values(worked=event.times))
            done = EVENT.c.times == EVENT.c.worked
            newest = sa.select(sa.func.max(EVENT.c.last_at)).where(mine).scalar_subquery()
            db.execute(EVENT.delete().where(mine, done, EVENT.c.last_at < old, EVENT.c.last_at < newest))

    @property
    def _waiting(self) -> sa.ColumnElement[bool]:
        return sa.and_(EVENT.c.connection_id == self._connection_id, EVENT.c.times > EVENT.c.worked)

    def _moment(self, query: sa.Select[tuple[str]]) -> dt.datetime | None:
        with self._database.transaction() as db:
            text: object = db.execute(query).scalar()
        return dt.datetime.fromisoformat(text) if isinstance(text, str) else None


def waiting_since(db: sa.Connection) -> dict[str, dt.datetime]:
    """Tell since when the oldest event waits, by the connection's name."""
    waits = EVENT.c.times > EVENT.c.worked
    query = (
        sa.select(CONNECTION.c.name, sa.func.min(EVENT.c.since)).join(EVENT).where(waits).group_by(CONNECTION.c.name)
    )
    return {name: dt.datetime.fromisoformat(since) for name, since in db.execute(query)}


def _stored(row: sa.Row[tuple[object, ...]]) -> StoredEvent:
    told = Told(
        event_type=row.event_type, fingerprint=row.fingerprint, task_id=row.task_id, order_number=row.order_number
    )
    return StoredEvent(id=row.id, told=told, since=row.since, times=row.times)
