"""A short soak: traffic, faults and killed processes; `tools/soak.py` goes on for an hour."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SOAK = Path(__file__).resolve().parent.parent.parent / "tools" / "soak.py"


@pytest.mark.slow
def test_traffic_faults_and_kills_leave_each_document_once_and_both_systems_in_agreement() -> None:
    command = [sys.executable, str(SOAK), "--minutes", "0.7", "--seed", "1", "--pause", "0.5", "--life", "20"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=480)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "both systems agree: True" in done.stdout
