"""`gp-cin7 work`: one process of many that run the flows of all connections."""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
import threading
from contextlib import closing
from typing import Annotated

import typer

from gp_cin7_bridge.app.cli.exits import ExitCode, errors_told
from gp_cin7_bridge.app.cli.options import DEFAULT_CONNECTIONS, Connections
from gp_cin7_bridge.app.cli.run import LINE, STOPPING
from gp_cin7_bridge.app.engines import Fleet
from gp_cin7_bridge.errors import EngineError


def work(
    connection: Connections = DEFAULT_CONNECTIONS,
    queue: Annotated[
        str,
        typer.Option(metavar="URL", help="Where the jobs wait: SQLite for one machine, or PostgreSQL."),
    ] = "sqlite:///jobs.sqlite",
    executor: Annotated[str, typer.Option(help="This process's own name; default HOST-1, HOST-2, … .")] = "",
    slots: Annotated[int, typer.Option(min=1, max=64, help="How many companies at once.")] = 8,
    grace: Annotated[int, typer.Option(min=1, help="Seconds in which jobs may end after SIGTERM.")] = 60,
    migrate: Annotated[bool, typer.Option("--migrate", help="Make the queue's tables in PostgreSQL first.")] = False,
) -> None:
    """Run the flows of all connections together with other processes, each company in one at a time.

    Exit: 0 stopped as asked; 1 a job did not end in time, or the queue failed; 2 wrong settings.
    """
    logging.basicConfig(stream=sys.stderr, format=LINE, datefmt="%Y-%m-%dT%H:%M:%S%z")
    logging.getLogger("gp_cin7_bridge").setLevel(logging.INFO)
    stop = threading.Event()
    for number in STOPPING:
        signal.signal(number, lambda *_: stop.set())
    with errors_told():
        try:
            from gp_cin7_bridge.app.engines.dbos import DbosEngine
            from gp_cin7_bridge.app.engines.dbos_queue import Queue
        except ModuleNotFoundError as error:
            raise EngineError(f"this needs the extra: pip install 'gp-cin7-bridge[dbos]' ({error})") from error
        with Fleet(connection, stop) as fleet, closing(Queue(queue)) as jobs:
            name = executor or jobs.free_name(socket.gethostname())
            engine = DbosEngine(fleet.work, jobs, executor=name, slots=slots, grace=grace, migrate=migrate)
            engine.schedule(fleet.due)
            finished = engine.run(stop)
        if not finished:
            # Python's own exit would wait for the job's thread; the next process finds out what the job had done.
            logging.shutdown()
            os._exit(ExitCode.NOT_FINISHED)
