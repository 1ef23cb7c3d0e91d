"""The files of bills, kept under their hashes: once, from where they may be taken, named in the audit."""

from __future__ import annotations

import datetime as dt
import hashlib
import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from small import add_purchase, writes

from gp_cin7_bridge import Bridge, keep_attachments, sync_bills
from gp_cin7_bridge.review.attachments import NotKeptError, download
from gp_cin7_bridge.review.dossier import dossier, dossier_json
from gp_cin7_bridge.sandbox.simulators import Simulators
from gp_cin7_bridge.settings.attachments import AttachmentSettings

PDF = b"%PDF-1.7 a bill"
DIGEST = hashlib.sha256(PDF).hexdigest()


class Files(http.server.BaseHTTPRequestHandler):
    """Some files, a page for people, and a way to elsewhere."""

    asked: list[dict[str, str]]

    def do_GET(self) -> None:
        self.asked.append({name.lower(): value for name, value in self.headers.items()})
        status, kind, body = {
            "/bill": (200, "application/pdf", PDF),
            "/large": (200, "application/pdf", b"x" * 100_000),
            "/login": (200, "text/html; charset=utf-8", b"<html>sign in"),
            "/away": (302, "", b""),
        }.get(self.path, (404, "text/plain", b"no"))
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if status == 302:
            self.send_header("Location", "http://localhost:1/secret")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def web() -> Iterator[str]:
    """A place from where files may be taken."""
    Files.asked = []
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Files)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def keeping(simulators: Simulators, web: str) -> Iterator[Bridge]:
    """A bridge that keeps files; INV-1 has one."""
    text = simulators.settings.read_text("utf-8")
    simulators.settings.write_text(f'{text}\n[attachments]\non = true\nhosts = ["127.0.0.1"]\n', "utf-8")
    attach(simulators, web, "PO-1", "bill.pdf", "/bill")
    with Bridge.open(simulators.settings) as opened:
        yield opened


def attach(simulators: Simulators, web: str, order_number: str, name: str, path: str) -> None:
    simulators.cin7.people.attach(order_number, name)
    (row,) = simulators.cin7.sql("SELECT id, body FROM purchases WHERE body LIKE ?", (f'%"{order_number}"%',))
    body = json.loads(row["body"])
    body["Attachments"][-1]["DownloadUrl"] = web + path
    simulators.cin7.sql("UPDATE purchases SET body = ? WHERE id = ?", (json.dumps(body), row["id"]))


def test_nothing_is_kept_unless_it_is_switched_on(simulators: Simulators, bridge: Bridge) -> None:
    simulators.cin7.people.attach("PO-1", "bill.pdf")
    before = len(simulators.cin7.requests)
    assert keep_attachments(bridge).kept == ()
    assert len(simulators.cin7.requests) == before and not (simulators.folder / "attachments").exists()


def test_a_bills_file_is_kept_under_its_hash_and_named_in_the_bills_audit(
    simulators: Simulators, keeping: Bridge
) -> None:
    before = writes(simulators)
    (file,) = keep_attachments(keeping).kept
    assert (file.document, file.file_name, file.sha256, file.bytes) == ("INV-1", "bill.pdf", DIGEST, len(PDF))
    assert (simulators.folder / "attachments" / DIGEST).read_bytes() == PDF
    row = keeping.state.audit_rows(document="INV-1")[-1]
    assert (row.action, row.outcome, row.flow) == ("attach", "kept", "bills") and DIGEST in (row.after or "")
    assert writes(simulators) == before


def test_the_bills_dossier_shows_its_file(keeping: Bridge) -> None:
    keep_attachments(keeping)
    shown = json.dumps(dossier_json(dossier(keeping, "INV-1")), default=str)
    assert DIGEST in shown and "bill.pdf" in shown


def test_a_file_is_kept_once(keeping: Bridge) -> None:
    keep_attachments(keeping)
    assert keep_attachments(keeping).kept == () and len(Files.asked) == 1


def test_no_credentials_go_to_where_files_lie(keeping: Bridge) -> None:
    keep_attachments(keeping)
    assert not [name for name in Files.asked[0] if name.startswith("api-auth") or name == "authorization"]


def test_a_file_that_cannot_be_taken_is_told_and_tried_again(simulators: Simulators, keeping: Bridge, web: str) -> None:
    attach(simulators, web, "PO-2", "lost.pdf", "/nothing")
    first = keep_attachments(keeping)
    assert len(first.kept) == 1 and "INV-2, lost.pdf: the address answered 404" in first.failed[0]
    assert len(keep_attachments(keeping).failed) == 1


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/login", "needs a session"),
        ("/away", "is not among hosts"),
        ("/large", "more than 1000 bytes"),
        ("/nothing", "answered 404"),
    ],
)
def test_what_is_no_file_is_not_kept(web: str, tmp_path: Path, path: str, message: str) -> None:
    with pytest.raises(NotKeptError, match=message):
        download(web + path, tmp_path, AttachmentSettings(on=True, hosts=("127.0.0.1",), most_bytes=1000))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "url", ["http://inventory.dearsystems.com/x", "https://elsewhere.example/x", "file:///etc/passwd"]
)
def test_files_are_taken_only_over_tls_and_from_the_hosts_that_are_named(tmp_path: Path, url: str) -> None:
    with pytest.raises(NotKeptError):
        download(url, tmp_path, AttachmentSettings(on=True))


def test_a_bill_that_is_carried_later_than_its_purchase_changed_has_its_files_kept(
    simulators: Simulators, keeping: Bridge, web: str
) -> None:
    add_purchase(simulators.cin7, 4)
    attach(simulators, web, "PO-4", "late.pdf", "/bill")
    add_purchase(simulators.cin7, 5, day=dt.date(2030, 1, 1))
    keep_attachments(keeping)
    assert "INV-4" in sync_bills(keeping).created
    assert [file.document for file in keep_attachments(keeping).kept] == ["INV-4"]
