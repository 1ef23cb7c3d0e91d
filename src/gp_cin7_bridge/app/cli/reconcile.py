"""`gp-cin7 reconcile`: compare what both systems have, document by document."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gp_cin7_bridge.app.cli.exits import ExitCode, errors_told
from gp_cin7_bridge.app.cli.options import DEFAULT_CONNECTIONS, AsJson, Connections
from gp_cin7_bridge.app.cli.reconcile_shown import print_reconciliation, reconciliation_json
from gp_cin7_bridge.app.cli.rendering import print_json, progress_bars
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.review.reconcile import Reconciliation
from gp_cin7_bridge.review.reconcile import reconcile as compare


def reconcile(
    kinds: Annotated[list[str] | None, typer.Argument(metavar="[bills]...", help="Default: everything.")] = None,
    connection: Connections = DEFAULT_CONNECTIONS,
    as_json: AsJson = False,
) -> None:
    """Compare both systems, name what does not agree, with its cure; write nothing.

    Exit: 0 both agree; 3 something differs; 1 a system did not answer; 2 wrong usage or settings.
    """
    with errors_told():
        found = [_compared(path, kinds) for path in connection]
        if as_json:
            shown = [reconciliation_json(each) for each in found]
            print_json(shown[0] if len(shown) == 1 else shown)
        else:
            for each in found:
                print_reconciliation(each)
        raise typer.Exit(ExitCode.DONE if all(each.agrees for each in found) else ExitCode.HELD)


def _compared(path: Path, kinds: list[str] | None) -> Reconciliation:
    with Bridge.open(path) as bridge, progress_bars() as watch:
        return compare(bridge, kinds or None, watch=watch)
