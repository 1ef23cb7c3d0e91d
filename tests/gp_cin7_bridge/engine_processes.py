"""Processes that work for companies on an engine, forked by one server so that each starts at once."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Sequence
from contextlib import closing
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from gp_cin7_bridge.app.cli import app
from gp_cin7_bridge.app.engines import Engine, Fleet, InlineEngine
from gp_cin7_bridge.app.engines.dbos import DbosEngine
from gp_cin7_bridge.app.engines.dbos_queue import Queue
from gp_cin7_bridge.writes.fail_points import VARIABLE

SERVER = multiprocessing.get_context("forkserver")
SERVER.set_forkserver_preload(["gp_cin7_bridge.app.cli", "gp_cin7_bridge.app.engines.dbos"])


def started(url: str, paths: Sequence[Path], executor: str, fail_point: str = "") -> ForkServerProcess:
    """Start a process; the empty url is the engine without a queue."""
    process = SERVER.Process(target=_work, args=(url, paths, executor, fail_point))
    process.start()
    return process


def _work(url: str, paths: Sequence[Path], executor: str, fail_point: str) -> None:
    os.environ[VARIABLE] = fail_point
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    with Fleet(paths, stop) as fleet:
        if not url:
            sys.exit(not _run(InlineEngine(fleet.work, every=0.2), fleet, stop))
        with closing(Queue(url)) as queue:
            engine = DbosEngine(fleet.work, queue, executor=executor, every=1, grace=30, poll=0.1, migrate=True)
            sys.exit(not _run(engine, fleet, stop))


def _run(engine: Engine, fleet: Fleet, stop: threading.Event) -> bool:
    engine.schedule(fleet.due)
    return engine.run(stop)


def commanded(*arguments: str) -> ForkServerProcess:
    """Start `gp-cin7` in a process."""
    process = SERVER.Process(target=app, args=(arguments,))
    process.start()
    return process
