"""The served simulator: webhooks over real sockets, `/_sim`, and a file that survives; the page's own example."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import httpx
import pytest

from cin7core_client.testing import FakeCin7, served

HOOK = {"Type": "Purchase/InvoiceAuthorised", "IsActive": True, "ExternalAuthorizationType": "bearerauth"}


class Hooks(BaseHTTPRequestHandler):
    seen: list[tuple[str, bytes]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.seen.append((self.headers["Authorization"], body))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@pytest.fixture
def hooks() -> Iterator[tuple[str, list[tuple[str, bytes]]]]:
    seen: list[tuple[str, bytes]] = []
    server = HTTPServer(("127.0.0.1", 0), type("Noting", (Hooks,), {"seen": seen}))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/hook", seen
    server.shutdown()
    server.server_close()
    thread.join()


def keys(account: FakeCin7) -> dict[str, str]:
    return {"api-auth-accountid": account.account_id, "api-auth-applicationkey": account.application_key}


def test_a_webhook_is_posted_over_http_when_the_clock_is_moved(hooks: tuple[str, list[tuple[str, bytes]]]) -> None:
    url, seen = hooks
    account = FakeCin7(calls=6000)
    with served(account) as server, httpx.Client(base_url=server.url, headers=keys(account)) as client:
        client.post("webhooks", json={**HOOK, "ExternalURL": url, "ExternalBearerToken": "t"}).raise_for_status()
        sim = server.url.replace("/ExternalApi/v2/", "/_sim")
        for command in ({"do": "authorise_invoice", "order_number": "PO-00003"}, {"do": "advance", "seconds": 60}):
            assert httpx.post(sim, json=command).json()["ok"] is True
    account.close()
    ((authorization, body),) = seen
    assert authorization == "Bearer t" and b'"Q-1002"' in body


def test_sim_says_what_it_does_not_know() -> None:
    account = FakeCin7(calls=6000)
    with served(account) as server:
        sim = server.url.replace("/ExternalApi/v2/", "/_sim")
        unknown = httpx.post(sim, json={"do": "explode"})
        wrong = httpx.post(sim, json={"do": "pay", "order_number": "PO-00001"})
        absent = httpx.post(sim, json={"do": "void_purchase", "order_number": "PO-9"})
        garbage = httpx.post(sim, content=b"{")
    account.close()
    assert [each.status_code for each in (unknown, wrong, absent, garbage)] == [400] * 4
    assert "void_purchase" in unknown.json()["error"] and "amount" in wrong.json()["error"]


def test_records_made_over_the_network_survive_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "cin7.sqlite"
    for turn, method in enumerate(("POST", "GET")):
        account = FakeCin7(path=path)
        with served(account) as server, httpx.Client(base_url=server.url, headers=keys(account)) as client:
            client.request(method, "ref/brand", json={"Name": "Lasting"}).raise_for_status()
            assert client.get("ref/brand").json()["Total"] == 1
            assert len(account.requests) == 2 * (turn + 1)
        account.close()


def test_the_readmes_example_runs_against_the_served_account(repository: Path) -> None:
    readme = (repository / "src" / "cin7core_client" / "README.md").read_text("utf-8")
    told = readme.partition("The last line says `")[2].partition("`")[0]
    with served(FakeCin7()) as server:
        script = readme.partition("## Read and write over HTTP")[2].partition("```python\n")[2].partition("```")[0]
        script = script.replace("http://127.0.0.1:8002/ExternalApi/v2/", server.url)
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    server.account.close()
    assert done.stdout.splitlines()[0] == "USD" and done.stdout.splitlines()[-1] == told, done.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--calls", "0"], "--calls"),
        (["--per", "nan"], "--per"),
        (["--db", "{folder}"], "name a file of this simulator, or a new one, with --db"),
        (["--switch", "foo=bar"], "there is no switch 'foo'"),
    ],
)
def test_the_command_says_what_it_cannot_do_without_a_traceback(
    arguments: list[str], told: str, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "cin7core_client.testing", *(each.format(folder=tmp_path) for each in arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode in (1, 2) and told in done.stderr and "Traceback" not in done.stderr


def test_the_command_tells_every_command_of_sim() -> None:
    command = [sys.executable, "-m", "cin7core_client.testing", "--help"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    for word in ("fail_next", "advance", "void_invoice", "convert_to_advanced", "simple_shell", "--limit-window"):
        assert word in shown
