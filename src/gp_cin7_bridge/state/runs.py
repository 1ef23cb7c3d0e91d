"""The runs: when each flow ran, how it ended, and what it counted."""

from __future__ import annotations

import json
from collections.abc import Mapping

import sqlalchemy as sa
from attrs import frozen

from gp_cin7_bridge.state.database import Database
from gp_cin7_bridge.state.tables import AUDIT, RUN


@frozen(kw_only=True)
class Run:
    """One run of a flow; `status` is running, done, stopped, failed, or refused: the credentials were."""

    id: int
    flow: str
    started_at: str
    ended_at: str | None
    status: str
    counts: Mapping[str, int]


class Runs:
    """The runs of one connection."""

    def __init__(self, database: Database, connection_id: int) -> None:
        self._database = database
        self._id = connection_id

    def start(self, now: str, flow: str) -> int:
        """Begin a run and give its number."""
        row = RUN.insert().values(connection_id=self._id, flow=flow, started_at=now, status="running", counts="{}")
        with self._database.transaction() as db:
            (run_id,) = db.execute(row).inserted_primary_key or (0,)
            return int(run_id)

    def end(self, now: str, run_id: int, status: str, counts: Mapping[str, int]) -> None:
        """Say how a run ended."""
        with self._database.transaction() as db:
            db.execute(
                RUN.update()
                .where(RUN.c.id == run_id)
                .values(ended_at=now, status=status, counts=json.dumps(dict(counts)))
            )

    def forget(self, before: str) -> int:
        """Forget runs that ended before a moment and told the audit nothing, save each flow's last that was done."""
        other = RUN.alias()
        last_done = sa.select(sa.func.max(other.c.id)).where(
            other.c.connection_id == self._id, other.c.flow == RUN.c.flow, other.c.status == "done"
        )
        told = sa.exists().where(AUDIT.c.connection_id == self._id, AUDIT.c.run_id == RUN.c.id)
        over = (RUN.c.connection_id == self._id, RUN.c.ended_at < before)
        with self._database.transaction() as db:
            return db.execute(
                RUN.delete().where(*over, ~told, RUN.c.id != sa.func.coalesce(last_done.scalar_subquery(), 0))
            ).rowcount

    def last_done(self, flow: str) -> str | None:
        """Tell when a flow finished last, as an ISO text."""
        mine = sa.and_(RUN.c.connection_id == self._id, RUN.c.flow == flow, RUN.c.status == "done")
        with self._database.transaction() as db:
            newest: str | None = db.execute(sa.select(sa.func.max(RUN.c.ended_at)).where(mine)).scalar()
            return newest

    def newest(self, count: int, flow: str | None = None) -> list[Run]:
        """Give the newest runs, of a flow or of any, newest first."""
        mine = sa.and_(RUN.c.connection_id == self._id, sa.true() if flow is None else RUN.c.flow == flow)
        query = sa.select(RUN).where(mine).order_by(RUN.c.id.desc()).limit(count)
        with self._database.transaction() as db:
            rows = db.execute(query).all()
        return [
            Run(
                id=row.id,
                flow=row.flow,
                started_at=row.started_at,
                ended_at=row.ended_at,
                status=row.status,
                counts=json.loads(row.counts),
            )
            for row in rows
        ]
