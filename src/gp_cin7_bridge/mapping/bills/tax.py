"""How the tax of a Cin7 tax rule reaches GP."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from attrs import frozen

Treatment = Literal["detail", "capitalise", "misc", "hold"]


@frozen
class TaxComponent:
    """One GP tax detail of a tax rule; `percent` is its weight beside the rule's other details."""

    tax_detail_id: str
    account: str | None = None
    percent: Decimal = Decimal(1)


@frozen
class TaxRuleTreatment:
    """What to do with the tax of one rule.

    Attributes:
        treatment: `detail` is recoverable and goes to a tax detail, `capitalise` goes into the lines, `misc` into the
            miscellaneous amount, `hold` keeps the bill back.
        tax_detail_id: GP's id, for `detail`.
        tax_schedule_id: GP's id, for `detail`.
        account: GP's account, for `detail` and `misc`.
        components: several details that share the tax by percent, in the place of the one.
    """

    treatment: Treatment
    tax_detail_id: str | None = None
    tax_schedule_id: str | None = None
    account: str | None = None
    components: tuple[TaxComponent, ...] = ()

    @property
    def details(self) -> tuple[TaxComponent, ...]:
        """The GP tax details that share the tax."""
        return self.components or (TaxComponent(self.tax_detail_id or "", self.account),)

    def missing(self) -> str:
        """Name what the treatment needs and does not have; "" for nothing."""
        if self.treatment == "misc":
            return "" if self.account else "account"
        if self.treatment != "detail":
            return ""
        needs = (("tax_detail_id", lambda each: each.tax_detail_id), ("account", lambda each: each.account))
        return ", ".join(name for name, given in needs if not all(map(given, self.details)))
