"""What the state keeps, what it refuses, and what it notices."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import os
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa

from gp_cin7_bridge import Reason, StateError, WriterBusyError
from gp_cin7_bridge.state import Connection, Link, OperationState, Store
from gp_cin7_bridge.state.tables import METADATA

NOW = dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC)


def opened(path: Path) -> tuple[Store, Connection]:
    store = Store.open(f"sqlite:///{path}", clock=lambda: NOW)
    return store, store.connection("site", gp_company="Fabrikam, Inc.", cin7_account_id="acc")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state.sqlite"


@pytest.fixture
def state(path: Path) -> Iterator[Connection]:
    store, connection = opened(path)
    yield connection
    store.close()


def test_migrations_make_exactly_the_tables_that_the_code_uses(path: Path, state: Connection) -> None:
    engine = sa.create_engine(f"sqlite:///{path}")
    inspector = sa.inspect(engine)
    there = {
        table: {column["name"]: str(column["type"]) for column in inspector.get_columns(table)}
        for table in inspector.get_table_names()
        if table != "alembic_version"
    }
    engine.dispose()
    assert there == {
        name: {column.name: str(column.type) for column in table.columns} for name, table in METADATA.tables.items()
    }


def test_links_cursors_and_holds_are_there_after_a_restart(path: Path) -> None:
    store, state = opened(path)
    state.put_link(Link(entity="vendor", gp_key="ACME", cin7_id="s1", gp_hash="h1"))
    state.put_link(Link(entity="vendor", gp_key="ACME", cin7_id="s1", gp_hash="h2"))
    state.move_cursor("gp.vendors", "2026-03-01")
    assert state.hold("bills", "p/invoice/t", "INV-1", (Reason("code", "text", "cure"),))
    assert not state.hold("bills", "p/invoice/t", "INV-1", (Reason("code", "text", "cure"),))
    store.close()
    store, state = opened(path)
    link = state.link("vendor", cin7_id="s1")
    assert link is not None and (link.gp_key, link.gp_hash) == ("ACME", "h2")
    assert state.link("vendor", gp_key="NOBODY") is None
    assert state.cursor("gp.vendors") == "2026-03-01"
    (held,) = state.held("bills")
    assert (held.document, held.times, held.reasons[0].code) == ("INV-1", 2, "code")
    state.release("bills", "p/invoice/t")
    assert state.held() == []
    store.close()


def test_a_link_remembers_details_digit_by_digit(state: Connection) -> None:
    details = {"lines": [{"product": "p1", "quantity": Decimal("1.50")}], "voucher": "C7A"}
    state.put_link(Link(entity="bill", gp_key="C7A", cin7_id="p/invoice/t", details=details))
    link = state.link("bill", gp_key="C7A")
    assert link is not None and link.details == details and "Decimal('1.50')" in str(link.details)


def test_what_fails_inside_a_transaction_leaves_nothing(state: Connection) -> None:
    with pytest.raises(ZeroDivisionError), state.transaction():
        state.put_link(Link(entity="item", gp_key="A", cin7_id="p1"))
        state.audit(flow="items", action="create", outcome="created", document="A")
        raise ZeroDivisionError
    assert state.links("item") == [] and state.audit_rows() == []


def test_one_cin7_record_is_never_linked_twice(state: Connection) -> None:
    state.put_link(Link(entity="bill", gp_key="V1", cin7_id="same"))
    with pytest.raises(sa.exc.IntegrityError):
        state.put_link(Link(entity="bill", gp_key="V2", cin7_id="same"))


def test_connections_in_one_database_know_nothing_of_each_other(path: Path) -> None:
    store, first = opened(path)
    second = store.connection("other", gp_company="B", cin7_account_id="b")
    first.put_link(Link(entity="vendor", gp_key="ACME", cin7_id="s1"))
    first.audit(flow="vendors", action="create", outcome="created", document="ACME")
    assert second.links("vendor") == [] and second.audit_rows() == []
    store.close()


def test_a_name_belongs_to_one_company_and_account(path: Path) -> None:
    store, _ = opened(path)
    with pytest.raises(StateError, match="another name"):
        store.connection("site", gp_company="Other", cin7_account_id="acc")
    store.close()


def test_an_intent_that_may_have_been_sent_keeps_its_payload(state: Connection) -> None:
    ledger = state.ledger
    operation = ledger.intend("voucher", "key", "T1", "old", "hash-old")
    assert ledger.intend("voucher", "key", "T1", "new", "hash-new").payload == "new"
    ledger.settle(ledger.sending(operation), OperationState.UNKNOWN)
    assert ledger.intend("voucher", "key", "T1", "newer", "hash-newer").payload == "new"
    (still,) = ledger.open_operations("voucher")
    assert (still.attempts, still.sent_at) == (1, NOW)


def test_a_refused_intent_may_be_sent_with_what_was_corrected(state: Connection) -> None:
    ledger = state.ledger
    operation = ledger.sending(ledger.intend("voucher", "key", "T1", "old", "h"))
    ledger.settle(operation, OperationState.REJECTED, problem="no", certain=True)
    again = ledger.intend("voucher", "key", "T1", "corrected", "h2")
    assert (again.state, again.payload, again.problem) == (OperationState.PLANNED, "corrected", None)


def test_secrets_and_tax_ids_do_not_enter_the_audit(path: Path, state: Connection) -> None:
    nested = {"vendor": {"tax_id": "123-45-6789", "rows": [{"Password": "hunter2", "city": "Town"}]}}
    state.audit(flow="vendors", action="update", outcome="updated", document="A", before=nested, after=nested)
    (row,) = state.audit_rows(document="A")
    assert "Town" in row.after
    assert "123-45-6789" not in row.after + row.before and "hunter2" not in row.after + row.before


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"this is no database, but it is long enough to look like a file", "damaged"),
        (b"SQLite format 3\x00" + b"\x00" * 90, "damaged"),
    ],
)
def test_a_file_that_is_no_database_is_refused_with_a_cure(path: Path, content: bytes, message: str) -> None:
    path.write_bytes(content)
    with pytest.raises(StateError, match=message):
        opened(path)
    assert path.read_bytes() == content


def test_a_half_written_database_is_refused_with_a_cure(path: Path) -> None:
    store, _ = opened(path)
    store.close()
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(StateError, match="backup"):
        opened(path)


def test_somebody_elses_database_is_left_alone(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE theirs (x)")
        db.commit()
    with pytest.raises(StateError, match="something else"):
        opened(path)


def test_a_newer_schema_is_refused(path: Path) -> None:
    store, _ = opened(path)
    store.close()
    with closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE alembic_version SET version_num = '9999'")
        db.commit()
    with pytest.raises(StateError, match="newer release"):
        opened(path)


@pytest.mark.parametrize("url", ["nonsense", "postgresql://host/db", "sqlite:////no/such/folder/state.sqlite"])
def test_a_url_that_cannot_be_used_is_said(url: str) -> None:
    with pytest.raises(StateError):
        Store.open(url, clock=lambda: NOW)


def _hold(path: Path, ready: str) -> None:
    _, state = opened(path)
    with state.writer_lock():
        Path(ready).touch()
        time.sleep(60)


def test_a_second_writer_waits_and_is_told_and_the_lock_dies_with_its_process(path: Path, state: Connection) -> None:
    ready = path.with_name("ready")
    holder = multiprocessing.get_context("spawn").Process(target=_hold, args=(path, str(ready)))
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
    with state.writer_lock(), state.writer_lock():
        pass
