"""Received and not billed at a period's end, as one GP journal a currency, and the journal that takes it back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Final

from attrs import evolve, frozen

from cin7core_client import Purchase, ReceiptLine
from dynamicsgp_client import Journal
from gp_cin7_bridge.mapping.held import HeldReceipt
from gp_cin7_bridge.mapping.receipts.journal import JournalDraft, batch_id
from gp_cin7_bridge.mapping.receipts.journal_day import journal_day
from gp_cin7_bridge.mapping.receipts.rules import ReceiptRules
from gp_cin7_bridge.mapping.receipts.valuation import BILLED, Priced, priced, product_of
from gp_cin7_bridge.mapping.rounding import ZERO
from gp_cin7_bridge.plan import Explained
from gp_cin7_bridge.reasons import Reason

ACCRUAL: Final = "accrual"
REVERSAL: Final = "reversal"
# What keeps a whole period's end from being booked, purchase by purchase.
WHOLE: Final = "period_end"


@frozen
class PeriodEndMapping:
    """One of the two journals of a period's end and currency.

    Attributes:
        source_id: "accrual" or "reversal", the period's last day and the currency.
        name: what people know it by.
        key: the journal's batch, deterministic.
    """

    source_id: str
    name: str
    key: str
    document: Journal
    explained: tuple[Explained, ...]


def map_period_end(
    purchases: Iterable[Purchase], last_date: dt.date, rules: ReceiptRules
) -> list[PeriodEndMapping | HeldReceipt]:
    """Give the accrual of a period's last day and its reversal on the day after, for each currency.

    Amounts are in functional currency, at each purchase's own rate.

    Args:
        purchases: every purchase of which goods were received by then.
        last_date: the period's last day.
        rules: the rules for receipts.
    """
    drafts: dict[str, JournalDraft] = {}
    found: list[PeriodEndMapping | HeldReceipt] = []
    for purchase in purchases:
        reasons: list[Reason] = []
        currency = purchase.supplier_currency or purchase.base_currency or ""
        for line in open_at(purchase, last_date, reasons):
            _add(drafts.setdefault(currency, JournalDraft()), purchase, line, rules, reasons)
        if reasons:
            order_number = purchase.order_number or purchase.purchase_id
            source_id = f"{WHOLE}/{last_date:%Y-%m-%d}/{purchase.purchase_id}"
            found.append(
                HeldReceipt(f"{order_number} at {last_date:%Y-%m-%d}", tuple(dict.fromkeys(reasons)), source_id)
            )
    # Half an accrual would look like a whole one.
    return found or [
        each
        for currency, draft in sorted(drafts.items())
        for kind, moved in ((ACCRUAL, draft), (REVERSAL, draft.mirrored()))
        for each in _mapped(f"{kind}/{last_date:%Y-%m-%d}/{currency}", moved, rules)
    ]


def taken_back(
    source_id: str, sums: Mapping[str, Decimal], rules: ReceiptRules
) -> list[PeriodEndMapping | HeldReceipt]:
    """Give the reversal of an accrual that is in GP, as it is there; none when it moved nothing.

    Args:
        source_id: of the accrual.
        sums: what it debits (+) and credits (-) by GP account.
        rules: the rules for receipts.
    """
    draft = JournalDraft()
    for account, amount in sums.items():
        draft.debit(account, -amount, f"takes back {' '.join(source_id.split('/'))}")
    return list(_mapped(source_id.replace(ACCRUAL, REVERSAL, 1), draft, rules))


def _mapped(source_id: str, draft: JournalDraft, rules: ReceiptRules) -> Iterator[PeriodEndMapping | HeldReceipt]:
    """Give a journal on the last day, or on the one after; it never moves to another."""
    kind, end, currency = source_id.split("/")
    day = dt.date.fromisoformat(end) + dt.timedelta(days=kind == REVERSAL)
    name = f"{kind} {currency} at {end}"
    key = batch_id(rules.cin7_account_id, source_id)
    reference = f"C7 received not billed {currency}"
    document = draft.journal(batch=key, day=day, reference=reference, code_page=rules.code_page)
    posting = journal_day(day, evolve(rules, closed_period="hold"))
    if document and isinstance(posting, Reason):
        yield HeldReceipt(name, (posting,), source_id)
    elif document:
        yield PeriodEndMapping(source_id, name, key, document, draft.explained)


def open_at(purchase: Purchase, day: dt.date, reasons: list[Reason]) -> Iterator[Priced]:
    """Give what was received by the end of a day and billed by no invoice of that day or before, priced."""
    for product, lines in _received_by(purchase, day).items():
        quantity = sum((line.quantity for line in lines), ZERO)
        billed = min(quantity, _billed_by(purchase, product, day))
        if quantity == billed:
            continue
        wanted = Priced(product, lines[0].sku or "", ZERO, ZERO, "", "")
        offers = priced(purchase, None, wanted, quantity - billed, billed)
        if isinstance(offers, Reason):
            reasons.append(offers)
        else:
            yield from offers


def _received_by(purchase: Purchase, day: dt.date) -> dict[str, list[ReceiptLine]]:
    found: dict[str, list[ReceiptLine]] = {}
    for receipt in purchase.receipts:
        if str(receipt.status).upper() == "AUTHORISED":
            for line in receipt.lines:
                if line.date and line.date <= day and line.quantity > 0:
                    found.setdefault(product_of(line), []).append(line)
    return found


def _billed_by(purchase: Purchase, product: str, day: dt.date) -> Decimal:
    lines = (
        line
        for invoice in purchase.invoices
        if str(invoice.status).upper() in BILLED and invoice.invoice_date and invoice.invoice_date <= day
        for line in invoice.lines
    )
    return sum((line.quantity for line in lines if product_of(line) == product), ZERO)


def _add(draft: JournalDraft, purchase: Purchase, line: Priced, rules: ReceiptRules, reasons: list[Reason]) -> None:
    rate = rules.rate(purchase, reasons)
    inventory = rules.inventory_account(line.account or purchase.inventory_account or "", line.rule, reasons)
    accrued = rules.accrued(reasons)
    if inventory and accrued:
        amount = rules.functional(purchase, line.quantity * line.unit_price, rate)
        told = f"{purchase.order_number}: {line.sku} {line.quantity:f} x {line.unit_price:f}"
        draft.debit(inventory, amount, told)
        draft.debit(accrued, -amount, told)
