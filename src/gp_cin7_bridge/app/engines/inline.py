"""The engine without a queue: a loop in this process."""

from __future__ import annotations

import logging
import threading
from collections import deque
from typing import Final

from gp_cin7_bridge.app.engines.port import Due, Job, Work
from gp_cin7_bridge.app.schedule import Stop
from gp_cin7_bridge.errors import BridgeError

REMEMBERED: Final = 100_000

logger: logging.Logger = logging.getLogger("gp_cin7_bridge.engines")


class InlineEngine:
    """Runs one job after the other, each company in its turn; what waits is forgotten with the process.

    Nothing is lost by that: what was not done is due again.

    Args:
        work: runs a flow of a company; returns soon once the stop is set.
        every: seconds between two looks at what is due.
    """

    def __init__(self, work: Work, *, every: float = 15.0) -> None:
        self._work = work
        self._every = every
        self._due: Due = tuple
        self._waiting: dict[str, deque[Job]] = {}
        self._known: dict[str, None] = {}
        self._lock = threading.Lock()

    def enqueue(self, job: Job) -> None:
        """Take a job; one whose key is known already is not taken again."""
        with self._lock:
            if job.key in self._known:
                return
            if len(self._known) >= REMEMBERED:
                del self._known[next(iter(self._known))]
            self._known[job.key] = None
            self._waiting.setdefault(job.company, deque()).append(job)

    def schedule(self, due: Due) -> None:
        """Ask now and then what is due, and take it."""
        self._due = due

    def run(self, stop: Stop) -> bool:
        """Run jobs until told to stop; the job at work comes to its end first."""
        while not stop.is_set():
            for job in self._due():
                self.enqueue(job)
            while not stop.is_set() and (jobs := self._one_of_each()):
                for job in jobs:
                    if not stop.is_set():
                        self._do(job)
            stop.wait(self._every)
        return True

    def _one_of_each(self) -> list[Job]:
        with self._lock:
            jobs = [waiting.popleft() for waiting in self._waiting.values()]
            self._waiting = {company: waiting for company, waiting in self._waiting.items() if waiting}
            return jobs

    def _do(self, job: Job) -> None:
        try:
            self._work(job.flow, job.company)
        except BridgeError as error:
            with self._lock:
                self._known.pop(job.key, None)
            logger.error("%s %s: %s", job.company, job.flow, error)  # noqa: TRY400 — the message says what to do
