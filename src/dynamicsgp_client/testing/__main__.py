"""Run a simulated GP company on a loopback port: `python -m dynamicsgp_client.testing --help`."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from pathlib import Path

from dynamicsgp_client.testing.certificates import Certificate
from dynamicsgp_client.testing.company import DEFAULT_COMPANY, FakeGP
from dynamicsgp_client.testing.server import DEFAULT_PASSWORD, DEFAULT_USER, make_server, served


def parser() -> argparse.ArgumentParser:
    """Describe the switches."""
    describe = argparse.ArgumentParser(
        prog="python -m dynamicsgp_client.testing",
        description="A simulated Dynamics GP company: GP's tables in SQLite, its REST service (SBA) on 127.0.0.1."
        " Prints `ready URL` when it answers; SIGTERM or Ctrl-C ends it. POST /_sim plans faults and lets people act.",
    )
    add = describe.add_argument
    add("--port", type=int, default=0, help="port on 127.0.0.1; 0 picks one (default)")
    add("--db", type=Path, default=None, help="SQLite file with GP's tables; without it everything is in memory")
    add("--auth", choices=("none", "ntlm", "negotiate", "basic"), default="ntlm", help="how callers sign in (ntlm)")
    add(
        "--persist",
        choices=("request", "connection"),
        default="request",
        help="whether each request signs in again, as WCF does by default, or the connection stays signed in (request)",
    )
    add("--user", default=DEFAULT_USER, help=f"the Windows account ({DEFAULT_USER})")
    add(
        "--password",
        default=os.environ.get("DYNAMICSGP_PASSWORD", DEFAULT_PASSWORD),
        help=f"its password; default: $DYNAMICSGP_PASSWORD, else {DEFAULT_PASSWORD}",
    )
    add("--company", default=DEFAULT_COMPANY, help=f"the company's display name ({DEFAULT_COMPANY})")
    add("--seed", choices=("demo", "empty"), default="demo", help="what a new database holds (demo)")
    add(
        "--override-vouchers",
        choices=("on", "off"),
        default=None,
        help="whether GP keeps a voucher number that it is given, or gives its own; default: as the database says (on)",
    )
    add("--latency", type=float, default=0, help="seconds of every answer (0)")
    add(
        "--cold-start",
        type=float,
        default=0,
        help="seconds more of the first answer, and after a pause (0)",
    )
    add("--tls", action="store_true", help="serve TLS with a self-signed certificate, written beside --db as tls.pem")
    return describe


def main() -> int:
    """Serve until told to stop."""
    wanted = parser().parse_args()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    certificate = Certificate.make() if wanted.tls else None
    override = None if wanted.override_vouchers is None else wanted.override_vouchers == "on"
    gp = FakeGP(
        wanted.company,
        path=wanted.db,
        seed=wanted.seed,
        override_vouchers=override,
        latency=wanted.latency,
        cold_start=wanted.cold_start,
    )
    try:
        server = make_server(
            gp,
            port=wanted.port,
            auth=wanted.auth,
            persist=wanted.persist,
            user=wanted.user,
            password=wanted.password,
            certificate=certificate,
        )
    except OSError as error:
        gp.close()
        sys.stderr.write(f"port {wanted.port} of 127.0.0.1 cannot be used: {error.strerror}; choose another --port\n")
        return 1
    if certificate:
        place = (wanted.db.parent if wanted.db else Path()) / "tls.pem"
        place.write_bytes(certificate.pem)
        sys.stderr.write(f"trust {place}\n")
    with served(server):
        sys.stdout.write(f"ready {server.url}\n")
        sys.stdout.flush()
        stop.wait()
    gp.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
