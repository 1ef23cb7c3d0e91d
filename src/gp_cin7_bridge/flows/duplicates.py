"""What a vendor has in GP already, in any state, typed by hand or sent by us."""

from __future__ import annotations

from dynamicsgp_client import DynamicsGP
from gp_cin7_bridge.mapping.duplicates import KnownDocument, VendorDocuments


def documents_of(gp: DynamicsGP, vendor_id: str) -> VendorDocuments:
    """Read a vendor's documents: work, open and history."""
    return VendorDocuments.of(
        KnownDocument.of(each, f"in GP ({each.transaction_state or 'Work'}{', voided' if each.voided else ''})")
        for each in gp.payables.list(vendor_id=vendor_id)
    )
