"""The queue of documents that wait: find them, assign them, note on them, skip them; every step is in the audit."""

from __future__ import annotations

from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.errors import NotQueuedError, QueueError
from gp_cin7_bridge.reasons import reason
from gp_cin7_bridge.state import AuditRow, HeldRecord, HeldStatus
from gp_cin7_bridge.state.held import WAITING
from gp_cin7_bridge.sync import known_flow, plan


def waiting(bridge: Bridge, *, flow: str | None = None, code: str | None = None) -> list[HeldRecord]:
    """Give what waits, the oldest first, perhaps only of one flow or with one reason code."""
    held = bridge.state.held(known_flow(flow) if flow else None)
    return [each for each in held if code is None or code in (why.code for why in each.reasons)]


def skipped(bridge: Bridge, *, flow: str | None = None) -> list[HeldRecord]:
    """Give what people decided to skip."""
    return bridge.state.skipped(known_flow(flow) if flow else None)


def queued(
    bridge: Bridge, document: str, *, flow: str | None = None, among: tuple[HeldStatus, ...] = WAITING
) -> HeldRecord:
    """Find one document of the queue by its name or key.

    Raises:
        QueueError: it is not there, or the name means several; names their keys.
    """
    named = bridge.state.queued(document, known_flow(flow) if flow else None)
    found = [each for each in named if each.status in among]
    if len(found) == 1:
        return found[0]
    if found:
        keys = ", ".join(f"{each.record_key} ({each.flow})" for each in found)
        raise QueueError(f"{document!r} means several documents; name one by its key: {keys}")
    if named:
        raise QueueError(f"{document!r} is {named[0].status}, not {' or '.join(among)}")
    raise NotQueuedError(f"{document!r} is not in the queue; `gp-cin7 held` and `gp-cin7 held --skipped` list what is")


def history(bridge: Bridge, record: HeldRecord) -> list[AuditRow]:
    """Give everything that the audit says of one document of the queue, the oldest first."""
    return [row for row in bridge.state.audit_rows(document=record.record_key) if row.flow == record.flow]


def assign(bridge: Bridge, document: str, who: str, *, actor: str, flow: str | None = None) -> HeldRecord:
    """Say whose a held document is.

    Raises:
        QueueError: it is not held.
    """
    record = queued(bridge, document, flow=flow)
    with bridge.state.transaction():
        bridge.state.change_held(record, assignee=who)
        _noted(bridge, record, "assign", f"assigned to {who}", actor, {"assignee": who})
    return queued(bridge, record.record_key, flow=record.flow)


def note(bridge: Bridge, document: str, text: str, *, actor: str, flow: str | None = None) -> HeldRecord:
    """Write a note to a held document, in place of the one that it has; the audit keeps them all.

    Raises:
        QueueError: it is not held.
    """
    record = queued(bridge, document, flow=flow)
    with bridge.state.transaction():
        bridge.state.change_held(record, note=text)
        _noted(bridge, record, "note", text, actor, {"note": text})
    return queued(bridge, record.record_key, flow=record.flow)


def skip(bridge: Bridge, document: str, why: str, *, actor: str, flow: str | None = None) -> HeldRecord:
    """Decide that a document is not to be carried.

    It stays so until `unskip`, or until its source changes: for a bill its financial content. A document that waits
    in no queue yet is looked for in what the flow (default bills) would do next.

    Raises:
        QueueError: there is no such document, or its name means several.
    """
    try:
        record = queued(bridge, document, flow=flow)
    except NotQueuedError:
        record = _planned(bridge, document, flow or "bills")
    decided = reason("skipped_by_person", who=actor, why=why.rstrip("."), key=record.document)
    with bridge.state.transaction():
        bridge.state.change_held(record, status=HeldStatus.SKIPPED, reasons=(decided,))
        _noted(bridge, record, "skip", why, actor, {"status": str(HeldStatus.SKIPPED)})
    return queued(bridge, record.record_key, flow=record.flow, among=(HeldStatus.SKIPPED,))


def unskip(bridge: Bridge, document: str, *, actor: str, flow: str | None = None) -> HeldRecord:
    """Take a decision to skip back: the document waits again and is looked at by the next run.

    Raises:
        QueueError: it is not skipped.
    """
    record = queued(bridge, document, flow=flow, among=(HeldStatus.SKIPPED,))
    with bridge.state.transaction():
        bridge.state.change_held(record, status=HeldStatus.HELD)
        _noted(bridge, record, "unskip", "no longer skipped", actor, {"status": str(HeldStatus.HELD)})
    return queued(bridge, record.record_key, flow=record.flow)


def _planned(bridge: Bridge, document: str, flow: str) -> HeldRecord:
    """Take a document into the queue that a run would carry."""
    name = known_flow(flow)
    actions = [each for each in plan(bridge, name) if document in (each.document, each.source_id, each.key)]
    if len(actions) != 1:
        found = ", ".join(each.source_id for each in actions)
        cure = f"name one by its key: {found}" if found else f"`gp-cin7 plan {name}` lists what would be carried"
        raise QueueError(f"{document!r} is neither held nor one document of {name}; {cure}")
    (action,) = actions
    bridge.state.hold(name, action.source_id, action.document, (), source_hash=action.source_hash)
    return queued(bridge, action.source_id, flow=name)


def _noted(bridge: Bridge, record: HeldRecord, action: str, summary: str, actor: str, after: dict[str, str]) -> None:
    into_gp = record.flow in ("bills", "receipts")
    bridge.state.audit(
        flow=record.flow,
        action=action,
        outcome="decided",
        document=record.document,
        gp_key="" if into_gp else record.record_key,
        cin7_id=record.record_key if into_gp else "",
        before={"status": str(record.status), "assignee": record.assignee, "note": record.note},
        after=after,
        detail={"summary": summary},
        actor=actor,
    )
