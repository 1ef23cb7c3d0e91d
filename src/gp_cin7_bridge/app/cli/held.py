"""`gp-cin7 held`: the queue of documents that wait, whose they are, and what happened to each."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from attrs import asdict
from rich.markup import escape

from gp_cin7_bridge.app.cli.exits import ExitCode, errors_told
from gp_cin7_bridge.app.cli.options import DEFAULT_CONNECTION, AsJson, OneConnection, OnlyFlow, actor
from gp_cin7_bridge.app.cli.rendering import console, print_audit, print_held, print_json, reasons_json
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.review import queue
from gp_cin7_bridge.state import AuditRow, HeldRecord, HeldStatus

held: typer.Typer = typer.Typer(help="What waits for a person, and why.", rich_markup_mode=None)

Document = Annotated[str, typer.Argument(metavar="DOCUMENT", help="The document's name, or its key.")]


@held.callback(invoke_without_command=True)
def _listed(
    context: typer.Context,
    connection: OneConnection = DEFAULT_CONNECTION,
    flow: OnlyFlow = None,
    reason: Annotated[str | None, typer.Option(metavar="CODE", help="Only what is held for this reason.")] = None,
    skipped: Annotated[bool, typer.Option("--skipped", help="What people decided to skip, instead.")] = False,
    as_json: AsJson = False,
) -> None:
    """List what waits, with reasons and cures; asks neither system.

    Exit: 0 nothing waits; 3 something does; 2 wrong usage or settings.
    """
    if context.invoked_subcommand:
        return
    with errors_told():
        with Bridge.open(connection) as bridge:
            records = queue.skipped(bridge, flow=flow) if skipped else queue.waiting(bridge, flow=flow, code=reason)
        if as_json:
            print_json([_record_json(each) for each in records])
        elif records:
            print_held(records)
        else:
            typer.echo("nothing is skipped" if skipped else "nothing waits")
        raise typer.Exit(ExitCode.HELD if records and not skipped else ExitCode.DONE)


@held.command()
def show(
    document: Document,
    connection: OneConnection = DEFAULT_CONNECTION,
    flow: OnlyFlow = None,
    as_json: AsJson = False,
) -> None:
    """Show one document that waits or was skipped, with everything that happened to it."""
    with errors_told(), Bridge.open(connection) as bridge:
        record = queue.queued(bridge, document, flow=flow, among=tuple(HeldStatus))
        rows = queue.history(bridge, record)
        if as_json:
            print_json({**_record_json(record), "history": [_row_json(row) for row in rows]})
            return
        print_held([record])
        for name in ("assignee", "note"):
            if text := getattr(record, name):
                console().print(f"{name}: {escape(text)}")
        print_audit(rows)


@held.command()
def assign(
    document: Document,
    who: Annotated[str, typer.Argument(metavar="WHO", help="A person or a team.")],
    connection: OneConnection = DEFAULT_CONNECTION,
    flow: OnlyFlow = None,
) -> None:
    """Say whose a held document is."""
    with errors_told(), Bridge.open(connection) as bridge:
        record = queue.assign(bridge, document, who, actor=actor(), flow=flow)
        typer.echo(f"{record.document} is assigned to {record.assignee}")


@held.command()
def note(
    document: Document,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What others should know.")],
    connection: OneConnection = DEFAULT_CONNECTION,
    flow: OnlyFlow = None,
) -> None:
    """Write a note to a held document."""
    with errors_told(), Bridge.open(connection) as bridge:
        record = queue.note(bridge, document, text, actor=actor(), flow=flow)
        typer.echo(f"{record.document}: {record.note}")


def _record_json(record: HeldRecord) -> dict[str, object]:
    return {
        "flow": record.flow,
        "document": record.document,
        "key": record.record_key,
        "status": str(record.status),
        "since": record.first_at,
        "looked_at": record.last_at,
        "times": record.times,
        "assignee": record.assignee,
        "note": record.note,
        "reasons": reasons_json(record.reasons),
    }


def _row_json(row: AuditRow) -> dict[str, object]:
    facts = asdict(row)
    return {
        **{name: facts[name] for name in ("at", "actor", "action", "outcome")},
        "detail": json.loads(row.detail) if row.detail else None,
    }
