"""`gl_accrual`: each receipt is a journal, goods against accrued purchases, until its bill clears it."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve

from cin7core_client import Purchase, PurchaseSummary
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.flows.bills.facts import gp_facts
from gp_cin7_bridge.flows.purchases import with_vendors
from gp_cin7_bridge.flows.receipts.actions import Booking, booked, held, unchanged
from gp_cin7_bridge.flows.receipts.memory import ReceiptMemory, details_of
from gp_cin7_bridge.flows.receipts.modes import ENDED, WHOLE, Asked, Found, purchases_of
from gp_cin7_bridge.flows.receipts.setup import receipt_rules
from gp_cin7_bridge.mapping.held import HeldReceipt
from gp_cin7_bridge.mapping.receipts.receipt import RECEIPT, map_receipts
from gp_cin7_bridge.mapping.receipts.rules import ReceiptRules
from gp_cin7_bridge.plan import Action
from gp_cin7_bridge.reasons import reason

STREAM = "cin7.receipts"
NOTHING_RECEIVED = ("NOT RECEIVED", "NOT AVAILABLE", "NONE", "")


def plan_gl_accrual(asked: Asked) -> Found:
    """Read changed purchases and decide on each receipt and day; a purchase begun so is ended so."""
    bridge = asked.bridge
    begun, on = asked.begun, bridge.settings.receipts.mode == "gl_accrual"
    if not on and not begun.any("gl_accrual"):
        return Found()
    memory = ReceiptMemory(bridge.state)
    rows, cursors = asked.rows(STREAM if on else f"{STREAM}{ENDED}")
    changed = [
        row.purchase_id for row in rows if begun.way(row.purchase_id) == "gl_accrual" or (on and may_hold_receipts(row))
    ]
    purchases, actions = asked.read([*changed, *purchases_of([*asked.keys(RECEIPT), *asked.keys(WHOLE)])])
    wanted = [each for each in purchases if begun.belongs(each, "gl_accrual")]
    if wanted:
        rules = receipt_rules(bridge, gp_facts(bridge))
        decided = (
            action
            for purchase in wanted
            for action in _decided(
                bridge, purchase, memory, evolve(rules, earliest=begun.earliest(purchase.purchase_id))
            )
        )
        actions += with_vendors(bridge, decided, wanted)
    return Found(tuple(actions), cursors)


def may_hold_receipts(row: PurchaseSummary) -> bool:
    """Tell by a row of the list whether anything may have been received."""
    received = {str(row.combined_receiving_status).upper(), str(row.stock_received_status).upper()}
    return not received <= set(NOTHING_RECEIVED)


def _decided(bridge: Bridge, purchase: Purchase, memory: ReceiptMemory, rules: ReceiptRules) -> Iterator[Action]:
    place = memory.next_place(purchase.purchase_id)
    for link in memory.links(purchase.purchase_id):
        if RECEIPT in link.cin7_id:
            yield unchanged(link, f"{purchase.order_number} received {link.cin7_id.split('/')[3]}")
    settled = {record.record_key for record in bridge.state.skipped("receipts")}
    for each in map_receipts(purchase, memory.entries(purchase), rules, settled):
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
