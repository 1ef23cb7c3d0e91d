"""What was booked of each purchase, receipts and bills: read from the links, in the order in which it was booked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from cin7core_client import Purchase
from gp_cin7_bridge.flows.purchases import bills_of, is_reversal, purchase_of, reversal_id
from gp_cin7_bridge.mapping.receipts.accruals import Accrual, as_details, from_details
from gp_cin7_bridge.mapping.receipts.clearing import straight_to_inventory
from gp_cin7_bridge.mapping.rounding import ZERO
from gp_cin7_bridge.plan import revision_in
from gp_cin7_bridge.state import Connection, Link

ACCRUALS = "accruals"
PLACE = "place"


def details_of(accruals: Iterable[Accrual], place: int) -> dict[str, object]:
    """Give what a link remembers of a document: what it opened and cleared, and its place among its purchase's."""
    return {ACCRUALS: as_details(accruals), PLACE: place}


class ReceiptMemory:
    """The links of receipts and bills, by purchase."""

    def __init__(self, state: Connection) -> None:
        self._links: defaultdict[str, dict[str, Link]] = defaultdict(dict)
        for entity in ("receipt", "bill"):
            for link in state.links(entity):
                self.add(link)

    def add(self, link: Link) -> None:
        """Take a link into account that was made since."""
        self._links[purchase_of(link.cin7_id)][link.cin7_id] = link

    def links(self, purchase_id: str, entity: str = "receipt") -> list[Link]:
        """Give the links of a purchase."""
        return [link for link in self._links[purchase_id].values() if link.entity == entity]

    def entries(self, purchase: Purchase) -> tuple[Accrual, ...]:
        """Give what was booked for a purchase, in that order.

        A bill that was carried while bills cleared nothing stands at the beginning: its goods are in inventory. One
        that was taken back does not count.
        """
        links = self._links[purchase.purchase_id]
        return self._entries(purchase, [link for link in links.values() if not _taken_back(link, links)])

    def entries_before(self, purchase: Purchase, source_id: str) -> tuple[Accrual, ...] | None:
        """Give what was booked before a document; None for one that opened and cleared nothing."""
        links = self._links[purchase.purchase_id]
        link = links.get(source_id)
        if link is None or ACCRUALS not in link.details:
            return None
        return self._entries(purchase, [each for each in links.values() if _place(each) < _place(link)])

    def next_place(self, purchase_id: str) -> int:
        """Give the place of the next document."""
        return max(map(_place, self._links[purchase_id].values()), default=0) + 1

    def balances(self) -> dict[str, Decimal]:
        """Give what stands as accrued or in transit by GP account, over all purchases."""
        sums: dict[str, Decimal] = {}
        for links in self._links.values():
            for link in links.values():
                for each in () if _taken_back(link, links) else from_details(link.details.get(ACCRUALS)):
                    sums[each.account_number] = sums.get(each.account_number, ZERO) + each.amount
        return {account: amount for account, amount in sums.items() if account and amount}

    def _entries(self, purchase: Purchase, links: Iterable[Link]) -> tuple[Accrual, ...]:
        known = sorted((link for link in links if ACCRUALS in link.details), key=_place)
        booked = (each for link in known for each in from_details(link.details[ACCRUALS]))
        return (*self._straight(purchase), *booked)

    def _straight(self, purchase: Purchase) -> Iterator[Accrual]:
        links = self._links[purchase.purchase_id]
        for bill in bills_of(purchase):
            link = links.get(bill.source_id)
            if link and not _taken_back(link, links) and bill.kind == "invoice" and ACCRUALS not in link.details:
                yield from straight_to_inventory(bill.part.lines, bill=(bill.source_id, link.gp_key))


def _taken_back(link: Link, links: Mapping[str, Link]) -> bool:
    """Tell whether a bill's voucher was taken back and nothing sent in its place."""
    if link.entity != "bill" or is_reversal(link.cin7_id):
        return False
    return reversal_id(link.cin7_id, revision_in(link.details) + 1) in links


def _place(link: Link) -> int:
    place = link.details.get(PLACE, 0)
    return place if isinstance(place, int) else 0
