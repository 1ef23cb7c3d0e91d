"""`mirror`: what Cin7 Core's own ledger says of purchases, without what vouchers and payments say already."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Final

from attrs import define, field

from cin7core_client import LedgerTransaction, PurchaseSummary
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.flows.masters.account_codes import is_payable
from gp_cin7_bridge.flows.purchases import listed_rows
from gp_cin7_bridge.flows.receipts.actions import held
from gp_cin7_bridge.flows.receipts.begun import Begun
from gp_cin7_bridge.flows.receipts.copied import copied
from gp_cin7_bridge.flows.receipts.modes import Asked, Found
from gp_cin7_bridge.mapping.receipts.copied import LEDGER, LedgerLine
from gp_cin7_bridge.mapping.rounding import ZERO
from gp_cin7_bridge.plan import Action
from gp_cin7_bridge.reasons import reason

STREAM: Final = "cin7.ledger"
# The types of a ledger line, and of an account.
PURCHASE: Final = "PURCHASE"
BANK: Final = "BANK"
# Without a first day: lines that Cin7 Core books or changes later than this are not seen.
WINDOW = dt.timedelta(days=62)


def plan_mirror(asked: Asked) -> Found:
    """Read the ledger from the first day on and decide on the lines of each task and day.

    Cin7 Core does not tell which lines changed, so the whole window is compared with what was booked. A purchase is
    copied whole or not at all: one that was ordered before the mirror began, or begun in another mode, is left out, and
    one that the mirror began is ended by it in any mode.
    """
    bridge, begun = asked.bridge, asked.begun
    settings = bridge.settings.receipts
    on = settings.mode == "mirror"
    if not (on or begun.mirrored) or not (asked.changed or asked.keys(LEDGER)):
        return Found()
    today = bridge.clock().astimezone().date()
    first = (settings.first_day if on else None) or today - WINDOW
    since = bridge.state.cursor(STREAM)
    began = first if settings.first_day or not since else dt.date.fromisoformat(since)
    rows = bridge.cin7.transactions.list(from_date=first, to_date=today)
    ledger = _Ledger(bridge, begun, on=on, began=began)
    lines = [line for row in rows if (line := ledger.line(row))]
    actions = copied(bridge, lines, LEDGER, lambda key: _day(key) >= first, what="ledger")
    return Found((*actions, *ledger.held()), {STREAM: (began if on else today).isoformat()})


@define
class _Ledger:
    """Tells which lines of the ledger are to be copied.

    Attributes:
        on: whether the mode is on; otherwise only what it began is copied.
        began: the day on which the mirror began; purchases that were ordered before are left out.
        orders: rows of purchases by order number, which a line of the ledger names as its transaction.
        elsewhere: the accounts whose lines reach GP as vouchers, or are payments, which the bridge never makes.
        nameless: source ids of lines that name no purchase, to their names.
    """

    bridge: Bridge
    begun: Begun
    on: bool
    began: dt.date
    orders: dict[str, PurchaseSummary] = field(init=False)
    elsewhere: set[str] = field(init=False)
    nameless: dict[str, str] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        self.orders = {row.order_number or "": row for row in listed_rows(self.bridge)}
        accounts = self.bridge.cin7.accounts.list()
        self.elsewhere = {each.code for each in accounts if is_payable(each) or str(each.type).upper() == BANK}
        self.elsewhere |= {chosen} if (chosen := self.bridge.settings.vendors.account_payable) else set()

    def line(self, row: LedgerTransaction) -> LedgerLine | None:
        """Give a line that is to be copied."""
        sides = (row.debit_account_code or "", row.credit_account_code or "")
        if str(row.type).upper() != PURCHASE or not row.effective_date or not self.elsewhere.isdisjoint(sides):
            return None
        day = row.effective_date.date()
        source_id = source_of(row)
        name = f"{row.transaction or row.task_id} {day:%Y-%m-%d}"
        purchase = self.orders.get(row.transaction or "-")
        if not self._wanted(source_id, name, purchase):
            return None
        return LedgerLine(
            source_id=source_id,
            name=name,
            day=day,
            debit=sides[0],
            credit=sides[1],
            amount=row.amount or ZERO,
            told=row.reference or "",
            purchase_id=purchase.purchase_id if purchase else "",
            earliest=self.begun.earliest(purchase.purchase_id if purchase else ""),
        )

    def _wanted(self, source_id: str, name: str, purchase: PurchaseSummary | None) -> bool:
        if source_id in self.begun.mirrored:
            return True
        if purchase is None:
            if self.on and self.begun.beside_mirror():
                self.nameless[source_id] = name
            return self.on and source_id not in self.nameless
        ordered = purchase.order_date
        late = self.begun.way(purchase.purchase_id) == "mirror" or not ordered or ordered >= self.began
        return late and self.begun.belongs(purchase, "mirror")

    def held(self) -> Iterator[Action]:
        """Hold what may be of a purchase that was begun in another mode."""
        for source_id, name in self.nameless.items():
            yield held(source_id, name, (reason("ledger_order_unknown"),))


def source_of(row: LedgerTransaction) -> str:
    """Give the source that a line of the ledger belongs to: its task and day."""
    return f"{LEDGER}{row.task_id}/{row.effective_date:%Y-%m-%d}" if row.effective_date else ""


def _day(key: str) -> dt.date:
    return dt.date.fromisoformat(key.split("/")[3])
