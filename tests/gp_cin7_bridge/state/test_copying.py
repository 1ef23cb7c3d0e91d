"""`gp-cin7 state`: a schema brought to the newest, and a whole state carried to another database."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from databases import Server, at_hand, tampered
from typer.testing import CliRunner, Result

from gp_cin7_bridge import Reason
from gp_cin7_bridge.app.cli import app
from gp_cin7_bridge.secret import Secret
from gp_cin7_bridge.state import Connection, Link, OperationState, Store
from gp_cin7_bridge.state.encryption import Key
from gp_cin7_bridge.state.tables import METADATA

NOW = dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC)
MASTER = Key.new()


def copied(source: str, target: str, *more: str) -> Result:
    return CliRunner().invoke(app, ["state", "copy", "--from", source, "--to", target, *more])


def opened(url: str, name: str = "site") -> tuple[Store, Connection]:
    store = Store.open(url, clock=lambda: NOW)
    return store, store.connection(name, gp_company=name, cin7_account_id="acc")


def filled(url: str) -> str:
    """Give a state with rows in it, of two connections."""
    for name in ("first", "second"):
        store, state = opened(url, name)
        run = state.start_run("bills")
        for number in range(5):
            state.put_link(Link(entity="bill", gp_key=f"C7{number}", cin7_id=f"p{number}", details={"n": number}))
            state.audit(flow="bills", action="create", outcome="created", document=f"INV-{number}", run_id=run)
        state.move_cursor("gp.vendors", "2026-03-01")
        state.hold("bills", "p/invoice/t", "INV-9", (Reason("code", "text", "cure"),))
        sent = state.ledger.sending(state.ledger.intend("voucher", "key", "T1", "payload", "hash"))
        state.ledger.settle(sent, OperationState.UNKNOWN)
        state.secrets.set("gp", Secret(name), [MASTER])
        state.end_run(run, "done", {"created": 5})
        store.close()
    return url


def rows(url: str) -> dict[str, list[tuple[object, ...]]]:
    with at_hand(url) as db:
        return {
            table.name: sorted((tuple(row) for row in db.execute(sa.select(table))), key=repr)
            for table in METADATA.sorted_tables
        }


@pytest.fixture
def file_url(tmp_path: Path) -> Callable[[str], str]:
    return lambda name: f"sqlite:///{tmp_path / name}"


@pytest.mark.parametrize("direction", ["to a server", "from a server", "between files"])
def test_a_whole_state_arrives_and_works_on(file_url: Callable[[str], str], postgres_url: str, direction: str) -> None:
    source, target = {
        "to a server": (file_url("a"), postgres_url),
        "from a server": (postgres_url, file_url("b")),
        "between files": (file_url("a"), file_url("b")),
    }[direction]
    done = copied(filled(source), target, "--json")
    assert done.exit_code == 0, done.output
    there = rows(target)
    assert there == rows(source)
    counts = json.loads(done.output)["rows"]
    assert counts == {name: len(each) for name, each in there.items()} and counts["link"] == 10
    store, state = opened(target, "second")
    assert state.secrets.get("gp", [MASTER]).reveal() == "second"
    assert state.audit_broken_at() is None
    # what is new gets numbers of its own
    before = max(run.id for run in state.runs())
    assert state.start_run("bills") > before
    state.ledger.intend("voucher", "another", "T2", "payload", "hash")
    store.connection("third", gp_company="third", cin7_account_id="acc")
    store.close()


def test_an_empty_server_needs_no_migration_first(file_url: Callable[[str], str], postgres_server: Server) -> None:
    with postgres_server.database(migrated=False) as target:
        assert copied(filled(file_url("a")), target).exit_code == 0


def test_a_target_that_holds_a_state_is_refused(file_url: Callable[[str], str], postgres_url: str) -> None:
    source = filled(file_url("a"))
    opened(postgres_url)[0].close()
    for target in (postgres_url, source):
        done = copied(source, target)
        assert done.exit_code == 1 and "already holds a state" in done.output


def test_a_broken_audit_is_not_carried_on(file_url: Callable[[str], str], postgres_url: str) -> None:
    tampered(filled(file_url("a")), "UPDATE audit SET document = 'x' WHERE connection_id = 2 AND seq = 3")
    done = copied(file_url("a"), postgres_url)
    assert done.exit_code == 1 and "audit of 'second' is broken: row 3 was changed" in done.output
    assert not any(rows(postgres_url).values())


def test_a_run_at_work_on_the_source_is_waited_for(file_url: Callable[[str], str], postgres_url: str) -> None:
    store, state = opened(filled(file_url("a")), "second")
    with state.writer_lock():
        done = copied(file_url("a"), postgres_url)
    assert done.exit_code == 4 and "another process writes for 'second'" in done.output
    store.close()


def test_a_source_that_is_not_there_is_said_and_not_made(tmp_path: Path, postgres_url: str) -> None:
    done = copied(f"sqlite:///{tmp_path / 'typo.sqlite'}", postgres_url)
    assert done.exit_code == 1 and "check --from" in done.output
    assert not (tmp_path / "typo.sqlite").exists()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--to", "postgresql://bridge:hunter2@host/db"], "add --to-password env:NAME"),
        (["--to-password", "hunter2"], "must be a reference"),
        (["--to-password", "db:hunter2"], "cannot lie in the database that it opens"),
        (["--to", "oracle://host/db"], "cannot keep its state in oracle"),
    ],
)
def test_bad_input_is_said_without_a_secret(file_url: Callable[[str], str], more: list[str], said: str) -> None:
    done = copied(filled(file_url("a")), file_url("b"), *more)
    assert done.exit_code in (1, 2) and said in done.output
    assert "hunter2" not in done.output and "Traceback" not in done.output


def test_migrate_brings_a_server_to_the_newest_schema_once(tmp_path: Path, postgres_server: Server) -> None:
    file = tmp_path / "bridge.toml"
    with postgres_server.database(migrated=False) as url:
        file.write_text(
            'name = "site"\n[gp]\nsba_url = "http://127.0.0.1:9"\ncompany = "F"\nusername = "u"\npassword = "env:P"\n'
            f'[cin7]\naccount_id = "a"\napplication_key = "env:K"\n[state]\nurl = "{url}"\n'
        )

        def run(*command: str) -> Result:
            return CliRunner().invoke(app, [*command, "-c", str(file)])

        refused = run("held")
        assert refused.exit_code == 1 and "run: gp-cin7 state migrate" in refused.output
        assert "was brought to the newest schema" in run("state", "migrate").output
        assert "has the newest schema" in run("state", "migrate").output
        assert run("held").output == "nothing waits\n"
