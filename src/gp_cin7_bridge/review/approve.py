"""What a run proposes and does not do by itself: list it, approve it, take the approval back."""

from __future__ import annotations

from attrs import frozen

from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.errors import QueueError
from gp_cin7_bridge.review.queue import queued, waiting
from gp_cin7_bridge.state import Approval, HeldRecord


@frozen
class Proposal:
    """A held document with something that would be done for it; `approval` covers exactly that, or is None."""

    record: HeldRecord
    approval: Approval | None


def proposals(bridge: Bridge, *, flow: str | None = None) -> list[Proposal]:
    """Give what waits for an approval, and what is approved and not carried out yet; the oldest first."""
    return [_proposal(bridge, each) for each in waiting(bridge, flow=flow) if each.proposal]


def approve(bridge: Bridge, document: str, why: str, *, actor: str, flow: str | None = None) -> Proposal:
    """Approve what the last run proposed for a document; the next run carries it out, once.

    When anything in the proposal changes before that, the document is held again with the new one.

    Raises:
        QueueError: the document is not held, or nothing is proposed for it.
    """
    record = _proposed(bridge, document, flow)
    with bridge.state.transaction():
        bridge.state.approvals.give(record.flow, record.record_key, record.proposal, reason=why, actor=actor)
        _audited(bridge, record, "approve", why, actor)
    return _proposal(bridge, record)


def disapprove(bridge: Bridge, document: str, *, actor: str, flow: str | None = None) -> Proposal:
    """Take an approval back that was not carried out yet.

    Raises:
        QueueError: there is none.
    """
    record = _proposed(bridge, document, flow)
    with bridge.state.transaction():
        if not bridge.state.approvals.end(record.flow, record.record_key):
            raise QueueError(f"{document!r} is not approved; `gp-cin7 approve` lists what is")
        _audited(bridge, record, "disapprove", "no longer approved", actor)
    return _proposal(bridge, record)


def _proposed(bridge: Bridge, document: str, flow: str | None) -> HeldRecord:
    record = queued(bridge, document, flow=flow)
    if not record.proposal:
        raise QueueError(f"nothing is proposed for {document!r}; `gp-cin7 held show {document}` says what it waits for")
    return record


def _proposal(bridge: Bridge, record: HeldRecord) -> Proposal:
    given = bridge.state.approvals.find(record.flow, record.record_key)
    return Proposal(record, given if given and given.proposal == record.proposal else None)


def _audited(bridge: Bridge, record: HeldRecord, action: str, summary: str, actor: str) -> None:
    bill = record.flow == "bills"
    bridge.state.audit(
        flow=record.flow,
        action=action,
        outcome="decided",
        document=record.document,
        gp_key="" if bill else record.record_key,
        cin7_id=record.record_key if bill else "",
        detail={"summary": summary, "proposal": record.proposal, "proposed": [str(each) for each in record.reasons]},
        actor=actor,
    )
