"""Every example runs without credentials."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = sorted((Path(__file__).parent.parent / "examples").glob("*.py"))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_an_example_runs_in_its_sandbox(example: Path, tmp_path: Path) -> None:
    command = [sys.executable, str(example), "--sandbox"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    assert "79 created, 5 held" in done.stdout


def test_there_are_examples() -> None:
    assert EXAMPLES
