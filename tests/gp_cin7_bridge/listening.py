"""Both simulators in one simulated time, and the bridge's app on a real port, where Cin7 Core delivers."""

from __future__ import annotations

import datetime as dt
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

import uvicorn
from attrs import define, field
from small import add_purchase
from starlette.types import ASGIApp

from gp_cin7_bridge.app.schedule import Runner
from gp_cin7_bridge.app.web import app
from gp_cin7_bridge.sandbox import Sandbox

TOKEN = "a-token-of-the-tests-0123456789"
START = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)


@contextmanager
def served(made: ASGIApp, port: int) -> Iterator[str]:
    """Serve an app on a loopback port, 0 for a free one; gives its address."""
    listener = socket.create_server(("127.0.0.1", port))
    server = uvicorn.Server(uvicorn.Config(made, lifespan="off", ws="none", log_level="critical"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        while not server.started:
            time.sleep(0.005)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


@define
class Site:
    """A sandbox whose deliveries come to `port` while `open` is entered."""

    sandbox: Sandbox
    port: int
    ends: dt.datetime = field(default=START)
    step: float = 5

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/webhooks/sandbox"

    def open(self) -> AbstractContextManager[str]:
        return served(app(self.sandbox.bridge), self.port)

    def bill(self, number: int) -> None:
        """Let a person authorise an invoice that was a draft."""
        add_purchase(self.sandbox.cin7, number, Status="DRAFT")
        self.sandbox.cin7.people.authorise_invoice(f"PO-{number}")

    def vouchers(self) -> list[str]:
        rows = self.sandbox.gp.sql("SELECT DOCNUMBR FROM PM10000 ORDER BY DOCNUMBR")
        return [row["DOCNUMBR"] for row in rows]

    def run(self, *, step: float = 5, **passed: float) -> None:
        """Let `gp-cin7 run` work for a while; `step` seconds at least pass at once."""
        self.step = step
        self.ends = self.sandbox.bridge.clock() + dt.timedelta(**passed)
        Runner(self.sandbox.bridge, self).run()

    def run_once(self) -> bool:
        """Let `gp-cin7 run --once` work."""
        self.ends = self.sandbox.bridge.clock() + dt.timedelta(days=1)
        return Runner(self.sandbox.bridge, self).run_once()

    def is_set(self) -> bool:
        return self.sandbox.bridge.clock() >= self.ends

    def wait(self, timeout: float | None = None) -> bool:
        self.sandbox.advance(seconds=max(timeout or 0, self.step))
        return self.is_set()

    def runs(self) -> list[str]:
        return [run.flow for run in reversed(self.sandbox.bridge.state.runs(1000))]
