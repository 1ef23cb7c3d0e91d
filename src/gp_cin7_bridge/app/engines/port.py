"""What an engine is asked to do: run each job at least once, one at a time for a company. Safety lies in the ledger."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

from attrs import frozen

from gp_cin7_bridge.app.schedule import Stop


@frozen
class Job:
    """One flow of one company, once. It has names and a moment, so that no engine ever keeps a secret or a document.

    Attributes:
        flow: "vendors", "items", "receipts", "bills" or "reconcile".
        company: the connection's name.
        since: when the flow began last, empty at first: as long as that is so, it is the same job.
    """

    flow: str
    company: str
    since: str

    @property
    def key(self) -> str:
        """What tells the job from all others."""
        return f"{self.company}:{self.flow}:{self.since}"


Work = Callable[[str, str], None]
"""Runs a flow of a company, by their names."""

Due = Callable[[], Iterable[Job]]
"""Gives the jobs that are due."""


class Engine(Protocol):
    """Runs jobs: all at least once, each key once while it is remembered, one at a time for a company."""

    def enqueue(self, job: Job) -> None:
        """Take a job; one whose key is known already is not taken again."""

    def schedule(self, due: Due) -> None:
        """Ask now and then what is due, and take it; one process of a fleet asks for all."""

    def run(self, stop: Stop) -> bool:
        """Run jobs until told to stop; tell whether all that began came to an end within the grace period."""
