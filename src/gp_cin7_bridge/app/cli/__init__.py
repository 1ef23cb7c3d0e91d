"""The command `gp-cin7`: one module a command."""

from __future__ import annotations

import typer

from gp_cin7_bridge.app.cli import accounts, audit, check, demo, explain, plan, sandbox, secrets, status, sync

app = typer.Typer(
    name="gp-cin7",
    help="Vendors, items and bills between Microsoft Dynamics GP and Cin7 Core, each bill exactly once.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for command in (demo, sandbox, check, plan, sync, status, audit, explain, accounts):
    app.command()(getattr(command, command.__name__.rpartition(".")[2]))
app.add_typer(secrets.secrets)


def main() -> None:
    """Run the command line."""
    app()
