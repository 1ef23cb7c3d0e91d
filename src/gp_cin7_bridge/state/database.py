"""One database: opened, migrated, and used one transaction at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError
from sqlalchemy.pool import ConnectionPoolEntry, StaticPool

from gp_cin7_bridge.errors import StateError

MIGRATIONS: Final = Path(__file__).parent / "migrations"
MEMORY: Final = ("", ":memory:")


class Database:
    """A SQLite database that is brought to the newest schema when it is opened.

    Raises:
        StateError: the file cannot be used as it is; the message has the cure.
    """

    def __init__(self, url: str) -> None:
        try:
            parsed = make_url(url)
        except ArgumentError as error:
            raise StateError(f"state url {url!r} cannot be read; write sqlite:///state.sqlite") from error
        if parsed.get_backend_name() != "sqlite":
            raise StateError(f"state url {url!r} is no SQLite file; this release keeps its state in SQLite")
        self.path = None if parsed.database in (None, *MEMORY) else Path(parsed.database or "")
        if self.path and not self.path.parent.is_dir():
            raise StateError(f"folder {self.path.parent} of the state file does not exist; create it")
        self.engine = (
            sa.create_engine(url)
            if self.path
            else sa.create_engine(url, poolclass=StaticPool, connect_args={"check_same_thread": False})
        )
        event.listen(self.engine, "connect", _settings)
        event.listen(self.engine, "begin", _begin)
        self._lock = threading.RLock()
        self._current: sa.Connection | None = None
        try:
            self._migrate()
        except (DatabaseError, StateError) as error:
            self.engine.dispose()
            if isinstance(error, StateError):
                raise
            raise StateError(
                f"{self.path or url} is no state of the bridge, or it is damaged ({error.orig});"
                " restore it from a backup, or move it away to begin anew"
            ) from error

    @contextmanager
    def transaction(self) -> Iterator[sa.Connection]:
        """Work in one transaction; a nested use joins the outer one."""
        with self._lock:
            if self._current is not None:
                yield self._current
                return
            with self.engine.begin() as connection:
                self._current = connection
                try:
                    yield connection
                finally:
                    self._current = None

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    def _migrate(self) -> None:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        scripts = ScriptDirectory.from_config(config)
        with self.engine.begin() as connection:
            there = MigrationContext.configure(connection).get_current_revision()
            known = {script.revision for script in scripts.walk_revisions()}
            if there is not None and there not in known:
                raise StateError(
                    f"{self.path} was written by a newer release (schema {there}); install that release, or restore"
                    " a backup from before it"
                )
            if there is None and sa.inspect(connection).get_table_names():
                raise StateError(f"{self.path} holds something else than the bridge's state; name another file")
            if there != scripts.get_current_head():
                config.attributes["connection"] = connection
                command.upgrade(config, "head")


def _settings(connection: object, _: ConnectionPoolEntry) -> None:
    """Make SQLite durable: a commit is on the disk before it returns."""
    connection.isolation_level = None  # type: ignore[attr-defined]  # the driver's own object
    cursor = connection.cursor()  # type: ignore[attr-defined]  # the driver's own object
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "busy_timeout = 30000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: sa.Connection) -> None:
    """Take the write lock at once, so that no transaction fails halfway for another."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")
