"""What a delivery tells: which purchases may have changed, and nothing else of it is believed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Final

from cin7core_client import DecodeError, PurchaseEvent, PurchasesUpdated, WebhookEvent
from cin7core_client.webhooks import parse
from gp_cin7_bridge.state import Told

LONGEST_TYPE: Final = 64
_GUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def told_by(headers: Mapping[str, str], body: bytes) -> list[Told]:
    """Give what to read again: nothing if it concerns no purchase; one that names none stands for whatever changed."""
    try:
        event = parse(headers, body)
    except DecodeError:
        return [Told(event_type="", fingerprint=hashlib.sha256(body).hexdigest())]
    if isinstance(event, PurchaseEvent):
        return [_told(event, event.task_id, event.purchase_order_number)]
    if isinstance(event, PurchasesUpdated) and event.purchases:
        return [_told(event, each.purchase_id, each.order_number) for each in event.purchases]
    kind = event.event_type
    return [_told(event, None, None)] if kind is None or kind.startswith("Purchase/") else []


def _told(event: WebhookEvent, task_id: str | None, order_number: str | None) -> Told:
    found = (task_id or "").lower()
    return Told(
        event_type=_storable(event.event_type or "")[:LONGEST_TYPE],
        fingerprint=event.fingerprint,
        task_id=found if _GUID.fullmatch(found) else "",
        order_number=_storable(order_number or ""),
    )


def _storable(text: str) -> str:
    """Take out what databases do not keep, which would have the same delivery refused again and again."""
    return text.encode(errors="replace").decode().replace("\0", "")
