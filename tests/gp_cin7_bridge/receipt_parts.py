"""Received purchases in the simulators, and what GP has of them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from cin7core_client.testing import FakeCin7
from dynamicsgp_client.testing import FakeGP
from gp_cin7_bridge.sandbox.simulators import Simulators

INVENTORY, ACCRUED, IN_TRANSIT, DIFFERENCE = "000-1300-00", "000-2120-00", "000-1310-00", "000-6900-00"
PAYABLE = "000-2100-00"
GL_ACCRUAL = f"""
[receipts]
mode = "gl_accrual"
accrued = "{ACCRUED}"
in_transit = "{IN_TRANSIT}"
difference = "{DIFFERENCE}"
"""
ORDERED = dt.date(2026, 3, 2)


def line(cin7: FakeCin7, quantity: object, price: object, *, sku: str = "A-1") -> dict[str, object]:
    total = (Decimal(str(quantity)) * Decimal(str(price))).quantize(Decimal("0.01"))
    return {
        "ProductID": cin7.product_id(sku),
        "SKU": sku,
        "Quantity": quantity,
        "Price": price,
        "Tax": 0,
        "TaxRule": "Tax exempt",
        "Account": "1300",
        "Total": total,
    }


def receipt(
    cin7: FakeCin7,
    task_id: str,
    *received: tuple[object, dt.date | None],
    sku: str = "A-1",
    status: str = "AUTHORISED",
) -> dict[str, object]:
    lines = [
        {
            "Date": f"{day}T00:00:00" if day else None,
            "Quantity": quantity,
            "ProductID": cin7.product_id(sku),
            "SKU": sku,
            "Received": True,
        }
        for quantity, day in received
    ]
    return {"TaskID": task_id, "Status": status, "Lines": lines}


def invoice(
    number: str, day: dt.date, *lines: dict[str, object], task_id: str = "", status: str = "AUTHORISED"
) -> dict[str, object]:
    total = sum((Decimal(str(each["Total"])) for each in lines), Decimal(0))
    return {
        "TaskID": task_id,
        "InvoiceNumber": number,
        "InvoiceDate": f"{day}T00:00:00",
        "Status": status,
        "Lines": list(lines),
        "AdditionalCharges": [],
        "TotalBeforeTax": total,
        "Tax": 0,
        "Total": total,
    }


def buy(
    cin7: FakeCin7,
    ordered: list[dict[str, object]],
    *receipts: dict[str, object],
    invoices: tuple[dict[str, object], ...] = (),
    number: str = "PO-9",
    updated: str = "2026-03-20T10:00:00.000Z",
    **more: object,
) -> str:
    """Add, or change, a purchase with receipts and give its id."""
    return cin7.add_purchase(
        number,
        "ACME Ltd",
        type="Advanced Purchase",
        approach="STOCK",
        order={"Status": "AUTHORISED", "Lines": ordered},
        receipts=list(receipts),
        invoices=list(invoices),
        updated=updated,
        **{"OrderDate": f"{ORDERED}T00:00:00", **more},
    )


def journals(gp: FakeGP) -> list[tuple[str, dict[str, Decimal]]]:
    """Every journal in GP: its date and what it debits (+) and credits (-) by account."""
    found = []
    for row in gp.sql("SELECT JRNENTRY, TRXDATE FROM GL10000 ORDER BY TRXDATE, JRNENTRY"):
        lines = gp.sql(
            "SELECT n.ACTNUMST, l.DEBITAMT, l.CRDTAMNT FROM GL10001 l JOIN GL00105 n ON n.ACTINDX = l.ACTINDX"
            " WHERE l.JRNENTRY = ?",
            (row["JRNENTRY"],),
        )
        found.append(
            (row["TRXDATE"][:10], _sums((each["ACTNUMST"], each["DEBITAMT"], each["CRDTAMNT"]) for each in lines))
        )
    return found


def balances(gp: FakeGP) -> dict[str, Decimal]:
    """What journals and vouchers together leave on each account, in functional currency."""
    rows = gp.sql("SELECT n.ACTNUMST, l.DEBITAMT, l.CRDTAMNT FROM GL10001 l JOIN GL00105 n ON n.ACTINDX = l.ACTINDX")
    rows += gp.sql("SELECT n.ACTNUMST, d.DEBITAMT, d.CRDTAMNT FROM PM10100 d JOIN GL00105 n ON n.ACTINDX = d.DSTINDX")
    return _sums((each["ACTNUMST"], each["DEBITAMT"], each["CRDTAMNT"]) for each in rows)


def _sums(rows: object) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for account, debit, credit in rows:  # type: ignore[attr-defined]  # rows of a query
        sums[account] = sums.get(account, Decimal(0)) + Decimal(str(debit)) - Decimal(str(credit))
    return {account: amount for account, amount in sums.items() if amount}


def set_receipts(simulators: Simulators, settings: str) -> None:
    """Write the section [receipts] into bridge.toml, in place of the one that is there."""
    text = simulators.settings.read_text("utf-8").partition("\n[receipts]")[0]
    simulators.settings.write_text(text + settings, "utf-8")
