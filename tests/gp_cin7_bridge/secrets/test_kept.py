"""Secrets that the state keeps: bound to connection and name, opened by the master key alone, rotated while in use."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from databases import at_hand

from gp_cin7_bridge.references import SecretUnavailableError
from gp_cin7_bridge.secret import Secret
from gp_cin7_bridge.state import Connection, Store
from gp_cin7_bridge.state.encryption import Key, UndecryptableError

OLD, NEW = Key.new(), Key.new()


def clock() -> dt.datetime:
    return dt.datetime(2026, 3, 2, tzinfo=dt.UTC)


@pytest.fixture
def store(state_url: str) -> Iterator[Store]:
    store = Store.open(state_url, clock=clock)
    yield store
    store.close()


@pytest.fixture
def site(store: Store) -> Connection:
    return connection(store, "site")


def connection(store: Store, name: str) -> Connection:
    return store.connection(name, gp_company="Fabrikam, Inc.", cin7_account_id="acc")


def altered(url: str, statement: str) -> None:
    with at_hand(url) as db:
        assert db.execute(sa.text(statement)).rowcount


def test_what_was_set_is_read_and_named_without_its_text(site: Connection) -> None:
    site.secrets.set("gp", Secret("one"), [OLD])
    site.secrets.set("gp", Secret("two"), [OLD])
    site.secrets.set("cin7", Secret("ключ"), [OLD])
    assert site.secrets.get("gp", [OLD]).reveal() == "two"
    assert site.secrets.get("cin7", [OLD]).reveal() == "ключ"
    assert [(each.name, each.version) for each in site.secrets.all()] == [("cin7", 1), ("gp", 2)]
    assert "two" not in repr(site.secrets.all())


def test_nothing_of_it_is_on_the_disk_in_clear(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path / 'state.sqlite'}", clock=clock)
    connection(store, "site").secrets.set("gp", Secret("hunter2-canary"), [OLD])
    store.close()
    written = b"".join(each.read_bytes() for each in tmp_path.glob("state.sqlite*"))
    assert b"hunter2" not in written and OLD.text().reveal().encode() not in written


def test_a_secret_that_is_not_kept_is_said_with_the_command(site: Connection) -> None:
    for ask in (lambda: site.secrets.get("gp", [OLD]), lambda: site.secrets.delete("gp")):
        with pytest.raises(SecretUnavailableError, match="connection 'site' keeps no secret 'gp'"):
            ask()


def test_another_master_key_opens_nothing(site: Connection) -> None:
    site.secrets.set("gp", Secret("one"), [OLD])
    for ask in (
        lambda: site.secrets.get("gp", [NEW]),
        lambda: site.secrets.set("cin7", Secret("two"), [NEW]),
        lambda: site.secrets.rotate([NEW]),
    ):
        with pytest.raises(SecretUnavailableError, match="the master key does not open the secrets"):
            ask()
    assert site.secrets.get("gp", [OLD]).reveal() == "one"


def test_a_text_copied_to_another_connection_or_name_does_not_open(
    store: Store, state_url: str, site: Connection
) -> None:
    other = connection(store, "other")
    site.secrets.set("gp", Secret("one"), [OLD])
    other.secrets.set("gp", Secret("two"), [OLD])
    with pytest.raises(SecretUnavailableError):
        other.secrets.get("cin7", [OLD])
    altered(
        state_url,
        "UPDATE secret SET sealed = (SELECT sealed FROM secret WHERE connection_id = 1) WHERE connection_id = 2",
    )
    with pytest.raises(SecretUnavailableError, match="was changed in the database, or belongs to another connection"):
        other.secrets.get("gp", [OLD])
    # even with the data key copied along, which is bound to its connection as well
    altered(state_url, "DELETE FROM secret_key WHERE connection_id = 2")
    altered(state_url, "UPDATE secret_key SET connection_id = 2")
    altered(state_url, "UPDATE secret SET key_id = (SELECT key_id FROM secret_key)")
    with pytest.raises(SecretUnavailableError, match="the master key does not open"):
        other.secrets.get("gp", [OLD])


@pytest.mark.parametrize("change", ["name = 'cin7'", "version = 7", "sealed = 'AAAA'", "sealed = '?'"])
def test_a_row_that_was_changed_does_not_open(site: Connection, state_url: str, change: str) -> None:
    site.secrets.set("gp", Secret("one"), [OLD])
    altered(state_url, f"UPDATE secret SET {change}")
    with pytest.raises(SecretUnavailableError, match="was changed in the database"):
        site.secrets.get("cin7" if "name" in change else "gp", [OLD])


def test_a_new_data_key_leaves_every_secret_readable(site: Connection) -> None:
    for name in ("gp", "cin7"):
        site.secrets.set(name, Secret(name), [OLD])
    before = site.secrets.all()
    assert site.secrets.rotate([OLD]) == 2
    assert [site.secrets.get(name, [OLD]).reveal() for name in ("gp", "cin7")] == ["gp", "cin7"]
    assert not {each.key_id for each in before} & {each.key_id for each in site.secrets.all()}


def test_the_master_key_changes_without_a_moment_in_which_anybody_cannot_read(state_url: str, site: Connection) -> None:
    site.secrets.set("gp", Secret("one"), [OLD])
    second = Store.open(state_url, clock=clock)  # a process that was started with the old key
    running = connection(second, "site")
    site.secrets.rotate([NEW, OLD])
    assert running.secrets.get("gp", [OLD]).reveal() == site.secrets.get("gp", [NEW]).reveal() == "one"
    running.secrets.set("gp", Secret("two"), [OLD])
    assert site.secrets.get("gp", [NEW]).reveal() == "two"
    site.secrets.rotate([NEW])  # the old key is retired
    assert site.secrets.get("gp", [NEW]).reveal() == "two"
    with pytest.raises(SecretUnavailableError):
        running.secrets.get("gp", [OLD])
    second.close()


def test_a_rotation_that_fails_changes_nothing(site: Connection, state_url: str) -> None:
    for name in ("gp", "cin7"):
        site.secrets.set(name, Secret(name), [OLD])
    altered(state_url, "UPDATE secret SET sealed = 'AAAA' WHERE name = 'gp'")
    before = site.secrets.all()
    with pytest.raises(SecretUnavailableError, match="secret 'gp'"):
        site.secrets.rotate([OLD])
    assert site.secrets.all() == before
    assert site.secrets.get("cin7", [OLD]).reveal() == "cin7"


def test_two_texts_of_one_secret_differ_and_neither_fits_another_place() -> None:
    key = Key.new()
    first, second = (key.encrypt(Secret("one"), "site", "gp") for _ in range(2))
    assert first != second
    for place in (("sitegp",), ("site", "cin7"), ("gp", "site")):
        with pytest.raises(UndecryptableError):
            key.decrypt(first, *place)


@pytest.mark.parametrize("text", ["", "hunter2", "aHVudGVyMg==", "ключ"])
def test_what_is_no_key_is_refused_and_never_repeated(text: str) -> None:
    with pytest.raises(ValueError, match="is no key of 32 bytes in base64") as caught:
        Key.parse(Secret(text))
    assert not text or text not in str(caught.value)
