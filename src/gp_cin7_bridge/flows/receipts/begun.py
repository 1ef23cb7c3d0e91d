"""In which way each purchase was begun: it is ended so, whatever the mode is by then, and nothing is counted twice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Final, Literal

from cin7core_client import Purchase, PurchaseSummary
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.flows.purchases import purchase_of
from gp_cin7_bridge.flows.receipts.memory import ACCRUALS
from gp_cin7_bridge.mapping.receipts.copied import LEDGER
from gp_cin7_bridge.mapping.receipts.period_end import ACCRUAL
from gp_cin7_bridge.mapping.receipts.receipt import RECEIPT
from gp_cin7_bridge.state import Link

Way = Literal["", "pop", "gl_accrual", "mirror"]
# What a link of each way remembers beside the journal or receiving.
SHIPPED: Final = "shipped"
OF_PURCHASE: Final = "purchase"
JOURNAL: Final = "/journal/"


class Begun:
    """What the links tell of purchases whose receipts were carried.

    Attributes:
        landed: the purchases whose landed cost became journals of its own.
        mirrored: the source ids of ledger lines that were copied.
        accrued_until: the last day of a period whose end was accrued.
    """

    def __init__(self, bridge: Bridge) -> None:
        self._settings = bridge.settings.receipts
        self._ways: dict[str, Way] = {}
        self.landed: set[str] = set()
        self.mirrored: set[str] = set()
        self.accrued_until: dt.date | None = None
        for link in bridge.state.links("bill"):
            if ACCRUALS in link.details:
                self._ways[purchase_of(link.cin7_id)] = "gl_accrual"
        for link in bridge.state.links("receipt"):
            self._take(link)

    def _take(self, link: Link) -> None:
        if SHIPPED in link.details:
            self._ways[purchase_of(link.cin7_id)] = "pop"
        elif RECEIPT in link.cin7_id:
            self._ways[purchase_of(link.cin7_id)] = "gl_accrual"
        elif link.cin7_id.startswith(LEDGER):
            self.mirrored.add("/".join(link.cin7_id.split("/")[:4]))
            if purchase_id := str(link.details.get(OF_PURCHASE, "")):
                self._ways[purchase_id] = "mirror"
        elif JOURNAL in link.cin7_id:
            self.landed.add(purchase_of(link.cin7_id))
        elif link.cin7_id.startswith(f"{ACCRUAL}/"):
            end = dt.date.fromisoformat(link.cin7_id.split("/")[1])
            self.accrued_until = max(end, self.accrued_until or end)

    def way(self, purchase_id: str) -> Way:
        """Give the mode that a purchase was begun in; "" for none, or for one that leaves no trace of it."""
        return self._ways.get(purchase_id, "")

    def any(self, way: Way) -> bool:
        """Tell whether any purchase was begun in a mode."""
        return way in self._ways.values()

    def beside_mirror(self) -> Collection[str]:
        """Give the purchases whose lines of the ledger the mirror leaves out."""
        return {*self.landed, *self._ways} - {key for key, way in self._ways.items() if way == "mirror"}

    def belongs(self, purchase: Purchase | PurchaseSummary, way: Way) -> bool:
        """Tell whether a purchase is carried in a mode: because it was begun so, or because the mode is on for it."""
        begun = self.way(purchase.purchase_id)
        if begun or self._settings.mode != way:
            return begun == way
        if way == "mirror" and purchase.purchase_id in self.landed:
            return False
        first, ordered = self._settings.first_day, purchase.order_date
        return not (first and ordered and ordered < first)

    def earliest(self, purchase_id: str) -> dt.date | None:
        """Give the day before which no journal of a purchase is dated: it stands in the accrual of a period's end."""
        if self.accrued_until is None or self.way(purchase_id):
            return None
        return self.accrued_until + dt.timedelta(days=1)
