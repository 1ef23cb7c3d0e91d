"""The queue that processes share through DBOS's tables, and whose process lives."""

from __future__ import annotations

import datetime as dt
import itertools
import logging
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Final

import sqlalchemy as sa
from dbos import DBOS, DBOSClient, DBOSPortableJSONSerializer, EnqueueOptions, WorkflowStatus, error
from sqlalchemy.exc import SQLAlchemyError

from gp_cin7_bridge.app.engines.port import Job
from gp_cin7_bridge.errors import EngineError
from gp_cin7_bridge.references import SecretReference
from gp_cin7_bridge.state.backends import backend_of

APPLICATION: Final = "gp-cin7"
QUEUE: Final = "gp-cin7 jobs"
# By default a hash of the code, with which each new release would strand the work of the one before.
PROTOCOL: Final = "gp-cin7 jobs 1"
JOB: Final = "gp_cin7.job"
LOOK: Final = "gp_cin7.look"
# DBOS keeps what ended for ever. What failed is forgotten soon, so that the same job can be taken again.
KEPT: Final = (
    (["SUCCESS"], dt.timedelta(days=1)),
    (["ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"], dt.timedelta(minutes=10)),
)
AT_ONCE: Final = 1000

logger: logging.Logger = logging.getLogger("gp_cin7_bridge.engines")


class Queue:
    """The queue in one database.

    Args:
        url: a SQLite file of its own, or PostgreSQL, where DBOS's tables lie in the schema dbos.
        password: of PostgreSQL.

    Attributes:
        migrates: whether opening it makes DBOS's tables.
        engine: sessions in PostgreSQL; DBOS opens a SQLite file itself.

    Raises:
        StateError: the URL cannot be used.
    """

    def __init__(self, url: str, password: SecretReference | None = None) -> None:
        self.url = url
        self._backend = backend_of(url, password)
        self._prepared = False
        self.migrates: bool = self._backend.migrates
        self.engine: sa.Engine | None = None if self._backend.path else self._backend.engine

    @contextmanager
    def opened(self) -> Iterator[DBOSClient]:
        """Work on the queue from outside: a workflow of DBOS would record all it does with it, to be done again.

        Raises:
            EngineError: DBOS's tables are missing, or the database does not answer.
        """
        with self.told():
            self.prepare()
            client = DBOSClient(
                system_database_url=None if self.engine else self.url,
                system_database_engine=self.engine,
                # By default arguments are pickled: who may write the table could run code here.
                serializer=DBOSPortableJSONSerializer(),
                application_name=APPLICATION,
                retry_connection_errors=False,
            )
            try:
                yield client
            finally:
                client.destroy()

    @contextmanager
    def told(self) -> Iterator[None]:
        """Say in our words what DBOS or the database says.

        Raises:
            EngineError: they refused.
        """
        try:
            yield
        except (SQLAlchemyError, error.DBOSException) as raised:
            said = getattr(raised, "orig", None) or raised
            raise EngineError(
                f"the queue in {self._backend.shown} cannot be used ({str(said).strip()}); see that it runs, and make"
                " its tables with `gp-cin7 work --migrate`"
            ) from raised

    def prepare(self) -> None:
        """Make a SQLite file ready; PostgreSQL is made so only when somebody says so."""
        if self._backend.path and not self._prepared:
            # The rollback journal doubles the price of each step; WAL stays in the file once it was set.
            self._backend.engine.connect().close()
            DBOS.migrate(self.url)
            self._prepared = True

    def name(self, executor: str, patience: float) -> AbstractContextManager[sa.Connection | None]:
        """Hold an executor's name, which ends with this process, however that ends; who can take it knows it is dead.

        Raises:
            TimeoutError: somebody holds it.
        """
        return self._backend.writer(f"executor {executor}", patience)

    def free_name(self, host: str) -> str:
        """Give the first of HOST-1, HOST-2, … that nobody holds."""
        for number in itertools.count(1):
            try:
                with self.name(f"{host}-{number}", 0):
                    break
            except TimeoutError:
                continue
        return f"{host}-{number}"

    def enqueue(self, client: DBOSClient, job: Job) -> None:
        """Take a job; one whose key is known already is not taken again."""
        options = EnqueueOptions(
            workflow_name=JOB,
            queue_name=QUEUE,
            workflow_id=job.key,
            app_version=PROTOCOL,
            queue_partition_key=job.company,
        )
        client.enqueue(options, job.flow, job.company)

    def adopt(self, client: DBOSClient, living: str) -> None:
        """Give the jobs of dead executors to the living; DBOS leaves them until one of the same name starts.

        Args:
            client: of `opened`.
            living: this process's own name.
        """
        for executor in {each.executor_id or living for each in _at_work(client)} - {living}:
            try:
                with self.name(executor, 0):
                    # It is dead and cannot start meanwhile: what it left by now is nobody else's.
                    for each in _at_work(client, executor):
                        logger.warning("%s, which %s left, goes on", each.workflow_id, executor)
                        client.resume_workflows([each.workflow_id], queue_name=each.queue_name)
            except TimeoutError:
                continue

    def forget(self, client: DBOSClient, now: dt.datetime) -> None:
        """Delete what ended long ago."""
        for status, kept in KEPT:
            ended = client.list_workflows(
                status=status,
                name=[JOB, LOOK],
                completed_before=(now - kept).isoformat(),
                limit=AT_ONCE,
                load_input=False,
                load_output=False,
            )
            if ended:
                client.delete_workflows([each.workflow_id for each in ended])

    def close(self) -> None:
        """Close every connection."""
        self._backend.engine.dispose()


def _at_work(client: DBOSClient, executor: str | None = None) -> list[WorkflowStatus]:
    return client.list_workflows(
        status="PENDING", name=[JOB, LOOK], executor_id=executor, load_input=False, load_output=False
    )
