"""Prove the limiter against the served simulator in real time: threads and tasks together, at full speed.

    python tools/prove_rate_limit.py --calls 60 --per 60 --seconds 300

Exit 0: no refusal, no window over the limit, and at least 99 % of the permitted calls.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import threading
import time

from attrs import asdict, frozen

from cin7core_client import ApiKey, AsyncCin7Core, AsyncRateLimit, Cin7Core, RateLimit
from cin7core_client.testing import FakeCin7, served

WORKERS = 4
SHARE = 0.99


@frozen
class Outcome:
    """What one key's simulator saw."""

    colour: str
    calls: int
    refused: int
    most_in_any_window: int
    share: float


def prove(colour: str, calls: int, per: float, seconds: float) -> Outcome:
    """Call from several workers for so long, and look at the simulator's own log."""
    account = FakeCin7(seed="empty", calls=calls, per=per)
    with served(account) as server:
        key = ApiKey(account.account_id, account.application_key)
        until = time.monotonic() + seconds
        if colour == "sync":
            _threads(key, server.url, RateLimit(calls, per), until)
        else:
            asyncio.run(_tasks(key, server.url, AsyncRateLimit(calls, per), until))
        log = account.requests
    account.close()
    moments = sorted(each.at for each in log)
    within = [each for each in moments if each < moments[0] + seconds]
    most = max(sum(1 for other in moments if at <= other < at + per) for at in moments)
    refused = sum(1 for each in log if each.status != 200)
    return Outcome(colour, len(within), refused, most, len(within) / (calls * seconds / per))


def _threads(key: ApiKey, url: str, limit: RateLimit, until: float) -> None:
    with Cin7Core(key, base_url=url, limiter=limit) as cin7:

        def work() -> None:
            while time.monotonic() < until:
                cin7.me.get()

        workers = [threading.Thread(target=work) for _ in range(WORKERS)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()


async def _tasks(key: ApiKey, url: str, limit: AsyncRateLimit, until: float) -> None:
    async with AsyncCin7Core(key, base_url=url, limiter=limit) as cin7:

        async def work() -> None:
            while time.monotonic() < until:
                await cin7.me.get()

        await asyncio.gather(*(work() for _ in range(WORKERS)))


def main() -> int:
    """Prove both colours side by side, each with a key and a simulator of its own."""
    parse = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parse.add_argument("--calls", type=int, default=60)
    parse.add_argument("--per", type=float, default=60)
    parse.add_argument("--seconds", type=float, default=300)
    wanted = parse.parse_args()
    outcomes: list[Outcome] = []
    workers = [
        threading.Thread(
            target=lambda colour=colour: outcomes.append(prove(colour, wanted.calls, wanted.per, wanted.seconds))
        )
        for colour in ("sync", "async")
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    for outcome in outcomes:
        sys.stdout.write(json.dumps(asdict(outcome)) + "\n")
    good = [
        each
        for each in outcomes
        if each.refused == 0 and each.most_in_any_window <= wanted.calls and each.share >= SHARE
    ]
    return 0 if len(good) == len(workers) else 1


if __name__ == "__main__":
    sys.exit(main())
