"""Landed cost: what Cin7 Core allocates to a purchase by manual journals becomes GP journals, line by line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from cin7core_client import Purchase
from gp_cin7_bridge.flows.receipts.begun import JOURNAL
from gp_cin7_bridge.flows.receipts.copied import copied
from gp_cin7_bridge.flows.receipts.modes import ENDED, Asked, Found, purchases_of
from gp_cin7_bridge.mapping.receipts.copied import LEDGER, LedgerLine
from gp_cin7_bridge.mapping.rounding import ZERO

STREAM = "cin7.journals"
AUTHORISED = "AUTHORISED"


def plan_landed_cost(asked: Asked) -> Found:
    """Read changed purchases and decide on the manual journals of each task and day; the system's own are left out.

    The mirror has those of the purchases that it carries; of the others they are journals of their own beside it.
    """
    settings, begun = asked.bridge.settings.receipts, asked.begun
    beside = begun.beside_mirror() if settings.mode == "mirror" else ()
    if not settings.landed_cost and not beside:
        return Found()
    rows, cursors = asked.rows(STREAM if settings.landed_cost else f"{STREAM}{ENDED}")
    changed = [row.purchase_id for row in rows if settings.landed_cost or row.purchase_id in beside]
    waiting = purchases_of([key for key in asked.keys(JOURNAL) if not key.startswith(LEDGER)])
    read, actions = asked.read([*changed, *waiting])
    purchases = [each for each in read if not begun.belongs(each, "mirror")]
    first = settings.first_day
    lines = [line for each in purchases for line in _lines(each) if not first or line.day >= first]
    ids = {each.purchase_id for each in purchases}

    def looked_at(key: str) -> bool:
        # A first day that was set later takes nothing back that was booked before it.
        purchase_id, _, _, day, *_ = key.split("/")
        return purchase_id in ids and not (first and dt.date.fromisoformat(day) < first)

    actions += copied(asked.bridge, lines, JOURNAL, looked_at, what="landed cost")
    return Found(tuple(actions), cursors)


def _lines(purchase: Purchase) -> Iterator[LedgerLine]:
    order = purchase.order_number or purchase.purchase_id
    for journal in purchase.manual_journals:
        if str(journal.status).upper() != AUTHORISED:
            continue
        for line in journal.lines:
            if line.date and not line.is_system:
                task_id = journal.task_id or purchase.purchase_id
                yield LedgerLine(
                    source_id=f"{purchase.purchase_id}{JOURNAL}{task_id}/{line.date:%Y-%m-%d}",
                    name=order,
                    day=line.date,
                    debit=line.debit or "",
                    credit=line.credit or "",
                    amount=line.amount or ZERO,
                    told=line.reference or "",
                )
