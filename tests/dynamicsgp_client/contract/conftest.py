"""One client for each way to reach GP: two doors, each in this process, over a socket, and from a cassette.

`pytest tests/dynamicsgp_client/contract --record` writes the cassettes anew from the served simulator.
`pytest tests/dynamicsgp_client/contract --live` reads a real site named by DYNAMICSGP_*; it writes nothing there.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
import vcr
from vcr.request import Request

from dynamicsgp_client import BasicAuth, DynamicsGP, NTLMAuth, Retry
from dynamicsgp_client.testing import FakeGP, make_server, served

CASSETTES = Path(__file__).parent / "cassettes"
PASSWORD = "correct horse"
HOST = "gp.test"
NOON = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
SOAP_PATH = "/DynamicsGPWebServices/DynamicsGPService.asmx"
WAYS = [f"{door}-{way}" for door in ("sba", "soap") for way in ("in_process", "served", "cassette")]


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def door(way: str) -> str:
    return way.partition("-")[0]


@pytest.fixture
def site(way: str, request: pytest.FixtureRequest) -> Iterator[DynamicsGP]:
    """A client of the demonstration company."""
    door, _, how = way.partition("-")
    if how == "cassette":
        name = f"{door}/{request.node.originalname}.yaml"
        yield from from_cassette(CASSETTES / name, door, record=request.config.getoption("--record"))
        return
    company = simulated()
    if how == "in_process":
        with client("http://127.0.0.1", door, BasicAuth("tester", "none"), transport=company.adapter()) as gp:
            yield gp
    else:
        with (
            served(make_server(company, password=PASSWORD)) as server,
            client(server.root, door, NTLMAuth("GP\\gpuser", PASSWORD, send_cbt=False)) as gp,
        ):
            yield gp
    company.close()


def simulated() -> FakeGP:
    company = FakeGP(clock=lambda: NOON)
    company.random = random.Random(7)
    company.insert(
        "IV00103", ITEMNMBR="GLUE-LOT", VENDORID="SERVICES001", VNDITNUM="GL-9", Last_Originating_Cost="12.5"
    )
    company.insert("IV40700", LOCNCODE="MAIN", LOCNDSCR="Main site", CITY="Port Ellery")
    company.insert("TX00101", TAXSCHID="PURCHASES", TXSCHDSC="Taxes on purchases")
    return company


def client(root: str, door: str, auth: BasicAuth | NTLMAuth, **switches: object) -> DynamicsGP:
    urls = {"sba_url": f"{root}/GPService"} if door == "sba" else {"soap_url": f"{root}{SOAP_PATH}"}
    return DynamicsGP(
        **urls,  # type: ignore[arg-type]  # one of two names
        company="Fabrikam, Inc.",
        auth=auth,
        retry=Retry(sleep=lambda _: None),
        **switches,  # type: ignore[arg-type]  # as given
    )


def from_cassette(path: Path, door: str, *, record: bool) -> Iterator[DynamicsGP]:
    tape = vcr.VCR(
        record_mode="all" if record else "none",
        match_on=["method", "uri", "body"],
        filter_headers=["Authorization"],
        before_record_request=elsewhere,
        before_record_response=no_handshake,
        decode_compressed_response=True,
    )
    if not record:
        auth = NTLMAuth("GP\\gpuser", PASSWORD, send_cbt=False)
        with tape.use_cassette(str(path)), client(f"http://{HOST}", door, auth) as gp:
            yield gp
        return
    path.unlink(missing_ok=True)
    company = simulated()
    with (
        served(make_server(company, password=PASSWORD)) as server,
        tape.use_cassette(str(path)),
        client(server.root, door, NTLMAuth("GP\\gpuser", PASSWORD, send_cbt=False)) as gp,
    ):
        yield gp
    company.close()


def elsewhere(request: Request) -> Request:
    """Name one host whatever the port was."""
    request.uri = urlunsplit(urlsplit(request.uri)._replace(netloc=HOST))
    request.headers = {name: value for name, value in request.headers.items() if name.lower() != "host"}
    return request


def no_handshake(response: dict[str, object]) -> dict[str, object] | None:
    """Leave the messages of a sign-in out."""
    status = response["status"]
    assert isinstance(status, dict)
    return None if status["code"] == 401 else response
