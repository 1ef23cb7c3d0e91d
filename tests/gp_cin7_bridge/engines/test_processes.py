"""Real processes on each engine, between two simulated companies: killed, followed, stopped."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from decimal import Decimal
from multiprocessing import active_children as active
from pathlib import Path

import pytest
from databases import at_hand
from engine_processes import started
from small import Small, add_purchase, vouchers

from gp_cin7_bridge.app.engines.dbos_queue import Queue
from gp_cin7_bridge.sandbox.simulators import Simulators

EACH = 5
LONG = 30.0


class Company(Small):
    """A company with a name of its own; vendors, items and bills run every few seconds."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.settings = f'{Small.settings}\n[schedule]\nvendors = "1d"\nitems = "1d"\nbills = "2s"\n'


@pytest.fixture
def companies(tmp_path: Path) -> Iterator[list[Simulators]]:
    with ExitStack() as opened:
        made = [
            opened.enter_context(Simulators(tmp_path / name, Company(name), calls=60000, per=60))
            for name in ("large", "small")
        ]
        for number in range(4, EACH + 1):
            add_purchase(made[0].cin7, number)
        yield made


@pytest.fixture(params=["inline", "sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where the jobs wait; nowhere for the engine without a queue."""
    if request.param == "inline":
        return ""
    return request.getfixturevalue("postgres_url") if request.param == "postgresql" else f"sqlite:///{tmp_path}/jobs"


@pytest.fixture(autouse=True)
def none_left() -> Iterator[None]:
    """Leave no process, whatever failed."""
    yield
    for process in active():
        process.kill()
        process.join()


def soon(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LONG
    while not true():
        assert time.monotonic() < deadline, "never"
        time.sleep(0.05)


def made(companies: list[Simulators]) -> list[list[tuple[str, Decimal]]]:
    return [vouchers(each.gp) for each in companies]


def test_killed_at_two_of_five_and_followed_by_another_process_each_bill_is_one_voucher(
    companies: list[Simulators], url: str
) -> None:
    paths = [each.settings for each in companies]
    first = started(url, paths, "first", "after:create:7")  # two vendors and items each, then bills
    first.join(LONG)
    assert first.exitcode == -signal.SIGKILL
    second = started(url, paths, "second")
    soon(lambda: [len(each) for each in made(companies)] == [EACH, 3])
    second.terminate()
    second.join(LONG)
    assert second.exitcode == 0
    wanted = [(f"INV-{number}", Decimal(10 * number)) for number in range(1, EACH + 1)]
    assert made(companies) == [wanted, wanted[:3]]
    for each in companies:
        secrets = [file.read_bytes() for file in (each.folder / "secrets").iterdir()]
        assert len(secrets) == 2
        for kept in _kept(url):
            assert not any(secret in kept for secret in secrets)


def _kept(url: str) -> list[bytes]:
    """Everything that an engine wrote."""
    if url.startswith("sqlite"):
        path = Path(url.removeprefix("sqlite:///"))
        return [file.read_bytes() for file in path.parent.glob("jobs*") if file.is_file()]
    if not url:
        return []
    with at_hand(url) as db:
        tables = db.exec_driver_sql("SELECT tablename FROM pg_tables WHERE schemaname = 'dbos'").scalars().all()
        rows = [db.exec_driver_sql(f"SELECT t::text FROM dbos.{table} t").scalars().all() for table in tables]
    texts = [text.encode() for table in rows for text in table]
    assert any(b"gp_cin7.job" in text for text in texts)
    return texts


def test_what_a_living_process_does_stays_its_own(companies: list[Simulators], tmp_path: Path) -> None:
    url, paths = f"sqlite:///{tmp_path}/jobs", [each.settings for each in companies]
    first = started(url, paths, "first", "after:create:7")
    first.join(LONG)
    with closing(Queue(url)) as queue, ExitStack() as alive:
        alive.enter_context(queue.name("first", 0))  # for the others it lives
        second = started(url, paths, "second")
        soon(lambda: _looks(queue) >= 3)
        with queue.opened() as client:
            assert client.list_workflows(status="PENDING", executor_id="first")
        alive.close()
        soon(lambda: [len(each) for each in made(companies)] == [EACH, 3])
    second.terminate()
    second.join(LONG)
    assert second.exitcode == 0


def _looks(queue: Queue) -> int:
    with queue.opened() as client:
        return len(client.list_workflows(name="gp_cin7.look", status="SUCCESS", executor_id="second"))


def test_a_stop_ends_clean_and_the_next_start_does_the_rest(companies: list[Simulators], url: str) -> None:
    paths = [each.settings for each in companies]
    first = started(url, paths, "first")
    soon(lambda: any(made(companies)))
    first.terminate()
    first.join(LONG)
    assert first.exitcode == 0
    second = started(url, paths, "first")
    soon(lambda: [len(each) for each in made(companies)] == [EACH, 3])
    second.terminate()
    second.join(LONG)
    assert second.exitcode == 0
