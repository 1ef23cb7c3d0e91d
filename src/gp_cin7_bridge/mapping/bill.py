"""A Cin7 Core invoice or credit note as an unposted GP payables document, with the rule behind each figure."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from attrs import frozen

from cin7core_client import AdditionalCharge, Purchase, PurchaseInvoice, PurchaseLine
from dynamicsgp_client import (
    DocumentType,
    PayablesDocument,
    Vendor,
    VendorStatus,
)
from gp_cin7_bridge.mapping.accounts import account_problems
from gp_cin7_bridge.mapping.amounts import ZERO, Amounts, Part, amounts_of
from gp_cin7_bridge.mapping.bill_rules import BillRules
from gp_cin7_bridge.mapping.currency import CurrencyRule, exchange_rate
from gp_cin7_bridge.mapping.distributions import distributions, tax_lines
from gp_cin7_bridge.mapping.held import Held
from gp_cin7_bridge.mapping.text import (
    BATCH,
    DESCRIPTION,
    DOCUMENT_NUMBER,
    document_number,
    normalised_number,
    squeezed,
    unwritable,
)
from gp_cin7_bridge.mapping.voucher_number import Kind, voucher_number
from gp_cin7_bridge.plan import Explained
from gp_cin7_bridge.reasons import Reason, reason

UNKNOWN_CURRENCY: Final = CurrencyRule("", 2)


@frozen
class BillMapping:
    """A mapped bill: the document to send, the rule behind each figure, and warnings that do not stop it."""

    document: PayablesDocument
    explained: tuple[Explained, ...]
    warnings: tuple[Reason, ...] = ()


def map_bill(purchase: Purchase, invoice: Part, rules: BillRules) -> PayablesDocument | Held:
    """Give the payables document that an invoice or credit note becomes, or every reason against it."""
    mapped = explain_bill(purchase, invoice, rules)
    return mapped if isinstance(mapped, Held) else mapped.document


def explain_bill(purchase: Purchase, invoice: Part, rules: BillRules) -> BillMapping | Held:
    """Map like `map_bill`, and say which rule made each figure."""
    return _Mapper(purchase, invoice, rules).mapped()


def vendor_of(purchase: Purchase, rules: BillRules) -> Vendor | None:
    """Give the vendor of a purchase, if there is exactly one."""
    found, _ = rules.vendors_of(purchase)
    return found[0] if len(found) == 1 else None


def kind_of(part: Part) -> Kind:
    """Tell an invoice from a credit note."""
    return "invoice" if isinstance(part, PurchaseInvoice) else "credit"


def number_of(part: Part) -> str:
    """Give a part's own number as Cin7 Core has it."""
    return squeezed(part.invoice_number if isinstance(part, PurchaseInvoice) else part.credit_note_number)


def date_of(part: Part) -> dt.date | None:
    """Give a part's date."""
    return part.invoice_date if isinstance(part, PurchaseInvoice) else part.credit_note_date


def financial_hash(purchase: Purchase, part: Part) -> str:
    """Hash what matters for money: supplier, number, date, currency, rate, lines, tax and totals; no note or photo."""
    rows: tuple[PurchaseLine | AdditionalCharge, ...] = (*part.lines, *part.additional_charges)
    lines = [[line.account, line.tax_rule, _figure(line.total), _figure(line.tax)] for line in rows]
    facts = [
        purchase.supplier_id,
        number_of(part),
        str(date_of(part)),
        purchase.supplier_currency,
        _figure(part.currency_rate or purchase.currency_rate or ZERO),
        lines,
        *(_figure(each) for each in (part.total_before_tax, part.tax, part.total)),
    ]
    return hashlib.sha256(json.dumps(facts, ensure_ascii=False).encode()).hexdigest()


def _figure(amount: Decimal) -> str:
    return f"{amount.normalize():f}"


class _Mapper:
    """One bill on its way; every method adds its reasons, none stops the others."""

    def __init__(self, purchase: Purchase, part: Part, rules: BillRules) -> None:
        self.purchase = purchase
        self.part = part
        self.rules = rules
        self.reasons: list[Reason] = []
        self.explained: list[Explained] = []
        self.kind = kind_of(part)
        self._payable_rule = ""
        fallback = f"{purchase.order_number or purchase.purchase_id[:8]}/{_place(purchase, part)}"
        self.number = number_of(part) or fallback

    def mapped(self) -> BillMapping | Held:
        if self.part.total == 0:
            return Held(self.number, (reason("zero_total"),))
        vendor = self._vendor()
        currency = self._currency()
        posting = self._posting_date()
        number = self._document_number(vendor)
        payable = self._payable(vendor)
        tax_rule = self.purchase.tax_rule or ""
        amounts = amounts_of(self.part, self.rules, decimals=currency.decimals, header_tax_rule=tax_rule)
        if isinstance(amounts, list):
            self.reasons.extend(amounts)
        rate = self._rate()
        if self.reasons or vendor is None or isinstance(amounts, list) or posting is None:
            return Held(self.number, tuple(dict.fromkeys(self.reasons)))
        document = self._document(vendor, currency, posting, number, payable, amounts, rate)
        return BillMapping(document, tuple(self.explained))

    def _explain(self, field: str, value: object, rule: str) -> None:
        self.explained.append(Explained(field, str(value), rule))

    def _vendor(self) -> Vendor | None:
        found, rule = self.rules.vendors_of(self.purchase)
        supplier = self.purchase.supplier or ""
        if len(found) != 1:
            code = "vendor_ambiguous" if found else "vendor_unknown"
            self.reasons.append(reason(code, supplier=supplier))
            return None
        vendor = found[0]
        if vendor.status == VendorStatus.INACTIVE:
            self.reasons.append(reason("vendor_inactive", vendor=vendor.vendor_id))
        self._explain("vendor_id", vendor.vendor_id, rule)
        return vendor

    def _currency(self) -> CurrencyRule:
        base, functional = self.purchase.base_currency, self.rules.base_currency
        if base and functional and base != functional:
            self.reasons.append(reason("base_currency_differs", cin7=base, gp=functional))
        iso = self.purchase.supplier_currency or base or ""
        rule = self.rules.currencies.get(iso)
        if rule is None:
            self.reasons.append(reason("currency_unmapped", currency=iso))
            return UNKNOWN_CURRENCY
        self._explain("currency_id", rule.currency_id, f"GP's id of {iso}, {rule.decimals} decimals")
        return rule

    def _rate(self) -> Decimal | None:
        """Give the rate to send: none in GP's own currency, and none when GP is to look it up."""
        iso = self.purchase.supplier_currency
        if iso in (None, self.rules.base_currency or self.purchase.base_currency) or self.rules.rate == "gp_table":
            return None
        own, whole = self.part.currency_rate, self.purchase.currency_rate
        rate = own or whole
        if not rate or rate <= 0 or exchange_rate(rate) == 0:
            self.reasons.append(reason("rate_missing", currency=iso, rate=rate))
            return None
        source = "the invoice's own rate" if own else "the purchase's rate"
        self._explain("exchange_rate", exchange_rate(rate), f"{source}, base units per {iso}, multiplied by GP")
        return exchange_rate(rate)

    def _posting_date(self) -> dt.date | None:
        day = date_of(self.part)
        if day is None:
            self.reasons.append(reason("date_missing"))
            return None
        periods = self.rules.periods
        if periods is None:
            self.reasons.append(reason("no_period_source"))
            return None
        period = periods.find(day)
        if period is None:
            self.reasons.append(reason("period_missing", date=day))
            return None
        if not period.purchasing_closed:
            self._explain("posting_date", day, f"the document's date; period {period.number} of {period.year} is open")
            return day
        return self._moved(day, period.year, period.number)

    def _moved(self, day: dt.date, year: int, number: int) -> dt.date | None:
        periods, policy = self.rules.periods, self.rules.closed_period
        moved: dt.date | None = None
        if periods and policy == "next_open" and (later := periods.next_open(day)):
            moved = later.first_date
        if periods and policy == "today" and self.rules.today:
            today = periods.find(self.rules.today)
            # A fiscal year's end is never crossed unasked.
            if today and today.year == year and not today.purchasing_closed:
                moved = self.rules.today
        if moved is None:
            self.reasons.append(reason("period_closed", date=day, period=number, year=year))
            return None
        self._explain("posting_date", moved, f"period {number} of {year} is closed; [periods] closed_period = {policy}")
        return moved

    def _document_number(self, vendor: Vendor | None) -> str:
        number = document_number(self.number)
        if bad := unwritable(self.number, self.rules.code_page):
            facts = {"field": "document_number", "code_page": self.rules.code_page, "characters": bad}
            self.reasons.append(reason("text_not_writable", **facts))
        rule = "as in Cin7 Core" if number == self.number else f"shortened from {self.number!r}"
        known = self.rules.known_documents.get(vendor.vendor_id, {}) if vendor else {}
        if vendor and (other := known.get(normalised_number(number))):
            suffixed = self._suffixed(number, known)
            if suffixed is None:
                facts = {"vendor": vendor.vendor_id, "number": number, "other": other}
                self.reasons.append(reason("duplicate_document", **facts))
            else:
                number, rule = suffixed, f"{number!r} is taken by {other}; [bills] duplicates = suffix"
        self._explain("document_number", number, rule)
        return number

    def _suffixed(self, number: str, known: Mapping[str, str]) -> str | None:
        if self.rules.duplicates != "suffix":
            return None
        for count in range(1, 100):
            suffix = f"-{count}"
            candidate = number[: DOCUMENT_NUMBER - len(suffix)] + suffix
            if normalised_number(candidate) not in known:
                return candidate
        return None

    def _payable(self, vendor: Vendor | None) -> str:
        if vendor is None:
            return ""
        own = vendor.payables_account_number
        if own is None and vendor.payables_account_index and self.rules.gp_accounts:
            index = vendor.payables_account_index
            own = next((n for n, each in self.rules.gp_accounts.items() if each.account_index == index), None)
        account = own or self.rules.payable_account
        if not account:
            self.reasons.append(reason("no_payable_account", vendor=vendor.vendor_id))
            return ""
        self.reasons.extend(account_problems("payable", account, self.rules.gp_accounts))
        self._payable_rule = f"vendor {vendor.vendor_id}'s own" if own else "[accounts] payable"
        return account

    def _document(
        self,
        vendor: Vendor,
        currency: CurrencyRule,
        posting: dt.date,
        number: str,
        payable: str,
        amounts: Amounts,
        rate: Decimal | None,
    ) -> PayablesDocument:
        day = date_of(self.part) or posting
        kind = self._document_type()
        credit = kind != DocumentType.INVOICE
        task_id = self.part.task_id or self.purchase.purchase_id
        voucher = voucher_number(
            self.rules.cin7_account_id, self.purchase.purchase_id, self.kind, task_id, self.rules.revision
        )
        batch = self.rules.batch.format(kind="C" if credit else "I", date=posting)[:BATCH]
        order_number = squeezed(self.purchase.order_number)
        description = self.rules.description.format(order_number=order_number, document_number=self.number)
        schedule = next((tax.tax_schedule_id for tax in amounts.taxes if tax.tax_schedule_id), None)
        self._explain("voucher_number", voucher, "account, purchase, kind, task and revision, hashed")
        self._explain("document_date", day, "the date in Cin7 Core, no time zone")
        self._explain("batch_id", batch, f"template {self.rules.batch!r}: one kind and one posting date")
        self._explain("document_amount", amounts.total, f"total {self.part.total} of Cin7 Core, rounded")
        self._explain("tax_amount", amounts.tax, f"tax {self.part.tax} of Cin7 Core, by the treatment of its rules")
        reference = self._writable(order_number[:DESCRIPTION])
        lines = distributions(amounts, payable, self._payable_rule, mirrored=credit, reference=reference)
        self.explained.extend(explained for _, explained in lines)
        fields: dict[str, object] = {
            "voucher_number": voucher,
            "document_type": kind,
            "vendor_id": vendor.vendor_id,
            "document_number": number,
            "document_date": day,
            "posting_date": posting,
            "tax_date": day,
            "batch_id": batch,
            "description": self._writable(description)[:DESCRIPTION].rstrip(),
            "purchase_order_number": self._writable(order_number)[:DOCUMENT_NUMBER],
            "currency_id": currency.currency_id,
            "exchange_rate": rate,
            "exchange_date": day if rate else None,
            "payment_terms_id": None if credit else self.rules.payment_terms.get(self.purchase.terms or ""),
            "tax_schedule_id": schedule,
            "checkbook_id": self.rules.checkbook,
            "purchases_amount": amounts.sum("purchases"),
            "freight_amount": amounts.sum("freight"),
            "miscellaneous_amount": amounts.sum("miscellaneous"),
            "tax_amount": amounts.tax,
            "trade_discount_amount": ZERO,
            "document_amount": amounts.total,
            "distributions": tuple(line for line, _ in lines),
            "taxes": tax_lines(amounts),
            "create_distributions": False,
        }
        return PayablesDocument.model_validate({name: value for name, value in fields.items() if value is not None})

    def _document_type(self) -> DocumentType:
        """Tell what GP calls it: a net credit is a credit memo, a negative credit note is a bill."""
        if (self.kind == "invoice") == (self.part.total > 0):
            return DocumentType.INVOICE
        if self.kind == "credit" and self.rules.credit_document == "return":
            return DocumentType.RETURN
        return DocumentType.CREDIT_MEMO

    def _writable(self, text: str) -> str:
        """Leave out what GP's code page would turn into question marks; numbers are held instead."""
        bad = unwritable(text, self.rules.code_page)
        return squeezed("".join(each for each in text if each not in bad))


def _place(purchase: Purchase, part: Part) -> int:
    parts: tuple[Part, ...] = purchase.invoices if isinstance(part, PurchaseInvoice) else purchase.credit_notes
    return next((number for number, each in enumerate(parts, start=1) if each is part), 1)
