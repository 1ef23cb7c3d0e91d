"""How far a run is, told to whoever wants to show it."""

from __future__ import annotations

from collections.abc import Callable

from attrs import frozen


@frozen
class Progress:
    """One step of a run.

    Attributes:
        flow: which flow is at work.
        stage: what it does now, in a few words.
        done, total: how many documents; total is None while nobody knows.
    """

    flow: str
    stage: str
    done: int
    total: int | None = None


class StopRequested(Exception):  # noqa: N818 — a wish, no error
    """What a watcher raises to stop a run after the document at work; nothing is lost, the next run goes on."""


Watcher = Callable[[Progress], None]


def nobody(_: Progress) -> None:
    """Watch nothing."""
