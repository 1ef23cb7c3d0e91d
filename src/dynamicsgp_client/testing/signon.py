"""How callers of the simulator prove who they are: nothing, Basic, NTLM, or NTLM inside Negotiate."""

from __future__ import annotations

import base64
import binascii
import os
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal

import spnego
from attrs import define, frozen
from spnego.channel_bindings import GssChannelBindings
from spnego.exceptions import SpnegoError

AuthKind = Literal["none", "ntlm", "negotiate", "basic"]
Persistence = Literal["request", "connection"]

# pyspnego finds its users by an environment variable of the whole process.
_ENVIRONMENT = threading.Lock()
_SCHEMES: Final = {"ntlm": "NTLM", "negotiate": "Negotiate"}


@frozen
class Verdict:
    """Who calls, or the headers that ask for it."""

    principal: str | None
    challenge: str = ""


class Gate:
    r"""The accounts that a server knows.

    Args:
        kind: how callers sign in.
        persist: whether a signed-in connection stays so, or each request signs in again (WCF's default).
        user: DOMAIN\user.
        password: its password.
        channel_binding: the TLS channel that a sign-in must be bound to, or None.
    """

    def __init__(
        self,
        kind: AuthKind,
        persist: Persistence,
        user: str,
        password: str,
        channel_binding: GssChannelBindings | None = None,
    ) -> None:
        if ":" in password or "\n" in password:
            raise ValueError("the simulator's password takes neither ':' nor a line end")
        self.kind = kind
        self.persist = persist
        self.user = user
        self.rejected: int = 0
        self.channel_binding = channel_binding
        self._password = password
        self._users = _users_file(user, password) if kind in _SCHEMES else None

    def connection(self) -> ConnectionGate:
        """Begin with a new connection."""
        return ConnectionGate(self)

    def basic(self, authorization: str) -> Verdict:
        """Check a name and a password."""
        scheme, _, text = authorization.partition(" ")
        if scheme.lower() == "basic":
            try:
                user, _, password = base64.b64decode(text, validate=True).decode().partition(":")
            except (binascii.Error, UnicodeDecodeError):
                user, password = "", ""
            if user.lower() == self.user.lower() and password == self._password:
                return Verdict(self.user)
            self.rejected += 1
        return Verdict(None, 'Basic realm="GP"')

    def context(self) -> spnego.ContextProxy:
        """Begin a handshake."""
        with self.environment():
            return spnego.server(
                "localhost",
                "HTTP",
                protocol=self.kind,
                options=spnego.NegotiateOptions.use_negotiate
                if self.kind == "negotiate"
                else spnego.NegotiateOptions.use_ntlm,
                channel_bindings=self.channel_binding,
            )

    def environment(self) -> _Users:
        """Show pyspnego this server's users, one server at a time."""
        return _Users(self._users)

    def close(self) -> None:
        """Remove the users' file."""
        if self._users:
            self._users.unlink(missing_ok=True)


class _Users:
    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._before: Mapping[str, str] = {}

    def __enter__(self) -> None:
        _ENVIRONMENT.acquire()
        self._before = {key: value for key, value in os.environ.items() if key == "NTLM_USER_FILE"}
        os.environ["NTLM_USER_FILE"] = str(self._path)

    def __exit__(self, *_: object) -> None:
        os.environ.pop("NTLM_USER_FILE", None)
        os.environ.update(self._before)
        _ENVIRONMENT.release()


@define
class ConnectionGate:
    """The sign-in of one TCP connection."""

    gate: Gate
    principal: str | None = None
    _context: spnego.ContextProxy | None = None

    def check(self, authorization: str) -> Verdict:
        """Judge one request by its Authorization header."""
        gate = self.gate
        if gate.kind == "none":
            return Verdict("")
        if gate.kind == "basic":
            return gate.basic(authorization)
        if self.principal and gate.persist == "connection" and not authorization:
            return Verdict(self.principal)
        scheme = _SCHEMES[gate.kind]
        name, _, text = authorization.partition(" ")
        if name.lower() != scheme.lower() or not text:
            self._context = None
            return Verdict(None, scheme)
        return self._step(scheme, text)

    def _step(self, scheme: str, text: str) -> Verdict:
        context = self._context or self.gate.context()
        try:
            with self.gate.environment():
                token = context.step(base64.b64decode(text))
        except (SpnegoError, ValueError):
            self._context = None
            self.gate.rejected += 1
            return Verdict(None, scheme)
        if not context.complete:
            self._context = context
            return Verdict(None, f"{scheme} {base64.b64encode(token or b'').decode()}")
        self._context = None
        self.principal = str(context.client_principal)
        return Verdict(self.principal)


def _users_file(user: str, password: str) -> Path:
    domain, _, name = user.rpartition("\\")
    handle, path = tempfile.mkstemp(prefix="gp-users-")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(f"{domain}:{name}:{password}\n")
    return Path(path)
