"""One database, of which each part is used by one transaction at a time."""

from __future__ import annotations

import copy
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import sqlalchemy as sa
from attrs import Factory, define
from sqlalchemy.exc import DatabaseError, DataError, InterfaceError, OperationalError, ProgrammingError

from gp_cin7_bridge.errors import StateError
from gp_cin7_bridge.references import SecretReference
from gp_cin7_bridge.state.backends import Backend, backend_of
from gp_cin7_bridge.state.schema import prepare

EVERYBODY = "everybody"
NOT_ALLOWED = "42501"


class _Here(threading.local):
    """The transaction that runs in this thread, and the parts whose turns it has."""

    def __init__(self) -> None:
        self.connection: sa.Connection | None = None
        self.parts: set[str] = set()


@define
class _Use:
    """What this process does with the database now.

    Attributes:
        here: what this thread does.
        turns: who waits for a transaction of this process, waits here; on a server, by part.
        writers: the sessions that hold a writer's lock, by part.
    """

    here: _Here = Factory(_Here)
    turns: dict[str, threading.RLock] = Factory(dict)
    writers: dict[str, sa.Connection] = Factory(dict)


class Database:
    """A state database, whose transactions behave as if they ran one after the other.

    SQLite is brought to the newest schema when it is opened. PostgreSQL is so only with `migrate`, because other
    processes may be at work on it with the release before.

    Args:
        url: a SQLAlchemy URL of SQLite or PostgreSQL.
        password: of PostgreSQL; never part of a message.
        migrate: bring PostgreSQL to the newest schema too.

    Raises:
        StateError: the database cannot be used as it is; the message has the cure.
    """

    def __init__(self, url: str, *, password: SecretReference | None = None, migrate: bool = False) -> None:
        self.backend: Backend = backend_of(url, password)
        self._use = _Use()
        self._part = EVERYBODY
        try:
            with self.transaction() as connection:
                self.migrated: bool = prepare(connection, self.shown, migrate=migrate or self.backend.migrates)
        except DatabaseError as error:
            self.close()
            raise StateError(
                f"{self.shown} is no state of the bridge, or it is damaged ({error.orig}); {self.backend.damaged}"
            ) from error
        except BaseException:
            self.close()
            raise

    @property
    def path(self) -> Path | None:
        """The file of a SQLite database."""
        return self.backend.path

    @property
    def shown(self) -> str:
        """The database's name for messages, without a secret."""
        return self.backend.shown

    def part(self, name: str) -> Self:
        """Give the same database, whose transactions wait only for those of the same part; SQLite has one turn for all.

        Args:
            name: of what no two transactions may change at once.
        """
        part = copy.copy(self)
        part._part = name
        return part

    @contextmanager
    def transaction(self) -> Iterator[sa.Connection]:
        """Work in one transaction; a nested use joins the outer one.

        Raises:
            StateError: the database does not answer, let nobody in for 30 seconds, or cannot keep a value; nothing was
                changed.
        """
        here = self._use.here
        if here.connection is not None:
            self._take_turn(here.connection)
            yield here.connection
            return
        with self._turn(), self._answering(), self._begun() as connection:
            here.connection = connection
            try:
                self._take_turn(connection)
                yield connection
            finally:
                here.connection = None
                here.parts.clear()

    @contextmanager
    def writer(self, name: str, timeout: float) -> Iterator[None]:
        """Be the only writer of that name; transactions of this part run on the session that holds the lock.

        So a writer who lost its session, and with it the lock, commits nothing more.

        Raises:
            TimeoutError: another process is.
            StateError: the database does not answer.
        """
        with self._answering(), self.backend.writer(name, timeout) as session:
            if session is None:
                yield
                return
            self._use.writers[self._part] = session
            try:
                yield
            finally:
                del self._use.writers[self._part]

    def close(self) -> None:
        """Close every connection."""
        self.backend.engine.dispose()

    @contextmanager
    def _answering(self) -> Iterator[None]:
        try:
            yield
        except (OperationalError, InterfaceError) as error:
            raise StateError(
                f"{self.shown} does not answer as it should ({str(error.orig).strip()}); see that it runs, can be"
                " reached and has room, then run this again"
            ) from error
        except ProgrammingError as error:
            if getattr(error.orig, "sqlstate", None) != NOT_ALLOWED:
                raise
            raise StateError(
                f"{self.shown} does not let this user do that ({str(error.orig).strip()}); grant it, or use the"
                " user to whom the state belongs"
            ) from error
        except DataError as error:
            raise StateError(
                f"{self.shown} cannot keep a value ({str(error.orig).strip()}); nothing was changed, shorten the"
                " text or take its NUL characters out"
            ) from error

    @contextmanager
    def _begun(self) -> Iterator[sa.Connection]:
        session = self._use.writers.get(self._part)
        if session is None:
            with self.backend.engine.begin() as connection:
                yield connection
            return
        if session.invalidated:
            raise StateError(
                f"the session with {self.shown} ended, and with it the writer's lock; nothing more was written, run"
                " this again"
            )
        with session.begin():
            yield session

    def _turn(self) -> threading.RLock:
        part = self._part if self.backend.side_by_side else EVERYBODY
        return self._use.turns.setdefault(part, threading.RLock())

    def _take_turn(self, connection: sa.Connection) -> None:
        if self._part not in self._use.here.parts:
            self.backend.take_turn(connection, self._part)
            self._use.here.parts.add(self._part)


def connection_part(database: Database, connection_id: int) -> Database:
    """Give the part of a database that is one connection's."""
    return database.part(f"connection {connection_id}")
