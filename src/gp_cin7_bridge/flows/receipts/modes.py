"""What the modes of receipts share: what to look at, and what they found."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping

from attrs import Factory, define, field, frozen

from cin7core_client import Cin7Error, Purchase, PurchaseSummary
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.flows.changes import cin7_cursor, cin7_since
from gp_cin7_bridge.flows.purchases import purchase_of, read_purchase
from gp_cin7_bridge.flows.receipts.actions import held
from gp_cin7_bridge.flows.receipts.begun import Begun
from gp_cin7_bridge.plan import Action
from gp_cin7_bridge.progress import Progress, Watcher
from gp_cin7_bridge.reasons import reason

# The queue's key of a purchase that cannot be read at all.
WHOLE = "/receipts"
# Ends the name of a stream that is read only for what was begun in a mode that is no longer on.
ENDED = ".ended"


@frozen
class Found:
    """What a mode found: its actions, and how far it read."""

    actions: tuple[Action, ...] = ()
    cursors: Mapping[str, str] = Factory(dict)


@define
class Asked:
    """What a mode is to look at.

    Attributes:
        waiting: the keys of documents that wait, or on which a person insists.
        changed: whether to look at what changed, too.
        purchases: those that were read already.
        begun: in which mode each purchase was begun.
    """

    bridge: Bridge
    watch: Watcher
    waiting: tuple[str, ...]
    changed: bool
    purchases: dict[str, Purchase | Cin7Error | None] = Factory(dict)
    begun: Begun = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.begun = Begun(self.bridge)

    def rows(self, stream: str) -> tuple[list[PurchaseSummary], dict[str, str]]:
        """Give the rows of purchases that changed since a stream was read, and how far it is read now."""
        if not self.changed:
            return [], {}
        cursor = self.bridge.state.cursor(stream)
        rows = list(self.bridge.cin7.purchases.list(updated_since=cin7_since(cursor)))
        moved = cin7_cursor(cursor, [row.last_updated_date for row in rows if row.last_updated_date])
        return rows, {stream: moved} if moved else {}

    def read(self, purchase_ids: Iterable[str]) -> tuple[list[Purchase], list[Action]]:
        """Read purchases; one that cannot be read is held as a whole."""
        wanted = dict.fromkeys(purchase_ids)
        found: list[Purchase] = []
        unreadable: list[Action] = []
        for done, purchase_id in enumerate(wanted, start=1):
            self.watch(Progress("receipts", "reading Cin7 Core", done, len(wanted)))
            if purchase_id not in self.purchases:
                self.purchases[purchase_id] = read_purchase(self.bridge, purchase_id)
            purchase = self.purchases[purchase_id]
            if isinstance(purchase, Purchase):
                found.append(purchase)
            elif purchase is not None:
                why = reason("unreadable", system="Cin7 Core", error=str(purchase).rstrip("."))
                unreadable.append(held(f"{purchase_id}{WHOLE}", f"purchase {purchase_id}", (why,)))
        return found, unreadable

    def keys(self, part: str) -> list[str]:
        """Give the waiting keys that hold a part, such as `/receipt/`."""
        return [key for key in self.waiting if part in key]


Planner = Callable[[Asked], Found]


def purchases_of(keys: Collection[str]) -> list[str]:
    """Give the purchases to which keys belong."""
    return [purchase_of(key) for key in keys]
