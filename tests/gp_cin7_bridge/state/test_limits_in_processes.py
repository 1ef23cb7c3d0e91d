"""Shared limits between real processes, against the served simulators."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest
import sqlalchemy as sa
from databases import at_hand

from dynamicsgp_client import DynamicsGP, NTLMAuth
from dynamicsgp_client.testing import FakeGP, make_server, served
from gp_cin7_bridge.state.database import Database
from gp_cin7_bridge.state.limits import SharedPermits

LATENCY, LEASE, PERMITS, THREADS = 0.3, 5.0, 2, 4


@pytest.mark.slow
def test_four_processes_with_one_key_draw_no_refusal_and_keep_the_rate(
    repository: Path, tmp_path: Path, postgres_url: str
) -> None:
    command = [sys.executable, str(repository / "tools" / "prove_shared_limit.py")]
    command += ["--calls", "10", "--per", "10", "--seconds", "60"]
    command += ["--state", f"sqlite:///{tmp_path / 'state.sqlite'}", "--state", postgres_url]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def _call(state: str, gp_url: str) -> None:
    """Call GP for ever, from more threads than there are permits."""
    permits = SharedPermits(Database(state), "gp", PERMITS, lease=LEASE)
    gp = DynamicsGP(
        sba_url=gp_url,
        company="Fabrikam, Inc.",
        auth=NTLMAuth("GP\\gpuser", "secret"),
        concurrency=THREADS,
        limiter=permits,
    )

    def work() -> None:
        while True:
            gp.vendors.list().first()

    threads = [threading.Thread(target=work) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def holders(state: str) -> list[int]:
    """Name the processes that hold a permit."""
    with at_hand(state) as db:
        return [int(each.split(":")[-2]) for each in db.execute(sa.text("SELECT holder FROM permit")).scalars()]


def calls(gp: FakeGP) -> list[float]:
    """Tell when calls arrived that GP answered; the others belong to signing in."""
    return sorted(each.at for each in gp.requests if each.status == 200)


@pytest.mark.slow
def test_never_more_calls_than_permits_are_inside_gp_even_when_holders_are_killed(state_url: str) -> None:
    Database(state_url).close()
    gp = FakeGP(latency=LATENCY)
    with served(make_server(gp, user="GP\\gpuser", password="secret")) as server:
        forks = multiprocessing.get_context("forkserver")
        forks.set_forkserver_preload(["dynamicsgp_client", "gp_cin7_bridge.state.limits"])

        def started() -> BaseProcess:
            process = forks.Process(target=_call, args=(state_url, server.url), daemon=True)
            process.start()
            return process

        processes = [started() for _ in range(3)]
        seen: set[int] = set()
        while len(seen) < len(processes):
            seen |= set(holders(state_url))
            time.sleep(0.02)
        killed: set[int] = set()
        while len(killed) < 2:
            for pid in set(holders(state_url)) - killed:
                os.kill(pid, signal.SIGKILL)
                (process,) = (each for each in processes if each.pid == pid)
                process.join()
                if pid in holders(state_url):
                    killed.add(pid)
                    break
                processes.append(started())  # that one had just given it back
            time.sleep(0.02)
        before = calls(gp)
        while killed & set(holders(state_url)) or len(calls(gp)) < len(before) + 10:
            time.sleep(0.05)
        for process in processes:
            process.kill()
            process.join()
        arrived = calls(gp)
    # each of these was inside until LATENCY seconds later
    inside = [sum(1 for other in arrived if at <= other < at + LATENCY) for at in arrived]
    assert max(inside) == PERMITS
    gp.close()
