"""The simulator on a loopback port, one handler a connection, because NTLM signs a connection in."""

from __future__ import annotations

import json
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

from dynamicsgp_client.testing.certificates import Certificate
from dynamicsgp_client.testing.company import FakeGP
from dynamicsgp_client.testing.doors import Doors
from dynamicsgp_client.testing.reply import Reply
from dynamicsgp_client.testing.rules.refusal import Refused
from dynamicsgp_client.testing.signon import AuthKind, Gate, Persistence
from dynamicsgp_client.testing.soap.door import PATH

DEFAULT_USER: Final = "GP\\gpuser"
DEFAULT_PASSWORD: Final = "gp-sandbox"  # noqa: S105 — of the simulator, written in its help
LOOPBACK: Final = "127.0.0.1"
NO_STATUS: Final = 0  # of a call that was lost before it had any effect


class GPServer(ThreadingHTTPServer):
    """Serves one FakeGP."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(
        self,
        gp: FakeGP,
        gate: Gate,
        *,
        port: int,
        certificate: Certificate | None,
        close_after: int,
        idle: float | None,
    ) -> None:
        self.gp = gp
        self.gate = gate
        self.close_after = close_after
        self.idle = idle
        self.secure: bool = certificate is not None
        super().__init__((LOOPBACK, port), _Handler)
        self.door: Doors = Doors(gp, self.root)
        if certificate is not None:
            self.socket: ssl.SSLSocket = certificate.server_context().wrap_socket(self.socket, server_side=True)

    @property
    def url(self) -> str:
        """The root of the REST service."""
        return f"{self.root}/GPService"

    @property
    def soap_url(self) -> str:
        """The address of the SOAP service."""
        return f"{self.root}{PATH}"

    @property
    def root(self) -> str:
        """Scheme, host and port."""
        return f"{'https' if self.secure else 'http'}://{LOOPBACK}:{self.server_port}"

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of connections that clients drop."""


class _Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True
    server: GPServer

    def setup(self) -> None:
        """Begin with a connection that nobody has signed in on."""
        super().setup()
        self.connection.settimeout(self.server.idle)
        self._gate = self.server.gate.connection()
        self._served = 0

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        if self.path == "/_sim":
            self._send(self._simulated(body))
            return
        verdict = self._gate.check(self.headers.get("Authorization", ""))
        if verdict.principal is None:
            self._log(401, "")
            self._send(Reply(401, b"", "text/plain"), challenge=verdict.challenge)
            return
        fault = self.server.gp.faults.take(self.server.door.name(self.command, self.path, body))
        if fault and fault.kind == "lost_request":
            self._log(NO_STATUS, verdict.principal)
            self._drop()
            return
        if fault and fault.kind == "status":
            reply = Reply(fault.status)
        else:
            reply = self.server.door.answer(self.command, self.path, body)
        self._log(reply.status, verdict.principal)
        if fault and fault.kind == "lost_answer":
            self._drop()
            return
        time.sleep(self.server.gp.delay() + (fault.seconds if fault and fault.kind == "slow" else 0))
        self._send(reply)

    do_GET = do_POST = do_PATCH = do_DELETE = do_PUT = do_HEAD = _answer  # noqa: N815 — http.server's names

    def _simulated(self, body: bytes) -> Reply:
        try:
            facts = json.loads(body)
            action = facts.pop("do")
            if action == "fail_next":
                self.server.gp.fail_next(facts.pop("kind", "lost_answer"), **facts)
                told: object = None
            else:
                told = self.server.gp.do(action, **facts)
        except (ValueError, KeyError, TypeError, AttributeError, Refused) as error:
            return Reply(400, json.dumps({"error": str(error)}).encode())
        return Reply(200, json.dumps({"ok": True, "result": told}).encode())

    def _send(self, reply: Reply, *, challenge: str = "") -> None:
        self._served += 1
        last = bool(self.server.close_after) and self._served >= self.server.close_after
        self.send_response(reply.status)
        if challenge:
            self.send_header("WWW-Authenticate", challenge)
        self.send_header("Content-Type", reply.media_type)
        self.send_header("Content-Length", str(len(reply.body)))
        if last:
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(reply.body)

    def _drop(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def _log(self, status: int, principal: str) -> None:
        self.server.gp.log(self.command, self.path, status, principal, str(self.client_address[1]))

    def log_message(self, *_: object) -> None:
        """Print nothing; request_log has it."""


def make_server(
    gp: FakeGP,
    *,
    port: int = 0,
    auth: AuthKind = "ntlm",
    persist: Persistence = "request",
    user: str = DEFAULT_USER,
    password: str = DEFAULT_PASSWORD,
    certificate: Certificate | None = None,
    close_after: int = 0,
    idle: float | None = None,
) -> GPServer:
    """Make a server that is bound, but does not serve yet.

    Args:
        gp: the company.
        port: 0 picks one.
        auth: how callers sign in.
        persist: whether a connection stays signed in, or each request signs in again.
        user: the Windows account.
        password: its password.
        certificate: serve TLS with it, and demand that sign-ins are bound to it.
        close_after: close each connection after so many answers; 0 for never.
        idle: close a connection after so many seconds without a request; None for never.
    """
    binding = certificate.channel_binding() if certificate else None
    gate = Gate(auth, persist, user, password, binding)
    return GPServer(gp, gate, port=port, certificate=certificate, close_after=close_after, idle=idle)


@contextmanager
def served(server: GPServer) -> Iterator[GPServer]:
    """Serve in a thread while the block runs."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        server.gate.close()
        thread.join()
