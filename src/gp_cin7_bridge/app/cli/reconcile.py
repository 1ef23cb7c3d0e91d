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
from gp_cin7_bridge.review.reconcile import Reconciliation, page
from gp_cin7_bridge.review.reconcile import reconcile as compare


def reconcile(
    kinds: Annotated[
        list[str] | None, typer.Argument(metavar="[vendors|items|bills|accounts]...", help="Default: everything.")
    ] = None,
    connection: Connections = DEFAULT_CONNECTIONS,
    as_json: AsJson = False,
    html: Annotated[
        Path | None, typer.Option("--html", help="Write it to this file too, as a page for a browser.", dir_okay=False)
    ] = None,
) -> None:
    """Compare both systems, name what does not agree, with its cure; write nothing.

    Exit: 0 both agree; 3 something differs; 1 a system did not answer; 2 wrong usage or settings.
    """
    if html and len(connection) > 1:
        raise typer.BadParameter("one page holds one connection; give -c once with --html")
    if html:
        _begun(html)
    with errors_told():
        found = [_compared(path, kinds) for path in connection]
        if html:
            html.write_text(page(found[0]), "utf-8")
        if as_json:
            shown = [reconciliation_json(each) for each in found]
            print_json(shown[0] if len(shown) == 1 else shown)
        else:
            for each in found:
                print_reconciliation(each)
        raise typer.Exit(ExitCode.DONE if all(each.agrees for each in found) else ExitCode.HELD)


def _begun(html: Path) -> None:
    """Make the file, which only its owner may read, before an hour of reading is spent on what it will hold."""
    try:
        html.touch(mode=0o600)
    except OSError as error:
        raise typer.BadParameter(f"{html} cannot be written: {error.strerror}; name another file") from error


def _compared(path: Path, kinds: list[str] | None) -> Reconciliation:
    with Bridge.open(path) as bridge, progress_bars() as watch:
        return compare(bridge, kinds or None, watch=watch)
