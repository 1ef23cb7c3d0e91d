"""Carry vendors, items and bills once, looking at the plan before anything is written to GP.

With your own systems:  python examples/05_sync_once.py bridge.toml
Without any:            python examples/05_sync_once.py --sandbox
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from cin7core_client import Cin7Error
from dynamicsgp_client import GPError
from gp_cin7_bridge import Bridge, BridgeError, apply, plan, sync_items, sync_vendors


def carry(settings: Path) -> None:
    """Carry everything once, and say what was done."""
    with Bridge.open(settings) as bridge:
        for report in (sync_vendors(bridge), sync_items(bridge)):
            print(f"{report.flow}: {len(report.created)} created, {len(report.updated)} updated")
        bills = plan(bridge, "bills")  # reads both sides, writes nothing
        for action in bills.actions[:5]:
            print(action)
        report = apply(bridge, bills)  # one document at a time, the intent before the send
        print(f"bills: {len(report.created)} created, {len(report.held)} held")
        for held in report.held:
            for reason in held.reasons:
                print(f"  {held.document}: {reason.text} {reason.cure}")


def main() -> None:
    """Read the command line."""
    if sys.argv[1:] == ["--sandbox"]:
        from gp_cin7_bridge.sandbox.datasets import dataset
        from gp_cin7_bridge.sandbox.simulators import Simulators

        with (
            tempfile.TemporaryDirectory() as folder,
            Simulators(Path(folder), dataset("demo"), calls=6000, per=60) as simulators,
        ):
            carry(simulators.settings)
    elif len(sys.argv) == 2:
        carry(Path(sys.argv[1]))
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    try:
        main()
    except (BridgeError, GPError, Cin7Error) as error:
        sys.exit(str(error))
