"""`check` names what is wrong; `capture` records a site without its secrets, and says which defaults are right."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from dynamicsgp_client import SbaProfile
from dynamicsgp_client.__main__ import main
from dynamicsgp_client.testing import Certificate, FakeGP, make_server, served
from dynamicsgp_client.testing.server import GPServer

PASSWORD = "Secret horse 9"


@pytest.fixture
def company() -> Iterator[FakeGP]:
    company = FakeGP("Fabrikam & Söhne, Inc.")
    yield company
    company.close()


@pytest.fixture
def server(company: FakeGP) -> Iterator[GPServer]:
    with served(make_server(company, password=PASSWORD)) as server:
        yield server


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str, password: str = PASSWORD) -> tuple[int, str]:
    monkeypatch.setenv("DYNAMICSGP_PASSWORD", password)
    lines: list[str] = []
    code = main(arguments, lines.append)
    return code, "".join(lines)


def switches(server: GPServer, company: str = "Fabrikam & Söhne, Inc.") -> list[str]:
    named = ["--company", company, "--username", "GP\\gpuser"]
    return ["--sba-url", server.url, "--soap-url", server.soap_url, *named]


def test_a_good_site_is_all_ok(monkeypatch: pytest.MonkeyPatch, server: GPServer) -> None:
    code, told = run(monkeypatch, "check", *switches(server))
    assert code == 0
    assert told.count(": ok: ") == 7


def test_a_wrong_password_is_named_and_tried_once(monkeypatch: pytest.MonkeyPatch, server: GPServer) -> None:
    code, told = run(monkeypatch, "check", *switches(server), password="wrong")
    assert code == 1
    assert told.count("FAILED (credentials)") == 2 and "Check user name and password" in told
    assert server.gate.rejected == 1


def test_a_wrong_company_is_named_with_those_that_there_are(monkeypatch: pytest.MonkeyPatch, server: GPServer) -> None:
    code, told = run(monkeypatch, "check", *switches(server, "Fabricam"))
    assert code == 1
    assert told.count("FAILED (company name): there is no company 'Fabricam'; it has 'Fabrikam & Söhne, Inc.'") == 2


@pytest.mark.parametrize(
    ("match", "cause"),
    [
        ("GET .*Companies[?]", "SBA: companies: FAILED (unmapped user: "),
        ("GET .*Vendors", "SBA: one vendor: FAILED (missing role: "),
    ],
)
def test_missing_rights_are_named(
    monkeypatch: pytest.MonkeyPatch, company: FakeGP, server: GPServer, match: str, cause: str
) -> None:
    company.fail_next("status", match=match, status=403)
    code, told = run(monkeypatch, "check", *switches(server))
    assert code == 1 and cause in told


def test_a_closed_port_a_wrong_name_and_a_strange_certificate_are_named(
    monkeypatch: pytest.MonkeyPatch, company: FakeGP
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    named = ["--company", "X", "--username", "GP\\gpuser"]
    code, told = run(monkeypatch, "check", "--sba-url", f"http://127.0.0.1:{port}/GPService", *named)
    assert code == 1 and "FAILED (port)" in told
    code, told = run(monkeypatch, "check", "--sba-url", "http://no-such-host.invalid/GPService", *named)
    assert code == 1 and "FAILED (DNS)" in told
    with served(make_server(company, certificate=Certificate.make())) as server:
        code, told = run(monkeypatch, "check", "--sba-url", server.url, *named)
    assert code == 1 and "FAILED (TLS)" in told


def test_a_wrong_password_is_tried_once_by_a_recording_too(
    monkeypatch: pytest.MonkeyPatch, server: GPServer, tmp_path: Path
) -> None:
    code, told = run(monkeypatch, "capture", str(tmp_path), *switches(server), password="wrong")
    assert code == 1 and "Check user name and password" in told
    assert server.gate.rejected == 1


@pytest.mark.parametrize(
    ("arguments", "cure"),
    [
        (["check"], "--sba-url"),
        (["check", "--sba-url", "http://x"], "--company"),
        (["check", "--sba-url", "http://x", "--company", "X"], "--username"),
        (["check", "--sba-url", "ftp://x", "--company", "X", "--username", "D\\u"], "begins with https"),
        (["check", "--sba-url", "http://x", "--company", "X", "--username", "u"], "DOMAIN"),
        (["check", "--sba-url", "http://x", "--company", "X", "--ca-bundle", "/none"], "/none"),
        (["capture", "nowhere", "--verify"], "nowhere"),
    ],
)
def test_bad_usage_says_the_cure(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str], cure: str
) -> None:
    for name in ("SBA_URL", "SOAP_URL", "COMPANY", "USERNAME"):
        monkeypatch.delenv(f"DYNAMICSGP_{name}", raising=False)
    code, _ = run(monkeypatch, *arguments)
    assert code == 2 and cure in capsys.readouterr().err


def test_a_recording_holds_no_secret_and_confirms_the_defaults(
    monkeypatch: pytest.MonkeyPatch, company: FakeGP, server: GPServer, tmp_path: Path
) -> None:
    folder = tmp_path / "site"
    code, _ = run(monkeypatch, "capture", str(folder), *switches(server))
    assert code == 0
    text = "\n".join(path.read_text("utf-8") for path in sorted(folder.iterdir()))
    for secret in (PASSWORD, "gpuser", "Söhne", "Northgate", "Alder Creek", "127.0.0.1", "NTLMSSP", "TlRM"):
        assert secret not in text, secret
    assert "VendorName" in text and "definitions" in text and "Discovery" in text
    code, told = run(monkeypatch, "capture", str(folder), "--verify")
    assert code == 0
    assert "WRONG" not in told and told.count("right ") == 11 and told.count("unknown") == 2
    assert "offered: accounts, fiscal_periods, batches, tax_details, payables_setup, receivings" in told
    writes = [each for each in company.requests if each.method not in ("GET", "HEAD")]
    assert not writes


def test_a_recording_of_another_wire_format_says_which_defaults_are_wrong(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    company = FakeGP(profile=SbaProfile(list_key="Items", top_parameter="$top", filter_parameter="$filter"))
    with served(make_server(company, password=PASSWORD)) as server:
        code, _ = run(monkeypatch, "capture", str(tmp_path), *switches(server, "Fabrikam, Inc."))
    company.close()
    assert code == 0
    code, told = run(monkeypatch, "capture", str(tmp_path), "--verify")
    assert code == 1
    wrong = {line.split()[1].rstrip(":") for line in told.splitlines() if line.startswith("WRONG")}
    assert wrong == {"list_key", "top_parameter", "filter_parameter"}
    assert json.loads((tmp_path / "observations.json").read_text())["list_key"] == "Items"


def test_a_site_that_is_no_gp_is_recorded_all_the_same(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    company = FakeGP()
    with served(make_server(company, password=PASSWORD)) as server:
        other = server.url.replace("GPService", "Elsewhere")
        named = ["--sba-url", other, "--company", "X", "--username", "GP\\gpuser"]
        code, _ = run(monkeypatch, "capture", str(tmp_path), *named)
    company.close()
    assert code == 0
    code, told = run(monkeypatch, "capture", str(tmp_path), "--verify")
    assert code == 0 and told.count("unknown") == 13
