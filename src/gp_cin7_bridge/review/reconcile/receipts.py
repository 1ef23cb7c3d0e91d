"""Receipts compared: what is to be booked and is not, and every journal and receiving against what GP has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TypeVar

from pydantic import BaseModel

from dynamicsgp_client import Journal, NotFoundError, Receiving
from gp_cin7_bridge.documents import read
from gp_cin7_bridge.flows.receipts.begun import SHIPPED
from gp_cin7_bridge.mapping.receipts.journal import differences
from gp_cin7_bridge.mapping.receipts.receiving import differences as differing
from gp_cin7_bridge.plan import Action, Verb, revision_in
from gp_cin7_bridge.review.reconcile.findings import Difference, Finding, Kind, shown
from gp_cin7_bridge.review.reconcile.reading import Reading
from gp_cin7_bridge.review.reconcile.sentences import UNMAPPED
from gp_cin7_bridge.state import Link
from gp_cin7_bridge.sync import plan

FLOW = "receipts"
M = TypeVar("M", bound=BaseModel)


def receipts(reading: Reading) -> Iterator[Finding]:
    """Compare receipts in the mode that is on.

    What was never booked is found as a run would find it; what was booked is compared with what was sent then, because
    later receipts and bills of its purchase changed what the same receipt would become now.
    """
    bridge = reading.bridge
    for action in plan(bridge, FLOW, watch=reading.watch):
        if finding := _not_booked(action):
            reading.compared[FLOW] += 1
            yield finding
    links = {link.gp_key: link for link in bridge.state.links("receipt")}
    for key in [key for key, link in links.items() if SHIPPED in link.details]:
        reading.compared[FLOW] += 1
        if finding := _receiving_compared(reading, links.pop(key)):
            yield finding
    found: defaultdict[str, list[Journal]] = defaultdict(list)
    try:
        for journal in reading.each("GP", FLOW, bridge.gp.journals.list()):
            if journal.batch_id in links:
                found[journal.batch_id].append(journal)
    except NotFoundError:
        return  # this site's GP offers no journals
    for batch_id, link in links.items():
        reading.compared[FLOW] += 1
        if finding := _compared(reading, link, found.get(batch_id, [])):
            yield finding


def _not_booked(action: Action) -> Finding | None:
    if action.verb == Verb.CREATE:
        text = f"GP does not have it; it would be {action.summary}."
        return _finding(action.document, Kind.MISSING, text, "Run `gp-cin7 sync receipts`.", action.key)
    if action.verb != Verb.HOLD:
        return None
    kind = Kind.UNMAPPED if UNMAPPED & {each.code for each in action.reasons} else Kind.MISSING
    text = " ".join(each.text for each in action.reasons)
    return _finding(action.document, kind, text, " ".join(dict.fromkeys(each.cure for each in action.reasons)))


def _compared(reading: Reading, link: Link, found: list[Journal]) -> Finding | None:
    document, sent = _sent(reading, link, "journal", Journal)
    if not found:
        text = f"GP lists no journal in batch {link.gp_key}: it was posted, or deleted."
        return _finding(document, Kind.POSTED, text, "Look in GP if it was not posted.", link.gp_key)
    if len(found) > 1:
        text = f"GP has {len(found)} journals in batch {link.gp_key}."
        return _finding(document, Kind.DUPLICATED, text, "Delete the one that was not the bridge's.", link.gp_key)
    if sent is None or not (fields := differences(sent, found[0])):
        return None
    text = f"The journal in batch {link.gp_key} is not what was sent."
    cure = "Make GP's journal agree, or correct the receipt in Cin7 Core; the bridge changes no journal."
    return Finding(
        flow=FLOW,
        kind=Kind.DIFFERENT,
        document=document,
        key=link.gp_key,
        text=text,
        cure=cure,
        differences=tuple(Difference(name, _value(sent, name), _value(found[0], name)) for name in fields),
    )


def _receiving_compared(reading: Reading, link: Link) -> Finding | None:
    document, sent = _sent(reading, link, "receiving", Receiving)
    found = reading.bridge.gp.receivings.find(link.gp_key)
    if found is None:
        text = f"GP no longer has receiving {link.gp_key}."
        return _finding(
            document, Kind.DELETED, text, "Enter it again in GP if it was not deleted on purpose.", link.gp_key
        )
    fields = differing(sent, found) if sent else ()
    if not fields or sent is None:
        return None
    return Finding(
        flow=FLOW,
        kind=Kind.DIFFERENT,
        document=document,
        key=link.gp_key,
        text=f"Receiving {link.gp_key} is not what was sent.",
        cure="Make GP's receiving agree, or correct the receipt in Cin7 Core; the bridge changes no receiving.",
        differences=tuple(Difference(name, shown(getattr(sent, name)), shown(getattr(found, name))) for name in fields),
    )


def _sent(reading: Reading, link: Link, kind: str, model: type[M]) -> tuple[str, M | None]:
    """Give the name of a document and what was sent; None when it was linked again after the state was lost."""
    operation = reading.bridge.state.ledger.find(kind, link.cin7_id, revision_in(link.details))
    intent = read(operation.payload) if operation else None
    if not isinstance(intent, dict):
        return link.gp_key, None
    return str(intent["document"]), model.model_validate(intent["fields"])


def _value(journal: Journal, name: str) -> str:
    if name != "lines":
        return str(getattr(journal, name, "") or "")
    return ", ".join(f"{each.account_number} {each.debit_amount - each.credit_amount:f}" for each in journal.lines)


def _finding(document: str, kind: Kind, text: str, cure: str, key: str = "") -> Finding:
    return Finding(flow=FLOW, kind=kind, document=document, key=key, text=text, cure=cure)
