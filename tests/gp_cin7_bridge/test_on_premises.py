"""Intake outside and agent inside: two processes that share a PostgreSQL, and nothing else."""

from __future__ import annotations

import os
import re
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
import sqlalchemy as sa
from databases import at_hand
from listening import TOKEN
from small import add_purchase, vouchers
from sqlalchemy.engine import make_url

import dynamicsgp_client
from gp_cin7_bridge import Bridge, SettingsError, StateError, read_settings
from gp_cin7_bridge.app.schedule import Runner
from gp_cin7_bridge.sandbox.simulators import Simulators
from gp_cin7_bridge.state.tables import METADATA

COMMAND = (sys.executable, "-m", "gp_cin7_bridge.app.cli")
LISTENS = "0A"
PAGE = (Path(__file__).resolve().parents[2] / "docs" / "on-premises.md").read_text("utf-8")
# What the page tells an administrator to grant.
RIGHTS = re.search(r"```sql\n(.*?)```", PAGE, re.DOTALL)[1]  # type: ignore[index]
INTAKE = """
name = "small"
[gp]
company = "{company}"
[cin7]
account_id = "{account}"
[state]
url = "{state}"
password = "env:STATE_PASSWORD"
[webhooks]
token = "env:WEBHOOK_TOKEN"
"""
AGENT = """
[webhooks]
token = "env:WEBHOOK_TOKEN"
delay = "1s"
[schedule]
vendors = "1d"
items = "1d"
bills = "1d"
"""


@pytest.fixture
def agent(simulators: Simulators, postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The settings inside the network; everything that was there is carried, and nothing is due before tomorrow."""
    monkeypatch.setenv("WEBHOOK_TOKEN", TOKEN)
    path, text = simulators.folder / "agent.toml", simulators.settings.read_text("utf-8")
    path.write_text(text.replace("sqlite:///state.sqlite", postgres_url) + AGENT, "utf-8")
    with Bridge.open(path) as bridge:
        assert Runner(bridge, Never()).run_once()
    return path


class Never:
    def is_set(self) -> bool:
        return False

    def wait(self, timeout: float | None = None) -> bool:
        return False


@pytest.fixture
def intake(agent: Path, postgres_url: str, tmp_path: Path) -> Iterator[Path]:
    """The settings outside: a database user that may keep events, and the secret of the webhooks."""
    role, password = f"intake_{secrets.token_hex(4)}", secrets.token_hex(8)
    with at_hand(postgres_url) as db:
        db.execute(sa.text(f"CREATE ROLE {role} LOGIN PASSWORD '{password}'"))
        db.execute(sa.text(RIGHTS.replace("gp_cin7_intake", role)))
    inside = read_settings(agent)
    url = make_url(postgres_url).set(username=role, password=None).render_as_string()
    path = tmp_path / "outside" / "bridge.toml"
    path.parent.mkdir()
    path.write_text(INTAKE.format(company=inside.gp.company, account=inside.cin7.account_id, state=url), "utf-8")
    os.environ["STATE_PASSWORD"] = password
    yield path
    del os.environ["STATE_PASSWORD"]
    with at_hand(postgres_url) as db:
        db.execute(sa.text(f"DROP OWNED BY {role}"))
        db.execute(sa.text(f"DROP ROLE {role}"))


@contextmanager
def process(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Run the command until told to stop, and see that it ends well."""
    with subprocess.Popen([*COMMAND, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        try:
            yield running
        finally:
            running.send_signal(signal.SIGTERM)
            told = running.communicate(timeout=60)[1]
    assert running.returncode == 0, told


def address(served: subprocess.Popen[str]) -> str:
    assert served.stdout is not None
    found = re.fullmatch(r"ready (http://127\.0\.0\.1:\d+)\n", served.stdout.readline())
    assert found
    return found[1]


def sockets(pid: int) -> list[tuple[int, int, str]]:
    """The TCP sockets of a process: its port, the other end's, the state."""
    inodes = set()
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        try:
            inodes.add(entry.readlink().name)
        except OSError:
            continue  # closed meanwhile
    found = []
    for table in ("tcp", "tcp6"):
        rows = (line.split() for line in Path(f"/proc/{pid}/net/{table}").read_text("ascii").splitlines()[1:])
        found += [
            (int(row[1].split(":")[1], 16), int(row[2].split(":")[1], 16), row[3])
            for row in rows
            if f"socket:[{row[9]}]" in inodes
        ]
    return found


def soon(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline, "never"
        time.sleep(0.05)


def test_an_intake_that_cannot_reach_gp_keeps_events_and_an_agent_without_a_port_reads_again(
    simulators: Simulators, agent: Path, intake: Path, postgres_url: str
) -> None:
    add_purchase(simulators.cin7, 4, Status="DRAFT")
    simulators.cin7.people.authorise_invoice("PO-4")
    asked = len(simulators.gp.requests), len(simulators.cin7.requests)
    with process("serve", "-c", str(intake), "--port", "0") as served:
        url = f"{address(served)}/webhooks/small"
        headers = {"Authorization": f"Bearer {TOKEN}"}
        body = b'{"PurchaseOrderNumber": "PO-4", "EventType": "Purchase/InvoiceAuthorised"}'
        assert httpx.post(url, content=body, trust_env=False).status_code == 401
        answer = httpx.post(url, content=body, headers=headers, trust_env=False)
        assert answer.status_code == 200
        inside = read_settings(agent)
        systems = {urlsplit(each).port for each in (inside.gp.sba_url, inside.cin7.base_url)}
        assert not [other for _, other, _ in sockets(served.pid) if other in systems]
    assert (len(simulators.gp.requests), len(simulators.cin7.requests)) == asked
    assert len(vouchers(simulators.gp)) == 3
    with Bridge.open(agent) as bridge, process("run", "-c", str(agent)) as running:
        assert len(bridge.state.events.waiting()) == 1
        soon(lambda: bridge.state.events.waiting() == [])
        assert not [port for port, _, state in sockets(running.pid) if state == LISTENS]
    assert [number for number, _ in vouchers(simulators.gp)] == ["INV-1", "INV-2", "INV-3", "INV-4"]


def test_an_intake_holds_neither_an_account_of_gp_nor_a_key_of_cin7_and_says_so_when_it_is_to_work(
    agent: Path, intake: Path
) -> None:
    settings = read_settings(intake)
    assert (settings.gp.username, settings.gp.password, settings.cin7.application_key) == (None, None, None)
    with Bridge.open(intake) as bridge:
        for system in ("gp", "cin7"):
            with pytest.raises(SettingsError, match="only take webhooks"):
                getattr(bridge, system)


def test_the_database_user_of_an_intake_reads_no_document_and_changes_no_link(intake: Path) -> None:
    with Bridge.open(intake) as bridge:
        engine = sa.create_engine(
            make_url(read_settings(intake).state.url).set(
                drivername="postgresql+psycopg", password=os.environ["STATE_PASSWORD"]
            )
        )
        for table in METADATA.tables.keys() - {"connection", "event"}:
            with engine.connect() as db, pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
                db.execute(sa.text(f"SELECT * FROM {table}"))
        assert bridge.state.events.waiting() == []
        engine.dispose()


def test_what_the_database_user_of_an_intake_may_not_do_is_said_with_a_cure(intake: Path) -> None:
    with Bridge.open(intake) as bridge, pytest.raises(StateError, match=r"permission denied.*; grant it"):
        bridge.state.held()
    text = intake.read_text("utf-8").replace('name = "small"', 'name = "unknown"')
    intake.write_text(text, "utf-8")
    with pytest.raises(StateError, match=r"permission denied.*; grant it"):
        Bridge.open(intake)


def test_every_operation_that_is_asked_of_soap_stands_on_the_page() -> None:
    backends = Path(dynamicsgp_client.__file__).parent / "backends"
    source = "".join(each.read_text("utf-8") for each in backends.rglob("*.py"))
    asked = set(re.findall(r'"((?:Get|Create)[A-Z][A-Za-z]+)"', source))
    # Only the GP client changes these; the bridge writes neither vendors nor items to GP.
    asked -= {"CreateSalesItem", "CreateVendor", "CreateVendorAddress"}
    assert len(asked) > 30
    assert asked <= set(re.findall(r"`([A-Za-z]+)`", PAGE))
