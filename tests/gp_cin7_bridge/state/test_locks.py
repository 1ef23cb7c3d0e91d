"""Turns and the writer's lock: between threads, between processes, and when one of them is killed."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from databases import away

from gp_cin7_bridge import StateError, WriterBusyError
from gp_cin7_bridge.state import Connection, Store
from gp_cin7_bridge.state.database import Database

NOW = dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC)


def opened(url: str, name: str = "site") -> tuple[Store, Connection]:
    store = Store.open(url, clock=lambda: NOW)
    return store, store.connection(name, gp_company="Fabrikam, Inc.", cin7_account_id="acc")


@pytest.fixture
def state(state_url: str) -> Iterator[Connection]:
    store, connection = opened(state_url)
    yield connection
    store.close()


def _hold(url: str, ready: str) -> None:
    _, state = opened(url)
    with state.writer_lock():
        Path(ready).touch()
        time.sleep(60)


def test_a_second_writer_waits_and_is_told_and_the_lock_dies_with_its_process(
    state_url: str, tmp_path: Path, state: Connection
) -> None:
    ready = tmp_path / "ready"
    holder = multiprocessing.get_context("spawn").Process(target=_hold, args=(state_url, str(ready)))
    holder.start()
    while not ready.exists():
        time.sleep(0.02)
    with pytest.raises(WriterBusyError, match="another process writes"), state.writer_lock(timeout=0.2):
        pass
    assert holder.pid
    os.kill(holder.pid, signal.SIGKILL)
    holder.join()
    with state.writer_lock(timeout=5):
        pass


def test_the_same_thread_may_take_the_lock_again(state: Connection) -> None:
    with state.writer_lock():
        with state.writer_lock():
            pass
        state.move_cursor("gp.vendors", "2026-03-01")
    with state.writer_lock(timeout=0):
        pass


def test_two_connections_write_side_by_side(state_url: str, state: Connection) -> None:
    store, other = opened(state_url, "other")
    with state.writer_lock(), other.writer_lock(timeout=0):
        state.move_cursor("gp.vendors", "2026-03-01")
        other.move_cursor("gp.vendors", "2026-03-02")
    assert (state.cursor("gp.vendors"), other.cursor("gp.vendors")) == ("2026-03-01", "2026-03-02")
    store.close()


def test_an_error_of_the_writer_is_its_own_and_frees_the_lock(state: Connection) -> None:
    with pytest.raises(TimeoutError, match="its own"), state.writer_lock():
        raise TimeoutError("its own")
    with state.writer_lock(timeout=0):
        pass


def test_a_writer_who_lost_the_lock_with_its_session_writes_nothing_more(postgres_url: str) -> None:
    store, state = opened(postgres_url)
    database = Database(postgres_url)
    with pytest.raises(StateError, match="writer's lock; nothing more was written"), state.writer_lock():
        state.move_cursor("gp.vendors", "2026-03-01")
        with database.transaction() as db:
            db.execute(
                sa.text("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND pid <> :me"),
                {"me": db.execute(sa.text("SELECT pg_backend_pid()")).scalar_one()},
            )
        with pytest.raises(StateError, match="does not answer"):
            state.move_cursor("gp.vendors", "2026-03-02")
        state.move_cursor("gp.vendors", "2026-03-03")
    assert state.cursor("gp.vendors") == "2026-03-01"
    with state.writer_lock(timeout=0):
        state.move_cursor("gp.vendors", "2026-03-04")
    store.close()
    database.close()


def test_a_server_that_is_away_is_told_of_by_whoever_would_write_and_by_whoever_writes(postgres_url: str) -> None:
    store, state = opened(postgres_url)
    with away(postgres_url), pytest.raises(StateError, match="does not answer as it should"), state.writer_lock():
        pass
    with pytest.raises(StateError, match="does not answer as it should"), state.writer_lock(), away(postgres_url):
        state.move_cursor("gp.vendors", "2026-03-01")
    with state.writer_lock(timeout=0):
        state.move_cursor("gp.vendors", "2026-03-02")
    store.close()


def test_a_writer_whose_server_was_away_ends_with_the_cure(postgres_url: str) -> None:
    store, state = opened(postgres_url)
    with pytest.raises(StateError, match="does not answer as it should"), state.writer_lock(), away(postgres_url):
        pass
    with state.writer_lock(timeout=0):
        state.move_cursor("gp.vendors", "2026-03-02")
    store.close()


def test_transactions_of_several_threads_and_stores_do_not_lose_each_others_work(state_url: str) -> None:
    stores = [opened(state_url) for _ in range(3)]
    start = threading.Barrier(len(stores))

    def work(state: Connection) -> None:
        start.wait()
        for _ in range(10):
            state.audit(flow="bills", action="create", outcome="created", document="INV-1")

    with ThreadPoolExecutor(len(stores)) as threads:
        for done in [threads.submit(work, state) for _, state in stores]:
            done.result()
    _, state = stores[0]
    assert [row.seq for row in state.audit_rows()] == list(range(1, 31))
    assert state.audit_broken_at() is None
    for store, _ in stores:
        store.close()


def test_on_a_server_parts_do_not_wait_for_each_other_within_a_process(postgres_url: str) -> None:
    database = Database(postgres_url)

    def work(part: str) -> int:
        with database.part(part).transaction() as db:
            return int(db.execute(sa.text("SELECT 1")).scalar_one())

    with ThreadPoolExecutor() as threads, database.part("one").transaction():
        assert threads.submit(work, "another").result(timeout=20) == 1
        waits = threads.submit(work, "one")
        with pytest.raises(TimeoutError):
            waits.result(timeout=0.3)
        assert work("one") == 1  # in this thread it joins
    assert waits.result() == 1
    database.close()
