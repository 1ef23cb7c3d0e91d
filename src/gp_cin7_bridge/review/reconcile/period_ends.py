"""What the ends of periods accrue and take back: as it was booked, or as a run would book it now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

from dynamicsgp_client import Journal
from gp_cin7_bridge.flows.receipts.period_end import SUMS
from gp_cin7_bridge.mapping.receipts.copied import sums_from_details
from gp_cin7_bridge.mapping.receipts.journal import sums_of
from gp_cin7_bridge.mapping.receipts.period_end import ACCRUAL, REVERSAL
from gp_cin7_bridge.plan import Verb
from gp_cin7_bridge.review.reconcile.controls import Controls
from gp_cin7_bridge.review.reconcile.entries import Entry, within
from gp_cin7_bridge.review.reconcile.reading import Reading
from gp_cin7_bridge.sync import plan

KINDS: Final = (f"{ACCRUAL}/", f"{REVERSAL}/")


def period_end_entries(
    reading: Reading, controls: Controls, since: dt.date | None, until: dt.date | None
) -> Iterator[Entry]:
    """Give the movements of each accrual and reversal on control accounts, inventory too.

    An accrual that was booked stays as it was valued then, and its reversal says the same, so what was entered in Cin7
    Core since is no gap. What is held stands nowhere: it waits in the queue.
    """
    for source_id, sums in _sums(reading).items():
        kind, end, currency = source_id.split("/")
        day = dt.date.fromisoformat(end) + dt.timedelta(days=kind == REVERSAL)
        for account, amount in sums.items():
            control = controls.by_number.get(account)
            if control and within(day, since, until):
                document = f"{kind} {currency} at {end}"
                yield Entry(control=control, day=day, source=source_id, document=document, amount=amount)


def _sums(reading: Reading) -> Mapping[str, Mapping[str, Decimal]]:
    """Give what each accrual and reversal moves by GP account: those that are in GP, and those that belong there."""
    bridge = reading.bridge
    links = (link for link in bridge.state.links("receipt") if link.cin7_id.startswith(KINDS))
    found: dict[str, Mapping[str, Decimal]] = {link.cin7_id: sums_from_details(link.details[SUMS]) for link in links}
    if found or bridge.settings.receipts.mode == "period_end_accrual":
        for action in plan(bridge, "receipts", watch=reading.watch):
            journal = action.payload
            if action.verb == Verb.CREATE and action.source_id.startswith(KINDS) and isinstance(journal, Journal):
                found[action.source_id] = sums_of(journal)
    for source_id, sums in [*found.items()]:
        taken_back = {account: -amount for account, amount in sums.items()}
        if source_id.startswith(KINDS[0]):
            found.setdefault(source_id.replace(ACCRUAL, REVERSAL, 1), taken_back)
    return found
