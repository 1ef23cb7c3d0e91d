"""The audit is appended to and nothing else; what is done behind the triggers' back shows, and is named."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from attrs import asdict
from databases import at_hand, tampered
from typer.testing import CliRunner, Result

from gp_cin7_bridge import Bridge
from gp_cin7_bridge.app.cli import app
from gp_cin7_bridge.state import Anchor, Connection, Store

NOW = dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC)


@pytest.fixture
def state(state_url: str) -> Iterator[Connection]:
    store = Store.open(state_url, clock=lambda: NOW)
    yield store.connection("site", gp_company="Fabrikam, Inc.", cin7_account_id="acc")
    store.close()


def fill(state: Connection, last: int = 5, first: int = 1) -> None:
    for number in range(first, last + 1):
        state.audit(flow="bills", action="create", outcome="created", document=f"INV-{number}", after={"n": number})


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET document = 'x'",
        "DELETE FROM audit",
        "UPDATE audit_head SET seq = 1",
        "DELETE FROM audit_head",
    ],
)
def test_the_database_refuses_to_change_or_thin_the_audit(state_url: str, state: Connection, statement: str) -> None:
    refused(state_url, state, statement)


@pytest.mark.parametrize(
    "statement",
    [
        "REPLACE INTO audit SELECT * FROM audit WHERE seq = 2",
        "REPLACE INTO audit_head VALUES (1, 1, 'x')",
    ],
)
@pytest.mark.parametrize("state_url", ["sqlite"], indirect=True)
def test_a_file_refuses_to_replace_the_audit(state_url: str, state: Connection, statement: str) -> None:
    refused(state_url, state, statement)


@pytest.mark.parametrize("statement", ["TRUNCATE audit", "TRUNCATE audit_head"])
@pytest.mark.parametrize("state_url", ["postgresql"], indirect=True)
def test_a_server_refuses_to_empty_the_audit(state_url: str, state: Connection, statement: str) -> None:
    refused(state_url, state, statement)


def refused(url: str, state: Connection, statement: str) -> None:
    fill(state)
    with pytest.raises(sa.exc.IntegrityError, match="append-only"), at_hand(url) as db:
        db.execute(sa.text(statement))
    assert state.audit_broken_at() is None


@pytest.mark.parametrize("row", [1, 3, 5])
@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("UPDATE audit SET after = '{}' WHERE seq = ?", "row ? was changed"),
        ("UPDATE audit SET hash = 'x' WHERE seq = ?", "row ? was changed"),
        ("DELETE FROM audit WHERE seq = ?", "row ? is missing"),
    ],
)
def test_a_changed_or_missing_row_is_named(
    state_url: str, state: Connection, row: int, statement: str, problem: str
) -> None:
    fill(state)
    tampered(state_url, statement.replace("?", str(row)))
    broken = state.audit_broken_at()
    assert broken and broken.row == row and problem.replace("?", str(row)) in broken.problem


def test_rows_beyond_the_head_are_named(state_url: str, state: Connection) -> None:
    fill(state)
    tampered(state_url, "UPDATE audit_head SET seq = 3, hash = (SELECT hash FROM audit WHERE seq = 3)")
    broken = state.audit_broken_at()
    assert broken and broken.row == 4


def test_a_tail_cut_off_together_with_its_head_shows_against_an_anchor_only(state_url: str, state: Connection) -> None:
    fill(state)
    anchor = state.audit_anchor()
    tampered(
        state_url,
        "DELETE FROM audit WHERE seq > 3",
        "UPDATE audit_head SET seq = 3, hash = (SELECT hash FROM audit WHERE seq = 3)",
    )
    assert state.audit_broken_at() is None
    broken = state.audit_broken_at(anchor)
    assert broken and (broken.row, "rows 4 to 5 are missing" in broken.problem) == (4, True)


def test_an_audit_written_anew_shows_against_an_anchor_only(state_url: str, state: Connection) -> None:
    fill(state)
    anchor = state.audit_anchor()
    tampered(state_url, "DELETE FROM audit", "DELETE FROM audit_head")
    fill(state, 4)
    state.audit(flow="bills", action="create", outcome="created", document="INV-5", after={"n": 500})
    fill(state, 9, first=6)
    assert state.audit_broken_at() is None
    broken = state.audit_broken_at(anchor)
    assert broken and broken.row == 5 and "written anew after 2026-03-01" in broken.problem


def test_an_anchor_holds_while_rows_are_added(state: Connection) -> None:
    empty = state.audit_anchor()
    fill(state)
    anchor = state.audit_anchor()
    assert (empty.seq, anchor.seq, anchor.count) == (0, 5, 5)
    fill(state, 9, first=6)
    assert state.audit_broken_at(empty) is None and state.audit_broken_at(anchor) is None


def audit(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["audit", *map(str, arguments)])


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    """A connection whose audit has rows; nothing is asked of either system."""
    file = tmp_path / "bridge.toml"
    file.write_text(
        'name = "site"\n[gp]\nsba_url = "http://127.0.0.1:9"\ncompany = "F"\nusername = "u"\npassword = "env:P"\n'
        '[cin7]\naccount_id = "a"\napplication_key = "env:K"\n'
    )
    with Bridge.open(file) as bridge:
        fill(bridge.state)
    return file


def test_an_anchor_file_proves_the_audit_later(settings: Path) -> None:
    file = settings.with_name("anchor.json")
    assert audit("anchor", file, "-c", settings).exit_code == 0
    with Bridge.open(settings) as bridge:
        fill(bridge.state, 7, first=6)
    assert audit("verify", "--anchor", file, "-c", settings).output == "site: the audit is whole\n"
    tampered(
        f"sqlite:///{settings.with_name('state.sqlite')}",
        "DELETE FROM audit WHERE seq > 2",
        "UPDATE audit_head SET seq = 2, hash = (SELECT hash FROM audit WHERE seq = 2)",
    )
    assert audit("verify", "-c", settings).exit_code == 0
    done = audit("verify", "--anchor", file, "-c", settings)
    assert done.exit_code == 1 and "rows 3 to 5 are missing: the anchor of" in done.output
    assert json.loads(audit("verify", "--anchor", file, "--json", "-c", settings).output)["broken_at"] == 3


def test_a_new_anchor_never_hides_what_the_old_one_shows(settings: Path) -> None:
    file = settings.with_name("anchor.json")
    audit("anchor", file, "-c", settings)
    before = file.read_text()
    tampered(f"sqlite:///{settings.with_name('state.sqlite')}", "DELETE FROM audit", "DELETE FROM audit_head")
    done = audit("anchor", file, "-c", settings)
    assert done.exit_code == 1 and "rows 1 to 5 are missing" in done.output
    assert file.read_text() == before


def test_a_printed_anchor_is_one_that_verify_reads(settings: Path) -> None:
    file = settings.with_name("printed.json")
    file.write_text(audit("anchor", "-c", settings).output)
    assert audit("verify", "--anchor", file, "-c", settings).exit_code == 0


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "cannot be read"),
        ("not JSON", "is no anchor"),
        ("[1]", "is no anchor"),
        ('{"format": "gp-cin7 audit anchor 1", "seq": 1}', "another release, or was edited"),
    ],
)
def test_what_is_no_anchor_is_said_with_a_cure(settings: Path, content: str | None, said: str) -> None:
    file = settings.with_name("anchor.json")
    if content is not None:
        file.write_text(content)
    done = audit("verify", "--anchor", file, "-c", settings)
    assert done.exit_code == 1 and said in done.output and "Traceback" not in done.output


def test_the_anchor_of_another_connection_is_refused(settings: Path) -> None:
    file = settings.with_name("anchor.json")
    other = Anchor(connection="other", at="2026-03-01", seq=1, count=1, hash="x")
    file.write_text(json.dumps({"format": "gp-cin7 audit anchor 1", **asdict(other)}))
    for command in (("anchor", file), ("verify", "--anchor", file)):
        done = audit(*command, "-c", settings)
        assert done.exit_code == 1 and "anchor of connection 'other'" in done.output


def test_a_connection_named_before_the_command_is_refused_rather_than_forgotten(settings: Path) -> None:
    done = audit("-c", settings, "verify")
    assert done.exit_code == 2 and "write -c behind" in done.output
