"""Opening a state: which databases are taken, which are refused, and with what cure."""

from __future__ import annotations

import datetime as dt
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from databases import Server, at_hand
from small import vouchers

from gp_cin7_bridge import Bridge, StateError, sync_bills, sync_items, sync_vendors
from gp_cin7_bridge.references import SecretReference, SecretUnavailableError, has_password
from gp_cin7_bridge.sandbox.simulators import Simulators
from gp_cin7_bridge.state import Store
from gp_cin7_bridge.state.database import Database

NOW = dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state.sqlite"


def opened(path: Path) -> Store:
    return Store.open(f"sqlite:///{path}", clock=lambda: NOW)


@pytest.mark.parametrize(
    "content",
    [
        b"this is no database, but it is long enough to look like a file",
        b"SQLite format 3\x00" + b"\x00" * 90,
    ],
)
def test_a_file_that_is_no_database_is_refused_with_a_cure(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(StateError, match="damaged"):
        opened(path)
    assert path.read_bytes() == content


def test_a_half_written_database_is_refused_with_a_cure(path: Path) -> None:
    opened(path).close()
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(StateError, match="backup"):
        opened(path)


def test_somebody_elses_database_is_left_alone(path: Path, postgres_server: Server) -> None:
    with postgres_server.database(migrated=False) as theirs:
        for url in (f"sqlite:///{path}", theirs):
            with at_hand(url) as db:
                db.execute(sa.text("CREATE TABLE theirs (x INTEGER)"))
            with pytest.raises(StateError, match="something else"):
                Database(url, migrate=True)


def test_a_newer_schema_is_refused(state_url: str) -> None:
    Store.open(state_url, clock=lambda: NOW).close()
    with at_hand(state_url) as db:
        db.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StateError, match="newer release"):
        Store.open(state_url, clock=lambda: NOW)


def test_an_older_schema_waits_on_a_server_for_a_person_and_not_in_a_file(path: Path, postgres_server: Server) -> None:
    opened(path).close()
    with postgres_server.database(migrated=False) as url:
        with pytest.raises(StateError, match=r"is empty; .* run: gp-cin7 state migrate"):
            Store.open(url, clock=lambda: NOW)
        first = Database(url, migrate=True)
        second = Database(url, migrate=True)
        assert first.migrated and not second.migrated
        for each in (first, second):
            each.close()
        Store.open(url, clock=lambda: NOW).close()


def test_one_database_holds_a_state_in_each_of_several_schemas(postgres_server: Server) -> None:
    with postgres_server.database(migrated=False) as url:
        for schema in ("first", "second"):
            with at_hand(url) as db:
                db.execute(sa.text(f"CREATE SCHEMA {schema}"))
            own = f"{url}&options=-csearch_path%3D{schema}"
            Database(own, migrate=True).close()
            store = Store.open(own, clock=lambda: NOW)
            with store.connection("site", gp_company=schema, cin7_account_id="acc").writer_lock(timeout=0):
                pass
            store.close()


@pytest.mark.parametrize(
    ("url", "cure"),
    [
        ("nonsense", "write sqlite:///state.sqlite"),
        ("mysql://host/db", "cannot keep its state in mysql; write sqlite:///state.sqlite, or postgresql://"),
        ("sqlite:////no/such/folder/state.sqlite", "create it"),
        ("postgresql://127.0.0.1:1/db", "does not answer"),
    ],
)
def test_a_url_that_cannot_be_used_is_said(url: str, cure: str) -> None:
    with pytest.raises(StateError, match=cure):
        Store.open(url, clock=lambda: NOW)


@pytest.mark.parametrize(
    "url", ["postgresql//bridge:hunter2@host/db", "postgresql://bridge:hunter2@127.0.0.1:1/db", "x:hunter2@y"]
)
def test_a_password_in_a_url_is_in_no_message(url: str) -> None:
    with pytest.raises(StateError) as caught:
        Store.open(url, clock=lambda: NOW)
    seen: BaseException | None = caught.value
    while seen is not None:
        assert "hunter2" not in f"{seen} {seen!r}"
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)


@pytest.mark.parametrize(
    ("url", "there"),
    [
        ("postgresql://bridge:hunter2@host/db", True),
        ("postgresql://bridge@host/db?password=hunter2", True),
        ("postgresql://bridge@host/db?sslmode=require&sslpassword=x", True),
        ("postgresql://bridge@[::1]:5432/db", False),
        ("postgresql://bridge@host:5432/db?sslmode=require", False),
        ("sqlite:///state.sqlite", False),
        ("sqlite:///C:/data/me@site/state.sqlite", False),
    ],
)
def test_a_password_in_a_url_is_noticed(url: str, there: bool) -> None:
    assert has_password(url) is there


def test_the_password_is_read_for_each_session_and_shown_nowhere(
    postgres_server: Server, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = SecretReference.parse("env:STATE_PASSWORD")
    with pytest.raises(SecretUnavailableError, match="STATE_PASSWORD is not set"):
        Database(postgres_url, password=reference)
    monkeypatch.setenv("STATE_PASSWORD", "hunter2-canary")
    database = Database(postgres_url, password=reference)
    with database.transaction() as db:
        driver = db.connection.driver_connection
        assert driver is not None and driver.info.password == "hunter2-canary"
        assert "hunter2" not in f"{database.backend.engine!r} {db.engine.url!r} {database.shown} {vars(database)}"
    database.close()


def test_a_database_that_went_away_is_said_with_a_cure(postgres_url: str) -> None:
    database = Database(postgres_url)
    with (
        pytest.raises(StateError, match=r"does not answer as it should .* run this again"),
        database.transaction() as db,
    ):
        db.execute(sa.text("SELECT pg_terminate_backend(pg_backend_pid())"))
    with database.transaction() as db:
        assert db.execute(sa.text("SELECT 1")).scalar_one() == 1
    database.close()


def test_a_locked_file_is_said_with_a_cure(path: Path) -> None:
    database = Database(f"sqlite:///{path}")
    with database.transaction() as db:
        db.exec_driver_sql("PRAGMA busy_timeout = 1")
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StateError, match="database is locked"), database.transaction():
            pass
    database.close()


@pytest.mark.parametrize("text", ["x" * 100, "NUL \0"])
def test_a_value_that_the_database_cannot_keep_is_said_with_a_cure(postgres_url: str, text: str) -> None:
    store = Store.open(postgres_url, clock=lambda: NOW)
    state = store.connection("site", gp_company="Fabrikam, Inc.", cin7_account_id="acc")
    with pytest.raises(StateError, match=r"cannot keep a value .* nothing was changed"):
        state.move_cursor("gp.vendors", text)
    store.close()


def test_the_whole_job_runs_on_a_server_and_nothing_is_done_twice(
    simulators: Simulators, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, log = [], simulators.gp.log

    def logged(*facts: str) -> None:
        with at_hand(postgres_url) as db:
            held.append(db.execute(sa.text("SELECT COUNT(*) FROM permit")).scalar_one())
        log(*facts)  # type: ignore[arg-type]  # handed on as they came

    monkeypatch.setattr(simulators.gp, "log", logged)
    text = simulators.settings.read_text()
    text = text.replace("sqlite:///state.sqlite", postgres_url)
    text = text.replace("[cin7]", 'permits = "shared"\n[cin7]\nlimiter = "shared"')
    simulators.settings.write_text(text)
    for created in ([2, 2, 3], [0, 0, 0]):
        with Bridge.open(simulators.settings) as bridge:
            reports = [sync_vendors(bridge), sync_items(bridge), sync_bills(bridge)]
            assert bridge.state.audit_broken_at() is None
        assert [len(each.created) for each in reports] == created
        assert not any(each.updated or each.held or each.failed for each in reports)
    assert len(vouchers(simulators.gp)) == 3
    assert not list(simulators.folder.glob("state*"))
    with at_hand(postgres_url) as db:
        assert db.execute(sa.text("SELECT number FROM rate_key")).scalar_one() == len(simulators.cin7.requests)
        assert db.execute(sa.text("SELECT COUNT(*) FROM permit")).scalar_one() == 0
    assert set(held) == {1}
