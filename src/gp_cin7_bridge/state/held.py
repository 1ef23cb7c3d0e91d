"""The queue of documents that were not carried: why, since when, whose they are, and what a person decided."""

from __future__ import annotations

import json
from collections.abc import Collection
from enum import StrEnum
from typing import Final

import sqlalchemy as sa
from attrs import asdict, frozen

from gp_cin7_bridge.reasons import Reason
from gp_cin7_bridge.state.database import Database
from gp_cin7_bridge.state.tables import HELD


class HeldStatus(StrEnum):
    """Why a document is in the queue.

    held: something is wrong with it, a person is needed; failed: its outcome is open, or a system could not answer for
    it; skipped: a person decided that it is not to be carried.
    """

    HELD = "held"
    FAILED = "failed"
    SKIPPED = "skipped"


WAITING: Final = (HeldStatus.HELD, HeldStatus.FAILED)


@frozen(kw_only=True)
class HeldRecord:
    """One document of the queue.

    Attributes:
        record_key: its identity; `document` is the name that people know.
        source_hash: of its source's content when it was last looked at; a decision to skip ends when it changes.
        first_at, last_at: when it came into the queue and when it was last looked at, ISO texts in UTC.
        times: how often it was looked at.
        assignee, note: what people wrote; "" for nothing.
        proposal: the hash of what would be done once a person approves it; "" for nothing.
    """

    flow: str
    record_key: str
    document: str
    status: HeldStatus
    reasons: tuple[Reason, ...]
    source_hash: str
    first_at: str
    last_at: str
    times: int
    assignee: str
    note: str
    proposal: str


class HeldRecords:
    """The queue of one connection."""

    def __init__(self, database: Database, connection_id: int) -> None:
        self._database = database
        self._connection_id = connection_id

    def hold(
        self,
        at: str,
        flow: str,
        record_key: str,
        document: str,
        reasons: tuple[Reason, ...],
        *,
        status: HeldStatus = HeldStatus.HELD,
        source_hash: str = "",
        proposal: str = "",
    ) -> bool:
        """Put a document into the queue, or say that it still is there; gives whether that is news."""
        told = _told(reasons)
        values = {"document": document, "reasons": told, "status": status, "source_hash": source_hash, "last_at": at}
        values["proposal"] = proposal
        with self._database.transaction() as db:
            before = db.execute(sa.select(HELD).where(self._is(flow, record_key))).one_or_none()
            if before is None:
                key = {"connection_id": self._connection_id, "flow": flow, "record_key": record_key}
                db.execute(HELD.insert().values(**key, **values, first_at=at, times=1, assignee="", note=""))
                return True
            db.execute(HELD.update().where(self._is(flow, record_key)).values(**values, times=before.times + 1))
            return (before.reasons, before.status) != (told, status)

    def change(
        self,
        flow: str,
        record_key: str,
        *,
        status: HeldStatus | None = None,
        reasons: tuple[Reason, ...] | None = None,
        assignee: str | None = None,
        note: str | None = None,
    ) -> None:
        """Write what a person decided or noted; what is None stays."""
        told = None if reasons is None else _told(reasons)
        values = {"status": status, "reasons": told, "assignee": assignee, "note": note}
        changes = {name: value for name, value in values.items() if value is not None}
        with self._database.transaction() as db:
            db.execute(HELD.update().where(self._is(flow, record_key)).values(changes))

    def release(self, flow: str, record_key: str) -> bool:
        """Take a document out of the queue, and give whether it was there; its history stays in the audit."""
        with self._database.transaction() as db:
            return bool(db.execute(HELD.delete().where(self._is(flow, record_key))).rowcount)

    def all(
        self,
        flow: str | None = None,
        statuses: tuple[HeldStatus, ...] = WAITING,
        *,
        code: str = "",
        named: str | None = None,
    ) -> list[HeldRecord]:
        """Give what is in the queue, the oldest first; what a person skipped only when asked for.

        Args:
            flow: of which flow, or of any.
            statuses: in which states.
            code: only what has this reason among its reasons.
            named: only what has this name or key.
        """
        query = sa.select(HELD).where(HELD.c.connection_id == self._connection_id, HELD.c.status.in_(statuses))
        if flow is not None:
            query = query.where(HELD.c.flow == flow)
        if code:
            query = query.where(HELD.c.reasons.contains(json.dumps({"code": code})[1:-1], autoescape=True))
        if named is not None:
            query = query.where(sa.or_(HELD.c.document == named, HELD.c.record_key == named))
        with self._database.transaction() as db:
            rows = db.execute(query.order_by(HELD.c.first_at, HELD.c.record_key)).all()
        return [
            HeldRecord(
                flow=row.flow,
                record_key=row.record_key,
                document=row.document,
                status=HeldStatus(row.status),
                reasons=tuple(Reason(**each) for each in json.loads(row.reasons)),
                source_hash=row.source_hash,
                first_at=row.first_at,
                last_at=row.last_at,
                times=row.times,
                assignee=row.assignee,
                note=row.note,
                proposal=row.proposal,
            )
            for row in rows
        ]

    def keys(self, flow: str, statuses: Collection[HeldStatus]) -> list[str]:
        """Name what is in the queue, the oldest first."""
        mine = (HELD.c.connection_id == self._connection_id, HELD.c.flow == flow, HELD.c.status.in_(statuses))
        query = sa.select(HELD.c.record_key).where(*mine).order_by(HELD.c.first_at, HELD.c.record_key)
        with self._database.transaction() as db:
            return list(db.execute(query).scalars())

    def _is(self, flow: str, record_key: str) -> sa.ColumnElement[bool]:
        return sa.and_(
            HELD.c.connection_id == self._connection_id, HELD.c.flow == flow, HELD.c.record_key == record_key
        )


def _told(reasons: tuple[Reason, ...]) -> str:
    return json.dumps([asdict(each) for each in reasons], ensure_ascii=False)
