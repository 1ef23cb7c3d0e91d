"""How a rule says no."""

from __future__ import annotations


class Refused(Exception):  # noqa: N818 — GP refuses, nothing failed
    """GP refuses; every complaint with its eConnect number, where one is known."""

    def __init__(self, *problems: tuple[str, str]) -> None:
        super().__init__("; ".join(text for _, text in problems))
        self.problems = problems
