"""What type checkers find in the installed packages: both must agree with every line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import assert_type

from cin7core_client import AsyncCin7Core, Cin7Core, Purchase, PurchaseInvoice, PurchaseSummary
from cin7core_client import Product as Cin7Product
from dynamicsgp_client import DynamicsGP, PayablesDocument, Vendor
from gp_cin7_bridge import BillRules, Bridge, Held, Plan, Report, apply, map_bill, plan, sync_bills


def gp(client: DynamicsGP, document: PayablesDocument) -> None:
    for vendor in client.vendors.list(modified_since=dt.date(2026, 1, 1)):
        assert_type(vendor, Vendor)
    assert_type(client.vendors.get("ACME"), Vendor)
    assert_type(client.vendors.find("ACME"), Vendor | None)
    assert_type(client.payables.create(document), PayablesDocument)
    assert_type(document.document_amount, Decimal)


def cin7(client: Cin7Core, purchase: Purchase) -> None:
    for product in client.products.list():
        assert_type(product, Cin7Product)
    assert_type(client.purchases.create(purchase), Purchase)
    assert_type(client.purchases.find("PO-1"), PurchaseSummary | None)


async def cin7_in_asyncio(client: AsyncCin7Core) -> None:
    async for product in client.products.list():
        assert_type(product, Cin7Product)
    assert_type(await client.purchases.get("PO-1"), Purchase)


def bridge(opened: Bridge, purchase: Purchase, invoice: PurchaseInvoice, rules: BillRules) -> None:
    assert_type(plan(opened, "bills"), Plan)
    assert_type(apply(opened, plan(opened, "bills")), Report)
    assert_type(sync_bills(opened).created, Sequence[str])
    assert_type(map_bill(purchase, invoice, rules), PayablesDocument | Held)
