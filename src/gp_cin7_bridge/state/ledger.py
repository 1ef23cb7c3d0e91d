"""The ledger of intents: what is about to be sent is on the disk before its first byte leaves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from enum import StrEnum

import sqlalchemy as sa
from attrs import frozen

from gp_cin7_bridge.state.database import Database
from gp_cin7_bridge.state.tables import ATTEMPT, OPERATION


class OperationState(StrEnum):
    """Where an intent stands; sending and unknown are open, what follows them is settled.

    Superseded is an update whose outcome nobody knows: its record is compared anew instead.
    """

    PLANNED = "planned"
    SENDING = "sending"
    UNKNOWN = "unknown"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    QUARANTINED = "quarantined"
    SUPERSEDED = "superseded"


OPEN = (OperationState.SENDING, OperationState.UNKNOWN)
NO_EFFECT = "no effect"


@frozen(kw_only=True)
class Operation:
    """One intent.

    Attributes:
        natural_key: what it is about; unique with `kind` and `generation`.
        token: the key under which the other system stores it; it never changes.
        payload: what is sent, frozen once the first send began.
        sent_at: when the last send began, aware and in UTC.
    """

    id: int
    kind: str
    natural_key: str
    generation: int
    token: str
    payload: str
    payload_hash: str
    state: OperationState
    attempts: int
    sent_at: dt.datetime | None
    remote_ref: str | None
    problem: str | None


@frozen(kw_only=True)
class Attempt:
    """One send of an intent; `outcome` is where the intent stood after it, None while nobody knows."""

    number: int
    started_at: str
    ended_at: str | None
    outcome: str | None
    problem: str | None


class Ledger:
    """The intents of one connection."""

    def __init__(self, database: Database, connection_id: int, clock: Callable[[], dt.datetime]) -> None:
        self._database = database
        self._connection_id = connection_id
        self._clock = clock

    def intend(
        self, kind: str, natural_key: str, token: str, payload: str, payload_hash: str, *, generation: int = 0
    ) -> Operation:
        """Write an intent down, or give the one that is there.

        What was never sent, or certainly refused, takes the new payload; what may have been sent keeps its own.
        """
        with self._database.transaction() as db:
            found = db.execute(sa.select(OPERATION).where(self._intent(kind, natural_key, generation))).one_or_none()
            if found is None:
                made = db.execute(
                    OPERATION.insert().values(
                        connection_id=self._connection_id,
                        kind=kind,
                        natural_key=natural_key,
                        generation=generation,
                        token=token,
                        payload=payload,
                        payload_hash=payload_hash,
                        state=OperationState.PLANNED,
                        attempts=0,
                        created_at=self.now(),
                    )
                )
                (operation_id,) = made.inserted_primary_key or (0,)
            else:
                operation_id = found.id
                if found.state in (OperationState.PLANNED, OperationState.REJECTED):
                    again = {"state": OperationState.PLANNED, "problem": None, "settled_at": None}
                    changed = OPERATION.update().where(OPERATION.c.id == found.id)
                    db.execute(changed.values(payload=payload, payload_hash=payload_hash, **again))
            row = db.execute(sa.select(OPERATION).where(OPERATION.c.id == operation_id)).one()
        return _operation(row)

    def find(self, kind: str, natural_key: str, generation: int = 0) -> Operation | None:
        """Give an intent, if there is one."""
        with self._database.transaction() as db:
            row = db.execute(sa.select(OPERATION).where(self._intent(kind, natural_key, generation))).one_or_none()
        return _operation(row) if row else None

    def find_all(self, kind: str, natural_keys: Collection[str]) -> list[Operation]:
        """Give the intents about some things, of every generation; up to some hundreds at a time."""
        query = sa.select(OPERATION).where(
            OPERATION.c.connection_id == self._connection_id,
            OPERATION.c.kind == kind,
            OPERATION.c.natural_key.in_(natural_keys),
        )
        with self._database.transaction() as db:
            return [_operation(row) for row in db.execute(query)]

    def open_operations(self, kind: str) -> list[Operation]:
        """Give intents whose outcome is not known."""
        query = sa.select(OPERATION).where(
            OPERATION.c.connection_id == self._connection_id, OPERATION.c.kind == kind, OPERATION.c.state.in_(OPEN)
        )
        with self._database.transaction() as db:
            return [_operation(row) for row in db.execute(query.order_by(OPERATION.c.id))]

    def about(self, kind: str, natural_key: str) -> list[Operation]:
        """Give every intent about one document, its updates too, the oldest first."""
        query = sa.select(OPERATION).where(
            OPERATION.c.connection_id == self._connection_id,
            sa.or_(
                sa.and_(OPERATION.c.kind == kind, OPERATION.c.natural_key == natural_key),
                sa.and_(
                    OPERATION.c.kind == f"{kind}.update",
                    OPERATION.c.natural_key.startswith(f"{natural_key}@", autoescape=True),
                ),
            ),
        )
        with self._database.transaction() as db:
            return [_operation(row) for row in db.execute(query.order_by(OPERATION.c.id))]

    def attempts(self, operation: Operation) -> list[Attempt]:
        """Give every send of an intent, the oldest first."""
        query = sa.select(ATTEMPT).where(ATTEMPT.c.operation_id == operation.id).order_by(ATTEMPT.c.number)
        with self._database.transaction() as db:
            rows = db.execute(query).all()
        return [
            Attempt(
                number=row.number,
                started_at=row.started_at,
                ended_at=row.ended_at,
                outcome=row.outcome,
                problem=row.problem,
            )
            for row in rows
        ]

    def get(self, operation: Operation) -> Operation:
        """Read an intent anew."""
        with self._database.transaction() as db:
            return _operation(db.execute(sa.select(OPERATION).where(OPERATION.c.id == operation.id)).one())

    def count(self, state: OperationState) -> int:
        """Count intents in a state."""
        query = sa.select(sa.func.count()).where(
            OPERATION.c.connection_id == self._connection_id, OPERATION.c.state == state
        )
        with self._database.transaction() as db:
            return int(db.execute(query).scalar_one())

    def uncertain(self, *, before: dt.datetime) -> list[Operation]:
        """Give what was sent before a moment, and of which nobody knows whether it arrived."""
        mine = sa.and_(OPERATION.c.connection_id == self._connection_id, OPERATION.c.state.in_(OPEN))
        query = sa.select(OPERATION).where(mine, OPERATION.c.sent_at < before.isoformat()).order_by(OPERATION.c.id)
        with self._database.transaction() as db:
            return [_operation(row) for row in db.execute(query)]

    def confirmed(self, kind: str) -> bool:
        """Tell whether any intent of a kind was ever confirmed."""
        query = sa.select(OPERATION.c.id).where(
            OPERATION.c.connection_id == self._connection_id,
            OPERATION.c.kind == kind,
            OPERATION.c.state == OperationState.CONFIRMED,
        )
        with self._database.transaction() as db:
            return db.execute(query.limit(1)).first() is not None

    def sending(self, operation: Operation) -> Operation:
        """Say that the next byte to leave is this intent's."""
        now = self.now()
        with self._database.transaction() as db:
            db.execute(
                OPERATION.update()
                .where(OPERATION.c.id == operation.id)
                .values(state=OperationState.SENDING, attempts=OPERATION.c.attempts + 1, sent_at=now)
            )
            sent = self.get(operation)
            db.execute(ATTEMPT.insert().values(operation_id=operation.id, number=sent.attempts, started_at=now))
        return sent

    def settle(
        self,
        operation: Operation,
        state: OperationState,
        *,
        remote_ref: str | None = None,
        problem: str | None = None,
        certain: bool = False,
    ) -> Operation:
        """Say how a send, or a look at the other system, turned out.

        Args:
            operation: the intent.
            state: where it stands now.
            remote_ref: the other system's own key.
            problem: what went wrong, in a sentence.
            certain: the last send certainly had no effect, although the intent stays open.
        """
        now = self.now()
        with self._database.transaction() as db:
            db.execute(
                OPERATION.update()
                .where(OPERATION.c.id == operation.id)
                .values(
                    state=state,
                    remote_ref=remote_ref,
                    problem=problem,
                    settled_at=None if state in OPEN else now,
                )
            )
            db.execute(
                ATTEMPT.update()
                .where(ATTEMPT.c.operation_id == operation.id, ATTEMPT.c.number == operation.attempts)
                .values(ended_at=now, outcome=NO_EFFECT if certain else state, problem=problem)
            )
            return self.get(operation)

    def uncertain_since(self, operation: Operation) -> dt.datetime | None:
        """Tell when the last send before this one began whose effect is not known; None when there is none."""
        query = sa.select(sa.func.max(ATTEMPT.c.started_at)).where(
            ATTEMPT.c.operation_id == operation.id,
            ATTEMPT.c.number < operation.attempts,
            sa.or_(ATTEMPT.c.outcome.is_(None), ATTEMPT.c.outcome != NO_EFFECT),
        )
        with self._database.transaction() as db:
            value = db.execute(query).scalar_one_or_none()
        return dt.datetime.fromisoformat(value) if value else None

    def _intent(self, kind: str, natural_key: str, generation: int) -> sa.ColumnElement[bool]:
        return sa.and_(
            OPERATION.c.connection_id == self._connection_id,
            OPERATION.c.kind == kind,
            OPERATION.c.natural_key == natural_key,
            OPERATION.c.generation == generation,
        )

    def now(self) -> str:
        """Give this moment as the ledger writes it."""
        return self._clock().isoformat()


def _operation(row: sa.Row[tuple[object, ...]]) -> Operation:
    return Operation(
        id=row.id,
        kind=row.kind,
        natural_key=row.natural_key,
        generation=row.generation,
        token=row.token,
        payload=row.payload,
        payload_hash=row.payload_hash,
        state=OperationState(row.state),
        attempts=row.attempts,
        sent_at=dt.datetime.fromisoformat(row.sent_at) if row.sent_at else None,
        remote_ref=row.remote_ref,
        problem=row.problem,
    )
