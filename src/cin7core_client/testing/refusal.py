"""How the simulator says no: an array of codes and texts, under an HTTP status of its own."""

from __future__ import annotations


class Refused(Exception):  # noqa: N818 — Cin7 Core refuses, nothing failed
    """A refusal; the codes need not equal the status."""

    def __init__(self, *problems: tuple[int, str], status: int = 400) -> None:
        super().__init__("; ".join(text for _, text in problems))
        self.problems = problems
        self.status = status
