"""The chain of the audit: what a row says, how it hangs on the row before it, and where the chain breaks."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Final

from attrs import asdict, frozen

FIRST: Final = "0" * 64
LATER: Final = ("vendor", "attempt", "request", "response")


@frozen(kw_only=True)
class AuditRow:
    """One thing that was done or decided; `detail` says by which rule.

    Attributes:
        before, after, detail: JSON, "" for nothing.
        vendor: GP's id of the vendor whose document it is, where one is known.
        attempt: how often it had been sent by then; None for what is not sent.
        request, response: hashes of what was sent and of what came back; "" where bodies are not kept.
    """

    seq: int
    at: str
    actor: str
    run_id: int | None
    operation_id: int | None
    flow: str
    action: str
    outcome: str
    document: str
    gp_key: str
    cin7_id: str
    before: str
    after: str
    detail: str
    previous_hash: str
    hash: str
    vendor: str = ""
    attempt: int | None = None
    request: str = ""
    response: str = ""

    def computed_hash(self) -> str:
        """Compute the hash anew from what the row says and the hash before it."""
        facts = {name: value for name, value in asdict(self).items() if name != "hash"}
        for name in LATER:
            # Rows that are older than these columns keep the hash that they have.
            if facts[name] in (None, ""):
                del facts[name]
        return hashlib.sha256(json.dumps(facts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


@frozen(kw_only=True)
class Anchor:
    """The head of a chain at one moment, to be kept where nobody who may write the database may write.

    Attributes:
        connection: whose chain it is.
        at: when the anchor was made, an ISO text in UTC.
        seq, hash: of the last row.
        count: how many rows there were.
    """

    connection: str
    at: str
    seq: int
    count: int
    hash: str


@frozen
class Break:
    """The first row at which a chain is not what it was, and what is wrong there."""

    row: int
    problem: str


def first_break(rows: Iterable[AuditRow], head: tuple[int, str] | None, anchor: Anchor | None = None) -> Break | None:
    """Walk a chain; None when it is whole and holds the row that was anchored.

    Args:
        rows: every row, in order.
        head: number and hash of the last row, as they were written down beside the rows.
        anchor: what was written down elsewhere.
    """
    seq, hashed = 0, FIRST
    for row in rows:
        if problem := _problem(row, seq, hashed):
            return Break(seq + 1, problem)
        if anchor and row.seq == anchor.seq and row.hash != anchor.hash:
            return Break(
                row.seq, f"row {row.seq} is not the one of the anchor: the chain was written anew after {anchor.at}"
            )
        seq, hashed = row.seq, row.hash
    there = head or (0, FIRST)
    if there[0] > seq:
        return Break(seq + 1, f"{_rows(seq + 1, there[0])} missing: the head of the chain names row {there[0]}")
    if there != (seq, hashed):
        return Break(there[0] + 1, f"row {there[0] + 1} does not belong to the chain: its head names row {there[0]}")
    if anchor and anchor.seq > seq:
        return Break(seq + 1, f"{_rows(seq + 1, anchor.seq)} missing: the anchor of {anchor.at} names row {anchor.seq}")
    return None


def _problem(row: AuditRow, seq: int, hashed: str) -> str:
    if row.seq != seq + 1:
        return f"{_rows(seq + 1, row.seq - 1)} missing"
    if row.hash != row.computed_hash():
        return f"row {row.seq} was changed: its hash does not follow from what it says"
    if row.previous_hash != hashed:
        return f"row {row.seq} does not follow from the row before it: that one, or this one, was put there later"
    return ""


def _rows(first: int, last: int) -> str:
    return f"row {first} is" if first == last else f"rows {first} to {last} are"
