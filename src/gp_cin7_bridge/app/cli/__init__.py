"""The command `gp-cin7`: one module a command."""

from __future__ import annotations

from importlib.metadata import version
from typing import Annotated

import typer

from gp_cin7_bridge.app.cli import (
    accounts,
    apply,
    approve,
    attachments,
    audit,
    check,
    demo,
    dossier,
    explain,
    held,
    init,
    plan,
    rebuild,
    reconcile,
    replay,
    run,
    sandbox,
    secrets,
    serve,
    skip,
    state,
    status,
    sync,
    webhooks,
    work,
)

app: typer.Typer = typer.Typer(
    name="gp-cin7",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
COMMANDS = (
    demo,
    sandbox,
    init,
    check,
    plan,
    apply,
    sync,
    run,
    serve,
    work,
    status,
    replay,
    skip,
    approve,
    explain,
    dossier,
    accounts,
    attachments,
    reconcile,
    rebuild,
)
for _module in COMMANDS:
    app.command()(getattr(_module, _module.__name__.rpartition(".")[2]))
app.add_typer(secrets.secrets)
app.add_typer(held.held, name="held")
app.add_typer(state.state, name="state")
app.add_typer(audit.audit, name="audit")
app.add_typer(webhooks.webhooks, name="webhooks")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"gp-cin7 {version('gp-cin7-bridge')}")
        raise typer.Exit


@app.callback()
def gp_cin7(
    _asked: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Tell the version, and end.")
    ] = False,
) -> None:
    """Vendors, items and bills between Microsoft Dynamics GP and Cin7 Core, each bill exactly once."""
