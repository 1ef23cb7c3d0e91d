"""`gp-cin7 secrets`: the secrets that a connection keeps itself, encrypted in its state."""

from __future__ import annotations

import getpass
import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from attrs import asdict

from gp_cin7_bridge.app.cli.exits import ExitCode, errors_told
from gp_cin7_bridge.app.cli.options import DEFAULT_CONNECTIONS, AsJson, Connections
from gp_cin7_bridge.app.cli.rendering import print_json
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.errors import SettingsError
from gp_cin7_bridge.secret import Secret
from gp_cin7_bridge.settings import read_settings
from gp_cin7_bridge.state.encryption import Key
from gp_cin7_bridge.vault import NO_MASTER

secrets: typer.Typer = typer.Typer(
    name="secrets",
    help="Keep secrets encrypted in the state (`db:NAME`); no command prints one, and none is given as an argument.",
    no_args_is_help=True,
)
Connection = Annotated[Path, typer.Option("--connection", "-c", help="A bridge.toml.", dir_okay=False)]
Name = Annotated[str, typer.Argument(help="What bridge.toml calls db:NAME.")]
DEFAULT_CONNECTION = DEFAULT_CONNECTIONS[0]


@secrets.command("set")
def set_secret(name: Name, connection: Connection = DEFAULT_CONNECTION) -> None:
    """Keep a secret; it is asked for, or read from standard input when that is no terminal.

    Exit: 0 kept; 2 wrong usage or settings, or no master key.
    """
    with errors_told():
        if not name.isidentifier() or len(name) > 64:
            raise SettingsError(f"secret name {name!r} is not usable; write letters, digits and _, at most 64")
        with Bridge.open(connection) as bridge:
            text = getpass.getpass(f"{name}: ") if sys.stdin.isatty() else sys.stdin.read().rstrip("\r\n")
            if not text:
                raise SettingsError("the secret is empty, so nothing was kept; type it, or pipe it in")
            bridge.vault.set(name, Secret(text))
            _audited(bridge, "set", f"db:{name}")
            typer.echo(f'kept; write "db:{name}" in {connection}')


@secrets.command("list")
def list_secrets(connection: Connections = DEFAULT_CONNECTIONS, as_json: AsJson = False) -> None:
    """Name the secrets that are kept, without their texts.

    Exit: 0 listed; 2 wrong usage or settings.
    """
    with errors_told():
        shown = []
        for path in connection:
            with Bridge.open(path) as bridge:
                kept = bridge.vault.all()
                shown.append({"name": bridge.settings.name, "secrets": [asdict(each) for each in kept]})
                for each in kept if not as_json else ():
                    typer.echo(f"{bridge.settings.name}: db:{each.name}, version {each.version}, set {each.set_at}")
        if as_json:
            print_json(shown[0] if len(shown) == 1 else shown)


@secrets.command("delete")
def delete_secret(name: Name, connection: Connection = DEFAULT_CONNECTION) -> None:
    """Forget a secret.

    Exit: 0 forgotten; 2 there is none, or wrong usage or settings.
    """
    with errors_told(), Bridge.open(connection) as bridge:
        bridge.vault.delete(name)
        _audited(bridge, "delete", f"db:{name}")
        typer.echo(f"db:{name} is forgotten")


@secrets.command()
def rotate(connection: Connections = DEFAULT_CONNECTIONS) -> None:
    """Encrypt every secret under a new data key; every given master key opens it.

    Exit: 0 rotated; 2 wrong usage or settings, or a master key that does not fit.
    """
    with errors_told():
        for path in connection:
            with Bridge.open(path) as bridge:
                count = bridge.vault.rotate()
                _audited(bridge, "rotate", "data key")
                typer.echo(f"{bridge.settings.name}: {count} secrets encrypted under a new data key")


@secrets.command()
def new_key(connection: Connection = DEFAULT_CONNECTION) -> None:
    """Make the master key that [secrets] of bridge.toml names: a new file that only its owner may read.

    Exit: 0 made; 2 there is one already, or it cannot be made.
    """
    with errors_told():
        reference = read_settings(connection).secrets.master_key
        if reference is None:
            raise SettingsError(NO_MASTER, path=connection)
        if reference.path is None:
            raise SettingsError(
                f"{reference} is no file, so it is not written here; put 32 random bytes in base64 there, such as"
                " `openssl rand -base64 32` gives",
                path=connection,
            )
        try:
            opened = os.open(reference.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise SettingsError(
                f"{reference.path} cannot be made: {error.strerror}; to change the master key, name a new file as"
                " master_key and this one as previous_master_key",
                path=connection,
            ) from error
        with os.fdopen(opened, "w", encoding="utf-8") as file:
            file.write(Key.new().text().reveal() + "\n")
        typer.echo(f"{reference.path} holds a new master key; keep a copy of it apart from the state's backups")
        raise typer.Exit(ExitCode.DONE)


def _audited(bridge: Bridge, action: str, document: str) -> None:
    bridge.state.audit(flow="secrets", action=action, outcome="done", document=document)
