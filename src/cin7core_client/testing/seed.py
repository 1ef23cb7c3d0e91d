"""What a new simulated account holds: its reference books, and a few records to look at. All names are made up."""

from __future__ import annotations

import sqlite3
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from cin7core_client.testing.records import Record, dumped, stable_id
from cin7core_client.testing.references import BOOKS, TIERS, write

if TYPE_CHECKING:
    from cin7core_client.testing.account import FakeCin7

BASE_CURRENCY: Final = "USD"
BANK: Final = "1010"
PAYABLE: Final = "2000"
INVENTORY: Final = "1300"
LOCATION: Final = "Main Warehouse"
ACCOUNTS: Final = (
    (BANK, "Operating account", "BANK", "ASSET", None),
    (INVENTORY, "Inventory", "CURRENT", "ASSET", None),
    ("1310", "Stock in transit", "CURRENT", "ASSET", None),
    (PAYABLE, "Accounts payable", "CURRLIAB", "LIABILITY", "Accounts payable"),
    ("2200", "Tax", "CURRLIAB", "LIABILITY", "GST / VAT"),
    ("4000", "Sales", "REVENUE", "REVENUE", None),
    ("5000", "Cost of goods sold", "EXPENSE", "EXPENSE", None),
    ("5100", "Freight inwards", "EXPENSE", "EXPENSE", None),
    ("6100", "Warehouse supplies", "EXPENSE", "EXPENSE", None),
    ("6200", "Repairs", "EXPENSE", "EXPENSE", None),
    ("6300", "Professional fees", "EXPENSE", "EXPENSE", None),
    ("6400", "Marketing", "EXPENSE", "EXPENSE", None),
)
# name, percent
TAX_RULES: Final = (("Tax on purchases", 15), ("Tax 20", 20), ("Tax exempt", 0))
SALE_TAX_RULE: Final = "Tax on sales"
TERMS: Final = (("Net 30", 30), ("Net 14", 14), ("Net 7", 7), ("Net 60", 60))
UNITS: Final = ("Each", "Case", "Hour")
CATEGORIES: Final = ("General", "PACKAGING", "TOOLS", "LIGHTING", "TEXTILES", "HARDWARE", "SERVICES")


# The service fills in a rate of its own where none is sent; these are made up.
RATES: Final = {"EUR": Decimal("1.10"), "GBP": Decimal("1.25"), "CAD": Decimal("0.75"), "NZD": Decimal("0.60")}
SUPPLIER: Final[Record] = {
    "Currency": BASE_CURRENCY,
    "PaymentTerm": TERMS[0][0],
    "TaxRule": TAX_RULES[0][0],
    "AccountPayable": PAYABLE,
    "Status": "Active",
    "Addresses": [],
    "Contacts": [],
}
PRODUCT: Final[Record] = {
    "Category": CATEGORIES[0],
    "Type": "Stock",
    "CostingMethod": "FIFO",
    "UOM": UNITS[0],
    "Status": "Active",
    "PriceTier1": 0,
}
PURCHASE: Final[Record] = {
    "TaxRule": TAX_RULES[0][0],
    "TaxCalculation": "Exclusive",
    "Terms": TERMS[0][0],
    "Location": LOCATION,
    "InventoryAccount": INVENTORY,
    "AccountPayable": PAYABLE,
}


def set_up(db: sqlite3.Connection) -> None:
    """Fill the reference books that every account has."""
    me: Record = {
        "Company": "Simulated Distribution",
        "Currency": BASE_CURRENCY,
        "TimeZone": "UTC",
        "DefaultWeightUnits": "kg",
        "DefaultDimensionsUnits": "cm",
        "LockDate": None,
        "OpeningBalanceDate": None,
        "TaxCalculationMethod": "Row Total",
        "DefaultSaleTaxRuleId": stable_id("tax", SALE_TAX_RULE),
        "DefaultSaleTaxRuleName": SALE_TAX_RULE,
        "MaximumDecimalPlacesInQuantity": "N2",
        "ApplyCustomerDiscountsAfterOtherDiscounts": False,
        "DiscountRule": "Discount",
        "AutomaticallyApplyDiscounts": False,
        "RoundingTable": [],
    }
    _insert(db, "me", "", me)
    for tier in range(1, TIERS + 1):
        _insert(db, "pricetier", str(tier), {"Code": tier, "Name": f"Tier {tier}"})

    def add(path: str, **fields: object) -> None:
        write(db, BOOKS[path], dict(fields))

    for code, name, type_, class_, system in ACCOUNTS:
        add("ref/account", Code=code, Name=name, Type=type_, Class=class_, Status="ACTIVE", SystemAccount=system)
    for name, percent in (*TAX_RULES, (SALE_TAX_RULE, 15)):
        add(
            "ref/tax",
            Name=name,
            Account="2200",
            IsActive=True,
            TaxInclusive=False,
            IsTaxForSale=name == SALE_TAX_RULE,
            IsTaxForPurchase=name != SALE_TAX_RULE,
            Components=[
                {"Name": name, "Percent": f"{percent}.0000000000", "AccountCode": "2200", "ComponentOrder": "1"}
            ],
        )
    for name, days in TERMS:
        add(
            "ref/paymentterm",
            Name=name,
            Duration=days,
            Method="number of days",
            IsActive=True,
            IsDefault=name == TERMS[0][0],
        )
    for name in UNITS:
        add("ref/unit", Name=name)
    for name in CATEGORIES:
        add("ref/category", Name=name)
    add("ref/location", Name=LOCATION, IsDefault=True, IsDeprecated=False)


def _insert(db: sqlite3.Connection, book: str, key: str, row: Record) -> None:
    db.execute("INSERT INTO reference (book, key, id, body) VALUES (?, ?, ?, ?)", (book, key, key, dumped(row)))


def demo(account: FakeCin7) -> None:
    """Fill a few suppliers, products and purchases of each kind."""
    account.add_supplier("Quayside Supplies")
    account.add_supplier("Quayside Supplies North")
    account.add_product("CRATE-01", "Crate")
    line = {
        "SKU": "CRATE-01",
        "Name": "Crate",
        "Quantity": 4,
        "Price": Decimal("12.50"),
        "Discount": 0,
        "Tax": Decimal("7.50"),
        "TaxRule": TAX_RULES[0][0],
        "Account": INVENTORY,
        "Total": Decimal("50.00"),
    }
    invoice = {
        "InvoiceNumber": "Q-1001",
        "InvoiceDate": "2026-03-04T00:00:00",
        "InvoiceDueDate": "2026-04-03T00:00:00",
        "Status": "AUTHORISED",
        "Lines": [line],
        "AdditionalCharges": [],
        "TotalBeforeTax": Decimal("50.00"),
        "Tax": Decimal("7.50"),
        "Total": Decimal("57.50"),
        "Paid": 0,
    }
    order = {"Status": "AUTHORISED", "Lines": [line], "AdditionalCharges": []}
    draft = {**invoice, "InvoiceNumber": "Q-1002", "Status": "DRAFT"}
    account.add_purchase("PO-00001", "Quayside Supplies", order=order, invoices=[invoice])
    account.add_purchase(
        "PO-00002",
        "Quayside Supplies",
        type="Advanced Purchase",
        order=order,
        invoices=[{**invoice, "InvoiceNumber": "Q-1003"}, draft],
    )
    account.add_purchase("PO-00003", "Quayside Supplies", order=order, invoices=[draft], approach="STOCK")
