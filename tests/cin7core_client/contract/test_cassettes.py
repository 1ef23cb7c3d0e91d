"""Cassettes hold no key and no secret, and there is one for each part of the contract."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import pytest

CASSETTES = Path(__file__).parent / "cassettes"
SECRETS = (
    "7d7c31f2-9c55-4a6b-8f0e-aaaaaaaaaaaa",
    "f1d2b0a4-1b1c-4f3e-9d3a-bbbbbbbbbbbb",
    "a-token-that-nobody-may-see",
)
HEADERS = re.compile("api-auth-accountid|api-auth-applicationkey|authorization: ", re.IGNORECASE)
RECORDED = sorted(CASSETTES.glob("*.yaml"))


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_a_cassette_holds_no_key_in_any_form(path: Path) -> None:
    text = path.read_text("utf-8")
    assert not HEADERS.search(text)
    for secret in SECRETS:
        for form in (secret, secret.replace("-", ""), base64.b64encode(secret.encode()).decode()):
            assert form.lower() not in text.lower()


def test_every_part_of_the_contract_has_its_cassette() -> None:
    contract = (Path(__file__).parent / "test_contract.py").read_text("utf-8")
    parts = set(re.findall(r"^def (test_\w+)\(site: Site\)", contract, re.MULTILINE))
    assert parts and {path.stem for path in RECORDED} == parts
