"""How the simulator says no: an array of codes and texts under an HTTP status; a few problems at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

Problem = tuple[int, str]

# The service tells only a few problems at a time.
MOST_PROBLEMS: Final = 3


class Refused(Exception):  # noqa: N818 — Cin7 Core refuses, nothing failed
    """A refusal; the codes need not equal the status."""

    def __init__(self, *problems: Problem, status: int = 400) -> None:
        super().__init__("; ".join(text for _, text in problems))
        self.problems = problems
        self.status = status


def refuse(problems: Iterable[Problem]) -> None:
    """Raise the first few problems, if there are any.

    Raises:
        Refused: there are.
    """
    if first := list(problems)[:MOST_PROBLEMS]:
        raise Refused(*first)


def missing(sent: Mapping[str, object], *names: str) -> list[Problem]:
    """Name the required fields that were not sent."""
    return [(400, f"{name} is required") for name in names if sent.get(name) in (None, "")]


def too_long(sent: Mapping[str, object], limits: Mapping[str, int]) -> list[Problem]:
    """Name the texts that are longer than the service takes."""
    return [
        (400, f"Maximum {name} field length is {limit} characters")
        for name, limit in limits.items()
        if len(str(sent.get(name) or "")) > limit
    ]
