"""Each alert is told once by each channel: the log, a mail server, an address that takes JSON."""

from __future__ import annotations

import datetime as dt
import json
import logging
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from attrs import asdict, evolve
from listening import Site
from typer.testing import CliRunner

from dynamicsgp_client.testing.certificates import Certificate
from gp_cin7_bridge import Bridge, SettingsError, read_settings
from gp_cin7_bridge.app.alerts import Watch
from gp_cin7_bridge.app.cli import app as command
from gp_cin7_bridge.sandbox import Sandbox
from gp_cin7_bridge.sandbox.simulators import Simulators
from gp_cin7_bridge.state import Alert

START = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)


class Mailbox(threading.Thread):
    """A mail server that understands as much of SMTP as a sender needs; `broken` refuses senders.

    With a context it speaks TLS, when asked or from the first byte, and keeps what came in clear.
    """

    def __init__(self, context: ssl.SSLContext | None = None, *, from_first_byte: bool = False) -> None:
        super().__init__(daemon=True)
        self.context, self.from_first_byte = context, from_first_byte
        self.verbs: list[tuple[bool, bytes]] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.mails: list[str] = []
        self.broken = False

    def run(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with connection, suppress(ssl.SSLError), ExitStack() as opened:
                if self.context and self.from_first_byte:
                    connection = opened.enter_context(self.context.wrap_socket(connection, server_side=True))
                self._talk(connection, opened)

    def _talk(self, connection: socket.socket, opened: ExitStack) -> None:
        lines = opened.enter_context(connection.makefile("rwb", buffering=0))
        lines.write(b"220 here\r\n")
        while raw := lines.readline():
            verb = raw[:4].upper()
            self.verbs.append((isinstance(connection, ssl.SSLSocket), verb))
            if verb == b"EHLO" and self.context:
                lines.write(b"250-here\r\n250-STARTTLS\r\n250 AUTH PLAIN\r\n")
                continue
            if verb == b"AUTH":
                lines.write(b"235 yes\r\n")
                continue
            if verb == b"STAR" and self.context:
                lines.write(b"220 go on\r\n")
                connection = opened.enter_context(self.context.wrap_socket(connection, server_side=True))
                lines = opened.enter_context(connection.makefile("rwb", buffering=0))
                continue
            if verb == b"DATA":
                lines.write(b"354 go on\r\n")
                body = b"".join(iter(lines.readline, b".\r\n"))
                self.mails.append(body.decode())
            refused = self.broken and verb == b"MAIL"
            lines.write(b"550 no\r\n" if refused else b"221 bye\r\n" if verb == b"QUIT" else b"250 yes\r\n")
            if verb == b"QUIT":
                return


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    made = Mailbox()
    made.start()
    yield made
    made.listener.close()


class Hook(BaseHTTPRequestHandler):
    """Keeps what is posted."""

    posts: list[tuple[str, dict[str, object]]]
    status = 200

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        type(self).posts.append((self.headers["Authorization"], body))
        self.send_response(type(self).status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def hook() -> Iterator[tuple[type[Hook], str]]:
    kind = type("OneHook", (Hook,), {"posts": []})
    server = HTTPServer(("127.0.0.1", 0), kind)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield kind, f"http://127.0.0.1:{server.server_port}/alerts"
    server.shutdown()
    server.server_close()


def with_refusal(sandbox: Sandbox, number: int) -> None:
    ledger = sandbox.bridge.state.ledger
    ledger.sending(ledger.intend("voucher", f"p{number}/invoice/t", f"C7TOKEN{number}", "{}", "hash"))
    sandbox.advance(minutes=16)


def test_an_alert_is_told_once_by_mail_with_its_cure(mailbox: Mailbox) -> None:
    mail = {
        "host": "127.0.0.1",
        "port": mailbox.port,
        "security": "none",
        "sender": "gp@cin7.example",
        "to": ["a@b.example"],
    }
    with Sandbox({"alerts": {"mail": mail}}, now=START) as sandbox:
        with_refusal(sandbox, 1)
        for _ in range(3):
            Watch(sandbox.bridge, START).look()
        assert len(mailbox.mails) == 1
        with_refusal(sandbox, 2)
        Watch(sandbox.bridge, START).look()
    first, second = mailbox.mails
    assert "Subject: gp-cin7 sandbox: unknown_outcome" in first and "C7TOKEN1" in first and "gp-cin7 check" in first
    assert "C7TOKEN2" in second and "C7TOKEN1" not in second


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize("trusted", [True, False])
def test_a_password_and_the_mail_go_to_a_trusted_mail_server_over_tls_alone(
    security: str, trusted: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    certificate = Certificate.make()
    authority = tmp_path / "ca.pem"
    authority.write_bytes(certificate.pem)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    monkeypatch.setenv("MAIL_PASSWORD", "secret-of-the-mail")
    mailbox = Mailbox(certificate.server_context(), from_first_byte=security == "tls")
    mailbox.start()
    mail = {
        "host": "127.0.0.1",
        "port": mailbox.port,
        "security": security,
        "username": "gp-cin7",
        "password": "env:MAIL_PASSWORD",
        "sender": "gp@cin7.example",
        "to": ["a@b.example"],
    }
    with Sandbox({"alerts": {"mail": mail}}, now=START) as sandbox:
        with_refusal(sandbox, 1)
        Watch(sandbox.bridge, START).look()
    mailbox.listener.close()
    in_clear = {verb for encrypted, verb in mailbox.verbs if not encrypted}
    assert in_clear <= {b"EHLO", b"STAR", b"QUIT"}
    assert len(mailbox.mails) == trusted
    assert ((True, b"AUTH") in mailbox.verbs) == trusted


def test_what_a_channel_could_not_tell_it_tells_later_and_the_others_do_not_wait(
    mailbox: Mailbox, hook: tuple[type[Hook], str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("HOOK_TOKEN", "secret-of-the-hook")
    kind, url = hook
    mail = {
        "host": "127.0.0.1",
        "port": mailbox.port,
        "security": "none",
        "sender": "gp@cin7.example",
        "to": ["a@b.example"],
    }
    mailbox.broken, alerts = True, {"mail": mail, "webhook": {"url": url, "token": "env:HOOK_TOKEN"}}
    with Sandbox({"alerts": alerts}, now=START) as sandbox, caplog.at_level(logging.WARNING, "gp_cin7_bridge.alerts"):
        with_refusal(sandbox, 1)
        Watch(sandbox.bridge, START).look()
        assert (len(mailbox.mails), len(kind.posts)) == (0, 1)
        assert "could not be told by mail" in caplog.text and "secret-of-the-hook" not in caplog.text
        mailbox.broken = False
        Watch(sandbox.bridge, START).look()
        Watch(sandbox.bridge, START).look()
    assert (len(mailbox.mails), len(kind.posts)) == (1, 1)
    (authorization, body) = kind.posts[0]
    assert authorization == "Bearer secret-of-the-hook"
    assert body["connection"] == "sandbox"
    (told,) = body["alerts"]  # type: ignore[misc]
    assert told.keys() == {"code", "subject", "text", "cure", "since"}


def test_an_address_that_is_a_secret_stands_in_no_log(
    hook: tuple[type[Hook], str], caplog: pytest.LogCaptureFixture
) -> None:
    kind, url = hook
    kind.status = 403
    with Sandbox({"alerts": {"webhook": {"url": f"{url}/T0-secret-part"}}}, now=START) as sandbox:
        with_refusal(sandbox, 1)
        Watch(sandbox.bridge, START).look()
    assert "127.0.0.1 answered 403" in caplog.text and "secret-part" not in caplog.text


def test_an_alert_that_ended_and_comes_back_is_told_again(caplog: pytest.LogCaptureFixture) -> None:
    with Sandbox(now=START) as sandbox, caplog.at_level(logging.INFO, "gp_cin7_bridge.alerts"):
        for flow in ("vendors", "items", "bills"):
            sandbox.bridge.state.end_run(sandbox.bridge.state.start_run(flow), "done", {})
        sandbox.advance(hours=27)
        Watch(sandbox.bridge, START).look()
        for flow in ("vendors", "items", "bills"):
            sandbox.bridge.state.end_run(sandbox.bridge.state.start_run(flow), "done", {})
        assert Watch(sandbox.bridge, START).look() == []
        sandbox.advance(hours=27)
        Watch(sandbox.bridge, START).look()
    told = [each.getMessage() for each in caplog.records]
    assert sum("Flow bills has not finished" in line and "no longer" not in line for line in told) == 2
    assert sum("no longer: Flow bills" in line for line in told) == 1


def test_a_feed_that_was_switched_off_is_told_by_the_runner(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    site.run(minutes=1)
    site.bill(1)
    with caplog.at_level(logging.WARNING, "gp_cin7_bridge.alerts"):
        site.run(minutes=96, step=60)
    told = [each.getMessage() for each in caplog.records]
    assert sum("webhooks are inactive; bills come by polling" in line for line in told) == 1


def test_the_status_command_shows_what_lasts(simulators: Simulators) -> None:
    def status(*more: str) -> tuple[int, str]:
        done = CliRunner().invoke(command, ["status", "-c", str(simulators.settings), *more])
        return done.exit_code, done.output

    assert status()[0] == 0
    alert = Alert(code="disk", subject="/", text="The disk is full.", cure="Make room.")
    with Bridge.open(simulators.settings) as bridge:
        bridge.state.alerts.replace("2026-03-02T09:00:00+00:00", [alert])
    code, shown = status()
    assert code == 3 and "disk since 2026-03-02T09:00" in shown and "The disk is full. Make room." in shown
    code, shown = status("--json")
    assert code == 3 and json.loads(shown)["alerts"] == [asdict(evolve(alert, since="2026-03-02T09:00:00+00:00"))]


def test_a_password_for_mail_is_never_sent_in_clear_to_another_machine(simulators: Simulators) -> None:
    with simulators.settings.open("a", encoding="utf-8") as file:
        file.write('\n[alerts.mail]\nhost = "smtp.example"\nsecurity = "none"\nsender = "a@b.example"\n')
        file.write('to = ["c@d.example"]\nusername = "a"\npassword = "env:MAIL"\n')
    with pytest.raises(SettingsError, match="would send its password in clear"):
        read_settings(simulators.settings)


def test_an_address_without_tls_is_refused(simulators: Simulators) -> None:
    with simulators.settings.open("a", encoding="utf-8") as file:
        file.write('\n[alerts.webhook]\nurl = "http://hooks.example/a"\n')
    with pytest.raises(SettingsError, match="must be an https:// address"):
        read_settings(simulators.settings)
