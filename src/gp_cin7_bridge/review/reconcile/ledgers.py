"""What moved on control accounts: Cin7 Core's ledger lines, and the lines of GP's payables documents and journals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

from cin7core_client import LedgerTransaction
from dynamicsgp_client import DistributionType, NotFoundError, PayablesDocument
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.flows.bills.facts import GPFacts
from gp_cin7_bridge.flows.purchases import listed_rows
from gp_cin7_bridge.flows.receipts.begun import Begun
from gp_cin7_bridge.flows.receipts.mirror import PURCHASE, source_of
from gp_cin7_bridge.review.reconcile.controls import GRNI, PAYABLES, Controls
from gp_cin7_bridge.review.reconcile.entries import Entry, functional, linked, within
from gp_cin7_bridge.review.reconcile.reading import Reading
from gp_cin7_bridge.review.reconcile.shipped import received_entries


def cin7_entries(reading: Reading, controls: Controls, since: dt.date | None, until: dt.date | None) -> Iterator[Entry]:
    """Give Cin7 Core's ledger lines on control accounts; what is no purchase stands under the name of its type.

    Of those that accrue it gives the ones that GP gets as they are. In place of the others the mode makes its own.
    """
    copied = _Copied(reading.bridge)
    listed = reading.bridge.cin7.transactions.list(from_date=since, to_date=until)
    for line in reading.each("Cin7 Core", "ledger", listed):
        debit, credit = line.debit_account_code or "", line.credit_account_code or ""
        if controls.money & {debit, credit}:
            continue
        sides = ((controls.by_code.get(debit), 1), (controls.by_code.get(credit), -1))
        if GRNI in (sides[0][0], sides[1][0]) and not copied.has(line):
            continue
        source, document = _source(line, controls)
        day = line.effective_date.date() if line.effective_date else None
        for control, sign in sides:
            if control:
                amount = sign * (line.amount or Decimal(0))
                yield Entry(control=control, day=day, source=source, document=document, amount=amount)


class _Copied:
    """Tells which ledger lines are copied by the mirror; with `off` all count, for nothing else tells of them."""

    def __init__(self, bridge: Bridge) -> None:
        self._begun = Begun(bridge)
        self._rest = bridge.settings.receipts.mode in ("off", "mirror")
        beside = self._begun.beside_mirror() if self._rest else ()
        rows = listed_rows(bridge) if beside else ()
        self._others = {row.order_number for row in rows if row.purchase_id in beside}

    def has(self, line: LedgerTransaction) -> bool:
        """Tell whether a line is copied, or waits for it."""
        return source_of(line) in self._begun.mirrored or (self._rest and line.transaction not in self._others)


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
    invoiced: set[tuple[str, str]] = set()
    yield from received_entries(reading, facts, invoiced, since, until)
    for voucher in reading.each("GP", "payables", reading.bridge.gp.payables.list()):
        day = voucher.posting_date or voucher.document_date
        counted = (voucher.vendor_id, voucher.document_number or "") in invoiced
        if not voucher.voided and not counted and within(day, since, until):
            yield from _voucher(reading, voucher, controls, facts, day)
    try:
        for journal in reading.each("GP", "journals", reading.bridge.gp.journals.list()):
            if not within(journal.transaction_date, since, until):
                continue
            batch = journal.batch_id or ""
            for line in journal.lines:
                if control := controls.by_number.get(line.account_number):
                    yield Entry(
                        control=control,
                        day=journal.transaction_date,
                        source=linked(reading.bridge, "receipt", batch) or f"journal {journal.journal_number}",
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
    source = linked(reading.bridge, "bill", number) or number
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
                amount=functional(
                    line.debit_amount - line.credit_amount, voucher.currency_id, voucher.exchange_rate, facts
                ),
            )
