"""What is done with one action of a plan: create, update, hold or pass over."""

from __future__ import annotations

from typing import Final, Generic, TypeVar

from pydantic import BaseModel

import cin7core_client
import dynamicsgp_client
from cin7core_client import Cin7Error
from dynamicsgp_client import GPError
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.errors import BridgeError
from gp_cin7_bridge.plan import Action, FailedDocument, HeldDocument, SkippedDocument, Verb, revision_in
from gp_cin7_bridge.reasons import Reason, reason
from gp_cin7_bridge.state import BodyKind, HeldStatus, Operation, OperationState
from gp_cin7_bridge.writes.ensure import Ensure, Outcome
from gp_cin7_bridge.writes.evidence import Evidence
from gp_cin7_bridge.writes.fail_points import fail_point
from gp_cin7_bridge.writes.intents import Intent
from gp_cin7_bridge.writes.memory import Known, Memory
from gp_cin7_bridge.writes.tally import Tally
from gp_cin7_bridge.writes.writers import Writer

M = TypeVar("M", bound=BaseModel)

CLIENT_ERRORS: Final = (GPError, Cin7Error)
# What says nothing of the document: no connection, too many calls, a gateway without its service.
AWAY: Final = (dynamicsgp_client.TransportError, cin7core_client.TransportError)
TURNED_AWAY: Final = (401, 403, 429, 502, 503, 504)


class SystemDownError(BridgeError):
    """A system does not answer, so the rest of the run waits."""


class Work(Generic[M]):
    """The writing of one run of one flow."""

    def __init__(self, bridge: Bridge, writer: Writer[M], run_id: int | None, tally: Tally) -> None:
        self._ledger = bridge.state.ledger
        self._flow = tally.flow
        self._tally = tally
        self._writer = writer
        self._memory = Memory(bridge.state, tally.flow, writer.entity, into_gp=writer.into_gp, run_id=run_id)
        self._evidence = Evidence(bridge.state, days=bridge.settings.audit.keep_bodies_days)
        self._ensure: Ensure[M] = Ensure(
            bridge.state,
            writer.remote,
            clock=bridge.clock,
            client_errors=CLIENT_ERRORS,
            record=self._evidence.keep,
        )

    def do(self, action: Action) -> None:
        """Do one action.

        Raises:
            SystemDownError: a system does not answer; this action and those after it are left.
        """
        if action.follows and not self._memory.carried(action.follows):
            why = reason("waits_for_reversal", document=action.follows)
            self._hold(action, (why,), proposal=action.proposal)
        elif action.verb == Verb.HOLD:
            self._hold(action, action.reasons, proposal=action.proposal)
        elif action.verb == Verb.SKIP:
            self._skip(action)
        elif action.verb == Verb.UPDATE:
            self._update(action)
        else:
            self._create(action)

    def recover(self) -> None:
        """Settle what an earlier run left open: look by key, and send again only what is absent.

        Raises:
            SystemDownError: a system does not answer; the rest stays open.
        """
        for operation in self._ledger.open_operations(self._writer.remote.kind):
            self._settle(Intent.read(operation.payload), operation)
        for operation in self._ledger.open_operations(self._update_kind):
            # The record waits in the queue and is compared anew, which tells more than repeating an old update.
            self._ledger.settle(operation, OperationState.SUPERSEDED, problem=operation.problem)

    @property
    def _update_kind(self) -> str:
        return f"{self._writer.remote.kind}.update"

    def _skip(self, action: Action) -> None:
        codes = {each.code for each in action.reasons}
        if codes == {"unchanged"}:
            self._tally.unchanged.append(action.document)
        else:
            self._tally.skipped.append(SkippedDocument(action.document, action.reasons))
        if codes != {"skipped_by_person"}:
            self._memory.settled(action, action.reasons)

    def _create(self, action: Action) -> None:
        try:
            document = self._writer.prepare(self._to_send(action))
        except CLIENT_ERRORS as error:
            raise SystemDownError(str(error)) from error
        intent = Intent.of(action, document)
        fail_point("before:intent")
        operation = self._ledger.intend(
            self._writer.remote.kind,
            action.source_id,
            self._writer.token(action),
            intent.written(),
            intent.hashed(),
            generation=revision_in(action.details),
        )
        fail_point("after:intent")
        if operation.state == OperationState.CONFIRMED:
            # The plan is older than another run that has done this meanwhile.
            self._tally.unchanged.append(action.document)
        else:
            self._settle(Intent.read(operation.payload), operation)

    def _settle(self, intent: Intent, operation: Operation) -> None:
        """Make sure of one intent by what it wrote down itself."""
        outcome = self._ensure.created(
            operation,
            intent.to_send(self._writer.model),
            lambda settled, ref, recovered: self._memory.created(settled, intent, ref, recovered=recovered),
        )
        if outcome.state == OperationState.CONFIRMED:
            self._tally.created.append(intent.document)
        else:
            self._not_created(intent, operation, outcome)

    def _not_created(self, intent: Intent, operation: Operation, outcome: Outcome) -> None:
        system = self._writer.remote.system
        if outcome.state == OperationState.PLANNED or _away(outcome.error):
            if outcome.state == OperationState.UNKNOWN:
                self._fail(intent, reason("outcome_unknown", system=system), outcome.problem, operation.id)
            raise SystemDownError(str(outcome.error)) from outcome.error
        if outcome.state == OperationState.REJECTED:
            why = reason("refused", system=system, message=_message(outcome.error))
            self._hold(intent, (why,), "rejected", operation_id=operation.id)
        elif outcome.state == OperationState.QUARANTINED:
            self._quarantine(intent, operation, outcome)
        else:
            self._fail(intent, reason("outcome_unknown", system=system), outcome.problem, operation.id)

    def _quarantine(self, intent: Intent, operation: Operation, outcome: Outcome) -> None:
        if not outcome.given:
            why = reason(self._writer.mismatch, key=operation.token, differences=outcome.problem)
            self._hold(intent, (why,), "quarantined", operation_id=operation.id)
            return
        why = reason("voucher_number_not_kept", voucher=operation.token, given=outcome.given, document=intent.document)
        self._hold(intent, (why,), "quarantined", operation_id=operation.id)
        raise SystemDownError(why.text)

    def _update(self, action: Action) -> None:
        """Write a record whole; doing it twice is doing it once, so an unknown outcome is simply compared anew."""
        writer = self._writer
        document = self._to_send(action)
        ref, operation_id = writer.identity(document), None
        if action.after and writer.update:
            intent = Intent.of(action, document)
            key = f"{action.source_id}@{self._ledger.now()}"
            operation = self._ledger.intend(self._update_kind, key, key, intent.written(), intent.hashed())
            operation = self._ledger.sending(operation)
            self._evidence.keep(operation, BodyKind.REQUEST, document)
            try:
                stored = writer.update(document)
            except CLIENT_ERRORS as error:
                self._evidence.keep(operation, BodyKind.REFUSAL, error)
                self._not_updated(action, operation, error)
                return
            ref, operation_id = stored.ref, operation.id
            self._evidence.keep(operation, BodyKind.ANSWER, stored.document)
            self._ledger.settle(operation, OperationState.CONFIRMED, remote_ref=ref)
        self._memory.updated(action, ref, operation_id)
        self._tally.updated.append(action.document)

    def _not_updated(self, action: Action, operation: Operation, error: Exception) -> None:
        uncertain = bool(getattr(error, "may_have_happened", True))
        state = OperationState.UNKNOWN if uncertain else OperationState.REJECTED
        self._ledger.settle(operation, state, problem=str(error), certain=not uncertain)
        if _away(error):
            raise SystemDownError(str(error)) from error
        system = self._writer.remote.system
        if uncertain:
            self._fail(action, reason("outcome_unknown", system=system), str(error), operation.id)
        else:
            why = reason("refused", system=system, message=_message(error))
            self._hold(action, (why,), "rejected", operation_id=operation.id)

    def _hold(
        self,
        known: Known,
        reasons: tuple[Reason, ...],
        outcome: str = "held",
        *,
        operation_id: int | None = None,
        proposal: str = "",
    ) -> None:
        self._tally.held.append(HeldDocument(known.document, reasons))
        self._memory.held(known, reasons, outcome, operation_id=operation_id, proposal=proposal)

    def _fail(self, known: Known, why: Reason, problem: str, operation_id: int) -> None:
        self._tally.failed.append(FailedDocument(known.document, f"{why} ({problem})"))
        self._memory.held(known, (why,), "unknown", status=HeldStatus.FAILED, operation_id=operation_id)

    def _to_send(self, action: Action) -> M:
        if not isinstance(action.payload, self._writer.model):
            raise TypeError(f"{action} has nothing to send")
        return action.payload


def _away(error: Exception | None) -> bool:
    """Tell whether a system turns every document away, whichever it is; the call certainly did nothing."""
    if getattr(error, "may_have_happened", False):
        return False
    return isinstance(error, AWAY) or getattr(error, "status", None) in TURNED_AWAY


def _message(error: Exception | None) -> str:
    """Give what the other side complains of, without the call around it."""
    problems = getattr(error, "problems", ())
    return "; ".join(each.text for each in problems).rstrip(".") or str(error).rstrip(".")
