"""A sandbox with a vendor, an item and two authorised bills; what the other examples run on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from gp_cin7_bridge import sync_items, sync_vendors
from gp_cin7_bridge.sandbox import Sandbox


@contextmanager
def two_bills(settings: Mapping[str, object] | None = None) -> Iterator[Sandbox]:
    """Open it, with vendors and items carried; the bills are of March and April 2026."""
    with Sandbox(settings) as sandbox:
        sandbox.gp.add_vendor("ACME", "Acme")
        sandbox.gp.add_item("A-1", "Hammer", unit_schedule_id="EACH")
        sync_vendors(sandbox.bridge)
        sync_items(sandbox.bridge)
        for number, day in ((1, "2026-03-02"), (2, "2026-04-02")):
            add_bill(sandbox, f"INV-{number}", day, 10 * number)
        yield sandbox


def add_bill(sandbox: Sandbox, number: str, day: str, amount: int, account: str = "1300") -> str:
    """Add a purchase with one authorised invoice; give its id."""
    line = {"SKU": "A-1", "Quantity": 1, "Price": amount, "Total": amount, "Account": account, "TaxRule": "Tax exempt"}
    invoice = {
        "InvoiceNumber": number,
        "InvoiceDate": f"{day}T00:00:00",
        "Status": "AUTHORISED",
        "Lines": [line],
        "TotalBeforeTax": amount,
        "Tax": 0,
        "Total": amount,
    }
    order = {"Status": "AUTHORISED", "Lines": [line]}
    return sandbox.cin7.add_purchase(f"PO-{number}", "Acme", order=order, invoices=[invoice])
