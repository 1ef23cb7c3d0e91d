"""`gp-cin7 skip DOCUMENT --reason TEXT`: a person decides that a document is not to be carried."""

from __future__ import annotations

from typing import Annotated

import typer

from gp_cin7_bridge.app.cli.exits import errors_told
from gp_cin7_bridge.app.cli.options import DEFAULT_CONNECTION, OneConnection, OnlyFlow, actor
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.review import queue


def skip(
    document: Annotated[str, typer.Argument(metavar="DOCUMENT", help="The document's name, or its key.")],
    reason: Annotated[str | None, typer.Option(metavar="TEXT", help="Why; it is kept in the audit.")] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Take the decision back.")] = False,
    flow: OnlyFlow = None,
    connection: OneConnection = DEFAULT_CONNECTION,
) -> None:
    """Skip a document until that is undone, or until its source changes (a bill: its money).

    Exit: 0 done; 2 wrong usage or settings; 1 there is no such document.
    """
    with errors_told():
        if undo == bool(reason and reason.strip()):
            raise typer.BadParameter("say why with --reason TEXT, or take the decision back with --undo")
        with Bridge.open(connection) as bridge:
            if undo:
                record = queue.unskip(bridge, document, actor=actor(), flow=flow)
                typer.echo(f"{record.document} waits again; the next run looks at it")
            else:
                record = queue.skip(bridge, document, reason or "", actor=actor(), flow=flow)
                typer.echo(f"{record.document} is skipped; `gp-cin7 skip {record.document} --undo` takes that back")
