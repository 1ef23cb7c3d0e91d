"""A process that `soak.py` kills: what `gp-cin7 run` and `gp-cin7 serve` do, by a faster clock."""

from __future__ import annotations

import datetime as dt
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import uvicorn
from attrs import define, field, frozen

from cin7core_client import Cin7Error
from dynamicsgp_client import GPError
from gp_cin7_bridge import Bridge, read_settings
from gp_cin7_bridge.app.schedule import Runner
from gp_cin7_bridge.app.web import app
from gp_cin7_bridge.errors import BridgeError

FORMAT: Final = "%(asctime)s %(levelname)s %(message)s"

logger = logging.getLogger("gp_cin7_bridge.soak")


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


@frozen
class Worker:
    """What a process does, and where it says so.

    Attributes:
        role: "run" or "serve".
        settings: the bridge.toml.
        epoch, speed: of its clock.
    """

    role: str
    settings: Path
    epoch: float
    speed: float

    @property
    def log(self) -> Path:
        """What it writes."""
        return self.settings.with_name(f"{self.role}.log")

    @property
    def ready(self) -> Path:
        """The file by which it says that it works."""
        return self.settings.with_name(f"{self.role}.ready")

    def work(self) -> None:
        """Work until stopped; ends the process with 1 when the bridge cannot go on."""
        self._write_to_log()
        logger.info("pid %d starts", os.getpid())
        try:
            with Bridge(read_settings(self.settings), clock=fast_clock(self.epoch, self.speed)) as bridge:
                self.ready.touch()
                logger.info("pid %d works", os.getpid())
                (self._serve if self.role == "serve" else self._run)(bridge)
        except (BridgeError, GPError, Cin7Error) as error:
            sys.stderr.write(f"gp-cin7: {error}\n")
            sys.exit(1)

    def _write_to_log(self) -> None:
        file = os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(file, sys.stderr.fileno())
        logging.basicConfig(format=FORMAT)
        logging.getLogger("gp_cin7_bridge").setLevel(logging.INFO)

    def _serve(self, bridge: Bridge) -> None:
        port = int((bridge.settings.webhooks.url or "").rpartition(":")[2].partition("/")[0])
        uvicorn.run(app(bridge), port=port, log_config=None, access_log=False, ws="none")

    def _run(self, bridge: Bridge) -> None:
        stop = FastStop(self.speed)
        signal.signal(signal.SIGTERM, lambda *_: stop.stop.set())
        Runner(bridge, stop).run()
