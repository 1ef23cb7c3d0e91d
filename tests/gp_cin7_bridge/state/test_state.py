"""What the state keeps, what it refuses, and what it notices."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import pytest
import sqlalchemy as sa
from databases import at_hand

from gp_cin7_bridge import Reason, StateError
from gp_cin7_bridge.state import Connection, Link, OperationState, Store
from gp_cin7_bridge.state.tables import METADATA

NOW = dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC)


def opened(url: str) -> tuple[Store, Connection]:
    store = Store.open(url, clock=lambda: NOW)
    return store, store.connection("site", gp_company="Fabrikam, Inc.", cin7_account_id="acc")


@pytest.fixture
def state(state_url: str) -> Iterator[Connection]:
    store, connection = opened(state_url)
    yield connection
    store.close()


def test_migrations_make_exactly_the_tables_that_the_code_uses(state_url: str, state: Connection) -> None:
    with at_hand(state_url) as db:
        inspector = sa.inspect(db)
        there = {
            table: {each["name"]: each["type"].compile(db.dialect) for each in inspector.get_columns(table)}
            for table in inspector.get_table_names()
            if table != "alembic_version"
        }
        assert there == {
            name: {column.name: column.type.compile(db.dialect) for column in table.columns}
            for name, table in METADATA.tables.items()
        }


def test_links_cursors_and_holds_are_there_after_a_restart(state_url: str) -> None:
    store, state = opened(state_url)
    state.put_link(Link(entity="vendor", gp_key="ACME", cin7_id="s1", gp_hash="h1"))
    state.put_link(Link(entity="vendor", gp_key="ACME", cin7_id="s1", gp_hash="h2"))
    state.move_cursor("gp.vendors", "2026-03-01")
    assert state.hold("bills", "p/invoice/t", "INV-1", (Reason("code", "text", "cure"),))
    assert not state.hold("bills", "p/invoice/t", "INV-1", (Reason("code", "text", "cure"),))
    store.close()
    store, state = opened(state_url)
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


def test_a_link_takes_the_place_of_those_that_either_record_had(state: Connection) -> None:
    state.put_link(Link(entity="bill", gp_key="V1", cin7_id="same"))
    state.put_link(Link(entity="bill", gp_key="V2", cin7_id="same"))
    assert [(link.gp_key, link.cin7_id) for link in state.links("bill")] == [("V2", "same")]
    state.put_link(Link(entity="item", gp_key="V2", cin7_id="same"))
    assert len(state.links("bill")) == 1


def test_connections_in_one_database_know_nothing_of_each_other(state_url: str) -> None:
    store, first = opened(state_url)
    second = store.connection("other", gp_company="B", cin7_account_id="b")
    first.put_link(Link(entity="vendor", gp_key="ACME", cin7_id="s1"))
    first.audit(flow="vendors", action="create", outcome="created", document="ACME")
    assert second.links("vendor") == [] and second.audit_rows() == []
    store.close()


def test_a_name_belongs_to_one_company_and_account_once_something_was_begun(state_url: str) -> None:
    store, first = opened(state_url)
    first.start_run("vendors")
    with pytest.raises(StateError, match="another name"):
        store.connection("site", gp_company="Other", cin7_account_id="acc")
    store.close()


def test_a_misspelt_company_may_be_corrected_as_long_as_nothing_was_begun(state_url: str) -> None:
    store, misspelt = opened(state_url)
    right = store.connection("site", gp_company="Fabrikam", cin7_account_id="acc")
    with right.writer_lock():
        right.put_link(Link(entity="vendor", gp_key="ACME", cin7_id="s1"))
    with pytest.raises(StateError, match="belongs to company 'Fabrikam'"), misspelt.writer_lock():
        pass
    with pytest.raises(StateError, match="belongs to company 'Fabrikam'"):
        store.connection("site", gp_company="Fabrikam, Inc.", cin7_account_id="acc")
    store.close()


def test_a_company_is_not_corrected_while_somebody_writes(state_url: str) -> None:
    store, first = opened(state_url)
    with first.writer_lock(), pytest.raises(StateError, match="another name"):
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


def test_secrets_and_tax_ids_do_not_enter_the_audit(state_url: str, state: Connection) -> None:
    nested = {"vendor": {"tax_id": "123-45-6789", "rows": [{"Password": "hunter2", "city": "Town"}]}}
    state.audit(flow="vendors", action="update", outcome="updated", document="A", before=nested, after=nested)
    (row,) = state.audit_rows(document="A")
    assert "Town" in row.after
    assert "123-45-6789" not in row.after + row.before and "hunter2" not in row.after + row.before
