"""How the tax of a Cin7 tax rule reaches GP."""

from __future__ import annotations

from typing import Literal

from attrs import frozen

Treatment = Literal["detail", "capitalise", "misc", "hold"]


@frozen
class TaxRuleTreatment:
    """What to do with the tax of one rule.

    Attributes:
        treatment: `detail` is recoverable and goes to a tax detail, `capitalise` goes into the lines, `misc` into the
            miscellaneous amount, `hold` keeps the bill back.
        tax_detail_id: GP's id, for `detail`.
        tax_schedule_id: GP's id, for `detail`.
        account: GP's account, for `detail` and `misc`.
    """

    treatment: Treatment
    tax_detail_id: str | None = None
    tax_schedule_id: str | None = None
    account: str | None = None

    def missing(self) -> str:
        """Name what the treatment needs and does not have; "" for nothing."""
        needed = {"detail": ("tax_detail_id", "account"), "misc": ("account",)}.get(self.treatment, ())
        return ", ".join(name for name in needed if not getattr(self, name))
