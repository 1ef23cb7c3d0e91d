"""Run every flow from cron or Task Scheduler: once, and gone; what was left undone is done the next time.

In a crontab:   */5 * * * *  python 12_cron.py bridge.toml || echo "the bridge needs you" | mail -s bridge you@example
Without any:    python examples/12_cron.py --sandbox
(`gp-cin7 run --once` does the same without a line of Python.)
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from cin7core_client import Cin7Error
from dynamicsgp_client import GPError
from gp_cin7_bridge import Bridge, BridgeError, WriterBusyError, sync_bills, sync_items, sync_vendors


def once(settings: Path) -> bool:
    """Run the flows in order; tell whether all came to an end. Nothing happens while the last round still runs."""
    with Bridge.open(settings) as bridge:
        try:
            reports = [flow(bridge) for flow in (sync_vendors, sync_items, sync_bills)]
        except WriterBusyError:
            print("the last round still runs")
            return True
    for report in reports:
        print(f"{report.flow}: {len(report.created)} created, {len(report.held)} held")
        if not report.finished:
            print(f"  not finished: {report.stopped or f'{len(report.failed)} failed'}; the next round goes on")
    return all(report.finished for report in reports)


def main() -> None:
    """Read the command line."""
    if sys.argv[1:] == ["--sandbox"]:
        from gp_cin7_bridge.sandbox.datasets import dataset
        from gp_cin7_bridge.sandbox.simulators import Simulators

        with (
            tempfile.TemporaryDirectory() as folder,
            Simulators(Path(folder), dataset("demo"), calls=6000, per=60) as simulators,
        ):
            good = [once(simulators.settings) for _round in range(2)]
            print("vouchers in GP:", len(simulators.gp.sql("SELECT 1 FROM PM10000")))
            sys.exit(not all(good))
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(not once(Path(sys.argv[1])))


if __name__ == "__main__":
    try:
        main()
    except (BridgeError, GPError, Cin7Error) as error:
        sys.exit(str(error))
