"""What bridge.toml may say of goods receipts."""

from __future__ import annotations

import datetime as dt
from typing import Literal, Self

from pydantic import Field, model_validator

from gp_cin7_bridge.settings.section import Section


class ReceiptSettings(Section):
    """What becomes of goods that are received, and of the bills for them.

    Attributes:
        mode: `off`: nothing, bills debit inventory. `period_end_accrual`: at each period's end a journal of what is
            received and not billed, and its reversal the day after. `gl_accrual`: a journal for each receipt, which its
            bill clears. `mirror`: the journals that Cin7 Core itself made. `pop`: GP keeps stock too; a
            receiving for each receipt, and a purchase invoice for its bill.
        accrued: GP account of what is received and not billed.
        in_transit: GP account of what is billed and not received; without it that goes to inventory.
        difference: GP account of what a bill charges more or less than was accrued; without it that goes to inventory.
        landed_cost: make journals of the costs that Cin7 Core allocates to a purchase by manual journals; `mirror` has
            them anyway.
        first_day: purchases ordered before it, and periods that ended before it, stay as in `off`.
        sites: Cin7 location to GP site, for `pop`; without it the site of that name.
        units: GP unit schedule to the unit in which Cin7 Core counts, for `pop`; without it the schedule's base unit.
    """

    mode: Literal["off", "period_end_accrual", "gl_accrual", "mirror", "pop"] = "off"
    accrued: str | None = None
    in_transit: str | None = None
    difference: str | None = None
    landed_cost: bool = False
    first_day: dt.date | None = None
    sites: dict[str, str] = Field(default_factory=dict)
    units: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _once(self) -> Self:
        if self.landed_cost and self.mode == "mirror":
            raise ValueError('mode = "mirror" copies landed cost already; leave landed_cost out')
        return self
