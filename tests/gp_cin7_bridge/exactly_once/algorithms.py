"""The production algorithm, and wrong ones that a check worth having must catch."""

from __future__ import annotations

import datetime as dt

from attrs import evolve, frozen
from other_side import ERRORS, Document, OtherSide

from gp_cin7_bridge.state import Connection, Operation, OperationState
from gp_cin7_bridge.state.ledger import Ledger
from gp_cin7_bridge.writes.ensure import Ensure, Outcome, Settle
from gp_cin7_bridge.writes.fail_points import Step


@frozen
class Algorithm:
    """How documents are made sure of, and how the ledger remembers it."""

    ensure: type[Ensure[Document]] = Ensure[Document]
    ledger: type[Ledger] = Ledger

    def over(self, state: Connection, remote: OtherSide, step: Step) -> Ensure[Document]:
        state.ledger = self.ledger(state._database, state._id, state._clock)
        return self.ensure(state, remote, clock=state._clock, client_errors=ERRORS, step=step)


PRODUCTION = Algorithm()


class BelievesRefusals(Ensure[Document]):
    """A refusal is believed at once, although an earlier send may still arrive."""

    def _refused(
        self, operation: Operation, document: Document, settle: Settle, error: Exception, uncertain_since: object
    ) -> Outcome:
        self._ledger.settle(operation, OperationState.REJECTED, problem=str(error))
        return Outcome(OperationState.REJECTED, error=error)


class NeverLooks(Ensure[Document]):
    """What is uncertain is simply sent again."""

    def _looked(self, operation: Operation, document: Document, settle: Settle) -> Outcome | None:
        return None


class LooksOnce(Ensure[Document]):
    """Absent is believed at once, although the request may still be under way."""

    def _under_way(self, sent_at: dt.datetime | None) -> bool:
        return False


class WritesDownAfterwards(Ensure[Document]):
    """The ledger hears of a send only when its answer is there."""

    def _sent(self, operation: Operation, document: Document, settle: Settle) -> Outcome | None:
        self._step("before:create")
        try:
            stored = self._remote.create(document)
        except self._errors as error:
            self._step("after:create")
            return self._failed(self._ledger.sending(operation), document, settle, error)
        self._step("after:create")
        return self._confirmed(self._ledger.sending(operation), stored.ref, settle, recovered=False)


class SendsTwice(Ensure[Document]):
    """A lost answer is met by the same call at once, as a transport that retries does."""

    def _failed(self, operation: Operation, document: Document, settle: Settle, error: Exception) -> Outcome | None:
        if getattr(error, "may_have_happened", True):
            try:
                stored = self._remote.create(document)
            except self._errors as again:
                return super()._failed(operation, document, settle, again)
            return self._confirmed(operation, stored.ref, settle, recovered=False)
        return super()._failed(operation, document, settle, error)


class TakesSilenceForSuccess(Ensure[Document]):
    """A lost answer is taken for a good one."""

    def _failed(self, operation: Operation, document: Document, settle: Settle, error: Exception) -> Outcome | None:
        if getattr(error, "may_have_happened", True):
            return self._confirmed(operation, document.key, settle, recovered=False)
        return super()._failed(operation, document, settle, error)


class TakesSilenceForRefusal(Ensure[Document]):
    """A lost answer is taken for a refusal."""

    def _failed(self, operation: Operation, document: Document, settle: Settle, error: Exception) -> Outcome | None:
        self._ledger.settle(operation, OperationState.REJECTED, problem=str(error))
        return Outcome(OperationState.REJECTED, error=error)


class TakesExistsForOurs(Ensure[Document]):
    """A key that is taken is believed to be taken by this very document."""

    def _failed(self, operation: Operation, document: Document, settle: Settle, error: Exception) -> Outcome | None:
        if self._remote.already_exists(error):
            return self._confirmed(operation, document.key, settle, recovered=True)
        return super()._failed(operation, document, settle, error)


class LinksLater(Ensure[Document]):
    """The confirmation and the link are two transactions."""

    def _confirmed(self, operation: Operation, ref: str, settle: Settle, *, recovered: bool) -> Outcome:
        self._step("before:confirm")
        confirmed = self._ledger.settle(operation, OperationState.CONFIRMED, remote_ref=ref)
        self._step("between:confirm")
        settle(confirmed, ref, recovered)
        self._step("after:confirm")
        return Outcome(OperationState.CONFIRMED, ref, recovered)


class ForgetsEarlierSends(Ledger):
    """Only the last send is remembered."""

    def uncertain_since(self, operation: Operation) -> dt.datetime | None:
        return None


class TakesNewestPayload(Ledger):
    """An intent that may have been sent takes a newer payload."""

    def intend(
        self, kind: str, natural_key: str, token: str, payload: str, payload_hash: str, *, generation: int = 0
    ) -> Operation:
        there = super().intend(kind, natural_key, token, payload, payload_hash, generation=generation)
        return evolve(there, payload=payload, payload_hash=payload_hash)


class NewKeyEachSend(Ledger):
    """Each attempt goes under a key of its own."""

    def intend(
        self, kind: str, natural_key: str, token: str, payload: str, payload_hash: str, *, generation: int = 0
    ) -> Operation:
        there = super().intend(kind, natural_key, token, payload, payload_hash, generation=generation)
        return evolve(there, token=f"{token}/{there.attempts}")

    def get(self, operation: Operation) -> Operation:
        there = super().get(operation)
        return evolve(there, token=f"{there.token}/{there.attempts}")


def wrong(kind: type[Ensure[Document]] | type[Ledger]) -> Algorithm:
    """Give the production algorithm with one wrong part."""
    return Algorithm(ledger=kind) if issubclass(kind, Ledger) else Algorithm(ensure=kind)
