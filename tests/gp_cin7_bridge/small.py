"""A data set small enough for tests."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Literal

from cin7core_client.testing import FakeCin7
from dynamicsgp_client.testing import FakeGP
from gp_cin7_bridge import Report
from gp_cin7_bridge.sandbox import Sandbox
from gp_cin7_bridge.sandbox.expected import Expected
from gp_cin7_bridge.sandbox.simulators import Simulators

SETTINGS = """[accounts]
payable = "000-2100-00"

[accounts.map]
"1300" = "000-1300-00"

[vendors]
tax_rule = "Tax exempt"

[items]
category = "General"
unit = "Each"
"""


class Small:
    """Two vendors, two items, three authorised invoices."""

    name = "small"
    gp_seed: Literal["demo", "empty"] = "empty"
    settings = SETTINGS
    expected = Expected(vendors={}, items={}, bills=())

    def load(self, gp: FakeGP, cin7: FakeCin7, /) -> None:
        for vendor in ("ACME", "BETA"):
            gp.add_vendor(vendor, f"{vendor} Ltd")
        for item in ("A-1", "A-2"):
            gp.add_item(item, f"Item {item}", unit_schedule_id="EACH")
        for number in (1, 2, 3):
            add_purchase(cin7, number)


def add_purchase(
    cin7: FakeCin7, number: int, *, supplier: str = "ACME Ltd", day: dt.date = dt.date(2026, 3, 2), **more: object
) -> str:
    """Add a purchase with one authorised invoice of 10.00 for each number."""
    amount = Decimal(10 * number)
    line = {
        "SKU": "A-1",
        "Quantity": 1,
        "Price": amount,
        "Tax": 0,
        "TaxRule": "Tax exempt",
        "Account": "1300",
        "Total": amount,
    }
    invoice = {
        "InvoiceNumber": f"INV-{number}",
        "InvoiceDate": f"{day}T00:00:00",
        "Status": "AUTHORISED",
        "Lines": [line],
        "AdditionalCharges": [],
        "TotalBeforeTax": amount,
        "Tax": 0,
        "Total": amount,
        **more,
    }
    return cin7.add_purchase(
        f"PO-{number}",
        supplier,
        order={"Status": "AUTHORISED", "Lines": [line]},
        invoices=[invoice],
        updated=f"{day}T10:00:00.000Z",
    )


def vouchers(gp: FakeGP) -> list[tuple[str, Decimal]]:
    """Every voucher in GP: the vendor's number and the amount."""
    rows = gp.sql("SELECT DOCNUMBR, DOCAMNT FROM PM10000 ORDER BY DOCNUMBR, VCHNUMWK")
    return [(row["DOCNUMBR"], Decimal(str(row["DOCAMNT"]))) for row in rows]


def codes(report: Report) -> dict[str, list[str]]:
    """The reasons of each held document."""
    return {held.document: [reason.code for reason in held.reasons] for held in report.held}


def writes(simulators: Simulators | Sandbox) -> int:
    """How many calls asked either system to change something."""
    requests = (*simulators.gp.requests, *simulators.cin7.requests)
    return sum(each.method not in ("GET", "HEAD") and each.status != 401 for each in requests)
