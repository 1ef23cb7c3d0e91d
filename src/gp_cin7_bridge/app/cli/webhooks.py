"""`gp-cin7 webhooks`: the subscriptions by which Cin7 Core tells of changed purchases."""

from __future__ import annotations

import typer

from gp_cin7_bridge.app.cli.exits import ExitCode, errors_told
from gp_cin7_bridge.app.cli.options import DEFAULT_CONNECTION, AsJson, OneConnection
from gp_cin7_bridge.app.cli.rendering import print_json
from gp_cin7_bridge.app.webhooks.feed import feed
from gp_cin7_bridge.app.webhooks.subscriptions import Mark, Subscription
from gp_cin7_bridge.app.webhooks.subscriptions import ensure as ensured
from gp_cin7_bridge.app.webhooks.subscriptions import subscriptions as looked_at
from gp_cin7_bridge.bridge import Bridge

webhooks: typer.Typer = typer.Typer(
    help="How Cin7 Core tells of changed purchases.", no_args_is_help=True, rich_markup_mode=None
)

DONE = {Mark.MISSING: "made", Mark.INACTIVE: "switched on", Mark.DIFFERENT: "repaired", Mark.ACTIVE: "written again"}


@webhooks.command()
def ensure(connection: OneConnection = DEFAULT_CONNECTION, as_json: AsJson = False) -> None:
    """Make the subscriptions that are missing, and write the others again with [webhooks] url and token.

    Exit: 0 all are as they should be; 1 Cin7 Core refused or did not answer; 2 wrong usage or settings.
    """
    with errors_told(), Bridge.open(connection) as bridge:
        found = ensured(bridge, anew=True)
        if as_json:
            print_json({"subscriptions": [{"type": each.type, "done": DONE[each.mark]} for each in found]})
        for each in found if not as_json else ():
            typer.echo(f"{each.type}: {DONE[each.mark]}")


@webhooks.command()
def status(connection: OneConnection = DEFAULT_CONNECTION, as_json: AsJson = False) -> None:
    """Show how the subscriptions stand, when the last event came, and how many wait; writes nothing.

    Exit: 0 all are active; 3 some are not; 1 Cin7 Core refused or did not answer; 2 wrong usage or settings.
    """
    with errors_told(), Bridge.open(connection) as bridge:
        found = looked_at(bridge)
        events = bridge.state.events
        last, waiting = events.last_at(), events.count()
        if as_json:
            shown = {"feed": feed(bridge), "last_event": last and last.isoformat(), "waiting": waiting}
            print_json({**shown, "subscriptions": [{"type": each.type, "mark": each.mark} for each in found]})
        else:
            _print(found)
            typer.echo(f"feed: {feed(bridge)}; last event: {last.isoformat() if last else 'none'}; waiting: {waiting}")
        raise typer.Exit(ExitCode.DONE if all(each.mark == Mark.ACTIVE for each in found) else ExitCode.HELD)


def _print(found: list[Subscription]) -> None:
    for each in found:
        cure = "" if each.mark == Mark.ACTIVE else "; run: gp-cin7 webhooks ensure"
        typer.echo(f"{each.type}: {each.mark}{cure}")
