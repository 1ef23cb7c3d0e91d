"""Cassettes hold no message of a sign-in and no secret."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import pytest

CASSETTES = Path(__file__).parent / "cassettes"
NTLM = re.compile("TlRMTVNTUA|NTLMSSP|YII|Authorization|WWW-Authenticate", re.IGNORECASE)


@pytest.mark.parametrize("path", sorted(CASSETTES.rglob("*.yaml")), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_cassette_holds_no_handshake(path: Path) -> None:
    text = path.read_text("utf-8")
    assert not NTLM.search(text)
    assert "correct horse" not in text and base64.b64encode(b"correct horse").decode() not in text


def test_there_are_cassettes_of_both_doors() -> None:
    assert {path.parent.name for path in CASSETTES.rglob("*.yaml")} == {"sba", "soap"}
