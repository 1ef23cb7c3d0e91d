"""bridge.toml: what is wrong with it is said with file, line and cure; secrets stay where they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from gp_cin7_bridge import SettingsError, read_settings

GOOD = """name = "site"

[gp]
sba_url = "https://gp.example/GPService"
company = "Fabrikam, Inc."
username = 'GP\\user'
password = "file:gp_password"

[cin7]
account_id = "acc"
application_key = "env:CIN7_KEY"

[accounts.map]
"5*" = "000-5100-00"
"1300" = "000-1300-00"
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "bridge.toml"


def read(path: Path, text: str) -> str:
    path.write_text(text, "utf-8")
    with pytest.raises(SettingsError) as caught:
        read_settings(path)
    return str(caught.value)


def test_a_password_in_the_state_url_is_refused_and_not_repeated(path: Path) -> None:
    said = read(path, f"{GOOD}[state]\nurl = 'postgresql://bridge:hunter2@host/db'\n")
    assert 'write password = "env:NAME" beside it' in said and "hunter2" not in said


def test_good_settings_are_read_with_their_order_and_defaults(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.write_text(GOOD, "utf-8")
    (path.parent / "gp_password").write_text("secret\n", "utf-8")
    monkeypatch.setenv("CIN7_KEY", "key")
    settings = read_settings(path)
    assert list(settings.accounts.map) == ["5*", "1300"]
    assert settings.gp.password.read().reveal() == "secret"
    assert (settings.cin7.application_key.read().reveal(), settings.cin7.calls) == ("key", 60)
    assert settings.state.url == f"sqlite:///{(path.parent / 'state.sqlite').as_posix()}"


def test_a_missing_file_is_said(path: Path) -> None:
    with pytest.raises(
        SettingsError, match=r"bridge\.toml: there is no such file; go to the folder that has it, or name it with -c"
    ):
        read_settings(path)


@pytest.mark.parametrize(
    ("change", "line", "said"),
    [
        (('name = "site"', 'name = "site'), 1, "not valid TOML"),
        (('name = "site"', 'name = "a b"'), 1, "name"),
        (('company = "Fabrikam, Inc."\n', ""), 3, "gp.company is missing; add it"),
        (('account_id = "acc"', 'acount_id = "acc"'), 10, "cin7.acount_id is no setting"),
        (("file:gp_password", "hunter2"), 7, "must be a reference, not the secret itself"),
        (("[accounts.map]", "[bills]\nrounding_limit = 0.05\n[accounts.map]"), 14, "write the amount in quotes"),
        (("[accounts.map]", "[state]\npassword = 'db:state'\n[accounts.map]"), 14, "use env:, file: or keyring:"),
        (("[accounts.map]", "[periods]\nclosed_period = 'never'\n[accounts.map]"), 14, "periods.closed_period"),
        (("[accounts.map]", '[bills.tax_rules."T 1"]\ntreatment = "guess"\n[accounts.map]'), 14, "treatment"),
        (("[accounts.map]", '[bills]\nfirst_day = "1.4.2026"\n[accounts.map]'), 14, "a date such as 2026-04-01"),
        (("username = 'GP\\user'", 'username = "CORP\\svc"'), 6, "single quotes: 'DOMAIN\\user'"),
        (("username = 'GP\\user'", 'username = "CORP\\bob"'), 6, "gp.username holds a control character"),
        (('sba_url = "https://', 'sba_url = "'), 4, "it begins with https:// and a host"),
        (("[cin7]", "concurrency = 99\n[cin7]"), 9, "gp.concurrency is 99; it should be less than or equal to 16"),
        (("[cin7]", 'timeout = "long"\n[cin7]'), 9, "gp.timeout is 'long'; it should be a valid number"),
        (
            ("[cin7]", 'auth = "ntml"\n[cin7]'),
            9,
            "gp.auth is 'ntml'; it should be 'ntlm', 'negotiate' or 'basic'; did you",
        ),
        (("username = 'GP\\user'\n", ""), 3, "gp names an address and no username; add it"),
        (('application_key = "env:CIN7_KEY"\n', ""), 9, "cin7 has no application_key; add application_key"),
        (("company =", "compny ="), 5, "gp.compny is no setting of the bridge; did you mean company?"),
        (("[cin7]", "[cin]"), 9, "cin is no setting of the bridge; did you mean cin7?"),
        (("[cin7]", "[cin]"), 9, "cin7 is missing; add the section [cin7] with account_id"),
        (("file:gp_password", "vault:hunter2"), 7, "must be a reference, not the secret itself"),
        (("file:gp_password", "keyring:hunter2"), 7, "names no user of the keyring"),
        (('"file:gp_password"', "5"), 7, "gp.password must be a reference"),
        (("password =", "pasword = 'hunter2' #"), 7, "gp.pasword is no setting of the bridge; did you mean password?"),
        (('company = "Fabrikam, Inc."', 'company = "a"\ncompany = "b"'), 6, "not valid TOML"),
        (
            ("[accounts.map]", '[[bills.charges]]\nto="freight"\n[[bills.charges]]\nto="x"\n[accounts.map]'),
            16,
            "bills.charges.1.to is 'x'",
        ),
    ],
)
def test_what_is_wrong_is_said_with_file_line_and_cure(
    path: Path, change: tuple[str, str], line: int, said: str
) -> None:
    message = read(path, GOOD.replace(*change))
    assert f"{path}:{line}: " in message
    assert said in message
    assert "hunter2" not in message


def test_a_secret_in_the_address_of_the_state_is_refused_and_not_repeated(path: Path) -> None:
    message = read(path, GOOD + '\n[state]\nurl = "postgresql://me:hunter2@db.example/state"\n')
    assert "state.url holds a password" in message and "hunter2" not in message


def test_everything_wrong_is_said_at_once(path: Path) -> None:
    message = read(path, GOOD.replace('company = "Fabrikam, Inc."\n', "bogus = 1\n"))
    assert "gp.company is missing" in message and "gp.bogus is no setting" in message
