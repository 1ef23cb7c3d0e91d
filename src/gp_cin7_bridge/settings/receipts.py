"""What bridge.toml may say of goods receipts."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field

from gp_cin7_bridge.settings.section import Section


class ReceiptSettings(Section):
    """What becomes of goods that are received, and of the bills for them.

    Attributes:
        mode: `off`: nothing, bills debit inventory. `period_end_accrual`: at each period's end a journal of what is
            received and not billed, and its reversal the day after. `gl_accrual`: a journal for each receipt, which its
            bill clears. `mirror`: the journals that Cin7 Core itself made. `pop`: GP receivings, shipments and
            invoices.
        accrued: GP account of what is received and not billed.
        in_transit: GP account of what is billed and not received; without it that goes to inventory.
        difference: GP account of what a bill charges more or less than was accrued; without it that goes to inventory.
        landed_cost: make journals of the costs that Cin7 Core allocates to a purchase by manual journals.
        first_day: purchases ordered before it, and periods that ended before it, stay as in `off`.
        sites: Cin7 location to GP site, for `pop`.
        units: Cin7 unit to GP unit of measure, for `pop`.
    """

    mode: Literal["off", "period_end_accrual", "gl_accrual", "mirror", "pop"] = "off"
    accrued: str | None = None
    in_transit: str | None = None
    difference: str | None = None
    landed_cost: bool = False
    first_day: dt.date | None = None
    sites: dict[str, Annotated[str, Field(max_length=10)]] = Field(default_factory=dict)
    units: dict[str, Annotated[str, Field(max_length=8)]] = Field(default_factory=dict)
