"""A GP journal on its way: amounts by account, debits equal to credits, and a batch of its own as its key."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from decimal import Decimal

from attrs import define, field

from dynamicsgp_client import Journal, JournalLine
from gp_cin7_bridge.mapping.rounding import ZERO
from gp_cin7_bridge.mapping.text import BATCH, DESCRIPTION, squeezed, unwritable
from gp_cin7_bridge.plan import Explained


def batch_id(cin7_account_id: str, source_id: str, revision: int = 0) -> str:
    """Give the batch of a journal, 15 characters: GP numbers journals itself, so each is found by its own batch."""
    identity = "\n".join([cin7_account_id.lower(), source_id.lower(), str(revision)])
    return "C7" + base64.b32encode(hashlib.sha256(identity.encode()).digest()).decode()[: BATCH - 2]


@define
class JournalDraft:
    """Signed amounts by GP account number, in functional currency; a debit is positive."""

    amounts: dict[str, Decimal] = field(factory=dict)
    rules: dict[str, list[str]] = field(factory=dict)

    def debit(self, account_number: str, amount: Decimal, rule: str) -> None:
        """Add to an account; a negative amount is a credit."""
        self.amounts[account_number] = self.amounts.get(account_number, ZERO) + amount
        self.rules.setdefault(account_number, []).append(rule)

    def mirrored(self) -> JournalDraft:
        """Give the same with debits and credits changed over."""
        return JournalDraft({account: -amount for account, amount in self.amounts.items()}, self.rules)

    @property
    def explained(self) -> tuple[Explained, ...]:
        """Say what made each line."""
        return tuple(
            Explained(
                f"journal {account}", f"{abs(amount)} {'Dr' if amount > 0 else 'Cr'}", "; ".join(self.rules[account])
            )
            for account, amount in self.amounts.items()
            if amount
        )

    def journal(self, *, batch: str, day: dt.date, reference: str, code_page: str) -> Journal | None:
        """Give the journal, or None when nothing is left to book.

        Args:
            batch: its own batch.
            day: the posting date.
            reference: cut at 30 characters, less what GP cannot store.
            code_page: GP's.
        """
        lines = tuple(
            JournalLine(
                account_number=account,
                debit_amount=max(amount, ZERO),
                credit_amount=max(-amount, ZERO),
            )
            for account, amount in self.amounts.items()
            if amount
        )
        if not lines:
            return None
        text = "".join(each for each in reference if not unwritable(each, code_page))
        return Journal(
            transaction_date=day, batch_id=batch, reference=squeezed(text)[:DESCRIPTION].rstrip(), lines=lines
        )


def differences(document: Journal, found: Journal) -> tuple[str, ...]:
    """Name the fields in which GP's journal is another one than ours."""
    fields = [] if document.transaction_date == found.transaction_date else ["transaction_date"]
    if sums_of(document) != sums_of(found):
        fields.append("lines")
    return tuple(fields)


def sums_of(journal: Journal) -> dict[str, Decimal]:
    """Give what a journal debits (+) and credits (-) by account."""
    sums: dict[str, Decimal] = {}
    for line in journal.lines:
        sums[line.account_number] = sums.get(line.account_number, ZERO) + line.debit_amount - line.credit_amount
    return {account: amount for account, amount in sums.items() if amount}
