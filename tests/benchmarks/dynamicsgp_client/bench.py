"""What the client costs beside the libraries that it stands on; every ratio is measured side by side in one run.

    .venv/bin/python tests/benchmarks/dynamicsgp_client/bench.py

Each row is one of docs/benchmarks.md. CPU times are of this process alone, the simulator runs in another.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from functools import partial
from itertools import islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import measure
import requests
import zeep
import zeep.transports
from attrs import evolve
from measure import judged, row
from pydantic import TypeAdapter
from requests_ntlm import HttpNtlmAuth

from dynamicsgp_client import BasicAuth, DynamicsGP, NTLMAuth, Vendor
from dynamicsgp_client.contract import load, wsdl
from dynamicsgp_client.contract.description import NAMESPACES, Choice, Contract, Member
from dynamicsgp_client.contract.wsdl import written
from dynamicsgp_client.testing import FakeGP

ROUNDS, CALLS = 15, 40
compare = partial(measure.compare, rounds=ROUNDS)
USER, PASSWORD, COMPANY = "GP\\gpuser", "gp-sandbox", "Fabrikam, Inc."
SOAP_PATH = "/DynamicsGPWebServices/DynamicsGPService.asmx"
BINDING = "{http://schemas.microsoft.com/dynamics/gp/2006/01}LegacyDynamicsGP"
VENDOR = "SERVICES001"
OPERATIONS = 367


def times(call: Callable[[], object]) -> Callable[[], None]:
    def run() -> None:
        for _ in range(CALLS):
            call()

    return run


@contextmanager
def simulator() -> Iterator[str]:
    command = [sys.executable, "-m", "dynamicsgp_client.testing", "--persist", "connection"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield process.stdout.readline().split()[1].removesuffix("/GPService")
        finally:
            process.terminate()


def bare_session() -> requests.Session:
    session = requests.Session()
    session.auth = HttpNtlmAuth(USER, PASSWORD)
    return session


def calls(root: str) -> None:
    sba, soap = f"{root}/GPService", f"{root}{SOAP_PATH}"
    session = bare_session()
    url = f"{sba}/Tenants(DefaultTenant)/Companies(Fabrikam%2C%20Inc.)/Purchasing/Vendors({VENDOR})"
    transport = zeep.transports.Transport(session=session)
    bare = zeep.Client(io.BytesIO(wsdl(soap)), transport=transport).create_service(BINDING, soap)
    with (
        DynamicsGP(sba, company=COMPANY, auth=NTLMAuth(USER, PASSWORD)) as gp,
        DynamicsGP(soap_url=soap, company=COMPANY, auth=NTLMAuth(USER, PASSWORD)) as gp_soap,
    ):
        company = zeep.Client(io.BytesIO(wsdl(soap))).get_type(f"{{{NAMESPACES['dyn']}}}CompanyKey")
        identity = company(Id=next(iter(gp_soap.companies.list())).company_id)
        context = {"OrganizationKey": identity, "CurrencyType": "Transactional"}
        key = {"Id": VENDOR}

        def rest() -> object:
            answer = session.get(url, timeout=60)
            answer.raise_for_status()
            return json.loads(answer.content, parse_float=Decimal)

        def envelope() -> object:
            return bare.GetVendorByKey(key=key, context=context)

        raw = times(lambda: gp.request("GET", "Purchasing", "Vendors", key=(VENDOR,)))
        compare("SBA, raw call / requests + requests-ntlm + json", raw, times(rest), target=1.15)
        compare("SBA, typed call / the same", times(lambda: gp.vendors.get(VENDOR)), times(rest))
        raw = times(lambda: gp_soap.call("GetVendorByKey", key=key))
        compare("SOAP, raw call / zeep", raw, times(envelope), target=1.15)
        compare("SOAP, typed call / zeep", times(lambda: gp_soap.vendors.get(VENDOR)), times(envelope))


def start_up() -> None:
    bundled = wsdl("http://127.0.0.1/")
    whole = generated()
    few, many = (text.count(b"soapAction") for text in (bundled, whole))
    compare(
        f"start-up, the bundled WSDL of {few} operations / a generated one of {many}",
        lambda: zeep.Client(io.BytesIO(bundled)),
        lambda: zeep.Client(io.BytesIO(whole)),
    )


def generated() -> bytes:
    """Repeat the bundled contract under other names until it has as many operations as Microsoft's."""
    contract = load()
    operations, types = dict(contract.operations), dict(contract.types)
    copied = {name for name, type_ in types.items() if ":" not in name and type_.kind in ("type", "abstract")}
    for number in range(2, 2 + -(-OPERATIONS // len(contract.operations))):
        for name in copied:
            type_ = contract.types[name]
            types[f"{name}{number}"] = evolve(
                type_,
                name=f"{name}{number}",
                base=f"{type_.base}{number}" if type_.base in copied else type_.base,
                members=tuple(renamed(each, copied, number) for each in type_.members),
            )
        for name, operation in list(contract.operations.items())[: OPERATIONS - len(operations)]:
            operations[f"{name}{number}"] = evolve(
                operation,
                name=f"{name}{number}",
                parameters=tuple(member(each, copied, number) for each in operation.parameters),
                result=operation.result and member(operation.result, copied, number),
            )
    return written(Contract(operations, types), "http://127.0.0.1/")


def renamed(part: Member | Choice, copied: set[str], number: int) -> Member | Choice:
    if isinstance(part, Choice):
        return Choice(tuple(member(each, copied, number) for each in part.members))
    return member(part, copied, number)


def member(part: Member, copied: set[str], number: int) -> Member:
    return evolve(part, type=f"{part.type}{number}") if part.type in copied else part


def parsing() -> None:
    company = FakeGP()
    url = "http://127.0.0.1/GPService"
    with DynamicsGP(url, company=COMPANY, auth=BasicAuth("u", "p"), transport=company.adapter()) as gp:
        rows = gp.request("GET", "Purchasing", "Vendors")
    assert isinstance(rows, list)
    padded = [
        {name: f"{text:<30}" if isinstance(text, str) and "Date" not in name else text for name, text in row.items()}
        for row in rows
    ]
    models = TypeAdapter(list[Vendor])
    for told, page in (("as the simulator gives them", rows), ("padded, as GP stores them", padded)):
        text = json.dumps(page * 20)
        parse = partial(json.loads, text, parse_float=Decimal)
        compare(
            f"parsing {20 * len(rows)} vendors {told} / `json.loads(parse_float=Decimal)`",
            lambda parse=parse: models.validate_python(parse()),
            parse,
            target=3,
        )
    company.close()


def memory() -> None:
    company = FakeGP(seed="empty")
    with company.loading() as db:
        db.executemany(
            "INSERT INTO PM00200 (VENDORID, VENDNAME, MODIFDT) VALUES (?, ?, '2026-01-02 00:00:00')",
            ((f"V{number:06}", f"Vendor {number}") for number in range(100_000)),
        )
    with DynamicsGP(
        "http://127.0.0.1/GPService", company=COMPANY, auth=BasicAuth("u", "p"), transport=company.adapter()
    ) as gp:
        listing = iter(gp.vendors.list())
        next(listing)
        tracemalloc.start()
        peaks = []
        for _ in range(2):
            tracemalloc.reset_peak()
            count = sum(1 for _ in islice(listing, 50_000))
            peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    company.close()
    assert count == 49_999
    ratio, sizes = peaks[1] / peaks[0], " / ".join(f"{peak / 1e6:.1f} MB" for peak in reversed(peaks))
    told = judged("flat, at most 1.25", ratio <= 1.25)
    row("listing 100,000 vendors, peak memory of the second half / the first", f"{ratio:.2f} ({sizes})", told)


if __name__ == "__main__":
    with simulator() as root:
        calls(root)
    start_up()
    parsing()
    memory()
