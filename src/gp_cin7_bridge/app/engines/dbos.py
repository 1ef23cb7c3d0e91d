"""The engine on DBOS: SQLite for one service, PostgreSQL for a fleet. Needs the extra `[dbos]`.

Nothing here makes a document safe; the ledger does.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
from contextlib import ExitStack
from typing import Final

import sqlalchemy as sa
from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer, ScheduleInput, WorkflowSerializationFormat

from gp_cin7_bridge.app.engines.dbos_queue import APPLICATION, JOB, LOOK, PROTOCOL, QUEUE, Queue
from gp_cin7_bridge.app.engines.port import Due, Job, Work
from gp_cin7_bridge.app.schedule import Stop
from gp_cin7_bridge.errors import BridgeError, EngineError

PATIENCE: Final = 5.0

logger: logging.Logger = logging.getLogger("gp_cin7_bridge.engines")


class DbosEngine:
    """Runs jobs of a queue that processes share; one engine a process.

    Args:
        work: runs a flow of a company; returns soon once the stop is set.
        queue: where the jobs wait.
        executor: this process's own name, the same after a restart. DBOS calls every process "local" by default, and
            each that starts runs again what the others of its name are at.
        slots: how many jobs this process runs at once, each of another company.
        every: seconds between two looks at what is due; divides 60.
        grace: seconds in which jobs at work may come to their end.
        poll: seconds between two looks at the queue.
        migrate: make DBOS's tables in PostgreSQL, or bring them to its release; a SQLite file is always made ready.

    Raises:
        EngineError: no name of its own, or no part of a minute.
    """

    def __init__(
        self,
        work: Work,
        queue: Queue,
        *,
        executor: str,
        slots: int = 8,
        every: int = 15,
        grace: int = 60,
        poll: float = 1.0,
        migrate: bool = False,
    ) -> None:
        if executor in ("", "local"):
            raise EngineError("each process needs a name of its own, such as HOST-1; DBOS calls all others 'local'")
        if every < 1 or 60 % every:
            raise EngineError(f"{every} seconds do not divide a minute; look every 5, 10, 15, 20, 30 or 60 seconds")
        self._work = work
        self._queue = queue
        self._executor = executor
        self._slots, self._every, self._grace, self._poll = slots, every, grace, poll
        self._migrate = migrate or queue.migrates
        self._due: Due = tuple
        self._at_work = 0
        self._counting = threading.Lock()

    def enqueue(self, job: Job) -> None:
        """Take a job; one whose key is known already is not taken again.

        Raises:
            EngineError: DBOS's tables are missing, or the database does not answer.
        """
        with self._queue.opened() as client:
            self._queue.enqueue(client, job)

    def schedule(self, due: Due) -> None:
        """Ask now and then what is due, and take it; one process of a fleet asks for all."""
        self._due = due

    def run(self, stop: Stop) -> bool:
        """Run jobs until told to stop; tell whether all that began came to an end within the grace period.

        Raises:
            EngineError: a process of this name runs already or this one lost its name, this process uses DBOS for
                something else, or the database cannot be used.
        """
        with ExitStack() as held, self._queue.told():
            self._queue.prepare()
            try:
                session = held.enter_context(self._queue.name(self._executor, PATIENCE))
            except TimeoutError:
                raise EngineError(
                    f"a process named {self._executor!r} runs already; give each process a name of its own"
                ) from None
            _running.append(self)
            held.callback(_running.remove, self)
            self._launch(held)
            # The schedule's first look may be a minute away.
            self.look()
            while not stop.wait(self._every):
                _still_named(session)
        return self._at_work == 0

    def do(self, flow: str, company: str) -> None:
        """Run a job of the queue."""
        with self._counting:
            self._at_work += 1
        try:
            self._work(flow, company)
        except BridgeError as error:
            logger.error("%s %s: %s", company, flow, error)  # noqa: TRY400 — the message says what to do
            raise
        finally:
            with self._counting:
                self._at_work -= 1

    def look(self) -> None:
        """Take what is due, and what dead processes left; forget what ended long ago."""
        with self._queue.opened() as client:
            self._queue.adopt(client, self._executor)
            self._queue.forget(client, dt.datetime.now(dt.UTC))
            for job in self._due():
                self._queue.enqueue(client, job)

    def _launch(self, held: ExitStack) -> None:
        # There is one DBOS a process: where the host has its own, the constructor gives that.
        DBOS(
            config=DBOSConfig(
                name=APPLICATION,
                system_database_url=None if self._queue.engine else self._queue.url,
                system_database_engine=self._queue.engine,
                executor_id=self._executor,
                application_version=PROTOCOL,
                serializer=DBOSPortableJSONSerializer(),
                run_migrations=self._migrate,
                log_level="WARNING",
            )
        )
        if (DBOS.executor_id, DBOS.application_version) != (self._executor, PROTOCOL):
            raise EngineError("this process uses DBOS for something else; give the bridge a process of its own")
        held.callback(DBOS.destroy, workflow_completion_timeout_sec=self._grace)
        DBOS.launch()
        # One job at a time for a company keeps a large one from holding every slot.
        DBOS.register_queue(
            QUEUE, worker_concurrency=self._slots, partition_concurrency=1, polling_interval_sec=self._poll
        )
        # Each schedule is a thread in each process, so one looks for all companies.
        second = "0" if self._every == 60 else f"*/{self._every}"
        look = ScheduleInput(schedule_name=LOOK, workflow_fn=_look, schedule=f"{second} * * * * *", context=None)
        DBOS.apply_schedules([look])


_running: Final[list[DbosEngine]] = []


@DBOS.workflow(name=JOB, serialization_type=WorkflowSerializationFormat.PORTABLE)
def _job(flow: str, company: str) -> None:
    _running[-1].do(flow, company)


@DBOS.workflow(name=LOOK)
def _look(_at: dt.datetime, _context: object) -> None:
    _running[-1].look()


def _still_named(session: sa.Connection | None) -> None:
    """Fail when the session that holds this process's name ended: others may take its jobs for a dead one's."""
    if session is not None:
        session.execute(sa.text("SELECT 1"))
        session.rollback()
