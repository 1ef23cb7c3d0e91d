"""The subscriptions that the bridge needs: looked at, made, repaired, switched on again."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from attrs import frozen

from cin7core_client import Webhook, WebhookAuthorization, WebhookHeader, WebhookType
from cin7core_client.webhooks import EVENT_TYPE_HEADER
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.errors import SettingsError
from gp_cin7_bridge.settings import Settings

# There is no event for what is voided, undone or paid: polling finds that.
TYPES: Final = (
    WebhookType.PURCHASE_INVOICE_AUTHORISED,
    WebhookType.PURCHASE_CREDIT_NOTE_AUTHORISED,
    WebhookType.PURCHASE_UPDATED,
)
RECEIVED: Final = WebhookType.PURCHASE_STOCK_RECEIVED_AUTHORISED


class Mark(StrEnum):
    """How a subscription stands."""

    ACTIVE = "active"
    MISSING = "missing"
    INACTIVE = "inactive"
    DIFFERENT = "different"


@frozen
class Subscription:
    """One event type at our address.

    Attributes:
        type: such as Purchase/InvoiceAuthorised.
        mark: how it was found.
        webhook_id: None where there was none.
    """

    type: str
    mark: Mark
    webhook_id: str | None = None


def wanted_types(settings: Settings) -> tuple[str, ...]:
    """Give the event types that the bridge listens to."""
    return (*TYPES, RECEIVED) if settings.receipts.mode != "off" else TYPES


def subscriptions(bridge: Bridge) -> list[Subscription]:
    """Look at the subscriptions of our address, and write nothing.

    Raises:
        SettingsError: the settings name no address.
        Cin7Error: Cin7 Core did not answer, or the account is without the Automation module.
    """
    return [_found(kind, webhook, _wanted(bridge, kind)) for kind, webhook in _by_type(bridge).items()]


def ensure(bridge: Bridge, *, anew: bool = False) -> list[Subscription]:
    """Make what is missing, repair what differs, switch on what is off; gives how each was found.

    Args:
        bridge: the open connection.
        anew: write those that look right too, because nobody can see which token they carry.

    Raises:
        SettingsError: the settings name no address.
        SecretUnavailableError: the token is not where its reference says.
        Cin7Error: Cin7 Core did not answer, refused, or the account is without the Automation module.
    """
    found = []
    for kind, webhook in _by_type(bridge).items():
        wanted = _wanted(bridge, kind)
        before = _found(kind, webhook, wanted)
        found.append(before)
        if before.mark == Mark.ACTIVE and not anew:
            continue
        token = bridge.settings.webhooks.token
        secret = wanted.replace(external_bearer_token=bridge.vault.read(token).reveal() if token else None)
        if webhook is None:
            bridge.cin7.webhooks.create(secret)
        else:
            bridge.cin7.webhooks.update(secret.replace(webhook_id=webhook.webhook_id))
    return found


def _by_type(bridge: Bridge) -> dict[str, Webhook | None]:
    url = bridge.settings.webhooks.url
    if url is None:
        raise SettingsError(
            '[webhooks] names no url; write url = "https://…/webhooks/NAME", where gp-cin7 serve is reached'
        )
    ours = [each for each in bridge.cin7.webhooks.list() if each.external_url == url]
    ours.sort(key=lambda each: each.is_active is not True)
    return {kind: next((each for each in ours if each.type == kind), None) for kind in wanted_types(bridge.settings)}


def _wanted(bridge: Bridge, kind: str) -> Webhook:
    return Webhook(
        type=WebhookType(kind),
        is_active=True,
        external_url=bridge.settings.webhooks.url,
        external_authorization_type=WebhookAuthorization.BEARER,
        external_headers=(WebhookHeader(key=EVENT_TYPE_HEADER, value=kind),),
    )


def _found(kind: str, webhook: Webhook | None, wanted: Webhook) -> Subscription:
    if webhook is None:
        return Subscription(kind, Mark.MISSING)
    headers = {each.key: each.value for each in webhook.external_headers}
    same = webhook.external_authorization_type == wanted.external_authorization_type
    if not same or any(headers.get(each.key) != each.value for each in wanted.external_headers):
        return Subscription(kind, Mark.DIFFERENT, webhook.webhook_id)
    return Subscription(kind, Mark.ACTIVE if webhook.is_active is True else Mark.INACTIVE, webhook.webhook_id)
