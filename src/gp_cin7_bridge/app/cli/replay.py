"""`gp-cin7 replay`: look again at what waits, now, and carry what can be carried."""

from __future__ import annotations

from typing import Annotated

import typer

from gp_cin7_bridge.app.cli.exits import errors_told
from gp_cin7_bridge.app.cli.options import DEFAULT_CONNECTION, AsJson, OneConnection, OnlyFlow
from gp_cin7_bridge.app.cli.rendering import print_json, print_report, progress_bars, report_json
from gp_cin7_bridge.app.cli.sync import exit_code
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.review.replay import replay as run


def replay(
    documents: Annotated[list[str] | None, typer.Argument(metavar="DOCUMENT...", help="Names or keys.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Everything that waits.")] = False,
    reason: Annotated[str | None, typer.Option(metavar="CODE", help="What is held for this reason.")] = None,
    flow: OnlyFlow = None,
    connection: OneConnection = DEFAULT_CONNECTION,
    as_json: AsJson = False,
) -> None:
    """Run held and failed documents again, after their cause is gone.

    Exit: 0 done; 3 some are still held; 1 not finished; 2 wrong usage or settings; 4 another writer is at work.
    """
    with errors_told():
        if not (documents or every or reason or flow):
            raise typer.BadParameter("name DOCUMENTs, or --all, or --reason CODE, or --flow FLOW")
        if documents and every:
            raise typer.BadParameter("name DOCUMENTs or --all, not both")
        with Bridge.open(connection) as bridge, progress_bars() as watch:
            reports = run(bridge, documents or None, flow=flow, reason=reason, watch=watch)
        if as_json:
            print_json([report_json(report) for report in reports])
        else:
            for report in reports:
                print_report(report)
            if not reports:
                typer.echo("nothing waits")
        raise typer.Exit(exit_code(list(reports)))
