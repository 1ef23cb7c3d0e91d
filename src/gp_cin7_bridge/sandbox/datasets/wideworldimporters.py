"""WideWorldImporters: a wholesale importer's suppliers, items, orders, receipts and 2,072 supplier invoices.

The data names no currency and no general-ledger accounts: the loader books everything in the simulated company's own
currency, on one inventory account, with the tax of the invoice as recoverable tax. Orders count outer packages and the
data's receipts single pieces: the loader counts both as the orders do.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from pathlib import Path
from typing import Final, Literal

from cin7core_client.testing import FakeCin7
from dynamicsgp_client.testing import FakeGP
from gp_cin7_bridge.sandbox.expected import Expected, ExpectedBill

NEEDED: Final = (
    "suppliers",
    "stock_items",
    "purchase_orders",
    "purchase_order_lines",
    "supplier_transactions",
    "stock_receipts",
)
INVOICE: Final = "5"
CENT: Final = Decimal("0.01")
YEARS: Final = range(2013, 2017)
INVENTORY: Final = "000-1300-00"
TAX: Final = "000-2300-00"
PAYABLE: Final = "000-2100-00"
SETTINGS: Final = f"""[accounts]
payable = "{PAYABLE}"

[accounts.map]
"1300" = "{INVENTORY}"

[vendors]
tax_rule = "Tax on purchases"
country = "United States"

[items]
category = "General"
unit = "Each"

[bills.tax_rules."Tax on purchases"]
treatment = "detail"
tax_detail_id = "INPUT TAX"
account = "{TAX}"
"""

Row = Mapping[str, str]


class WideWorldImporters:
    """The data set in `folder`."""

    name = "wideworldimporters"
    gp_seed: Literal["demo", "empty"] = "empty"
    settings = SETTINGS

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load(self, gp: FakeGP, cin7: FakeCin7, /) -> None:
        """Fill vendors and items into GP, purchases into Cin7 Core, and open the fiscal years."""
        for year in YEARS:
            gp.open_fiscal_year(year)
        for row in self._rows("suppliers"):
            gp.add_vendor(
                vendor_id(row),
                row["SupplierName"],
                address1=row["DeliveryAddressLine1"][:60],
                address2=row["DeliveryAddressLine2"][:60],
                zip_code=row["DeliveryPostalCode"][:10],
                country="United States",
                phone1=row["PhoneNumber"][:21],
                payment_terms_id=f"Net {row['PaymentDays']}",
            )
        for row in self._rows("stock_items"):
            gp.add_item(sku(row), row["StockItemName"], unit_schedule_id="EACH")
        for order in self._orders:
            self._purchase(cin7, order)

    def _purchase(self, cin7: FakeCin7, order: Row) -> None:
        number = order["PurchaseOrderID"]
        transaction = self._invoices.get(number)
        lines = self._invoice_lines(cin7, number, transaction) if transaction else []
        invoices = []
        if transaction:
            invoices.append(
                {
                    "InvoiceNumber": transaction["SupplierInvoiceNumber"],
                    "InvoiceDate": f"{transaction['TransactionDate']}T00:00:00",
                    "InvoiceDueDate": None,
                    "Status": "AUTHORISED",
                    "Lines": lines,
                    "AdditionalCharges": [],
                    "TotalBeforeTax": Decimal(transaction["AmountExcludingTax"]),
                    "Tax": Decimal(transaction["TaxAmount"]),
                    "Total": Decimal(transaction["TransactionAmount"]),
                    "Paid": 0,
                }
            )
        received = [
            {
                "Date": f"{row['TransactionOccurredWhen'][:10]}T00:00:00",
                "Quantity": Decimal(row["Quantity"]) / self._per_outer[row["StockItemID"]],
                "ProductID": cin7.product_id(sku(row)),
                "SKU": sku(row),
                "Received": True,
            }
            for row in self._receipts[number]
        ]
        cin7.add_purchase(
            order_number(order),
            self._suppliers[order["SupplierID"]]["SupplierName"],
            type="Advanced Purchase",
            order={"Status": "AUTHORISED", "Lines": lines, "AdditionalCharges": []},
            invoices=invoices,
            receipts=[{"Status": "AUTHORISED", "Lines": received}] if received else [],
            updated=f"{order['LastEditedWhen'].replace(' ', 'T')}.000Z",
            OrderDate=f"{order['OrderDate']}T00:00:00",
        )

    def _invoice_lines(self, cin7: FakeCin7, number: str, transaction: Row) -> list[dict[str, object]]:
        """Make the invoice's lines of the order's; the header's tax is the truth, its remainder is the last line's."""
        found: list[dict[str, object]] = []
        left = Decimal(transaction["TaxAmount"])
        rows = self._order_lines[number]
        for place, row in enumerate(rows, start=1):
            quantity, price = Decimal(row["ReceivedOuters"]), Decimal(row["ExpectedUnitPricePerOuter"])
            total = quantity * price
            tax = left if place == len(rows) else (total * Decimal("0.15")).quantize(CENT, ROUND_HALF_UP)
            left -= tax
            found.append(
                {
                    "ProductID": cin7.product_id(sku(row)),
                    "SKU": sku(row),
                    "Name": row["Description"],
                    "Quantity": quantity,
                    "Price": price,
                    "Discount": 0,
                    "Tax": tax,
                    "TaxRule": "Tax on purchases",
                    "Account": "1300",
                    "Total": total,
                }
            )
        return found

    @cached_property
    def expected(self) -> Expected:
        """Every vendor and item; each invoice once, save for numbers that the supplier had used before."""
        seen: set[tuple[str, str]] = set()
        bills = []
        for order in self._orders:
            transaction = self._invoices.get(order["PurchaseOrderID"])
            if transaction is None:
                continue
            number = transaction["SupplierInvoiceNumber"]
            key = (order["SupplierID"], number)
            bills.append(self._bill(order, transaction, ("duplicate_document",) if key in seen else ()))
            seen.add(key)
        return Expected(
            vendors={vendor_id(row): row["SupplierName"] for row in self._suppliers.values()},
            items={sku(row): row["StockItemName"] for row in self._rows("stock_items")},
            bills=tuple(bills),
        )

    def _bill(self, order: Row, transaction: Row, codes: tuple[str, ...]) -> ExpectedBill:
        net, tax = Decimal(transaction["AmountExcludingTax"]), Decimal(transaction["TaxAmount"])
        total = Decimal(transaction["TransactionAmount"])
        return ExpectedBill(
            order_number=order_number(order),
            document=transaction["SupplierInvoiceNumber"],
            codes=codes,
            document_number=transaction["SupplierInvoiceNumber"],
            vendor_id=vendor_id(order),
            currency_id="Z-US$",
            document_amount=total,
            tax_amount=tax,
            posting_date=dt.date.fromisoformat(transaction["TransactionDate"]),
            lines={account: amount for account, amount in ((INVENTORY, net), (TAX, tax), (PAYABLE, -total)) if amount},
        )

    def _rows(self, name: str) -> Iterator[Row]:
        with (self._folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)

    @cached_property
    def _suppliers(self) -> dict[str, Row]:
        return {row["SupplierID"]: row for row in self._rows("suppliers")}

    @cached_property
    def _orders(self) -> list[Row]:
        return sorted(self._rows("purchase_orders"), key=lambda row: int(row["PurchaseOrderID"]))

    @cached_property
    def _order_lines(self) -> dict[str, list[Row]]:
        found: defaultdict[str, list[Row]] = defaultdict(list)
        for row in self._rows("purchase_order_lines"):
            found[row["PurchaseOrderID"]].append(row)
        return found

    @cached_property
    def _per_outer(self) -> dict[str, Decimal]:
        return {row["StockItemID"]: Decimal(row["QuantityPerOuter"]) for row in self._rows("stock_items")}

    @cached_property
    def _receipts(self) -> defaultdict[str, list[Row]]:
        found: defaultdict[str, list[Row]] = defaultdict(list)
        for row in self._rows("stock_receipts"):
            found[row["PurchaseOrderID"]].append(row)
        return found

    @cached_property
    def _invoices(self) -> dict[str, Row]:
        return {
            row["PurchaseOrderID"]: row
            for row in self._rows("supplier_transactions")
            if row["TransactionTypeID"] == INVOICE
        }


def vendor_id(row: Row) -> str:
    """Give the GP vendor id of a supplier."""
    return f"WWI{int(row['SupplierID']):07}"


def sku(row: Row) -> str:
    """Give the item number; the data has none of its own."""
    return f"WWI-{row['StockItemID']}"


def order_number(row: Row) -> str:
    """Give the order number, padded so that text sorts as numbers do."""
    return f"PO-{int(row['PurchaseOrderID']):05}"
