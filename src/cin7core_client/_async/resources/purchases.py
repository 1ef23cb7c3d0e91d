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
)
from cin7core_client.errors import (
    ApiError,
    Cin7Error,
    ConfigurationError,
    NotAppliedError,
    NotFoundError,
    ValidationError,
)
from cin7core_client.models import Purchase, PurchaseStatus, PurchaseSummary, PurchaseType
from cin7core_client.models.purchase import PARTS
from cin7core_client.read_back import differences

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
        self.orders: AsyncPurchaseOrders = AsyncPurchaseOrders(calls)
        self.receipts: AsyncPurchaseReceipts = AsyncPurchaseReceipts(calls)
        self.put_aways: AsyncPurchasePutAways = AsyncPurchasePutAways(calls)
        self.invoices: AsyncPurchaseInvoices = AsyncPurchaseInvoices(calls)
        self.credit_notes: AsyncPurchaseCreditNotes = AsyncPurchaseCreditNotes(calls)
        self.payments: AsyncPurchasePayments = AsyncPurchasePayments(calls)
        self.manual_journals: AsyncPurchaseManualJournals = AsyncPurchaseManualJournals(calls)
        self.attachments: AsyncPurchaseAttachments = AsyncPurchaseAttachments(calls)

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
        """Create a purchase with its order and give it as stored.

        The service takes the header alone, and then the order by a second call; what is stored is read by a third and
        compared. Without a `type` the purchase is an advanced one. Invoices and the other parts have calls of their
        own.

        Raises:
            ConfigurationError: the purchase has parts beside its order; nothing was sent.
            NotAppliedError: the header exists, and the order does not, or not as it was sent: `record_id` is the
                purchase's id, `missing` says what. Do not create it again: write the order again by
                `purchases.orders.create`, or void the purchase.
        """
        beside = sorted(name for name in PARTS - {"order"} if getattr(purchase, name))
        if beside:
            raise ConfigurationError(
                f"a new purchase takes its order only, not {', '.join(beside)}: create it, then write these by"
                " `purchases.invoices.create` and the like; nothing was sent"
            )
        kind = purchase.type or PurchaseType.ADVANCED
        path = SIMPLE_PATH if kind is PurchaseType.SIMPLE else PATH
        body = wire_form(purchase, READ_ONLY)
        if path == PATH:
            body = {"PurchaseType": "Advanced", "IsServiceOnly": kind is PurchaseType.SERVICE, **body}
        header = _whole(await self._calls.call("POST", path, body=body), path, write=True)
        try:
            if purchase.order is not None:
                await self.orders.create(header.purchase_id, purchase.order)
            stored = await self.get(header)
        except NotAppliedError as error:
            raise _half(header, error.missing, _not_as_sent(error.missing)) from error
        except Cin7Error as error:
            raise _half(header, (), f"its order is not sure: {error}") from error
        missing = differences(purchase.order, stored.order) if purchase.order else ()
        if missing:
            raise _half(stored, missing, _not_as_sent(missing))
        if stored.type not in (None, kind):
            other = f"it is of type {stored.type} instead of {kind}"
            raise _half(stored, (other,), other)
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
        if void and after.status is not PurchaseStatus.VOIDED:
            missing = (f"it is {after.status} instead of VOIDED",)
            raise NotAppliedError(
                f"DELETE {path} answered 200 but purchase {after.order_number} {after.purchase_id} is not voided: it is"
                f" {after.status}. Void it in Cin7 Core",
                record_id=after.purchase_id,
                missing=missing,
                stored=after,
            )
        return after


def _whole(answer: object, path: str, *, write: bool = False) -> Purchase:
    if not isinstance(answer, Mapping) or not answer.get("ID"):
        raise unreadable(f"{path} gave no purchase", answer, write=write)
    # Only the other endpoint tells the type, because this one knows but one.
    typed = {"Type": PurchaseType.SIMPLE.value, **answer} if path == SIMPLE_PATH else answer
    return parsed(Purchase, typed, path, write=write)


def _not_as_sent(missing: tuple[str, ...]) -> str:
    return f"its order is not there as it was sent: {'; '.join(missing)}"


def _half(stored: Purchase, missing: tuple[str, ...], what: str) -> NotAppliedError:
    name = f"{stored.order_number or ''} {stored.purchase_id}".strip()
    return NotAppliedError(
        f"purchase {name} exists, but {what}. Do not create it again: look at it by `purchases.get`, and write its"
        " order again by `purchases.orders.create`, or void it",
        record_id=stored.purchase_id,
        missing=missing,
        stored=stored,
    )
