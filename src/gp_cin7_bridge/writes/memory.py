"""What a run remembers of each document: its link, its place in the queue, its row in the audit."""

from __future__ import annotations

from typing import Protocol

from attrs import asdict

from gp_cin7_bridge.plan import Action, Flow
from gp_cin7_bridge.reasons import Reason
from gp_cin7_bridge.state import Connection, HeldStatus, Link, Operation
from gp_cin7_bridge.writes.intents import Intent


class Known(Protocol):
    """A document that can be named: an action, or the intent that was made from one."""

    @property
    def document(self) -> str:
        """The name people know it by."""

    @property
    def source_id(self) -> str:
        """The identity on the giving side."""

    @property
    def source_hash(self) -> str:
        """The hash of its source."""

    @property
    def key(self) -> str:
        """The key on the receiving side."""

    @property
    def vendor(self) -> str:
        """GP's vendor id."""


class Memory:
    """Writes down what one run does to one kind of document; each method is one transaction.

    Args:
        state: the connection's memory.
        flow: which flow.
        entity: what its links are called.
        into_gp: whether GP is the receiving side.
        run_id: the run, for the audit.
    """

    def __init__(self, state: Connection, flow: Flow, entity: str, *, into_gp: bool, run_id: int | None) -> None:
        self._state = state
        self._flow = flow
        self._entity = entity
        self._into_gp = into_gp
        self._run_id = run_id
        self._queued = frozenset(state.held_keys(flow, skipped=True))

    def created(self, operation: Operation, intent: Intent, ref: str, *, recovered: bool) -> None:
        """Remember a document that is there now, in the transaction that confirms its intent."""
        link = self._link(intent, ref)
        self._state.put_link(link)
        self._state.release(self._flow, intent.source_id)
        detail = {
            "summary": intent.summary,
            "rules": [asdict(each) for each in intent.explained],
        }
        self._state.audit(
            flow=self._flow,
            action="create",
            outcome="recovered" if recovered else "created",
            document=intent.document,
            gp_key=link.gp_key,
            cin7_id=link.cin7_id,
            vendor=intent.vendor,
            after=intent.fields,
            detail=detail,
            run_id=self._run_id,
            operation_id=operation.id,
        )

    def carried(self, source_id: str) -> bool:
        """Tell whether a document is on the other side, as far as is known."""
        key = {"cin7_id": source_id} if self._into_gp else {"gp_key": source_id}
        return self._state.link(self._entity, **key) is not None

    def updated(self, action: Action, ref: str, operation_id: int | None) -> None:
        """Remember that a record is up to date: written, or only linked where nothing differed."""
        link = self._link(action, ref)
        with self._state.transaction():
            self._state.put_link(link)
            self._state.release(self._flow, action.source_id)
            self._state.audit(
                flow=self._flow,
                action="update" if action.after else "link",
                outcome="updated" if action.after else "linked",
                document=action.document,
                gp_key=link.gp_key,
                cin7_id=link.cin7_id,
                vendor=action.vendor,
                before=action.before,
                after=action.after,
                detail={"summary": action.summary, "rules": [asdict(each) for each in action.explained]},
                run_id=self._run_id,
                operation_id=operation_id,
            )

    def held(
        self,
        known: Known,
        reasons: tuple[Reason, ...],
        outcome: str = "held",
        *,
        status: HeldStatus = HeldStatus.HELD,
        operation_id: int | None = None,
        proposal: str = "",
    ) -> None:
        """Put a document into the queue; the audit is told only what is news."""
        with self._state.transaction():
            news = self._state.hold(
                self._flow,
                known.source_id,
                known.document,
                reasons,
                status=status,
                source_hash=known.source_hash,
                proposal=proposal,
            )
            if news:
                self._audit(known, "hold", outcome, {"reasons": [asdict(each) for each in reasons]}, operation_id)

    def settled(self, known: Known, reasons: tuple[Reason, ...]) -> None:
        """Take a document out of the queue because nothing is left to do for it."""
        if known.source_id not in self._queued:
            return
        with self._state.transaction():
            if self._state.release(self._flow, known.source_id):
                self._audit(known, "release", "released", {"reasons": [asdict(each) for each in reasons]}, None)

    def _audit(self, known: Known, action: str, outcome: str, detail: object, operation_id: int | None) -> None:
        gp_key, cin7_id = (known.key, known.source_id) if self._into_gp else (known.source_id, "")
        self._state.audit(
            flow=self._flow,
            action=action,
            outcome=outcome,
            document=known.document,
            gp_key=gp_key,
            cin7_id=cin7_id,
            vendor=known.vendor,
            detail=detail,
            run_id=self._run_id,
            operation_id=operation_id,
        )

    def _link(self, known: Action | Intent, ref: str) -> Link:
        if self._into_gp:
            gp_key, cin7_id, gp_hash, cin7_hash = ref, known.source_id, "", known.content_hash
        else:
            gp_key, cin7_id, gp_hash, cin7_hash = known.source_id, ref, known.content_hash, ""
        return Link(
            entity=self._entity,
            gp_key=gp_key,
            cin7_id=cin7_id,
            gp_hash=gp_hash,
            cin7_hash=cin7_hash,
            details=known.details,
        )
