"""`gp-cin7 check`: is everything there that a run needs?"""

from __future__ import annotations

import typer
from rich.markup import escape

from gp_cin7_bridge.app.cli.exits import ExitCode, errors_told
from gp_cin7_bridge.app.cli.options import DEFAULT_CONNECTIONS, AsJson, Connections
from gp_cin7_bridge.app.cli.rendering import console, print_json
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.review.check import Finding, Mark
from gp_cin7_bridge.review.check import check as findings_of

COLOURS = {Mark.OK: "green", Mark.WARNING: "yellow", Mark.FAILED: "red"}


def check(connection: Connections = DEFAULT_CONNECTIONS, as_json: AsJson = False) -> None:
    """Ask both systems what a run will need, and name what is wrong with its cure; write nothing.

    Exit: 0 ready, perhaps with warnings; 1 something failed; 2 wrong usage or settings.
    """
    with errors_told():
        findings: list[Finding] = []
        for path in connection:
            with Bridge.open(path) as bridge:
                for finding in findings_of(bridge):
                    findings.append(finding)
                    if not as_json:
                        colour = COLOURS[finding.mark]
                        console().print(
                            f"[{colour}]{finding.mark:<8}[/{colour}] {escape(finding.subject)}: {escape(str(finding))}",
                            soft_wrap=True,
                        )
        if as_json:
            print_json(
                {
                    "findings": [
                        {"subject": each.subject, "mark": str(each.mark), "text": each.text, "cure": each.cure}
                        for each in findings
                    ]
                }
            )
        failed = any(finding.mark == Mark.FAILED for finding in findings)
        raise typer.Exit(ExitCode.NOT_FINISHED if failed else ExitCode.DONE)
