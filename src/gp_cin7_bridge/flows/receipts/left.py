"""What another mode left open: goods that were accrued one by one and that no bill has cleared yet."""

from __future__ import annotations

import hashlib

from gp_cin7_bridge.flows.receipts.actions import held
from gp_cin7_bridge.flows.receipts.memory import ReceiptMemory
from gp_cin7_bridge.flows.receipts.modes import Asked, Found
from gp_cin7_bridge.reasons import reason

LEFT = "left/gl_accrual"


def plan_left_open(asked: Asked) -> Found:
    """Name what still stands as accrued or in transit; bills go on clearing it, and a person may skip this note."""
    if asked.bridge.settings.receipts.mode == "gl_accrual":
        return Found()
    if not asked.changed and LEFT not in asked.waiting:
        return Found()
    balances = ReceiptMemory(asked.bridge.state).balances()
    if not balances:
        return Found()
    told = ", ".join(f"{amount} on {account}" for account, amount in sorted(balances.items()))
    hashed = hashlib.sha256(told.encode()).hexdigest()
    why = reason("accruals_left_open", amounts=told, mode=asked.bridge.settings.receipts.mode)
    return Found((held(LEFT, "what gl_accrual left open", (why,), hashed),))
