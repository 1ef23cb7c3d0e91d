"""`gp-cin7 plan FLOW`: show what sync would write, and write nothing; keep it in a file to apply it later."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gp_cin7_bridge.app.cli.exits import ExitCode, errors_told
from gp_cin7_bridge.app.cli.options import DEFAULT_CONNECTIONS, AsJson, Connections
from gp_cin7_bridge.app.cli.rendering import plan_json, print_explained, print_json, print_plan, progress_bars
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.errors import PlanError
from gp_cin7_bridge.plan import Plan, Verb
from gp_cin7_bridge.plan_file import load_plan, save_plan
from gp_cin7_bridge.review.explain import ExplainedVoucher
from gp_cin7_bridge.sync import known_flow
from gp_cin7_bridge.sync import plan as read


def plan(
    flow: Annotated[
        str | None, typer.Argument(metavar="FLOW", help="vendors, items, receipts, bills or payments")
    ] = None,
    connection: Connections = DEFAULT_CONNECTIONS,
    as_json: AsJson = False,
    full: Annotated[bool, typer.Option("--full", help="Show each voucher's header and distributions.")] = False,
    only: Annotated[
        list[str] | None, typer.Option("--only", metavar="DOCUMENT", help="Only this document; may be repeated.")
    ] = None,
    save: Annotated[
        Path | None, typer.Option("--save", help="Keep the plan in this file, for `gp-cin7 apply`.", dir_okay=False)
    ] = None,
    show: Annotated[
        Path | None, typer.Option("--show", help="Show a plan that was saved, and ask neither system.", dir_okay=False)
    ] = None,
) -> None:
    """Show what `sync` would create, update, hold and skip, and why; write nothing.

    Exit: 0 nothing would be held; 3 something would be held; 1 a system did not answer; 2 wrong usage or settings.
    """
    with errors_told():
        if (flow is None) == (show is None):
            raise typer.BadParameter(
                "name a FLOW (vendors, items, receipts, bills or payments), or a saved plan with --show"
            )
        if save and len(connection) > 1:
            raise typer.BadParameter("one file holds the plan of one connection; give -c once with --save")
        plans = [load_plan(show)] if show else _made(known_flow(flow or ""), connection)
        if only:
            plans = _narrowed(plans, only)
        if save:
            save_plan(plans[0], save)
        if as_json:
            shown = [plan_json(each) for each in plans]
            print_json(shown[0] if len(shown) == 1 else shown)
        else:
            for each in plans:
                _print(each, full=full)
            if save:
                typer.echo(f"Saved; carry it out with: gp-cin7 apply {save}")
        held = any(action.verb == Verb.HOLD for each in plans for action in each)
        raise typer.Exit(ExitCode.HELD if held else ExitCode.DONE)


def _made(flow: str, connection: list[Path]) -> list[Plan]:
    plans = []
    for path in connection:
        with Bridge.open(path) as bridge, progress_bars() as watch:
            plans.append(read(bridge, flow, watch=watch))
    return plans


def _narrowed(plans: list[Plan], documents: list[str]) -> list[Plan]:
    for document in documents:
        if not any(each.only([document]) for each in plans):
            raise PlanError(f"nothing in the plan is called {document!r}; see the whole plan without --only")
    return [each.only(documents) for each in plans]


def _print(shown: Plan, *, full: bool) -> None:
    print_plan(shown)
    for action in shown if full else ():
        if action.explained:
            print_explained(ExplainedVoucher(action.key, action.document, action.explained))
