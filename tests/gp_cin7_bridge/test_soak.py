"""A short soak: traffic, faults and killed processes; `tools/soak.py` goes on for an hour."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

SOAK = Path(__file__).resolve().parent.parent.parent / "tools" / "soak.py"
SENT, BACK, AGAIN = ("INV-7", Decimal(10)), ("INV-7-R1", Decimal(-10)), ("INV-7-2", Decimal(12))


@pytest.mark.parametrize(
    ("owed", "changes", "vouchers", "told"),
    [
        (10, 0, [SENT], ""),
        (12, 1, [SENT, BACK, AGAIN], ""),
        (0, 1, [SENT, BACK], ""),
        (0, 1, [], ""),
        (10, 0, [], "is 0 by"),
        (10, 0, [SENT, SENT], "is there twice"),
        (12, 1, [SENT], "is 10 by"),
        (12, 1, [SENT, AGAIN], "is 22 by"),
        (0, 1, [SENT], "is 10 by"),
        (10, 0, [SENT, BACK, ("INV-7-2", Decimal(10))], "after 0 changes"),
    ],
)
def test_the_soak_tells_a_voucher_that_is_missing_twice_or_wrong(
    monkeypatch: pytest.MonkeyPatch, owed: int, changes: int, vouchers: list[tuple[str, Decimal]], told: str
) -> None:
    monkeypatch.syspath_prepend(str(SOAK.parent))
    from soak_people import Paper

    problem = Paper("INV-7", "PO-7", 1, Decimal(owed), changes).problem(vouchers)
    assert told in problem and bool(told) == bool(problem)


@pytest.mark.slow
def test_traffic_faults_and_kills_leave_each_document_once_and_both_systems_in_agreement() -> None:
    command = [sys.executable, str(SOAK), "--minutes", "0.7", "--seed", "1", "--pause", "0.5", "--life", "20"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=480)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "both systems agree: True" in done.stdout
