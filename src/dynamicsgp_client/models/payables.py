"""Payables documents with their distributions and taxes (GP tables PM10000, PM10100, PM10500, MC020103)."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, ClassVar

from dynamicsgp_client.models.base import CertainDay, Column, Day, Document, Flag, Key, Money, OpenIntEnum, Text


class DocumentType(OpenIntEnum):
    """PM10000.DOCTYPE."""

    INVOICE = 1
    FINANCE_CHARGE = 2
    MISC_CHARGE = 3
    RETURN = 4
    CREDIT_MEMO = 5
    PAYMENT = 6


class DistributionType(OpenIntEnum):
    """PM10100.DISTTYPE."""

    CASH = 1
    PAYABLE = 2
    DISCOUNT_AVAILABLE = 3
    DISCOUNT_TAKEN = 4
    FINANCE_CHARGE = 5
    PURCHASE = 6
    TRADE_DISCOUNT = 7
    MISC_CHARGE = 8
    FREIGHT = 9
    TAXES = 10
    WRITEOFFS = 11
    OTHER = 12
    GST_DISCOUNT = 13
    WITHHOLDING = 14
    UNIT = 15
    ROUND = 16
    REALISED_GAIN = 17
    REALISED_LOSS = 18
    DUE_TO = 19
    DUE_FROM = 20


class Distribution(Document):
    """One general-ledger line of a document, in the document's currency. The reference is at most 30 characters."""

    account_number: Annotated[Key, Column("ACTNUMST", "Account Number String", 75)]
    type: Annotated[DistributionType, Column("DISTTYPE", "Distribution Type")]
    debit_amount: Annotated[Money, Column("ORDBTAMT", "Originating Debit Amount")] = Decimal(0)
    credit_amount: Annotated[Money, Column("ORCRDAMT", "Originating Credit Amount")] = Decimal(0)
    reference: Annotated[Text, Column("DistRef", "Distribution Reference", 30)] = None


class PayablesTax(Document):
    """One tax detail of a document, in the document's currency."""

    tax_detail_id: Annotated[Key, Column("TAXDTLID", "Tax Detail ID", 15)]
    tax_amount: Annotated[Money, Column("ORTAXAMT", "Originating Tax Amount")]
    purchases_tax_amount: Annotated[Money, Column("ORPURTAX", "Originating Purchases Tax Amount")] = Decimal(0)
    freight_tax_amount: Money = Decimal(0)
    miscellaneous_tax_amount: Money = Decimal(0)
    taxable_amount: Annotated[Money, Column("ORTXBPUR", "Originating Taxable Purchases")] = Decimal(0)
    account_number: Annotated[Text, Column("ACTNUMST", "Account Number String", 75)] = None


class PayablesDocument(Document):
    """An invoice (1), return (4) or credit memo (5). Amounts are positive and in the document's own currency.

    document_amount = purchases + freight + miscellaneous + tax - trade discount. `exchange_rate` has at most 7
    decimals. `create_distributions=False` tells GP to make none of its own beside those given here.
    """

    key_fields: ClassVar[tuple[str, ...]] = ("voucher_number",)

    voucher_number: Annotated[Key, Column("VCHNUMWK", "Voucher Number", 17)]
    document_type: Annotated[DocumentType, Column("DOCTYPE", "Document Type")] = DocumentType.INVOICE
    vendor_id: Annotated[Key, Column("VENDORID", "Vendor ID", 15)]
    document_number: Annotated[Text, Column("DOCNUMBR", "Document Number", 20)] = None
    document_date: Annotated[CertainDay, Column("DOCDATE", "Document Date")]
    posting_date: Annotated[Day, Column("PSTGDATE", "Posting Date")] = None
    tax_date: Annotated[Day, Column("Tax_Date", "Tax Date")] = None
    due_date: Annotated[Day, Column("DUEDATE", "Due Date")] = None
    batch_id: Annotated[Text, Column("BACHNUMB", "Batch Number", 15)] = None
    description: Annotated[Text, Column("TRXDSCRN", "Transaction Description", 30)] = None
    purchase_order_number: Annotated[Text, Column("PORDNMBR", "Purchase Order Number", 20)] = None
    currency_id: Annotated[Text, Column("CURNCYID", "Currency ID", 15)] = None
    exchange_rate: Annotated[Money | None, Column("XCHGRATE", "Exchange Rate", places=7)] = None
    exchange_date: Annotated[Day, Column("EXCHDATE", "Exchange Date")] = None
    rate_type_id: Annotated[Text, Column("RATETPID", "Rate Type ID", 15)] = None
    payment_terms_id: Annotated[Text, Column("PYMTRMID", "Payment Terms ID", 20)] = None
    tax_schedule_id: Annotated[Text, Column("TAXSCHID", "Tax Schedule ID", 15)] = None
    checkbook_id: Annotated[Text, Column("CHEKBKID", "Checkbook ID", 15)] = None
    remit_to_address_id: Annotated[Text, Column("VADCDTRO", "Vendor Address Code - Remit To", 15)] = None
    purchases_amount: Annotated[Money, Column("PRCHAMNT", "Purchases Amount")] = Decimal(0)
    freight_amount: Annotated[Money, Column("FRTAMNT", "Freight Amount")] = Decimal(0)
    miscellaneous_amount: Annotated[Money, Column("MSCCHAMT", "Misc Charges Amount")] = Decimal(0)
    tax_amount: Annotated[Money, Column("TAXAMNT", "Tax Amount")] = Decimal(0)
    trade_discount_amount: Annotated[Money, Column("TRDISAMT", "Trade Discount Amount")] = Decimal(0)
    document_amount: Annotated[Money, Column("DOCAMNT", "Document Amount")]
    distributions: tuple[Distribution, ...] = ()
    taxes: tuple[PayablesTax, ...] = ()
    create_distributions: Flag = False
    transaction_state: Text = None
    voided: Annotated[Flag, Column("VOIDED", "Voided")] = False
    modified_date: Annotated[Day, Column("MODIFDT", "Modified Date")] = None
