"""Purchases, invoices and rules for tests of the mapping."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from cin7core_client import AdditionalCharge, Purchase, PurchaseCreditNote, PurchaseInvoice, PurchaseLine
from dynamicsgp_client import PayablesDocument, Vendor
from gp_cin7_bridge import BillRules, Held, map_bill
from gp_cin7_bridge.mapping import BillMapping, explain_bill
from gp_cin7_bridge.mapping.accounts import AccountMap
from gp_cin7_bridge.mapping.bills.duplicates import KnownDocument, VendorDocuments
from gp_cin7_bridge.mapping.bills.tax import TaxRuleTreatment
from gp_cin7_bridge.mapping.currency import CurrencyRule
from gp_cin7_bridge.mapping.periods import Periods

PURCHASE_ID = "3b0f6a0e-6a0e-4b58-9d55-0a6ad5a3f011"
TASK_ID = "9e4b7a13-2f5d-4a3c-8a65-7e0d9c1b2a34"
DAY = dt.date(2026, 3, 17)
DETAIL = TaxRuleTreatment("detail", "TAX20", None, "000-2300-00")
PERIODS = Periods.from_years([(2026, dt.date(2026, 1, 1), 12, (2,))])


def rules(**changes: object) -> BillRules:
    defaults: dict[str, object] = {
        "cin7_account_id": "acc",
        "vendor_ids": {"s1": "ACME"},
        "vendors": {"ACME": Vendor(vendor_id="ACME", vendor_name="Acme")},
        "accounts": AccountMap({"1300": "000-1300-00", "5*": "000-5100-00"}),
        "payable_account": "000-2100-00",
        "taxes": {"T20": DETAIL},
        "currencies": {
            "USD": CurrencyRule("Z-US$", 2),
            "EUR": CurrencyRule("Z-EURO", 2),
            "JPY": CurrencyRule("Z-YEN", 0),
        },
        "base_currency": "USD",
        "periods": PERIODS,
    }
    return BillRules(**{**defaults, **changes})  # type: ignore[arg-type]  # the rules' own fields


def line(total: str, tax: str = "0", account: str = "1300", tax_rule: str = "T20") -> PurchaseLine:
    return PurchaseLine(sku="A", quantity=1, total=Decimal(total), tax=Decimal(tax), account=account, tax_rule=tax_rule)


def charge(total: str, tax: str = "0", account: str = "5100", description: str = "Freight") -> AdditionalCharge:
    return AdditionalCharge(
        description=description, total=Decimal(total), tax=Decimal(tax), account=account, tax_rule="T20"
    )


def invoice(*lines: PurchaseLine, charges: tuple[AdditionalCharge, ...] = (), **changes: object) -> PurchaseInvoice:
    net = sum((each.total for each in (*lines, *charges)), Decimal(0))
    tax = sum((each.tax for each in (*lines, *charges)), Decimal(0))
    part = PurchaseInvoice(
        task_id=TASK_ID,
        invoice_number="INV-77",
        invoice_date=DAY,
        status="AUTHORISED",
        lines=lines,
        additional_charges=charges,
        total_before_tax=net,
        tax=tax,
        total=net + tax,
    )
    return part.replace(**changes)


def purchase(**changes: object) -> Purchase:
    whole = Purchase(
        purchase_id=PURCHASE_ID,
        supplier_id="s1",
        supplier="Acme",
        order_number="PO-1",
        base_currency="USD",
        supplier_currency="USD",
        currency_rate=Decimal(1),
        tax_rule="T20",
    )
    return whole.replace(**changes)


def mapped(
    part: PurchaseInvoice | PurchaseCreditNote, *, of: Purchase | None = None, **changes: object
) -> PayablesDocument:
    found = map_bill(of or purchase(), part, rules(**changes))
    assert isinstance(found, PayablesDocument), found
    return found


def codes(part: PurchaseInvoice | PurchaseCreditNote, *, of: Purchase | None = None, **changes: object) -> set[str]:
    found = map_bill(of or purchase(), part, rules(**changes))
    assert isinstance(found, Held), found
    return {each.code for each in found.reasons}


def typed(number: str, amount: str = "1.00", day: dt.date = DAY, voucher: str = "00000000000000077") -> KnownDocument:
    """A document that a person typed into GP."""
    return KnownDocument(voucher, number, day, Decimal(amount), "Z-US$", "in GP (Open)")


def in_gp(*documents: KnownDocument) -> dict[str, VendorDocuments]:
    return {"ACME": VendorDocuments.of(documents)}


def sums(document: PayablesDocument) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for each in document.distributions:
        found[each.account_number] = found.get(each.account_number, Decimal(0)) + each.debit_amount - each.credit_amount
    return found


def explained(
    part: PurchaseInvoice | PurchaseCreditNote, *, of: Purchase | None = None, **changes: object
) -> BillMapping:
    found = explain_bill(of or purchase(), part, rules(**changes))
    assert isinstance(found, BillMapping), found
    return found


def warned(part: PurchaseInvoice | PurchaseCreditNote, *, of: Purchase | None = None, **changes: object) -> set[str]:
    return {each.code for each in explained(part, of=of, **changes).warnings}


def credit_note(*lines: PurchaseLine, **changes: object) -> PurchaseCreditNote:
    like = invoice(*lines)
    note = PurchaseCreditNote(
        task_id=TASK_ID,
        credit_note_number="CN-1",
        credit_note_date=DAY,
        status="AUTHORISED",
        lines=lines,
        total_before_tax=like.total_before_tax,
        tax=like.tax,
        total=like.total,
    )
    return note.replace(**changes)
