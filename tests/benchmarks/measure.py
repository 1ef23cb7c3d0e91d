"""What the benches share: a row of the tables in docs/benchmarks.md, and the ratio of two ways in CPU time."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

Way = Callable[[], object]


def row(what: str, result: str, target: str = "") -> None:
    """Print what tools/run_benchmarks.py writes into the page."""
    print(f"| {what} | {result} | {target} |", flush=True)


def judged(target: str, met: bool) -> str:
    """Tell a target and whether it was met."""
    return f"{target}: {'met' if met else '**missed**'}"


def compare(what: str, ours: Way, other: Way, *, rounds: int, target: float | None = None) -> None:
    """Take turns, and print the median of the rounds' ratios with the least and the greatest."""
    ours(), other()
    ratios = [spent(ours) / spent(other) for _ in range(rounds)]
    ratio = statistics.median(ratios)
    told = "" if target is None else judged(f"at most {target:g}", ratio <= target)
    row(what, f"{ratio:.2f} ({min(ratios):.2f} to {max(ratios):.2f})", told)


def spent(way: Way) -> float:
    """Give the CPU seconds of this process that a way takes."""
    begun = time.process_time()
    way()
    return time.process_time() - begun
