"""What GP has now of the vouchers that were sent, against what was sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import islice
from typing import Final

from dynamicsgp_client import PayablesDocument
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.documents import read
from gp_cin7_bridge.mapping.bills.comparison import differences
from gp_cin7_bridge.plan import revision_in
from gp_cin7_bridge.state import Link

# What a link remembers when its bill got another identity: the one under which its voucher was sent.
SENT_AS: Final = "sent_as"
# Beyond this many vouchers one list is cheaper than single look-ups.
FEW: Final = 20
# So many documents of the ledger are read at a time.
PAGE: Final = 500
# GP dates a change by its own calendar, links are dated in UTC.
MARGIN: Final = dt.timedelta(days=1)


def sent_documents(bridge: Bridge, links: Iterable[Link]) -> dict[str, PayablesDocument]:
    """Give what was sent, by source id; nothing for a link that was made again after the state was lost."""
    wanted = {str(link.details.get(SENT_AS, link.cin7_id)): link for link in links}
    found = {}
    for operation in bridge.state.ledger.find_all("voucher", wanted):
        intent, link = read(operation.payload), wanted[operation.natural_key]
        if operation.generation == revision_in(link.details) and isinstance(intent, dict):
            found[link.cin7_id] = PayablesDocument.model_validate(intent["fields"])
    return found


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
    for some in _in_pages(links):
        sent = sent_documents(bridge, some)
        for link in some:
            if _as_sent(sent.get(link.cin7_id), listed.get(link.gp_key)):
                continue
            voucher = bridge.gp.payables.find(link.gp_key)
            if not _as_sent(sent.get(link.cin7_id), voucher):
                found[link.cin7_id] = voucher
    return found


def made_on(link: Link) -> dt.date:
    """Give the day on which a link's voucher was made, as far as is known."""
    return dt.date.fromisoformat(str(link.details.get("made") or link.linked_at[:10]))


def _in_pages(links: Collection[Link]) -> Iterator[tuple[Link, ...]]:
    remaining = iter(links)
    while some := tuple(islice(remaining, PAGE)):
        yield some


def _as_sent(sent: PayablesDocument | None, voucher: PayablesDocument | None) -> bool:
    if voucher is None or voucher.voided:
        return False
    return sent is None or not differences(sent, voucher)
