"""`gp-cin7 audit`: what was done, by which rule, and whether the record of it is whole."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer
from attrs import asdict

from gp_cin7_bridge.app.cli.exits import ExitCode, errors_told
from gp_cin7_bridge.app.cli.options import (
    DEFAULT_CONNECTION,
    DEFAULT_CONNECTIONS,
    AsJson,
    Connections,
    OneConnection,
    actor,
)
from gp_cin7_bridge.app.cli.rendering import print_audit, print_json
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.errors import AuditError
from gp_cin7_bridge.review import anchors
from gp_cin7_bridge.review.trail import told, trail
from gp_cin7_bridge.writes.evidence import forget_bodies

audit: typer.Typer = typer.Typer(
    help="What was done, by which rule, and whether the record of it is whole.", rich_markup_mode=None
)


@audit.callback(invoke_without_command=True)
def _listed(
    context: typer.Context,
    connection: Connections = DEFAULT_CONNECTIONS,
    document: Annotated[
        str | None,
        typer.Option(help="Only this document: an invoice or voucher number, a vendor id, an item number, a Cin7 id."),
    ] = None,
    vendor: Annotated[str | None, typer.Option(help="Only this vendor and its documents.")] = None,
    run: Annotated[int | None, typer.Option(help="Only this run, by its number.")] = None,
    since: Annotated[
        date | None, typer.Option(parser=_moment, metavar="DAY", help="From this day or moment on, in UTC.")
    ] = None,
    until: Annotated[
        date | None, typer.Option(parser=_moment, metavar="DAY", help="Until this day is over, or this moment.")
    ] = None,
    outcome: Annotated[str | None, typer.Option(help="Only this outcome, such as created, held or rejected.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many rows, the newest.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Show the audit; asks neither system.

    Exit: 0 shown; 2 wrong usage or settings.
    """
    if context.invoked_subcommand:
        if connection != DEFAULT_CONNECTIONS:
            raise typer.BadParameter(f"write -c behind `{context.invoked_subcommand}`")
        return
    with errors_told():
        for path in connection:
            with Bridge.open(path) as bridge:
                rows = trail(
                    bridge,
                    document=document,
                    vendor=vendor,
                    run=run,
                    since=since,
                    until=until,
                    outcome=outcome,
                    limit=limit,
                )
            if as_json:
                print_json([told(row) for row in rows])
            else:
                print_audit(rows)


@audit.command()
def verify(
    connection: Connections = DEFAULT_CONNECTIONS,
    anchor: Annotated[
        Path | None, typer.Option(metavar="FILE", help="An anchor; the chain must still hold it.", dir_okay=False)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Verify that no row of the audit was changed, taken away, or cut off behind an anchor.

    Exit: 0 whole; 1 it is not; 2 wrong usage or settings.
    """
    with errors_told():
        kept = anchors.read_anchor(anchor) if anchor else None
        names, code = [], ExitCode.DONE
        for path in connection:
            with Bridge.open(path) as bridge:
                names.append(name := bridge.settings.name)
                broken = bridge.state.audit_broken_at(kept if kept and kept.connection == name else None)
            if as_json:
                facts = {"broken_at": broken.row, "problem": broken.problem} if broken else {"broken_at": None}
                print_json({"whole": broken is None, **facts})
            else:
                typer.echo(f"{name}: the audit {f'is not whole: {broken.problem}' if broken else 'is whole'}")
            code = ExitCode.NOT_FINISHED if broken else code
        if kept and kept.connection not in names:
            raise AuditError(f"{anchor} is the anchor of connection {kept.connection!r}; name its bridge.toml with -c")
        raise typer.Exit(code)


@audit.command("anchor")
def anchored(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="FILE", help="Where to write it; keep it on another machine.", dir_okay=False),
    ] = None,
    connection: OneConnection = DEFAULT_CONNECTION,
) -> None:
    """Print or write the head of the audit, for `verify --anchor`; an anchor in FILE is proven before it is replaced.

    Exit: 0 taken; 1 the audit is not whole; 2 wrong usage or settings.
    """
    with errors_told(), Bridge.open(connection) as bridge:
        taken = anchors.anchor(bridge, file)
        if file:
            typer.echo(
                f"{taken.connection}: anchored at row {taken.seq}; keep {file} where the state cannot be reached"
            )
        else:
            print_json({"format": anchors.FORMAT, **asdict(taken)})


@audit.command()
def purge(connection: Connections = DEFAULT_CONNECTIONS) -> None:
    """Forget bodies, and runs that did nothing, whose time is over, as every run does at its end; hashes stay.

    Exit: 0 done; 2 wrong usage or settings.
    """
    with errors_told():
        for path in connection:
            with Bridge.open(path) as bridge:
                count = forget_bodies(bridge.state, actor=actor())
                runs = bridge.state.forget_runs(bridge.settings.audit.keep_runs_days)
                typer.echo(f"{bridge.settings.name}: {count} bodies and {runs} runs purged")


def _moment(text: str) -> date:
    """Read a day, or a moment, in UTC where it names no other zone."""
    try:
        if len(text) <= len("2026-03-01"):
            return date.fromisoformat(text)
        moment = datetime.fromisoformat(text)
    except ValueError:
        wrong = f"{text!r} is neither a day nor a moment; write 2026-03-01 or 2026-03-01T09:30"
        raise typer.BadParameter(wrong) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
