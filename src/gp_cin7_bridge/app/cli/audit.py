"""`gp-cin7 audit`: what was done, by which rule, and whether the record of it is whole."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer
from attrs import asdict

from gp_cin7_bridge.app.cli.exits import ExitCode, errors_told
from gp_cin7_bridge.app.cli.options import DEFAULT_CONNECTIONS, AsJson, Connections
from gp_cin7_bridge.app.cli.rendering import print_audit, print_json
from gp_cin7_bridge.bridge import Bridge


class What(StrEnum):
    """What to do with the audit."""

    SHOW = "show"
    VERIFY = "verify"


def audit(
    what: Annotated[What, typer.Argument(help="`show` rows, or `verify` the chain of hashes.")] = What.SHOW,
    connection: Connections = DEFAULT_CONNECTIONS,
    document: Annotated[
        str | None,
        typer.Option(help="Only this document: an invoice number, voucher number, vendor id or item number."),
    ] = None,
    newest: Annotated[int, typer.Option(min=1, help="How many rows.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Show the audit, or verify that no row of it was changed; asks neither system.

    Exit: 0 shown, or whole; 1 a row was changed; 2 wrong usage or settings.
    """
    with errors_told():
        code = ExitCode.DONE
        for path in connection:
            with Bridge.open(path) as bridge:
                if what == What.VERIFY:
                    broken = bridge.state.audit_broken_at()
                    if as_json:
                        print_json({"whole": broken is None, "broken_at": broken})
                    elif broken is None:
                        typer.echo(f"{bridge.settings.name}: the audit is whole")
                    else:
                        typer.echo(f"{bridge.settings.name}: the audit was changed at row {broken}")
                    code = ExitCode.DONE if broken is None and code == ExitCode.DONE else ExitCode.NOT_FINISHED
                    continue
                rows = bridge.state.audit_rows(document=document, newest=newest)
                if as_json:
                    print_json([asdict(row) for row in rows])
                else:
                    print_audit(rows)
        raise typer.Exit(code)
