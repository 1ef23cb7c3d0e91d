"""The secrets of one connection, encrypted: `db:NAME` in bridge.toml.

A data key encrypts the secrets; the master key, which lies elsewhere, wraps the data key. While two master keys are
given, each wraps it, so that processes that know only one of them go on reading during a rotation.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

import sqlalchemy as sa
from attrs import frozen

from gp_cin7_bridge.references import SecretUnavailableError
from gp_cin7_bridge.secret import Secret
from gp_cin7_bridge.state.database import Database
from gp_cin7_bridge.state.encryption import Key, UndecryptableError
from gp_cin7_bridge.state.tables import SECRET, SECRET_KEY


@frozen(kw_only=True)
class KeptSecret:
    """What may be said of a secret: its name, how often it was set, its data key, and when it was set."""

    name: str
    version: int
    key_id: str
    set_at: str


class Secrets:
    """The encrypted secrets of one connection.

    Args:
        name: the connection's name, which every text is bound to.
    """

    def __init__(self, database: Database, connection_id: int, name: str, clock: Callable[[], dt.datetime]) -> None:
        self._database = database
        self._id = connection_id
        self._name = name
        self._clock = clock

    def all(self) -> list[KeptSecret]:
        """Give every secret's name, without its text."""
        query = sa.select(SECRET).where(SECRET.c.connection_id == self._id).order_by(SECRET.c.name)
        with self._database.transaction() as db:
            return [
                KeptSecret(name=row.name, version=row.version, key_id=row.key_id, set_at=row.set_at)
                for row in db.execute(query)
            ]

    def get(self, name: str, masters: Sequence[Key]) -> Secret:
        """Read a secret.

        Raises:
            SecretUnavailableError: there is none, or no master key opens it.
        """
        with self._database.transaction() as db:
            row = db.execute(sa.select(SECRET).where(self._named(name))).one_or_none()
            if row is None:
                raise SecretUnavailableError(
                    f"connection {self._name!r} keeps no secret {name!r}; run: gp-cin7 secrets set {name}"
                )
            return self._opened(row, self._data_key(db, row.key_id, masters))

    def set(self, name: str, secret: Secret, masters: Sequence[Key]) -> None:
        """Keep a secret, in place of the one of that name.

        Raises:
            SecretUnavailableError: no master key opens the data key in use.
        """
        with self._database.transaction() as db:
            key_id = db.execute(
                sa.select(SECRET_KEY.c.key_id).where(SECRET_KEY.c.connection_id == self._id).limit(1)
            ).scalar_one_or_none()
            key = self._data_key(db, key_id, masters) if key_id else self._new_data_key(db, masters)
            version = db.execute(sa.select(SECRET.c.version).where(self._named(name))).scalar_one_or_none() or 0
            db.execute(SECRET.delete().where(self._named(name)))
            self._write(db, name, version + 1, secret, key)

    def delete(self, name: str) -> None:
        """Forget a secret.

        Raises:
            SecretUnavailableError: there is none.
        """
        with self._database.transaction() as db:
            if not db.execute(SECRET.delete().where(self._named(name))).rowcount:
                raise SecretUnavailableError(f"connection {self._name!r} keeps no secret {name!r}; nothing was deleted")

    def rotate(self, masters: Sequence[Key]) -> int:
        """Encrypt every secret anew under a new data key, wrapped by each of `masters`; gives how many.

        All of it in one transaction: a reader finds either the old or the new, and both can be read.

        Raises:
            SecretUnavailableError: one secret cannot be opened; nothing was changed.
        """
        with self._database.transaction() as db:
            rows = db.execute(sa.select(SECRET).where(SECRET.c.connection_id == self._id)).all()
            opened = [(row, self._opened(row, self._data_key(db, row.key_id, masters))) for row in rows]
            db.execute(SECRET.delete().where(SECRET.c.connection_id == self._id))
            db.execute(SECRET_KEY.delete().where(SECRET_KEY.c.connection_id == self._id))
            key = self._new_data_key(db, masters)
            for row, secret in opened:
                self._write(db, row.name, row.version, secret, key, set_at=row.set_at)
            return len(opened)

    def _named(self, name: str) -> sa.ColumnElement[bool]:
        return sa.and_(SECRET.c.connection_id == self._id, SECRET.c.name == name)

    def _write(
        self, db: sa.Connection, name: str, version: int, secret: Secret, key: Key, *, set_at: str | None = None
    ) -> None:
        db.execute(
            SECRET.insert().values(
                connection_id=self._id,
                name=name,
                version=version,
                key_id=key.key_id,
                sealed=key.encrypt(secret, self._name, name, str(version), key.key_id),
                set_at=set_at or self._clock().isoformat(),
            )
        )

    def _opened(self, row: sa.Row[tuple[object, ...]], key: Key) -> Secret:
        try:
            return key.decrypt(row.sealed, self._name, row.name, str(row.version), key.key_id)
        except UndecryptableError:
            raise SecretUnavailableError(
                f"secret {row.name!r} of connection {self._name!r} was changed in the database, or belongs to another"
                f" connection; set it again: gp-cin7 secrets set {row.name}"
            ) from None

    def _new_data_key(self, db: sa.Connection, masters: Sequence[Key]) -> Key:
        key = Key.new()
        for master in masters:
            db.execute(
                SECRET_KEY.insert().values(
                    connection_id=self._id,
                    key_id=key.key_id,
                    master_id=master.key_id,
                    wrapped=master.encrypt(key.text(), self._name, key.key_id),
                    made_at=self._clock().isoformat(),
                )
            )
        return key

    def _data_key(self, db: sa.Connection, key_id: str, masters: Sequence[Key]) -> Key:
        by_id = {master.key_id: master for master in masters}
        query = sa.select(SECRET_KEY).where(SECRET_KEY.c.connection_id == self._id, SECRET_KEY.c.key_id == key_id)
        for row in db.execute(query):
            if master := by_id.get(row.master_id):
                try:
                    return Key.parse(master.decrypt(row.wrapped, self._name, key_id))
                except UndecryptableError:
                    continue
        raise SecretUnavailableError(
            f"the master key does not open the secrets of connection {self._name!r}; give the one they were kept with"
            " as master_key, or as previous_master_key, in [secrets] of bridge.toml"
        )
