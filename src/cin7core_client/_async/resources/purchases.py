"""Purchases: the lists, and each with all its parts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Final

from cin7core_client._async.calls import AsyncCalls
from cin7core_client._async.pages import AsyncPages
from cin7core_client._async.resources.base import AsyncResource, parsed, unreadable, wire_form
from cin7core_client._async.resources.purchase_parts import (
    AsyncPurchaseAttachments,
    AsyncPurchaseCreditNotes,
    AsyncPurchaseInvoices,
    AsyncPurchaseManualJournals,
    AsyncPurchaseOrders,
    AsyncPurchasePayments,
    AsyncPurchasePutAways,
    AsyncPurchaseReceipts,
    counted_quantity,
)
from cin7core_client.errors import ApiError, Cin7Error, NotAppliedError, NotFoundError, ValidationError
from cin7core_client.models import Purchase, PurchaseSummary, PurchaseType
from cin7core_client.models.purchase import PARTS

SIMPLE_PATH: Final = "purchase"
PATH: Final = "advanced-purchase"
READ_ONLY: Final = PARTS | {
    "type",
    "status",
    "order_number",
    "order_date",
    "base_currency",
    "supplier_currency",
    "inventory_account",
    "related_drop_ship_sale_task",
    "combined_invoice_status",
    "combined_receiving_status",
    "combined_payment_status",
    "last_updated_date",
}


class AsyncPurchaseCreditNoteList(AsyncResource[PurchaseSummary]):
    """The list of purchase credit notes, as rows of purchases."""

    _model, _path = PurchaseSummary, "purchaseCreditNoteList"

    def list(
        self,
        *,
        updated_since: dt.datetime | None = None,
        updated_until: dt.datetime | None = None,
        search: str | None = None,
        status: str | None = None,
        credit_note_status: str | None = None,
    ) -> AsyncPages[PurchaseSummary]:
        """List purchases with credit notes."""
        return self._listed(
            {
                "UpdatedSince": updated_since,
                "UpdatedUntil": updated_until,
                "Search": search,
                "Status": status,
                "CreditNoteStatus": credit_note_status,
            }
        )


class AsyncPurchases(AsyncResource[PurchaseSummary]):
    """Purchases; a list row shows little of them, `get` shows all."""

    _model, _path = PurchaseSummary, "purchaseList"

    def __init__(self, calls: AsyncCalls) -> None:
        super().__init__(calls)
        self.orders = AsyncPurchaseOrders(calls)
        self.receipts = AsyncPurchaseReceipts(calls)
        self.put_aways = AsyncPurchasePutAways(calls)
        self.invoices = AsyncPurchaseInvoices(calls)
        self.credit_notes = AsyncPurchaseCreditNotes(calls)
        self.payments = AsyncPurchasePayments(calls)
        self.manual_journals = AsyncPurchaseManualJournals(calls)
        self.attachments = AsyncPurchaseAttachments(calls)

    def list(
        self,
        *,
        updated_since: dt.datetime | None = None,
        updated_until: dt.datetime | None = None,
        search: str | None = None,
        required_by: dt.date | None = None,
        status: str | None = None,
        order_status: str | None = None,
        stock_received_status: str | None = None,
        invoice_status: str | None = None,
        credit_note_status: str | None = None,
        unstock_status: str | None = None,
        drop_ship_task_id: str | None = None,
    ) -> AsyncPages[PurchaseSummary]:
        """List purchases in ascending order number; payments and notes bring old ones back by `updated_since`.

        Whether the bounds of time are inclusive is not known: overlap, and tell rows apart by their ids. `search` looks
        in order number, status, supplier, invoice and credit note number. A status is one value. Drafts are included.
        """
        return self._listed(
            {
                "UpdatedSince": updated_since,
                "UpdatedUntil": updated_until,
                "Search": search,
                "RequiredBy": required_by,
                "Status": status,
                "OrderStatus": order_status,
                # Documented as RestockReceivedStatus, which does nothing.
                "StockReceivedStatus": stock_received_status,
                "InvoiceStatus": invoice_status,
                "CreditNoteStatus": credit_note_status,
                "UnstockStatus": unstock_status,
                "DropShipTaskID": drop_ship_task_id,
            }
        )

    async def find(self, order_number: str) -> PurchaseSummary | None:
        """Find the purchase of exactly this order number."""
        return await self._one({"Search": order_number}, lambda each: each.order_number == order_number)

    async def get(self, purchase: str | PurchaseSummary | Purchase) -> Purchase:
        """Read one purchase of any kind with all its parts, by its id or its row of the list.

        A row tells the type, and so the endpoint. `/advanced-purchase` is documented for all kinds; for some simple
        ones it answers an empty shell, and then `/purchase` is asked.

        Raises:
            NotFoundError, ValidationError: there is none of this id.
        """
        purchase_id = purchase if isinstance(purchase, str) else purchase.purchase_id
        simple = not isinstance(purchase, str) and purchase.type is PurchaseType.SIMPLE
        refused: ApiError | None = None
        for path in (SIMPLE_PATH, PATH) if simple else (PATH, SIMPLE_PATH):
            try:
                found = await self._read(path, purchase_id)
            except (ValidationError, NotFoundError) as error:
                refused = refused or error
                continue
            if not found.is_shell:
                return found
        raise refused or NotFoundError(f"Cin7 Core has no purchase {purchase_id!r}", status=404)

    async def _read(self, path: str, purchase_id: str) -> Purchase:
        params = {"ID": purchase_id.lower(), "CombineAdditionalCharges": False}
        return _whole(await self._calls.call("GET", path, params=params), path)

    async def create(self, purchase: Purchase) -> Purchase:
        """Create a purchase with its order and give it as stored; parts but the order are not written.

        The service takes the header alone and then the order; what is stored is read and compared.

        Raises:
            NotAppliedError: the header exists (`stored`), the order does not, or not whole. Do not create again: write
                the order with `purchases.orders.create(error.stored.purchase_id, order)`.
        """
        path = SIMPLE_PATH if purchase.type is PurchaseType.SIMPLE else PATH
        body = wire_form(purchase, READ_ONLY)
        if path == PATH:
            body = {"PurchaseType": "Advanced", "IsServiceOnly": purchase.type is PurchaseType.SERVICE, **body}
        header = _whole(await self._calls.call("POST", path, body=body), path, write=True)
        try:
            if purchase.order is not None:
                await self.orders.create(header.purchase_id, purchase.order)
            stored = await self.get(header)
        except Cin7Error as error:
            raise _half(header, f"its order is not sure: {error}") from error
        if purchase.order is not None and counted_quantity(stored.order) < counted_quantity(purchase.order):
            raise _half(stored, "lines of its order were dropped")
        return stored

    async def update(self, purchase: Purchase) -> Purchase:
        """Write the header of a purchase and give the whole; parts are written by their own resources."""
        path = SIMPLE_PATH if purchase.type is PurchaseType.SIMPLE else PATH
        body = {"ID": purchase.purchase_id} | wire_form(purchase, READ_ONLY)
        return _whole(await self._calls.call("PUT", path, body=body), path, write=True)

    async def void(self, purchase: Purchase | PurchaseSummary) -> Purchase:
        """Void a purchase with all its parts and give it as it stands then."""
        return await self._ended(purchase, void=True)

    async def undo(self, purchase: Purchase | PurchaseSummary) -> Purchase:
        """Make a purchase a draft again and give it as it stands then."""
        return await self._ended(purchase, void=False)

    async def _ended(self, purchase: Purchase | PurchaseSummary, *, void: bool) -> Purchase:
        path = SIMPLE_PATH if purchase.type is PurchaseType.SIMPLE else PATH
        params = {"ID": purchase.purchase_id, "Void": void}
        after = _whole(await self._calls.call("DELETE", path, params=params), path, write=True)
        if void and str(after.status).upper() != "VOIDED":
            raise _half(after, f"it is not voided but {after.status}")
        return after


def _whole(answer: object, path: str, *, write: bool = False) -> Purchase:
    if not isinstance(answer, Mapping) or not answer.get("ID"):
        raise unreadable(f"{path} gave no purchase", answer, write=write)
    # Only the other endpoint tells the type, because this one knows but one.
    typed = {"Type": PurchaseType.SIMPLE.value, **answer} if path == SIMPLE_PATH else answer
    return parsed(Purchase, typed, path, write=write)


def _half(stored: Purchase, what: str) -> NotAppliedError:
    error = NotAppliedError(
        f"the purchase {stored.order_number or ''} {stored.purchase_id} exists, but {what}",
        status=200,
        may_have_happened=True,
    )
    error.stored = stored
    return error
