"""`gp-cin7 reconcile`: compare what both systems have, document by document."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Final, NoReturn, TypeVar

import typer

from gp_cin7_bridge.app.cli.exits import ExitCode, errors_told
from gp_cin7_bridge.app.cli.options import DEFAULT_CONNECTIONS, AsJson, Connections
from gp_cin7_bridge.app.cli.reconcile_shown import (
    print_reconciliation,
    print_tie_out,
    reconciliation_json,
    tie_out_json,
)
from gp_cin7_bridge.app.cli.rendering import print_json, progress_bars
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.review.reconcile import Reconciliation, TieOut, page
from gp_cin7_bridge.review.reconcile import reconcile as compare
from gp_cin7_bridge.review.reconcile import tie_out as tie

C = TypeVar("C", Reconciliation, TieOut)
DAY: Final = ["%Y-%m-%d"]


def reconcile(
    kinds: Annotated[
        list[str] | None,
        typer.Argument(metavar="[vendors|items|receipts|bills|accounts]...", help="Default: everything."),
    ] = None,
    connection: Connections = DEFAULT_CONNECTIONS,
    as_json: AsJson = False,
    html: Annotated[
        Path | None, typer.Option("--html", help="Write it to this file too, as a page for a browser.", dir_okay=False)
    ] = None,
    tie_out: Annotated[
        bool, typer.Option("--tie-out", help="Compare control accounts by period instead: payables, inventory, GRNI.")
    ] = False,
    since: Annotated[dt.datetime | None, typer.Option("--since", formats=DAY, help="First day of --tie-out.")] = None,
    until: Annotated[dt.datetime | None, typer.Option("--until", formats=DAY, help="Last day of --tie-out.")] = None,
) -> None:
    """Compare both systems, name what does not agree, with its cure; write nothing.

    Exit: 0 both agree; 3 something differs; 1 a system did not answer; 2 wrong usage or settings.
    """
    if html and len(connection) > 1:
        raise typer.BadParameter("one page holds one connection; give -c once with --html")
    if tie_out and (kinds or html):
        raise typer.BadParameter("--tie-out compares accounts; it takes no kinds and writes no page")
    if not tie_out and (since or until):
        raise typer.BadParameter("--since and --until go with --tie-out")
    if html:
        _begun(html)
    with errors_told():
        if tie_out:
            days = (since.date() if since else None, until.date() if until else None)
            _told([_tied(path, *days) for path in connection], tie_out_json, print_tie_out, as_json=as_json)
        found = [_compared(path, kinds) for path in connection]
        if html:
            html.write_text(page(found[0]), "utf-8")
        _told(found, reconciliation_json, print_reconciliation, as_json=as_json)


def _told(found: Sequence[C], shown: Callable[[C], object], show: Callable[[C], None], *, as_json: bool) -> NoReturn:
    if as_json:
        answers = [shown(each) for each in found]
        print_json(answers[0] if len(answers) == 1 else answers)
    else:
        for each in found:
            show(each)
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


def _tied(path: Path, since: dt.date | None, until: dt.date | None) -> TieOut:
    with Bridge.open(path) as bridge, progress_bars() as watch:
        return tie(bridge, since=since, until=until, watch=watch)
