"""Webhooks: the subscription, and what each delivery says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, model_validator

from cin7core_client.models.base import Count, Document, Flag, Guid, Many, OpenStrEnum, Text
from cin7core_client.models.product import Product
from cin7core_client.models.product_parts import ProductAvailability
from cin7core_client.models.purchase import Purchase
from cin7core_client.models.supplier import Supplier


class WebhookType(OpenStrEnum):
    """The 32 events; there is none for creating, voiding, undoing or paying a purchase."""

    SALE_CREATED = "Sale/Created"
    SALE_QUOTE_AUTHORISED = "Sale/QuoteAuthorised"
    SALE_ORDER_AUTHORISED = "Sale/OrderAuthorised"
    SALE_VOIDED = "Sale/Voided"
    SALE_BACKORDERED = "Sale/Backordered"
    SALE_SHIPMENT_AUTHORISED = "Sale/ShipmentAuthorised"
    SALE_INVOICE_AUTHORISED = "Sale/InvoiceAuthorised"
    SALE_PICK_AUTHORISED = "Sale/PickAuthorised"
    SALE_PACK_AUTHORISED = "Sale/PackAuthorised"
    SALE_CREDIT_NOTE_AUTHORISED = "Sale/CreditNoteAuthorised"
    SALE_UNDO = "Sale/Undo"
    SALE_PARTIAL_PAYMENT_RECEIVED = "Sale/PartialPaymentReceived"
    SALE_FULL_PAYMENT_RECEIVED = "Sale/FullPaymentReceived"
    SALE_ATTACHMENT_ADDED = "Sale/AttachmentAdded"
    SALE_ADDITIONAL_ATTRIBUTES_CHANGED = "Sale/AdditionalAttributesChanged"
    SALE_SHIPMENT_TRACKING_NUMBER_CHANGED = "Sale/ShipmentTrackingNumberChanged"
    PURCHASE_ORDER_AUTHORISED = "Purchase/OrderAuthorised"
    PURCHASE_INVOICE_AUTHORISED = "Purchase/InvoiceAuthorised"
    PURCHASE_STOCK_RECEIVED_AUTHORISED = "Purchase/StockReceivedAuthorised"
    PURCHASE_CREDIT_NOTE_AUTHORISED = "Purchase/CreditNoteAuthorised"
    PURCHASE_UPDATED = "Purchase/Updated"
    CUSTOMER_UPDATED = "Customer/Updated"
    SUPPLIER_UPDATED = "Supplier/Updated"
    PRODUCT_UPDATED = "Product/Updated"
    STOCK_AVAILABLE_STOCK_LEVEL_CHANGED = "Stock/AvailableStockLevelChanged"
    LEAD_UPDATED = "Lead/Updated"
    LEAD_CONVERTED = "Lead/Converted"
    OPPORTUNITY_AUTHORIZED = "Opportunity/Authorized"
    OPPORTUNITY_ATTACHMENT_ADDED = "Opportunity/AttachmentAdded"
    OPPORTUNITY_VOIDED = "Opportunity/Voided"
    OPPORTUNITY_CONVERTED = "Opportunity/Converted"
    TASK_OVERDUE = "Task/Overdue"


class WebhookAuthorization(OpenStrEnum):
    """How a delivery proves where it comes from; there is no signature."""

    NONE = "noauth"
    BASIC = "basicauth"
    BEARER = "bearerauth"


class WebhookHeader(Document):
    """A header that is sent with each delivery."""

    key: Text = None
    value: Annotated[Text, Field(repr=False)] = None


class Webhook(Document):
    """A subscription; at most five of one type. It is deactivated after six failed deliveries, about 76 minutes.

    `external_bearer_token` is empty in every answer: the service hides it. Type, active, URL and authorization are
    required. Secrets are in no repr.
    """

    webhook_id: Annotated[Guid, Field(alias="ID")] = None
    type: WebhookType | None = None
    name: Text = None
    is_active: Flag = None
    external_url: Annotated[Text, Field(alias="ExternalURL")] = None
    external_authorization_type: WebhookAuthorization | None = None
    external_user_name: Text = None
    external_password: Annotated[Text, Field(repr=False)] = None
    external_bearer_token: Annotated[Text, Field(repr=False)] = None
    external_headers: Annotated[tuple[WebhookHeader, ...], Many] = ()


class WebhookEvent(Document):
    """A delivery. Events of other areas than purchasing come as this class, their fields in `model_extra`.

    `fingerprint` is the SHA-256 of the body: a repeated delivery has the same, and so have two events of equal content.
    `event_type` is None where neither body nor headers tell.
    """

    event_type: WebhookType | None = None
    fingerprint: Annotated[str, Field(exclude=True)] = ""


class PurchaseEvent(WebhookEvent):
    """A part of a purchase was authorised. `task_id` may be a group's: find the purchase by its order number then."""

    task_id: Guid = None
    purchase_order_number: Text = None
    invoice_number: Text = None
    credit_note_number: Text = None
    supplier_name: Text = None
    supplier_contact_name: Text = None
    supplier_contact_email: Text = None


class PurchasesUpdated(WebhookEvent):
    """Purchases changed; only their headers are told, under a key that the service calls CustomerDetailsList."""

    number_of_purchase: Count = None
    purchases: Annotated[tuple[Purchase, ...], Many, Field(alias="CustomerDetailsList")] = ()


class SuppliersUpdated(WebhookEvent):
    """Suppliers changed."""

    number_of_suppliers: Count = None
    suppliers: Annotated[tuple[Supplier, ...], Many, Field(alias="SupplierDetailsList")] = ()

    @model_validator(mode="before")
    @classmethod
    def _flat(cls, data: object) -> object:
        """Take the supplier out of its own object, in which the API does not put it."""
        if not isinstance(data, Mapping) or not isinstance(rows := data.get("SupplierDetailsList"), (list, tuple)):
            return data
        flat = [
            {**row["Supplier"], **{name: value for name, value in row.items() if name != "Supplier"}}
            if isinstance(row, Mapping) and isinstance(row.get("Supplier"), Mapping)
            else row
            for row in rows
        ]
        return {**data, "SupplierDetailsList": flat}


class ProductsUpdated(WebhookEvent):
    """Products changed, without their nested rows; what happened to each is in its `model_extra["Event"]`."""

    number_of_products: Count = None
    products: Annotated[tuple[Product, ...], Many, Field(alias="ProductDetailsList")] = ()


class StockLevelsChanged(WebhookEvent):
    """Stock changed: the delivery is a bare array."""

    rows: tuple[ProductAvailability, ...] = ()


class TasksOverdue(WebhookEvent):
    """Tasks are overdue: the delivery is a bare array, whose rows are not documented field by field."""

    rows: tuple[dict[str, object], ...] = ()
