"""The protocol by which others can share GP's few places at a time."""

from __future__ import annotations

from typing import Protocol


class Limiter(Protocol):
    """Permission to call; GP's SQL Server is the bottleneck, so few calls should run at once."""

    def acquire(self, priority: int = 0) -> object:
        """Wait for permission and give a ticket; lower priorities go first."""

    def answered(self, ticket: object, retry_after: float | None = None) -> None:
        """Give the ticket back when the answer came, or when none will come."""
