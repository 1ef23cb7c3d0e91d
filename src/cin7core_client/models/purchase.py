"""Purchases: one model over the simple, advanced and service shapes that the service answers with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, model_validator

from cin7core_client.models.base import (
    Day,
    Document,
    Flag,
    Guid,
    GuidKey,
    Many,
    OpenStrEnum,
    OptionalAmount,
    Stamp,
    Text,
)
from cin7core_client.models.product_parts import Attachment
from cin7core_client.models.purchase_parts import (
    ManualJournal,
    ProductFacts,
    PurchaseCreditNote,
    PurchaseInvoice,
    PurchaseOrder,
    PurchaseReceipt,
)


class PurchaseType(OpenStrEnum):
    """The kind of a purchase; the last two are in the list of credit notes only."""

    SIMPLE = "Simple Purchase"
    ADVANCED = "Advanced Purchase"
    SERVICE = "Service Purchase"
    PURCHASE_CREDIT_NOTE = "Purchase Credit Note"
    CREDIT_NOTE = "Credit Note"


class PurchaseStatus(OpenStrEnum):
    """The state of a whole purchase."""

    DRAFT = "DRAFT"
    VOIDED = "VOIDED"
    ORDERING = "ORDERING"
    ORDERED = "ORDERED"
    RECEIVING = "RECEIVING"
    RECEIVED = "RECEIVED"
    INVOICED = "INVOICED"
    CREDITED = "CREDITED"
    RECEIVING_CREDITED = "RECEIVING / CREDITED"
    RECEIVED_CREDITED = "RECEIVED / CREDITED"
    PARTIALLY_INVOICED = "PARTIALLY INVOICED"
    COMPLETED = "COMPLETED"
    COMPLETED_CREDIT_NOTE_CLOSED = "COMPLETED / CREDIT NOTE CLOSED"


class PurchaseAddress(Document):
    """A billing or shipping address; line 1 (256 characters) and country are required.

    `ship_to_other` and `company` (128) belong to shipping addresses.
    """

    display_address_line1: Text = None
    display_address_line2: Text = None
    line1: Text = None
    line2: Text = None
    city: Text = None
    state: Text = None
    postcode: Text = None
    country: Text = None
    company: Text = None
    ship_to_other: Flag = None


class InventoryMovement(ProductFacts):
    """What a purchase moved in stock, at which cost."""

    task_id: Guid = None
    date: Day = None
    cogs: OptionalAmount = None


# One part has many names: the wire's spellings, and the field that they become.
_PARTS = {
    "Invoice": "invoices",
    "Invoices": "invoices",
    "CreditNote": "credit_notes",
    "CreditNotes": "credit_notes",
    "StockReceived": "receipts",
    "StockReceiving": "receipts",
    "PutAway": "put_aways",
    "ManualJournals": "manual_journals",
}
# Parts have endpoints of their own; the header's endpoint ignores them without a word.
PARTS = frozenset({*_PARTS.values(), "order", "attachments", "inventory_movements"})


class Purchase(Document):
    """A purchase with all its parts, whichever endpoint answered.

    `currency_rate` is base units per supplier unit. Parts that do not exist yet may stand as `NOT AVAILABLE`. A simple
    purchase's parts carry the purchase's own id as their task id. The id is empty until Cin7 Core gives one.
    Creating needs a supplier (id or name), an approach ("INVOICE" or "STOCK" first), a location and, of the parts, the
    order.
    """

    purchase_id: Annotated[GuidKey, Field(alias="ID")] = ""
    type: PurchaseType | None = None
    approach: Text = None
    status: PurchaseStatus | None = None
    supplier_id: Guid = None
    supplier: Text = None
    contact: Text = None
    phone: Text = None
    order_number: Text = None
    order_date: Day = None
    required_by: Day = None
    base_currency: Text = None
    supplier_currency: Text = None
    currency_rate: OptionalAmount = None
    tax_rule: Text = None
    tax_calculation: Text = None
    terms: Text = None
    location: Text = None
    inventory_account: Text = None
    note: Text = None
    blind_receipt: Flag = None
    is_service_only: Flag = None
    related_drop_ship_sale_task: Guid = None
    billing_address: PurchaseAddress | None = None
    shipping_address: PurchaseAddress | None = None
    additional_attributes: dict[str, Text] | None = None
    last_updated_date: Stamp = None
    combined_invoice_status: Text = None
    combined_receiving_status: Text = None
    combined_payment_status: Text = None
    order: PurchaseOrder | None = None
    invoices: Annotated[tuple[PurchaseInvoice, ...], Many] = ()
    credit_notes: Annotated[tuple[PurchaseCreditNote, ...], Many] = ()
    receipts: Annotated[tuple[PurchaseReceipt, ...], Many] = ()
    put_aways: Annotated[tuple[PurchaseReceipt, ...], Many] = ()
    manual_journals: Annotated[tuple[ManualJournal, ...], Many] = ()
    inventory_movements: Annotated[tuple[InventoryMovement, ...], Many] = ()
    attachments: Annotated[tuple[Attachment, ...], Many] = ()

    @model_validator(mode="before")
    @classmethod
    def _one_shape(cls, data: object) -> object:
        if not isinstance(data, Mapping):
            return data
        purchase_id = data.get("ID") or data.get("purchase_id")
        shaped = {}
        for name, value in data.items():
            if name in _PARTS:
                rows = [value] if isinstance(value, Mapping) else value or []
                whole = isinstance(rows, (list, tuple))
                shaped[_PARTS[name]] = [_with_task(row, purchase_id) for row in rows] if whole else rows
            else:
                shaped[name] = value
        return shaped

    @property
    def is_shell(self) -> bool:
        """Whether this is the empty shell that `/advanced-purchase` answers for some simple purchases."""
        return not self.status and not self.order_number


def _with_task(part: object, purchase_id: object) -> object:
    if isinstance(part, Mapping) and not part.get("TaskID"):
        return {**part, "TaskID": purchase_id}
    return part


class PurchaseSummary(Document):
    """One row of the purchase list; of several invoices it shows one of the service's choice.

    `combined_receiving_status` tells how much arrived, `stock_received_status` whether the document is authorised.
    `invoice_amount` can be set before anything is invoiced.
    """

    purchase_id: Annotated[GuidKey, Field(alias="ID")]
    type: PurchaseType | None = None
    order_number: Text = None
    status: PurchaseStatus | None = None
    order_date: Day = None
    invoice_date: Day = None
    invoice_due_date: Day = None
    required_by: Day = None
    supplier: Text = None
    supplier_id: Guid = None
    invoice_number: Text = None
    invoice_amount: OptionalAmount = None
    paid_amount: OptionalAmount = None
    credit_note_number: Text = None
    base_currency: Text = None
    supplier_currency: Text = None
    order_status: Text = None
    stock_received_status: Text = None
    unstock_status: Text = None
    invoice_status: Text = None
    credit_note_status: Text = None
    combined_invoice_status: Text = None
    combined_receiving_status: Text = None
    combined_payment_status: Text = None
    blind_receipt: Flag = None
    is_service_only: Flag = None
    drop_ship_task_id: Guid = None
    last_updated_date: Stamp = None
