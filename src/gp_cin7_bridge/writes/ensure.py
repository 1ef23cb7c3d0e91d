"""Exactly once: make sure that a document exists on the other side, whatever is lost or killed on the way.

It knows neither system. The intent and its key are on the disk before the first byte leaves; after any outcome that is
not certain it looks by key before it sends again; what it sends is always what was written down first.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Final, Generic, Protocol, TypeVar

from attrs import evolve, frozen

from gp_cin7_bridge.state import BodyKind, Connection, Operation, OperationState
from gp_cin7_bridge.writes.fail_points import Step, fail_point

D = TypeVar("D")

MOST_SENDS: Final = 3


@frozen
class Stored(Generic[D]):
    """A document on the other side.

    Attributes:
        ref: the other side's own id of it.
        key: the key under which it lies.
    """

    ref: str
    key: str
    document: D


class Remote(Protocol[D]):
    """The other side, as far as one kind of document goes.

    Attributes:
        kind: names the intents.
        system: its name in messages.
        enforces_key: whether it is known to refuse a second document of the same key.
        gives_keys: whether it numbers documents itself, so that another key than the intent's is no surprise.
        read_back: whether even a good answer is believed only after a look.
        quiet_period: seconds for which a request may still be under way after its answer was given up.
    """

    @property
    def kind(self) -> str:
        """Name the intents."""

    @property
    def system(self) -> str:
        """Name the system in messages."""

    @property
    def enforces_key(self) -> bool:
        """Tell whether a second document of the same key is refused."""

    @property
    def gives_keys(self) -> bool:
        """Tell whether it numbers documents itself."""

    @property
    def read_back(self) -> bool:
        """Tell whether a good answer is believed only after a look."""

    @property
    def quiet_period(self) -> float:
        """Give the seconds for which a request may still be under way."""

    def create(self, document: D) -> Stored[D]:
        """Create it; errors carry `retryable` and `may_have_happened`."""

    def find(self, token: str, document: D, /) -> Stored[D] | None:
        """Find it by its key, or as the very same document under another key."""

    def differences(self, document: D, found: D) -> tuple[str, ...]:
        """Name the fields in which the found one is another document."""

    def already_exists(self, error: Exception) -> bool:
        """Tell whether a refusal means that the key is taken."""


@frozen
class Outcome:
    """How it ended.

    Attributes:
        state: confirmed, unknown, rejected, quarantined, or planned when it was certainly not sent.
        ref: the other side's id, once confirmed.
        recovered: an earlier send had arrived, although its answer was lost.
        error: what the other side said last.
        problem: why it is quarantined or unknown.
        given: the key under which the other side stored it instead of the intent's.
    """

    state: OperationState
    ref: str = ""
    recovered: bool = False
    error: Exception | None = None
    problem: str = ""
    given: str = ""


Settle = Callable[[Operation, str, bool], None]
Record = Callable[[Operation, BodyKind, object], None]


def nothing_kept(_operation: Operation, _kind: BodyKind, _body: object) -> None:
    """Keep no bodies."""


class Ensure(Generic[D]):
    """Makes sure of one kind of document.

    Args:
        state: the connection's memory.
        remote: the other side.
        clock: tells the time, aware and in UTC.
        client_errors: what the other side's client raises; anything else is a defect and goes through.
        step: told before and after each effect.
        record: is given what is sent, what comes back for it (a document or the error), and what a look finds.
    """

    def __init__(
        self,
        state: Connection,
        remote: Remote[D],
        *,
        clock: Callable[[], dt.datetime],
        client_errors: tuple[type[Exception], ...],
        step: Step = fail_point,
        record: Record = nothing_kept,
    ) -> None:
        self._state = state
        self._ledger = state.ledger
        self._remote = remote
        self._clock = clock
        self._errors = client_errors
        self._step = step
        self._record = record

    def created(self, operation: Operation, document: D, settle: Settle) -> Outcome:
        """Make sure that the document exists exactly once.

        Args:
            operation: the intent, as the ledger gave it.
            document: what the intent's own payload says, never anything newer.
            settle: commits the link and the audit together with the confirmation.
        """
        for _ in range(MOST_SENDS):
            if operation.state == OperationState.CONFIRMED:
                return Outcome(operation.state, operation.remote_ref or "")
            if operation.state == OperationState.QUARANTINED and (
                looked := self._looked_again(operation, document, settle)
            ):
                return looked
            uncertain = operation.state in (OperationState.SENDING, OperationState.UNKNOWN)
            if uncertain and (looked := self._looked(operation, document, settle)):
                return looked
            outcome = self._sent(operation, document, settle)
            if outcome is not None:
                return outcome
            operation = self._ledger.get(operation)
        return Outcome(operation.state, problem=operation.problem or "")

    def _looked(self, operation: Operation, document: D, settle: Settle) -> Outcome | None:
        """Look by key; None when it is absent and may be sent (again)."""
        self._step("before:look")
        try:
            found = self._remote.find(operation.token, document)
        except self._errors as error:
            return Outcome(OperationState.UNKNOWN, error=error, problem=operation.problem or str(error))
        self._step("after:look")
        if found is not None:
            return self._judged(operation, document, settle, found, recovered=True)
        if not self._remote.enforces_key and self._under_way(operation.sent_at):
            return Outcome(OperationState.UNKNOWN, problem="it may still be under way")
        return None

    def _looked_again(self, operation: Operation, document: D, settle: Settle) -> Outcome | None:
        """Take a quarantined document when a person made it agree meanwhile.

        It is sent again only after a person removed a document that lay under another key.
        """
        given = operation.remote_ref or ""
        unchanged = Outcome(operation.state, problem=operation.problem or "", given=given)
        try:
            found = self._remote.find(operation.token, document)
        except self._errors as error:
            return evolve(unchanged, error=error)
        if found is None:
            return None if given and not self._under_way(operation.sent_at) else unchanged
        self._record(operation, BodyKind.FOUND, found.document)
        if self._misplaced(operation, found) or self._remote.differences(document, found.document):
            return unchanged
        return self._confirmed(operation, found.ref, settle, recovered=True)

    def _judged(
        self, operation: Operation, document: D, settle: Settle, found: Stored[D], *, recovered: bool
    ) -> Outcome:
        """Take a document that is there, unless it lies under another key or says something else."""
        self._record(operation, BodyKind.FOUND, found.document)
        if self._misplaced(operation, found):
            return self._quarantined(operation, f"it was stored as {found.key!r}", given=found.key)
        if differing := self._remote.differences(document, found.document):
            return self._quarantined(operation, ", ".join(differing))
        return self._confirmed(operation, found.ref, settle, recovered=recovered)

    def _misplaced(self, operation: Operation, found: Stored[D]) -> bool:
        return not self._remote.gives_keys and found.key != operation.token

    def _sent(self, operation: Operation, document: D, settle: Settle) -> Outcome | None:
        """Send once; None when the other side must be looked at."""
        self._step("before:sending")
        with self._state.transaction():
            operation = self._ledger.sending(operation)
            self._record(operation, BodyKind.REQUEST, document)
        self._step("after:sending")
        self._step("before:create")
        try:
            stored = self._remote.create(document)
        except self._errors as error:
            self._step("after:create")
            self._record(operation, BodyKind.REFUSAL, error)
            return self._failed(operation, document, settle, error)
        self._step("after:create")
        self._record(operation, BodyKind.ANSWER, stored.document)
        if self._misplaced(operation, stored):
            return self._quarantined(operation, f"it was stored as {stored.key!r}", given=stored.key)
        if self._remote.read_back:
            return self._read_back(operation, document, settle)
        return self._confirmed(operation, stored.ref, settle, recovered=False)

    def _read_back(self, operation: Operation, document: D, settle: Settle) -> Outcome:
        """Look for what the other side says that it took."""
        self._step("before:look")
        try:
            found = self._remote.find(operation.token, document)
        except self._errors as error:
            self._ledger.settle(operation, OperationState.UNKNOWN, problem=str(error))
            return Outcome(OperationState.UNKNOWN, error=error, problem=str(error))
        self._step("after:look")
        if found is None:
            return self._quarantined(operation, "it was taken, and is not there")
        return self._judged(operation, document, settle, found, recovered=False)

    def _failed(self, operation: Operation, document: D, settle: Settle, error: Exception) -> Outcome | None:
        problem = str(error)
        uncertain_since = self._ledger.uncertain_since(operation)
        if self._remote.already_exists(error):
            # Either an earlier send arrived after all, or somebody else took the key.
            self._ledger.settle(operation, OperationState.UNKNOWN, problem=problem, certain=True)
            looked = self._looked(self._ledger.get(operation), document, settle)
            return looked or self._refused(operation, document, settle, error, uncertain_since)
        if getattr(error, "may_have_happened", True):
            self._ledger.settle(operation, OperationState.UNKNOWN, problem=problem)
            return None
        if getattr(error, "retryable", False):
            state = OperationState.UNKNOWN if uncertain_since else OperationState.PLANNED
            self._ledger.settle(operation, state, problem=problem, certain=True)
            return Outcome(state, error=error, problem=problem)
        return self._refused(operation, document, settle, error, uncertain_since)

    def _refused(
        self,
        operation: Operation,
        document: D,
        settle: Settle,
        error: Exception,
        uncertain_since: dt.datetime | None,
    ) -> Outcome:
        """Believe a refusal, unless an earlier send may still arrive."""
        problem = str(error)
        if uncertain_since is not None:
            self._ledger.settle(operation, OperationState.UNKNOWN, problem=problem, certain=True)
            if self._under_way(uncertain_since):
                return Outcome(OperationState.UNKNOWN, error=error, problem="an earlier send may still be under way")
            if looked := self._looked(self._ledger.get(operation), document, settle):
                return looked
        self._ledger.settle(operation, OperationState.REJECTED, problem=problem, certain=True)
        return Outcome(OperationState.REJECTED, error=error, problem=problem)

    def _confirmed(self, operation: Operation, ref: str, settle: Settle, *, recovered: bool) -> Outcome:
        self._step("before:confirm")
        with self._state.transaction():
            confirmed = self._ledger.settle(operation, OperationState.CONFIRMED, remote_ref=ref)
            settle(confirmed, ref, recovered)
        self._step("after:confirm")
        return Outcome(OperationState.CONFIRMED, ref, recovered)

    def _quarantined(self, operation: Operation, problem: str, *, given: str = "") -> Outcome:
        self._ledger.settle(operation, OperationState.QUARANTINED, problem=problem, remote_ref=given or None)
        return Outcome(OperationState.QUARANTINED, problem=problem, given=given)

    def _under_way(self, sent_at: dt.datetime | None) -> bool:
        return sent_at is not None and self._clock() < sent_at + dt.timedelta(seconds=self._remote.quiet_period)
