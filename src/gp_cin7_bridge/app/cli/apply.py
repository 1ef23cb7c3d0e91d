"""`gp-cin7 apply FILE`: carry out a plan that was saved, each action only where it still holds."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gp_cin7_bridge.app.cli.exits import errors_told
from gp_cin7_bridge.app.cli.options import DEFAULT_CONNECTION, AsJson, OneConnection
from gp_cin7_bridge.app.cli.rendering import print_json, print_report, progress_bars, report_json
from gp_cin7_bridge.app.cli.sync import exit_code
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.plan_file import load_plan
from gp_cin7_bridge.sync import apply as carry


def apply(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `gp-cin7 plan FLOW --save FILE` kept.")],
    connection: OneConnection = DEFAULT_CONNECTION,
    as_json: AsJson = False,
) -> None:
    """Carry out a saved plan. Its documents are read again; what changed on either side is refused, the rest goes on.

    Exit: 0 done; 3 something is held or was refused as stale; 1 not finished; 2 wrong usage, settings or file;
    4 another writer is at work.
    """
    with errors_told():
        plan = load_plan(file)
        with Bridge.open(connection) as bridge, progress_bars() as watch:
            report = carry(bridge, plan, watch=watch)
        if as_json:
            print_json(report_json(report))
        else:
            print_report(report)
        raise typer.Exit(exit_code([report]))
