"""What people approved: one proposal for one document, and nothing that the proposal became later."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import sqlalchemy as sa
from attrs import frozen

from gp_cin7_bridge.state.database import Database
from gp_cin7_bridge.state.tables import APPROVAL


@frozen(kw_only=True)
class Approval:
    """A person's word for one proposal.

    Attributes:
        source_id: the document's identity, as in the queue.
        proposal: the hash of what was proposed; another proposal for the document is not covered.
        reason: why, in the person's words.
        at: an ISO text in UTC.
    """

    flow: str
    source_id: str
    proposal: str
    reason: str
    actor: str
    at: str


class Approvals:
    """The approvals of one connection; a document has at most one, the newest."""

    def __init__(self, database: Database, connection_id: int, clock: Callable[[], dt.datetime]) -> None:
        self._database = database
        self._connection_id = connection_id
        self._clock = clock

    def give(self, flow: str, source_id: str, proposal: str, *, reason: str, actor: str) -> None:
        """Approve a proposal, in place of what was approved for the document before."""
        values = {"proposal": proposal, "reason": reason, "actor": actor, "at": self._clock().isoformat()}
        with self._database.transaction() as db:
            self.end(flow, source_id)
            key = {"connection_id": self._connection_id, "flow": flow, "source_id": source_id}
            db.execute(APPROVAL.insert().values(**key, **values))

    def covers(self, flow: str, source_id: str, proposal: str) -> bool:
        """Tell whether this very proposal was approved."""
        found = self.find(flow, source_id)
        return found is not None and found.proposal == proposal

    def find(self, flow: str, source_id: str) -> Approval | None:
        """Give what was approved for a document."""
        with self._database.transaction() as db:
            row = db.execute(sa.select(APPROVAL).where(self._is(flow, source_id))).one_or_none()
        return _approval(row) if row else None

    def all(self) -> list[Approval]:
        """Give every approval that was not carried out yet."""
        with self._database.transaction() as db:
            rows = db.execute(sa.select(APPROVAL).where(APPROVAL.c.connection_id == self._connection_id)).all()
        return [_approval(row) for row in rows]

    def end(self, flow: str, source_id: str) -> bool:
        """Forget an approval, because it was carried out or taken back; gives whether there was one."""
        with self._database.transaction() as db:
            return bool(db.execute(APPROVAL.delete().where(self._is(flow, source_id))).rowcount)

    def _is(self, flow: str, source_id: str) -> sa.ColumnElement[bool]:
        return sa.and_(
            APPROVAL.c.connection_id == self._connection_id, APPROVAL.c.flow == flow, APPROVAL.c.source_id == source_id
        )


def _approval(row: sa.Row[tuple[object, ...]]) -> Approval:
    return Approval(
        flow=row.flow, source_id=row.source_id, proposal=row.proposal, reason=row.reason, actor=row.actor, at=row.at
    )
