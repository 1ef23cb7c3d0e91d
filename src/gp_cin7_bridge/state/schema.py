"""The schema of a state database: which release made it, and how it comes to the newest."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from gp_cin7_bridge.errors import StateError

MIGRATIONS: Final = Path(__file__).parent / "migrations"


def prepare(connection: sa.Connection, shown: str, *, migrate: bool) -> bool:
    """Bring a database to the newest schema; gives whether anything was to do.

    Args:
        connection: in a transaction, in which all of it happens or nothing.
        shown: names the database in messages.
        migrate: otherwise an older schema is refused.

    Raises:
        StateError: it is of a newer release, somebody else's, or older and `migrate` is False; nothing was changed.
    """
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    scripts = ScriptDirectory.from_config(config)
    there = MigrationContext.configure(connection).get_current_revision()
    if there is not None and there not in {script.revision for script in scripts.walk_revisions()}:
        raise StateError(
            f"{shown} was written by a newer release (schema {there}); install that release, or restore a backup from"
            " before it"
        )
    if there is None and sa.inspect(connection).get_table_names():
        raise StateError(f"{shown} holds something else than the bridge's state; name another, or an empty schema")
    if there == scripts.get_current_head():
        return False
    if not migrate:
        what = "is empty" if there is None else f"has the schema of an older release ({there})"
        raise StateError(f"{shown} {what}; back it up, stop every other gp-cin7, then run: gp-cin7 state migrate")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    return True
