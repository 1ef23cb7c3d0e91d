"""What was booked of each purchase, receipts and bills: read from the links, in the order in which it was booked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from cin7core_client import Purchase
from gp_cin7_bridge.flows.purchases import bills_of
from gp_cin7_bridge.mapping.accruals import Accrual, as_details, from_details
from gp_cin7_bridge.mapping.clearing import straight_to_inventory
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
                self._links[link.cin7_id.partition("/")[0]][link.cin7_id] = link

    def links(self, purchase_id: str, entity: str = "receipt") -> list[Link]:
        """Give the links of a purchase."""
        return [link for link in self._links[purchase_id].values() if link.entity == entity]

    def knows(self, purchase_id: str) -> bool:
        """Tell whether anything of a purchase was carried."""
        return bool(self._links.get(purchase_id))

    def entries(self, purchase: Purchase) -> tuple[Accrual, ...]:
        """Give what was booked for a purchase, in that order.

        A bill that was carried while bills cleared nothing stands at the beginning: its goods are in inventory.
        """
        links = self._links[purchase.purchase_id].values()
        known = sorted((link for link in links if ACCRUALS in link.details), key=_place)
        booked = (each for link in known for each in from_details(link.details[ACCRUALS]))
        return (*self._before(purchase), *booked)

    def next_place(self, purchase_id: str) -> int:
        """Give the place of the next document."""
        return max(map(_place, self._links[purchase_id].values()), default=0) + 1

    def _before(self, purchase: Purchase) -> Iterator[Accrual]:
        links = self._links[purchase.purchase_id]
        for bill in bills_of(purchase):
            link = links.get(bill.source_id)
            if link and bill.kind == "invoice" and ACCRUALS not in link.details:
                yield from straight_to_inventory(bill.part.lines, bill=(bill.source_id, link.gp_key))


def _place(link: Link) -> int:
    place = link.details.get(PLACE, 0)
    return place if isinstance(place, int) else 0
