"""Who calls: a Windows account over NTLM, Basic over TLS, or anything that requests takes."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from typing import Protocol
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase, HTTPBasicAuth
from requests_ntlm import HttpNtlmAuth

from dynamicsgp_client.errors import ConfigurationError
from dynamicsgp_client.negotiate import Account, mount

Password = str | Callable[[], str]

LOOPBACK = ("127.0.0.1", "localhost", "::1")


class Credentials(Protocol):
    """What lets one session sign in; NTLM authenticates a connection, so sessions never share one."""

    def sign_in(self, session: requests.Session, url: str, read_timeout: float, /) -> None:
        """Make a new session sign in to `url`."""


class NTLMAuth:
    r"""A Windows account over NTLM.

    Args:
        username: DOMAIN\user.
        password: the password, or a callable that gives it when a session is made.
        send_cbt: bind the sign-in to the TLS channel (Extended Protection); off only behind a TLS-terminating proxy.

    The password is in no repr and in no message.
    """

    def __init__(self, username: str, password: Password, *, send_cbt: bool = True) -> None:
        if "\\" not in username and "@" not in username:
            raise ConfigurationError(f"username {username!r} has no domain; write DOMAIN\\user")
        self.username = username
        self._password = password
        self._send_cbt = send_cbt

    def sign_in(self, session: requests.Session, _url: str, _read_timeout: float, /) -> None:
        """Give the session NTLM of its own."""
        session.auth = HttpNtlmAuth(self.username, _reveal(self._password), send_cbt=self._send_cbt)

    def __repr__(self) -> str:
        return f"NTLMAuth({self.username!r})"


class NegotiateAuth:
    r"""Kerberos first, NTLM inside Negotiate where Kerberos cannot be: as Windows itself does.

    Args:
        username: user@REALM for Kerberos, or DOMAIN\user; None for the current user (a ticket, or Windows itself).
        password: the password, or a callable that gives it when a session is made.
        hostname: the name in the service principal, when the URL has an alias or an address.
        service: the service in the service principal.
        send_cbt: bind the sign-in to the TLS channel (Extended Protection); off only behind a TLS-terminating proxy.
        kerberos_only: never fall back to NTLM.

    Kerberos needs the extra `dynamicsgp-client[kerberos]` on Linux and macOS. A wrong password is counted twice by
    Active Directory where Kerberos was tried first. The password is in no repr and in no message.

    Raises:
        ConfigurationError: this machine cannot do what is asked.
    """

    def __init__(
        self,
        username: str | None = None,
        password: Password | None = None,
        *,
        hostname: str | None = None,
        service: str = "HTTP",
        send_cbt: bool = True,
        kerberos_only: bool = False,
    ) -> None:
        if (username is None) != (password is None):
            raise ConfigurationError("give both username and password, or neither for the current user")
        if (username is None or kerberos_only) and not _has_kerberos():
            raise ConfigurationError(
                "Kerberos is not installed: pip install 'dynamicsgp-client[kerberos]', or give username and password"
            )
        self.username = username
        self._password = password
        self._hostname = hostname
        self._service = service
        self._send_cbt = send_cbt
        self._protocol = "kerberos" if kerberos_only else "negotiate"

    def sign_in(self, session: requests.Session, url: str, read_timeout: float, /) -> None:
        """Give the session a connection that signs in."""
        account = Account(
            self.username,
            _reveal(self._password) if self._password is not None else None,
            self._protocol,
            self._hostname,
            self._service,
            self._send_cbt,
            read_timeout,
        )
        mount(session, url, account)

    def __repr__(self) -> str:
        return f"NegotiateAuth({self.username!r})"


class BasicAuth:
    """A name and a password in clear, for TLS only; loopback excepted."""

    def __init__(self, username: str, password: Password) -> None:
        self.username = username
        self._password = password

    def sign_in(self, session: requests.Session, url: str, _read_timeout: float, /) -> None:
        """Give the session name and password.

        Raises:
            ConfigurationError: the URL would carry the password in clear over a network.
        """
        parts = urlsplit(url)
        if parts.scheme != "https" and parts.hostname not in LOOPBACK:
            raise ConfigurationError(
                f"Basic authentication would send the password in clear to {parts.hostname}; use https"
            )
        session.auth = HTTPBasicAuth(self.username, _reveal(self._password))

    def __repr__(self) -> str:
        return f"BasicAuth({self.username!r})"


class SameForAll:
    """Any requests auth, shared by all sessions: its own author answers for its thread safety."""

    def __init__(self, auth: AuthBase) -> None:
        self._auth = auth

    def sign_in(self, session: requests.Session, _url: str, _read_timeout: float, /) -> None:
        """Give the session that auth."""
        session.auth = self._auth


def _has_kerberos() -> bool:
    return sys.platform == "win32" or importlib.util.find_spec("gssapi") is not None


def _reveal(password: Password) -> str:
    return password if isinstance(password, str) else password()
