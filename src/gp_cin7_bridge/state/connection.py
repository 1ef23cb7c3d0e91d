"""The memory of one connection: its parts, brought together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Unpack

import sqlalchemy as sa
from attrs import Factory, frozen

from gp_cin7_bridge.reasons import Reason
from gp_cin7_bridge.state.activity import Activity
from gp_cin7_bridge.state.alerts import Alerts
from gp_cin7_bridge.state.approvals import Approvals
from gp_cin7_bridge.state.audit import Audit, Fact, Wanted
from gp_cin7_bridge.state.bodies import Bodies, Sent
from gp_cin7_bridge.state.chain import Anchor, AuditRow, Break
from gp_cin7_bridge.state.database import Database, connection_part
from gp_cin7_bridge.state.events import Events
from gp_cin7_bridge.state.held import WAITING, HeldRecord, HeldRecords, HeldStatus
from gp_cin7_bridge.state.ledger import Ledger
from gp_cin7_bridge.state.links import Link, Links
from gp_cin7_bridge.state.locks import WriterLock
from gp_cin7_bridge.state.missing import Missing
from gp_cin7_bridge.state.owner import Owner
from gp_cin7_bridge.state.runs import Run, Runs
from gp_cin7_bridge.state.secrets import Secrets
from gp_cin7_bridge.state.tables import CURSOR

Clock = Callable[[], dt.datetime]

WRITER_PATIENCE: Final = 30.0


@frozen
class Kept:
    """What a connection's state keeps between runs.

    Attributes:
        cursors: how far every stream was read.
        events_since: since when the oldest event of Cin7 Core waits.
    """

    cursors: Mapping[str, str] = Factory(dict)
    events_since: dt.datetime | None = None


class Connection:
    """The memory of one connection."""

    def __init__(self, database: Database, connection_id: int, name: str, owner: Owner, clock: Clock) -> None:
        database = connection_part(database, connection_id)
        self._database = database
        self._id = connection_id
        self._name = name
        self._owner = owner
        self._clock = clock
        self._audit = Audit(database, connection_id)
        self._held = HeldRecords(database, connection_id)
        self._links = Links(database, connection_id)
        self._runs = Runs(database, connection_id)
        self.activity: Activity = Activity(database, connection_id)
        self.missing: Missing = Missing(database, connection_id)
        self.alerts: Alerts = Alerts(database, connection_id)
        self.events: Events = Events(database, connection_id, clock)
        self.ledger: Ledger = Ledger(database, connection_id, clock)
        self.bodies: Bodies = Bodies(database, connection_id, clock)
        self.approvals: Approvals = Approvals(database, connection_id, clock)
        self.secrets: Secrets = Secrets(database, connection_id, name, clock)
        self._writer = WriterLock(database, name)

    @property
    def path(self) -> Path | None:
        """The file of a SQLite database."""
        return self._database.path

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Let everything inside become durable together, or not at all."""
        with self._database.transaction():
            yield

    @contextmanager
    def writer_lock(self, timeout: float = WRITER_PATIENCE) -> Iterator[None]:
        """Be the only writer of this company.

        Raises:
            WriterBusyError: another process is.
            StateError: the name of the connection belongs to another company by now.
        """
        with self._writer.hold(timeout):
            self._owner.confirm()
            yield

    def cursor(self, stream: str) -> str | None:
        """Give how far a stream was read."""
        query = sa.select(CURSOR.c.value).where(CURSOR.c.connection_id == self._id, CURSOR.c.stream == stream)
        with self._database.transaction() as db:
            value: str | None = db.execute(query).scalar_one_or_none()
            return value

    def cursors(self) -> dict[str, str]:
        """Give how far every stream was read."""
        query = sa.select(CURSOR.c.stream, CURSOR.c.value).where(CURSOR.c.connection_id == self._id)
        with self._database.transaction() as db:
            return {row.stream: row.value for row in db.execute(query)}

    def kept(self) -> Kept:
        """Give what is kept between runs."""
        return Kept(self.cursors(), self.events.waiting_since())

    def move_cursor(self, stream: str, value: str) -> None:
        """Remember how far a stream was read."""
        with self._database.transaction() as db:
            mine = sa.and_(CURSOR.c.connection_id == self._id, CURSOR.c.stream == stream)
            if not db.execute(CURSOR.update().where(mine).values(value=value, moved_at=self._now())).rowcount:
                db.execute(
                    CURSOR.insert().values(connection_id=self._id, stream=stream, value=value, moved_at=self._now())
                )

    def links(self, entity: str, *, gp_keys: Collection[str] | None = None) -> list[Link]:
        """Give every link of an entity, or those of some keys."""
        return self._links.all(entity, gp_keys)

    def each_link(self, entity: str) -> Iterator[Link]:
        """Give every link of an entity by its GP key, without holding all of them."""
        return self._links.each(entity)

    def link(self, entity: str, *, gp_key: str | None = None, cin7_id: str | None = None) -> Link | None:
        """Find one link by either side."""
        return self._links.find(entity, gp_key=gp_key, cin7_id=cin7_id)

    def newest_link(self, entity: str) -> dt.datetime | None:
        """Tell when a record was linked last."""
        newest = self._links.newest(entity)
        return dt.datetime.fromisoformat(newest) if newest else None

    def linked(self, entity: str) -> int:
        """Count the links of an entity."""
        return self._links.count(entity)

    def linked_since(self, entity: str, moment: dt.datetime) -> list[dt.datetime]:
        """Tell when records were linked since a moment."""
        return [dt.datetime.fromisoformat(each) for each in self._links.since(entity, moment.isoformat())]

    def put_link(self, link: Link) -> None:
        """Remember a link, in place of those that either record had."""
        self._links.put(self._now(), link)

    def start_run(self, flow: str) -> int:
        """Begin a run and give its number."""
        return self._runs.start(self._now(), flow)

    def end_run(self, run_id: int, status: str, counts: Mapping[str, int]) -> None:
        """Say how a run ended."""
        self._runs.end(self._now(), run_id, status, counts)

    def forget_runs(self, days: int) -> int:
        """Forget runs of so many days ago that told the audit nothing, save each flow's last done; gives how many."""
        return self._runs.forget((self._clock() - dt.timedelta(days=days)).isoformat())

    def last_done(self, flow: str) -> dt.datetime | None:
        """Tell when a flow finished last."""
        done = self._runs.last_done(flow)
        return dt.datetime.fromisoformat(done) if done else None

    def runs(self, newest: int = 10, *, flow: str | None = None) -> list[Run]:
        """Give the newest runs, of a flow or of any, newest first."""
        return self._runs.newest(newest, flow)

    def hold(
        self,
        flow: str,
        record_key: str,
        document: str,
        reasons: tuple[Reason, ...],
        *,
        status: HeldStatus = HeldStatus.HELD,
        source_hash: str = "",
        proposal: str = "",
    ) -> bool:
        """Put a document into the queue; gives whether that is news."""
        return self._held.hold(
            self._now(),
            flow,
            record_key,
            document,
            reasons,
            status=status,
            source_hash=source_hash,
            proposal=proposal,
        )

    def change_held(
        self,
        record: HeldRecord,
        *,
        status: HeldStatus | None = None,
        reasons: tuple[Reason, ...] | None = None,
        assignee: str | None = None,
        note: str | None = None,
    ) -> None:
        """Write what a person decided or noted of a document in the queue; what is None stays."""
        self._held.change(record.flow, record.record_key, status=status, reasons=reasons, assignee=assignee, note=note)

    def release(self, flow: str, record_key: str) -> bool:
        """Take a document out of the queue, and what was approved for it; gives whether it was there."""
        with self.transaction():
            self.approvals.end(flow, record_key)
            return self._held.release(flow, record_key)

    def held(self, flow: str | None = None, *, code: str = "") -> list[HeldRecord]:
        """Give what waits in the queue, held or failed, the oldest first; for one reason, or for any."""
        return self._held.all(flow, code=code)

    def held_keys(self, flow: str, *, skipped: bool = False) -> list[str]:
        """Name what waits in the queue of a flow, the oldest first, and what a person skipped where that is wanted."""
        return self._held.keys(flow, tuple(HeldStatus) if skipped else WAITING)

    def queued(self, named: str, flow: str | None = None) -> list[HeldRecord]:
        """Give what is in the queue under a name or key, in whatever state."""
        return self._held.all(flow, tuple(HeldStatus), named=named)

    def skipped(self, flow: str | None = None) -> list[HeldRecord]:
        """Give what a person decided not to carry."""
        return self._held.all(flow, (HeldStatus.SKIPPED,))

    def audit(self, **fact: Unpack[Fact]) -> None:
        """Write one row of the audit; secrets and tax ids are left out by the names of their fields."""
        operation_id = fact.get("operation_id")
        with self.transaction():
            sent = Sent() if operation_id is None else self.bodies.sent(operation_id)
            self._audit.append(self._now(), sent, **fact)

    def audit_rows(self, **wanted: Unpack[Wanted]) -> list[AuditRow]:
        """Give the audit rows that are wanted, in order."""
        return self._audit.rows(**wanted)

    def audit_broken_at(self, anchor: Anchor | None = None) -> Break | None:
        """Tell where the audit was changed first, or no longer holds what was anchored; None when it is whole."""
        return self._audit.broken_at(anchor)

    def audit_head(self) -> tuple[int, str] | None:
        """Give number and hash of the last row of the audit; None when it is empty."""
        return self._audit.head()

    def audit_anchor(self) -> Anchor:
        """Give the head of the audit, to be kept elsewhere."""
        return self._audit.anchor(self._now(), self._name)

    def _now(self) -> str:
        return self._clock().isoformat()
