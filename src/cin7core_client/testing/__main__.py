"""Run a simulated Cin7 Core account on a loopback port: `python -m cin7core_client.testing --help`."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from pathlib import Path

from cin7core_client.testing.account import DEFAULT_ACCOUNT_ID, DEFAULT_APPLICATION_KEY, FakeCin7
from cin7core_client.testing.server import served


def parser() -> argparse.ArgumentParser:
    """Describe the switches."""
    describe = argparse.ArgumentParser(
        prog="python -m cin7core_client.testing",
        description="A simulated Cin7 Core account: records in SQLite, the API v2 on 127.0.0.1."
        " Prints `ready URL` when it answers; SIGTERM or Ctrl-C ends it. POST /_sim plans faults and lets people act.",
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
    add("--calls", type=int, default=60, help="calls that a key may make …")
    add("--per", type=float, default=60, help="… in so many seconds (60 in 60, as the real service)")
    add(
        "--limit-style",
        choices=("429_text", "503_json", "400_json"),
        default="429_text",
        help="how a refusal for the rate looks; all three were seen (429_text)",
    )
    add("--seed", choices=("demo", "empty"), default="demo", help="what a new database holds (demo)")
    return describe


def main() -> int:
    """Serve until told to stop."""
    wanted = parser().parse_args()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    account = FakeCin7(
        path=wanted.db,
        account_id=wanted.account_id,
        application_key=wanted.application_key,
        calls=wanted.calls,
        per=wanted.per,
        style=wanted.limit_style,
        seed=wanted.seed,
    )
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
