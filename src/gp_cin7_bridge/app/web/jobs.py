"""What takes long is done beside the pages: one job at a time a connection, and its result is kept until the next."""

from __future__ import annotations

import datetime as dt
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Literal

from attrs import define, field

from cin7core_client import Cin7Error
from dynamicsgp_client import GPError
from gp_cin7_bridge.errors import BridgeError
from gp_cin7_bridge.plan import Plan, Report
from gp_cin7_bridge.progress import Progress, StopRequested, Watcher
from gp_cin7_bridge.review.reconcile import Reconciliation

Kind = Literal["preview", "replay", "reconcile"]
Result = Plan | Reconciliation | tuple[Report, ...]
Work = Callable[[Watcher], Result]

logger: logging.Logger = logging.getLogger("gp_cin7_bridge.web")


class BusyError(BridgeError):
    """Another job is at work on this connection."""


@define
class Job:
    """One job.

    Attributes:
        title: what it does, in a few words.
        actor: who asked for it.
        step: how far it is; None before it began.
        result: None while it runs, or when it failed.
        problem: why it failed; "" for nothing.
    """

    kind: Kind
    title: str
    actor: str
    begun_at: dt.datetime
    step: Progress | None = None
    result: Result | None = None
    problem: str = ""
    finished: threading.Event = field(factory=threading.Event)

    @property
    def running(self) -> bool:
        """Whether it is at work."""
        return not self.finished.is_set()


class Jobs:
    """The jobs of one connection.

    Args:
        clock: tells the time.
    """

    def __init__(self, clock: Callable[[], dt.datetime]) -> None:
        self._clock = clock
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="gp-cin7-job")
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._last: dict[Kind, Job] = {}
        self.current: Job | None = None

    def start(self, kind: Kind, title: str, actor: str, work: Work) -> Job:
        """Begin a job.

        Raises:
            BusyError: another one is at work.
        """
        with self._lock:
            busy = self.current
            if busy and busy.running:
                raise BusyError(
                    f"{busy.title} is at work for {busy.actor} since {busy.begun_at:%H:%M} UTC; try again when it is"
                    " done"
                )
            self.current = job = Job(kind, title, actor, self._clock())
        self._thread.submit(self._run, job, work)
        return job

    def last(self, kind: Kind) -> Job | None:
        """Give the last job of a kind that gave a result."""
        return self._last.get(kind)

    def close(self) -> None:
        """Stop after the document at work."""
        self._stopping.set()
        self._thread.shutdown(wait=True, cancel_futures=True)

    def _run(self, job: Job, work: Work) -> None:
        def watch(step: Progress) -> None:
            job.step = step
            if self._stopping.is_set():
                raise StopRequested

        try:
            job.result = work(watch)
            self._last[job.kind] = job
        except StopRequested:
            job.problem = "it was stopped with the program; nothing is half done"
        except (BridgeError, GPError, Cin7Error) as error:
            job.problem = str(error)
        except BaseException:
            job.problem = "it ended by an error of the program; its log has the details"
            logger.exception("%s failed", job.title)
            raise
        finally:
            job.finished.set()
