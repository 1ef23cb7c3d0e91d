"""What moved on control accounts: Cin7 Core's ledger lines, and the lines of GP's payables documents and journals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

from cin7core_client import LedgerTransaction
from dynamicsgp_client import DistributionType, NotFoundError, PayablesDocument
from gp_cin7_bridge.flows.bill_facts import GPFacts
from gp_cin7_bridge.flows.purchases import REVERSALS
from gp_cin7_bridge.mapping.rounding import rounded
from gp_cin7_bridge.review.reconcile.controls import PAYABLES, Controls
from gp_cin7_bridge.review.reconcile.entries import Entry
from gp_cin7_bridge.review.reconcile.reading import Reading

PURCHASE: Final = "PURCHASE"
OF_THE_SAME: Final[Mapping[str, str]] = {back: kind for kind, back in REVERSALS.items()}


def cin7_entries(reading: Reading, controls: Controls, since: dt.date | None, until: dt.date | None) -> Iterator[Entry]:
    """Give Cin7 Core's ledger lines on control accounts; what is no purchase stands under the name of its type."""
    listed = reading.bridge.cin7.transactions.list(from_date=since, to_date=until)
    for line in reading.each("Cin7 Core", "ledger", listed):
        debit, credit = line.debit_account_code or "", line.credit_account_code or ""
        if controls.money & {debit, credit}:
            continue
        source, document = _source(line, controls)
        day = line.effective_date.date() if line.effective_date else None
        for code, sign in ((debit, 1), (credit, -1)):
            if control := controls.by_code.get(code):
                amount = sign * (line.amount or Decimal(0))
                yield Entry(control=control, day=day, source=source, document=document, amount=amount)


def _source(line: LedgerTransaction, controls: Controls) -> tuple[str, str]:
    """Tell the document of a line: an invoice owes, a credit note takes back, anything else is a journal."""
    kind = line.type or "other"
    if kind.upper() != PURCHASE:
        return kind, kind
    if controls.by_code.get(line.credit_account_code or "") == PAYABLES:
        part = "invoice"
    elif controls.by_code.get(line.debit_account_code or "") == PAYABLES:
        part = "credit"
    else:
        part = "journal"
    return f"{line.task_id}/{part}", line.reference or line.transaction or line.task_id or ""


def gp_entries(
    reading: Reading, controls: Controls, facts: GPFacts, since: dt.date | None, until: dt.date | None
) -> Iterator[Entry]:
    """Give the lines of GP's documents on control accounts, posted or not, by posting date."""
    for voucher in reading.each("GP", "payables", reading.bridge.gp.payables.list()):
        day = voucher.posting_date or voucher.document_date
        if not voucher.voided and _within(day, since, until):
            yield from _voucher(reading, voucher, controls, facts, day)
    try:
        for journal in reading.each("GP", "journals", reading.bridge.gp.journals.list()):
            if not _within(journal.transaction_date, since, until):
                continue
            batch = journal.batch_id or ""
            for line in journal.lines:
                if control := controls.by_number.get(line.account_number):
                    yield Entry(
                        control=control,
                        day=journal.transaction_date,
                        source=_linked(reading, "receipt", batch) or f"journal {journal.journal_number}",
                        document=journal.reference or f"journal {journal.journal_number}",
                        key=batch,
                        amount=line.debit_amount - line.credit_amount,
                    )
    except NotFoundError:
        return  # this site's GP offers no journals


def _voucher(
    reading: Reading, voucher: PayablesDocument, controls: Controls, facts: GPFacts, day: dt.date
) -> Iterator[Entry]:
    number = voucher.voucher_number
    source = _linked(reading, "bill", number) or number
    for line in voucher.distributions:
        payable = line.type == DistributionType.PAYABLE
        control = PAYABLES if payable else controls.by_number.get(line.account_number)
        if control:
            yield Entry(
                control=control,
                day=day,
                source=source,
                document=voucher.document_number or number,
                key=number,
                amount=_functional(voucher, line.debit_amount - line.credit_amount, facts),
            )


def _linked(reading: Reading, entity: str, gp_key: str) -> str:
    """Give the source of what is linked: task and kind, as Cin7 Core's ledger lines have them."""
    link = reading.bridge.state.link(entity, gp_key=gp_key) if gp_key else None
    if link is None:
        return ""
    _, kind, task, *_ = link.cin7_id.split("/")
    # What takes a voucher back is of the same document.
    return f"{task}/{OF_THE_SAME.get(kind, kind)}"


def _functional(voucher: PayablesDocument, amount: Decimal, facts: GPFacts) -> Decimal:
    """Give an amount in the company's own currency, by the rate of the voucher."""
    rules = facts.currencies.rules()
    foreign = {rule.currency_id: rule for iso, rule in rules.items() if iso != facts.functional_currency}
    rule = foreign.get(voucher.currency_id or "")
    if rule is None or not voucher.exchange_rate:
        return amount
    return rounded(rule.functional(amount, voucher.exchange_rate), facts.functional_decimals)


def _within(day: dt.date, since: dt.date | None, until: dt.date | None) -> bool:
    return (since is None or since <= day) and (until is None or day <= until)
