"""The store: one database, and in it the memory of each connection."""

from __future__ import annotations

import sqlalchemy as sa

from gp_cin7_bridge.references import SecretReference
from gp_cin7_bridge.state.connection import Clock, Connection, Kept
from gp_cin7_bridge.state.database import Database
from gp_cin7_bridge.state.events import waiting_since
from gp_cin7_bridge.state.limits import SharedPermits, SharedRate
from gp_cin7_bridge.state.owner import Owner
from gp_cin7_bridge.state.tables import CONNECTION, CURSOR


class Store:
    """A state database, which may hold several connections."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    @classmethod
    def open(cls, url: str, *, clock: Clock, password: SecretReference | None = None) -> Store:
        """Open a state database; a SQLite file is created when it is missing.

        Raises:
            StateError: it cannot be used as it is; the message has the cure.
        """
        return cls(Database(url, password=password), clock)

    def connection(self, name: str, *, gp_company: str, cin7_account_id: str) -> Connection:
        """Give the memory of a connection, new or known.

        Raises:
            StateError: the name belongs to another company or account, and something was begun for it.
        """
        owner = Owner(self._database, name, gp_company=gp_company, cin7_account_id=cin7_account_id)
        number = owner.claim(self._clock().isoformat())
        return Connection(self._database, number, name, owner, self._clock)

    def kept(self) -> dict[str, Kept]:
        """Give what every connection keeps between runs, by its name, in as many queries as for one."""
        cursors: dict[str, dict[str, str]] = {}
        query = sa.select(CONNECTION.c.name, CURSOR.c.stream, CURSOR.c.value).join(CURSOR)
        with self._database.transaction() as db:
            for name, stream, value in db.execute(query):
                cursors.setdefault(name, {})[stream] = value
            since = waiting_since(db)
        return {name: Kept(cursors.get(name, {}), since.get(name)) for name in cursors.keys() | since.keys()}

    def shared_rate(self, scope: str, calls: int, per: float, *, give_up: float) -> SharedRate:
        """Give the limiter that every process on this database shares for a scope."""
        return SharedRate(self._database, scope, calls, per, give_up=give_up)

    def shared_permits(self, scope: str, permits: int, *, lease: float) -> SharedPermits:
        """Give the permits that every process on this database shares for a scope."""
        return SharedPermits(self._database, scope, permits, lease=lease)

    def close(self) -> None:
        """Close the database."""
        self._database.close()
