"""What is due for many companies that share a state, and the command that works for them."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest
from dbos import DBOS
from engine_processes import commanded
from small import Small, vouchers
from typer.testing import CliRunner

from gp_cin7_bridge.app.cli import app
from gp_cin7_bridge.app.engines import Fleet, Job
from gp_cin7_bridge.app.engines.dbos import DbosEngine
from gp_cin7_bridge.app.engines.dbos_queue import Queue
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.errors import EngineError
from gp_cin7_bridge.sandbox.simulators import Simulators

LONG = 60.0
NAMES = ("east", "west")


class Company(Small):
    """A company with a name of its own, whose items follow a cron expression."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.settings = f'{Small.settings}\n[schedule]\nitems = "0 3 * * *"\nbills = "2s"\n'


@pytest.fixture
def companies(tmp_path: Path) -> Iterator[list[Simulators]]:
    """Two companies on one state."""
    with ExitStack() as opened:
        made = [opened.enter_context(Simulators(tmp_path / name, Company(name), calls=60000, per=60)) for name in NAMES]
        for each in made:
            text = each.settings.read_text("utf-8")
            each.settings.write_text(text.replace("sqlite:///state", f"sqlite:///{tmp_path}/state"), "utf-8")
        yield made


@pytest.fixture
def fleet(companies: list[Simulators]) -> Iterator[Fleet]:
    with Fleet([each.settings for each in companies], threading.Event()) as fleet:
        yield fleet


def test_at_first_everything_but_cron_is_due_for_each_company(fleet: Fleet) -> None:
    assert list(fleet.due()) == [Job(flow, name, "") for name in NAMES for flow in ("vendors", "bills")]


def test_what_ran_is_not_due_again_for_that_company_alone(fleet: Fleet, companies: list[Simulators]) -> None:
    fleet.work("vendors", "west")
    due = list(fleet.due())
    assert Job("vendors", "east", "") in due
    assert not any((job.flow, job.company) == ("vendors", "west") for job in due)


def test_a_cron_expression_counts_from_the_first_look(fleet: Fleet, companies: list[Simulators]) -> None:
    list(fleet.due())
    for each in companies:
        with Bridge.open(each.settings) as bridge:
            assert bridge.state.cursor("schedule.items")
            bridge.state.move_cursor("schedule.items", "2026-01-01T00:00:00+00:00")
    assert Job("items", "east", "2026-01-01T00:00:00+00:00") in list(fleet.due())


def working(companies: list[Simulators], *options: str) -> ForkServerProcess:
    connections = [argument for each in companies for argument in ("-c", str(each.settings))]
    queue = f"sqlite:///{companies[0].folder}/jobs.sqlite"
    return commanded("work", *connections, "--queue", queue, *options)


def soon(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LONG
    while not true():
        assert time.monotonic() < deadline, "never"
        time.sleep(0.05)


def test_work_carries_the_bills_of_every_connection_until_it_is_told_to_stop(companies: list[Simulators]) -> None:
    process = working(companies)
    soon(lambda: [len(vouchers(each.gp)) for each in companies] == [3, 3])
    process.terminate()
    process.join(LONG)
    assert process.exitcode == 0


def test_work_leaves_a_job_that_outlasts_the_grace_and_says_so_by_its_exit_code(companies: list[Simulators]) -> None:
    companies[0].cin7.fail_next("slow", seconds=2 * LONG, times=10)
    process = working(companies[:1], "--grace", "1")
    soon(lambda: len(companies[0].cin7.requests) > 0)
    process.terminate()
    process.join(LONG)
    assert process.exitcode == 1


@pytest.fixture
def same_signals() -> Iterator[None]:
    """Put back what the command takes."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("same_signals")
def test_work_refuses_a_name_that_a_living_process_has(
    companies: list[Simulators], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gp_cin7_bridge.app.engines.dbos.PATIENCE", 0.1)
    url = f"sqlite:///{tmp_path}/jobs.sqlite"
    with closing(Queue(url)) as queue, queue.name("w-1", 0):
        done = CliRunner().invoke(app, ["work", "-c", str(companies[0].settings), "--queue", url, "--executor", "w-1"])
    assert done.exit_code == 1
    assert "'w-1' runs already" in done.output


@pytest.mark.usefixtures("same_signals")
def test_work_refuses_two_files_of_one_name(companies: list[Simulators], tmp_path: Path) -> None:
    path = str(companies[0].settings)
    done = CliRunner().invoke(app, ["work", "-c", path, "-c", path, "--queue", f"sqlite:///{tmp_path}/jobs.sqlite"])
    assert done.exit_code == 1
    assert "another file has the name 'east'" in done.output


def test_a_host_that_uses_dbos_itself_is_refused_and_keeps_its_own(tmp_path: Path) -> None:
    host = DBOS(config={"name": "host", "system_database_url": f"sqlite:///{tmp_path}/host.sqlite"})
    try:
        with closing(Queue(f"sqlite:///{tmp_path}/jobs.sqlite")) as queue:
            engine = DbosEngine(lambda *_: None, queue, executor="w-1")
            with pytest.raises(EngineError, match="for something else"):
                engine.run(threading.Event())
        assert DBOS(config={"name": "host"}) is host
    finally:
        DBOS.destroy()
