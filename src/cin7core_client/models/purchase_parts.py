"""The parts of a purchase: order, receipts, invoices, credit notes, payments, manual journals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final

from pydantic import AliasChoices, BeforeValidator, Field, model_validator

from cin7core_client.models.base import (
    Amount,
    Count,
    Day,
    Document,
    Flag,
    Guid,
    Many,
    OpenStrEnum,
    OptionalAmount,
    Stamp,
    Text,
)

# The task id that opens a new invoicing and receiving group, or a new credit note, on an advanced purchase.
NEW_TASK: Final = "00000000-0000-0000-0000-000000000000"


class PartStatus(OpenStrEnum):
    """The state of one part of a purchase. The service takes only DRAFT and AUTHORISED."""

    DRAFT = "DRAFT"
    AUTHORISED = "AUTHORISED"
    VOIDED = "VOIDED"
    PAID = "PAID"
    RECEIVED = "RECEIVED"
    NOT_AVAILABLE = "NOT AVAILABLE"
    NONE = ""


Status = Annotated[PartStatus, BeforeValidator(lambda value: "" if value is None else value)]


class ProductFacts(Document):
    """What every row with a product carries in the answer of a whole purchase; never needed for writing."""

    product_id: Guid = None
    sku: Text = None
    name: Text = None
    product_length: OptionalAmount = None
    product_width: OptionalAmount = None
    product_height: OptionalAmount = None
    product_weight: OptionalAmount = None
    weight_units: Text = None
    dimensions_units: Text = None
    product_custom_field1: Text = None
    product_custom_field2: Text = None
    product_custom_field3: Text = None
    product_custom_field4: Text = None
    product_custom_field5: Text = None
    product_custom_field6: Text = None
    product_custom_field7: Text = None
    product_custom_field8: Text = None
    product_custom_field9: Text = None
    product_custom_field10: Text = None


class PurchaseLine(ProductFacts):
    """A product line. Give the product's id or SKU (50 characters).

    `total` is quantity x price x (1 - discount / 100), net of tax on tax-exclusive purchases; the service refuses
    another one and tells what it expects. `price` is 0 unless it is given: no price list is asked. Amounts have up to
    four decimals, `discount` two. `account` is for invoices and credit notes only.
    """

    quantity: Amount = Field(default=0, validate_default=True)
    price: Amount = Field(default=0, validate_default=True)
    discount: Amount = Field(default=0, validate_default=True)
    tax: Amount = Field(default=0, validate_default=True)
    tax_rule: Text = None
    account: Text = None
    supplier_sku: Annotated[Text, Field(alias="SupplierSKU")] = None
    comment: Text = None
    total: Amount = Field(default=0, validate_default=True)
    non_inventory: Flag = None


class AdditionalCharge(Document):
    """A charge beside the product lines; a service purchase has nothing else. Only invoices and notes have accounts."""

    description: Text = None
    reference: Text = None
    quantity: Amount = Field(default=0, validate_default=True)
    price: Amount = Field(default=0, validate_default=True)
    discount: Amount = Field(default=0, validate_default=True)
    tax: Amount = Field(default=0, validate_default=True)
    tax_rule: Text = None
    account: Text = None
    total: Amount = Field(default=0, validate_default=True)


class PurchasePayment(Document):
    """A payment, prepayment or refund, in the supplier's currency with up to two decimals.

    `type` is PREPAYMENT, PAYMENT or REFUND; `account` the code of a bank account; `deposit_id` pays from a deposit.
    """

    payment_id: Annotated[Guid, Field(alias="ID")] = None
    purchase_id: Guid = None
    task_id: Guid = None
    type: Text = None
    reference: Text = None
    amount: OptionalAmount = None
    date_paid: Day = None
    account: Text = None
    currency_rate: OptionalAmount = None
    date_created: Stamp = None
    deposit_id: Guid = None


class PurchaseOrder(Document):
    """The order of a purchase; writing it replaces its lines and charges while it is a draft."""

    task_id: Guid = None
    combine_additional_charges: Flag = None
    memo: Text = None
    status: Status = PartStatus.NONE
    lines: Annotated[tuple[PurchaseLine, ...], Many] = ()
    additional_charges: Annotated[tuple[AdditionalCharge, ...], Many] = ()
    total_before_tax: Amount = Field(default=0, validate_default=True)
    tax: Amount = Field(default=0, validate_default=True)
    total: Amount = Field(default=0, validate_default=True)
    prepayments: Annotated[tuple[PurchasePayment, ...], Many] = ()


class PurchaseInvoice(Document):
    """One invoice of a purchase, in the supplier's currency.

    `currency_rate` is base units per supplier unit; the invoice's own one, where the service gives it. The task id of
    an advanced purchase is that of its invoicing and receiving group. Lines and charges need an account code.
    """

    task_id: Guid = None
    purchase_id: Guid = None
    invoicing_and_receiving_number: Count = None
    combine_additional_charges: Flag = None
    invoice_number: Annotated[
        Text,
        Field(
            validation_alias=AliasChoices("InvoiceNumber", "InvocieNumber", "invoice_number"),
            serialization_alias="InvoiceNumber",
        ),
    ] = None
    invoice_date: Day = None
    invoice_due_date: Day = None
    status: Status = PartStatus.NONE
    currency_rate: OptionalAmount = None
    lines: Annotated[tuple[PurchaseLine, ...], Many] = ()
    additional_charges: Annotated[tuple[AdditionalCharge, ...], Many] = ()
    total_before_tax: Amount = Field(default=0, validate_default=True)
    tax: Amount = Field(default=0, validate_default=True)
    total: Amount = Field(default=0, validate_default=True)
    invoice_total_amount: OptionalAmount = None
    invoice_total_tax_amount: OptionalAmount = None
    payments: Annotated[tuple[PurchasePayment, ...], Many] = ()
    paid: Amount = Field(default=0, validate_default=True)


class UnstockLine(ProductFacts):
    """A quantity that goes back; `card_id` is that of the receipt's or put-away's line."""

    card_id: Guid = None
    date: Day = None
    quantity: Amount = Field(default=0, validate_default=True)
    location: Text = None
    batch_sn: Text = None
    expiry_date: Day = None


class PurchaseCreditNote(Document):
    """One credit note of a purchase, in the supplier's currency.

    `unstock` holds what goes back to the supplier, whether the service gave an array or an object with lines.
    """

    task_id: Guid = None
    purchase_id: Guid = None
    combine_additional_charges: Flag = None
    credit_note_number: Text = None
    credit_note_date: Day = None
    credit_note_invoice_number: Text = None
    status: Status = PartStatus.NONE
    currency_rate: OptionalAmount = None
    lines: Annotated[tuple[PurchaseLine, ...], Many] = ()
    additional_charges: Annotated[tuple[AdditionalCharge, ...], Many] = ()
    unstock: Annotated[tuple[UnstockLine, ...], Many] = ()
    unstock_status: Annotated[Text, Field(exclude=True)] = None
    total_before_tax: Amount = Field(default=0, validate_default=True)
    tax: Amount = Field(default=0, validate_default=True)
    total: Amount = Field(default=0, validate_default=True)
    refunds: Annotated[tuple[PurchasePayment, ...], Many] = ()

    @model_validator(mode="before")
    @classmethod
    def _one_shape(cls, data: object) -> object:
        if isinstance(data, Mapping) and isinstance(unstock := data.get("Unstock"), Mapping):
            return {**data, "Unstock": unstock.get("Lines"), "UnstockStatus": unstock.get("Status")}
        return data


class ReceiptLine(ProductFacts):
    """One received quantity; each line has its own date, none has a price. `card_id` names it for good.

    A bin is given by its `location_id`. All lines of one writing to a simple purchase share one location.
    """

    date: Day = None
    quantity: Amount = Field(default=0, validate_default=True)
    location: Text = None
    location_id: Guid = None
    received: Flag = None
    batch_sn: Text = None
    supplier_sku: Annotated[Text, Field(alias="SupplierSKU")] = None
    expiry_date: Day = None
    card_id: Guid = None
    non_inventory: Flag = None


class PurchaseReceipt(Document):
    """One stock receipt, or put-away, of a purchase."""

    task_id: Guid = None
    purchase_id: Guid = None
    invoicing_and_receiving_number: Count = None
    status: Status = PartStatus.NONE
    lines: Annotated[tuple[ReceiptLine, ...], Many] = ()


class ManualJournalLine(Document):
    """One manual posting, in the base currency with up to two decimals; `debit` and `credit` are account codes."""

    reference: Text = None
    amount: OptionalAmount = None
    date: Day = None
    debit: Text = None
    credit: Text = None
    is_system: Flag = None


class ManualJournal(Document):
    """The manual journal of a purchase, or of one of its groups; writing replaces all lines but the system's own."""

    task_id: Guid = None
    purchase_id: Guid = None
    invoicing_and_receiving_number: Count = None
    status: Status = PartStatus.NONE
    lines: Annotated[tuple[ManualJournalLine, ...], Many] = ()
