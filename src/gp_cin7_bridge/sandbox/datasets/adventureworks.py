"""AdventureWorks: a bicycle maker's vendors, products and 4,012 purchase orders, whose prices have four decimals.

The data names no general-ledger accounts: the loader books goods on one inventory account and freight on another, and
capitalises the tax, as a company in the United States does. Orders become invoices: those that are complete are
authorised, the others stay drafts. What was stocked of a line becomes a receipt on the day on which it was due.
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

NEEDED: Final = ("vendors", "vendor_addresses", "products", "purchase_order_headers", "purchase_order_lines")
COMPLETE: Final = "4"
INACTIVE: Final = 2
YEARS: Final = range(2022, 2027)
CENT: Final = Decimal("0.01")
FOUR: Final = Decimal("0.0001")
TAX_RATE: Final = Decimal("0.08")
INVENTORY: Final = "000-1300-00"
FREIGHT: Final = "000-5100-00"
PAYABLE: Final = "000-2100-00"
SETTINGS: Final = f"""[accounts]
payable = "{PAYABLE}"

[accounts.map]
"1300" = "{INVENTORY}"
"5100" = "{FREIGHT}"

[vendors]
tax_rule = "Tax on purchases"
country = "United States"

[items]
category = "General"
unit = "Each"

[bills.tax_rules."Tax on purchases"]
treatment = "capitalise"

[[bills.charges]]
to = "freight"
description = "freight*"
"""

Row = Mapping[str, str]


class AdventureWorks:
    """The data set in `folder`; `until` leaves out what was ordered on that day and later."""

    gp_seed: Literal["demo", "empty"] = "empty"
    settings = SETTINGS

    def __init__(self, folder: Path, *, until: dt.date | None = None) -> None:
        self.name: str = "adventureworks" if until is None else f"adventureworks-{until}"
        self._folder = folder
        self._until = until

    def load(self, gp: FakeGP, cin7: FakeCin7, /) -> None:
        """Fill vendors and items into GP, purchases into Cin7 Core, and open the fiscal years."""
        for year in YEARS:
            gp.open_fiscal_year(year)
        addresses = {row["BusinessEntityID"]: row for row in self._rows("vendor_addresses")}
        for key, row in self._vendors.items():
            place = addresses[key]
            gp.add_vendor(
                row["AccountNumber"],
                row["Name"],
                status=1 if row["ActiveFlag"] == "1" else INACTIVE,
                address1=place["AddressLine1"],
                address2=place["AddressLine2"],
                city=place["City"],
                state=place["StateProvinceCode"].strip(),
                zip_code=place["PostalCode"],
                country=place["CountryRegionName"],
                payment_terms_id="Net 30",
            )
        for row in self._products.values():
            gp.add_item(row["ProductNumber"], row["Name"], unit_schedule_id="EACH")
        for order in self._orders:
            self._purchase(cin7, order)

    def _purchase(self, cin7: FakeCin7, order: Row) -> None:
        lines = list(self._invoice_lines(cin7, order))
        charge = {
            "Description": "Freight in",
            "Quantity": 1,
            "Price": Decimal(order["Freight"]),
            "Tax": 0,
            "TaxRule": "Tax exempt",
            "Account": "5100",
            "Total": Decimal(order["Freight"]),
        }
        invoice = {
            "InvoiceNumber": invoice_number(order),
            "InvoiceDate": f"{_day(order)}T00:00:00",
            "Status": "AUTHORISED" if order["Status"] == COMPLETE else "DRAFT",
            "Lines": lines,
            "AdditionalCharges": [charge],
            "TotalBeforeTax": Decimal(order["SubTotal"]) + Decimal(order["Freight"]),
            "Tax": Decimal(order["TaxAmt"]),
            "Total": Decimal(order["TotalDue"]),
            "Paid": 0,
        }
        cin7.add_purchase(
            order_number(order),
            self._vendors[order["VendorID"]]["Name"],
            type="Advanced Purchase",
            order={"Status": "AUTHORISED", "Lines": lines, "AdditionalCharges": [charge]},
            invoices=[invoice],
            receipts=[{"Status": "AUTHORISED", "Lines": received}] if (received := self._received(cin7, order)) else [],
            updated=f"{order['ModifiedDate'][:19].replace(' ', 'T')}.000Z",
            OrderDate=f"{order['OrderDate'][:10]}T00:00:00",
        )

    def _received(self, cin7: FakeCin7, order: Row) -> list[dict[str, object]]:
        return [
            {
                "Date": f"{row['DueDate'][:10]}T00:00:00",
                "Quantity": Decimal(row["StockedQty"]),
                "ProductID": cin7.product_id(self._products[row["ProductID"]]["ProductNumber"]),
                "SKU": self._products[row["ProductID"]]["ProductNumber"],
                "Received": True,
            }
            for row in self._order_lines[order["PurchaseOrderID"]]
            if Decimal(row["StockedQty"])
        ]

    def _invoice_lines(self, cin7: FakeCin7, order: Row) -> Iterator[dict[str, object]]:
        """Give the lines; the header's tax is the truth, its remainder is the last line's."""
        left = Decimal(order["TaxAmt"])
        rows = self._order_lines[order["PurchaseOrderID"]]
        for place, row in enumerate(rows, start=1):
            number = self._products[row["ProductID"]]["ProductNumber"]
            total = Decimal(row["LineTotal"])
            tax = left if place == len(rows) else (total * TAX_RATE).quantize(FOUR, ROUND_HALF_UP)
            left -= tax
            yield {
                "ProductID": cin7.product_id(number),
                "SKU": number,
                "Name": self._products[row["ProductID"]]["Name"],
                "Quantity": Decimal(row["OrderQty"]),
                "Price": Decimal(row["UnitPrice"]),
                "Discount": 0,
                "Tax": tax,
                "TaxRule": "Tax on purchases",
                "Account": "1300",
                "Total": total,
            }

    @cached_property
    def expected(self) -> Expected:
        """Every vendor and item; each complete order once, save for those of vendors that are inactive."""
        return Expected(
            vendors={row["AccountNumber"]: row["Name"] for row in self._vendors.values()},
            items={row["ProductNumber"]: row["Name"] for row in self._products.values()},
            bills=tuple(self._bill(order) for order in self._orders if order["Status"] == COMPLETE),
        )

    def _bill(self, order: Row) -> ExpectedBill:
        vendor = self._vendors[order["VendorID"]]
        total, freight = _cents(order["TotalDue"]), _cents(order["Freight"])
        return ExpectedBill(
            order_number=order_number(order),
            document=invoice_number(order),
            codes=() if vendor["ActiveFlag"] == "1" else ("vendor_inactive",),
            document_number=invoice_number(order),
            vendor_id=vendor["AccountNumber"],
            currency_id="Z-US$",
            document_amount=total,
            posting_date=_day(order),
            lines={INVENTORY: total - freight, FREIGHT: freight, PAYABLE: -total},
        )

    def _rows(self, name: str) -> Iterator[Row]:
        with (self._folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)

    @cached_property
    def _vendors(self) -> dict[str, Row]:
        return {row["BusinessEntityID"]: row for row in self._rows("vendors")}

    @cached_property
    def _products(self) -> dict[str, Row]:
        return {row["ProductID"]: row for row in self._rows("products")}

    @cached_property
    def _orders(self) -> list[Row]:
        orders = sorted(self._rows("purchase_order_headers"), key=lambda row: int(row["PurchaseOrderID"]))
        until = self._until.isoformat() if self._until else "9999"
        return [order for order in orders if order["OrderDate"] < until]

    @cached_property
    def _order_lines(self) -> dict[str, list[Row]]:
        found: defaultdict[str, list[Row]] = defaultdict(list)
        for row in self._rows("purchase_order_lines"):
            found[row["PurchaseOrderID"]].append(row)
        return found


def order_number(order: Row) -> str:
    """Give the order number, padded so that text sorts as numbers do."""
    return f"PO-{int(order['PurchaseOrderID']):05}"


def invoice_number(order: Row) -> str:
    """Give the supplier's invoice number; the data has none."""
    return f"AW-{order['PurchaseOrderID']}"


def _day(order: Row) -> dt.date:
    return dt.date.fromisoformat(order["ShipDate"][:10])


def _cents(amount: str) -> Decimal:
    return Decimal(amount).quantize(CENT, ROUND_HALF_UP)
