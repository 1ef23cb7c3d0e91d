"""Authorised Cin7 Core purchase invoices and credit notes become unposted GP payables vouchers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping

from attrs import define, evolve, field

from cin7core_client import Purchase, PurchaseSummary
from dynamicsgp_client import PayablesDocument
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.errors import UnmappedAccountsError
from gp_cin7_bridge.flows.bills.actions import confused, created, decided, gone, unreadable
from gp_cin7_bridge.flows.bills.carried import Carried
from gp_cin7_bridge.flows.bills.facts import gp_facts, numbering_problem
from gp_cin7_bridge.flows.bills.lifecycle import Lifecycle
from gp_cin7_bridge.flows.bills.moved import linked_again, moved
from gp_cin7_bridge.flows.bills.sent_vouchers import disturbed, watched
from gp_cin7_bridge.flows.bills.setup import bill_rules
from gp_cin7_bridge.flows.changes import cin7_cursor, cin7_since
from gp_cin7_bridge.flows.purchases import (
    WHOLE,
    Bill,
    bill_of,
    by_identity,
    changed_rows,
    is_reversal,
    may_hold_bills,
    of_approach,
    purchase_of,
    read_purchase,
    reversal_id,
    too_early,
    with_vendors,
)
from gp_cin7_bridge.flows.receipts.begun import Begun
from gp_cin7_bridge.flows.receipts.clearing import ReceiptsOfBills
from gp_cin7_bridge.flows.receipts.pop_memory import ReceivingMemory
from gp_cin7_bridge.mapping.bills.bill import explain_bill
from gp_cin7_bridge.mapping.bills.rules import BillRules
from gp_cin7_bridge.mapping.held import Held
from gp_cin7_bridge.plan import Action, Plan, Verb, revision_in, verb_against
from gp_cin7_bridge.progress import Progress, Watcher
from gp_cin7_bridge.reasons import Reason, reason
from gp_cin7_bridge.state import Link

STREAM = "cin7.purchases"


def plan_bills(bridge: Bridge, watch: Watcher, only: Collection[str] | None = None) -> Plan:
    """Read what changed on either side and decide, document by document; writes nothing.

    Args:
        bridge: the open connection.
        watch: is told how far it is.
        only: look at these documents alone, and at what changed not at all; `PURCHASE/purchase` is all of a purchase.
    """
    links = {link.cin7_id: link for link in bridge.state.links("bill")}
    queue = {record.record_key: record.document for record in bridge.state.held("bills")}
    asked = queue if only is None else _asked(only, queue)
    rows: dict[str, PurchaseSummary] = {}
    cursors: dict[str, str] = {}
    looked_after: list[Link] = []
    sightings: dict[str, PayablesDocument | None] = {}
    if only is None:
        rows, cursors = _changed(bridge, {purchase_of(each) for each in links})
        looked_after = watched(bridge, links.values())
        sightings = disturbed(bridge, looked_after)
    read = _Read(bridge, watch)
    read.all(dict.fromkeys([*rows, *map(purchase_of, (*asked, *sightings))]))
    chosen = None if only is None else {bill_of(each) for each in only}
    sure = {link.cin7_id for link in looked_after} - sightings.keys()
    flow = _Flow(bridge, watch, links, sightings, sure)
    actions = [*read.unreadable, *flow.actions(read.purchases, read.ids, chosen)]
    if bridge.settings.accounts.no_match == "error":
        _all_mapped(actions)
    actions.extend(_left(asked, queue, actions))
    return Plan(flow="bills", actions=tuple(with_vendors(bridge, actions, read.purchases)), cursors=cursors)


def _changed(bridge: Bridge, linked: set[str]) -> tuple[dict[str, PurchaseSummary], dict[str, str]]:
    """Give the rows of purchases that changed and have bills, and how far they were read."""
    cursor = bridge.state.cursor(STREAM)
    rows = changed_rows(bridge, cin7_since(cursor))
    moved = cin7_cursor(cursor, [row.last_updated_date for row in rows.values() if row.last_updated_date])
    wanted = {key: row for key, row in rows.items() if key in linked or may_hold_bills(row)}
    return wanted, {STREAM: moved} if moved else {}


def _asked(only: Collection[str], queue: Collection[str]) -> list[str]:
    """Give the documents that are asked for, and of a whole purchase what waits."""
    whole = {purchase_of(key) for key in only if key.endswith(WHOLE)}
    return [*only, *(key for key in queue if key not in only and purchase_of(key) in whole)]


def _left(asked: Iterable[str], queue: Mapping[str, str], actions: list[Action]) -> list[Action]:
    """Let go of what waits and is no bill any more; of a purchase that cannot be read nobody knows."""
    unread = {purchase_of(action.source_id) for action in actions if action.source_id.endswith(WHOLE)}
    decided = {action.source_id for action in actions}
    left = [key for key in asked if key not in decided and (key in queue or not key.endswith(WHOLE))]
    return [gone(key, queue.get(key, key)) for key in left if purchase_of(key) not in unread]


@define
class _Read:
    """Purchases, read one by one; `ids` are those of which is known what they hold now."""

    bridge: Bridge
    watch: Watcher
    purchases: list[Purchase] = field(factory=list)
    ids: set[str] = field(factory=set)
    unreadable: list[Action] = field(factory=list)

    def all(self, purchase_ids: Collection[str]) -> None:
        for done, purchase_id in enumerate(purchase_ids, start=1):
            found = read_purchase(self.bridge, purchase_id)
            if found is None or isinstance(found, Purchase):
                self.ids.add(purchase_id)
                self.purchases += [found] if found else []
            else:
                self.unreadable.append(unreadable(purchase_id, found))
            self.watch(Progress("bills", "reading Cin7 Core", done))


@define
class _Flow:
    """Decides on the bills of purchases: those that are new, and those that were sent.

    Attributes:
        links: what was sent, by source id.
        sightings: vouchers that were found not to be as they were sent.
        sure: source ids of vouchers that were just found to be as they were sent.
    """

    bridge: Bridge
    watch: Watcher
    links: dict[str, Link]
    sightings: dict[str, PayablesDocument | None]
    sure: set[str]

    def actions(self, purchases: list[Purchase], ids: set[str], chosen: set[str] | None) -> Iterator[Action]:
        found = by_identity(purchases)
        shared = {key: several for key, several in found.items() if len(several) > 1}
        bills = {key: several[0] for key, several in found.items()}
        vanished = [key for key in self.links if purchase_of(key) in ids and key not in bills and not is_reversal(key)]
        keys = [key for key in (*bills, *vanished) if _chosen(key, chosen) and key not in shared]
        settings = self.bridge.settings.bills
        unsent = {key for key in keys if key not in self.links and bills[key].payable}
        new = {key for key in unsent if of_approach(bills[key].purchase, settings.approach)}
        early = {key: why for key in new if (why := too_early(bills[key], settings.first_day))}
        new -= early.keys()
        begun = Begun(self.bridge)
        memory = ReceivingMemory(self.bridge, begun)
        received = {key for key in new if memory.invoices(bills[key])}
        new -= received
        sent = {key: self._carried(key, bills.get(key)) for key in keys if self._touched(key, bills.get(key))}
        wanted = [bill.purchase for key in keys if (key in new or key in sent) and (bill := bills.get(key))]
        facts = gp_facts(self.bridge) if new or sent else None
        receipts = ReceiptsOfBills(self.bridge, facts, wanted, begun)
        rules = bill_rules(self.bridge, facts, wanted, receipts.accruals) if facts else BillRules()
        numbering = numbering_problem(self.bridge, facts) if facts else None
        lifecycle = self._lifecycle(rules, receipts)
        yield from (confused(several) for key, several in shared.items() if _chosen(key, chosen))
        pairs = moved(sent, [bills[key] for key in keys if key in new])
        for it, bill in pairs:
            yield from linked_again(it, bill, lifecycle.approved)
        settled = {source_id for it, bill in pairs for source_id in (it.source_id, bill.source_id)}
        keys = [key for key in keys if key not in settled]
        for done, key in enumerate(keys, start=1):
            self.watch(Progress("bills", "mapping", done, len(keys)))
            if key in sent:
                yield from (_numbered(action, numbering) for action in lifecycle.actions(sent[key]))
            elif key in self.links:
                yield decided(Verb.SKIP, bills[key], (reason("unchanged"),), key=self.links[key].gp_key)
            elif key in early:
                yield decided(Verb.SKIP, bills[key], (early[key],))
            elif key in received:
                yield decided(Verb.SKIP, bills[key], (reason("billed_as_receiving"),))
            elif key in new:
                yield _numbered(_new(bills[key], rules, receipts), numbering)
        if chosen is None:
            yield from self._lost_reversals()

    def _touched(self, key: str, bill: Bill | None) -> bool:
        """Tell whether a bill that was sent is not, in both systems, as it was."""
        link = self.links.get(key)
        if link is None:
            return False
        as_sent = bill is not None and bill.payable and bill.source_hash == link.cin7_hash
        if not as_sent or key in self.sightings or reversal_id(key, revision_in(link.details) + 1) in self.links:
            return True
        if key not in self.sure:
            self.sightings |= disturbed(self.bridge, [link])
        return key in self.sightings

    def _carried(self, key: str, bill: Bill | None) -> Carried:
        link = self.links[key]
        voucher = self.sightings[key] if key in self.sightings else self.bridge.gp.payables.find(link.gp_key)
        return Carried.of(self.bridge, link, bill, voucher, self.links)

    def _lifecycle(self, rules: BillRules, receipts: ReceiptsOfBills) -> Lifecycle:
        bills, approvals = self.bridge.settings.bills, self.bridge.state.approvals
        return Lifecycle(
            rules=rules,
            receipts=receipts,
            compensate=bills.after_change == "compensate",
            grace=dt.timedelta(hours=bills.grace_hours),
            now=self.bridge.clock(),
            approved=lambda source_id, proposal: approvals.covers("bills", source_id, proposal),
        )

    def _lost_reversals(self) -> Iterator[Action]:
        for key, voucher in self.sightings.items():
            if is_reversal(key) and (voucher is None or voucher.voided):
                link = self.links[key]
                why = reason("reversal_lost", voucher=link.gp_key, other=link.details.get("takes_back", ""))
                yield Action(
                    flow="bills", verb=Verb.HOLD, document=link.gp_key, key=link.gp_key, source_id=key, reasons=(why,)
                )


def _chosen(key: str, chosen: set[str] | None) -> bool:
    return chosen is None or not chosen.isdisjoint((key, purchase_of(key) + WHOLE))


def _new(bill: Bill, rules: BillRules, receipts: ReceiptsOfBills) -> Action:
    mapped = explain_bill(bill.purchase, bill.part, rules)
    reasons = mapped.reasons if isinstance(mapped, Held) else ()
    if bill.kind == "invoice" and (not reasons or verb_against(reasons) == Verb.HOLD):
        reasons += receipts.not_carried(bill.purchase)
    if isinstance(mapped, Held) or reasons:
        return decided(verb_against(reasons), bill, reasons)
    return created(
        evolve(mapped, warnings=(*mapped.warnings, *receipts.returned(bill))),
        rules,
        document=bill.document,
        source_id=bill.source_id,
        source_hash=bill.source_hash,
        details=receipts.cleared(bill, mapped.accruals),
    )


def _numbered(action: Action, problem: Reason | None) -> Action:
    """Hold what would be sent while no voucher can be made exactly once."""
    if problem is None or action.verb != Verb.CREATE:
        return action
    return evolve(action, verb=Verb.HOLD, payload=None, reasons=(problem,))


def _all_mapped(actions: list[Action]) -> None:
    """Stop the run for any code without an account, when the settings want that."""
    unmapped = {each.text for action in actions for each in action.reasons if each.code == "account_unmapped"}
    if unmapped:
        raise UnmappedAccountsError(
            f'{" ".join(sorted(unmapped))} Nothing was sent, because [accounts] says no_match = "error"; add the lines'
            " to [accounts.map]."
        )
