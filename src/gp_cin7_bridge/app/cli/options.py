"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Connections = Annotated[
    list[Path],
    typer.Option("--connection", "-c", help="A bridge.toml; repeat it for several connections.", dir_okay=False),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else; amounts are texts.")]
FlowName = Annotated[str, typer.Argument(metavar="FLOW", help="vendors, items or bills")]

DEFAULT_CONNECTIONS = [Path("bridge.toml")]
