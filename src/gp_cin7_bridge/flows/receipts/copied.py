"""Ledger lines of Cin7 Core against the journals that were made of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from decimal import Decimal

from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.flows.bills.facts import gp_facts
from gp_cin7_bridge.flows.receipts.actions import Booking, booked, held, unchanged
from gp_cin7_bridge.flows.receipts.begun import OF_PURCHASE
from gp_cin7_bridge.flows.receipts.setup import receipt_rules
from gp_cin7_bridge.mapping.held import HeldReceipt
from gp_cin7_bridge.mapping.receipts.copied import LedgerLine, map_copied, sums_as_details, sums_from_details
from gp_cin7_bridge.plan import Action

SUMS = "sums"


def copied(
    bridge: Bridge, lines: Iterable[LedgerLine], part: str, looked_at: Callable[[str], bool], *, what: str
) -> list[Action]:
    """Decide on the journals of ledger lines.

    Args:
        bridge: the open connection.
        lines: of every source that was looked at.
        part: what the source ids of this kind hold, such as `/journal/`.
        looked_at: tells by a source id whether all its lines are here; of the others nothing is said.
        what: said in the journal's reference.
    """
    links = [each for each in bridge.state.links("receipt") if part in each.cin7_id and looked_at(each.cin7_id)]
    lines = list(lines)
    if not links and not lines:
        return []
    before: defaultdict[str, list[dict[str, Decimal]]] = defaultdict(list)
    for link in links:
        before[_source(link.cin7_id)].append(sums_from_details(link.details.get(SUMS)))
    names = {line.source_id: line.name for line in lines}
    owners = {_source(link.cin7_id): str(link.details.get(OF_PURCHASE, "")) for link in links}
    owners |= {line.source_id: line.purchase_id for line in lines if line.purchase_id}
    actions = [unchanged(link, names.get(_source(link.cin7_id), link.cin7_id)) for link in links]
    rules = receipt_rules(bridge, gp_facts(bridge))
    for each in map_copied(lines, before, rules, what=what):
        if isinstance(each, HeldReceipt):
            actions.append(held(each.source_id, each.document, each.reasons, each.source_hash))
        else:
            booking = Booking(
                source_id=each.source_id,
                document=each.name,
                journal=each.document,
                explained=each.explained,
                source_hash=each.source_hash,
                details={SUMS: sums_as_details(each.sums), OF_PURCHASE: owners.get(_source(each.source_id), "")},
            )
            actions.append(booked(bridge, booking))
    return actions


def _source(identity: str) -> str:
    """Give the source of a journal without its revision: the days end it."""
    head, _, tail = identity.rpartition("/")
    return head if tail.isdigit() else identity
