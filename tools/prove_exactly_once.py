"""Prove "exactly once" at length: the state machine of the tests, over and over, each round from a seed of its own.

    python tools/prove_exactly_once.py --examples 100000 --seed 1
    python tools/prove_exactly_once.py --exhaustive

Prints a line a round; a failure prints its seed and the shortest schedule. Exit 0: nothing was found.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "gp_cin7_bridge" / "exactly_once"))

from algorithms import PRODUCTION
from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import run_state_machine_as_test
from other_side import START
from test_exhaustive import judged
from workers import NUMBERS, machine

from gp_cin7_bridge.state import Store

A_ROUND = 2000


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--examples", type=int, default=100_000, help="how many, of each kind")
    parser.add_argument("--seed", type=int, default=1, help="the seed of the first round")
    parser.add_argument("--steps", type=int, default=30, help="most steps of one example")
    parser.add_argument("--state", default="sqlite://", help="a SQLAlchemy URL; its database is used up")
    parser.add_argument("--exhaustive", action="store_true", help="also every schedule of one process")
    wanted = parser.parse_args()
    if wanted.exhaustive:
        for enforces_key in (True, False):
            verdict = judged(PRODUCTION, enforces_key=enforces_key)
            _say(f"every schedule, keys {_enforced(enforces_key)}: {verdict.schedules}, {len(verdict.wrong)} wrong")
            if verdict.wrong:
                return 1
    for number in range(-(-wanted.examples // A_ROUND)):
        for workers, enforces_key in ((2, True), (1, False)):
            if not _round(wanted, wanted.seed + number, workers, enforces_key):
                return 1
    return 0


def _round(wanted: argparse.Namespace, number: int, workers: int, enforces_key: bool) -> bool:
    store = Store.open(wanted.state, clock=lambda: START)
    store.connection("machine", gp_company="X", cin7_account_id="Y")
    wide = settings(
        max_examples=min(A_ROUND, wanted.examples),
        stateful_step_count=wanted.steps,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    began, first = time.perf_counter(), next(NUMBERS)
    what = f"seed {number}, {workers} workers, keys {_enforced(enforces_key)}"
    try:
        run_state_machine_as_test(
            seed(number)(machine(store, enforces_key=enforces_key, workers=workers)), settings=wide
        )
    except AssertionError as error:
        _say("\n".join([f"{what}: {error}", *getattr(error, "__notes__", ())]))
        return False
    finally:
        store.close()
    _say(f"{what}: {next(NUMBERS) - first - 1} runs, {time.perf_counter() - began:.0f} s, nothing wrong")
    return True


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _enforced(enforces_key: bool) -> str:
    return "enforced" if enforces_key else "not enforced"


if __name__ == "__main__":
    sys.exit(main())
