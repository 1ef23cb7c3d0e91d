"""Measure what one company costs in a day: the default schedule in simulated time, with so many bills, evenly spread.

    python tools/measure_day.py --bills 20

Prints JSON. The processor time is of this process, simulators included; a fleet pays it without them.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "gp_cin7_bridge"))

from small import add_purchase

from gp_cin7_bridge.app.schedule import Runner
from gp_cin7_bridge.sandbox import Sandbox

NOW = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


class Day:
    """Lets a day of the sandbox pass, and bills come."""

    def __init__(self, sandbox: Sandbox, bills: int) -> None:
        self._sandbox, self._bills, self._come = sandbox, bills, 0

    def is_set(self) -> bool:
        passed = self._sandbox.bridge.clock() - NOW
        while self._come < self._bills * passed / DAY and self._come < self._bills:
            self._come += 1
            add_purchase(self._sandbox.cin7, self._come)
        return passed >= DAY

    def wait(self, timeout: float | None = None) -> bool:
        self._sandbox.advance(seconds=timeout or 0)
        return self.is_set()


def main() -> int:
    """Let the day pass twice: without bills, and with them."""
    parse = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parse.add_argument("--bills", type=int, default=20)
    wanted = parse.parse_args()
    for bills in (0, wanted.bills):
        sys.stdout.write(json.dumps(_day(bills)) + "\n")
    return 0


def _day(bills: int) -> dict[str, float | int]:
    with Sandbox({}, now=NOW) as sandbox:
        sandbox.gp.add_vendor("ACME", "ACME Ltd")
        sandbox.gp.add_item("A-1", "Hammer", unit_schedule_id="EACH")
        state = sandbox.bridge.state
        before, began = _size(sandbox), time.process_time()
        Runner(sandbox.bridge, Day(sandbox, bills)).run()
        return {
            "bills": bills,
            "vouchers": len(sandbox.gp.sql("SELECT 1 FROM PM10000")),
            "runs": len(state.runs(100_000)),
            "calls_to_gp": len(sandbox.gp.requests),
            "calls_to_cin7": len(sandbox.cin7.requests),
            "processor_seconds": round(time.process_time() - began, 1),
            "state_bytes": _size(sandbox) - before,
        }


def _size(sandbox: Sandbox) -> int:
    with sandbox.bridge.state._database.transaction() as db:  # SQLite's own count of its pages
        pages, each = (db.exec_driver_sql(f"PRAGMA {what}").scalar_one() for what in ("page_count", "page_size"))
        return int(pages) * int(each)


if __name__ == "__main__":
    sys.exit(main())
