"""Let the bridge work for long under traffic, faults and kills, then compare both systems.

    python tools/soak.py --minutes 60 --seed 1 --database postgresql | tee soak.log

People work in both simulators, time runs faster than ours, calls are lost, late or answered with errors, webhooks come
twice, late or not at all, the processes that run and serve are killed and started again, and so is PostgreSQL. In the
end every document must be in GP once and with its last amount, the reconciliation must find nothing, and the audit must
be whole. Exit: 0 it is so; 1 something is missing, twice or different, or an error was handled by nobody.
"""

from __future__ import annotations

import argparse
import random
import signal
import socket
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from attrs import define, field
from soak_chaos import Chance, Cin7Calls, GPCalls, PostgreSQL, Process, UntidyPost, forge
from soak_people import People, Small
from soak_work import Worker, fast_clock

from gp_cin7_bridge import Bridge, read_settings
from gp_cin7_bridge.errors import BridgeError, StateError
from gp_cin7_bridge.review.approve import approve, proposals
from gp_cin7_bridge.review.reconcile import reconcile
from gp_cin7_bridge.sandbox.simulators import Simulators
from gp_cin7_bridge.sync import sync

TOKEN: Final = "token-of-the-soak-0123456789"  # noqa: S105 — of simulators alone
SETTINGS: Final = """
[bills]
after_change = "compensate"
grace_hours = 0

[schedule]
vendors = "20m"
items = "20m"
bills = "2m"

[webhooks]
url = "http://127.0.0.1:{port}/webhooks/small"
token = "file:secrets/webhook_token"
delay = "30s"
check = "15m"
poll = "5m"
"""
# In seconds of ours.
LOOK: Final = 0.5
MINUTE: Final = 60.0
GP_PATIENCE: Final = 2.0
CATCH_UP: Final = 600.0


@define
class Soak:
    """One soak in one folder.

    Attributes:
        pause: seconds between two acts of people.
        life: the longest life of a process, in seconds.
    """

    simulators: Simulators
    people: People
    chance: Chance
    dice: random.Random
    epoch: float
    speed: float
    server: PostgreSQL | None
    pause: float
    life: float
    processes: list[Process] = field(factory=list)
    counts: Counter[str] = field(factory=Counter)
    _bridge: Bridge | None = None
    _said: int = 0

    def run(self, seconds: float) -> int:
        """Let it go on for so long, then judge; gives the exit code."""
        self.processes = [self._process(role) for role in ("serve", "run")]
        # Importing may take long; until the first of them works, nothing can go wrong.
        while not all(each.worker.ready.exists() for each in self.processes):
            for process in self.processes:
                process.live()
            time.sleep(LOOK)
        if self.server:
            self.server.start()
        began, told = time.monotonic(), 0
        while (gone := time.monotonic() - began) < seconds:
            for process in self.processes:
                process.live()
            self.people.act()
            self._disturb()
            self._approve()
            self._pass(self.pause)
            if gone // MINUTE > told:
                told += 1
                self._say(f"{told:3d} min")
        self._say("   stop")
        return self._settled()

    def _settled(self) -> int:
        """Let nothing go wrong any more, until both systems agree or patience ends; gives the exit code."""
        self.chance.chance = 0
        if self.server:
            self.server.stop()
        self.people.leave()
        ends = time.monotonic() + CATCH_UP
        while (self._waiting() or any(self.people.problems())) and time.monotonic() < ends:
            for process in self.processes:
                process.dies_at = ends
                process.live()
            self._approve()
            self._pass(LOOK)
        self.end()
        self._say("settled")
        return self._judged()

    def end(self) -> None:
        """Let the processes finish what they do."""
        for process in self.processes:
            process.end()

    def _waiting(self) -> bool:
        return bool(self._opened().state.held())

    def _process(self, role: str) -> Process:
        worker = Worker(role, self.simulators.settings, self.epoch, self.speed)
        return Process(worker, self.dice, self.life)

    def _opened(self) -> Bridge:
        if self._bridge is None:
            clock = fast_clock(self.epoch, self.speed)
            self._bridge = Bridge(read_settings(self.simulators.settings), clock=clock)
        return self._bridge

    def _approve(self) -> None:
        """Be the person who looks at proposals now and then; a database that is away is asked again later."""
        if self.dice.random() < 2 / 3:
            return
        try:
            bridge = self._opened()
            for proposal in proposals(bridge):
                if proposal.approval is None:
                    approve(bridge, proposal.record.document, "seen", actor="kim")
                    self.counts["approved"] += 1
        except BridgeError:
            self.counts["not approved"] += 1

    def _disturb(self) -> None:
        """Lose some deliveries for ever, and forge some."""
        lost = "DELETE FROM deliveries WHERE position IN (SELECT position FROM deliveries ORDER BY random() LIMIT 2)"
        if self.dice.random() < 1 / 20:
            self.simulators.cin7.write(lost)
            self.counts["lost"] += 1
        if self.dice.random() < 1 / 20:
            url = read_settings(self.simulators.settings).webhooks.url or ""
            status = forge(url, self.dice)
            self.counts["forged"] += 1
            self.counts["forged and taken"] += status == 200

    def _pass(self, seconds: float) -> None:
        """Let time pass; the clock of Cin7 Core keeps up, and its postman, who has a thread of his own, goes by it."""
        time.sleep(seconds)
        now, clock = fast_clock(self.epoch, self.speed)().timestamp(), self.simulators.cin7.clock
        clock.move_to(max(now, clock.timestamp()))

    def _say(self, when: str) -> None:
        vouchers = sum(map(len, self.people.vouchers().values()))
        new, self._said = vouchers - self._said, vouchers
        try:
            held = str(len(self._opened().state.held()))
        except StateError:
            held = "?"
        kills, ends = (sum(getattr(each, what) for each in self.processes) for what in ("kills", "ends"))
        crashes = f"{self.server.crashes} crashes ({self.server.down:.0f} s down)" if self.server else "0 crashes"
        _print(
            f"{when}: {len(self.people.papers)} documents, {vouchers} vouchers (+{new}), {held} held,"
            f" {self.counts['approved']} approved, {kills} kills, {ends} ends, {crashes},"
            f" {self.chance.counts.total()} faults"
        )

    def _judged(self) -> int:
        bridge = self._opened()
        for flow in ("vendors", "items", "bills"):
            sync(bridge, flow)
        found = reconcile(bridge)
        held, runs = bridge.state.held(), Counter(run.status for run in bridge.state.runs(1_000_000))
        uncertain = bridge.state.ledger.uncertain(before=bridge.clock())
        broken, problems = bridge.state.audit_broken_at(), list(self.people.problems())
        tracebacks = {each.worker.role: each.tracebacks() for each in self.processes}
        _print(f"faults: {dict(sorted(self.chance.counts.items()))}")
        _print(f"people and post: {dict(sorted(self.counts.items()))}; runs: {dict(runs)}; tracebacks: {tracebacks}")
        _print(f"documents that are not in GP as they must be: {problems}")
        _print(f"held: {[f'{each.document} {each.reasons}' for each in held]}")
        _print(f"unknown: {len(uncertain)}; audit broken at: {broken}; both systems agree: {found.agrees}")
        for finding in found.findings:
            if finding.disagrees:
                _print(f"  {finding}")
        bad = (problems, held, uncertain, broken is not None, any(tracebacks.values()), self.counts["forged and taken"])
        bridge.close()
        return 0 if found.agrees and not any(bad) else 1


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=60, help="how long the traffic goes on")
    parser.add_argument("--seed", type=int, default=1, help="of people, faults and kills")
    parser.add_argument("--speed", type=float, default=20, help="how much faster than ours time runs")
    parser.add_argument("--pause", type=float, default=2, help="seconds between two things that people do")
    parser.add_argument("--life", type=float, default=75, help="the longest life of a process, in seconds")
    parser.add_argument("--chance", type=float, default=1 / 20, help="of each call to go wrong")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite", help="of the bridge's state")
    parser.add_argument("--folder", type=Path, help="where everything is kept; a new one that is removed by default")
    wanted = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with ExitStack() as opened:
        removed = tempfile.TemporaryDirectory(prefix="soak-", ignore_cleanup_errors=True)
        return _soaked(wanted, wanted.folder or Path(opened.enter_context(removed)), opened)


def _soaked(wanted: argparse.Namespace, folder: Path, opened: ExitStack) -> int:
    simulators = opened.enter_context(Simulators(folder / "site", Small(), calls=1_000_000, per=60))
    dice = _dice(wanted.seed)
    server = PostgreSQL(folder / "data", _dice(wanted.seed)) if wanted.database == "postgresql" else None
    if server:
        opened.callback(server.close)
    _configure(simulators, server)
    chance = Chance(_dice(wanted.seed), wanted.chance)
    simulators.gp.faults = GPCalls(chance=chance)
    simulators.cin7.faults = Cin7Calls(chance=chance)
    simulators.cin7.noise = UntidyPost(wanted.seed)
    _print(
        f"seed {wanted.seed}, {wanted.minutes:g} minutes, time {wanted.speed:g} times as fast, state in"
        f" {wanted.database}, {wanted.chance:.0%} of the calls go wrong"
    )
    people, epoch = People(simulators, dice), time.time()
    soak = Soak(simulators, people, chance, dice, epoch, wanted.speed, server, wanted.pause, wanted.life)
    opened.callback(soak.end)
    code = soak.run(wanted.minutes * MINUTE)
    if code:
        for process in soak.processes:
            _print(f"--- end of {process.worker.role}\n{process.worker.log.read_text('utf-8', 'replace')[-4000:]}")
    return code


def _dice(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 — repeatable, guards nothing


def _configure(simulators: Simulators, server: PostgreSQL | None) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    (simulators.folder / "secrets" / "webhook_token").write_text(TOKEN, "utf-8")
    text = simulators.settings.read_text("utf-8").replace("[gp]\n", f"[gp]\ntimeout = {GP_PATIENCE}\n")
    if server:
        text = text.replace("sqlite:///state.sqlite", server.url)
    simulators.settings.write_text(text + SETTINGS.format(port=port), "utf-8")


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
