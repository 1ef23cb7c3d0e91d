"""Authorised Cin7 Core purchase invoices and credit notes become unposted GP payables vouchers."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from cin7core_client import Cin7Error, Purchase, PurchaseSummary
from dynamicsgp_client import PayablesDocument
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.errors import UnmappedAccountsError
from gp_cin7_bridge.flows.bill_facts import gp_facts, numbering_problem
from gp_cin7_bridge.flows.bill_setup import bill_rules
from gp_cin7_bridge.flows.changes import as_fields, cin7_cursor, cin7_since, content_hash
from gp_cin7_bridge.flows.purchases import Bill, bills_of, may_hold_bills, read_purchase
from gp_cin7_bridge.mapping.bill import explain_bill
from gp_cin7_bridge.mapping.bill_rules import BillRules
from gp_cin7_bridge.mapping.duplicates import KnownDocument, VendorDocuments
from gp_cin7_bridge.mapping.held import Held
from gp_cin7_bridge.plan import Action, Plan, Verb, verb_against
from gp_cin7_bridge.progress import Progress, Watcher
from gp_cin7_bridge.reasons import Reason, reason
from gp_cin7_bridge.state import Link

STREAM = "cin7.purchases"
# The queue's key of a purchase that cannot be read at all.
WHOLE = "/purchase"


def plan_bills(bridge: Bridge, watch: Watcher, only: Collection[str] | None = None) -> Plan:
    """Read changed purchases and decide, document by document; writes nothing.

    Args:
        bridge: the open connection.
        watch: is told how far it is.
        only: look at these documents alone, and at what changed not at all.
    """
    links = {link.cin7_id: link for link in bridge.state.links("bill")}
    queue = {record.record_key: record.document for record in bridge.state.held("bills")}
    waiting = queue if only is None else only
    cursors: dict[str, str] = {}
    changed: dict[str, PurchaseSummary | None] = {}
    if only is None:
        cursor = bridge.state.cursor(STREAM)
        linked = {cin7_id.partition("/")[0] for cin7_id in links}
        rows = list(bridge.cin7.purchases.list(updated_since=cin7_since(cursor)))
        changed = {row.purchase_id: row for row in rows if row.purchase_id in linked or may_hold_bills(row)}
        moved = cin7_cursor(cursor, [row.last_updated_date for row in rows if row.last_updated_date])
        cursors = {STREAM: moved} if moved else {}
    wanted = dict.fromkeys([*changed, *(key.partition("/")[0] for key in waiting)])
    purchases: list[Purchase] = []
    actions: list[Action] = []
    for done, purchase_id in enumerate(wanted, start=1):
        found = read_purchase(bridge, purchase_id)
        if isinstance(found, Purchase):
            purchases.append(found)
        elif found is not None:
            actions.append(_unreadable(purchase_id, found))
        watch(Progress("bills", "reading Cin7 Core", done))
    bills = [bill for purchase in purchases if _wanted(bridge, purchase) for bill in bills_of(purchase)]
    if only is not None:
        bills = [bill for bill in bills if bill.source_id in only]
    actions.extend(_decided(bridge, bills, links, watch))
    if bridge.settings.accounts.no_match == "error":
        _all_mapped(actions)
    unread = {action.source_id.partition("/")[0] for action in actions if action.source_id.endswith(WHOLE)}
    decided = {action.source_id for action in actions}
    actions.extend(
        _gone(key, queue.get(key, key)) for key in waiting if key not in decided and key.partition("/")[0] not in unread
    )
    return Plan(flow="bills", actions=tuple(actions), cursors=cursors)


def _unreadable(purchase_id: str, error: Cin7Error) -> Action:
    why = reason("unreadable", system="Cin7 Core", error=str(error).rstrip("."))
    document = f"purchase {purchase_id}"
    return Action(
        flow="bills", verb=Verb.HOLD, document=document, key="", source_id=f"{purchase_id}{WHOLE}", reasons=(why,)
    )


def _gone(source_id: str, document: str) -> Action:
    why = reason("source_gone", system="Cin7 Core")
    return Action(flow="bills", verb=Verb.SKIP, document=document, key="", source_id=source_id, reasons=(why,))


def _wanted(bridge: Bridge, purchase: Purchase) -> bool:
    approach = bridge.settings.bills.approach
    return approach is None or str(purchase.approach).upper() == approach


def _decided(bridge: Bridge, bills: list[Bill], links: dict[str, Link], watch: Watcher) -> Iterator[Action]:
    new = [bill for bill in bills if bill.payable and bill.source_id not in links]
    facts = gp_facts(bridge) if new else None
    rules = bill_rules(bridge, facts, [bill.purchase for bill in new]) if facts else BillRules()
    numbering = numbering_problem(bridge, facts) if facts else None
    for done, bill in enumerate(bills, start=1):
        watch(Progress("bills", "mapping", done, len(bills)))
        if link := links.get(bill.source_id):
            yield _linked(bill, link)
        elif bill.payable and numbering:
            yield _action(Verb.HOLD, bill, reasons=(numbering,))
        elif bill.payable:
            yield _new(bill, rules)


def _new(bill: Bill, rules: BillRules) -> Action:
    mapped = explain_bill(bill.purchase, bill.part, rules)
    if isinstance(mapped, Held):
        return _action(verb_against(mapped.reasons), bill, reasons=mapped.reasons)
    document = mapped.document
    known = rules.known_documents.setdefault(document.vendor_id, VendorDocuments())
    known.add(KnownDocument.of(document, "in this run"))
    return Action(
        flow="bills",
        verb=Verb.CREATE,
        document=bill.document,
        key=document.voucher_number,
        source_id=bill.source_id,
        source_hash=bill.source_hash,
        content_hash=bill.source_hash,
        payload=document,
        after={**as_fields(document), "content_hash": content_hash(document)},
        reasons=mapped.warnings,
        explained=mapped.explained,
        summary=_summary(document),
    )


def _summary(document: PayablesDocument) -> str:
    """Give a voucher in a few words; a posting date that was moved stands beside the document's own."""
    moved = document.posting_date != document.document_date
    dates = f", dated {document.document_date}, posted {document.posting_date}" if moved else ""
    return (
        f"voucher {document.voucher_number}, {document.document_amount} {document.currency_id},"
        f" {len(document.distributions)} distributions{dates}"
    )


def _all_mapped(actions: list[Action]) -> None:
    """Stop the run for any code without an account, when the settings want that."""
    unmapped = {each.text for action in actions for each in action.reasons if each.code == "account_unmapped"}
    if unmapped:
        raise UnmappedAccountsError(
            f'{" ".join(sorted(unmapped))} Nothing was sent, because [accounts] says no_match = "error"; add the lines'
            " to [accounts.map]."
        )


def _linked(bill: Bill, link: Link) -> Action:
    """A document that was sent is never sent again, whatever becomes of it in Cin7 Core."""
    if not bill.payable:
        what = f"its status is {bill.part.status} now"
    elif bill.source_hash != link.cin7_hash:
        what = "its figures, dates, number or accounts"
    else:
        return _action(Verb.SKIP, bill, key=link.gp_key, reasons=(reason("unchanged"),))
    return _action(
        Verb.HOLD, bill, key=link.gp_key, reasons=(reason("changed_after_sync", voucher=link.gp_key, changes=what),)
    )


def _action(verb: Verb, bill: Bill, *, key: str = "", reasons: tuple[Reason, ...]) -> Action:
    return Action(
        flow="bills",
        verb=verb,
        document=bill.document,
        key=key,
        source_id=bill.source_id,
        source_hash=bill.source_hash,
        reasons=reasons,
    )
