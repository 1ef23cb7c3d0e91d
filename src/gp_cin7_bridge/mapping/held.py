"""What mapping gives instead of a document when something is wrong: every reason at once."""

from __future__ import annotations

from attrs import frozen

from gp_cin7_bridge.reasons import Reason


@frozen
class Held:
    """A document that is not mapped, and why."""

    document: str
    reasons: tuple[Reason, ...]


@frozen
class HeldReceipt(Held):
    """A receipt that is not booked, and why; `source_id` and `source_hash` as an action has them."""

    source_id: str = ""
    source_hash: str = ""
