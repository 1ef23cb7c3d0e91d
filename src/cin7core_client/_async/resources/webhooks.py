"""Subscriptions to events."""

from __future__ import annotations

from cin7core_client._async.pages import AsyncPages
from cin7core_client._async.resources.base import AsyncCreates, rows_of
from cin7core_client.errors import ConfigurationError, NotAppliedError
from cin7core_client.models import Webhook, WebhookAuthorization


class AsyncWebhooks(AsyncCreates[Webhook]):
    """Subscriptions; at most five of one type. The account needs the Automation module.

    The service deactivates a subscription after six failed deliveries, about 76 minutes, and sends what was missed to
    nobody: look at `inactive` now and then, `reactivate`, and read the lists once more.
    """

    _model, _path = Webhook, "webhooks"
    _never_sent = frozenset({"name"})

    def list(self) -> AsyncPages[Webhook]:
        """List all subscriptions; the service has no filter. Bearer tokens are empty here."""
        return self._listed({})

    def inactive(self) -> AsyncPages[Webhook]:
        """List the subscriptions that deliver nothing: switched off, or deactivated after failures."""
        return self._listed({}, lambda each: each.is_active is not True)

    async def get(self, webhook_id: str) -> Webhook:
        """Read one subscription; raises NotFoundError."""
        wanted = webhook_id.lower()
        return await self._got(await self._one({}, lambda each: each.webhook_id == wanted), webhook_id)

    async def update(self, webhook: Webhook) -> Webhook:
        """Write a subscription whole.

        Raises:
            ConfigurationError: its secret is missing. The service hides the bearer token and stores what it is sent:
                writing what was read would wipe it, so give it anew with `webhook.replace(external_bearer_token=…)`.
        """
        kind = webhook.external_authorization_type
        if kind is WebhookAuthorization.BEARER and not webhook.external_bearer_token:
            raise ConfigurationError("this update would wipe the bearer token: give external_bearer_token again")
        if kind is WebhookAuthorization.BASIC and not (webhook.external_user_name and webhook.external_password):
            raise ConfigurationError("this update would wipe the credentials: give user name and password again")
        return await self._written("PUT", webhook)

    async def reactivate(self, webhook_id: str, *, bearer_token: str | None = None) -> Webhook:
        """Switch a subscription on again; one with a bearer token needs it, because the service hides it.

        Raises:
            NotAppliedError: the service said yes and it is still off.
        """
        changes = {"is_active": True} | ({"external_bearer_token": bearer_token} if bearer_token else {})
        stored = await self.update((await self.get(webhook_id)).replace(**changes))
        if stored.is_active is not True:
            raise NotAppliedError(
                f"PUT {self._path} answered 200 but {webhook_id} is still inactive", record_id=webhook_id, stored=stored
            )
        return stored

    async def delete(self, webhook_id: str) -> None:
        """Delete a subscription; raises NotAppliedError where the service said yes and it is still there."""
        answer = await self._calls.call("DELETE", self._path, params={"ID": webhook_id})
        left = [self._parsed(row, write=True) for row in rows_of(answer, "Webhooks", self._path, write=True)[0]]
        if any(each.webhook_id == webhook_id.lower() for each in left):
            raise NotAppliedError(
                f"DELETE {self._path} answered 200 but {webhook_id} is still there", record_id=webhook_id
            )
