"""Documents that wait for a person, with their reasons and since when."""

from __future__ import annotations

import json

import sqlalchemy as sa
from attrs import asdict, frozen

from gp_cin7_bridge.reasons import Reason
from gp_cin7_bridge.state.database import Database
from gp_cin7_bridge.state.tables import HELD


@frozen(kw_only=True)
class HeldRecord:
    """One held document; `record_key` is its identity, `document` the name people know."""

    flow: str
    record_key: str
    document: str
    reasons: tuple[Reason, ...]
    first_at: str
    last_at: str
    times: int


class HeldRecords:
    """What one connection holds."""

    def __init__(self, database: Database, connection_id: int) -> None:
        self._database = database
        self._connection_id = connection_id

    def hold(self, at: str, flow: str, record_key: str, document: str, reasons: tuple[Reason, ...]) -> bool:
        """Hold a document, or say that it still is; gives whether its reasons are new."""
        told = json.dumps([asdict(each) for each in reasons], ensure_ascii=False)
        with self._database.transaction() as db:
            before = db.execute(sa.select(HELD).where(self._is(flow, record_key))).one_or_none()
            if before is None:
                db.execute(
                    HELD.insert().values(
                        connection_id=self._connection_id,
                        flow=flow,
                        record_key=record_key,
                        document=document,
                        reasons=told,
                        first_at=at,
                        last_at=at,
                        times=1,
                    )
                )
                return True
            db.execute(
                HELD.update()
                .where(self._is(flow, record_key))
                .values(document=document, reasons=told, last_at=at, times=before.times + 1)
            )
            return bool(before.reasons != told)

    def release(self, flow: str, record_key: str) -> None:
        """Forget that a document was held; its history stays in the audit."""
        with self._database.transaction() as db:
            db.execute(HELD.delete().where(self._is(flow, record_key)))

    def all(self, flow: str | None = None) -> list[HeldRecord]:
        """Give what is held, the oldest first."""
        query = sa.select(HELD).where(HELD.c.connection_id == self._connection_id)
        if flow is not None:
            query = query.where(HELD.c.flow == flow)
        with self._database.transaction() as db:
            rows = db.execute(query.order_by(HELD.c.first_at, HELD.c.record_key)).all()
        return [
            HeldRecord(
                flow=row.flow,
                record_key=row.record_key,
                document=row.document,
                reasons=tuple(Reason(**each) for each in json.loads(row.reasons)),
                first_at=row.first_at,
                last_at=row.last_at,
                times=row.times,
            )
            for row in rows
        ]

    def _is(self, flow: str, record_key: str) -> sa.ColumnElement[bool]:
        return sa.and_(
            HELD.c.connection_id == self._connection_id, HELD.c.flow == flow, HELD.c.record_key == record_key
        )
