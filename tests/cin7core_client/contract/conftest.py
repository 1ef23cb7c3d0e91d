"""One account for each way to reach Cin7 Core: in this process, over a socket, and from a cassette; in both colours.

`pytest tests/cin7core_client/contract --record` writes the cassettes anew from the served simulator.
`pytest tests/cin7core_client/contract --live` reads a real account named by CIN7CORE_*; it writes nothing there.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit, urlunsplit

import httpx
import pytest
import vcr
from vcr.request import Request

from cin7core_client import ApiKey, AsyncCin7Core, AsyncRateLimit, Cin7Core, RateLimit, Retry
from cin7core_client.testing import FakeCin7, served

CASSETTES = Path(__file__).parent / "cassettes"
HOST = "cin7.test"
ROOT = f"http://{HOST}/ExternalApi/v2/"
NOON = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
ACCOUNT_ID, APPLICATION_KEY = "7d7c31f2-9c55-4a6b-8f0e-aaaaaaaaaaaa", "f1d2b0a4-1b1c-4f3e-9d3a-bbbbbbbbbbbb"
TOKEN = "a-token-that-nobody-may-see"
QUICK = Retry(first_wait=0.001, burst_wait=0.001)
WAYS = [f"{colour}-{how}" for colour in ("sync", "async") for how in ("in_process", "served", "cassette")]


class Site(Protocol):
    """Run a verb of the client, such as "suppliers.find"; a listing is read to its end."""

    def __call__(self, verb: str, *arguments: object, **more: object) -> object: ...


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def site(way: str, request: pytest.FixtureRequest) -> Iterator[Site]:
    """A client of the demonstration account."""
    colour, _, how = way.partition("-")
    record = bool(request.config.getoption("--record"))
    with ExitStack() as stack:
        if how == "cassette":
            path = CASSETTES / f"{request.node.originalname}.yaml"
            if record:
                path.unlink(missing_ok=True)
            root = stack.enter_context(account_on_a_port()) if record else ROOT
            cassette = stack.enter_context(tape(record=record).use_cassette(str(path)))
            yield stack.enter_context(client(colour, root))
            assert record or cassette.all_played, "fewer calls than were recorded"
        elif how == "served":
            yield stack.enter_context(client(colour, stack.enter_context(account_on_a_port())))
        else:
            account = simulated()
            stack.callback(account.close)
            yield stack.enter_context(client(colour, ROOT, account.transport()))


def simulated() -> FakeCin7:
    account = FakeCin7(
        account_id=ACCOUNT_ID, application_key=APPLICATION_KEY, calls=6000, clock=lambda: NOON, receiver=lambda _: 200
    )
    account.add_product("LID-01", "Lid", Type="Stock")
    account.add_product_supplier("LID-01", "Quayside Supplies", SupplierInventoryCode="Q-LID")
    return account


@contextmanager
def account_on_a_port() -> Iterator[str]:
    account = simulated()
    with served(account) as server:
        yield server.url
    account.close()


@contextmanager
def client(colour: str, root: str, transport: httpx.BaseTransport | None = None) -> Iterator[Site]:
    key = ApiKey(ACCOUNT_ID, APPLICATION_KEY)
    if colour == "sync":
        limiter = RateLimit(6000, 60, gap=0)
        with Cin7Core(key, base_url=root, limiter=limiter, retry=QUICK, transport=transport) as cin7:
            yield lambda verb, *arguments, **more: _read(_verb(cin7, verb)(*arguments, **more))
        return
    with asyncio.Runner() as runner:
        in_time = AsyncRateLimit(6000, 60, gap=0)
        cin7_async = AsyncCin7Core(key, base_url=root, limiter=in_time, retry=QUICK, transport=transport)  # type: ignore[arg-type]  # the simulator's transport is both kinds at once

        async def call(verb: str, *arguments: object, **more: object) -> object:
            return await _read(_verb(cin7_async, verb)(*arguments, **more))  # type: ignore[misc]  # awaitable in this colour

        yield lambda verb, *arguments, **more: runner.run(call(verb, *arguments, **more))
        runner.run(cin7_async.close())


def _verb(client: object, path: str) -> Callable[..., object]:
    for name in path.split("."):
        client = getattr(client, name)
    return client  # type: ignore[return-value]  # a bound method


def _read(found: object) -> object:
    return found.to_list() if hasattr(found, "to_list") else found


def tape(*, record: bool) -> vcr.VCR:
    return vcr.VCR(
        record_mode="all" if record else "none",
        match_on=["method", "uri", "body"],
        filter_headers=["api-auth-accountid", "api-auth-applicationkey", "host", "user-agent"],
        before_record_request=scrubbed,
        before_record_response=without_facts_of_the_day,
    )


def scrubbed(request: Request) -> Request:
    """Name one host whatever the port was, and no secret of a webhook."""
    request.uri = urlunsplit(urlsplit(request.uri)._replace(netloc=HOST))
    if request.body:
        request.body = request.body.replace(TOKEN.encode(), b"***")
    return request


def without_facts_of_the_day(response: dict[str, object]) -> dict[str, object]:
    """Keep what the client reads, and leave out the server's name and hour."""
    headers = response["headers"]
    assert isinstance(headers, dict)
    kept = {name: value for name, value in headers.items() if name.lower() not in ("date", "server")}
    return {**response, "headers": kept}
