"""`gp-cin7 init`: ask for what a connection needs and write its bridge.toml."""

from __future__ import annotations

import json
from typing import Annotated, Final

import typer

from gp_cin7_bridge.app.cli.exits import ExitCode, errors_told
from gp_cin7_bridge.app.cli.options import DEFAULT_CONNECTION, OneConnection
from gp_cin7_bridge.errors import SettingsError
from gp_cin7_bridge.settings import parse_settings, settings_schema

TEMPLATE: Final = """# Made by `gp-cin7 init`. `gp-cin7 init --schema` prints every setting for an editor.
name = {name}

[gp]
{urls}
company = {company}
username = {username}
password = {password}

[cin7]
account_id = {account_id}
application_key = {application_key}

[state]
url = {state_url}

# `gp-cin7 check` tells which of these are needed here.
[accounts]
# payable = "000-2100-00"

[accounts.map]
# "5*" = "000-5100-00"

[vendors]
# tax_rule = "Tax on Purchases"

[items]
# category = "General"
# unit = "Item"
"""

SchemaOnly = Annotated[bool, typer.Option("--schema", help="Print the JSON schema of bridge.toml and write nothing.")]


def init(
    connection: OneConnection = DEFAULT_CONNECTION,
    name: Annotated[str | None, typer.Option(help="What the connection is called; it never changes.")] = None,
    sba_url: Annotated[str | None, typer.Option(help="GP's service root: https://HOST/GPService.")] = None,
    soap_url: Annotated[str | None, typer.Option(help="GP's SOAP service, beside the root or alone.")] = None,
    company: Annotated[str | None, typer.Option(help="The GP company's display name.")] = None,
    username: Annotated[str | None, typer.Option(help=r"The Windows account, DOMAIN\user.")] = None,
    password: Annotated[str | None, typer.Option(help="Where its password lies: env:NAME, file:PATH, …")] = None,
    account_id: Annotated[str | None, typer.Option(help="The Cin7 Core account's GUID.")] = None,
    application_key: Annotated[str | None, typer.Option(help="Where the application key lies: env:NAME, …")] = None,
    state_url: Annotated[str, typer.Option(help="Where the state is kept.")] = "sqlite:///state.sqlite",
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is there.")] = False,
    schema: SchemaOnly = False,
) -> None:
    """Write a bridge.toml from options and answers; secrets only as references, nothing before all of it is right.

    Exit: 0 written; 2 an answer is missing or wrong, or the file is there already.
    """
    if schema:
        typer.echo(json.dumps(settings_schema(), indent=2, ensure_ascii=False))
        return
    with errors_told():
        if connection.exists() and not force:
            raise SettingsError("is there already; --force writes over it", path=connection)
        text = TEMPLATE.format(
            name=_asked(name, "Name of the connection", "--name", "main"),
            urls=_urls(sba_url, soap_url),
            company=_asked(company, "GP company, as GP shows it", "--company"),
            username=_asked(username, r"Windows account (DOMAIN\user)", "--username"),
            password=_asked(password, "Where its password lies", "--password", "env:GP_PASSWORD"),
            account_id=_asked(account_id, "Cin7 Core account id", "--account-id"),
            application_key=_asked(
                application_key, "Where the Cin7 Core application key lies", "--application-key", "env:CIN7_KEY"
            ),
            state_url=_text(state_url),
        )
        parse_settings(text, connection)
        try:
            connection.parent.mkdir(parents=True, exist_ok=True)
            connection.write_text(text, "utf-8")
        except OSError as error:
            raise SettingsError(f"cannot be written: {error.strerror}", path=connection) from error
    typer.echo(f"Wrote {connection}. Next: gp-cin7 check -c {connection}")
    raise typer.Exit(ExitCode.DONE)


def _urls(sba_url: str | None, soap_url: str | None) -> str:
    lines = [] if soap_url is None else [f"soap_url = {_text(soap_url)}"]
    if sba_url is not None or not lines:
        lines.insert(0, f"sba_url = {_asked(sba_url, 'GP service root, https://HOST/GPService', '--sba-url')}")
    return "\n".join(lines)


def _asked(given: str | None, question: str, option: str, default: str | None = None) -> str:
    """Give an option, or the answer to its question, as TOML writes a text."""
    if given is None:
        try:
            given = str(typer.prompt(question, default=default, err=True))
        except typer.Abort:
            raise SettingsError(f"no answer to {question!r}; give {option}, nothing was written") from None
    return _text(given)


def _text(value: str) -> str:
    # A JSON text is a TOML basic string.
    return json.dumps(value, ensure_ascii=False)
