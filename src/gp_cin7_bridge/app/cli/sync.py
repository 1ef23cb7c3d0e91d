"""`gp-cin7 sync FLOW`: carry what changed, then say what was done."""

from __future__ import annotations

import typer

from gp_cin7_bridge.app.cli.exits import ExitCode, errors_told
from gp_cin7_bridge.app.cli.options import DEFAULT_CONNECTIONS, AsJson, Connections, FlowName
from gp_cin7_bridge.app.cli.rendering import print_json, print_report, progress_bars, report_json
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.plan import Report
from gp_cin7_bridge.sync import known_flow
from gp_cin7_bridge.sync import sync as run


def sync(flow: FlowName, connection: Connections = DEFAULT_CONNECTIONS, as_json: AsJson = False) -> None:
    """Carry one flow: GP vendors to suppliers, GP items to products, Cin7 Core invoices to GP vouchers.

    Exit: 0 done; 3 some documents are held; 1 not finished; 2 wrong usage or settings; 4 another writer is at work.
    """
    with errors_told():
        name = known_flow(flow)
        reports = []
        for path in connection:
            with Bridge.open(path) as bridge, progress_bars() as watch:
                reports.append(run(bridge, name, watch=watch))
        if as_json:
            shown = [report_json(report) for report in reports]
            print_json(shown[0] if len(shown) == 1 else shown)
        else:
            for report in reports:
                print_report(report)
        raise typer.Exit(exit_code(reports))


def exit_code(reports: list[Report]) -> ExitCode:
    """Give the worst of several reports."""
    if not all(report.finished for report in reports):
        return ExitCode.NOT_FINISHED
    return ExitCode.HELD if any(report.held for report in reports) else ExitCode.DONE
