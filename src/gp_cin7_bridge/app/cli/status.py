"""`gp-cin7 status`: what ran, what is carried, what waits."""

from __future__ import annotations

import typer
from attrs import asdict

from gp_cin7_bridge.app.cli.exits import ExitCode, errors_told
from gp_cin7_bridge.app.cli.options import DEFAULT_CONNECTIONS, AsJson, Connections
from gp_cin7_bridge.app.cli.rendering import print_alerts, print_held, print_json, print_runs, reasons_json
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.state import OperationState

ENTITIES = ("vendor", "item", "bill")


def status(connection: Connections = DEFAULT_CONNECTIONS, as_json: AsJson = False) -> None:
    """Show the last runs, how much is carried, what is held, and which alerts last; asks neither system.

    Exit: 0 nothing waits; 3 something is held, its outcome is unknown, or an alert lasts; 2 wrong usage or settings.
    """
    with errors_told():
        shown, waiting = [], False
        for path in connection:
            with Bridge.open(path) as bridge:
                state = bridge.state
                links = {entity: state.linked(entity) for entity in ENTITIES}
                open_count = state.ledger.count(OperationState.SENDING) + state.ledger.count(OperationState.UNKNOWN)
                runs, held, alerts = state.runs(), state.held(), state.alerts.all()
                waiting = waiting or bool(held or open_count or alerts)
                if as_json:
                    shown.append(
                        {
                            "name": bridge.settings.name,
                            "carried": links,
                            "unknown": open_count,
                            "alerts": [asdict(each) for each in alerts],
                            "runs": [
                                {
                                    "flow": run.flow,
                                    "started_at": run.started_at,
                                    "ended_at": run.ended_at,
                                    "status": run.status,
                                    **run.counts,
                                }
                                for run in runs
                            ],
                            "held": [
                                {
                                    "flow": each.flow,
                                    "document": each.document,
                                    "since": each.first_at,
                                    "times": each.times,
                                    "reasons": reasons_json(each.reasons),
                                }
                                for each in held
                            ],
                        }
                    )
                else:
                    print_runs(bridge.settings.name, links, open_count, runs)
                    print_alerts(alerts)
                    print_held(held)
        if as_json:
            print_json(shown[0] if len(shown) == 1 else shown)
        raise typer.Exit(ExitCode.HELD if waiting else ExitCode.DONE)
