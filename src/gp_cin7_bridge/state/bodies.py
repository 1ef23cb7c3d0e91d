"""What was sent for each attempt and what came back, kept for its own time; its hash outlives it."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from enum import StrEnum
from typing import Final, NamedTuple

import sqlalchemy as sa
from attrs import frozen

from gp_cin7_bridge.state.database import Database
from gp_cin7_bridge.state.ledger import Operation
from gp_cin7_bridge.state.tables import BODY, OPERATION


class BodyKind(StrEnum):
    """What a body is: the document as it was sent, the answer or the refusal to it, the record that a look found."""

    REQUEST = "request"
    ANSWER = "answer"
    REFUSAL = "refusal"
    FOUND = "found"


# What came back last counts as the response.
RESPONSES: Final = (BodyKind.FOUND, BodyKind.ANSWER, BodyKind.REFUSAL)


@frozen(kw_only=True)
class Body:
    """One body.

    Attributes:
        hash: SHA-256 of the content, which stays when the content is purged.
        bytes: how long the content is, in UTF-8.
        content: JSON, already redacted; None once it is purged.
        made_at, expires_at: ISO texts in UTC.
    """

    operation_id: int
    attempt: int
    kind: BodyKind
    hash: str
    bytes: int
    content: str | None
    made_at: str
    expires_at: str


class Sent(NamedTuple):
    """The newest attempt of an operation: its number, and the hashes of what was sent and came back, "" if not kept."""

    attempt: int | None = None
    request: str = ""
    response: str = ""


class Bodies:
    """The bodies of one connection."""

    def __init__(self, database: Database, connection_id: int, clock: Callable[[], dt.datetime]) -> None:
        self._database = database
        self._connection_id = connection_id
        self._clock = clock

    def keep(self, operation: Operation, kind: BodyKind, content: str, *, days: int) -> None:
        """Keep a body of an operation's newest attempt for some days; what a later look finds replaces the earlier."""
        now, plain = self._clock(), content.encode()
        values = {
            "hash": hashlib.sha256(plain).hexdigest(),
            "bytes": len(plain),
            "content": content,
            "made_at": now.isoformat(),
            "expires_at": (now + dt.timedelta(days=days)).isoformat(),
        }
        key = {"operation_id": operation.id, "attempt": operation.attempts, "kind": kind}
        with self._database.transaction() as db:
            if kind == BodyKind.FOUND:
                db.execute(BODY.delete().where(*(BODY.c[name] == value for name, value in key.items())))
            db.execute(BODY.insert().values(**key, **values))

    def of(self, operation_id: int) -> list[Body]:
        """Give every body of an operation, attempt by attempt, in the order in which they came."""
        query = sa.select(BODY).join(OPERATION).where(BODY.c.operation_id == operation_id, self._mine())
        with self._database.transaction() as db:
            rows = db.execute(query.order_by(BODY.c.attempt, BODY.c.made_at)).all()
        order = tuple(BodyKind)
        bodies = [Body(**{**row._mapping, "kind": BodyKind(row.kind)}) for row in rows]
        return sorted(bodies, key=lambda body: (body.attempt, order.index(body.kind)))

    def sent(self, operation_id: int) -> Sent:
        """Tell how often an operation was sent, and the hashes of what went over the line the last time."""
        newest = sa.and_(BODY.c.operation_id == OPERATION.c.id, BODY.c.attempt == OPERATION.c.attempts)
        query = (
            sa.select(OPERATION.c.attempts, BODY.c.kind, BODY.c.hash)
            .select_from(OPERATION.outerjoin(BODY, newest))
            .where(OPERATION.c.id == operation_id, self._mine())
        )
        with self._database.transaction() as db:
            rows = db.execute(query).all()
        hashes = {row.kind: row.hash for row in rows if row.kind}
        response = next((hashes[kind] for kind in RESPONSES if kind in hashes), "")
        return Sent(rows[0].attempts or None if rows else None, hashes.get(BodyKind.REQUEST, ""), response)

    def purge(self) -> int:
        """Forget the contents whose time is over, and give how many."""
        mine = sa.select(OPERATION.c.id).where(self._mine())
        over = (BODY.c.expires_at <= self._clock().isoformat(), BODY.c.content.is_not(None))
        with self._database.transaction() as db:
            return db.execute(BODY.update().where(BODY.c.operation_id.in_(mine), *over).values(content=None)).rowcount

    def _mine(self) -> sa.ColumnElement[bool]:
        return OPERATION.c.connection_id == self._connection_id
