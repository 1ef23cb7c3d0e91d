"""The two databases that keep the state, and what differs between them: opening, taking turns, the writer's lock."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Final, Protocol

import sqlalchemy as sa
from filelock import FileLock, Timeout
from sqlalchemy import event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry, StaticPool

from gp_cin7_bridge.errors import StateError
from gp_cin7_bridge.references import SecretReference
from gp_cin7_bridge.state.shares import share_of

MEMORY: Final = ("", ":memory:")
FORMS: Final = "write sqlite:///state.sqlite, or postgresql://USER@HOST/DATABASE"
# What was purged is overwritten in the file too.
PRAGMAS: Final = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "secure_delete = ON",
    "busy_timeout = 30000",
)
LOCK_NOT_AVAILABLE: Final = "55P03"
# A server notices within a minute that a writer's machine is gone, and frees its lock; by default it takes two hours.
SESSION: Final = (
    "SET lock_timeout = '30s'",
    "SET tcp_keepalives_idle = 30",
    "SET tcp_keepalives_interval = 10",
    "SET tcp_keepalives_count = 3",
    "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'",
)
# Databases may be shared by several schemas, each with a state of its own.
_KEY: Final = "hashtextextended(concat('gp-cin7/', current_schema(), '/', CAST(:what AS text)), 0)"
_TURN: Final = sa.text(f"SELECT pg_advisory_xact_lock({_KEY})")
_LOCK: Final = sa.text(f"SELECT pg_advisory_lock({_KEY})")
_UNLOCK: Final = sa.text(f"SELECT pg_advisory_unlock({_KEY})")
_PATIENCE: Final = sa.text("SELECT set_config('lock_timeout', :milliseconds, false)")


class Backend(Protocol):
    """One kind of database.

    Attributes:
        shown: names the database in messages, without a secret.
        path: its file, when it has one.
        migrates: whether opening it brings it to the newest schema.
        side_by_side: whether transactions of several parts may run at once.
        damaged: the cure when it cannot be read.
    """

    engine: sa.Engine
    shown: str
    path: Path | None
    migrates: bool
    side_by_side: bool
    damaged: str

    def take_turn(self, connection: sa.Connection, part: str) -> None:
        """Wait until no other transaction works on this part."""

    def now(self) -> sa.ColumnElement[float]:
        """Give the time that every process on this database shares, in seconds, as a part of a query."""

    def writer(self, name: str, timeout: float) -> AbstractContextManager[sa.Connection | None]:
        """Hold a lock that dies with this process; gives the connection that holds it, if one does.

        Raises:
            TimeoutError: another process holds it.
        """


def backend_of(url: str, password: SecretReference | None = None) -> Backend:
    """Give the backend of a SQLAlchemy URL; nothing is connected yet.

    Raises:
        StateError: the URL cannot be used; the message has the cure and no part of the URL that may be secret.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise StateError(f"the state url cannot be read; {FORMS}") from None
    match parsed.get_backend_name():
        case "sqlite":
            return SQLite(parsed)
        case "postgresql":
            return PostgreSQL(parsed, password)
        case other:
            raise StateError(f"the bridge cannot keep its state in {other}; {FORMS}")


class SQLite:
    """A file, for the processes of one machine; one transaction at a time."""

    migrates = True
    side_by_side = False
    damaged = "restore it from a backup, or move it away to begin anew"

    def __init__(self, url: URL) -> None:
        self.path: Path | None = None if url.database in (None, *MEMORY) else Path(url.database or "")
        self.shown: str = str(self.path or url)
        if self.path and not self.path.parent.is_dir():
            raise StateError(f"folder {self.path.parent} of the state file does not exist; create it")
        if self.path and (share := share_of(self.path)):
            raise StateError(
                f"{self.path} lies on a network share ({share}), where two processes could write at once; put the state"
                f" on a local disk, or use postgresql://USER@HOST/DATABASE"
            )
        self.engine: sa.Engine = (
            sa.create_engine(url, hide_parameters=True)
            if self.path
            else sa.create_engine(
                url, hide_parameters=True, poolclass=StaticPool, connect_args={"check_same_thread": False}
            )
        )
        event.listen(self.engine, "connect", _durable_file)
        event.listen(self.engine, "begin", _begin_immediate)

    def take_turn(self, connection: sa.Connection, part: str) -> None:
        """Do nothing: the transaction began with the write lock."""

    def now(self) -> sa.ColumnElement[float]:
        """Give the machine's time."""
        return sa.literal(time.time(), sa.Double)

    @contextmanager
    def writer(self, name: str, timeout: float) -> Iterator[None]:
        """Hold a lock file beside the state; a state in memory has no other process."""
        if self.path is None:
            yield
            return
        lock = FileLock(self.path.with_name(f"{self.path.name}.{name}.lock"), thread_local=False)
        try:
            lock.acquire(timeout=timeout)
        except Timeout:
            raise TimeoutError from None
        try:
            yield
        finally:
            lock.release()


class PostgreSQL:
    """A server, for processes on several machines; one transaction at a time for each connection of the bridge.

    Args:
        password: read anew for each session, so that it may change; without it the URL's own, or libpq's ways.
    """

    path: Path | None = None
    migrates = False
    side_by_side = True
    damaged = "see its log; restore it from a backup, or name an empty database or schema to begin anew"

    def __init__(self, url: URL, password: SecretReference | None) -> None:
        self.shown: str = (
            f"PostgreSQL database {url.database or ''} on {url.host or url.query.get('host', 'this machine')}"
        )
        quiet = {"fallback_application_name": "gp-cin7", "connect_timeout": "10", "keepalives_idle": "30"}
        url = url.set(drivername="postgresql+psycopg", query={**quiet, **url.query})
        try:
            # What a turn protects is read after it was taken: each statement must see what is committed by then.
            # Each writer and each transaction holds a session: 0 sets no limit.
            self.engine: sa.Engine = sa.create_engine(
                url, hide_parameters=True, pool_pre_ping=True, pool_size=0, isolation_level="READ COMMITTED"
            )
        except ModuleNotFoundError as error:
            raise StateError(
                f"{self.shown} needs the extra: pip install 'gp-cin7-bridge[postgres]' ({error})"
            ) from error
        event.listen(self.engine, "connect", _durable_session)
        if password is not None:

            def sign_in(_dialect: object, _record: object, _arguments: object, named: dict[str, object]) -> None:
                named["password"] = password.read().reveal()

            event.listen(self.engine, "do_connect", sign_in)

    def take_turn(self, connection: sa.Connection, part: str) -> None:
        """Queue up on the server; the turn ends with the transaction."""
        connection.execute(_TURN, {"what": f"turn {part}"})

    def now(self) -> sa.ColumnElement[float]:
        """Give the server's time, which goes on within a transaction."""
        return sa.cast(sa.extract("epoch", sa.func.clock_timestamp()), sa.Double)

    @contextmanager
    def writer(self, name: str, timeout: float) -> Iterator[sa.Connection]:
        """Hold an advisory lock on a session of its own, which ends with this process."""
        key = {"what": f"writer {name}"}
        with self.engine.connect() as connection:
            try:
                connection.execute(_PATIENCE, {"milliseconds": str(max(1, int(timeout * 1000)))})
                connection.execute(_LOCK, key)
                connection.execute(_PATIENCE, {"milliseconds": "30000"})
                connection.commit()
            except OperationalError as error:
                # The session leaves the pool with its patience.
                connection.invalidate()
                if getattr(error.orig, "sqlstate", None) == LOCK_NOT_AVAILABLE:
                    raise TimeoutError from None
                raise
            try:
                yield connection
            finally:
                if not connection.invalidated:
                    connection.rollback()
                    connection.execute(_UNLOCK, key)
                    connection.commit()


def _durable_file(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    """Let a commit be on the disk before it returns."""
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_immediate(connection: sa.Connection) -> None:
    """Take the write lock at once, so that no transaction fails halfway for another."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _durable_session(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    """Let a commit be on the server's disk before it returns, and no wait be endless."""
    cursor = connection.cursor()
    for statement in SESSION:
        cursor.execute(statement)
    cursor.close()
    connection.commit()
