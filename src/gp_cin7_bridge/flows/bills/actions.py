"""The actions of the flow of bills."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from attrs import evolve

from cin7core_client import Cin7Error
from dynamicsgp_client import PayablesDocument
from gp_cin7_bridge.documents import written
from gp_cin7_bridge.flows.changes import as_fields, content_hash
from gp_cin7_bridge.flows.purchases import WHOLE, Bill
from gp_cin7_bridge.mapping.bills.bill import BillMapping
from gp_cin7_bridge.mapping.bills.duplicates import KnownDocument, VendorDocuments
from gp_cin7_bridge.mapping.bills.rules import BillRules
from gp_cin7_bridge.plan import Action, Verb
from gp_cin7_bridge.reasons import Reason, reason


def created(
    mapped: BillMapping,
    rules: BillRules,
    *,
    document: str,
    source_id: str,
    source_hash: str = "",
    details: Mapping[str, object],
    follows: str = "",
    proposal: str = "",
) -> Action:
    """Send a voucher; the rules count it, for those that come after it in this run."""
    voucher = mapped.document
    known = rules.known_documents.setdefault(voucher.vendor_id, VendorDocuments())
    known.add(KnownDocument.of(voucher, "in this run"))
    batch = voucher.batch_id or ""
    rules.filled_batches[batch] = rules.filled_batches.get(batch, 0) + 1
    return Action(
        flow="bills",
        verb=Verb.CREATE,
        document=document,
        key=voucher.voucher_number,
        source_id=source_id,
        source_hash=source_hash,
        content_hash=source_hash,
        payload=voucher,
        after={**as_fields(voucher), "content_hash": content_hash(voucher)},
        reasons=mapped.warnings,
        explained=mapped.explained,
        summary=summary_of(voucher),
        details={**details, "batch": batch},
        follows=follows,
        proposal=proposal,
    )


def decided(verb: Verb, bill: Bill, reasons: tuple[Reason, ...], *, key: str = "") -> Action:
    """Hold a bill or pass it over."""
    return Action(
        flow="bills",
        verb=verb,
        document=bill.document,
        key=key,
        source_id=bill.source_id,
        source_hash=bill.source_hash,
        reasons=reasons,
    )


def confused(bills: Sequence[Bill]) -> Action:
    """Hold documents that have one identity: under one voucher number only one of them could be carried."""
    numbers = ", ".join(repr(bill.document) for bill in bills)
    first = bills[0]
    why = reason("task_shared", numbers=numbers, purchase=first.purchase.order_number or first.purchase.purchase_id)
    return evolve(decided(Verb.HOLD, first, (why,)), source_hash=hashed([bill.source_hash for bill in bills]))


def unreadable(purchase_id: str, error: Cin7Error) -> Action:
    """Hold a whole purchase, because Cin7 Core does not give it in a form that can be read."""
    why = reason("unreadable", system="Cin7 Core", error=str(error).rstrip("."))
    return Action(
        flow="bills",
        verb=Verb.HOLD,
        document=f"purchase {purchase_id}",
        key="",
        source_id=f"{purchase_id}{WHOLE}",
        reasons=(why,),
    )


def gone(source_id: str, document: str) -> Action:
    """Let a document of the queue go that is no bill any more and never was sent."""
    why = reason("source_gone", system="Cin7 Core")
    return Action(flow="bills", verb=Verb.SKIP, document=document, key="", source_id=source_id, reasons=(why,))


def summary_of(voucher: PayablesDocument) -> str:
    """Give a voucher in a few words; a posting date that was moved stands beside the document's own."""
    moved = voucher.posting_date != voucher.document_date
    dates = f", dated {voucher.document_date}, posted {voucher.posting_date}" if moved else ""
    return (
        f"voucher {voucher.voucher_number}, {voucher.document_amount} {voucher.currency_id},"
        f" {len(voucher.distributions)} distributions{dates}"
    )


def hashed(facts: object) -> str:
    """Hash plain values."""
    return hashlib.sha256(written(facts).encode()).hexdigest()
