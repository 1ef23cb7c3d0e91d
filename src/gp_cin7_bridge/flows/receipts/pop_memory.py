"""Which purchases are receivings in GP, and what is there of each: read from the links."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from cin7core_client import Purchase, PurchaseInvoice
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.flows.purchases import Bill, bills_of, purchase_of
from gp_cin7_bridge.flows.receipts.begun import SHIPPED, Begun
from gp_cin7_bridge.mapping.receipts.purchase_invoice import holds_goods
from gp_cin7_bridge.mapping.receipts.shipped import Shipped, from_details
from gp_cin7_bridge.state import Link

PLACE = "place"


class ReceivingMemory:
    """What was carried, as receivings and otherwise.

    Attributes:
        on: whether receipts become receivings by now.
    """

    def __init__(self, bridge: Bridge, begun: Begun | None = None) -> None:
        settings = bridge.settings.receipts
        self.on: bool = settings.mode == "pop"
        self._begun = begun or Begun(bridge)
        self._received: defaultdict[str, dict[str, Link]] = defaultdict(dict)
        for link in bridge.state.links("receipt"):
            if SHIPPED in link.details:
                self._received[purchase_of(link.cin7_id)][link.cin7_id] = link
        self._vouchers = {link.cin7_id: link.gp_key for link in bridge.state.links("bill")} if self.on else {}
        self._place = max((_place(link) for links in self._received.values() for link in links.values()), default=0)

    @property
    def purchase_ids(self) -> Collection[str]:
        """The purchases that were begun as receivings."""
        return self._received.keys()

    def takes(self, purchase: Purchase) -> bool:
        """Tell whether a purchase's receipts and the bills for them become receivings: one begun so is ended so."""
        if purchase.purchase_id in self._received:
            return True
        return self._begun.belongs(purchase, "pop") and not self.mixed(purchase)

    def mixed(self, purchase: Purchase) -> str:
        """Name the voucher of a purchase's goods, because of which it cannot become receivings; "" for none."""
        if purchase.purchase_id in self._received or not self._begun.belongs(purchase, "pop"):
            return ""
        carried = (
            self._vouchers[bill.source_id]
            for bill in bills_of(purchase)
            if bill.source_id in self._vouchers and _for_goods(bill)
        )
        return next(carried, "")

    def invoices(self, bill: Bill) -> bool:
        """Tell whether a bill becomes a purchase invoice instead of a voucher."""
        return _for_goods(bill) and self.takes(bill.purchase)

    def links(self, purchase_id: str) -> Mapping[str, Link]:
        """Give the receivings of a purchase by source id."""
        return self._received.get(purchase_id, {})

    def entries(self, purchase_id: str) -> list[Shipped]:
        """Give what is in GP of a purchase, in the order in which it was carried."""
        links = sorted(self.links(purchase_id).values(), key=_place)
        return [each for link in links for each in from_details(link.details[SHIPPED])]

    def next_place(self) -> int:
        """Give the place of the next receiving."""
        self._place += 1
        return self._place


def _for_goods(bill: Bill) -> bool:
    return isinstance(bill.part, PurchaseInvoice) and holds_goods(bill.part)


def _place(link: Link) -> int:
    place = link.details.get(PLACE, 0)
    return place if isinstance(place, int) else 0
