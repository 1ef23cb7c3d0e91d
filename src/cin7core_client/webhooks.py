"""What a receiver of webhooks needs, without any I/O: read a delivery, and check that it carries your secret."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Final

from pydantic import ValidationError as InvalidDocument

from cin7core_client.errors import ConfigurationError, DecodeError
from cin7core_client.models import (
    ProductsUpdated,
    PurchaseEvent,
    PurchasesUpdated,
    StockLevelsChanged,
    SuppliersUpdated,
    TasksOverdue,
    WebhookEvent,
    WebhookType,
)
from cin7core_client.request import loaded

# Two events are bare arrays that do not say what they are. Register your webhooks with this header and their type.
EVENT_TYPE_HEADER: Final = "X-Cin7-Event-Type"

_MODELS: Final[Mapping[WebhookType, type[WebhookEvent]]] = {
    WebhookType.PURCHASE_ORDER_AUTHORISED: PurchaseEvent,
    WebhookType.PURCHASE_INVOICE_AUTHORISED: PurchaseEvent,
    WebhookType.PURCHASE_STOCK_RECEIVED_AUTHORISED: PurchaseEvent,
    WebhookType.PURCHASE_CREDIT_NOTE_AUTHORISED: PurchaseEvent,
    WebhookType.PURCHASE_UPDATED: PurchasesUpdated,
    WebhookType.SUPPLIER_UPDATED: SuppliersUpdated,
    WebhookType.PRODUCT_UPDATED: ProductsUpdated,
    WebhookType.STOCK_AVAILABLE_STOCK_LEVEL_CHANGED: StockLevelsChanged,
    WebhookType.TASK_OVERDUE: TasksOverdue,
}


def parse(headers: Mapping[str, str], body: bytes | str, *, event_type: str | None = None) -> WebhookEvent:
    """Read a delivery.

    Args:
        headers: of the delivery; EVENT_TYPE_HEADER tells the event, if the webhook was registered with it.
        body: as it came.
        event_type: the event, where the receiver's address tells it.

    Returns:
        The class of the event; WebhookEvent for what belongs to other areas, or is new. A bare array without a type is
        taken for stock levels if its rows tell quantities, else for overdue tasks.

    Raises:
        DecodeError: the body is no JSON object or array, or not what its event should be; it is kept.
    """
    raw = body.encode() if isinstance(body, str) else body
    text = raw.decode("utf-8-sig", errors="replace")
    try:
        value = loaded(raw)
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise DecodeError("the delivery is not JSON", body=text, write=False) from error
    if isinstance(value, Mapping):
        fields = {name: each for name, each in value.items() if name != "EventType"}
        own = value.get("EventType")
    elif isinstance(value, list):
        fields, own = {"rows": value}, _of_array(value)
    else:
        raise DecodeError("the delivery is neither an object nor an array", body=text, write=False)
    told = event_type or _header(headers, EVENT_TYPE_HEADER) or own
    kind = WebhookType(told) if told and isinstance(told, str) else None
    model = WebhookEvent if kind is None else _MODELS.get(kind, WebhookEvent)
    try:
        return model.model_validate({**fields, "EventType": kind, "fingerprint": hashlib.sha256(raw).hexdigest()})
    except InvalidDocument as error:
        what = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
        raise DecodeError(f"the delivery is no {kind or 'event'}: {what}", body=text, write=False) from error


def secret_matches(
    headers: Mapping[str, str],
    *,
    bearer_token: str | None = None,
    basic: tuple[str, str] | None = None,
    header: tuple[str, str] | None = None,
) -> bool:
    """Tell whether a delivery carries every secret that the webhook was registered with, in constant time.

    There is no signature: a secret proves who sends, and nothing about the body. Serve over TLS only.

    Args:
        headers: of the delivery.
        bearer_token: of `bearerauth`.
        basic: user name and password of `basicauth`.
        header: name and value of an own header.

    Raises:
        ConfigurationError: no secret is given, or an empty one: then anybody would be believed.
    """
    wanted = []
    if bearer_token is not None:
        wanted.append(("Authorization", "Bearer ", bearer_token))
    if basic is not None:
        credentials = base64.b64encode(":".join(basic).encode()).decode() if all(basic) else ""
        wanted.append(("Authorization", "Basic ", credentials))
    if header is not None:
        wanted.append((header[0], "", header[1]))
    if not wanted or not all(secret for _, _, secret in wanted):
        raise ConfigurationError("give the secret that the webhook was registered with: without one, all are believed")
    same = [
        hmac.compare_digest(_bytes(_header(headers, name)), _bytes(f"{scheme}{secret}"))
        for name, scheme, secret in wanted
    ]
    return all(same)


def _header(headers: Mapping[str, str], name: str) -> str:
    return next((value for each, value in headers.items() if each.lower() == name.lower()), "")


def _bytes(text: str) -> bytes:
    # Frameworks hand on what is no UTF-8 as lone surrogates.
    return text.encode(errors="surrogatepass")


def _of_array(rows: list[object]) -> str:
    first = rows[0] if rows else None
    if not isinstance(first, Mapping):
        return ""
    is_stock = "OnHand" in first or "Available" in first
    return (WebhookType.STOCK_AVAILABLE_STOCK_LEVEL_CHANGED if is_stock else WebhookType.TASK_OVERDUE).value
