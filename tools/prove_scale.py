"""Prove in real time that processes share many companies: each key within its limit, each document once.

    python tools/prove_scale.py --companies 200 --bills 24 --calls 12 --per 60

Starts a PostgreSQL of its own, simulators of all companies in one process, and `gp-cin7 work` in several; prints what
it measured as JSON. Exit 0: no refusal, no window over the limit, each bill one voucher.
"""

from __future__ import annotations

import argparse
import itertools
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from local_postgres import postgres, processor_seconds
from simulated_companies import Companies, Seen, Wanted, simulated

from gp_cin7_bridge.state.database import Database


def main() -> int:
    """Start everything, wait until all is carried, and look at what each simulator saw."""
    parse = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parse.add_argument("--companies", type=int, default=200)
    parse.add_argument("--bills", type=int, default=24, help="of each company")
    parse.add_argument("--calls", type=int, default=12)
    parse.add_argument("--per", type=float, default=60)
    parse.add_argument("--processes", type=int, default=4)
    parse.add_argument("--seconds", type=float, default=600, help="give up after")
    asked = parse.parse_args()
    wanted = Wanted(asked.companies, asked.bills, asked.calls, asked.per)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name, ExitStack() as opened:
        folder = Path(name)
        slots = -(-wanted.companies // asked.processes)
        server = opened.enter_context(postgres(folder / "postgres", sessions=asked.processes * (2 * slots + 20)))
        Database(server.url, migrate=True).close()
        companies = opened.enter_context(simulated(folder, wanted, server.url))
        before = server.size()
        workers = []
        for number in range(asked.processes):
            workers.append(_worker(folder, wanted, server.url, number, slots))
            if number == 0:
                time.sleep(10)  # it makes the queue's tables
        _until_done(companies, wanted, asked.seconds)
        result = _measured(companies.seen(), wanted)
        cost = sum(processor_seconds(worker.pid) for worker in workers)
        result |= {
            "processes": asked.processes,
            "processor_seconds_of_processes": round(cost, 1),
            "processor_seconds_a_call": round(cost / result["calls_to_cin7"], 4),
            "processor_seconds_of_postgresql": round(processor_seconds(server.pid), 1),
            "processor_seconds_of_simulators": round(companies.processor_seconds(), 1),
            "database_bytes_a_company": (server.size() - before) // wanted.companies,
        }
        for worker in workers:
            worker.terminate()
        codes = [worker.wait(120) for worker in workers]
    sys.stdout.write(json.dumps(result | {"exit_codes": codes}, indent=1) + "\n")
    good = not result["refused"] and result["most_in_any_window"] <= wanted.calls
    return 0 if good and result["vouchers"] == result["documents"] == result["different"] else 1


def _worker(folder: Path, wanted: Wanted, url: str, number: int, slots: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "gp_cin7_bridge.app.cli", "work", "--queue", url, "--slots", str(slots)]
    paths = (folder / f"company-{each}" / "bridge.toml" for each in range(wanted.companies))
    command = [*command, *itertools.chain.from_iterable(("-c", str(path)) for path in paths)]
    command += ["--executor", f"w-{number}"]
    # Only the first makes the queue's tables.
    return subprocess.Popen(command if number else [*command, "--migrate"])  # noqa: S603 — our own command


def _until_done(companies: Companies, wanted: Wanted, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and min(companies.vouchers()) < wanted.bills:
        time.sleep(2)


def _measured(seen: Sequence[Seen], wanted: Wanted) -> dict[str, float | int]:
    calls = sum(len(each.calls) for each in seen)
    shares = [_share(each.calls, wanted) for each in seen]
    began, ended = min(each.calls[0] for each in seen), max(each.calls[-1] for each in seen)
    return {
        "companies": len(seen),
        "seconds_from_first_call_to_last": round(ended - began, 1),
        "calls_to_cin7": calls,
        "calls_to_gp": sum(each.gp_calls for each in seen),
        "refused": sum(each.refused for each in seen),
        "most_in_any_window": max(
            sum(first <= at < first + wanted.per for at in each.calls) for each in seen for first in each.calls
        ),
        "share_of_limit_while_busy": round(sum(shares) / len(shares), 3),
        "least_share": round(min(shares), 3),
        "documents": len(seen) * wanted.bills,
        "vouchers": sum(len(each.vouchers) for each in seen),
        "different": sum(len(set(each.vouchers)) for each in seen),
    }


def _share(calls: Sequence[float], wanted: Wanted) -> float:
    """Tell which share of what a key permits was used, in the full windows from its first call on."""
    windows = int((calls[-1] - calls[0]) // wanted.per)
    within = sum(at < calls[0] + windows * wanted.per for at in calls)
    return within / (wanted.calls * windows) if windows else 0.0


if __name__ == "__main__":
    sys.exit(main())
