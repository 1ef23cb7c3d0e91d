"""A small pool of sessions, one connection each, because NTLM authenticates a connection."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from queue import LifoQueue
from typing import Final

import requests
from attrs import define, field
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError

from dynamicsgp_client.auth import Credentials, NegotiateAuth
from dynamicsgp_client.backends.refusals import asked_to_wait
from dynamicsgp_client.errors import (
    AuthenticationError,
    ConfigurationError,
    ConnectError,
    GPError,
    NoAnswerError,
    TlsError,
)
from dynamicsgp_client.limits import Limiter

UNAUTHORIZED: Final = 401
# This client has one kind of call; a limiter shared with others may know more.
PRIORITY: Final = 0


@define
class Logon:
    """What is known of one account's password: it is tried by one call at a time, and never again once rejected."""

    first: threading.Lock = field(factory=threading.Lock)
    rejected: AuthenticationError | None = None


class Sessions:
    """Sends requests, at most `concurrency` at once.

    Args:
        base_url: the service root, to which alone credentials go.
        credentials: makes each session's auth.
        verify: True, or a CA bundle.
        connect_timeout, read_timeout: seconds.
        transport: replaces the network, for tests.
        limiter: permits that others may hold.
        logon: what is known of the password; sessions of the same account share it.
    """

    def __init__(
        self,
        base_url: str,
        credentials: Credentials,
        *,
        verify: bool | str,
        connect_timeout: float,
        read_timeout: float,
        concurrency: int,
        transport: BaseAdapter | None,
        limiter: Limiter | None,
        logon: Logon | None = None,
    ) -> None:
        self._base_url = base_url
        self._credentials = credentials
        self._verify = verify
        self._timeout = (connect_timeout, read_timeout)
        self._transport = transport
        self._limiter = limiter
        self._free: LifoQueue[requests.Session | None] = LifoQueue()
        for _ in range(concurrency):
            self._free.put(None)
        self._concurrency = concurrency
        self._logon = logon or Logon()
        self._proven = False

    def send(
        self, method: str, url: str, *, headers: dict[str, str], body: bytes | None, write: bool, fresh: bool = False
    ) -> requests.Response:
        """Send once, on a new connection where `fresh`, and read the whole answer.

        Raises:
            ConnectError, TlsError, NoAnswerError: no answer.
            AuthenticationError: this password was rejected before; it is not sent again.
        """
        if self._limiter is None:
            return self._admitted(method, url, headers, body, write=write, fresh=fresh)
        ticket, wait = self._limiter.acquire(PRIORITY), None
        try:
            answer = self._admitted(method, url, headers, body, write=write, fresh=fresh)
            wait = asked_to_wait(answer)
            return answer
        finally:
            self._limiter.answered(ticket, wait)

    def _admitted(
        self, method: str, url: str, headers: dict[str, str], body: bytes | None, *, write: bool, fresh: bool
    ) -> requests.Response:
        with self._one_first_logon():
            proven = self._proven
            answer = self._tried(method, url, headers, body, write=write, fresh=fresh)
            if answer.status_code == UNAUTHORIZED and proven:
                # A connection that the server closes between two legs of a handshake ends in 401 as well. The
                # request was not executed, and this password is known to be good: once more, on a new connection.
                answer = self._tried(method, url, headers, body, write=write, fresh=True)
            return answer

    def _tried(
        self, method: str, url: str, headers: dict[str, str], body: bytes | None, *, write: bool, fresh: bool
    ) -> requests.Response:
        with self._session() as session:
            if fresh:
                session.close()  # of its connection only; the session opens another
            answer = self._sent(session, method, url, headers, body, write=write)
            if answer.status_code == UNAUTHORIZED:
                session.close()
            return answer

    def remember_rejection(self, error: AuthenticationError) -> None:
        """Send this password never again: a loop would lock the Windows account."""
        self._logon.rejected = error
        self._proven = False

    def close(self) -> None:
        """Close every session that is free."""
        for _ in range(self._concurrency):
            session = self._free.get()
            if session is not None:
                session.close()
            self._free.put(None)

    @contextmanager
    def _one_first_logon(self) -> Iterator[None]:
        """Let only one call try a password that is not proven yet, and none after it was rejected."""
        if self._proven:
            yield
            return
        with self._logon.first:
            rejected = self._logon.rejected
            if rejected is not None and not self._proven:
                raise AuthenticationError(f"not sent: {rejected}", status=401, problems=rejected.problems)
            yield

    @contextmanager
    def _session(self) -> Iterator[requests.Session]:
        session = self._free.get()
        kept: requests.Session | None = None
        try:
            if session is None:
                session = self._opened()
            yield session
            kept = session
        finally:
            if kept is None and session is not None:
                session.close()
            self._free.put(kept)

    def _opened(self) -> requests.Session:
        session = requests.Session()
        session.trust_env = False
        session.verify = self._verify
        adapter = self._transport or HTTPAdapter(pool_connections=1, pool_maxsize=1, max_retries=0)
        session.mount("https://", adapter)
        session.mount("http://", adapter)
        if self._transport is None or not isinstance(self._credentials, NegotiateAuth):
            self._credentials.sign_in(session, self._base_url, self._timeout[1])
        return session

    def _sent(
        self,
        session: requests.Session,
        method: str,
        url: str,
        headers: dict[str, str],
        body: bytes | None,
        *,
        write: bool,
    ) -> requests.Response:
        try:
            answer = session.request(
                method, url, headers=headers, data=body, timeout=self._timeout, allow_redirects=False
            )
        except AuthenticationError as error:
            self.remember_rejection(error)
            raise
        except requests.RequestException as error:
            raise _translated(error, f"{method} {url}", write=write) from error
        if answer.status_code != UNAUTHORIZED:
            self._proven = True
        return answer


def _translated(error: requests.RequestException, call: str, *, write: bool) -> GPError:
    if isinstance(error, ValueError):
        return ConfigurationError(f"{call}: not sent: {error}")
    cause = error.args[0] if error.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) else cause
    if isinstance(error, requests.exceptions.SSLError):
        cause = reason.args[0] if isinstance(reason, Exception) and reason.args else None
        if isinstance(cause, ssl.SSLCertVerificationError):
            return TlsError(f"{call}: the server's certificate was refused: {reason}; give its authority as verify=")
        # TLS can also fail in the middle of a call.
        return TlsError(f"{call}: {reason}; does the server speak TLS at this port?", may_have_happened=write)
    if isinstance(error, requests.exceptions.ConnectTimeout) or isinstance(
        reason, (NewConnectionError, ConnectTimeoutError)
    ):
        return ConnectError(f"{call}: no connection ({reason}); is the service running and the address right?")
    if isinstance(
        error, (requests.exceptions.Timeout, requests.ConnectionError, requests.exceptions.ChunkedEncodingError)
    ):
        return NoAnswerError(f"{call}: sent, but no answer came ({type(error).__name__})", write=write)
    return NoAnswerError(f"{call}: {type(error).__name__}: {error}", write=write)
