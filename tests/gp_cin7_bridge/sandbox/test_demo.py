"""The demonstration, and the comparison that judges it."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from gp_cin7_bridge.sandbox.demo import run


def test_the_demonstration_holds_what_was_intended_and_a_second_run_changes_nothing(tmp_path: Path) -> None:
    first = run(tmp_path / "demo")
    assert first.mismatches == ()
    assert not first.nothing_changed
    assert first.voucher is not None and len(first.voucher.lines) >= 12
    counts = {report.flow: len(report.created) + len(report.updated) for report in first.reports}
    assert counts["vendors"] >= 40 and counts["items"] >= 150 and counts["bills"] >= 60
    held = {reason.code for report in first.reports for each in report.held for reason in each.reasons}
    assert {"account_unmapped", "period_closed", "vendor_inactive", "duplicate_document", "totals_do_not_foot"} <= held
    second = run(tmp_path / "demo")
    assert second.mismatches == () and second.nothing_changed
    assert sorted(each.name for each in (tmp_path / "demo").glob("*.sqlite")) == [
        "cin7.sqlite",
        "gp.sqlite",
        "state.sqlite",
    ]


def test_the_comparison_sees_what_is_wrong(tmp_path: Path) -> None:
    run(tmp_path / "demo")
    for change in (
        "UPDATE MC020103 SET ORDOCAMT = ORDOCAMT + 0.01 WHERE VCHRNMBR = (SELECT min(VCHRNMBR) FROM MC020103)",
        "UPDATE PM10100 SET DSTINDX = 1 WHERE ROWID = (SELECT min(ROWID) FROM PM10100)",
        "DELETE FROM PM10000 WHERE VCHNUMWK = (SELECT max(VCHNUMWK) FROM PM10000)",
    ):
        with closing(sqlite3.connect(tmp_path / "demo" / "gp.sqlite")) as db:
            db.execute(change)
            db.commit()
    with closing(sqlite3.connect(tmp_path / "demo" / "cin7.sqlite")) as db:
        db.execute("UPDATE suppliers SET name = 'Other' WHERE rowid = 5")
        db.commit()
    assert len(run(tmp_path / "demo").mismatches) >= 4


def test_the_command_says_so_as_json(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "gp_cin7_bridge.app.cli", "demo", "--dir", str(tmp_path / "demo"), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    shown = json.loads(done.stdout)
    assert shown["matches"] is True and set(shown["flows"]) >= {"vendors", "items", "bills"}
    assert Path(shown["state"]).name == "state.sqlite" and shown["voucher"]["voucher_number"].startswith("C7")
