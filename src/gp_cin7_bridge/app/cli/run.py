"""`gp-cin7 run`: every flow when it is due, until told to stop."""

from __future__ import annotations

import logging
import signal
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Annotated, Final

import typer

from gp_cin7_bridge.app.cli.exits import ExitCode, errors_told
from gp_cin7_bridge.app.cli.options import DEFAULT_CONNECTIONS, Connections
from gp_cin7_bridge.app.schedule import Runner
from gp_cin7_bridge.bridge import Bridge

STOPPING: Final = (signal.SIGTERM, signal.SIGINT)
LINE: Final = "%(asctime)s %(levelname)s %(message)s"


def run(
    connection: Connections = DEFAULT_CONNECTIONS,
    once: Annotated[bool, typer.Option("--once", help="Run every flow once, due or not, and end.")] = False,
) -> None:
    """Run every flow when [schedule] says, until SIGTERM or Ctrl-C; the document at work is finished first.

    A connection that cannot go on ends the others too, save with --once.

    Exit: 0 stopped as asked; 1 a connection could not go on (with --once: a flow did not finish); 2 wrong settings.
    """
    logging.basicConfig(stream=sys.stderr, format=LINE, datefmt="%Y-%m-%dT%H:%M:%S%z")
    logging.getLogger("gp_cin7_bridge").setLevel(logging.INFO)
    stop = threading.Event()
    for number in STOPPING:
        signal.signal(number, lambda *_: stop.set())
    with errors_told(), ThreadPoolExecutor(len(connection)) as threads:
        results = [threads.submit(_run, path, stop, once=once) for path in connection]
        went_well = [each.result() for each in results]
        raise typer.Exit(ExitCode.DONE if all(went_well) else ExitCode.NOT_FINISHED)


def _run(path: Path, stop: threading.Event, *, once: bool) -> bool:
    try:
        with Bridge.open(path) as bridge:
            runner = Runner(bridge, stop)
            if once:
                return runner.run_once()
            runner.run()
            return True
    except BaseException:
        if not once:
            # One connection that cannot go on ends all: whoever started them notices, and starts them again.
            stop.set()
        raise
