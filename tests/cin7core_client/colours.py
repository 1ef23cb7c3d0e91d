"""One call of the client in either colour, so that a test runs in both."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

import httpx

from cin7core_client import ApiKey, AsyncCin7Core, AsyncRateLimit, Cin7Core, RateLimit, Retry
from cin7core_client.testing import FakeCin7

QUICK = Retry(first_wait=0.001, burst_wait=0.001)
KEY = ApiKey("account", "key")

Site = FakeCin7 | httpx.MockTransport


class Colour(Protocol):
    """Run a call of the client in one colour: `path` names the verb, such as "suppliers.find"."""

    def __call__(self, site: Site, path: str, *arguments: object, retry: Retry = QUICK, **more: object) -> object: ...


def _verb(client: object, path: str) -> Callable[..., object]:
    for name in path.split("."):
        client = getattr(client, name)
    return client  # type: ignore[return-value]  # a bound method


def _reached(site: Site) -> tuple[ApiKey, httpx.BaseTransport]:
    if isinstance(site, FakeCin7):
        return ApiKey(site.account_id, site.application_key), site.transport()
    return KEY, site


def in_sync(site: Site, path: str, *arguments: object, retry: Retry = QUICK, **more: object) -> object:
    key, transport = _reached(site)
    with Cin7Core(key, transport=transport, limiter=RateLimit(6000, 60, gap=0), retry=retry) as client:
        found = _verb(client, path)(*arguments, **more)
        return found.to_list() if hasattr(found, "to_list") else found


def in_async(site: Site, path: str, *arguments: object, retry: Retry = QUICK, **more: object) -> object:
    key, transport = _reached(site)

    async def call() -> object:
        limiter = AsyncRateLimit(6000, 60, gap=0)
        async with AsyncCin7Core(key, transport=transport, limiter=limiter, retry=retry) as client:  # type: ignore[arg-type]  # both kinds at once
            found = _verb(client, path)(*arguments, **more)
            return await (found.to_list() if hasattr(found, "to_list") else found)  # type: ignore[misc]  # either colour's answer

    return asyncio.run(call())


def answering(*replies: tuple[int, object] | httpx.Response) -> httpx.MockTransport:
    """Give a service that answers these, one after the other, and the last one again and again."""
    left = list(replies)

    def answer(_: httpx.Request) -> httpx.Response:
        reply = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(reply, httpx.Response):
            return httpx.Response(reply.status_code, headers=reply.headers, content=reply.content)
        status, body = reply
        return httpx.Response(status, content=body) if isinstance(body, bytes) else httpx.Response(status, json=body)

    return httpx.MockTransport(answer)
