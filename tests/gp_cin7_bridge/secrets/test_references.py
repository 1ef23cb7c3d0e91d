"""References say where a secret lies; what is not there is named by its place, with the cure."""

from __future__ import annotations

import pickle
import sys
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from attrs import evolve
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked

from gp_cin7_bridge.references import SecretReference, SecretUnavailableError


class MemoryKeyring(KeyringBackend):
    priority = 1

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}
        self.locked = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise KeyringLocked
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password


@pytest.fixture
def ring() -> Iterator[MemoryKeyring]:
    before, ring = keyring.get_keyring(), MemoryKeyring()
    keyring.set_keyring(ring)
    yield ring
    keyring.set_keyring(before)


def unavailable(text: str, folder: Path = Path()) -> str:
    with pytest.raises(SecretUnavailableError) as caught:
        evolve(SecretReference.parse(text), folder=folder).read()
    return str(caught.value)


def test_each_kind_is_read_when_it_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ring: MemoryKeyring
) -> None:
    variable, kept = SecretReference.parse("env:PLACE"), SecretReference.parse("keyring:gp/site/user")
    file = evolve(SecretReference.parse("file:place"), folder=tmp_path)
    monkeypatch.setenv("PLACE", "one")
    (tmp_path / "place").write_text("two\n", "utf-8")
    ring.set_password("gp/site", "user", "three")
    assert [each.read().reveal() for each in (variable, file, kept)] == ["one", "two", "three"]
    monkeypatch.setenv("PLACE", "later")
    assert variable.read().reveal() == "later"


def test_a_secret_that_is_not_there_names_its_place_and_the_cure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ring: MemoryKeyring
) -> None:
    monkeypatch.delenv("NOWHERE", raising=False)
    (tmp_path / "empty").write_text("\n", "utf-8")
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    assert unavailable("env:NOWHERE") == "environment variable NOWHERE is not set; set it and try again"
    assert unavailable("file:nowhere", tmp_path) == (
        f"secret file {tmp_path / 'nowhere'} cannot be read: No such file or directory;"
        " create it, readable by this account alone"
    )
    assert unavailable("file:empty", tmp_path) == (
        f"secret file {tmp_path / 'empty'} is empty; put the secret there, alone"
    )
    assert unavailable("file:binary", tmp_path) == (
        f"secret file {tmp_path / 'binary'} is not UTF-8 text; write it anew"
    )
    assert unavailable("keyring:gp/user") == ("the system's keyring has nothing for gp/user; run: keyring set gp user")
    assert unavailable("db:gp") == "db:gp can be read only by a bridge that has its state open"


def test_a_locked_or_missing_keyring_is_said(ring: MemoryKeyring, monkeypatch: pytest.MonkeyPatch) -> None:
    ring.locked = True
    assert unavailable("keyring:gp/user") == (
        "the system's keyring cannot be read (KeyringLocked); unlock it, or use env: or file:"
    )
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert unavailable("keyring:gp/user") == "keyring:gp/user needs the extra: pip install 'gp-cin7-bridge[keyring]'"


@pytest.mark.parametrize("text", ["hunter2", "https:hunter2", "env:", "keyring:hunter2", ""])
def test_what_is_no_reference_is_refused_and_never_repeated(text: str) -> None:
    with pytest.raises(ValueError, match="write") as caught:
        SecretReference.parse(text)
    assert "hunter2" not in str(caught.value)


def test_a_reference_shows_its_place_and_never_travels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLACE", "hunter2")
    reference = SecretReference.parse("env:PLACE")
    assert reference.read().reveal() == "hunter2"
    assert (repr(reference), str(reference)) == ("SecretReference(env:PLACE)", "env:PLACE")
    with pytest.raises(TypeError):
        pickle.dumps(reference)
