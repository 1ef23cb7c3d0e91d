"""Say what is wrong with a connection, in the order in which it goes wrong: name, port, TLS, account, company."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from attrs import frozen

from dynamicsgp_client.client import DynamicsGP
from dynamicsgp_client.errors import (
    AuthenticationError,
    ConfigurationError,
    ConnectError,
    DecodeError,
    GPError,
    NotFoundError,
    PermissionDeniedError,
    ServerError,
    TlsError,
)


class Cause(StrEnum):
    """Why a step failed."""

    DNS = "DNS"
    PORT = "port"
    TLS = "TLS"
    NO_ANSWER = "no answer"
    CREDENTIALS = "credentials"
    ADDRESS = "address, or the service is not installed there"
    FORMAT = "not a GP service, or another wire format"
    SERVER = "the service failed; over SOAP also a missing role"
    SETTINGS = "settings"
    COMPANY = "company name"
    # Which of its four conditions a caller misses, the service does not say; where it refuses is what can be told.
    UNMAPPED = "unmapped user: User Setup in GP ties the Windows account to no GP user, or the tenant lacks it"
    NO_ROLE = "missing role: the GP user may not enter this company, or not open the window behind the service"


CAUSES: Final[tuple[tuple[type[GPError], Cause], ...]] = (
    (ConnectError, Cause.PORT),
    (TlsError, Cause.TLS),
    (AuthenticationError, Cause.CREDENTIALS),
    (NotFoundError, Cause.ADDRESS),
    (DecodeError, Cause.FORMAT),
    (ServerError, Cause.SERVER),
    (ConfigurationError, Cause.SETTINGS),
)


@frozen
class Finding:
    """One thing that was tried; `cause` is None where it worked."""

    what: str
    told: str
    cause: Cause | None = None

    @property
    def good(self) -> bool:
        """Whether it worked."""
        return self.cause is None


def check(gp: DynamicsGP, *, sba_url: str | None, soap_url: str | None, company: str) -> Iterator[Finding]:
    """Try both services and give what was found; what follows a failure is not tried."""
    if sba_url:
        yield from _stopping(
            ("SBA: name", lambda: _resolved(sba_url)),
            ("SBA: companies", lambda: _company(_names(gp, "sba"), company)),
            ("SBA: one vendor", lambda: _seen(gp.request("GET", "Purchasing", "Vendors", params={"top": "1"}))),
        )
    if soap_url:
        yield from _stopping(
            ("SOAP: name", lambda: _resolved(soap_url)),
            ("SOAP: companies", lambda: _company(_names(gp, "soap"), company)),
            ("SOAP: a policy", lambda: _seen(gp.call("GetPolicyByOperation", operation="CreatePayablesInvoice"))),
            ("SOAP: currencies", lambda: _seen(gp.call("GetCurrencyList", criteria={}))),
        )


def _stopping(*steps: tuple[str, Callable[[], str]]) -> Iterator[Finding]:
    for what, step in steps:
        try:
            finding = Finding(what, step())
        except GPError as error:
            cause = next((cause for kind, cause in CAUSES if isinstance(error, kind)), Cause.NO_ANSWER)
            if isinstance(error, PermissionDeniedError):
                cause = Cause.UNMAPPED if what.endswith("companies") else Cause.NO_ROLE
            finding = Finding(what, str(error), cause)
        except OSError as error:
            finding = Finding(what, f"{error.strerror or error}; is the name right, and is the VPN up?", Cause.DNS)
        except LookupError as error:
            finding = Finding(what, str(error.args[0]), Cause.COMPANY)
        yield finding
        if not finding.good:
            return


def _resolved(url: str) -> str:
    host = urlsplit(url).hostname or ""
    found = sorted({str(each[4][0]) for each in socket.getaddrinfo(host, None)})
    return f"{host} is {', '.join(found)}"


def _names(gp: DynamicsGP, backend: str) -> list[str]:
    if backend == "soap":
        found = gp.call("GetCompanyList", criteria={"Id": {"From": -32768, "To": 32767}})
        return [str(each["Name"]) for each in found] if isinstance(found, list) else []
    return [each.company_name for each in gp.companies.list()]


def _company(names: list[str], company: str) -> str:
    if company not in names:
        raise LookupError(f"there is no company {company!r}; it has {', '.join(map(repr, names)) or 'none'}")
    return f"{company!r} is there"


def _seen(found: object) -> str:
    size = len(found) if isinstance(found, list) else 1
    return f"answered ({size})"
