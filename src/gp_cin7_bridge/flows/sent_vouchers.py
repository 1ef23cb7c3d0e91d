"""What GP has now of the vouchers that were sent, against what was sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import Final

from dynamicsgp_client import PayablesDocument
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.documents import read
from gp_cin7_bridge.mapping.comparison import differences
from gp_cin7_bridge.plan import revision_in
from gp_cin7_bridge.state import Link

# Beyond this many vouchers one list is cheaper than single look-ups.
FEW: Final = 20
# GP dates a change by its own calendar, links are dated in UTC.
MARGIN: Final = dt.timedelta(days=1)


def sent_document(bridge: Bridge, link: Link) -> PayablesDocument | None:
    """Give what was sent for a link; None when it was linked again after the state was lost."""
    operation = bridge.state.ledger.find("voucher", link.cin7_id, revision_in(link.details))
    intent = read(operation.payload) if operation else None
    return PayablesDocument.model_validate(intent["fields"]) if isinstance(intent, dict) else None


def watched(bridge: Bridge, links: Iterable[Link]) -> list[Link]:
    """Give the links whose vouchers are looked after: those of the last days."""
    days = bridge.settings.bills.watch_days
    since = bridge.clock().date() - dt.timedelta(days=days)
    return [link for link in links if days and made_on(link) >= since]


def disturbed(bridge: Bridge, links: Collection[Link]) -> dict[str, PayablesDocument | None]:
    """Look at vouchers in GP, and give those that are not as they were sent.

    It asks GP for a page of a hundred documents at a time, or for single vouchers when they are few; each that looks
    wrong is asked for once more by its number.

    Returns:
        source id to the voucher as GP has it, voided perhaps; None when GP has none.
    """
    listed: Mapping[str, PayablesDocument] = {}
    if len(links) > FEW:
        oldest = min(map(made_on, links)) - MARGIN
        listed = {each.voucher_number: each for each in bridge.gp.payables.list(modified_since=oldest)}
    found = {}
    for link in links:
        if _as_sent(bridge, link, listed.get(link.gp_key)):
            continue
        voucher = bridge.gp.payables.find(link.gp_key)
        if not _as_sent(bridge, link, voucher):
            found[link.cin7_id] = voucher
    return found


def made_on(link: Link) -> dt.date:
    """Give the day on which a link's voucher was made, as far as is known."""
    return dt.date.fromisoformat(str(link.details.get("made") or link.linked_at[:10]))


def _as_sent(bridge: Bridge, link: Link, voucher: PayablesDocument | None) -> bool:
    if voucher is None or voucher.voided:
        return False
    sent = sent_document(bridge, link)
    return sent is None or not differences(sent, voucher)
