"""Map documents from one system's words to the other's: pure functions, no network, no state, no clock.

python examples/04_map_without_io.py --sandbox        (it asks nobody, with or without the option)
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from cin7core_client import PartStatus, Purchase, PurchaseInvoice, PurchaseLine
from dynamicsgp_client import Vendor
from gp_cin7_bridge import BillRules, Held, VendorRules, map_bill, map_vendor
from gp_cin7_bridge.mapping.accounts import AccountMap
from gp_cin7_bridge.mapping.currency import CurrencyRule
from gp_cin7_bridge.mapping.periods import Periods

ACME = Vendor(vendor_id="ACME", vendor_name="Acme", currency_id="Z-US$")


def bill(account: str) -> tuple[Purchase, PurchaseInvoice]:
    """Make a purchase with one invoice."""
    line = PurchaseLine(
        sku="A-1", quantity=Decimal(2), price=Decimal(10), total=Decimal(20), tax=Decimal(0), account=account
    )
    invoice = PurchaseInvoice(
        task_id="9e4b7a13-2f5d-4a3c-8a65-7e0d9c1b2a34",
        invoice_number="INV-77",
        invoice_date=dt.date(2026, 3, 17),
        status=PartStatus.AUTHORISED,
        lines=(line,),
        total_before_tax=Decimal(20),
        tax=Decimal(0),
        total=Decimal(20),
    )
    purchase = Purchase(
        purchase_id="3b0f6a0e-6a0e-4b58-9d55-0a6ad5a3f011",
        supplier_id="s1",
        supplier="Acme",
        order_number="PO-1",
        base_currency="USD",
        supplier_currency="USD",
        currency_rate=Decimal(1),
    )
    return purchase, invoice


def main() -> None:
    """Map a vendor, a bill, and a bill that nobody can map."""
    vendor_rules = VendorRules(
        currency_codes={"Z-US$": "USD"}, tax_rule="Tax exempt", account_payable="2100", default_payment_term="30 days"
    )
    supplier = map_vendor(ACME, vendor_rules)
    assert not isinstance(supplier, Held)
    print(supplier.name, supplier.currency, supplier.payment_term)
    rules = BillRules(
        cin7_account_id="99999999-0000-0000-0000-000000000000",
        vendor_ids={"s1": "ACME"},
        vendors={"ACME": ACME},
        accounts=AccountMap({"1300": "000-1300-00"}),
        payable_account="000-2100-00",
        currencies={"USD": CurrencyRule("Z-US$", 2)},
        base_currency="USD",
        periods=Periods.from_years([(2026, dt.date(2026, 1, 1), 12, ())]),
    )
    for account in ("1300", "9999"):
        mapped = map_bill(*bill(account), rules)
        if isinstance(mapped, Held):
            for reason in mapped.reasons:
                print(f"held: {reason.text} {reason.cure}")
            continue
        print(mapped.voucher_number, mapped.vendor_id, mapped.document_amount, mapped.currency_id)
        for each in mapped.distributions:
            print("  ", each.account_number, each.debit_amount or "", each.credit_amount or "")


if __name__ == "__main__":
    main()
