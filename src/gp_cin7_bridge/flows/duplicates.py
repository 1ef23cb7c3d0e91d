"""What a vendor has in GP already, in any state, typed by hand or sent by us."""

from __future__ import annotations

import datetime as dt

from dynamicsgp_client import DynamicsGP
from gp_cin7_bridge.mapping.duplicates import KnownDocument, VendorDocuments


def documents_of(gp: DynamicsGP, vendor_id: str, *, since: dt.date | None = None) -> VendorDocuments:
    """Read a vendor's documents: work, open and history; over SOAP each of them is a call of its own.

    Args:
        gp: the client.
        vendor_id: whose documents.
        since: leave out those that GP changed last before this day.
    """
    return VendorDocuments.of(
        KnownDocument.of(each, f"in GP ({each.transaction_state or 'Work'}{', voided' if each.voided else ''})")
        for each in gp.payables.list(vendor_id=vendor_id, modified_since=since)
    )
