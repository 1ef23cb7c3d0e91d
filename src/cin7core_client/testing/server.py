"""The simulator on a loopback port, with its postman; `/_sim` plans faults, moves time and lets people act."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

from cin7core_client.testing.account import FakeCin7
from cin7core_client.testing.call import Reply
from cin7core_client.testing.deliveries import Postman
from cin7core_client.testing.door import Request, handle
from cin7core_client.testing.records import dumped, record_from
from cin7core_client.testing.refusal import Refused

LOOPBACK: Final = "127.0.0.1"


class Cin7Server(ThreadingHTTPServer):
    """Serves one FakeCin7."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, account: FakeCin7, *, port: int = 0) -> None:
        self.account = account
        super().__init__((LOOPBACK, port), _Handler)

    @property
    def url(self) -> str:
        """The service root."""
        return f"http://{LOOPBACK}:{self.server_port}/ExternalApi/v2/"

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of connections that clients drop."""


class _Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True
    server: Cin7Server

    def _answer(self) -> None:
        account = self.server.account
        try:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        except ValueError:
            self.close_connection = True
            return
        if self.path == "/_sim":
            self._send(_simulated(account, body))
            return
        outcome = handle(
            account,
            Request(
                method=self.command,
                target=self.path,
                account_id=self.headers.get("api-auth-accountid", ""),
                application_key=self.headers.get("api-auth-applicationkey", ""),
                body=body,
                connection=str(self.client_address[1]),
            ),
        )
        if outcome.reply is None:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        if outcome.late:
            time.sleep(outcome.late)
        self._send(outcome.reply)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = _answer  # noqa: N815 — http.server's names

    def _send(self, reply: Reply) -> None:
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.media_type)
        self.send_header("Content-Length", str(len(reply.body)))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.body)
        self.wfile.flush()

    def log_message(self, *_: object) -> None:
        """Print nothing; request_log has it."""


def _simulated(account: FakeCin7, body: bytes) -> Reply:
    try:
        facts = record_from(body)
        action = str(facts.pop("do"))
        result = account.do(action, **facts)
    except (ValueError, KeyError, TypeError, Refused) as error:
        return Reply(400, dumped({"error": str(error)}).encode())
    return Reply(200, dumped({"ok": True, "result": result}).encode())


@contextmanager
def served(account: FakeCin7, *, port: int = 0) -> Iterator[Cin7Server]:
    """Serve in a thread while the block runs; webhooks are delivered meanwhile."""
    server = Cin7Server(account, port=port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    postman = Postman(account)
    thread.start()
    postman.start()
    try:
        yield server
    finally:
        postman.stop()
        server.shutdown()
        server.server_close()
        thread.join()
