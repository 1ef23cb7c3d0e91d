"""The simulator on a loopback port."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

from cin7core_client.testing import routes
from cin7core_client.testing.account import FakeCin7
from cin7core_client.testing.refusal import Refused

LOOPBACK: Final = "127.0.0.1"
NO_STATUS: Final = 0  # of a call that was lost before it had any effect


class Cin7Server(ThreadingHTTPServer):
    """Serves one FakeCin7."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, account: FakeCin7, *, port: int = 0) -> None:
        self.account = account
        super().__init__((LOOPBACK, port), Cin7Handler)

    @property
    def url(self) -> str:
        """The service root."""
        return f"http://{LOOPBACK}:{self.server_port}/ExternalApi/v2/"

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of connections that clients drop."""


class Cin7Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True
    server: Cin7Server

    def _answer(self) -> None:
        account = self.server.account
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path == "/_sim":
            self._send(self._simulated(body))
            return
        fault = account.faults.take(f"{self.command} {self.path}")
        keys = (self.headers.get("api-auth-accountid", ""), self.headers.get("api-auth-applicationkey", ""))
        if fault and fault.kind == "lost_request":
            account.log(self.command, self.path, NO_STATUS, keys[0], str(self.client_address[1]))
            self._drop()
            return
        if fault and fault.kind == "status":
            reply = routes.failure(fault.status)
        else:
            reply = routes.answer(account, self.command, self.path, keys, body)
        account.log(self.command, self.path, reply.status, keys[0], str(self.client_address[1]))
        if fault and fault.kind == "lost_answer":
            self._drop()
            return
        if fault and fault.kind == "slow":
            time.sleep(fault.seconds)
        self._send(reply)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = _answer  # noqa: N815 — http.server's names

    def _simulated(self, body: bytes) -> routes.Reply:
        try:
            facts = json.loads(body, parse_float=Decimal)
            action = facts.pop("do")
            if action == "fail_next":
                self.server.account.fail_next(facts.pop("kind", "lost_answer"), **facts)
            else:
                self.server.account.do(action, **facts)
        except (ValueError, KeyError, TypeError, AttributeError, Refused) as error:
            return routes.Reply(400, json.dumps({"error": str(error)}).encode())
        return routes.Reply(200, b'{"ok": true}')

    def _send(self, reply: routes.Reply) -> None:
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.media_type)
        self.send_header("Content-Length", str(len(reply.body)))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.body)

    def _drop(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, *_: object) -> None:
        """Print nothing; request_log has it."""


@contextmanager
def served(account: FakeCin7, *, port: int = 0) -> Iterator[Cin7Server]:
    """Serve in a thread while the block runs."""
    server = Cin7Server(account, port=port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
