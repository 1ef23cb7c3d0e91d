"""`gp-cin7 secrets` by hand: kept, named, used by a sync, rotated, forgotten; never shown."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from gp_cin7_bridge.app.cli import app
from gp_cin7_bridge.sandbox.simulators import Simulators


def secrets(*arguments: object, text: str | None = None) -> Result:
    return CliRunner().invoke(app, ["secrets", *map(str, arguments)], input=text)


def said(result: Result, code: int = 0) -> str:
    assert result.exit_code == code, result.output
    return result.output


@pytest.fixture
def path(simulators: Simulators) -> Path:
    """A bridge.toml whose own secrets are not kept yet."""
    text = simulators.settings.read_text("utf-8")
    text = text.replace("file:secrets/gp_password", "db:gp_password")
    simulators.settings.write_text(text + '\n[secrets]\nmaster_key = "file:master.key"\n', "utf-8")
    return simulators.settings


def test_a_kept_password_signs_in_and_no_command_shows_it(simulators: Simulators, path: Path) -> None:
    password = (simulators.folder / "secrets" / "gp_password").read_text("utf-8")
    outputs = [said(secrets("new-key", "-c", path))]
    key = path.with_name("master.key")
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    outputs.append(said(secrets("set", "gp_password", "-c", path, text=password + "\n")))
    outputs.append(said(secrets("list", "-c", path, "--json")))
    assert [each["name"] for each in json.loads(outputs[-1])["secrets"]] == ["gp_password"]
    said(CliRunner().invoke(app, ["sync", "vendors", "-c", str(path)]))

    path.write_text(
        path.read_text("utf-8").replace("file:master.key", 'file:new.key"\nprevious_master_key = "file:master.key'),
        "utf-8",
    )
    outputs += [said(secrets("new-key", "-c", path)), said(secrets("rotate", "-c", path))]
    path.write_text(path.read_text("utf-8").replace('previous_master_key = "file:master.key"\n', ""), "utf-8")
    outputs.append(said(secrets("rotate", "-c", path)))
    key.unlink()
    said(CliRunner().invoke(app, ["sync", "items", "-c", str(path)]))

    audit = said(CliRunner().invoke(app, ["audit", "-c", str(path), "--json"]))
    changes = [(row["action"], row["document"]) for row in json.loads(audit) if row["flow"] == "secrets"]
    assert changes == [("set", "db:gp_password"), ("rotate", "data key"), ("rotate", "data key")]
    outputs += [audit, said(secrets("delete", "gp_password", "-c", path))]
    assert "keeps no secret 'gp_password'" in said(secrets("delete", "gp_password", "-c", path), 2)
    assert password not in "".join(outputs) and password.encode() not in (path.parent / "state.sqlite").read_bytes()


def test_what_is_missing_is_said_with_the_command_that_cures_it(path: Path) -> None:
    assert "gp-cin7 secrets new-key" not in said(secrets("list", "-c", path))
    assert "master.key cannot be read" in said(secrets("set", "gp_password", "-c", path, text="x"), 2)
    path.with_name("master.key").write_text("hunter2", "utf-8")
    assert "may be read by other users; run: chmod 600" in said(secrets("set", "a", "-c", path, text="x"), 2)
    path.with_name("master.key").chmod(0o600)
    message = said(secrets("set", "a", "-c", path, text="x"), 2)
    assert "is no key of 32 bytes in base64; make one with: gp-cin7 secrets new-key" in message
    assert "hunter2" not in message
    assert "cannot be made: File exists" in said(secrets("new-key", "-c", path), 2)
    path.with_name("master.key").unlink()
    said(secrets("new-key", "-c", path))
    assert "the secret is empty" in said(secrets("set", "a", "-c", path, text="\n"), 2)
    assert "secret name 'a b' is not usable" in said(secrets("set", "a b", "-c", path, text="x"), 2)
    without = path.read_text("utf-8").replace('[secrets]\nmaster_key = "file:master.key"', "")
    path.write_text(without, "utf-8")
    for command in (("set", "a"), ("new-key",), ("rotate",)):
        assert "[secrets] master_key is not set" in said(secrets(*command, "-c", path, text="x"), 2)


def test_a_master_key_that_is_no_file_is_not_written(path: Path) -> None:
    path.write_text(path.read_text("utf-8").replace("file:master.key", "env:MASTER"), "utf-8")
    assert "env:MASTER is no file, so it is not written here" in said(secrets("new-key", "-c", path), 2)
