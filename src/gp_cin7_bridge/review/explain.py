"""Explain a voucher: for each figure the rule that made it, as it was written down when the voucher was sent."""

from __future__ import annotations

import json

from attrs import frozen

from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.plan import Explained
from gp_cin7_bridge.state import AuditRow


@frozen
class ExplainedVoucher:
    """A voucher that was carried, with the rule behind each figure."""

    voucher_number: str
    document: str
    lines: tuple[Explained, ...]


def explained_voucher(bridge: Bridge, name: str | None = None) -> ExplainedVoucher | None:
    """Explain the voucher of this number or document, or the one with the most lines; None when there is none."""
    rows = bridge.state.audit_rows(document=name)
    vouchers = [_voucher(row) for row in rows if row.flow == "bills" and row.action == "create" and row.after]
    return max(vouchers, key=lambda voucher: len(voucher.lines), default=None)


def _voucher(row: AuditRow) -> ExplainedVoucher:
    rules = json.loads(row.detail).get("rules", [])
    return ExplainedVoucher(row.gp_key, row.document, tuple(Explained(**each) for each in rules))
