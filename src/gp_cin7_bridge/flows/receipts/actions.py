"""What a receipt that becomes a journal makes of a plan: create it, link GP's own, hold it or pass it over."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from attrs import frozen

from dynamicsgp_client import Journal
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.flows.changes import as_fields
from gp_cin7_bridge.mapping.receipts.journal import differences
from gp_cin7_bridge.plan import Action, Explained, Verb, verb_against
from gp_cin7_bridge.reasons import Reason, reason
from gp_cin7_bridge.state import Link


@frozen(kw_only=True)
class Booking:
    """A journal that is to be made.

    Attributes:
        source_id, document, source_hash: as an action has them.
        details: what its link is to remember.
    """

    source_id: str
    document: str
    journal: Journal
    explained: tuple[Explained, ...]
    source_hash: str = ""
    details: Mapping[str, object]


def booked(bridge: Bridge, booking: Booking) -> Action:
    """Create a journal, unless its batch has it already: GP itself would take a second one."""
    journal = booking.journal
    there = bridge.gp.journals.list(batch_id=journal.batch_id).to_list()
    if not there:
        return _action(booking, Verb.CREATE)
    found = there[0].replace(lines=tuple(line for each in there for line in each.lines))
    if differing := differences(journal, found):
        why = reason("journal_mismatch", key=journal.batch_id, differences=", ".join(differing))
        return held(booking.source_id, booking.document, (why,), booking.source_hash)
    return _action(booking, Verb.UPDATE)


def _action(booking: Booking, verb: Verb) -> Action:
    journal = booking.journal
    amount = sum(line.debit_amount for line in journal.lines)
    return Action(
        flow="receipts",
        verb=verb,
        document=booking.document,
        key=journal.batch_id or "",
        source_id=booking.source_id,
        source_hash=booking.source_hash,
        content_hash=booking.source_hash,
        payload=journal,
        after=as_fields(journal) if verb == Verb.CREATE else None,
        explained=booking.explained,
        summary=f"journal in batch {journal.batch_id} of {journal.transaction_date}, {amount}",
        details=booking.details,
    )


def held(source_id: str, document: str, reasons: tuple[Reason, ...], source_hash: str = "") -> Action:
    """Hold a document, or pass it over when its reasons say so."""
    return Action(
        flow="receipts",
        verb=verb_against(reasons),
        document=document,
        key="",
        source_id=source_id,
        source_hash=source_hash,
        reasons=reasons,
    )


def unchanged(link: Link, document: str) -> Action:
    """Say that what was carried stands."""
    return Action(
        flow="receipts",
        verb=Verb.SKIP,
        document=document,
        key=link.gp_key,
        source_id=link.cin7_id,
        source_hash=link.cin7_hash,
        reasons=(reason("unchanged"),),
    )


def gone(queue: Mapping[str, str], waiting: Iterable[str], decided: Collection[str], why: Reason) -> list[Action]:
    """Pass over what waits and is no longer there to be decided on."""
    return [held(key, queue.get(key, key), (why,)) for key in waiting if key not in decided]
