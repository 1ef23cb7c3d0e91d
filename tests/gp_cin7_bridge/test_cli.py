"""The command line as a user meets it: messages with cures, exit codes, JSON for programs."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from gp_cin7_bridge import Bridge
from gp_cin7_bridge.app.cli import app
from gp_cin7_bridge.sandbox.simulators import Simulators


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(each) for each in arguments], env={"COLUMNS": "120"})


def told(done: Result, code: int) -> str:
    assert done.exit_code == code, (done.exit_code, done.output, done.exception)
    assert "Traceback" not in done.output
    return done.output


def test_the_whole_job_by_hand(simulators: Simulators) -> None:
    path = simulators.settings
    assert "voucher numbers: GP keeps the number" in told(run("check", "-c", path), 0)
    assert json.loads(run("sync", "vendors", "-c", path, "--json").stdout)["created"] == 2
    told(run("sync", "items", "-c", path), 0)
    planned = json.loads(run("plan", "bills", "-c", path, "--json").stdout)
    assert [each["verb"] for each in planned["actions"]] == ["create"] * 3
    assert planned["actions"][0]["after"]["document_amount"] == "10"
    assert "C7I260302" in told(run("plan", "bills", "--full", "-c", path), 0)
    report = json.loads(run("sync", "bills", "-c", path, "--json").stdout)
    assert all(calls > 0 for calls in report.pop("calls").values())
    assert report == {
        "flow": "bills",
        "created": 3,
        "updated": 0,
        "unchanged": 0,
        "held": [],
        "skipped": [],
        "failed": [],
    }
    assert "3 bills carried" in told(run("status", "-c", path), 0)
    assert "create" in told(run("audit", "-c", path, "--document", "INV-2"), 0)
    assert json.loads(run("audit", "verify", "-c", path, "--json").stdout) == {"whole": True, "broken_at": None}


def test_held_documents_end_in_3_with_reasons_and_cures(simulators: Simulators) -> None:
    path = simulators.settings
    for flow in ("vendors", "items"):
        told(run("sync", flow, "-c", path), 0)
    simulators.gp.do("close_period", year=2026, period=3)
    done = run("sync", "bills", "-c", path, "--json")
    assert done.exit_code == 3
    held = json.loads(done.stdout)["held"]
    assert {each["document"] for each in held} == {"INV-1", "INV-2", "INV-3"}
    assert held[0]["reasons"][0].keys() == {"code", "text", "cure"}
    assert "period_closed" in told(run("status", "-c", path), 3)
    told(run("plan", "bills", "-c", path), 3)


def test_a_plan_of_one_document_is_saved_and_applied(simulators: Simulators, tmp_path: Path) -> None:
    path, file = simulators.settings, tmp_path / "first.plan.json"
    told(run("sync", "vendors", "-c", path), 0)
    assert "INV-1" not in told(run("plan", "bills", "--only", "INV-2", "--save", file, "-c", path), 0)
    assert "nothing in the plan is called 'INV-9'" in told(run("plan", "bills", "--only", "INV-9", "-c", path), 2)
    assert json.loads(run("apply", file, "-c", path, "--json").stdout)["created"] == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["sync", "bills", "-c", "nowhere.toml"], "nowhere.toml"),
        (
            ["sync", "stock", "-c", "{path}"],
            "there is no flow 'stock'; use one of vendors, items, receipts, bills, payments",
        ),
        (["dance"], "dance"),
        (["audit", "burn", "-c", "{path}"], "burn"),
        (["sandbox", "--dir", "{folder}", "--dataset", "nowhere"], "there is no data set 'nowhere'"),
        (["sandbox", "--dir", "{folder}"], "holds data set 'small'"),
    ],
)
def test_wrong_usage_ends_in_2_with_a_cure(simulators: Simulators, arguments: list[str], said: str) -> None:
    filled = [each.format(path=simulators.settings, folder=simulators.folder) for each in arguments]
    assert said in re.sub(r"\s*\n[│ ]*", " ", told(run(*filled), 2))


def test_malformed_settings_end_in_2_with_file_and_line(simulators: Simulators) -> None:
    text = simulators.settings.read_text("utf-8")
    simulators.settings.write_text(text.replace("company =", "compny ="), "utf-8")
    message = told(run("sync", "vendors", "-c", simulators.settings), 2)
    assert re.search(r"bridge\.toml:\d+: gp\.compny is no setting", message)
    assert "gp.company is missing" in message


def test_check_names_what_a_run_would_miss(simulators: Simulators) -> None:
    text = simulators.settings.read_text("utf-8")
    simulators.settings.write_text(
        text.replace('tax_rule = "Tax exempt"', "").replace("000-1300-00", "000-0000-00"), "utf-8"
    )
    simulators.gp.sql("UPDATE PM40100 SET OVVCHNUM = 0")
    done = run("check", "-c", simulators.settings, "--json")
    assert done.exit_code == 1
    failed = {each["subject"]: each for each in json.loads(done.stdout)["findings"] if each["mark"] == "failed"}
    assert set(failed) == {"tax rules", "account map", "voucher numbers"}
    assert all(each["cure"] for each in failed.values())


def test_a_wrong_gp_password_is_tried_once(simulators: Simulators) -> None:
    secret = simulators.folder / "secrets" / "gp_password"
    secret.write_text("wrong", "utf-8")
    message = told(run("sync", "vendors", "-c", simulators.settings), 1)
    assert "Check user name and password" in message and "wrong" not in message.replace("what is wrong", "")
    logons = [each for each in simulators.gp.requests if each.status == 401]
    assert len(logons) == 3  # the three legs of one handshake


def test_a_wrong_cin7_key_is_said(simulators: Simulators) -> None:
    (simulators.folder / "secrets" / "cin7_application_key").write_text("wrong-key", "utf-8")
    message = told(run("sync", "vendors", "-c", simulators.settings), 1)
    assert "Check the account id and the application key" in message and "wrong-key" not in message


def test_a_missing_secret_ends_in_2(simulators: Simulators) -> None:
    (simulators.folder / "secrets" / "gp_password").unlink()
    assert "gp_password cannot be read" in told(run("sync", "vendors", "-c", simulators.settings), 2)


@pytest.mark.parametrize("system", ["sba_url", "base_url"])
def test_a_system_that_is_down_is_said_with_what_to_do(simulators: Simulators, system: str) -> None:
    text = simulators.settings.read_text("utf-8")
    closed = re.sub(rf'{system} = "http://127.0.0.1:\d+', f'{system} = "http://127.0.0.1:9', text)
    simulators.settings.write_text(closed, "utf-8")
    assert "no connection" in told(run("sync", "vendors", "-c", simulators.settings), 1)
    assert "no connection" in told(run("check", "-c", simulators.settings), 1)


def test_another_writer_ends_in_4_and_nothing_is_written(simulators: Simulators) -> None:
    with Bridge.open(simulators.settings) as bridge, bridge.state.writer_lock():
        begun = time.monotonic()
        command = [sys.executable, "-m", "gp_cin7_bridge.app.cli", "sync", "vendors", "-c", str(simulators.settings)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 4
    assert "another process writes" in done.stderr
    assert time.monotonic() - begun >= 30
    assert simulators.cin7.sql("SELECT 1 FROM suppliers") == []


def test_a_damaged_state_file_is_said(simulators: Simulators) -> None:
    (simulators.folder / "state.sqlite").write_bytes(b"garbage " * 100)
    assert "restore it from a backup" in told(run("status", "-c", simulators.settings), 1)


def test_several_connections_run_one_after_the_other(simulators: Simulators, tmp_path: Path) -> None:
    other = simulators.folder / "other.toml"
    text = simulators.settings.read_text("utf-8").replace('name = "small"', 'name = "other"')
    other.write_text(text, "utf-8")
    reports = json.loads(run("sync", "vendors", "-c", simulators.settings, "-c", other, "--json").stdout)
    assert [each["created"] for each in reports] == [2, 0]
    assert reports[1]["updated"] == 2  # linked to the suppliers that the first one made


def test_the_sandbox_says_when_it_is_ready_and_stops_when_told(tmp_path: Path) -> None:
    folder = tmp_path / "sandbox"
    command = [sys.executable, "-m", "gp_cin7_bridge.app.cli", "sandbox", "--dir", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == f"ready {folder / 'bridge.toml'}\n"
        assert json.loads(run("sync", "vendors", "-c", folder / "bridge.toml", "--json").stdout)["created"] == 45
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0
    text = (folder / "bridge.toml").read_text("utf-8")
    for secret in (folder / "secrets").iterdir():
        assert secret.read_text("utf-8") not in text


def test_the_account_map_and_a_voucher_are_explained(simulators: Simulators) -> None:
    told(run("sync", "vendors", "-c", simulators.settings), 0)
    told(run("sync", "bills", "-c", simulators.settings), 0)
    shown = json.loads(run("explain", "INV-2", "-c", simulators.settings, "--json").stdout)
    assert shown["document"] == "INV-2" and "purchase 000-1300-00" in {each["field"] for each in shown["lines"]}
    assert "gp-cin7 audit" in told(run("explain", "NOTHING", "-c", simulators.settings), 1)
    told(run("accounts", "check", "-c", simulators.settings), 0)
    covered = json.loads(run("accounts", "coverage", "--days", "9999", "-c", simulators.settings, "--json").stdout)
    assert [(each["code"], each["lines"]) for each in covered["mapped"]] == [("1300", 3)]
    assert "000-1300-00 Inventory" in told(run("accounts", "explain", "1300", "-c", simulators.settings), 0)
    assert "account_unmapped" in told(run("accounts", "explain", "77", "-c", simulators.settings), 3)
    told(run("accounts", "explain", "-c", simulators.settings), 2)
