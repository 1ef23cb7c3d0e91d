"""Apply a plan: one document at a time, the intent before the send, an audit row for each."""

from __future__ import annotations

from typing import Final, Generic, TypeVar

from attrs import define, field
from pydantic import BaseModel

from cin7core_client import Cin7Error, Product, Supplier
from dynamicsgp_client import GPError, PayablesDocument
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.errors import BridgeError
from gp_cin7_bridge.plan import Action, FailedDocument, Flow, HeldDocument, Plan, Report, SkippedDocument, Verb
from gp_cin7_bridge.progress import Progress, Watcher, nobody
from gp_cin7_bridge.reasons import Reason, reason
from gp_cin7_bridge.state import Link, Operation, OperationState
from gp_cin7_bridge.writes.ensure import Ensure, Outcome
from gp_cin7_bridge.writes.fail_points import fail_point
from gp_cin7_bridge.writes.intents import Intent
from gp_cin7_bridge.writes.writers import Writer, bill_writer, item_writer, vendor_writer

M = TypeVar("M", bound=BaseModel)

CLIENT_ERRORS: Final = (GPError, Cin7Error)


class SystemDownError(BridgeError):
    """A system does not answer, so the rest of the run waits."""


@define
class _Tally:
    flow: Flow
    created: list[str] = field(factory=list)
    updated: list[str] = field(factory=list)
    unchanged: list[str] = field(factory=list)
    held: list[HeldDocument] = field(factory=list)
    skipped: list[SkippedDocument] = field(factory=list)
    failed: list[FailedDocument] = field(factory=list)
    stopped: str | None = None

    def report(self) -> Report:
        return Report(
            flow=self.flow,
            created=tuple(self.created),
            updated=tuple(self.updated),
            unchanged=tuple(self.unchanged),
            held=tuple(self.held),
            skipped=tuple(self.skipped),
            failed=tuple(self.failed),
            stopped=self.stopped,
        )


def apply(bridge: Bridge, plan: Plan, *, watch: Watcher = nobody) -> Report:
    """Carry a plan out.

    A held document never blocks the others. When a system stops answering, what is done stays done, the rest is left
    for the next run, and no cursor moves.

    Raises:
        WriterBusyError: another process writes for this company.
    """
    with bridge.state.writer_lock():
        run_id = bridge.state.start_run(plan.flow)
        tally = _Tally(plan.flow)
        work = _work(bridge, plan.flow, run_id, tally)
        status, done = "failed", 0
        try:
            for done, action in enumerate(plan, start=1):
                work.do(action)
                watch(Progress(plan.flow, "writing", done, len(plan)))
            status = "done"
        except SystemDownError as error:
            left = len(plan) - done + 1
            tally.stopped = f"{error}; {left} documents are left for the next run, what was finished stays finished"
            status = "stopped"
        finally:
            report = tally.report()
            with bridge.state.transaction():
                if status == "done" and report.finished:
                    for stream, value in plan.cursors.items():
                        bridge.state.move_cursor(stream, value)
                bridge.state.end_run(run_id, status, _counts(report))
        return report


def recover(bridge: Bridge, flow: Flow) -> None:
    """Settle what an earlier run left open: look by key, and send again only what is absent."""
    work = _work(bridge, flow, None, _Tally(flow))
    for operation in work.open_operations():
        work.ensured(operation)


def _counts(report: Report) -> dict[str, int]:
    return {
        name: len(getattr(report, name)) for name in ("created", "updated", "unchanged", "held", "skipped", "failed")
    }


def _work(
    bridge: Bridge, flow: Flow, run_id: int | None, tally: _Tally
) -> _Work[Supplier] | _Work[Product] | _Work[PayablesDocument]:
    if flow == "vendors":
        return _Work(bridge, vendor_writer(bridge), run_id, tally)
    if flow == "items":
        return _Work(bridge, item_writer(bridge), run_id, tally)
    return _Work(bridge, bill_writer(bridge), run_id, tally)


class _Work(Generic[M]):
    """The writing of one run."""

    def __init__(self, bridge: Bridge, writer: Writer[M], run_id: int | None, tally: _Tally) -> None:
        self._bridge = bridge
        self._state = bridge.state
        self._flow = tally.flow
        self._run_id = run_id
        self._tally = tally
        self._writer = writer

    def open_operations(self) -> list[Operation]:
        """Give what an earlier run left open."""
        return self._state.ledger.open_operations(self._writer.remote.kind)

    def do(self, action: Action) -> None:
        if action.verb == Verb.HOLD:
            self._hold(action.source_id, action.document, action.reasons, gp_key=action.key)
        elif action.verb == Verb.SKIP:
            self._skip(action)
        elif action.verb == Verb.UPDATE:
            self._update(action)
        else:
            self._create(action)

    def _skip(self, action: Action) -> None:
        if all(each.code == "unchanged" for each in action.reasons):
            self._tally.unchanged.append(action.document)
        else:
            self._tally.skipped.append(SkippedDocument(action.document, action.reasons))
        self._state.release(self._flow, action.source_id)

    def _create(self, action: Action) -> None:
        intent = Intent.of(action)
        fail_point("before:intent")
        operation = self._state.ledger.intend(
            self._writer.remote.kind, action.source_id, self._writer.token(action), intent.written(), intent.hashed()
        )
        fail_point("after:intent")
        if operation.state == OperationState.CONFIRMED:
            # The plan is older than another run that has done this meanwhile.
            self._tally.unchanged.append(action.document)
            return
        outcome = self.ensured(operation)
        if outcome.state == OperationState.CONFIRMED:
            self._tally.created.append(action.document)
        else:
            self._not_created(action, operation, outcome)

    def ensured(self, operation: Operation) -> Outcome:
        """Make sure of one intent by what it wrote down itself."""
        intent = Intent.read(operation.payload)
        ensure: Ensure[M] = Ensure(
            self._state, self._writer.remote, clock=self._bridge.clock, client_errors=CLIENT_ERRORS
        )
        return ensure.created(
            operation,
            intent.to_send(self._writer.model),
            lambda settled, ref, recovered: self._remember(settled, intent, ref, recovered),
        )

    def _remember(self, operation: Operation, intent: Intent, ref: str, recovered: bool) -> None:
        """Write link and audit, in the transaction that confirms the intent."""
        bill = self._flow == "bills"
        link = (
            Link(entity="bill", gp_key=operation.token, cin7_id=intent.source_id, cin7_hash=intent.content_hash)
            if bill
            else Link(entity=self._writer.entity, gp_key=intent.source_id, cin7_id=ref, gp_hash=intent.content_hash)
        )
        self._state.put_link(link)
        self._state.release(self._flow, intent.source_id)
        self._state.audit(
            flow=self._flow,
            action="create",
            outcome="recovered" if recovered else "created",
            document=intent.document,
            gp_key=link.gp_key,
            cin7_id=link.cin7_id,
            after=intent.fields,
            detail={
                "summary": intent.summary,
                "attempts": operation.attempts,
                "rules": [{"field": each.field, "value": each.value, "rule": each.rule} for each in intent.explained],
            },
            run_id=self._run_id,
            operation_id=operation.id,
        )

    def _not_created(self, action: Action, operation: Operation, outcome: Outcome) -> None:
        system = self._writer.remote.system
        if outcome.state == OperationState.PLANNED:
            raise SystemDownError(str(outcome.error))
        if outcome.state == OperationState.REJECTED:
            why = reason("refused", system=system, message=_message(outcome.error))
            self._hold(action.source_id, action.document, (why,), gp_key=operation.token, outcome="rejected")
        elif outcome.state == OperationState.QUARANTINED:
            code = "voucher_number_not_kept" if outcome.problem.startswith("it was stored") else "voucher_mismatch"
            facts = {"voucher": operation.token, "differences": outcome.problem, "given": outcome.problem}
            self._hold(
                action.source_id,
                action.document,
                (reason(code, **facts),),
                gp_key=operation.token,
                outcome="quarantined",
            )
            if code == "voucher_number_not_kept":
                raise SystemDownError(f"GP did not keep voucher number {operation.token}: {outcome.problem}")
        else:
            self._tally.failed.append(
                FailedDocument(action.document, f"{reason('outcome_unknown', system=system)} ({outcome.problem})")
            )
            self._audit(action, "create", "unknown", detail={"problem": outcome.problem}, operation_id=operation.id)
            if getattr(outcome.error, "retryable", False) and not getattr(outcome.error, "may_have_happened", True):
                raise SystemDownError(str(outcome.error))

    def _update(self, action: Action) -> None:
        """Write a record whole; doing it twice is doing it once, so an unknown outcome is simply repeated."""
        writer = self._writer
        ref = _identity(action.payload)
        if action.after and writer.update:
            intent = Intent.of(action)
            kind, key = f"{writer.remote.kind}.update", f"{action.source_id}@{self._run_id}"
            operation = self._state.ledger.intend(kind, key, key, intent.written(), intent.hashed())
            operation = self._state.ledger.sending(operation)
            try:
                ref = writer.update(intent.to_send(writer.model)).ref
            except CLIENT_ERRORS as error:
                self._not_updated(action, operation, error)
                return
            self._state.ledger.settle(operation, OperationState.CONFIRMED, remote_ref=ref)
        with self._state.transaction():
            self._state.put_link(
                Link(entity=writer.entity, gp_key=action.source_id, cin7_id=ref, gp_hash=action.content_hash)
            )
            self._state.release(self._flow, action.source_id)
            self._audit(
                action, "update" if action.after else "link", "updated" if action.after else "linked", cin7_id=ref
            )
        self._tally.updated.append(action.document)

    def _not_updated(self, action: Action, operation: Operation, error: Exception) -> None:
        uncertain = bool(getattr(error, "may_have_happened", True))
        retryable = bool(getattr(error, "retryable", False))
        state = OperationState.UNKNOWN if uncertain else OperationState.REJECTED
        self._state.ledger.settle(operation, state, problem=str(error), certain=not uncertain)
        if retryable and not uncertain:
            raise SystemDownError(str(error)) from error
        if uncertain:
            self._tally.failed.append(FailedDocument(action.document, str(error)))
            self._audit(action, "update", "unknown", detail={"problem": str(error)})
            return
        why = reason("refused", system=self._writer.remote.system, message=_message(error))
        self._hold(action.source_id, action.document, (why,), outcome="rejected")

    def _hold(
        self, source_id: str, document: str, reasons: tuple[Reason, ...], *, gp_key: str = "", outcome: str = "held"
    ) -> None:
        self._tally.held.append(HeldDocument(document, reasons))
        with self._state.transaction():
            if self._state.hold(self._flow, source_id, document, reasons):
                self._state.audit(
                    flow=self._flow,
                    action="hold",
                    outcome=outcome,
                    document=document,
                    gp_key=gp_key,
                    cin7_id=source_id if self._flow == "bills" else "",
                    detail={"reasons": [{"code": each.code, "text": each.text, "cure": each.cure} for each in reasons]},
                    run_id=self._run_id,
                )

    def _audit(
        self,
        action: Action,
        verb: str,
        outcome: str,
        *,
        detail: object = None,
        operation_id: int | None = None,
        cin7_id: str = "",
    ) -> None:
        bill = self._flow == "bills"
        self._state.audit(
            flow=self._flow,
            action=verb,
            outcome=outcome,
            document=action.document,
            gp_key=action.key if bill else action.source_id,
            cin7_id=action.source_id if bill else cin7_id,
            before=action.before,
            after=action.after,
            detail=detail or {"summary": action.summary},
            run_id=self._run_id,
            operation_id=operation_id,
        )


def _identity(payload: BaseModel | None) -> str:
    if isinstance(payload, Supplier):
        return payload.supplier_id or ""
    return payload.product_id or "" if isinstance(payload, Product) else ""


def _message(error: Exception | None) -> str:
    """Give what the other side complains of, without the call around it."""
    problems = getattr(error, "problems", ())
    return "; ".join(each.text for each in problems).rstrip(".") or str(error).rstrip(".")
