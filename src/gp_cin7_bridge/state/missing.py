"""Which records GP's lists lacked, and how often in a row."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from gp_cin7_bridge.state.database import Database
from gp_cin7_bridge.state.tables import MISSING


class Missing:
    """What one connection's whole readings of GP missed."""

    def __init__(self, database: Database, connection_id: int) -> None:
        self._database = database
        self._connection_id = connection_id

    def counts(self, flow: str) -> dict[str, int]:
        """Give how many readings in a row lacked each record."""
        query = sa.select(MISSING.c.record_key, MISSING.c.misses).where(self._of(flow))
        with self._database.transaction() as db:
            return {row.record_key: row.misses for row in db.execute(query)}

    def note(self, flow: str, keys: Collection[str]) -> None:
        """Remember a whole reading: these records were not in it, all others were."""
        counts = self.counts(flow)
        with self._database.transaction() as db:
            db.execute(MISSING.delete().where(self._of(flow)))
            rows = [
                {
                    "connection_id": self._connection_id,
                    "flow": flow,
                    "record_key": key,
                    "misses": counts.get(key, 0) + 1,
                }
                for key in keys
            ]
            if rows:
                db.execute(MISSING.insert(), rows)

    def _of(self, flow: str) -> sa.ColumnElement[bool]:
        return sa.and_(MISSING.c.connection_id == self._connection_id, MISSING.c.flow == flow)
