"""The command: what it refuses, and that it serves until told to stop."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from gp_cin7_bridge.app.cli import app

RUN = CliRunner()
SETTINGS = """
name = "served"
[gp]
sba_url = "http://127.0.0.1:9/GPService"
company = "Fabrikam, Inc."
username = 'GP\\user'
password = "env:GP_PASSWORD"
[cin7]
account_id = "0"
application_key = "env:CIN7_KEY"
[accounts]
payable = "000-2100-00"
"""


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    path = tmp_path / "bridge.toml"
    path.write_text(SETTINGS, "utf-8")
    return path


def test_the_page_is_served_until_the_program_is_told_to_stop(settings: Path) -> None:
    command = [sys.executable, "-m", "gp_cin7_bridge.app.cli", "serve", "-c", str(settings), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as served:
        try:
            assert served.stdout is not None
            word, url = served.stdout.readline().split()
            assert word == "ready"
            answer = httpx.get(f"{url}/", follow_redirects=True)
            assert answer.status_code == 200 and "Sign in" in answer.text and "server" not in answer.headers
        finally:
            served.send_signal(signal.SIGTERM)
        _, told = served.communicate(timeout=60)
    assert (served.returncode, "Traceback" in told) == (0, False), told


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "gp.example"])
def test_an_address_that_others_can_reach_needs_tls_before_it(settings: Path, host: str) -> None:
    result = RUN.invoke(app, ["serve", "-c", str(settings), "--host", host])
    assert result.exit_code == 2 and "https = true" in result.output


def test_an_address_in_use_is_said_with_a_cure(settings: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        result = RUN.invoke(app, ["serve", "-c", str(settings), "--port", port])
    assert result.exit_code == 1 and "choose another --port" in result.output


def test_a_token_that_cannot_be_read_is_said_with_a_cure(settings: Path) -> None:
    with settings.open("a", encoding="utf-8") as file:
        file.write('[web.tokens.kim]\ntoken = "file:no-such-file"\n')
    result = RUN.invoke(app, ["serve", "-c", str(settings)])
    assert result.exit_code == 2 and str(settings.parent / "no-such-file") in result.output
