"""Purchases: one model over the simple, advanced and service shapes that the service answers with."""

from __future__ import annotations

from typing import Annotated

from pydantic import AliasChoices, Field, model_validator

from cin7core_client.models.base import (
    Amount,
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


class PartStatus(OpenStrEnum):
    """The state of one part of a purchase."""

    DRAFT = "DRAFT"
    AUTHORISED = "AUTHORISED"
    VOIDED = "VOIDED"
    PAID = "PAID"
    NOT_AVAILABLE = "NOT AVAILABLE"
    NONE = ""


class PurchaseLine(Document):
    """A product line. `total` is net of tax on tax-exclusive purchases; amounts have up to four decimals."""

    product_id: Guid = None
    sku: Text = None
    name: Text = None
    quantity: Amount = Field(default=0, validate_default=True)
    price: Amount = Field(default=0, validate_default=True)
    discount: Amount = Field(default=0, validate_default=True)
    tax: Amount = Field(default=0, validate_default=True)
    tax_rule: Text = None
    account: Text = None
    supplier_sku: Annotated[Text, Field(alias="SupplierSKU")] = None
    comment: Text = None
    total: Amount = Field(default=0, validate_default=True)


class AdditionalCharge(Document):
    """A charge beside the product lines; a service purchase has nothing else."""

    description: Text = None
    reference: Text = None
    quantity: Amount = Field(default=0, validate_default=True)
    price: Amount = Field(default=0, validate_default=True)
    discount: Amount = Field(default=0, validate_default=True)
    tax: Amount = Field(default=0, validate_default=True)
    tax_rule: Text = None
    account: Text = None
    total: Amount = Field(default=0, validate_default=True)


class PurchaseOrder(Document):
    """The order of a purchase."""

    memo: Text = None
    status: PartStatus = PartStatus.NONE
    lines: Annotated[tuple[PurchaseLine, ...], Many] = ()
    additional_charges: Annotated[tuple[AdditionalCharge, ...], Many] = ()
    total_before_tax: Amount = Field(default=0, validate_default=True)
    tax: Amount = Field(default=0, validate_default=True)
    total: Amount = Field(default=0, validate_default=True)


class PurchaseInvoice(Document):
    """One invoice of a purchase, in the supplier's currency.

    `currency_rate` is base units per supplier unit; the invoice's own one, where the service gives it.
    """

    task_id: Guid = None
    invoicing_and_receiving_number: int | None = None
    invoice_number: Annotated[
        Text,
        Field(
            validation_alias=AliasChoices("InvoiceNumber", "InvocieNumber", "invoice_number"),
            serialization_alias="InvoiceNumber",
        ),
    ] = None
    invoice_date: Day = None
    invoice_due_date: Day = None
    status: PartStatus = PartStatus.NONE
    currency_rate: OptionalAmount = None
    lines: Annotated[tuple[PurchaseLine, ...], Many] = ()
    additional_charges: Annotated[tuple[AdditionalCharge, ...], Many] = ()
    total_before_tax: Amount = Field(default=0, validate_default=True)
    tax: Amount = Field(default=0, validate_default=True)
    total: Amount = Field(default=0, validate_default=True)
    paid: Amount = Field(default=0, validate_default=True)


class PurchaseCreditNote(Document):
    """One credit note of a purchase, in the supplier's currency."""

    task_id: Guid = None
    credit_note_number: Text = None
    credit_note_date: Day = None
    credit_note_invoice_number: Text = None
    status: PartStatus = PartStatus.NONE
    currency_rate: OptionalAmount = None
    lines: Annotated[tuple[PurchaseLine, ...], Many] = ()
    additional_charges: Annotated[tuple[AdditionalCharge, ...], Many] = ()
    total_before_tax: Amount = Field(default=0, validate_default=True)
    tax: Amount = Field(default=0, validate_default=True)
    total: Amount = Field(default=0, validate_default=True)


class ReceiptLine(Document):
    """One received quantity; each line has its own date, none has a price."""

    date: Day = None
    quantity: Amount = Field(default=0, validate_default=True)
    product_id: Guid = None
    sku: Text = None
    name: Text = None
    location: Text = None
    location_id: Guid = None
    received: Flag = None
    batch_sn: Text = None
    supplier_sku: Annotated[Text, Field(alias="SupplierSKU")] = None
    card_id: Guid = None


class PurchaseReceipt(Document):
    """One stock receipt, or put-away, of a purchase."""

    task_id: Guid = None
    invoicing_and_receiving_number: int | None = None
    status: PartStatus = PartStatus.NONE
    lines: Annotated[tuple[ReceiptLine, ...], Many] = ()


# One part has many names: the wire's spellings, and the field that they become.
_PARTS = {
    "Invoice": "invoices",
    "Invoices": "invoices",
    "CreditNote": "credit_notes",
    "CreditNotes": "credit_notes",
    "StockReceived": "receipts",
    "StockReceiving": "receipts",
    "PutAway": "put_aways",
}


class Purchase(Document):
    """A purchase with all its parts, whichever endpoint answered.

    `currency_rate` is base units per supplier unit. Parts that do not exist yet may stand as `NOT AVAILABLE`. A simple
    purchase's parts carry the purchase's own id as their task id.
    """

    purchase_id: Annotated[GuidKey, Field(alias="ID")]
    type: Text = None
    approach: Text = None
    status: Text = None
    supplier_id: Guid = None
    supplier: Text = None
    contact: Text = None
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
    last_updated_date: Stamp = None
    combined_invoice_status: Text = None
    combined_receiving_status: Text = None
    combined_payment_status: Text = None
    order: PurchaseOrder | None = None
    invoices: Annotated[tuple[PurchaseInvoice, ...], Many] = ()
    credit_notes: Annotated[tuple[PurchaseCreditNote, ...], Many] = ()
    receipts: Annotated[tuple[PurchaseReceipt, ...], Many] = ()
    put_aways: Annotated[tuple[PurchaseReceipt, ...], Many] = ()

    @model_validator(mode="before")
    @classmethod
    def _one_shape(cls, data: object) -> object:
        if not isinstance(data, dict):
            return data
        purchase_id = data.get("ID") or data.get("purchase_id")
        shaped = {}
        for name, value in data.items():
            if name in _PARTS:
                rows = [value] if isinstance(value, dict) else value or []
                shaped[_PARTS[name]] = [_with_task(row, purchase_id) for row in rows]
            else:
                shaped[name] = value
        return shaped

    @property
    def is_shell(self) -> bool:
        """Whether this is the empty shell that `/advanced-purchase` answers for some simple purchases."""
        return not self.status and not self.order_number


def _with_task(part: object, purchase_id: object) -> object:
    if isinstance(part, dict) and not part.get("TaskID"):
        return {**part, "TaskID": purchase_id}
    return part


class PurchaseSummary(Document):
    """One row of the purchase list; of several invoices it shows one of the service's choice."""

    purchase_id: Annotated[GuidKey, Field(alias="ID")]
    type: Text = None
    order_number: Text = None
    status: Text = None
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
    last_updated_date: Stamp = None
