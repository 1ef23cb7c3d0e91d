"""A Cin7 Core invoice or credit note as an unposted GP payables document, with the rule behind each figure."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from attrs import frozen

from cin7core_client import Purchase, PurchaseInvoice
from dynamicsgp_client import DocumentType, PayablesDocument, Vendor
from gp_cin7_bridge.mapping.bills.amounts import FIELDS, Amounts, amounts_of
from gp_cin7_bridge.mapping.bills.attributes import purchase_attributes
from gp_cin7_bridge.mapping.bills.checks import problems_of
from gp_cin7_bridge.mapping.bills.distributions import distributions, tax_lines
from gp_cin7_bridge.mapping.bills.footing import footed_rows
from gp_cin7_bridge.mapping.bills.guard import unduplicated
from gp_cin7_bridge.mapping.bills.header import (
    Money,
    document_type,
    due_date_for,
    money_for,
    numbered,
    payable_account,
    terms_for,
    texts_for,
    vendor_for,
)
from gp_cin7_bridge.mapping.bills.parts import Part, date_of, kind_of, task_of
from gp_cin7_bridge.mapping.bills.posting import batch_for, posting_date
from gp_cin7_bridge.mapping.bills.rules import BillRules
from gp_cin7_bridge.mapping.held import Held
from gp_cin7_bridge.mapping.notes import Notes
from gp_cin7_bridge.mapping.receipts.accruals import Accrual
from gp_cin7_bridge.mapping.receipts.clearing import Clearing, ClearingRules
from gp_cin7_bridge.mapping.rounding import Rounding
from gp_cin7_bridge.mapping.voucher_number import voucher_number
from gp_cin7_bridge.plan import Explained
from gp_cin7_bridge.reasons import Reason, reason


@frozen
class BillMapping:
    """A mapped bill: the document to send, the rule behind each figure, and warnings that do not stop it.

    `accruals` is what it opens and clears, where the purchase's receipts are booked one by one.
    """

    document: PayablesDocument
    explained: tuple[Explained, ...]
    warnings: tuple[Reason, ...] = ()
    accruals: tuple[Accrual, ...] | None = None


def map_bill(purchase: Purchase, invoice: Part, rules: BillRules) -> PayablesDocument | Held:
    """Give the payables document that an invoice or credit note becomes, or every reason against it."""
    mapped = explain_bill(purchase, invoice, rules)
    return mapped if isinstance(mapped, Held) else mapped.document


def explain_bill(purchase: Purchase, invoice: Part, rules: BillRules) -> BillMapping | Held:
    """Map like `map_bill`, and say which rule made each figure."""
    notes = Notes()
    number = numbered(purchase, invoice, rules, notes)
    day = date_of(invoice)
    money = money_for(purchase, invoice, rules, day, notes)
    rounding = Rounding(money.currency.decimals if money else 2, rules.half_even)
    if rounding.round(invoice.total) == 0:
        return Held(number.whole, (reason("zero_total"),))
    vendor = vendor_for(purchase, rules, notes)
    posting = posting_date(day, rules, notes)
    credit = document_type(invoice, rules) != DocumentType.INVOICE
    batch = batch_for(posting, rules, notes, credit=credit) if posting else None
    payable, payable_rule = payable_account(vendor, rules, notes) if vendor else ("", "")
    clearing = _clearing(purchase, invoice, rules, rounding)
    amounts = _amounts(purchase, invoice, vendor, money, rules, rounding, notes, clearing)
    if vendor and amounts and money and posting and batch and payable and day:
        kind = document_type(invoice, rules)
        header = {
            **_identity(purchase, invoice, rules, notes),
            "document_type": kind,
            "vendor_id": vendor.vendor_id,
            "document_number": number.number,
            **_dates(day, posting, money, notes),
            "batch_id": batch,
            "checkbook_id": rules.checkbook,
            **texts_for(purchase, invoice, number.whole, rules, notes),
            "currency_id": money.currency.currency_id,
            "exchange_rate": money.rate,
            **(_terms(purchase, invoice, vendor, rules, notes) if kind == DocumentType.INVOICE else {}),
        }
        figures = _figures(purchase, invoice, amounts, payable, payable_rule, kind, rules, notes)
        fields = {name: value for name, value in {**header, **figures}.items() if value is not None}
        document = _finished(purchase, invoice, PayablesDocument.model_validate(fields), rules, rounding, notes)
        if not notes.reasons:
            accruals = tuple(clearing.accruals) if clearing else None
            return BillMapping(document, tuple(notes.explained), tuple(notes.warnings), accruals)
    elif vendor and day:
        # What keeps the bill from being made is told together with the duplicate that it would be.
        unduplicated(_sketch(purchase, invoice, vendor, money, number.number, day, rounding, rules), rules, notes)
    return Held(number.whole, tuple(dict.fromkeys(notes.reasons)))


def _amounts(
    purchase: Purchase,
    part: Part,
    vendor: Vendor | None,
    money: Money | None,
    rules: BillRules,
    rounding: Rounding,
    notes: Notes,
    clearing: Clearing | None,
) -> Amounts | None:
    rows = footed_rows(part, rounding, header_tax_rule=purchase.tax_rule or "", notes=notes)
    if rows is None:
        return None
    shared = purchase_attributes(purchase, vendor)
    currency_id = money.currency.currency_id if money and money.foreign else None
    return amounts_of(
        part.total,
        rows,
        rules,
        rounding=rounding,
        shared=shared,
        currency_id=currency_id,
        notes=notes,
        clearing=clearing,
    )


def _clearing(purchase: Purchase, part: Part, rules: BillRules, rounding: Rounding) -> Clearing | None:
    """Give what the bill clears; a credit takes goods out of inventory, whatever was accrued."""
    entries = rules.accruals.get(purchase.purchase_id)
    if entries is None or kind_of(part) == "credit" or part.total < 0:
        return None
    foreign = purchase.supplier_currency not in (None, purchase.base_currency)
    rate = (part.currency_rate or purchase.currency_rate) if foreign else None
    clearing = ClearingRules(
        entries=tuple(entries),
        in_transit_account=rules.in_transit_account,
        difference_account=rules.difference_account,
        rate=rate or Decimal(1),
        decimals=rounding.decimals,
        functional_decimals=rules.functional_decimals,
    )
    source_id = f"{purchase.purchase_id}/{kind_of(part)}/{task_of(purchase, part)}"
    return Clearing((source_id, voucher_of(purchase, part, rules)), clearing)


def _identity(purchase: Purchase, part: Part, rules: BillRules, notes: Notes) -> dict[str, object]:
    voucher = voucher_of(purchase, part, rules)
    notes.explain("voucher_number", voucher, "account, purchase, kind, task and revision, hashed")
    return {"voucher_number": voucher}


def voucher_of(purchase: Purchase, part: Part, rules: BillRules) -> str:
    """Give the voucher number of a part."""
    task = task_of(purchase, part)
    return voucher_number(rules.cin7_account_id, purchase.purchase_id, kind_of(part), task, rules.revision)


def _dates(day: dt.date, posting: dt.date, money: Money, notes: Notes) -> dict[str, object]:
    notes.explain("document_date", day, "the date in Cin7 Core, no time zone")
    dates: dict[str, object] = {"document_date": day, "posting_date": posting, "tax_date": day}
    return {**dates, "exchange_date": day} if money.rate else dates


def _terms(purchase: Purchase, part: Part, vendor: Vendor, rules: BillRules, notes: Notes) -> dict[str, object]:
    """Give terms and due date; a credit has neither."""
    if isinstance(part, PurchaseInvoice) and part.paid > 0:
        notes.warn("paid_in_cin7", paid=part.paid)
    return {
        "payment_terms_id": terms_for(purchase, vendor, rules, notes),
        "due_date": due_date_for(part, rules, notes),
    }


def _figures(
    purchase: Purchase,
    part: Part,
    amounts: Amounts,
    payable: str,
    payable_rule: str,
    kind: DocumentType,
    rules: BillRules,
    notes: Notes,
) -> dict[str, object]:
    """Give amounts, distributions and taxes, each with its rule."""
    total = f"total {part.total} of Cin7 Core, rounded" + (
        "; negative, so a credit turns around" if part.total < 0 else ""
    )
    notes.explain("document_amount", amounts.total, total)
    notes.explain("tax_amount", amounts.tax, f"tax {part.tax} of Cin7 Core, as far as its rules are detail")
    for bucket, name in FIELDS.items():
        if amount := amounts.field(bucket):
            notes.explain(name, amount, f"the sum of the {bucket.replace('_', ' ')} lines below")
    lines = distributions(
        amounts,
        payable,
        payable_rule,
        mirrored=kind != DocumentType.INVOICE,
        reference=purchase.order_number or "",
        code_page=rules.code_page,
    )
    taxes = tax_lines(amounts)
    notes.explained += [explained for _, explained in (*lines, *taxes)]
    schedules = list(dict.fromkeys(tax.tax_schedule_id for tax in amounts.taxes if tax.tax_schedule_id))
    schedule = schedules[0] if schedules else None
    if len(schedules) > 1:
        notes.warn("tax_schedules_differ", sent=schedule, schedules=", ".join(map(repr, schedules)))
    return {
        **{name: amounts.field(bucket) for bucket, name in FIELDS.items()},
        "tax_amount": amounts.tax,
        "document_amount": amounts.total,
        "tax_schedule_id": schedule,
        "distributions": tuple(line for line, _ in lines),
        "taxes": tuple(tax for tax, _ in taxes),
        "create_distributions": False,
    }


def _finished(
    purchase: Purchase, part: Part, mapped: PayablesDocument, rules: BillRules, rounding: Rounding, notes: Notes
) -> PayablesDocument:
    """Let the user's own rule have the last word, keep the number apart from others, and check the whole."""
    document = mapped
    if rules.rule:
        try:
            result: object = rules.rule(purchase, part, mapped)
        except Exception as error:  # noqa: BLE001 — a stranger's code may raise anything, and holds only this document
            notes.hold("rule_failed", error=f"{type(error).__name__}: {error}")
            return mapped
        if not isinstance(result, PayablesDocument):
            notes.hold("rule_failed", error=f"it gave {type(result).__name__}, not a PayablesDocument")
            return mapped
        document = result
        changed = [name for name in type(mapped).model_fields if getattr(document, name) != getattr(mapped, name)]
        for name in changed:
            notes.explain(name, getattr(document, name), "[bills] rule, in place of the above")
    document = unduplicated(document, rules, notes)
    if not notes.reasons and (found := problems_of(document, mapped, rules, rounding)):
        notes.hold("document_unsound", problems="; ".join(dict.fromkeys(found)))
    return document


def _sketch(
    purchase: Purchase,
    part: Part,
    vendor: Vendor,
    money: Money | None,
    number: str,
    day: dt.date,
    rounding: Rounding,
    rules: BillRules,
) -> PayablesDocument:
    """Give as much of a document as tells whether it is a duplicate."""
    return PayablesDocument(
        voucher_number=voucher_of(purchase, part, rules),
        vendor_id=vendor.vendor_id,
        document_number=number,
        document_date=day,
        currency_id=money.currency.currency_id if money else None,
        document_amount=rounding.round(abs(part.total)),
    )
