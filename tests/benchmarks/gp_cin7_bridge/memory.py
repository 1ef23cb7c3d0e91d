"""What a plan and a sync of items hold at most, whatever the number of items.

    .venv/bin/python tests/benchmarks/gp_cin7_bridge/memory.py [--process] [ITEMS ...]

For 3,000 and 10,000 items unless given, both more than two pages of Cin7 Core; 100,000 take half an hour. With
`--process` it tells by how much the whole process grows instead of what Python's objects take, which is faster: ten
minutes for 100,000. Each item meets a product of the same SKU in Cin7 Core, so the plan compares both sides whole and
has an action for every item. Then all are linked, and an unchanged reading follows. Both systems are simulated in this
process and keep their records in SQLite; what little Python objects they make for a call is counted too. SQLite's own
memory is not, save by `--process`: at most 0.5 MB for each of about ten temporary files.
"""

from __future__ import annotations

import gc
import os
import sys
import threading
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

sys.path.insert(0, str(Path(__file__).parent))

from bench import site
from measure import judged, row

from gp_cin7_bridge import Bridge, Plan, plan, sync_items
from gp_cin7_bridge.sandbox import Sandbox
from gp_cin7_bridge.state import Link

T = TypeVar("T")


def peak(run: Callable[[], T]) -> tuple[float, T]:
    """Give the most MB that a run held, and what came of it."""
    tracemalloc.start()
    try:
        found = run()
        return tracemalloc.get_traced_memory()[1] / 1e6, found
    finally:
        tracemalloc.stop()


def resident(run: Callable[[], T]) -> tuple[float, T]:
    """Give by how many MB the whole process grew at most, looked at fifty times a second, and what came of it."""
    gc.collect()
    before = _resident()
    held, done = [before], threading.Event()

    def look() -> None:
        while not done.wait(0.02):
            held.append(max(held.pop(), _resident()))

    looking = threading.Thread(target=look)
    looking.start()
    try:
        found = run()
    finally:
        done.set()
        looking.join()
    return held[0] - before, found


def _resident() -> float:
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def link(bridge: Bridge, made: Plan, ids: dict[str, str]) -> None:
    """Remember that everything was carried as planned."""
    with bridge.state.transaction():
        for each in made:
            bridge.state.put_link(
                Link(
                    entity="item",
                    gp_key=each.source_id,
                    cin7_id=ids[each.source_id],
                    gp_hash=each.content_hash,
                    details=each.details,
                )
            )
        for stream, value in made.cursors.items():
            bridge.state.move_cursor(stream, value)


def products(sandbox: Sandbox, items: int) -> dict[str, str]:
    """Add a product for each item; gives their ids."""
    with sandbox.cin7.transaction():
        return {
            f"A-{number}": str(sandbox.cin7.add_product(f"A-{number}", f"Item {number}")["ID"])
            for number in range(items)
        }


def measured(items: int, *, process: bool) -> tuple[float, float]:
    """Give the peaks of the plan and of the unchanged sync."""
    with site("sqlite://", items) as (sandbox, bridge):
        ids = products(sandbox, items)
        planned, made = (resident if process else peak)(lambda: plan(bridge, "items"))
        assert made.counts() == {"update": items}, made.counts()
        link(bridge, made, ids)
        del made
        again, report = (resident if process else peak)(lambda: sync_items(bridge))
        assert len(report.unchanged) == items
        return planned, again


def main(sizes: list[int], *, process: bool) -> None:
    whose = "growth of the process" if process else "peak memory"
    peaks = {}
    for items in sizes:
        peaks[items] = measured(items, process=process)
        ratios = [mine / first for mine, first in zip(peaks[items], peaks[sizes[0]], strict=True)]
        for what, held, ratio in zip(("planning", "reading again"), peaks[items], ratios, strict=True):
            told = "" if process or items == sizes[0] else judged("flat, at most 1.25", ratio <= 1.25)
            row(f"{whose} of {what} {items:,} items / {sizes[0]:,}", f"{ratio:.2f} ({held:.1f} MB)", told)


if __name__ == "__main__":
    arguments = sys.argv[1:]
    given = [int(each) for each in arguments if each != "--process"]
    main(given or [3000, 10_000], process="--process" in arguments)
