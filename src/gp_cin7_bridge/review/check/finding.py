"""What a check says: one line a question, each with a cure where one is needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import StrEnum

from attrs import frozen

from cin7core_client import Cin7Error
from dynamicsgp_client import GPError


class Mark(StrEnum):
    """How a line turned out."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


@frozen
class Finding:
    """One line of a check, with its cure where one is needed."""

    subject: str
    mark: Mark
    text: str
    cure: str = ""

    def __str__(self) -> str:
        if not self.cure:
            return self.text
        return f"{self.text}{'' if self.text.endswith(('.', '!', '?')) else '.'} {self.cure}"


def asked(subject: str, questions: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    """Ask; what cannot be asked is a finding, and the other questions go on."""
    try:
        yield from questions()
    except (GPError, Cin7Error) as error:
        again = "Run the check again; if it stays, see what the service's own log says."
        cure = again if error.retryable else "Let the account read this; the message says what was asked."
        yield Finding(subject, Mark.FAILED, str(error), cure)
