"""What a webhook is told of each event: payloads as the documentation prints them, upper-case ids and nulls too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cin7core_client.testing.lists import Selection
from cin7core_client.testing.records import Record, rows_of, text_of
from cin7core_client.testing.stock import availability

if TYPE_CHECKING:
    from cin7core_client.testing.account import FakeCin7

NAMES: Final = {
    **dict.fromkeys(
        (
            "Sale/Created",
            "Sale/QuoteAuthorised",
            "Sale/OrderAuthorised",
            "Sale/Voided",
            "Sale/Backordered",
            "Sale/ShipmentAuthorised",
            "Sale/InvoiceAuthorised",
            "Sale/PickAuthorised",
            "Sale/PackAuthorised",
            "Sale/CreditNoteAuthorised",
            "Sale/Undo",
            "Sale/PartialPaymentReceived",
            "Sale/FullPaymentReceived",
            "Sale/AttachmentAdded",
            "Sale/AdditionalAttributesChanged",
            "Sale/ShipmentTrackingNumberChanged",
            "Customer/Updated",
            "Lead/Updated",
            "Lead/Converted",
            "Opportunity/Authorized",
            "Opportunity/AttachmentAdded",
            "Opportunity/Voided",
            "Opportunity/Converted",
            "Task/Overdue",
        ),
        "",
    ),
    "Purchase/OrderAuthorised": "Purchase order has been authorised",
    "Purchase/InvoiceAuthorised": "Purchase invoice has been authorised",
    "Purchase/StockReceivedAuthorised": "Purchase stock received has been authorised",
    "Purchase/CreditNoteAuthorised": "Purchase credit note has been authorised",
    "Purchase/Updated": "Purchase has been updated",
    "Supplier/Updated": "Supplier has been updated",
    "Product/Updated": "Product has been updated",
    "Stock/AvailableStockLevelChanged": "Available stock level has been changed",
}
"""The 32 event types and the names that people read; only the purchasing side's were given names here."""

NOT_IN_HEADERS: Final = (
    "Order",
    "StockReceived",
    "PutAway",
    "Invoice",
    "CreditNote",
    "ManualJournals",
    "Payments",
    "Attachments",
)


def purchase_authorised(account: FakeCin7, event_type: str, purchase: Record, document: Record) -> None:
    """Tell that a part of a purchase was authorised; for parts the task is the group's, in upper case."""
    if not account.deliveries.wanted(event_type):
        return
    number: Record = {}
    task = text_of(document, "TaskID").upper() or text_of(purchase, "ID")
    supplier: Record = dict.fromkeys(("SupplierName", "SupplierContactName", "SupplierContactEmail"))
    if event_type == "Purchase/OrderAuthorised":
        supplier["SupplierName"] = purchase.get("Supplier")
        supplier["SupplierContactName"] = purchase.get("Contact")
    elif event_type == "Purchase/CreditNoteAuthorised":
        number = {"CreditNoteNumber": document.get("CreditNoteNumber")}
    else:
        number = {"InvoiceNumber": _invoice_number(purchase, document)}
    payload = {"TaskID": task, "PurchaseOrderNumber": purchase["OrderNumber"], **number, **supplier}
    account.deliveries.post(event_type, {**payload, "EventType": event_type})


def _invoice_number(purchase: Record, document: Record) -> object:
    same = (row for row in rows_of(purchase, "Invoice") if row.get("TaskID") == document.get("TaskID"))
    return document.get("InvoiceNumber") or next(same, {}).get("InvoiceNumber")


def purchase_updated(account: FakeCin7, purchase: Record) -> None:
    """Tell that a purchase changed: headers only, under a key that names customers."""
    header = {name: value for name, value in purchase.items() if name not in NOT_IN_HEADERS}
    _updated(account, "Purchase/Updated", {"NumberOfPurchase": 1, "CustomerDetailsList": [header]})


def supplier_updated(account: FakeCin7, supplier: Record) -> None:
    """Tell that a supplier changed; nested differently from the API, and without a zone."""
    flat = {name: value for name, value in supplier.items() if name not in ("Addresses", "Contacts")}
    flat["LastModifiedOn"] = text_of(supplier, "LastModifiedOn").removesuffix("Z")
    rows = {
        name: [{**row, "SupplierID": supplier["ID"]} for row in rows_of(supplier, name)]
        for name in ("Addresses", "Contacts")
    }
    _updated(account, "Supplier/Updated", {"NumberOfSuppliers": 1, "SupplierDetailsList": [{"Supplier": flat, **rows}]})


def product_updated(account: FakeCin7, product: Record, *, created: bool = False) -> None:
    """Tell that a product was made or changed; without its nested arrays."""
    flat = {name: value for name, value in product.items() if not isinstance(value, list)}
    flat["Event"] = "Creation" if created else "Update"
    _updated(account, "Product/Updated", {"NumberOfProducts": 1, "ProductDetailsList": [flat]})


def stock_changed(account: FakeCin7, product_ids: list[str]) -> None:
    """Tell that stock moved: a bare array that does not say what it is."""
    event_type = "Stock/AvailableStockLevelChanged"
    if not product_ids or not account.deliveries.wanted(event_type):
        return
    wanted = Selection()
    wanted.add(f"p.id IN ({', '.join('?' * len(product_ids))})", *product_ids)
    rows = availability(account, wanted)
    account.deliveries.post(event_type, [{**row, "Category": None, "MaxRows": len(rows)} for row in rows])


def _updated(account: FakeCin7, event_type: str, payload: Record) -> None:
    if account.deliveries.wanted(event_type):
        account.deliveries.post(event_type, {**payload, "EventType": event_type})


def happened(account: FakeCin7, event_type: str, payload: object) -> None:
    """Tell of an event that the simulator has no records for, such as a sale.

    Raises:
        ValueError: there is no such event.
    """
    if event_type not in NAMES:
        raise ValueError(f"there is no event {event_type!r}; the types are {', '.join(NAMES)}")
    account.deliveries.post(event_type, payload)
