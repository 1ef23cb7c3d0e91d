"""Preview the vouchers, keep the plan in a file, look at it, apply it later: only what is still true is carried out.

With your own systems:  python examples/06_preview_then_apply.py bridge.toml
Without any:            python examples/06_preview_then_apply.py --sandbox
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from cin7core_client import Cin7Error
from dynamicsgp_client import GPError
from gp_cin7_bridge import Bridge, BridgeError, apply, load_plan, plan, save_plan


def preview(bridge: Bridge, file: Path) -> None:
    """Write down what would be done."""
    bills = plan(bridge, "bills")  # reads both sides, writes nothing
    save_plan(bills, file)
    for action in bills:
        print(action)
        for explained in action.explained[:3]:
            print(f"    {explained.field} = {explained.value}: {explained.rule}")


def carry_out(bridge: Bridge, file: Path) -> None:
    """Do it. What changed meanwhile is refused, item by item, with the reason `plan_stale`."""
    report = apply(bridge, load_plan(file))
    print(f"created: {', '.join(report.created) or 'nothing'}")
    for held in report.held:
        for reason in held.reasons:
            print(f"held: {held.document}: {reason.text} {reason.cure}")


def main() -> None:
    """Read the command line."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "bills.plan.json"
        if sys.argv[1:] == ["--sandbox"]:
            from bills import two_bills

            with two_bills() as sandbox:
                preview(sandbox.bridge, file)
                sandbox.gp.do("close_period", year=2026, period=4)  # meanwhile, in GP
                carry_out(sandbox.bridge, file)
        elif len(sys.argv) == 2:
            with Bridge.open(sys.argv[1]) as bridge:
                preview(bridge, file)
                if input("Carry it out? [yes/no] ") == "yes":
                    carry_out(bridge, file)
        else:
            sys.exit(__doc__)


if __name__ == "__main__":
    try:
        main()
    except (BridgeError, GPError, Cin7Error) as error:
        sys.exit(str(error))
