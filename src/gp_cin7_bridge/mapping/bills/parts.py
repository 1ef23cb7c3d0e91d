"""The parts of a purchase that become vouchers: its invoices and credit notes."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from decimal import Decimal

from cin7core_client import AdditionalCharge, Purchase, PurchaseCreditNote, PurchaseInvoice, PurchaseLine
from gp_cin7_bridge.mapping.text import squeezed
from gp_cin7_bridge.mapping.voucher_number import Kind

Part = PurchaseInvoice | PurchaseCreditNote


def parts_of(purchase: Purchase) -> tuple[Part, ...]:
    """Give all invoices and credit notes of a purchase."""
    return (*purchase.invoices, *purchase.credit_notes)


def kind_of(part: Part) -> Kind:
    """Tell an invoice from a credit note."""
    return "invoice" if isinstance(part, PurchaseInvoice) else "credit"


def number_of(part: Part) -> str:
    """Give a part's own number as Cin7 Core has it; "" when it has none."""
    return squeezed(part.invoice_number if isinstance(part, PurchaseInvoice) else part.credit_note_number)


def date_of(part: Part) -> dt.date | None:
    """Give a part's date."""
    return part.invoice_date if isinstance(part, PurchaseInvoice) else part.credit_note_date


def task_of(purchase: Purchase, part: Part) -> str:
    """Give the task that a part belongs to, its identity; a simple purchase's parts have the purchase's own id."""
    return part.task_id or purchase.purchase_id


def place_of(purchase: Purchase, part: Part) -> int:
    """Give a part's place among its kind, from 1."""
    parts: tuple[Part, ...] = purchase.invoices if isinstance(part, PurchaseInvoice) else purchase.credit_notes
    return next((number for number, each in enumerate(parts, start=1) if each is part), 1)


def lines_of(part: Part) -> tuple[PurchaseLine | AdditionalCharge, ...]:
    """Give a part's product lines and then its charges; a service purchase has only charges."""
    return (*part.lines, *part.additional_charges)


def financial_hash(purchase: Purchase, part: Part) -> str:
    """Hash what matters for money: supplier, number, date, currency, rate, lines, tax and totals; no note or photo."""
    lines = [[line.account, line.tax_rule, _figure(line.total), _figure(line.tax)] for line in lines_of(part)]
    facts = [
        purchase.supplier_id,
        number_of(part),
        str(date_of(part)),
        purchase.supplier_currency,
        _figure(part.currency_rate or purchase.currency_rate or Decimal(0)),
        lines,
        *(_figure(each) for each in (part.total_before_tax, part.tax, part.total)),
    ]
    return hashlib.sha256(json.dumps(facts, ensure_ascii=False).encode()).hexdigest()


def _figure(amount: Decimal) -> str:
    return f"{amount.normalize():f}"
