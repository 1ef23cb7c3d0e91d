"""Both databases refuse to change the audit, keep bodies, and show what was done behind the triggers' back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from databases import at_hand, tampered

from gp_cin7_bridge.state import BodyKind, Connection, Store

NOW = dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC)
HEAD = "UPDATE audit_head SET seq = 1, hash = (SELECT hash FROM audit WHERE seq = 1)"


class Clock:
    now = NOW

    def __call__(self) -> dt.datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def state(state_url: str, clock: Clock) -> Iterator[Connection]:
    store = Store.open(state_url, clock=clock)
    connection = store.connection("site", gp_company="Fabrikam, Inc.", cin7_account_id="acc")
    for number in (1, 2, 3):
        connection.audit(flow="bills", action="create", outcome="created", document=f"INV-{number}", vendor="ACME")
    yield connection
    store.close()


def test_the_audit_refuses_to_be_changed_thinned_or_emptied(state: Connection, state_url: str) -> None:
    statements = [
        "UPDATE audit SET document = 'x'",
        "DELETE FROM audit",
        "UPDATE audit_head SET seq = 1",
        "DELETE FROM audit_head",
    ]
    if state_url.startswith("postgresql"):
        statements += ["TRUNCATE audit", "TRUNCATE audit_head"]
    for statement in statements:
        with pytest.raises(sa.exc.IntegrityError, match="append-only"), at_hand(state_url) as db:
            db.execute(sa.text(statement))
    assert state.audit_broken_at() is None


def test_a_tail_cut_off_with_its_head_shows_against_an_anchor(state: Connection, state_url: str) -> None:
    anchor = state.audit_anchor()
    tampered(state_url, "DELETE FROM audit WHERE seq > 1", HEAD)
    broken = state.audit_broken_at(anchor)
    assert state.audit_broken_at() is None
    assert broken and "rows 2 to 3 are missing" in broken.problem


def test_a_body_is_kept_found_again_and_forgotten(state: Connection, clock: Clock) -> None:
    operation = state.ledger.sending(state.ledger.intend("voucher", "p/invoice/t", "T1", "{}", "h"))
    state.bodies.keep(operation, BodyKind.REQUEST, "{}", days=1)
    state.bodies.keep(operation, BodyKind.FOUND, "[1]", days=1)
    state.bodies.keep(operation, BodyKind.FOUND, "[2]", days=1)
    assert [body.content for body in state.bodies.of(operation.id)] == ["{}", "[2]"]
    assert state.bodies.purge() == 0
    clock.now += dt.timedelta(days=1)
    assert (state.bodies.purge(), state.bodies.purge()) == (2, 0)
    assert {body.content for body in state.bodies.of(operation.id)} == {None}


def _run(state: Connection, *, told: bool = False, status: str = "done") -> int:
    run = state.start_run("items")
    if told:
        state.audit(flow="items", action="create", outcome="created", document="A-1", run_id=run)
    state.end_run(run, status, {})
    return run


def test_old_runs_that_did_nothing_are_forgotten_and_those_that_the_audit_names_stay(
    state: Connection, clock: Clock
) -> None:
    told, _, _ = _run(state, told=True), _run(state), _run(state, status="stopped")
    last = _run(state)
    going = state.start_run("items")
    assert state.forget_runs(90) == 0
    clock.now += dt.timedelta(days=91)
    assert (state.forget_runs(90), state.forget_runs(90)) == (2, 0)
    assert [run.id for run in state.runs()] == [going, last, told]
    assert state.audit_broken_at() is None


def test_a_flow_that_was_never_done_loses_its_old_runs_too(state: Connection, clock: Clock) -> None:
    _run(state, status="failed")
    clock.now += dt.timedelta(days=91)
    assert state.forget_runs(90) == 1
    assert state.runs() == []


def test_a_vendor_is_asked_for_on_either(state: Connection) -> None:
    assert [row.document for row in state.audit_rows(vendor="ACME", newest=2)] == ["INV-2", "INV-3"]
