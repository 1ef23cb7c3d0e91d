"""`gp-cin7 rebuild`: find again what was carried, when the state is lost."""

from __future__ import annotations

import typer
from attrs import asdict

from gp_cin7_bridge.app.cli.exits import ExitCode, errors_told
from gp_cin7_bridge.app.cli.options import DEFAULT_CONNECTION, AsJson, OneConnection
from gp_cin7_bridge.app.cli.rendering import print_json, progress_bars
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.review.rebuild import rebuild as run


def rebuild(connection: OneConnection = DEFAULT_CONNECTION, as_json: AsJson = False) -> None:
    """Link vendors, items and bills again by their keys; reads both systems and writes to neither.

    Exit: 0 done; 1 a system did not answer; 2 wrong usage or settings; 4 another writer is at work.
    """
    with errors_told():
        with Bridge.open(connection) as bridge, progress_bars() as watch:
            found = run(bridge, watch=watch)
        if as_json:
            print_json([asdict(each) for each in found])
        else:
            for each in found:
                typer.echo(
                    f"{each.flow}: {len(each.linked)} found again ({len(each.differing)} of them differ),"
                    f" {len(each.absent)} not on the other side"
                )
        raise typer.Exit(ExitCode.DONE)
