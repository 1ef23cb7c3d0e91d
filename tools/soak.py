"""Let the bridge work for long under traffic, faults and kills, then compare both systems.

    python tools/soak.py --minutes 60 --seed 1 | tee soak.log

People work in both simulators, time runs faster than ours, calls are lost, late or answered with errors, webhooks are
delivered, and the processes that run and serve are killed and started again. In the end every document must be in GP
once, and the reconciliation must find nothing. Exit: 0 it does; 1 something is missing, twice or different.
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Final

from attrs import define, field

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "gp_cin7_bridge"))

from small import Small, add_purchase

from gp_cin7_bridge import Bridge, read_settings
from gp_cin7_bridge.app.schedule import Runner
from gp_cin7_bridge.review.reconcile import reconcile, shown
from gp_cin7_bridge.sandbox.simulators import Simulators
from gp_cin7_bridge.sync import sync

TOKEN: Final = "token-of-the-soak-0123456789"  # noqa: S105 — of simulators alone
SETTINGS: Final = """
[schedule]
vendors = "2m"
items = "2m"
bills = "1m"

[webhooks]
url = "http://127.0.0.1:{port}/webhooks/small"
token = "file:secrets/webhook_token"
delay = "30s"
check = "5m"
poll = "10m"
"""
# (kind, facts): what happens to calls of either simulator.
FAULTS: Final[tuple[tuple[str, dict[str, object]], ...]] = (
    ("lost_request", {}),
    ("lost_answer", {}),
    ("status", {"status": 500}),
    ("status", {"status": 503}),
    ("slow", {"seconds": 0.3}),
)
# In seconds of ours.
PAUSE: Final = 0.4
LIFE: Final = (3.0, 10.0)
TOLD_EVERY: Final = 10.0
CATCH_UP: Final = 120.0


def fast_clock(epoch: float, speed: float) -> Callable[[], dt.datetime]:
    """Tell a time that left ours at `epoch` and runs `speed` times as fast."""
    return lambda: dt.datetime.fromtimestamp(epoch + (time.time() - epoch) * speed, dt.UTC)


@define
class FastStop:
    """Stops at SIGTERM; its sleeps are as much shorter as time is faster."""

    speed: float
    stop: threading.Event = field(factory=threading.Event)

    def is_set(self) -> bool:
        return self.stop.is_set()

    def wait(self, timeout: float | None = None) -> bool:
        return self.stop.wait(None if timeout is None else timeout / self.speed)


def work(role: str, path: Path, epoch: float, speed: float) -> int:
    """Be the process that is killed."""
    with Bridge(read_settings(path), clock=fast_clock(epoch, speed)) as bridge:
        _ready(path.parent, role).touch()
        if role == "serve":
            import uvicorn

            from gp_cin7_bridge.app.web import app

            port = int((bridge.settings.webhooks.url or "").rpartition(":")[2].partition("/")[0])
            uvicorn.run(app(bridge), port=port, log_level="critical", ws="none")
        else:
            stop = FastStop(speed)
            signal.signal(signal.SIGTERM, lambda *_: stop.stop.set())
            Runner(bridge, stop).run()
    return 0


def _ready(folder: Path, role: str) -> Path:
    return folder / f"{role}.ready"


@define
class Process:
    """A worker that is killed some seconds after it began to work, and started again."""

    command: list[str]
    dice: random.Random
    log: Path
    ready: Path
    dies_at: float | None = None
    kills: int = 0
    running: subprocess.Popen[bytes] | None = None

    def live(self) -> None:
        """Start it when it is not there, and kill it when its time has come."""
        if self.running is None or self.running.poll() is not None:
            self.ready.unlink(missing_ok=True)
            self.dies_at = None
            with self.log.open("ab") as log:
                self.running = subprocess.Popen(self.command, stderr=log)  # noqa: S603 — our own words
        elif self.dies_at is None:
            if self.ready.exists():
                self.dies_at = time.monotonic() + self.dice.uniform(*LIFE)
        elif time.monotonic() >= self.dies_at:
            self.running.kill()
            self.running.wait()
            self.kills += 1

    def end(self) -> None:
        """Let it finish what it does."""
        if self.running is not None:
            self.running.terminate()
            self.running.wait(60)


@define
class People:
    """What happens in both systems; `expected` are the documents that GP must hold in the end."""

    simulators: Simulators
    dice: random.Random
    expected: list[str] = field(factory=list)
    vendors: list[str] = field(factory=lambda: ["ACME", "BETA"])
    bills: int = 1000

    def act(self) -> None:
        """Do one thing."""
        self.dice.choices((self._bill, self._credit, self._note, self._vendor, self._item), (10, 2, 5, 1, 1))[0]()

    def _bill(self) -> None:
        self.bills += 1
        vendor = self.dice.choice(self.vendors)
        add_purchase(self.simulators.cin7, self.bills, supplier=f"{vendor} Ltd", Status="DRAFT")
        self.simulators.cin7.people.authorise_invoice(f"PO-{self.bills}")
        self.expected.append(f"INV-{self.bills}")

    def _credit(self) -> None:
        number, order = f"CN-{self.bills}", f"PO-{self.bills}"
        if f"INV-{self.bills}" not in self.expected or number in self.expected:
            return
        line = {
            "SKU": "A-1",
            "Quantity": 1,
            "Price": 5,
            "Tax": 0,
            "TaxRule": "Tax exempt",
            "Account": "1300",
            "Total": 5,
        }
        facts = {"CreditNoteNumber": number, "CreditNoteDate": "2026-03-03T00:00:00", "Lines": [line]}
        self.simulators.cin7.people.credit(order, **facts, TotalBeforeTax=5, Tax=0, Total=5)
        self.expected.append(number)

    def _note(self) -> None:
        if self.bills > 1000:
            order = f"PO-{self.dice.randint(1001, self.bills)}"
            self.simulators.cin7.people.edit_purchase(order, Note=f"note {self.dice.random()}")

    def _vendor(self) -> None:
        vendor = f"V{len(self.vendors)}"
        self.simulators.gp.add_vendor(vendor, f"{vendor} Ltd")
        self.vendors.append(vendor)

    def _item(self) -> None:
        item = f"I-{self.dice.getrandbits(40)}"
        self.simulators.gp.add_item(item, f"Item {item}", unit_schedule_id="EACH")


@define
class Soak:
    """One soak in one folder."""

    simulators: Simulators
    dice: random.Random
    epoch: float
    speed: float

    def run(self, seconds: float) -> int:
        """Let it go on for so long, then judge; gives the exit code."""
        people = People(self.simulators, self.dice, ["INV-1", "INV-2", "INV-3"])
        processes = [self._process(role) for role in ("serve", "run")]
        began = told = time.monotonic()
        while time.monotonic() - began < seconds:
            for process in processes:
                process.live()
            people.act()
            self._fault()
            self._pass(PAUSE)
            if time.monotonic() - told >= TOLD_EVERY:
                told = time.monotonic()
                self._say(people, processes, told - began)
        self._forgive()
        ends = time.monotonic() + CATCH_UP
        while Counter(self.in_gp()) != Counter(people.expected) and time.monotonic() < ends:
            for process in processes:
                process.dies_at = ends
                process.live()
            self._pass(PAUSE)
        for process in processes:
            process.end()
        self._say(people, processes, time.monotonic() - began)
        return self._judged(people.expected)

    def in_gp(self) -> list[str]:
        """Give the documents that GP holds."""
        return [row["DOCNUMBR"].strip() for row in self.simulators.gp.sql("SELECT DOCNUMBR FROM PM10000")]

    def _process(self, role: str) -> Process:
        command = [sys.executable, __file__, "--work", role, "--settings", str(self.simulators.settings)]
        command += ["--epoch", str(self.epoch), "--speed", str(self.speed)]
        return Process(command, self.dice, self.simulators.folder / f"{role}.log", _ready(self.simulators.folder, role))

    def _fault(self) -> None:
        kind, facts = self.dice.choice(FAULTS)
        target = self.dice.choice((self.simulators.gp, self.simulators.cin7))
        if self.dice.random() < 1 / 4:
            target.fail_next(kind, times=self.dice.randint(1, 2), **facts)  # type: ignore[arg-type]  # one of FAULTS

    def _forgive(self) -> None:
        for each in (self.simulators.gp, self.simulators.cin7):
            while each.faults.take("any call") is not None:
                pass

    def _pass(self, seconds: float) -> None:
        """Let time pass; the clock of Cin7 Core keeps up, and its deliveries are made."""
        time.sleep(seconds)
        behind = fast_clock(self.epoch, self.speed)().timestamp() - self.simulators.cin7.clock.timestamp()
        self.simulators.cin7.advance(max(behind, 0))

    def _say(self, people: People, processes: list[Process], seconds: float) -> None:
        kills = sum(process.kills for process in processes)
        there, wanted = len(self.in_gp()), len(people.expected)
        _print(f"{seconds:6.0f} s: {wanted} documents, {there} in GP, {len(people.vendors)} vendors, {kills} kills")

    def _judged(self, expected: list[str]) -> int:
        with Bridge(read_settings(self.simulators.settings), clock=fast_clock(self.epoch, self.speed)) as bridge:
            for flow in ("vendors", "items", "bills"):
                sync(bridge, flow)
            found = reconcile(bridge)
            held, runs = bridge.state.held(), Counter(run.status for run in bridge.state.runs(1_000_000))
            uncertain = bridge.state.ledger.uncertain(before=bridge.clock())
            broken = bridge.state.audit_broken_at()
        there, wanted = Counter(self.in_gp()), Counter(expected)
        _print(f"runs: {dict(runs)}; missing: {dict(wanted - there)}; twice or foreign: {dict(there - wanted)}")
        _print(f"held: {[each.document for each in held]}; unknown: {len(uncertain)}; audit broken at: {broken}")
        _print(f"both systems agree: {found.agrees}")
        for finding in found.findings:
            _print(f"  {shown(finding)}")
        clean = there == wanted and found.agrees and not held and not uncertain and broken is None
        return 0 if clean else 1


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=60, help="how long the traffic goes on")
    parser.add_argument("--seed", type=int, default=1, help="of people, faults and kills")
    parser.add_argument("--speed", type=float, default=20, help="how much faster than ours time runs")
    parser.add_argument("--work", choices=("run", "serve"), help=argparse.SUPPRESS)
    parser.add_argument("--settings", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--epoch", type=float, default=time.time(), help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.work:
        return work(wanted.work, wanted.settings, wanted.epoch, wanted.speed)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        Simulators(Path(folder) / "site", Small(), calls=1_000_000, per=60) as simulators,
    ):
        (simulators.folder / "secrets" / "webhook_token").write_text(TOKEN, "utf-8")
        with simulators.settings.open("a", encoding="utf-8") as file:
            file.write(SETTINGS.format(port=port))
        _print(f"seed {wanted.seed}, {wanted.minutes:g} minutes, time {wanted.speed:g} times as fast")
        dice = random.Random(wanted.seed)  # noqa: S311 — repeatable, guards nothing
        soak = Soak(simulators, dice, wanted.epoch, wanted.speed)
        code = soak.run(wanted.minutes * 60)
        if code:
            for log in simulators.folder.glob("*.log"):
                _print(f"--- end of {log.name}\n{log.read_text('utf-8')[-4000:]}")
        return code


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
