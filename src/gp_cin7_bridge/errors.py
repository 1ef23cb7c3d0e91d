"""What the bridge raises: every error says what was done, what was not, and the cure."""

from __future__ import annotations

from pathlib import Path


class BridgeError(Exception):
    """Catch-all of the bridge; a client's own errors keep their own trees."""


class SettingsError(BridgeError):
    """The settings cannot be used.

    Args:
        problem: one sentence that ends with the cure.
        path: the file, when there is one.
        line: its line, from 1, when known.
    """

    def __init__(self, problem: str, *, path: Path | None = None, line: int | None = None) -> None:
        where = "" if path is None else f"{path}:{line}: " if line else f"{path}: "
        super().__init__(f"{where}{problem}")
        self.problem = problem
        self.path = path
        self.line = line


class StateError(BridgeError):
    """The state database, or a temporary file beside it, cannot be used as it is."""


class WriterBusyError(StateError):
    """Another process writes for the same company; at most one may."""


class EngineError(BridgeError):
    """The engine of a fleet cannot start here."""


class UnknownFlowError(BridgeError):
    """A flow was named that does not exist."""


class UnmappedAccountsError(BridgeError):
    """A code has no GP account, and the settings want the whole run to stop for that."""


class PlanError(BridgeError):
    """A plan cannot be applied here, or its file cannot be read."""


class QueueError(BridgeError):
    """A document is not in the queue of held documents, or its name means several."""


class NotQueuedError(QueueError):
    """No document of the queue has this name."""


class AuditError(BridgeError):
    """The audit is not whole, or an anchor cannot be read or written."""


class StoppedError(BridgeError):
    """A run ended early because one of the systems did not answer; what was finished stays finished."""
