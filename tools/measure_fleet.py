"""Measure in virtual time what thousands of companies cost: their default schedule over one PostgreSQL.

    python tools/measure_fleet.py --companies 5000 --minutes 4

The schedule, the jobs, the limiters and the state are the real ones, and the state holds what a company with some
history keeps, once for each company. Both systems are simulated in this process; of each five companies one has a new
bill, and some have many. A call takes virtual time, and jobs take turns on virtual slots as the engine gives them: one
at a time for a company, the longest waiting first. Prints JSON. Exit 0: no key was over its limit.
"""

from __future__ import annotations

import argparse
import heapq
import json
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict, deque
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from statistics import quantiles
from typing import Final

from attrs import define, field, frozen
from dbos import DBOS
from local_postgres import Postgres, postgres, processor_seconds
from virtual_companies import Books, Clock, cloned, kind_of, written

from gp_cin7_bridge.app.engines import Fleet, Job
from gp_cin7_bridge.app.engines.dbos import DbosEngine
from gp_cin7_bridge.app.engines.dbos_queue import Queue
from gp_cin7_bridge.app.schedule import Runner
from gp_cin7_bridge.state import Store
from gp_cin7_bridge.state.database import Database

LOOK: Final = 15.0


@define
class Turns:
    """Virtual slots, and the jobs that wait for one.

    Attributes:
        slots: when each is free again.
        ready: jobs, in the order in which they were found due.
        known: their keys, so that none is taken twice.
        busy_until: until when a company has its job.
        waits: seconds between the look that found a job and its start, by the kind of company.
        busy_seconds: how long slots were taken.
    """

    slots: list[float]
    ready: deque[tuple[float, Job]] = field(factory=deque)
    known: set[str] = field(factory=set)
    busy_until: dict[str, float] = field(factory=dict)
    waits: dict[str, list[float]] = field(factory=lambda: defaultdict(list))
    busy_seconds: float = 0.0

    def take(self, now: float, jobs: Iterator[Job]) -> int:
        """Take what a look at that moment found; gives how many were new."""
        new = [job for job in jobs if job.key not in self.known]
        self.known.update(job.key for job in new)
        self.ready.extend((now, job) for job in new)
        return len(new)

    def begun(self, until: float) -> Iterator[tuple[float, Job]]:
        """Give each job that begins before a moment, and when; say with `ended` when it ended before the next."""
        held: list[tuple[float, Job]] = []
        while self.ready and self.slots[0] < until:
            found, job = self.ready.popleft()
            at = max(self.slots[0], found, self.busy_until.get(job.company, 0.0))
            if at >= until:
                held.append((found, job))
                continue
            self.waits[kind_of(job.company)].append(at - found)
            yield at, job
        self.ready.extendleft(reversed(held))

    def ended(self, job: Job, began: float, at: float) -> None:
        """Note that a job took a slot from one moment to another."""
        heapq.heapreplace(self.slots, at)
        self.busy_until[job.company] = at
        self.busy_seconds += at - began


@frozen
class Wanted:
    """How many companies, for how many virtual minutes, on how many slots; and how many of them have many bills."""

    companies: int
    minutes: float
    slots: int
    large: int


def main() -> int:
    """Make the companies, let the time pass, and tell what it cost."""
    parse = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parse.add_argument("--companies", type=int, default=5000)
    parse.add_argument("--minutes", type=float, default=4, help="of virtual time")
    parse.add_argument("--slots", type=int, default=512, help="of all processes together")
    parse.add_argument("--large", type=int, default=3, help="companies with sixty new bills")
    asked = parse.parse_args()
    wanted = Wanted(asked.companies, asked.minutes, asked.slots, asked.large)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name, ExitStack() as opened:
        server = opened.enter_context(postgres(Path(name, "postgres")))
        database = Database(server.url, migrate=True)
        opened.callback(database.close)
        clock = Clock()
        store = Store(database, clock)
        books = Books(clock, database)
        empty = server.size()
        paths = written(Path(name), wanted.companies, wanted.large, server.url)
        began = time.monotonic()
        books.load(store, paths[0])
        cloned(database, clock, paths)
        made = time.monotonic() - began
        fleet = opened.enter_context(Fleet(paths, threading.Event(), clock=clock))
        result = {
            "companies": wanted.companies,
            "virtual_minutes": wanted.minutes,
            "slots": wanted.slots,
            "seconds_to_make_them": round(made, 1),
            "database_bytes_a_company_with_24_bills": (server.size() - empty) // wanted.companies,
            **_passed(fleet, store, books, server, wanted),
            "a_job_in_the_queue": _through_the_queue(server, wanted.companies),
        }
    sys.stdout.write(json.dumps(result, indent=1) + "\n")
    return 0 if result["most_calls_in_any_minute"] <= 60 else 1


def _passed(fleet: Fleet, store: Store, books: Books, server: Postgres, wanted: Wanted) -> dict[str, object]:
    clock, start, began, size = books.clock, books.clock.at, books.clock(), server.size()
    turns, looks, runs = Turns([start] * wanted.slots), [], Counter[str]()
    own, others, real = time.process_time(), processor_seconds(server.pid), time.monotonic()
    books.stub_seconds = 0.0
    for number in range(int(wanted.minutes * 60 / LOOK)):
        now = clock.at = start + number * LOOK
        looked = time.process_time(), time.monotonic()
        taken = turns.take(now, fleet.due())
        looks.append((time.process_time() - looked[0], time.monotonic() - looked[1]))
        runs["taken"] += taken
        for at, job in turns.begun(now + LOOK):
            clock.at = at
            with books.bridge(store, fleet.companies[job.company]) as bridge:
                runs["failed"] += not Runner(bridge, threading.Event(), began).run_job(job.flow)
            runs[job.flow] += 1
            turns.ended(job, at, clock.at)
            books.forget_vouchers()
    ran = sum(runs[flow] for flow in ("vendors", "items", "bills"))
    cost = time.process_time() - own - books.stub_seconds
    virtual = wanted.minutes * 60
    return {
        "runs": ran,
        "runs_failed": runs["failed"],
        "runs_waiting_at_the_end": len(turns.ready),
        "bills_carried": books.carried,
        "calls_to_cin7": books.cin7_calls,
        "calls_to_gp": books.gp_calls,
        "most_calls_in_any_minute": books.most_in_a_minute(),
        "real_seconds": round(time.monotonic() - real, 1),
        "processor_milliseconds_a_run": round(1000 * cost / ran, 2),
        "processor_milliseconds_a_run_in_postgresql": round(1000 * (processor_seconds(server.pid) - others) / ran, 2),
        "processor_milliseconds_a_run_in_simulators": round(1000 * books.stub_seconds / ran, 2),
        "cores_of_processes": round(cost / virtual, 2),
        "cores_of_postgresql": round((processor_seconds(server.pid) - others) / virtual, 2),
        "slots_busy_on_average": round(turns.busy_seconds / virtual, 1),
        "look_for_what_is_due": {
            "processor_seconds": round(sum(each[0] for each in looks) / len(looks), 3),
            "seconds_the_longest": round(max(each[1] for each in looks), 3),
        },
        "seconds_waited_for_a_slot": {kind: _spread(waits) for kind, waits in turns.waits.items()},
        "database_bytes_a_run": (server.size() - size) // ran,
    }


def _spread(waits: list[float]) -> dict[str, float]:
    cuts = quantiles([*waits, waits[-1]], n=100)
    return {
        "runs": len(waits),
        "median": round(cuts[49], 1),
        "of_99_in_100": round(cuts[98], 1),
        "most": round(max(waits), 1),
    }


@define
class Done:
    """Counts jobs that do nothing, and stops the engine when all were run.

    Attributes:
        wanted: how many.
        count: how many ran.
        began: when the first ran, in seconds of processor and real time.
    """

    wanted: int
    count: int = 0
    began: tuple[float, float] | None = None

    def work(self, _flow: str, _company: str) -> None:
        """Do nothing."""
        self.began = self.began or (time.process_time(), time.monotonic())
        self.count += 1

    def is_set(self) -> bool:
        """Tell whether to stop."""
        return self.count >= self.wanted

    def wait(self, timeout: float | None = None) -> bool:
        """Sleep; tell whether to stop."""
        deadline = time.monotonic() + (timeout or 0)
        while not self.is_set() and time.monotonic() < deadline:
            time.sleep(0.05)
        return self.is_set()


def _through_the_queue(server: Postgres, companies: int) -> dict[str, object]:
    """Put a job of each company into the real queue, and let one process run them: what the queue itself costs."""
    done, began = Done(companies), time.process_time()
    with closing(Queue(server.url)) as queue:
        engine = DbosEngine(done.work, queue, executor="measured", slots=64, migrate=True)
        DBOS.migrate(server.url)
        with queue.opened() as client:
            for number in range(companies):
                queue.enqueue(client, Job("bills", f"queued-{number}", ""))
        enqueued = time.process_time() - began
        engine.run(done)
    first = done.began or (0.0, 0.0)
    return {
        "processor_milliseconds_to_enqueue": round(1000 * enqueued / companies, 2),
        "processor_milliseconds_to_run": round(1000 * (time.process_time() - first[0]) / companies, 2),
        "jobs_a_second_of_one_process": round(companies / (time.monotonic() - first[1]), 1),
    }


if __name__ == "__main__":
    sys.exit(main())
