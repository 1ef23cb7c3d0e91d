"""Run a simulated Cin7 Core account on a loopback port: `python -m cin7core_client.testing --help`."""

from __future__ import annotations

import argparse
import inspect
import math
import os
import signal
import sqlite3
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import get_args

from attrs import fields

from cin7core_client.testing.account import DEFAULT_ACCOUNT_ID, DEFAULT_APPLICATION_KEY, FakeCin7
from cin7core_client.testing.faults import KINDS
from cin7core_client.testing.people import People
from cin7core_client.testing.server import served
from cin7core_client.testing.switches import Switches
from cin7core_client.testing.throttle import LimitStyle, Window

ACTS = "\n".join(
    f"  {name}{str(inspect.signature(act)).replace('self, ', '').partition(' ->')[0]}"
    for name, act in vars(People).items()
    if not name.startswith("_")
)
SIM = f"""POST /_sim takes {{"do": ..., ...}}:
  fail_next: kind ({", ".join(KINDS)}),
             match (searched in "METHOD /path"), times, status, seconds
  advance: seconds; moves the clock, and attempts the webhook deliveries that fall due on the way
  switch: any of --switch by name, style, window
and what people do, by these names and facts:
{ACTS}"""


def parser() -> argparse.ArgumentParser:
    """Describe the switches."""
    describe = argparse.ArgumentParser(
        prog="python -m cin7core_client.testing",
        description="A simulated Cin7 Core account: records in SQLite, the API v2 on 127.0.0.1."
        " Prints `ready URL` when it answers; SIGTERM or Ctrl-C ends it.",
        epilog=SIM,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = describe.add_argument
    add("--port", type=int, default=0, help="port on 127.0.0.1; 0 picks one (default)")
    add("--db", type=Path, default=None, help="SQLite file; without it everything is in memory")
    add(
        "--account-id",
        default=os.environ.get("CIN7CORE_ACCOUNT_ID", DEFAULT_ACCOUNT_ID),
        help=f"the account id; default: $CIN7CORE_ACCOUNT_ID, else {DEFAULT_ACCOUNT_ID}",
    )
    add(
        "--application-key",
        default=os.environ.get("CIN7CORE_APPLICATION_KEY", DEFAULT_APPLICATION_KEY),
        help=f"the application key; default: $CIN7CORE_APPLICATION_KEY, else {DEFAULT_APPLICATION_KEY}",
    )
    add("--calls", type=_positive(int), default=60, help="calls that a key may make …")
    add("--per", type=_positive(float), default=60, help="… in so many seconds (60 in 60, as the real service)")
    add(
        "--limit-style",
        choices=get_args(LimitStyle),
        default="429_text",
        help="how a refusal for the rate looks; all of them were seen (429_text)",
    )
    add(
        "--limit-window",
        choices=get_args(Window),
        default="sliding",
        help="how calls are counted; which way the service does is unknown (sliding)",
    )
    add("--noise", type=int, nargs="?", const=1, default=None, metavar="SEED", help="be as untidy as real accounts are")
    add(
        "--switch",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="choose another reading of what is unknown: " + ", ".join(field.name for field in fields(Switches)),
    )
    add("--seed", choices=("demo", "empty"), default="demo", help="what a new database holds (demo)")
    return describe


def _positive(kind: type[int] | type[float]) -> Callable[[str], float]:
    def positive(text: str) -> float:
        value = kind(text)
        if not 0 < value < math.inf:
            raise ValueError
        return value

    return positive


def _switch(text: str) -> tuple[str, object]:
    name, _, value = text.partition("=")
    return name, {"true": True, "on": True, "false": False, "off": False}.get(value.lower(), value)


def main() -> int:
    """Serve until told to stop."""
    wanted = parser().parse_args()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        account = FakeCin7(
            path=wanted.db,
            account_id=wanted.account_id,
            application_key=wanted.application_key,
            calls=wanted.calls,
            per=wanted.per,
            style=wanted.limit_style,
            window=wanted.limit_window,
            seed=wanted.seed,
            noise=False if wanted.noise is None else wanted.noise,
        )
        account.switch(**dict(map(_switch, wanted.switch)))
    except sqlite3.Error as error:
        sys.stderr.write(f"{wanted.db}: {error}; name a file of this simulator, or a new one, with --db\n")
        return 1
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    try:
        with served(account, port=wanted.port) as server:
            sys.stdout.write(f"ready {server.url}\n")
            sys.stdout.flush()
            stop.wait()
    except OSError as error:
        sys.stderr.write(f"port {wanted.port} of 127.0.0.1 cannot be used: {error.strerror}; choose another --port\n")
        return 1
    finally:
        account.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
