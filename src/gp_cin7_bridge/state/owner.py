"""Whose memory a connection's state is: one GP company's and one Cin7 Core account's."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from gp_cin7_bridge.errors import StateError, WriterBusyError
from gp_cin7_bridge.state.database import Database, connection_part
from gp_cin7_bridge.state.locks import WriterLock
from gp_cin7_bridge.state.tables import CONNECTION, EVENT, LINK, OPERATION, RUN

# As long as none of these has a row, nothing that is kept would be mistaken for the other company's.
BEGUN: Final = (RUN, LINK, OPERATION, EVENT)


class Owner:
    """The company and the account that the settings name for a connection.

    A first `check` with a misspelt company must not bind the name to it, so the pair may be corrected until something
    was begun. It is corrected under the writer's lock, and each writer confirms it under that lock.
    """

    def __init__(self, database: Database, name: str, *, gp_company: str, cin7_account_id: str) -> None:
        self._database = database
        self._name = name
        self._pair = {"gp_company": gp_company, "cin7_account_id": cin7_account_id}

    def claim(self, now: str) -> int:
        """Give the number of the connection, new or known.

        Raises:
            StateError: the name belongs to another company or account.
        """
        with self._database.transaction() as db:
            if self._row(db) is None:
                db.execute(CONNECTION.insert().values(name=self._name, created_at=now, **self._pair))
            row = self._known(db)
        number = int(row.id)
        if not self._is_mine(row):
            self._correct(number)
        return number

    def confirm(self) -> None:
        """Make sure that the name still belongs to this pair.

        Raises:
            StateError: it belongs to another.
        """
        with self._database.transaction() as db:
            row = self._known(db)
        if not self._is_mine(row):
            raise self._refused(row)

    def _correct(self, number: int) -> None:
        part = connection_part(self._database, number)
        try:
            with WriterLock(part, self._name).hold(0), part.transaction() as db:
                row = self._known(db)
                begun = (sa.exists().where(table.c.connection_id == number) for table in BEGUN)
                if not self._is_mine(row) and db.execute(sa.select(sa.or_(*begun))).scalar_one():
                    raise self._refused(row)
                db.execute(CONNECTION.update().where(CONNECTION.c.id == number).values(**self._pair))
        except WriterBusyError:
            self.confirm()

    def _row(self, db: sa.Connection) -> sa.Row[tuple[object, ...]] | None:
        return db.execute(sa.select(CONNECTION).where(CONNECTION.c.name == self._name)).one_or_none()

    def _known(self, db: sa.Connection) -> sa.Row[tuple[object, ...]]:
        return db.execute(sa.select(CONNECTION).where(CONNECTION.c.name == self._name)).one()

    def _is_mine(self, row: sa.Row[tuple[object, ...]]) -> bool:
        return all(getattr(row, key) == value for key, value in self._pair.items())

    def _refused(self, row: sa.Row[tuple[object, ...]]) -> StateError:
        return StateError(
            f"connection {self._name!r} belongs to company {row.gp_company!r} and Cin7 Core account"
            f" {row.cin7_account_id}; give the new pair another name in bridge.toml, or another state url"
        )
