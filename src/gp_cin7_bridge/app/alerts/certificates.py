"""When certificates end: those that GP, Cin7 Core and the webhooks' address show, and the CA bundle's."""

from __future__ import annotations

import datetime as dt
import hashlib
import ssl
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from cryptography import x509

from gp_cin7_bridge.bridge import Bridge

PATIENCE: Final = 5.0
EVERY: Final = dt.timedelta(days=1)

Fetch = Callable[[str, int], str]


def _fetched(host: str, port: int) -> str:
    return ssl.get_server_certificate((host, port), timeout=PATIENCE)


def certificates(bridge: Bridge, fetch: Fetch = _fetched) -> dict[str, dt.datetime]:
    """Give when each certificate ends that can be known; servers are asked once a day.

    A server that does not answer is left out: the flow that needs it says so.
    """
    found: dict[str, dt.datetime] = {}
    for url in (bridge.settings.gp.sba_url, bridge.settings.gp.soap_url, bridge.settings.webhooks.url):
        parts = urlsplit(url or "")
        if parts.scheme == "https" and parts.hostname:
            ends = _served(bridge, parts.hostname, parts.port or 443, fetch)
            found |= {parts.hostname: ends} if ends else {}
    bundle = bridge.settings.gp.ca_bundle
    if bundle and bundle.exists():
        ends = min((each.not_valid_after_utc for each in _read(bundle.read_text("ascii", "replace"))), default=None)
        found |= {bundle.name: ends} if ends else {}
    return found


def _served(bridge: Bridge, host: str, port: int, fetch: Fetch) -> dt.datetime | None:
    """Give the end that was seen last; the state keeps it beside the moment of looking."""
    stream = f"certificate.{hashlib.sha256(f'{host}:{port}'.encode()).hexdigest()[:16]}"
    looked, _, ends = (bridge.state.cursor(stream) or "").partition(" ")
    # A clock that was set back since makes the last look one that is still to come.
    if not looked or abs(bridge.clock() - dt.datetime.fromisoformat(looked)) >= EVERY:
        try:
            seen = [f"{each.not_valid_after_utc:%Y-%m-%dT%H:%M:%S+00:00}" for each in _read(fetch(host, port))]
        except OSError:
            seen = []
        ends = next(iter(seen), ends)
        bridge.state.move_cursor(stream, f"{bridge.clock():%Y-%m-%dT%H:%M:%S+00:00} {ends}")
    return dt.datetime.fromisoformat(ends) if ends else None


def _read(pem: str) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(pem.encode())
    except ValueError:
        return []
