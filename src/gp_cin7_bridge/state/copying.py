"""Carry a whole state from one database to another, such as from SQLite to PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Final

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from gp_cin7_bridge.errors import StateError
from gp_cin7_bridge.state.audit import Audit
from gp_cin7_bridge.state.database import Database, connection_part
from gp_cin7_bridge.state.locks import WriterLock
from gp_cin7_bridge.state.tables import CONNECTION, METADATA

BATCH: Final = 1000


def copy_state(source: Database, target: Database) -> Mapping[str, int]:
    """Copy every row of every table; gives how many of each.

    Nobody writes to the source meanwhile. The target holds all of it in the end, or nothing.

    Raises:
        WriterBusyError: a run is at work on the source.
        StateError: the target is not empty, the source holds nothing, a row did not arrive, or an audit is broken.
    """
    with target.transaction() as to:
        if filled := [name for name, count in _counts(to).items() if count]:
            raise StateError(
                f"{target.shown} already holds a state ({len(filled)} tables with rows); nothing was copied, name an"
                " empty one"
            )
        with _still(source) as (origin, connections):
            if not connections:
                raise StateError(f"{source.shown} holds no connection; nothing was copied, check its url")
            for table in METADATA.sorted_tables:
                _copy(table, origin, to, target.shown)
            counts = _counts(origin)
            if (arrived := _counts(to)) != counts:
                raise StateError(f"{target.shown} holds {arrived} of {counts}; nothing was copied, run this again")
        for number, name in connections.items():
            if broken := Audit(target, number).broken_at():
                raise StateError(
                    f"the audit of {name!r} is broken: {broken.problem}; nothing was copied. See gp-cin7 audit verify,"
                    f" and restore {source.shown} from a backup"
                )
    return counts


@contextmanager
def _still(source: Database) -> Iterator[tuple[sa.Connection, dict[int, str]]]:
    """Keep runs and everybody else from writing, and give the connections that there are."""
    with source.transaction() as db:
        connections = _connections(db)
    with ExitStack() as held:
        for number, name in connections.items():
            held.enter_context(WriterLock(connection_part(source, number), name).hold(0))
        origin = held.enter_context(source.transaction())
        for number in connections:
            held.enter_context(connection_part(source, number).transaction())
        yield origin, connections


def _connections(db: sa.Connection) -> dict[int, str]:
    return {row.id: row.name for row in db.execute(sa.select(CONNECTION).order_by(CONNECTION.c.id))}


def _counts(db: sa.Connection) -> dict[str, int]:
    return {
        table.name: int(db.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())
        for table in METADATA.sorted_tables
    }


def _copy(table: sa.Table, origin: sa.Connection, to: sa.Connection, shown: str) -> None:
    try:
        for rows in origin.execute(sa.select(table)).mappings().partitions(BATCH):
            to.execute(table.insert(), [dict(row) for row in rows])
        numbered = table.autoincrement_column
        if numbered is not None and to.dialect.name == "postgresql":
            sequence = sa.func.pg_get_serial_sequence(table.name, numbered.name)
            to.execute(sa.select(sa.func.setval(sequence, sa.func.max(numbered))).where(numbered.is_not(None)))
    except DBAPIError as error:
        raise StateError(f"{shown} does not take table {table.name} ({error.orig}); nothing was copied") from error
