"""Options that several commands share."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import Annotated

import typer

Connections = Annotated[
    list[Path],
    typer.Option("--connection", "-c", help="A bridge.toml; repeat it for several connections.", dir_okay=False),
]
OneConnection = Annotated[Path, typer.Option("--connection", "-c", help="The bridge.toml.", dir_okay=False)]
OnlyFlow = Annotated[
    str | None, typer.Option("--flow", metavar="FLOW", help="Only vendors, items, receipts, bills or payments.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else; amounts are texts.")]
FlowName = Annotated[str, typer.Argument(metavar="FLOW", help="vendors, items, receipts, bills or payments")]

DEFAULT_CONNECTION = Path("bridge.toml")
DEFAULT_CONNECTIONS = [DEFAULT_CONNECTION]


def actor() -> str:
    """Name who is at the command line, for the audit."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
