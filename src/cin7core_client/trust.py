"""Which certificates are trusted."""

from __future__ import annotations

import ssl
from functools import cache

import httpx


@cache
def trusted() -> ssl.SSLContext:
    """Give the one context of all clients: reading the certificates takes longer than a call."""
    return httpx.create_ssl_context(trust_env=False)
