"""Test your own program against the simulators: a lost answer, a closed period, a voucher deleted by hand.

python examples/09_test_your_integration.py --sandbox
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from bills import two_bills

from gp_cin7_bridge import sync_bills


def test_a_lost_answer_is_not_a_second_bill() -> None:
    with two_bills() as sandbox:
        sandbox.gp.fail_next("lost_answer", match="POST .*Payables")
        while not sync_bills(sandbox.bridge).finished:
            sandbox.advance(minutes=2)
        assert len(sandbox.gp.sql("SELECT * FROM PM10000")) == 2


def test_a_closed_period_holds_one_bill_and_not_the_other() -> None:
    with two_bills() as sandbox:
        sandbox.gp.do("close_period", year=2026, period=4)
        report = sync_bills(sandbox.bridge)
        assert report.created == ("INV-1",)
        assert [reason.code for held in report.held for reason in held.reasons] == ["period_closed"]


if __name__ == "__main__":
    beside = f"pythonpath={Path(__file__).resolve().parent}"  # where bills.py is
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-o", beside, __file__]
    sys.exit(subprocess.run(command, check=False).returncode)
