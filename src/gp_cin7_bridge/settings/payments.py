"""What bridge.toml may say of payments."""

from __future__ import annotations

import datetime as dt
from typing import Self

from pydantic import model_validator

from gp_cin7_bridge.settings.section import Section


class PaymentSettings(Section):
    """Whether Cin7 Core is told what GP has paid.

    Attributes:
        on: tell it; nothing is paid by that, a payment is only recorded.
        account: code of the Cin7 Core account that payments are recorded on: a bank, or one for payments.
        lock_date: Cin7 Core's lock date, where it tells it in a form that cannot be read.
    """

    on: bool = False
    account: str | None = None
    lock_date: dt.date | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.on and not self.account:
            raise ValueError("needs an account to record payments on; set account to the code of a bank account")
        return self
