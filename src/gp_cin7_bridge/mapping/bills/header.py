"""A voucher's header: vendor, document number, terms, texts, currency and rate, payable account."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from attrs import frozen

from cin7core_client import Purchase, PurchaseInvoice
from dynamicsgp_client import DocumentType, Vendor, VendorStatus
from gp_cin7_bridge.mapping.bills.parts import Part, kind_of, number_of, place_of
from gp_cin7_bridge.mapping.bills.rules import BillRules
from gp_cin7_bridge.mapping.currency import CurrencyRule
from gp_cin7_bridge.mapping.notes import Notes
from gp_cin7_bridge.mapping.receipts.valuation import BILLED
from gp_cin7_bridge.mapping.rounding import rounded
from gp_cin7_bridge.mapping.text import DESCRIPTION, DOCUMENT_NUMBER, document_number, squeezed, unwritable, writable


def document_type(part: Part, rules: BillRules) -> DocumentType:
    """Tell what GP calls it: a net credit is a credit memo, a negative credit note is an invoice."""
    if (kind_of(part) == "invoice") == (part.total > 0):
        return DocumentType.INVOICE
    if kind_of(part) == "credit" and rules.credit_document == "return":
        return DocumentType.RETURN
    return DocumentType.CREDIT_MEMO


def linked_vendor(purchase: Purchase, rules: BillRules) -> Vendor | None:
    """Find the one vendor of a purchase, without a word when there is none."""
    return vendor_for(purchase, rules, Notes())


def vendor_for(purchase: Purchase, rules: BillRules, notes: Notes) -> Vendor | None:
    """Find the vendor by the stored link, else by its exact name, never by a name's beginning."""
    supplier = (purchase.supplier or "").strip()
    if linked := rules.vendor_ids.get(purchase.supplier_id or ""):
        vendor = rules.vendors.get(linked)
        if vendor is None:
            notes.hold("vendor_gone", vendor=linked, supplier=supplier)
            return None
        return _accepted(vendor, f"supplier {supplier!r} is linked to vendor {linked!r}", notes)
    found = rules.vendors_by_name.get(supplier, []) if supplier else []
    if len(found) != 1:
        notes.hold("vendor_ambiguous" if found else "vendor_unknown", supplier=supplier)
        return None
    return _accepted(found[0], f"the vendor's name is exactly {supplier!r}", notes)


def _accepted(vendor: Vendor, rule: str, notes: Notes) -> Vendor:
    if vendor.status == VendorStatus.INACTIVE:
        notes.hold("vendor_inactive", vendor=vendor.vendor_id)
    notes.explain("vendor_id", vendor.vendor_id, rule)
    return vendor


@frozen
class Numbered:
    """The vendor document number: whole, as people know it, and as GP takes it."""

    whole: str
    number: str


def numbered(purchase: Purchase, part: Part, rules: BillRules, notes: Notes) -> Numbered:
    """Give the vendor document number: trimmed, 20 characters, unique as before; the order's when there is none."""
    whole = number_of(part)
    if not whole:
        whole = f"{squeezed(purchase.order_number) or purchase.purchase_id[:8]}/{place_of(purchase, part)}"
        notes.warn("number_missing", number=whole)
    if rules.upper_case:
        whole = whole.upper()
    if bad := unwritable(whole, rules.code_page):
        notes.hold("text_not_writable", field="document_number", code_page=rules.code_page, characters=repr(bad))
    number = document_number(whole)
    rule = "as in Cin7 Core" if number == whole else f"shortened from {whole!r}, with a hash that keeps it apart"
    notes.explain("document_number", number, rule)
    return Numbered(whole, number)


@frozen
class Money:
    """Currency and rate of a document; no rate means that GP needs none, or looks its own up."""

    currency: CurrencyRule
    foreign: bool
    rate: Decimal | None = None


def money_for(purchase: Purchase, part: Part, rules: BillRules, day: dt.date | None, notes: Notes) -> Money | None:
    """Give currency and rate; None, with the reasons, when there is none."""
    base = rules.base_currency or purchase.base_currency
    if purchase.base_currency and purchase.base_currency != base:
        notes.hold("base_currency_differs", cin7=purchase.base_currency, gp=base)
    iso = purchase.supplier_currency or purchase.base_currency or ""
    currency = rules.currencies.get(iso)
    if currency is None:
        notes.hold("currency_unmapped", currency=iso)
        return None
    notes.explain("currency_id", currency.currency_id, f"GP's id of {iso}, {currency.decimals} decimals")
    if iso == base:
        return Money(currency, foreign=False)
    own, whole = part.currency_rate, purchase.currency_rate
    rate = own or whole
    source = "the invoice's own rate" if own else "the purchase's rate"
    if rules.rate == "gp_table":
        table = rules.gp_rates.get(currency.currency_id)
        known = table.on(day) if table and day else None
        told = f", which is {known} now" if known else ""
        notes.explain("exchange_rate", "none sent", f'[bills] rate = "gp_table": GP takes its own of the day{told}')
        if known:
            _expect(currency, known, None, part.total, rules, notes)
        _compare_rates(currency, rate, known, part.total, rules, notes)
        return Money(currency, foreign=True)
    return _with_rate(currency, iso, rate, source, part, rules, day, notes)


def _with_rate(
    currency: CurrencyRule,
    iso: str,
    rate: Decimal | None,
    source: str,
    part: Part,
    rules: BillRules,
    day: dt.date | None,
    notes: Notes,
) -> Money | None:
    if not rate or rate <= 0 or currency.gp_rate(rate) == 0:
        notes.hold("rate_missing", currency=iso, rate=rate)
        return None
    if rules.rates_allowed is False:
        notes.hold("rate_not_allowed", currency=iso)
    sent = currency.gp_rate(rate)
    method = "multiplied" if currency.method == "multiply" else f"as 1/{rate.normalize():f}, divided"
    notes.explain("exchange_rate", f"{sent:f}", f"{source}, base units per {iso}, {method} by GP, 7 decimals")
    table = rules.gp_rates.get(currency.currency_id)
    known = table.on(day) if table and day else None
    _expect(currency, sent, known, part.total, rules, notes)
    _compare_rates(currency, rate, known, part.total, rules, notes)
    return Money(currency, foreign=True, rate=sent)


def _expect(
    currency: CurrencyRule, gp_rate: Decimal, known: Decimal | None, total: Decimal, rules: BillRules, notes: Notes
) -> None:
    """Tell the amount in the company's own currency, and beside it the one at GP's own rate."""

    def at(rate: Decimal) -> Decimal:
        return rounded(currency.functional(abs(total), rate), rules.functional_decimals)

    beside = f"; {at(known)} at GP's own {known:f}" if known else ""
    notes.explain("functional_amount", at(gp_rate), f"expected in the company's own currency at {gp_rate:f}{beside}")


def _compare_rates(
    currency: CurrencyRule, rate: Decimal | None, known: Decimal | None, total: Decimal, rules: BillRules, notes: Notes
) -> None:
    """Warn when Cin7's rate and GP's own lie apart: the two stock values will."""
    if not rate or rate <= 0 or not known:
        return
    cin7, gp = abs(total) * rate, currency.functional(abs(total), known)
    if abs(cin7 - gp) * 100 > rules.fx_tolerance * gp:
        notes.warn("rate_differs", cin7=f"{cin7:.2f}", gp=f"{gp:.2f}", tolerance=rules.fx_tolerance)


def payable_account(vendor: Vendor, rules: BillRules, notes: Notes) -> tuple[str, str]:
    """Give the payable account and why it is that one; empty, with the reason, when there is none."""
    own = vendor.payables_account_number or rules.chart.number_of(vendor.payables_account_index)
    account = own or rules.payable_account
    if not account:
        notes.hold("no_payable_account", vendor=vendor.vendor_id)
        return "", ""
    notes.reasons.extend(rules.chart.problems("payable", account))
    return account, f"vendor {vendor.vendor_id}'s own" if own else "[accounts] payable"


def terms_for(purchase: Purchase, vendor: Vendor, rules: BillRules, notes: Notes) -> str | None:
    """Give the payment terms to send; none leaves the vendor's own."""
    terms = (purchase.terms or "").strip()
    mapped = rules.payment_terms.get(terms)
    own = vendor.payment_terms_id or "none"
    if mapped:
        notes.explain("payment_terms_id", mapped, f"[bills.payment_terms] {terms!r}")
    elif terms and terms != own:
        notes.warn("terms_unmapped", terms=terms, own=own)
    return mapped


def _billed(purchase: Purchase) -> list[str]:
    """Give the document numbers of the purchase's invoices that are to be paid, as GP has them."""
    billed = (each for each in purchase.invoices if str(each.status).upper() in BILLED and each.total > 0)
    return [document_number(number) for each in billed if (number := number_of(each))]


def due_date_for(part: Part, rules: BillRules, notes: Notes) -> dt.date | None:
    """Give the due date to send; none leaves it to GP's terms."""
    if rules.due_date == "terms" or not isinstance(part, PurchaseInvoice) or part.invoice_due_date is None:
        return None
    notes.explain("due_date", part.invoice_due_date, '[bills] due_date = "cin7"')
    return part.invoice_due_date


def texts_for(purchase: Purchase, part: Part, number: str, rules: BillRules, notes: Notes) -> dict[str, str]:
    """Give description and purchase order number, without what GP cannot store and cut to its lengths.

    A credit note names the invoices of its purchase; one that stands alone is described as any document.
    """
    order = writable(purchase.order_number or "", rules.code_page)
    credited = ", ".join(_billed(purchase)) if kind_of(part) == "credit" else ""
    name, template = (
        ("credit_description", rules.credit_description) if credited else ("description", rules.description)
    )
    whole = template.format(order_number=order, document_number=number, invoice_number=credited)
    description = writable(whole, rules.code_page)[:DESCRIPTION].rstrip()
    notes.explain("description", description, f"[bills] {name} = {template!r}, cut at {DESCRIPTION}")
    notes.explain("purchase_order_number", order[:DOCUMENT_NUMBER], f"order {purchase.order_number!r}")
    return {"description": description, "purchase_order_number": order[:DOCUMENT_NUMBER].rstrip()}
