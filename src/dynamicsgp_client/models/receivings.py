"""Receivings: goods receipts and purchase invoices (GP tables POP10300, POP10310, POP10500, POP10600)."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, ClassVar

from dynamicsgp_client.models.base import CertainDay, Column, Day, Document, Flag, Key, Money, OpenIntEnum, Text, Whole


class ReceivingType(OpenIntEnum):
    """POP10300.POPTYPE."""

    SHIPMENT = 1
    INVOICE = 2
    SHIPMENT_INVOICE = 3
    RETURN = 4
    RETURN_WITH_CREDIT = 5
    INVENTORY_RETURN = 6
    INVENTORY_RETURN_WITH_CREDIT = 7
    IN_TRANSIT = 8


class ReceivingLine(Document):
    """One item received; `purchase_order_number` names the order it belongs to, if any.

    `line_number` is GP's, in steps of 16384; 0 lets GP number. Quantities are in `unit`, costs in the document's
    currency.
    """

    line_number: Annotated[Whole, Column("RCPTLNNM", "Receipt Line Number")] = 0
    purchase_order_number: Annotated[Text, Column("PONUMBER", "PO Number", 17)] = None
    item_number: Annotated[Key, Column("ITEMNMBR", "Item Number", 30)]
    item_description: Annotated[Text, Column("ITEMDESC", "Item Description", 100)] = None
    vendor_item_number: Annotated[Text, Column("VNDITNUM", "Vendor Item Number", 30)] = None
    unit: Annotated[Text, Column("UOFM", "U Of M", 8)] = None
    quantity_shipped: Annotated[Money, Column("QTYSHPPD", "QTY Shipped")] = Decimal(0)
    quantity_invoiced: Annotated[Money, Column("QTYINVCD", "QTY Invoiced")] = Decimal(0)
    unit_cost: Annotated[Money, Column("UNITCOST", "Unit Cost")] = Decimal(0)
    extended_cost: Annotated[Money | None, Column("EXTDCOST", "Extended Cost")] = None
    site_id: Annotated[Text, Column("LOCNCODE", "Location Code", 10)] = None
    non_inventory: Annotated[Flag, Column("NONINVEN", "Non IV")] = False
    inventory_account_number: Text = None


class ReceivingMatch(Document):
    """A quantity of an invoice's line that is matched to a line of a shipment; GP has it invoiced there then.

    `line_number` is that of the invoice's line, which must give its own. SOAP has it as
    `PurchaseInvoiceApplyReceipt`; the names of its columns are unverified.
    """

    line_number: Annotated[Whole, Column("IVCLINNO", "Invoice Line Number")]
    receipt_number: Annotated[Key, Column("POPRCTNM", "POP Receipt Number", 17)]
    receipt_line_number: Annotated[Whole, Column("RCPTLNNM", "Receipt Line Number")]
    quantity_invoiced: Annotated[Money, Column("QTYINVCD", "QTY Invoiced")] = Decimal(0)
    unit_cost: Annotated[Money, Column("UNITCOST", "Unit Cost")] = Decimal(0)


class Receiving(Document):
    """A receiving; a shipment (1) moves goods without a bill, a shipment/invoice (3) has the vendor's bill with it.

    An invoice (2) bills what shipments brought; `matches` says which.
    """

    key_fields: ClassVar[tuple[str, ...]] = ("receipt_number",)

    receipt_number: Annotated[Key, Column("POPRCTNM", "POP Receipt Number", 17)]
    receipt_type: Annotated[ReceivingType, Column("POPTYPE", "POP Type")] = ReceivingType.SHIPMENT
    vendor_document_number: Annotated[Text, Column("VNDDOCNM", "Vendor Document Number", 20)] = None
    receipt_date: Annotated[CertainDay, Column("receiptdate", "Receipt Date")]
    posting_date: Annotated[Day, Column("GLPOSTDT", "GL Posting Date")] = None
    batch_id: Annotated[Text, Column("BACHNUMB", "Batch Number", 15)] = None
    vendor_id: Annotated[Key, Column("VENDORID", "Vendor ID", 15)]
    vendor_name: Annotated[Text, Column("VENDNAME", "Vendor Name", 64)] = None
    reference: Annotated[Text, Column("REFRENCE", "Reference", 30)] = None
    currency_id: Annotated[Text, Column("CURNCYID", "Currency ID", 15)] = None
    exchange_rate: Annotated[Money | None, Column("XCHGRATE", "Exchange Rate", places=7)] = None
    exchange_date: Annotated[Day, Column("EXCHDATE", "Exchange Date")] = None
    subtotal: Annotated[Money | None, Column("SUBTOTAL", "Subtotal")] = None
    freight_amount: Annotated[Money, Column("FRTAMNT", "Freight Amount")] = Decimal(0)
    miscellaneous_amount: Annotated[Money, Column("MISCAMNT", "Misc Amount")] = Decimal(0)
    tax_amount: Annotated[Money, Column("TAXAMNT", "Tax Amount")] = Decimal(0)
    lines: tuple[ReceivingLine, ...] = ()
    matches: tuple[ReceivingMatch, ...] = ()
    transaction_state: Text = None
    modified_date: Day = None
