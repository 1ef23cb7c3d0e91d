"""What the client costs beside the libraries that it stands on; every ratio is measured side by side in one run.

    .venv/bin/python tests/benchmarks/dynamicsgp_client/bench.py

CPU times are of this process alone, the simulator runs in another. Each pair is measured in turns, and the ratio is the
median of the rounds' ratios.
"""

from __future__ import annotations

import io
import json
import statistics
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from itertools import islice

import requests
import zeep
import zeep.transports
from attrs import evolve
from pydantic import TypeAdapter
from requests_ntlm import HttpNtlmAuth

from dynamicsgp_client import BasicAuth, DynamicsGP, NTLMAuth, Vendor
from dynamicsgp_client.contract import load, wsdl
from dynamicsgp_client.contract.description import NAMESPACES, Choice, Contract, Member
from dynamicsgp_client.contract.wsdl import written
from dynamicsgp_client.testing import FakeGP

ROUNDS, CALLS = 15, 40
USER, PASSWORD, COMPANY = "GP\\gpuser", "gp-sandbox", "Fabrikam, Inc."
SOAP_PATH = "/DynamicsGPWebServices/DynamicsGPService.asmx"
BINDING = "{http://schemas.microsoft.com/dynamics/gp/2006/01}LegacyDynamicsGP"
VENDOR = "SERVICES001"
OPERATIONS = 367


def compare(what: str, target: float | None, ours: Callable[[], object], bare: Callable[[], object]) -> None:
    """Print the ratio of two ways in CPU time."""
    ours(), bare()
    pairs = [(spent(ours), spent(bare)) for _ in range(ROUNDS)]
    ratio = statistics.median(one / other for one, other in pairs)
    ours_ms, bare_ms = (1000 * statistics.median(side) for side in zip(*pairs, strict=True))
    told = "" if target is None else f", target at most {target:.2f}: {'met' if ratio <= target else 'MISSED'}"
    print(f"{what}: {ratio:.2f} ({ours_ms:.2f} ms against {bare_ms:.2f} ms{told})", flush=True)


def spent(call: Callable[[], object]) -> float:
    begun = time.process_time()
    call()
    return time.process_time() - begun


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

        print(f"CPU of a call, {ROUNDS} x {CALLS} each, over a signed-in NTLM connection:")
        compare(
            "  SBA, raw call / requests + requests-ntlm + json",
            1.15,
            times(lambda: gp.request("GET", "Purchasing", "Vendors", key=(VENDOR,))),
            times(rest),
        )
        compare("  SBA, typed / the same", None, times(lambda: gp.vendors.get(VENDOR)), times(rest))
        raw = times(lambda: gp_soap.call("GetVendorByKey", key=key))
        compare("  SOAP, raw call / zeep", 1.15, raw, times(envelope))
        compare("  SOAP, typed / zeep", None, times(lambda: gp_soap.vendors.get(VENDOR)), times(envelope))


def start_up() -> None:
    bundled = wsdl("http://127.0.0.1/")
    whole = generated()
    print(f"Start-up, a WSDL of {bundled.count(b'soapAction')} and of {whole.count(b'soapAction')} operations:")
    compare(
        "  bundled / generated",
        None,
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
    print(f"Parsing {20 * len(rows)} vendors into models / json.loads(parse_float=Decimal):")
    for told, page in (("as the simulator gives them", rows), ("padded, as GP stores them", padded)):
        text = json.dumps(page * 20)
        compare(
            f"  {told}",
            3.0,
            lambda text=text: models.validate_python(json.loads(text, parse_float=Decimal)),
            lambda text=text: json.loads(text, parse_float=Decimal),
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
    print(f"Listing 100,000 vendors: peak memory of the second half / the first: {peaks[1] / peaks[0]:.2f}", end="")
    print(f" ({peaks[0] / 1e6:.1f} MB, then {peaks[1] / 1e6:.1f} MB; {50_000 + count + 1} read)")


if __name__ == "__main__":
    with simulator() as root:
        calls(root)
    start_up()
    parsing()
    memory()
