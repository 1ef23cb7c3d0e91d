"""Ledger lines of Cin7 Core as GP journals: what each source moved, less what was booked for it already."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Final

from attrs import evolve, frozen

from dynamicsgp_client import Journal
from gp_cin7_bridge.mapping.held import HeldReceipt
from gp_cin7_bridge.mapping.receipts.journal import JournalDraft, batch_id
from gp_cin7_bridge.mapping.receipts.journal_day import journal_day
from gp_cin7_bridge.mapping.receipts.rules import ReceiptRules
from gp_cin7_bridge.mapping.rounding import rounded
from gp_cin7_bridge.plan import Explained
from gp_cin7_bridge.reasons import Reason

# Begins the source ids of lines of the ledger itself, whose purchases need not be read.
LEDGER: Final = "ledger/journal/"

Sums = Mapping[str, Decimal]


@frozen(kw_only=True)
class LedgerLine:
    """One line of Cin7 Core's ledger, in its base currency.

    Attributes:
        source_id: what it belongs to, ending with the day; each becomes a journal.
        name: what people know that by.
        debit, credit: Cin7 account codes.
        told: what the line says of itself.
        purchase_id: the purchase that it belongs to; "" where that is not known.
        earliest: the day before which its journal is not dated.
    """

    source_id: str
    name: str
    day: dt.date
    debit: str
    credit: str
    amount: Decimal
    told: str = ""
    purchase_id: str = ""
    earliest: dt.date | None = None


@frozen
class CopiedMapping:
    """What the lines of one source become.

    Attributes:
        source_id: of the lines; from the second journal of the same on, its revision too.
        key: the journal's batch, deterministic.
        sums: what the journal debits (+) and credits (-) by GP account.
    """

    source_id: str
    name: str
    key: str
    document: Journal
    sums: Sums
    explained: tuple[Explained, ...]
    source_hash: str


def map_copied(
    lines: Iterable[LedgerLine], booked: Mapping[str, Sequence[Sums]], rules: ReceiptRules, *, what: str
) -> list[CopiedMapping | HeldReceipt]:
    """Give the journals that ledger lines become beyond what was booked for them, the oldest first.

    A line that moves an account against itself is left out.

    Args:
        lines: all that there is now of each source.
        booked: by source id, each journal that was made for it; a source without lines any more is taken back.
        rules: the rules for receipts.
        what: said in the journal's reference, beside the name.
    """
    sources: dict[str, list[LedgerLine]] = {source_id: [] for source_id in booked}
    for line in lines:
        if line.debit != line.credit and line.amount:
            sources.setdefault(line.source_id, []).append(line)
    found = (
        _mapped(source_id, sources[source_id], booked.get(source_id, ()), rules, what)
        for source_id in sorted(sources, key=lambda each: (each.rpartition("/")[2], each))
    )
    return [each for each in found if each]


def _mapped(
    source_id: str, lines: Sequence[LedgerLine], booked: Sequence[Sums], rules: ReceiptRules, what: str
) -> CopiedMapping | HeldReceipt | None:
    reasons: list[Reason] = []
    draft = JournalDraft()
    for line in lines:
        amount = rounded(line.amount, rules.decimals)
        debit, credit = (_account(code, rules, reasons) for code in (line.debit, line.credit))
        rule = f"{line.debit} to {line.credit} {amount}" + (f": {line.told}" if line.told else "")
        draft.debit(debit, amount, rule)
        draft.debit(credit, -amount, rule)
    for sums in booked:
        for account, amount in sums.items():
            draft.debit(account, -amount, "booked before")
    earliest = max((line.earliest for line in lines if line.earliest), default=None)
    day = journal_day(dt.date.fromisoformat(source_id.rpartition("/")[2]), evolve(rules, earliest=earliest))
    if isinstance(day, Reason):
        reasons.append(day)
    revision = len(booked)
    identity = f"{source_id}/{revision}" if revision else source_id
    name = lines[0].name if lines else source_id
    hashed = hashlib.sha256("\n".join(map(repr, lines)).encode()).hexdigest()
    if not any(draft.amounts.values()) and not reasons:
        return None
    if reasons or isinstance(day, Reason):
        return HeldReceipt(name, tuple(dict.fromkeys(reasons)), identity, hashed)
    key = batch_id(rules.cin7_account_id, source_id, revision)
    document = draft.journal(batch=key, day=day, reference=f"C7 {name} {what}", code_page=rules.code_page)
    sums = {account: amount for account, amount in draft.amounts.items() if amount}
    return CopiedMapping(identity, name, key, document, sums, draft.explained, hashed) if document else None


def _account(code: str, rules: ReceiptRules, reasons: list[Reason]) -> str:
    return rules.inventory_account(code, "a ledger line", reasons) or ""


def sums_as_details(sums: Sums) -> dict[str, str]:
    """Give sums as JSON has them."""
    return {account: str(amount) for account, amount in sums.items()}


def sums_from_details(details: object) -> dict[str, Decimal]:
    """Read what `sums_as_details` gave."""
    found = details if isinstance(details, Mapping) else {}
    return {account: Decimal(amount) for account, amount in found.items()}
