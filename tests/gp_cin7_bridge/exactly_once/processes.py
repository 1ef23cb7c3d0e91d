"""Real processes that sync and may be killed at a step; one server forks them, so each starts at once."""

from __future__ import annotations

import multiprocessing
import os
from pathlib import Path

from gp_cin7_bridge import Bridge
from gp_cin7_bridge.sync import sync
from gp_cin7_bridge.writes.fail_points import VARIABLE

SERVER = multiprocessing.get_context("forkserver")
SERVER.set_forkserver_preload(["gp_cin7_bridge.sync"])


def killed_at(settings: Path, fail_point: str, flow: str = "bills") -> int:
    """Sync in a process of its own and give its exit code, the negative number of the signal that killed it."""
    process = SERVER.Process(target=_sync, args=(settings, fail_point, flow))
    process.start()
    process.join()
    assert process.exitcode is not None
    return process.exitcode


def _sync(settings: Path, fail_point: str, flow: str) -> None:
    os.environ[VARIABLE] = fail_point
    with Bridge.open(settings) as bridge:
        sync(bridge, flow)
