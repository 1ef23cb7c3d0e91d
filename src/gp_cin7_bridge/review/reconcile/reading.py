"""Reading both systems for a comparison: page by page, and each purchase once for everyone who looks at it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol, TypeVar

from attrs import Factory, define

from cin7core_client import Cin7Error, Purchase, PurchaseSummary
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.flows.purchases import listed_rows, read_purchase
from gp_cin7_bridge.progress import Progress, Watcher
from gp_cin7_bridge.review.reconcile.findings import Finding

T = TypeVar("T")


class Looker(Protocol):
    """Someone who looks at purchases."""

    def wants(self, row: PurchaseSummary, /) -> bool:
        """Tell by a row of the list whether its purchase is to be read."""

    def see(self, purchase: Purchase, /) -> Iterator[Finding]:
        """Look at one purchase."""

    def miss(self, row: PurchaseSummary, error: Cin7Error, /) -> Iterator[Finding]:
        """Take note of a purchase that cannot be read."""

    def rest(self) -> Iterator[Finding]:
        """Say what is left, once every purchase was seen."""


@define
class Reading:
    """One comparison's access to both systems; `compared` counts documents by kind."""

    bridge: Bridge
    watch: Watcher
    compared: Counter[str] = Factory(Counter)

    def each(self, system: str, kind: str, listed: Iterable[T]) -> Iterator[T]:
        """Give item after item of a list, and tell how many there were."""
        for done, item in enumerate(listed, start=1):
            self.watch(Progress(kind, f"reading {system}", done))
            yield item

    def purchases(self, lookers: Sequence[Looker]) -> Iterator[Finding]:
        """Read every purchase that anyone wants, one at a time."""
        for row in self.each("Cin7 Core", "purchases", listed_rows(self.bridge)):
            wanting = [each for each in lookers if each.wants(row)]
            if not wanting:
                continue
            found = read_purchase(self.bridge, row.purchase_id)
            for each in wanting:
                if isinstance(found, Purchase):
                    yield from each.see(found)
                elif found is not None:
                    yield from each.miss(row, found)
        for each in lookers:
            yield from each.rest()
