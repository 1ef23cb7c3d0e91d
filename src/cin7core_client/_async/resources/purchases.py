"""Purchases: the list, and each with all its parts."""

from __future__ import annotations

import datetime as dt

from cin7core_client._async.pages import AsyncPages
from cin7core_client._async.resources.base import AsyncResource
from cin7core_client.errors import ValidationError
from cin7core_client.models import Purchase, PurchaseSummary


class AsyncPurchases(AsyncResource[PurchaseSummary]):
    """Purchases; a list row shows little of them, `get` shows all."""

    def list(
        self,
        *,
        updated_since: dt.datetime | None = None,
        updated_until: dt.datetime | None = None,
        search: str | None = None,
        status: str | None = None,
        order_status: str | None = None,
        invoice_status: str | None = None,
        credit_note_status: str | None = None,
    ) -> AsyncPages[PurchaseSummary]:
        """List purchases in ascending order number; payments and notes bring old ones back by `updated_since`."""
        return self._listed(
            {
                "UpdatedSince": updated_since,
                "UpdatedUntil": updated_until,
                "Search": search,
                "Status": status,
                "OrderStatus": order_status,
                "InvoiceStatus": invoice_status,
                "CreditNoteStatus": credit_note_status,
            }
        )

    async def get(self, purchase_id: str) -> Purchase:
        """Read one purchase of any kind with all its parts.

        `/advanced-purchase` is documented for all kinds; for some simple ones it answers an empty shell, and then
        `/purchase` is asked.

        Raises:
            NotFoundError, ValidationError: there is none of this id.
        """
        params = {"ID": purchase_id.lower(), "CombineAdditionalCharges": False}
        try:
            purchase = self._whole(await self._calls.call("GET", "advanced-purchase", params=params))
        except ValidationError:
            purchase = None
        if purchase is None or purchase.is_shell:
            purchase = self._whole(await self._calls.call("GET", "purchase", params=params))
        return purchase

    def _whole(self, answer: object) -> Purchase:
        return AsyncResource(self._calls, Purchase, "advanced-purchase", "")._parsed(answer)

    async def find(self, order_number: str) -> PurchaseSummary | None:
        """Find the purchase of exactly this order number."""
        return await self._one({"Search": order_number}, lambda each: each.order_number == order_number)
