"""`gp-cin7 state`: the database that keeps the state, its schema and its place."""

from __future__ import annotations

from contextlib import closing
from typing import Annotated

import typer

from gp_cin7_bridge.app.cli.exits import errors_told
from gp_cin7_bridge.app.cli.options import DEFAULT_CONNECTIONS, AsJson, Connections
from gp_cin7_bridge.app.cli.rendering import print_json
from gp_cin7_bridge.errors import SettingsError, StateError
from gp_cin7_bridge.references import SecretReference, has_password
from gp_cin7_bridge.settings import read_settings
from gp_cin7_bridge.state.backends import backend_of
from gp_cin7_bridge.state.copying import copy_state
from gp_cin7_bridge.state.database import Database

state: typer.Typer = typer.Typer(help="The database that keeps the state.", no_args_is_help=True, rich_markup_mode=None)
URL = "sqlite:///FILE or postgresql://USER@HOST/DATABASE"


@state.command()
def migrate(connection: Connections = DEFAULT_CONNECTIONS) -> None:
    """Bring the state database to the schema of this release; SQLite does so by itself.

    Back it up first, and stop every other gp-cin7 that uses it.

    Exit: 0 it has the newest schema; 1 it cannot be used; 2 wrong usage or settings.
    """
    with errors_told():
        for path in connection:
            kept = read_settings(path).state
            with closing(Database(kept.url, password=kept.password, migrate=True)) as database:
                done = "was brought to the newest schema" if database.migrated else "has the newest schema"
                typer.echo(f"{database.shown} {done}")


@state.command()
def copy(
    source: Annotated[str, typer.Option("--from", metavar="URL", help=URL)],
    target: Annotated[str, typer.Option("--to", metavar="URL", help=f"{URL}, empty.")],
    source_password: Annotated[
        str | None, typer.Option("--from-password", metavar="REFERENCE", help="env:NAME, file:PATH or keyring:…")
    ] = None,
    target_password: Annotated[
        str | None, typer.Option("--to-password", metavar="REFERENCE", help="env:NAME, file:PATH or keyring:…")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Copy the whole state into an empty database, and prove that all of it arrived.

    Exit: 0 copied; 1 nothing was copied; 2 wrong usage; 4 a run is at work on the source.
    """
    with errors_told():
        places = [_place("--from", source, source_password), _place("--to", target, target_password)]
        path = backend_of(source).path
        if path is not None and not path.exists():
            raise StateError(f"there is no {path}; nothing was copied, check --from")
        with (
            closing(Database(source, password=places[0])) as origin,
            closing(Database(target, password=places[1], migrate=True)) as goal,
        ):
            counts = copy_state(origin, goal)
            if as_json:
                print_json({"rows": counts})
                return
            typer.echo(f"{sum(counts.values())} rows copied from {origin.shown} to {goal.shown}, and verified")
            typer.echo("now name it as [state] url in every bridge.toml that used the old one, and put that one away")


def _place(option: str, url: str, password: str | None) -> SecretReference | None:
    """Check what names a database; a password in an argument would be seen by every user of the machine."""
    if has_password(url):
        raise SettingsError(f"{option} holds a password; take it out, and add {option}-password env:NAME")
    if password is None:
        return None
    try:
        reference = SecretReference.parse(password)
    except ValueError as error:
        raise SettingsError(f"{option}-password {error}") from None
    if reference.scheme == "db":
        raise SettingsError(f"{option}-password cannot lie in the database that it opens; use env:, file: or keyring:")
    return reference
