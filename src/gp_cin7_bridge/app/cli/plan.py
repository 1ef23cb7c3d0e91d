"""`gp-cin7 plan FLOW`: show what sync would write, and write nothing."""

from __future__ import annotations

from typing import Annotated

import typer

from gp_cin7_bridge.app.cli.exits import ExitCode, errors_told
from gp_cin7_bridge.app.cli.options import DEFAULT_CONNECTIONS, AsJson, Connections, FlowName
from gp_cin7_bridge.app.cli.rendering import plan_json, print_explained, print_json, print_plan, progress_bars
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.plan import Verb
from gp_cin7_bridge.review.explain import ExplainedVoucher
from gp_cin7_bridge.sync import known_flow
from gp_cin7_bridge.sync import plan as read


def plan(
    flow: FlowName,
    connection: Connections = DEFAULT_CONNECTIONS,
    as_json: AsJson = False,
    full: Annotated[bool, typer.Option("--full", help="Show each voucher's header and distributions.")] = False,
) -> None:
    """Show what `sync` would create, update, hold and skip, and why; write nothing.

    Exit: 0 nothing would be held; 3 something would be held; 1 a system did not answer; 2 wrong usage or settings.
    """
    with errors_told():
        name = known_flow(flow)
        plans = []
        for path in connection:
            with Bridge.open(path) as bridge, progress_bars() as watch:
                plans.append(read(bridge, name, watch=watch))
        if as_json:
            shown = [plan_json(each) for each in plans]
            print_json(shown[0] if len(shown) == 1 else shown)
        else:
            for each in plans:
                print_plan(each)
                for action in each if full else ():
                    if action.explained:
                        print_explained(ExplainedVoucher(action.key, action.document, action.explained))
        held = any(action.verb == Verb.HOLD for each in plans for action in each)
        raise typer.Exit(ExitCode.HELD if held else ExitCode.DONE)
