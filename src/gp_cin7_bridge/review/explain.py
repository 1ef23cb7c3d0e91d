"""Explain a voucher: for each figure the rule that made it, as it was written down when the voucher was sent."""

from __future__ import annotations

import json
from typing import Final

from attrs import frozen

from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.plan import Explained
from gp_cin7_bridge.state import AuditRow

# How an audit row ends whose voucher stands in GP: at once, or found after a lost answer.
SENT: Final = ("created", "recovered")


@frozen
class ExplainedVoucher:
    """A voucher that was carried, with the rule behind each figure."""

    voucher_number: str
    document: str
    lines: tuple[Explained, ...]


def explained_vouchers(bridge: Bridge, name: str | None = None) -> tuple[ExplainedVoucher, ...]:
    """Explain the vouchers of this voucher or document number, or all, the oldest first."""
    rows = bridge.state.audit_rows(document=name)
    return tuple(_voucher(row) for row in rows if row.flow == "bills" and row.outcome in SENT)


def explained_voucher(bridge: Bridge) -> ExplainedVoucher | None:
    """Explain the voucher with the most lines; None when there is none."""
    return max(explained_vouchers(bridge), key=lambda voucher: len(voucher.lines), default=None)


def _voucher(row: AuditRow) -> ExplainedVoucher:
    rules = json.loads(row.detail).get("rules", [])
    return ExplainedVoucher(row.gp_key, row.document, tuple(Explained(**each) for each in rules))
