"""How far one gets into each system: name, port, TLS, login, company, role; what follows a failure is not tried."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping, Sequence
from typing import Final
from urllib.parse import urlsplit

import cin7core_client
from cin7core_client import Cin7Error, Me
from dynamicsgp_client import ConfigurationError
from dynamicsgp_client.site.check import Cause
from dynamicsgp_client.site.check import Finding as Tried
from dynamicsgp_client.site.check import check as tried
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.references import SecretUnavailableError
from gp_cin7_bridge.review.check.finding import Finding, Mark

# In the order in which they go wrong.
STEPS: Final = ("name", "port", "TLS", "service", "login", "company", "role")
GP_CURES: Final[Mapping[Cause, tuple[str, str]]] = {
    Cause.DNS: ("name", "Correct {url} in [gp] of bridge.toml, or join the network that knows this name."),
    Cause.PORT: ("port", "Start GP's service, open its port in the firewall, or correct {url} in [gp] of bridge.toml."),
    Cause.TLS: (
        "TLS",
        "Set ca_bundle in [gp] to a PEM file of the authority that signed GP's certificate, and write the host in {url}"
        " as the certificate names it. A service that speaks no TLS at this port begins with http://.",
    ),
    Cause.NO_ANSWER: ("service", "See whether GP's service is busy or stuck, or raise timeout in [gp] of bridge.toml."),
    Cause.ADDRESS: (
        "service",
        "Correct the path in {url} in [gp] of bridge.toml (SBA's is /GPService), or install the service there.",
    ),
    Cause.FORMAT: ("service", "Correct {url} in [gp] of bridge.toml: something else answers there."),
    Cause.SERVER: ("service", "Look into the log of GP's service on its server."),
    Cause.SETTINGS: ("service", "Correct [gp] of bridge.toml as the message says."),
    Cause.CREDENTIALS: (
        "login",
        "Correct username, or what the password's reference in [gp] holds; Windows may lock the account when it is"
        " tried again and again.",
    ),
    Cause.UNMAPPED: ("login", "In GP's User Setup tie this Windows account to a GP user."),
    Cause.COMPANY: ("company", "Set company in [gp] of bridge.toml to one of these, as GP shows it."),
    Cause.NO_ROLE: ("role", "In GP let the user enter this company, with a role that opens vendors and payables."),
}
WORKED: Final[Mapping[str, str]] = {
    "port": "answers",
    "TLS": "the certificate is accepted",
    "service": "is GP's",
    "login": "accepted",
    "role": "vendors and payables may be read",
}
UNREADABLE: Final = "Put it where {place} points, or correct that reference in bridge.toml."


def gp_doors(bridge: Bridge, opened: list[str]) -> Iterator[Finding]:
    """Try the services that the settings name; those that let one in whole are added to `opened`."""
    gp = bridge.settings.gp
    if gp.sba_url:
        yield from _gp_door(bridge, "SBA", gp.sba_url, opened)
    if gp.soap_url:
        yield from _gp_door(bridge, "SOAP", gp.soap_url, opened)


def _gp_door(bridge: Bridge, door: str, url: str, opened: list[str]) -> Iterator[Finding]:
    key = f"{door.lower()}_url"
    urls = {"sba_url": None, "soap_url": None, key: url}
    found: list[Tried] = []
    try:
        found.extend(tried(bridge.gp, **urls, company=bridge.settings.gp.company))
    except SecretUnavailableError as error:
        cure = UNREADABLE.format(place=bridge.settings.gp.password)
        yield Finding(f"GP {door} login", Mark.FAILED, str(error), cure)
        return
    except ConfigurationError as error:
        yield Finding(f"GP {door} login", Mark.FAILED, str(error), "Correct username in [gp] of bridge.toml.")
        return
    last, name = found[-1], found[0]
    told = {**WORKED, "name": name.told, "company": found[1].told if len(found) > 1 else ""}
    if last.cause is None:
        opened.append(door)
        yield from _passed(f"GP {door}", url, STEPS, told)
        return
    step, cure = GP_CURES[last.cause]
    # Behind the list of companies only rights are left to fail; over SOAP a missing one is a failure of the service.
    if len(found) > 2:
        step, cure = "role", GP_CURES[Cause.NO_ROLE][1]
    yield from _passed(f"GP {door}", url, STEPS[: STEPS.index(step)], told)
    yield Finding(f"GP {door} {step}", Mark.FAILED, f"{last.told.rstrip('.')} ({last.cause})", cure.format(url=key))


def cin7_door(bridge: Bridge, signed_in: list[Me]) -> Iterator[Finding]:
    """Sign in to Cin7 Core; the account that answers is added to `signed_in`."""
    cin7 = bridge.settings.cin7
    steps = ("port", "TLS", "key")
    try:
        me = bridge.cin7.me.get()
    except SecretUnavailableError as error:
        yield Finding("Cin7 Core key", Mark.FAILED, str(error), UNREADABLE.format(place=cin7.application_key))
        return
    except Cin7Error as error:
        step, cure = _cin7_step(error, cin7.base_url)
        before = steps[: steps.index(step)] if step in steps else steps[:-1] if step == "service" else ()
        yield from _passed("Cin7 Core", cin7.base_url, before, WORKED)
        yield Finding(f"Cin7 Core {step}", Mark.FAILED, str(error), cure)
        return
    signed_in.append(me)
    yield from _passed("Cin7 Core", cin7.base_url, steps, {**WORKED, "key": f"signed in to {me.company!r}"})


def _cin7_step(error: Cin7Error, url: str) -> tuple[str, str]:
    match error:
        case cin7core_client.ConnectError():
            if _unknown(url):
                return "name", "Correct base_url in [cin7] of bridge.toml, or see why this machine cannot resolve it."
            return "port", "Let this machine reach it through firewall and proxy, or correct base_url in [cin7]."
        case cin7core_client.TlsError():
            return "TLS", "Give this machine the authority that signed it, of a proxy perhaps; correct its clock."
        case cin7core_client.AuthenticationError() | cin7core_client.PermissionDeniedError():
            return (
                "key",
                "Correct account_id, or what application_key in [cin7] points to, or exchange them;"
                " Cin7 Core's API page has both.",
            )
        case _:
            return "service", "Correct base_url in [cin7] of bridge.toml, or wait until Cin7 Core is well."


def _unknown(url: str) -> bool:
    try:
        socket.getaddrinfo(urlsplit(url).hostname or "", None)
    except OSError:
        return True
    return False


def _passed(system: str, url: str, steps: Sequence[str], told: Mapping[str, str]) -> Iterator[Finding]:
    for step in steps:
        if step != "TLS" or url.lower().startswith("https:"):
            yield Finding(f"{system} {step}", Mark.OK, told[step])
