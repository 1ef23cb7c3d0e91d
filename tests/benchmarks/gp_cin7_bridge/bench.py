"""What the bridge itself costs a record beside the pace that Cin7 Core permits, what it asks for, and what it holds.

    .venv/bin/python tests/benchmarks/gp_cin7_bridge/bench.py [ITEMS]

Each row is one of docs/benchmarks.md. ITEMS is 10,000 unless given; fewer make a shorter run. Both systems are
simulated in this process. What the simulators take is measured and left out, what the clients take is counted as the
bridge's. CPU is of this process alone, so the time that passed is told too: it holds what the database takes, and on a
busy machine what others take. PostgreSQL is the one of the tests.
"""

from __future__ import annotations

import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

sys.path.extend((str(Path(__file__).parents[1]), str(Path(__file__).parents[2] / "gp_cin7_bridge")))

import databases
from attrs import frozen
from measure import judged, row
from small import add_purchase

from cin7core_client.testing.transport import InProcessTransport
from dynamicsgp_client.testing.in_process import InProcessAdapter
from gp_cin7_bridge import Bridge, Report, sync_bills, sync_items, sync_vendors
from gp_cin7_bridge.sandbox import Sandbox

PACE: Final = 1.0  # seconds that Cin7 Core's limit grants a call
RECORDS = 100
GP_PAGE, CIN7_PAGE, BESIDES = 100, 1000, 3
STATES: Final = {"SQLite": 0.01, "PostgreSQL": 0.02}


@frozen
class Spent:
    """Seconds of this process's CPU, and seconds that passed."""

    cpu: float
    passed: float

    @classmethod
    def now(cls) -> Spent:
        return cls(time.process_time(), time.perf_counter())

    def __add__(self, other: Spent) -> Spent:
        return Spent(self.cpu + other.cpu, self.passed + other.passed)

    def __sub__(self, other: Spent) -> Spent:
        return Spent(self.cpu - other.cpu, self.passed - other.passed)


class Elsewhere:
    """Counts what the simulators take, so that it can be left out."""

    def __init__(self) -> None:
        self.spent = Spent(0, 0)
        self._around(InProcessAdapter, "send")
        self._around(InProcessTransport, "handle_request")

    def _around(self, door: type, name: str) -> None:
        inner: Callable[..., object] = getattr(door, name)

        def timed(*given: object, **named: object) -> object:
            begun = Spent.now()
            try:
                return inner(*given, **named)
            finally:
                self.spent += Spent.now() - begun

        setattr(door, name, timed)

    def own(self, run: Callable[[Bridge], Report], bridge: Bridge) -> tuple[Spent, Report]:
        """Run, and give what was not the simulators'."""
        before, begun = self.spent, Spent.now()
        report = run(bridge)
        return Spent.now() - begun - (self.spent - before), report


@contextmanager
def states() -> Iterator[dict[str, str]]:
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        url = stack.enter_context(stack.enter_context(databases.running()).database())
        yield dict(zip(STATES, (f"sqlite:///{folder}/state.sqlite", url), strict=True))


@contextmanager
def site(state: str, items: int) -> Iterator[tuple[Sandbox, Bridge]]:
    """Both systems, with so many items and one vendor in GP, and a bridge with its state there."""
    with Sandbox() as sandbox:
        with sandbox.gp.loading():
            sandbox.gp.add_vendor("ACME", "ACME Ltd")
            for number in range(items):
                sandbox.gp.add_item(f"A-{number}", f"Item {number}", unit_schedule_id="EACH")
        shared = sandbox.bridge
        with Bridge(shared.settings, gp=shared.gp, cin7=shared.cin7, state=state, meter=shared.meter) as bridge:
            yield sandbox, bridge


def told(what: str, spent: Spent, records: int, target: float) -> None:
    cpu, passed = (seconds / records / PACE for seconds in (spent.cpu, spent.passed))
    row(f"{what}, own cost", f"CPU {cpu:.2%}, elapsed {passed:.2%}", judged(f"below {target:.0%}", cpu < target))


def own_cost(elsewhere: Elsewhere) -> None:
    with states() as urls:
        for database, target in STATES.items():
            with site(urls[database], RECORDS) as (sandbox, bridge):
                spent, report = elsewhere.own(sync_items, bridge)
                assert len(report.created) == RECORDS
                told(f"{database}, an item", spent, RECORDS, target)
                sync_vendors(bridge)
                for number in range(RECORDS):
                    add_purchase(sandbox.cin7, number + 1)
                spent, report = elsewhere.own(sync_bills, bridge)
                assert len(report.created) == RECORDS
                told(f"{database}, a bill", spent, RECORDS, target)
                gp, cin7 = report.calls.gp / RECORDS, report.calls.cin7 / RECORDS
                row(f"{database}, a bill, calls", f"{gp:.2f} to GP, {cin7:.2f} to Cin7 Core")


def unchanged(items: int) -> float:
    """Sync items that are unchanged; gives the peak of its memory in MB."""
    with site("sqlite://", items) as (sandbox, bridge):
        report = sync_items(bridge)
        assert len(report.created) == items
        row(f"{items:,} items created, calls to Cin7 Core an item", f"{report.calls.cin7 / items:.3f}")
        asked = len(sandbox.gp.requests), len(sandbox.cin7.requests)
        tracemalloc.start()
        report = sync_items(bridge)
        peak = tracemalloc.get_traced_memory()[1] / 1e6
        tracemalloc.stop()
        requests = (*sandbox.gp.requests[asked[0] :], *sandbox.cin7.requests[asked[1] :])
        writes = sum(each.method != "GET" for each in requests)
    pages = [BESIDES - (-items // size) for size in (GP_PAGE, CIN7_PAGE)]
    gp, cin7 = report.calls.gp, report.calls.cin7
    told = judged(f"at most the pages and {BESIDES}, 0 writes", writes == 0 and gp <= pages[0] and cin7 <= pages[1])
    calls = f"{gp} calls to GP, {cin7} to Cin7 Core, {writes} writes"
    row(f"{items:,} unchanged items read again", calls, told)
    return peak


def main(items: int) -> None:
    own_cost(Elsewhere())
    few = max(items // 10, 1)
    peaks = [unchanged(each) for each in (few, items)]
    ratio, sizes = peaks[1] / peaks[0], " / ".join(f"{peak:.1f} MB" for peak in reversed(peaks))
    told = judged("flat, at most 1.25", ratio <= 1.25)
    row(f"peak memory of reading {items:,} unchanged items / {few:,}", f"{ratio:.2f} ({sizes})", told)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
