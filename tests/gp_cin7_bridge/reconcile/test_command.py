"""`gp-cin7 reconcile` as a user meets it."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import Result
from small import add_purchase
from typer.testing import CliRunner

from gp_cin7_bridge.app.cli import app
from gp_cin7_bridge.sandbox.simulators import Simulators


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["reconcile", *map(str, arguments)], env={"COLUMNS": "120"})


def test_it_ends_in_0_when_both_agree_and_in_3_with_findings_when_not(simulators: Simulators) -> None:
    done = run("-c", simulators.settings)
    assert done.exit_code == 0 and "both systems agree" in done.stdout
    add_purchase(simulators.cin7, 4)
    done = run("bills", "-c", simulators.settings)
    assert done.exit_code == 3 and "missing INV-4" in done.stdout and "Run `gp-cin7 sync bills`" in done.stdout


def test_its_json_has_amounts_as_texts(simulators: Simulators) -> None:
    add_purchase(simulators.cin7, 4)
    found = json.loads(run("bills", "-c", simulators.settings, "--json").stdout)
    assert found["agrees"] is False
    assert [(each["kind"], each["document"]) for each in found["findings"]] == [("missing", "INV-4")]
    assert found["totals"][0]["gap"] == "-40.00"


def test_an_unknown_kind_ends_in_2(simulators: Simulators) -> None:
    done = run("payments", "-c", simulators.settings)
    assert done.exit_code == 2 and "reconcile vendors, items, receipts, bills" in done.stderr


def test_it_writes_a_page_and_says_when_it_cannot(simulators: Simulators, tmp_path: Path) -> None:
    done = run("bills", "-c", simulators.settings, "--html", tmp_path / "page.html")
    assert done.exit_code == 0 and "Both systems agree" in (tmp_path / "page.html").read_text("utf-8")
    done = run("bills", "-c", simulators.settings, "--html", tmp_path / "nowhere" / "page.html")
    assert done.exit_code == 2 and "name another file" in done.stderr
