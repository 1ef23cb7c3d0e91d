"""`gp-cin7 demo`: the whole job on two simulators, compared document by document with what was intended."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from gp_cin7_bridge.app.cli.exits import ExitCode, errors_told
from gp_cin7_bridge.app.cli.options import AsJson
from gp_cin7_bridge.app.cli.rendering import (
    console,
    explained_json,
    print_explained,
    print_json,
    print_report,
    progress_bars,
    report_json,
)
from gp_cin7_bridge.sandbox.demo import Outcome, run


def demo(
    directory: Annotated[
        Path, typer.Option("--dir", help="Where the simulators and the state keep their files.")
    ] = Path("gp-cin7-demo"),
    calls: Annotated[int, typer.Option(min=1, help="Calls that the simulated Cin7 Core takes …")] = 6000,
    per: Annotated[int, typer.Option(min=1, help="… in so many seconds. The real limit is 60 in 60.")] = 60,
    as_json: AsJson = False,
) -> None:
    """Carry a distributor's vendors, items and bills between two simulators, and prove the result.

    Exit: 0 both systems hold what was intended; 1 they do not.
    """
    with errors_told():
        with progress_bars() as watch:
            outcome = run(directory, calls=calls, per=per, watch=watch)
        if as_json:
            print_json(_json(outcome))
        else:
            _print(outcome)
        raise typer.Exit(ExitCode.NOT_FINISHED if outcome.mismatches else ExitCode.DONE)


def _json(outcome: Outcome) -> dict[str, object]:
    return {
        "flows": {report.flow: report_json(report) for report in outcome.reports},
        "matches": not outcome.mismatches,
        "mismatches": list(outcome.mismatches),
        "state": str(outcome.state),
        "voucher": None if outcome.voucher is None else explained_json(outcome.voucher),
    }


def _print(outcome: Outcome) -> None:
    out = console()
    for report in outcome.reports:
        print_report(report)
    if outcome.voucher:
        print_explained(outcome.voucher)
    for mismatch in outcome.mismatches:
        out.print(f"[red]differs[/red] {escape(mismatch)}")
    if not outcome.mismatches:
        out.print(f"Both systems hold what was intended: {outcome.compared} documents compared.")
    if outcome.nothing_changed:
        out.print("Nothing changed: everything was carried by an earlier run.")
    out.print(f"State: {escape(str(outcome.state))}", soft_wrap=True)
    out.print(f"Look closer: gp-cin7 audit -c {escape(str(outcome.settings))}", soft_wrap=True)
