"""Works stored events: what they are about is read again over the API, several events of one purchase at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from cin7core_client import WebhookType
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.flows.purchases import WHOLE
from gp_cin7_bridge.plan import Report
from gp_cin7_bridge.progress import Watcher, nobody
from gp_cin7_bridge.state import StoredEvent, Told
from gp_cin7_bridge.sync import sync


def work_events(bridge: Bridge, *, at_once: bool = False, watch: Watcher = nobody) -> tuple[Report, ...]:
    """Carry what the events of longer than `[webhooks] delay` ago are about; gives a report for each run.

    Events wait until every run about them has finished.

    Args:
        bridge: the open connection.
        at_once: take those that came since, too.
        watch: is told how far it is.

    Raises:
        WriterBusyError: another process writes for this company.
        GPError, Cin7Error: a system could not be read.
    """
    settings = bridge.settings.webhooks
    events = bridge.state.events.waiting() if at_once else _ripe(bridge)
    if not events:
        return ()
    purchases, unclear = _purchases(bridge, dict.fromkeys(each.told for each in events))
    reports = []
    if bridge.settings.receipts.mode != "off":
        reports.append(sync(bridge, "receipts", watch=watch))
    if purchases:
        reports.append(sync(bridge, "bills", only=[f"{each}{WHOLE}" for each in purchases], watch=watch))
    if unclear:
        reports.append(sync(bridge, "bills", watch=watch))
    if all(report.finished for report in reports):
        bridge.state.events.worked(events, keep_days=settings.keep_days)
    return tuple(reports)


def _ripe(bridge: Bridge) -> list[StoredEvent]:
    """Give what came long enough ago, or else what the clock says is still to come: it was set back since."""
    now, events = bridge.clock(), bridge.state.events
    found = events.waiting(until=now - bridge.settings.webhooks.delay.length)
    return found or [each for each in events.waiting() if dt.datetime.fromisoformat(each.since) > now]


def _purchases(bridge: Bridge, events: Iterable[Told]) -> tuple[list[str], bool]:
    """Give the purchases that are meant, and whether some event names none that can be found."""
    found: dict[str, None] = {}
    numbers: dict[str, None] = {}
    unclear = False
    for told in events:
        # Elsewhere the task may be that of a part, of a group, or somebody else's.
        if told.task_id and told.event_type == WebhookType.PURCHASE_UPDATED:
            found[told.task_id] = None
        elif told.order_number:
            numbers[told.order_number] = None
        else:
            unclear = True
    for number in numbers:
        ids = _numbered(bridge, number)
        unclear = unclear or not ids
        found.update(dict.fromkeys(ids))
    return list(found), unclear


def _numbered(bridge: Bridge, order_number: str) -> list[str]:
    """Find a purchase by its order number; only the list of credit notes has the stand-alone ones."""
    for book in (bridge.cin7.purchases, bridge.cin7.purchase_credit_notes):
        rows = book.list(search=order_number)
        ids = [row.purchase_id for row in rows if (row.order_number or "").casefold() == order_number.casefold()]
        if ids:
            return ids
    return []
