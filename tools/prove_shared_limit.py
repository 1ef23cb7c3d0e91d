"""Prove the shared limiter in real time: processes that share one key through the state, at full speed.

    python tools/prove_shared_limit.py --calls 60 --per 60 --seconds 300 --state postgresql://USER@HOST/DATABASE

Exit 0: no refusal, no window over the limit, and at least 99 % of the permitted calls, on each state.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.synchronize import Barrier, Event
from pathlib import Path

from attrs import asdict, frozen

from cin7core_client import ApiKey, Cin7Core
from cin7core_client.testing import FakeCin7, served
from gp_cin7_bridge.state.database import Database
from gp_cin7_bridge.state.limits import SharedRate

PROCESSES, THREADS = 4, 2
SHARE = 0.99
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["cin7core_client.testing", "gp_cin7_bridge.state.limits"])


@frozen
class Outcome:
    """What the simulator of one state's key saw."""

    state: str
    processes: int
    calls: int
    refused: int
    most_in_any_window: int
    share: float


def prove(state: str, calls: int, per: float, seconds: float) -> Outcome:
    """Call from several processes for so long, and look at the simulator's own log."""
    Database(state, migrate=True).close()
    account = FakeCin7(seed="empty", calls=calls, per=per)
    with served(account) as server:
        ready, stop = FORKS.Barrier(PROCESSES + 1), FORKS.Event()
        key = (account.account_id, account.application_key)
        processes = [
            FORKS.Process(target=_process, args=(state, server.url, key, calls, per, ready, stop))
            for _ in range(PROCESSES)
        ]
        for process in processes:
            process.start()
        ready.wait()
        time.sleep(seconds)
        stop.set()
        for process in processes:
            process.join()
        log = account.requests
    account.close()
    moments = sorted(each.at for each in log)
    within = [at for at in moments if at < moments[0] + seconds]
    most = max(sum(1 for other in moments if at <= other < at + per) for at in moments)
    refused = sum(1 for each in log if each.status != 200)
    kind = state.partition(":")[0]
    return Outcome(kind, PROCESSES, len(within), refused, most, len(within) / (calls * seconds / per))


def _process(state: str, url: str, key: tuple[str, str], calls: int, per: float, ready: Barrier, stop: Event) -> None:
    limit = SharedRate(Database(state), "proof", calls, per)
    with Cin7Core(ApiKey(*key), base_url=url, limiter=limit) as cin7:
        ready.wait()

        def work() -> None:
            while not stop.is_set():
                cin7.me.get()

        threads = [threading.Thread(target=work) for _ in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


def main() -> int:
    """Prove each state side by side, each with a key and a simulator of its own."""
    parse = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parse.add_argument("--calls", type=int, default=60)
    parse.add_argument("--per", type=float, default=60)
    parse.add_argument("--seconds", type=float, default=300)
    parse.add_argument("--state", action="append", help="a state url; repeat it (default: a new SQLite file)")
    wanted = parse.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        states = wanted.state or [f"sqlite:///{Path(folder) / 'state.sqlite'}"]
        with ThreadPoolExecutor(len(states)) as threads:
            outcomes = list(threads.map(lambda state: prove(state, wanted.calls, wanted.per, wanted.seconds), states))
    for outcome in outcomes:
        sys.stdout.write(json.dumps(asdict(outcome)) + "\n")
    good = all(
        each.refused == 0 and each.most_in_any_window <= wanted.calls and each.share >= SHARE for each in outcomes
    )
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
