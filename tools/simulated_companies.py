"""Many simulated companies in one process: a GP and a Cin7 Core each, in memory, on loopback ports of their own."""

from __future__ import annotations

import selectors
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.managers import BaseManager
from pathlib import Path
from typing import Final, cast

from attrs import frozen

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "gp_cin7_bridge"))

from small import Small, add_purchase

from cin7core_client.testing import FakeCin7
from cin7core_client.testing.server import Cin7Server
from dynamicsgp_client.testing import FakeGP, make_server
from dynamicsgp_client.testing.server import DEFAULT_PASSWORD, DEFAULT_USER, GPServer
from gp_cin7_bridge.sandbox.simulators import TEMPLATE

KEY: Final = "key-of-a-simulated-account"
SCHEDULE: Final = '\n[schedule]\nvendors = "1d"\nitems = "1d"\nbills = "30s"\n'


@frozen
class Wanted:
    """Two vendors, two items and so many bills a company, and so many calls to Cin7 Core in so many seconds."""

    companies: int
    bills: int
    calls: int
    per: float


@frozen
class Seen:
    """What the simulators of a company saw.

    Attributes:
        calls: when each call to Cin7 Core arrived, in epoch seconds.
        refused: how many of them were over the limit.
        gp_calls: how many calls reached GP.
        vouchers: the vendor's number on each voucher in GP.
    """

    calls: Sequence[float]
    refused: int
    gp_calls: int
    vouchers: Sequence[str]


class Companies:
    """The simulators, served while their process lives; each company's bridge.toml lies in a folder of its own."""

    def __init__(self, folder: Path, wanted: Wanted, state: str) -> None:
        self._servers = [_servers(number, wanted) for number in range(wanted.companies)]
        for number, (gp, cin7) in enumerate(self._servers):
            _write(folder / f"company-{number}", wanted, gp, cin7, state)
        threading.Thread(target=self._serve, daemon=True).start()
        self._made_in = time.process_time()

    def _serve(self) -> None:
        # A thread for each server, as `served` has, would wake up twenty times a second.
        with selectors.DefaultSelector() as waiting:
            for server in (each for pair in self._servers for each in pair):
                waiting.register(server, selectors.EVENT_READ, server)
            while True:
                for key, _ in waiting.select():
                    key.data.handle_request()

    def vouchers(self) -> list[int]:
        """Count the vouchers of each company."""
        return [len(_vouchers(gp.gp)) for gp, _ in self._servers]

    def seen(self) -> list[Seen]:
        """Tell what each company's simulators saw."""
        return [
            Seen(
                calls=sorted(call.at for call in cin7.account.requests),
                refused=sum(call.status == 429 for call in cin7.account.requests),
                gp_calls=sum(call.status != 401 for call in gp.gp.requests),
                vouchers=_vouchers(gp.gp),
            )
            for gp, cin7 in self._servers
        ]

    def processor_seconds(self) -> float:
        """Tell what serving cost."""
        return time.process_time() - self._made_in


@contextmanager
def simulated(folder: Path, wanted: Wanted, state: str) -> Iterator[Companies]:
    """Serve companies from another process.

    Args:
        folder: gets a folder for each company.
        wanted: how many, and what each has.
        state: the URL of the state they share.
    """
    with _Process(ctx=get_context("spawn")) as process:
        yield process.companies(folder, wanted, state)


class _Process(BaseManager):
    def companies(self, folder: Path, wanted: Wanted, state: str) -> Companies:
        return cast("Companies", self._made(folder, wanted, state))  # type: ignore[attr-defined]  # registered below


_Process.register("_made", Companies)


def _servers(number: int, wanted: Wanted) -> tuple[GPServer, Cin7Server]:
    gp = FakeGP(seed="empty")
    cin7 = FakeCin7(application_key=KEY, calls=wanted.calls, per=wanted.per, seed="empty")
    cin7.account_id = f"{number:08d}-0000-4000-8000-000000000000"
    with gp.loading(), cin7.loading():
        Small().load(gp, cin7)
        for invoice in range(4, wanted.bills + 1):
            add_purchase(cin7, invoice)
    return make_server(gp), Cin7Server(cin7)


def _write(folder: Path, wanted: Wanted, gp: GPServer, cin7: Cin7Server, state: str) -> None:
    secrets = folder / "secrets"
    secrets.mkdir(parents=True)
    (secrets / "gp_password").write_text(DEFAULT_PASSWORD, "utf-8")
    (secrets / "cin7_application_key").write_text(KEY, "utf-8")
    text = TEMPLATE.format(
        name=folder.name,
        gp_url=gp.url,
        company=gp.gp.company,
        user=DEFAULT_USER,
        cin7_url=cin7.url,
        account_id=cin7.account.account_id,
        calls=wanted.calls,
        per=wanted.per,
        settings=Small.settings + SCHEDULE,
    )
    text = text.replace("sqlite:///state.sqlite", state).replace("[cin7]\n", '[cin7]\nlimiter = "shared"\n')
    (folder / "bridge.toml").write_text(text, "utf-8")


def _vouchers(gp: FakeGP) -> list[str]:
    return [str(row["DOCNUMBR"]) for row in gp.sql("SELECT DOCNUMBR FROM PM10000")]
