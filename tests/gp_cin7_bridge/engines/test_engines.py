"""What every engine promises, and the traps of DBOS that its adapter closes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import databases
import pytest
from attrs import define, field

from gp_cin7_bridge.app.engines import Engine, InlineEngine, Job
from gp_cin7_bridge.app.engines.dbos import DbosEngine
from gp_cin7_bridge.app.engines.dbos_queue import PROTOCOL, Queue
from gp_cin7_bridge.errors import EngineError, StateError

LONG = 60.0


@define
class Running:
    """An engine at work, and what each company's jobs do."""

    engine: Engine = field(init=False)
    handlers: dict[str, Callable[[], None]] = field(factory=dict)
    done: list[str] = field(factory=list)

    def work(self, flow: str, company: str) -> None:
        self.handlers.get(company, lambda: None)()
        self.done.append(company)

    def enqueue(self, company: str, *numbers: int) -> None:
        for number in numbers:
            self.engine.enqueue(Job("bills", company, f"{number}"))

    def wait_for(self, company: str, count: int = 1) -> None:
        for _ in range(int(LONG / 0.05)):
            if self.done.count(company) >= count:
                return
            threading.Event().wait(0.05)
        raise AssertionError(f"{company}: {self.done}")


@pytest.fixture(scope="module", params=["inline", "sqlite", "postgresql"])
def running(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    postgres_server: databases.Server,
) -> Iterator[Running]:
    """An engine of each kind in turn, running in a thread."""
    made, stop = Running(), threading.Event()
    with ExitStack() as opened:
        if request.param == "inline":
            made.engine = InlineEngine(made.work, every=0.05)
        else:
            url = f"sqlite:///{tmp_path_factory.mktemp('queue') / 'jobs.sqlite'}"
            if request.param == "postgresql":
                url = opened.enter_context(postgres_server.database())
            made.engine = on_dbos(made.work, opened.enter_context(closing(Queue(url))))
        asked: list[Job] = [Job("bills", "SCHEDULED", "1")]
        made.engine.schedule(lambda: asked)
        ended: list[bool] = []
        thread = threading.Thread(target=lambda: ended.append(made.engine.run(stop)))
        thread.start()
        made.wait_for("SCHEDULED")
        yield made
        stop.set()
        thread.join(LONG)
        assert ended == [True]


def on_dbos(work: Callable[[str, str], None], queue: Queue, executor: str = "test-1") -> DbosEngine:
    return DbosEngine(work, queue, executor=executor, slots=2, every=1, grace=5, poll=0.05, migrate=True)


def test_what_is_due_at_each_look_runs_once(running: Running) -> None:
    running.wait_for("SCHEDULED")
    assert running.done.count("SCHEDULED") == 1


def test_a_job_taken_twice_runs_once_and_the_next_one_again(running: Running) -> None:
    running.enqueue("TWICE", 1, 1)
    running.wait_for("TWICE")
    running.enqueue("TWICE", 1, 2)
    running.wait_for("TWICE", 2)
    running.enqueue("TWICE", 3)
    running.wait_for("TWICE", 3)
    assert running.done.count("TWICE") == 3


def test_a_large_company_does_not_keep_a_small_one_waiting(running: Running) -> None:
    all_wait = threading.Event()
    running.handlers["LARGE"] = lambda: all_wait.wait(LONG) and None
    running.enqueue("LARGE", *range(20))
    running.enqueue("SMALL", 1)
    all_wait.set()
    running.wait_for("LARGE", 20)
    among = [each for each in running.done if each in ("LARGE", "SMALL")]
    assert among.index("SMALL") < 10


def test_a_company_has_one_job_at_a_time(running: Running) -> None:
    at_work, most = [0], [0]

    def handler() -> None:
        at_work[0] += 1
        most[0] = max(most[0], at_work[0])
        threading.Event().wait(0.02)
        at_work[0] -= 1

    running.handlers["ONE"] = handler
    running.enqueue("ONE", *range(5))
    running.wait_for("ONE", 5)
    assert most == [1]


def test_a_job_that_fails_keeps_no_other_from_running(running: Running) -> None:
    def handler() -> None:
        raise StateError("its state does not answer")

    running.handlers["BROKEN"] = handler
    running.enqueue("BROKEN", 1)
    running.enqueue("SOUND", 1)
    running.wait_for("SOUND")


@pytest.fixture(params=["sqlite", "postgresql"])
def queue(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Queue]:
    url = f"sqlite:///{tmp_path / 'jobs.sqlite'}"
    with closing(Queue(request.getfixturevalue("postgres_url") if request.param == "postgresql" else url)) as opened:
        yield opened


def test_a_process_without_a_name_of_its_own_is_refused(queue: Queue) -> None:
    for name in ("", "local"):
        with pytest.raises(EngineError, match="a name of its own"):
            on_dbos(lambda *_: None, queue, name)


def test_a_second_process_of_one_name_is_refused(queue: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gp_cin7_bridge.app.engines.dbos.PATIENCE", 0.1)
    with queue.name("test-1", 0), pytest.raises(EngineError, match="'test-1' runs already"):
        on_dbos(lambda *_: None, queue).run(threading.Event())


def test_free_names_are_counted_up(queue: Queue) -> None:
    with queue.name("host-1", 0):
        assert queue.free_name("host") == "host-2"
    assert queue.free_name("host") == "host-1"


def test_tables_that_are_missing_are_told_of_with_their_cure(postgres_server: databases.Server) -> None:
    with (
        postgres_server.database() as url,
        closing(Queue(url)) as queue,
        pytest.raises(EngineError, match="gp-cin7 work --migrate"),
    ):
        on_dbos(lambda *_: None, queue).enqueue(Job("bills", "ACME", ""))


def test_arguments_are_kept_as_json_under_a_pinned_version(tmp_path: Path) -> None:
    with closing(Queue(f"sqlite:///{tmp_path / 'jobs.sqlite'}")) as queue:
        on_dbos(lambda *_: None, queue).enqueue(Job("bills", "ACME", ""))
        with queue.opened() as client:
            (kept,) = client.list_workflows()
        written = b"".join(file.read_bytes() for file in sorted(tmp_path.glob("jobs.sqlite*")))
    assert (kept.app_version, kept.queue_partition_key) == (PROTOCOL, "ACME")
    assert b'"positionalArgs"' in written
    assert written[18:20] == b"\2\2"  # of a SQLite file whose journal is WAL
