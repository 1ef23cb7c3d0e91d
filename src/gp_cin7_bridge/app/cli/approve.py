"""`gp-cin7 approve [DOCUMENT]`: what a run proposes and does only on a person's word."""

from __future__ import annotations

from typing import Annotated, NoReturn

import typer
from rich.markup import escape
from rich.table import Table

from gp_cin7_bridge.app.cli.exits import ExitCode, errors_told
from gp_cin7_bridge.app.cli.options import DEFAULT_CONNECTION, AsJson, OneConnection, OnlyFlow, actor
from gp_cin7_bridge.app.cli.rendering import console, print_json, reasons_json
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.review import approve as approvals
from gp_cin7_bridge.review.approve import Proposal


def approve(
    document: Annotated[
        str | None, typer.Argument(metavar="DOCUMENT", help="The document's name, or its key; without it, a list.")
    ] = None,
    reason: Annotated[str | None, typer.Option(metavar="TEXT", help="Why; it is kept in the audit.")] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Take the approval back.")] = False,
    flow: OnlyFlow = None,
    connection: OneConnection = DEFAULT_CONNECTION,
    as_json: AsJson = False,
) -> None:
    """Approve what is proposed for a held document, or list what is proposed.

    The next run carries it out, once. An approval does not cover a proposal that changed since.

    Exit: 0 done, or nothing waits for approval; 3 something does; 2 wrong usage or settings; 1 nothing is proposed.
    """
    with errors_told():
        if document is None:
            if reason or undo:
                raise typer.BadParameter("name the DOCUMENT")
            _list(connection, flow, as_json=as_json)
        if undo == bool(reason and reason.strip()):
            raise typer.BadParameter("say why with --reason TEXT, or take the approval back with --undo")
        with Bridge.open(connection) as bridge:
            if undo:
                found = approvals.disapprove(bridge, document, actor=actor(), flow=flow)
            else:
                found = approvals.approve(bridge, document, reason or "", actor=actor(), flow=flow)
        if as_json:
            print_json(_proposal_json(found))
        elif undo:
            typer.echo(f"{found.record.document} is no longer approved")
        else:
            typer.echo(
                f"{found.record.document} is approved; the next run carries it out,"
                f" and `gp-cin7 approve {found.record.document} --undo` takes that back until then"
            )


def _list(connection: OneConnection, flow: OnlyFlow, *, as_json: bool) -> NoReturn:
    with Bridge.open(connection) as bridge:
        found = approvals.proposals(bridge, flow=flow)
    if as_json:
        print_json([_proposal_json(each) for each in found])
    elif found:
        _print(found)
    else:
        typer.echo("nothing waits for approval")
    raise typer.Exit(ExitCode.HELD if any(each.approval is None for each in found) else ExitCode.DONE)


def _print(found: list[Proposal]) -> None:
    table = Table(title="proposed", title_justify="left")
    for column in ("flow", "document", "proposal", "approved"):
        table.add_column(column, overflow="fold")
    for each in found:
        given = each.approval
        word = f"{given.actor}, {given.at[:19]}: {given.reason}" if given else "no"
        texts = "\n".join(why.text for why in each.record.reasons)
        table.add_row(each.record.flow, escape(each.record.document), escape(texts), escape(word))
    console().print(table)


def _proposal_json(found: Proposal) -> dict[str, object]:
    record, given = found.record, found.approval
    return {
        "flow": record.flow,
        "document": record.document,
        "key": record.record_key,
        "proposal": record.proposal,
        "reasons": reasons_json(record.reasons),
        "approved": {"actor": given.actor, "at": given.at, "reason": given.reason} if given else None,
    }
