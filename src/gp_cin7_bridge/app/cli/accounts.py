"""`gp-cin7 accounts check|coverage|explain CODE`: the account map against GP's chart and against use."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from gp_cin7_bridge.app.cli.accounts_shown import (
    code_json,
    coverage_json,
    print_code,
    print_coverage,
    print_problems,
)
from gp_cin7_bridge.app.cli.exits import ExitCode, errors_told
from gp_cin7_bridge.app.cli.options import DEFAULT_CONNECTIONS, AsJson, Connections
from gp_cin7_bridge.app.cli.rendering import print_json, progress_bars, reasons_json
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.review.accounts import check_accounts, coverage, explain_account


class What(StrEnum):
    """What to ask of the account map."""

    CHECK = "check"
    COVERAGE = "coverage"
    EXPLAIN = "explain"


def accounts(
    what: Annotated[What, typer.Argument(help="`check` the map against GP, its `coverage` of use, `explain` a code.")],
    code: Annotated[str | None, typer.Argument(help="The Cin7 account code, for `explain`.")] = None,
    connection: Connections = DEFAULT_CONNECTIONS,
    days: Annotated[int, typer.Option(min=1, help="How far `coverage` looks back.")] = 90,
    as_json: AsJson = False,
) -> None:
    """Check [accounts.map] as a whole; reads both systems, writes to neither.

    Exit: 0 all is well; 3 an account is wrong or a code in use has none; 1 a system did not answer; 2 wrong usage.
    """
    if (what == What.EXPLAIN) != (code is not None):
        raise typer.BadParameter("`explain` needs a code, and only `explain` takes one")
    with errors_told():
        shown: list[object] = []
        well = True
        for path in connection:
            with Bridge.open(path) as bridge:
                answer, good = _answer(bridge, what, code or "", days, as_json=as_json)
                shown.append(answer)
                well = well and good
        if as_json:
            print_json(shown[0] if len(shown) == 1 else shown)
        raise typer.Exit(ExitCode.DONE if well else ExitCode.HELD)


def _answer(bridge: Bridge, what: What, code: str, days: int, *, as_json: bool) -> tuple[object, bool]:
    """Ask one connection; gives what JSON shows, and whether all is well."""
    if what == What.CHECK:
        problems = check_accounts(bridge)
        if not as_json:
            print_problems(bridge.settings.name, problems, lines=len(bridge.settings.accounts.map))
        return {"problems": reasons_json(problems)}, not problems
    if what == What.COVERAGE:
        with progress_bars() as watch:
            covered = coverage(bridge, days=days, watch=watch)
        if not as_json:
            print_coverage(covered)
        return coverage_json(covered), not covered.unmapped
    explained = explain_account(bridge, code)
    if not as_json:
        print_code(explained)
    return code_json(explained), not explained.problems
