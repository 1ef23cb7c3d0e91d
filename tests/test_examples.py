"""Every example runs without credentials, and says what it should."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent.parent / "examples"
EXAMPLES = sorted(FOLDER.glob("[0-9]*.py"))
SAID = {
    "01": "INACTIVE001 Old Harbour Castings Net 30 Z-US$",
    "02": "vouchers in GP: 2",
    "03": "Q-1001 AUTHORISED 57.50",
    "04": "held: Cin7 account '9999' has no GP account.",
    "05": "79 created, 5 held",
    "06": "held: INV-2: The plan is older",
    "07": "Main Warehouse INV-2",
    "08": "bills created ['INV-1']",
    "09": "2 passed",
    "10": "vouchers in GP: 79",
    "11": "items: 0 created, 0 updated",
    "12": "vouchers in GP: 79",
}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_runs_in_its_sandbox(example: Path, tmp_path: Path) -> None:
    command = [sys.executable, str(example), "--sandbox"]
    # Messages are read as text here, whatever the terminal.
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=240
    )
    assert done.returncode == 0, done.stderr
    assert SAID[example.stem[:2]] in done.stdout


def test_every_example_says_something() -> None:
    assert {example.stem[:2] for example in EXAMPLES} == set(SAID)
