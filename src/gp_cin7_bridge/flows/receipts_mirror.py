"""`mirror`: what Cin7 Core's own ledger says of purchases, without what vouchers and payments say already."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator

from cin7core_client import LedgerTransaction
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.flows.account_codes import is_payable
from gp_cin7_bridge.flows.receipt_copied import copied
from gp_cin7_bridge.flows.receipt_flow import Asked, Found
from gp_cin7_bridge.mapping.copied import LEDGER, LedgerLine
from gp_cin7_bridge.mapping.rounding import ZERO

PURCHASE = "PURCHASE"
BANK = "BANK"
# Without a first day: lines that Cin7 Core books or changes later than this are not seen.
WINDOW = dt.timedelta(days=62)


def plan_mirror(asked: Asked) -> Found:
    """Read the ledger from the first day on and decide on the lines of each task and day.

    Cin7 Core does not tell which lines changed, so the whole window is compared with what was booked.
    """
    bridge = asked.bridge
    today = bridge.clock().astimezone().date()
    first = bridge.settings.receipts.first_day or today - WINDOW
    if not asked.changed and not asked.keys(LEDGER):
        return Found()
    rows = bridge.cin7.transactions.list(from_date=first, to_date=today)
    lines = list(_lines(rows, _elsewhere(bridge)))
    actions = copied(bridge, lines, LEDGER, lambda key: _day(key) >= first, what="ledger")
    return Found(tuple(actions))


def _elsewhere(bridge: Bridge) -> frozenset[str]:
    """Give the accounts whose lines reach GP as vouchers, or are payments, which the bridge never makes."""
    chosen = bridge.settings.vendors.account_payable
    accounts = bridge.cin7.accounts.list()
    codes = {each.code for each in accounts if is_payable(each) or str(each.type).upper() == BANK}
    return frozenset({*codes, *([chosen] if chosen else [])})


def _lines(rows: Iterable[LedgerTransaction], elsewhere: Collection[str]) -> Iterator[LedgerLine]:
    for row in rows:
        sides = (row.debit_account_code or "", row.credit_account_code or "")
        if str(row.type).upper() != PURCHASE or not row.effective_date or set(sides) & set(elsewhere):
            continue
        day = row.effective_date.date()
        yield LedgerLine(
            source_id=f"{LEDGER}{row.task_id}/{day:%Y-%m-%d}",
            name=f"{row.transaction or row.task_id} {day:%Y-%m-%d}",
            day=day,
            debit=sides[0],
            credit=sides[1],
            amount=row.amount or ZERO,
            told=row.reference or "",
        )


def _day(key: str) -> dt.date:
    return dt.date.fromisoformat(key.split("/")[3])
