"""Negotiate (Kerberos, or NTLM inside it) where it belongs: at the connection, which is what it signs in.

A hook above the connection pool cannot hold on to a connection between two legs; here the legs happen inside the
connection's own request. The body crosses the wire once: Kerberos sends its token with the request, NTLM sends its
first token with an empty HEAD of the same address.
"""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final, NamedTuple
from urllib.parse import urlsplit

import requests
import spnego
from attrs import define
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from requests.adapters import HTTPAdapter
from spnego.channel_bindings import GssChannelBindings
from spnego.exceptions import SpnegoError
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.response import HTTPResponse

from dynamicsgp_client.errors import AuthenticationError

UNAUTHORIZED: Final = 401
MOST_LEGS: Final = 4
# A KDC that was away at the start must not mean NTLM for ever.
WITHOUT_KERBEROS: Final = 600
_TOKEN: Final = re.compile(r"\bNegotiate\s+([A-Za-z0-9+/=]+)", re.IGNORECASE)
_SCHEME: Final = re.compile(r"\bNegotiate\b", re.IGNORECASE)


@define
class Account:
    """Who signs in to what, and what was learned of the server.

    Attributes:
        username, password: None for the current user.
        protocol: "negotiate", or "kerberos" to forbid NTLM.
        hostname: of the service principal; None takes the URL's.
        service: of the service principal.
        send_cbt: bind the sign-in to the TLS channel.
        read_timeout: seconds that a leg may take.
        each_request: whether the server asks every request again.
        ntlm_until: until when Kerberos is not tried again, after it could not be had.
        clock: seconds.
    """

    username: str | None
    password: str | None
    protocol: str
    hostname: str | None
    service: str
    send_cbt: bool
    read_timeout: float
    each_request: bool = False
    ntlm_until: float = 0
    clock: Callable[[], float] = time.monotonic

    def context(self, host: str, binding: GssChannelBindings | None) -> spnego.ContextProxy:
        """Begin one sign-in; a new one each time, because tickets run out and servers come back."""
        return spnego.client(
            self.username,
            self.password,
            hostname=self.hostname or host,
            service=self.service,
            channel_bindings=binding if self.send_cbt else None,
            protocol="ntlm" if self.clock() < self.ntlm_until else self.protocol,
        )

    def remember(self, token: bytes | None) -> None:
        """Note from a first token that Kerberos was not to be had: trying costs the KDC's time-out."""
        if token is not None and b"NTLMSSP" in token and self.username is not None:
            self.ntlm_until = max(self.ntlm_until, self.clock() + WITHOUT_KERBEROS)


def _refusals() -> tuple[type[Exception], ...]:
    """What a sign-in may end in; the Kerberos libraries are an extra."""
    try:
        from gssapi.exceptions import GSSError  # type: ignore[attr-defined,unused-ignore]  # it does
        from krb5 import Krb5Error
    except ImportError:
        return (SpnegoError,)
    return SpnegoError, GSSError, Krb5Error


class _Request(NamedTuple):
    """The real request, kept for the legs."""

    method: str
    url: str
    body: Any
    headers: Mapping[str, str]
    options: Mapping[str, bool]


class SigningConnection(HTTPConnection):
    """A connection that signs in before, or while, it carries requests."""

    account: ClassVar[Account]

    _real: _Request
    _signed_in_on: object = None
    _context: spnego.ContextProxy | None = None

    def request(  # type: ignore[override]  # urllib3 overrides it the same way
        self,
        method: str,
        url: str,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        **options: bool,
    ) -> None:
        """Send a request, after the legs that need no body."""
        kept = {name: value for name, value in (headers or {}).items() if name.lower() != "content-length"}
        self._real = _Request(method, url, body, kept, options)
        self._context = None
        # urllib3 sets it after this returns only, and a leg is an answer to wait for.
        self.timeout: float = self.account.read_timeout
        if self._signed_in_on is not None and self._signed_in_on is self.sock and not self.account.each_request:
            self._send(None)
        else:
            self._begin()

    def getresponse(self) -> HTTPResponse:  # type: ignore[override]  # urllib3 overrides it the same way
        """Give the answer to the real request, after the legs that are left."""
        answer = super().getresponse()
        if answer.status == UNAUTHORIZED and self._context is None and _asks(answer):
            # The connection was signed in, and still the server asks: it asks every request.
            self.account.each_request = True
            answer.drain_conn()
            self._begin()
            answer = super().getresponse()
        for _ in range(MOST_LEGS):
            token = _token(answer)
            if answer.status != UNAUTHORIZED or token is None or self._context is None or self._context.complete:
                break
            answer.drain_conn()
            self._send(self._step(token))
            answer = super().getresponse()
        if answer.status != UNAUTHORIZED:
            self._finish(answer)
        return answer

    def _begin(self) -> None:
        token = self._first_token()
        needs_leg = self._real.body is not None or self._real.method not in ("GET", "HEAD")
        if token is not None and b"NTLMSSP" in token and needs_leg:
            token = self._leg(token)
        self._send(token)

    def _first_token(self) -> bytes | None:
        if self.sock is None:
            self.connect()
        try:
            self._context = self.account.context(self.host, _binding(self.sock))
        except _refusals() as error:
            raise self._failed(error) from error
        token = self._step(None)
        self.account.remember(token)
        return token

    def _leg(self, token: bytes) -> bytes | None:
        """Exchange NTLM's first token for its challenge without the body; where HEAD is not asked, begin again."""
        super().request("HEAD", self._real.url, headers={**self._real.headers, "Authorization": _header(token)})
        answer = super().getresponse()
        challenge = _token(answer)
        answer.drain_conn()
        if answer.status != UNAUTHORIZED or challenge is None:
            return self._first_token()
        return self._step(challenge)

    def _send(self, token: bytes | None) -> None:
        method, url, body, headers, options = self._real
        if token is not None:
            headers = {**headers, "Authorization": _header(token)}
        super().request(method, url, body, headers, **options)

    def _step(self, token: bytes | None) -> bytes | None:
        if self._context is None:
            return None
        try:
            stepped: bytes | None = self._context.step(token)
        except _refusals() as error:
            raise self._failed(error) from error
        return stepped

    def _failed(self, error: Exception) -> AuthenticationError:
        who = self.account.username or "the current user"
        cure = "Check user name and password" if self.account.username else "Run kinit, or give user name and password"
        return AuthenticationError(f"{who} cannot sign in to {self.host}: {error}. {cure}", status=401)

    def _finish(self, answer: HTTPResponse) -> None:
        token = _token(answer)
        if token is not None and self._context is not None and not self._context.complete:
            self._step(token)
        self._signed_in_on = self.sock
        if answer.headers.get("Persistent-Auth", "").lower() == "false":
            self.account.each_request = True


class SecureSigningConnection(SigningConnection, HTTPSConnection):
    """The same over TLS, bound to its channel."""


class NegotiateAdapter(HTTPAdapter):
    """One signed-in connection; mounted on the service's own address, so that no other host is ever signed in to."""

    def __init__(self, account: Account) -> None:
        self._account = account
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def init_poolmanager(self, *arguments: Any, **named: Any) -> None:
        """Make connections of the kind that signs in."""
        super().init_poolmanager(*arguments, **named)
        plain = type("Plain", (SigningConnection,), {"account": self._account})
        secure = type("Secure", (SecureSigningConnection,), {"account": self._account})
        self.poolmanager.pool_classes_by_scheme = {
            "http": type("PlainPool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
            "https": type("SecurePool", (HTTPSConnectionPool,), {"ConnectionCls": secure}),
        }


def mount(session: requests.Session, url: str, account: Account) -> None:
    """Let a session sign in to the host of `url`."""
    parts = urlsplit(url)
    session.mount(f"{parts.scheme}://{parts.netloc}", NegotiateAdapter(account))


def _asks(answer: HTTPResponse) -> bool:
    return _SCHEME.search(", ".join(answer.headers.getlist("WWW-Authenticate"))) is not None


def _token(answer: HTTPResponse) -> bytes | None:
    found = _TOKEN.search(", ".join(answer.headers.getlist("WWW-Authenticate")))
    return base64.b64decode(found[1]) if found else None


def _header(token: bytes) -> str:
    return f"Negotiate {base64.b64encode(token).decode()}"


def _binding(sock: Any) -> GssChannelBindings | None:
    """Give what RFC 5929 binds a sign-in to: the hash of the server's certificate."""
    der = sock.getpeercert(True) if hasattr(sock, "getpeercert") else None
    if not der:
        return None
    certificate = x509.load_der_x509_certificate(der)
    try:
        algorithm = certificate.signature_hash_algorithm
    except UnsupportedAlgorithm:
        algorithm = None
    if algorithm is None or isinstance(algorithm, (hashes.MD5, hashes.SHA1)):
        algorithm = hashes.SHA256()
    return GssChannelBindings(application_data=b"tls-server-end-point:" + certificate.fingerprint(algorithm))
