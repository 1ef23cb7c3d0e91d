"""`gl_accrual`: each receipt is a journal, goods against accrued purchases, until its bill clears it."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from cin7core_client import Cin7Error, Purchase, PurchaseSummary
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.flows.bill_facts import gp_facts
from gp_cin7_bridge.flows.changes import cin7_cursor, cin7_since
from gp_cin7_bridge.flows.purchases import read_purchase, with_vendors
from gp_cin7_bridge.flows.receipt_actions import Booking, booked, gone, held, unchanged
from gp_cin7_bridge.flows.receipt_memory import ReceiptMemory, details_of
from gp_cin7_bridge.flows.receipt_setup import accrues, receipt_rules
from gp_cin7_bridge.mapping.receipt import HeldReceipt, map_receipts
from gp_cin7_bridge.mapping.receipt_rules import ReceiptRules
from gp_cin7_bridge.plan import Action, Plan
from gp_cin7_bridge.progress import Progress, Watcher
from gp_cin7_bridge.reasons import reason

STREAM = "cin7.receipts"
# The queue's key of a purchase that cannot be read at all.
WHOLE = "/receipts"
NOTHING_RECEIVED = ("NOT RECEIVED", "NOT AVAILABLE", "NONE", "")


def plan_gl_accrual(bridge: Bridge, watch: Watcher, only: Collection[str] | None = None) -> Plan:
    """Read changed purchases and decide on each receipt and day; writes nothing."""
    memory = ReceiptMemory(bridge.state)
    queue = {record.record_key: record.document for record in bridge.state.held("receipts")}
    waiting = queue if only is None else only
    cursors: dict[str, str] = {}
    changed: list[str] = []
    if only is None:
        cursor = bridge.state.cursor(STREAM)
        rows = list(bridge.cin7.purchases.list(updated_since=cin7_since(cursor)))
        changed = [row.purchase_id for row in rows if may_hold_receipts(row) or memory.links(row.purchase_id)]
        moved = cin7_cursor(cursor, [row.last_updated_date for row in rows if row.last_updated_date])
        cursors = {STREAM: moved} if moved else {}
    wanted = dict.fromkeys([*changed, *(key.partition("/")[0] for key in waiting)])
    actions: list[Action] = []
    rules: ReceiptRules | None = None
    for done, purchase_id in enumerate(wanted, start=1):
        watch(Progress("receipts", "reading Cin7 Core", done, len(wanted)))
        found = read_purchase(bridge, purchase_id)
        if isinstance(found, Purchase) and accrues(bridge, found):
            rules = rules or receipt_rules(bridge, gp_facts(bridge))
            actions.extend(with_vendors(bridge, _decided(bridge, found, memory, rules), [found]))
        elif isinstance(found, Cin7Error):
            why = reason("unreadable", system="Cin7 Core", error=str(found).rstrip("."))
            actions.append(held(f"{purchase_id}{WHOLE}", f"purchase {purchase_id}", (why,)))
    if only is not None:
        actions = [action for action in actions if action.source_id in only or action.source_id.endswith(WHOLE)]
    unread = {action.source_id.partition("/")[0] for action in actions if action.source_id.endswith(WHOLE)}
    left = [key for key in waiting if key.partition("/")[0] not in unread]
    decided = {action.source_id for action in actions}
    actions.extend(gone(queue, left, decided, reason("source_gone", system="Cin7 Core")))
    return Plan(flow="receipts", actions=tuple(actions), cursors=cursors)


def may_hold_receipts(row: PurchaseSummary) -> bool:
    """Tell by a row of the list whether anything may have been received."""
    received = {str(row.combined_receiving_status).upper(), str(row.stock_received_status).upper()}
    return not received <= set(NOTHING_RECEIVED)


def _decided(bridge: Bridge, purchase: Purchase, memory: ReceiptMemory, rules: ReceiptRules) -> Iterator[Action]:
    place = memory.next_place(purchase.purchase_id)
    for link in memory.links(purchase.purchase_id):
        yield unchanged(link, f"{purchase.order_number} received {link.cin7_id.split('/')[3]}")
    for each in map_receipts(purchase, memory.entries(purchase), rules):
        if isinstance(each, HeldReceipt):
            yield held(each.source_id, each.document, each.reasons, each.source_hash)
        elif each.document is None:
            yield held(each.source_id, each.name, (reason("nothing_to_book"),), each.source_hash)
        else:
            booking = Booking(
                source_id=each.source_id,
                document=each.name,
                journal=each.document,
                explained=each.explained,
                source_hash=each.source_hash,
                details=details_of(each.accruals, place),
            )
            yield booked(bridge, booking)
            place += 1
