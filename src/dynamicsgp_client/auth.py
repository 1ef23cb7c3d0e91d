"""Who calls: a Windows account over NTLM, Basic over TLS, or anything that requests takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol
from urllib.parse import urlsplit

from requests.auth import AuthBase, HTTPBasicAuth
from requests_ntlm import HttpNtlmAuth

from dynamicsgp_client.errors import ConfigurationError

Password = str | Callable[[], str]

LOOPBACK = ("127.0.0.1", "localhost", "::1")


class Credentials(Protocol):
    """What makes the requests auth of one session; NTLM authenticates a connection, so sessions never share one."""

    def for_session(self, url: str, /) -> AuthBase:
        """Give the auth object of a new session to `url`."""


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

    def for_session(self, _url: str, /) -> AuthBase:
        """Give the NTLM auth of one session."""
        auth: AuthBase = HttpNtlmAuth(self.username, _reveal(self._password), send_cbt=self._send_cbt)
        return auth

    def __repr__(self) -> str:
        return f"NTLMAuth({self.username!r})"


class BasicAuth:
    """A name and a password in clear, for TLS only; loopback excepted."""

    def __init__(self, username: str, password: Password) -> None:
        self.username = username
        self._password = password

    def for_session(self, url: str, /) -> AuthBase:
        """Give the Basic auth of one session.

        Raises:
            ConfigurationError: the URL would carry the password in clear over a network.
        """
        parts = urlsplit(url)
        if parts.scheme != "https" and parts.hostname not in LOOPBACK:
            raise ConfigurationError(
                f"Basic authentication would send the password in clear to {parts.hostname}; use https"
            )
        return HTTPBasicAuth(self.username, _reveal(self._password))

    def __repr__(self) -> str:
        return f"BasicAuth({self.username!r})"


class SameForAll:
    """Any requests auth, shared by all sessions: its own author answers for its thread safety."""

    def __init__(self, auth: AuthBase) -> None:
        self._auth = auth

    def for_session(self, _url: str, /) -> AuthBase:
        """Give that auth."""
        return self._auth


def _reveal(password: Password) -> str:
    return password if isinstance(password, str) else password()
