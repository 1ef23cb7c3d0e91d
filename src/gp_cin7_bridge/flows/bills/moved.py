"""A bill that was sent and has another task now, as when its simple purchase was made advanced: still the same bill.

Nothing but the task differs, and still it is not followed unasked: a bill that is taken for another one is never paid.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping

from attrs import evolve

from gp_cin7_bridge.flows.bills.actions import decided, hashed
from gp_cin7_bridge.flows.bills.carried import Carried
from gp_cin7_bridge.flows.bills.sent_vouchers import SENT_AS, made_on
from gp_cin7_bridge.flows.purchases import Bill, purchase_of
from gp_cin7_bridge.plan import Action, Verb
from gp_cin7_bridge.reasons import reason


def moved(sent: Mapping[str, Carried], new: Iterable[Bill]) -> list[tuple[Carried, Bill]]:
    """Pair what is gone from a purchase, while its voucher stands, with the one new bill of the same kind and content.

    Args:
        sent: what was sent and is not, in both systems, as it was.
        new: what was not sent.
    """
    gone = [it for it in sent.values() if it.bill is None and not it.lost]
    pairs = [(it, bill) for bill in new for it in gone if _same(it, bill)]
    times = Counter(source_id for it, bill in pairs for source_id in (it.source_id, bill.source_id))
    return [(it, bill) for it, bill in pairs if times[it.source_id] == times[bill.source_id] == 1]


def linked_again(it: Carried, bill: Bill, approved: Callable[[str, str], bool]) -> Iterator[Action]:
    """Propose that the voucher stands for the bill under its new task, or link them when that was approved."""
    proposal = hashed(["link", it.link.gp_key, it.source_id, bill.source_id, bill.source_hash])
    new = decided(Verb.HOLD, bill, (reason("task_changed", voucher=it.link.gp_key, document=bill.document),))
    new = evolve(new, key=it.link.gp_key, proposal=proposal)
    yield evolve(new, verb=Verb.SKIP, source_id=it.source_id, reasons=(reason("task_left"),), proposal="")
    if approved(bill.source_id, proposal):
        details = {**it.link.details, SENT_AS: it.link.details.get(SENT_AS, it.source_id)}
        new = evolve(
            new,
            verb=Verb.UPDATE,
            content_hash=bill.source_hash,
            payload=it.standing.replace(voucher_number=it.link.gp_key),
            reasons=(),
            summary=f"voucher {it.link.gp_key} stands for it",
            details={**details, "made": str(made_on(it.link))},
        )
    yield new


def _same(it: Carried, bill: Bill) -> bool:
    place = (bill.purchase.purchase_id, bill.kind)
    return (purchase_of(it.source_id), it.source_id.split("/")[1]) == place and it.link.cin7_hash == bill.source_hash
