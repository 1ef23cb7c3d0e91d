"""What a vendor has in GP already, in any state, typed by hand or sent by us."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Final

from dynamicsgp_client import DynamicsGP, Receiving, ReceivingType
from gp_cin7_bridge.mapping.bills.duplicates import KnownDocument, VendorDocuments

# The receivings that are a vendor's bill.
BILLED: Final = (ReceivingType.INVOICE, ReceivingType.SHIPMENT_INVOICE)


def documents_of(
    gp: DynamicsGP, vendor_id: str, *, since: dt.date | None = None, receivings: bool = False
) -> VendorDocuments:
    """Read a vendor's documents: work, open and history; over SOAP each of them is a call of its own.

    Args:
        gp: the client.
        vendor_id: whose documents.
        since: leave out those that GP changed last before this day.
        receivings: read purchase invoices too, which are no payables documents until they are posted.
    """
    known = VendorDocuments.of(
        KnownDocument.of(each, f"in GP ({each.transaction_state or 'Work'}{', voided' if each.voided else ''})")
        for each in gp.payables.list(vendor_id=vendor_id, modified_since=since)
    )
    for kind in BILLED if receivings else ():
        for each in gp.receivings.list(vendor_id=vendor_id, receipt_type=kind, modified_since=since):
            known.add(_billed(each))
    return known


def _billed(receiving: Receiving) -> KnownDocument:
    more = receiving.freight_amount + receiving.miscellaneous_amount + receiving.tax_amount
    return KnownDocument(
        receiving.receipt_number,
        receiving.vendor_document_number or "",
        receiving.receipt_date,
        (receiving.subtotal or Decimal(0)) + more,
        receiving.currency_id or "",
        f"in GP's receivings ({receiving.transaction_state or 'Work'})",
    )
