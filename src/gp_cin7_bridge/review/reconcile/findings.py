"""What a reconciliation gives: findings, each with its cure, and totals of both sides."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Final

from attrs import Factory, frozen

from gp_cin7_bridge.meter import Calls


class Kind(StrEnum):
    """What is the matter with a document.

    missing: the receiving system does not have it; extra: it has something that the giving one does not; different:
    both have it and their fields differ; deleted: it was carried and is gone from the receiving system; duplicated: the
    receiving system has it twice; unmapped: nothing says what it becomes; unreadable: a system does not give it in a
    form that can be read. posted and skipped are information: a voucher that GP posted, a document that a person
    decided not to carry.
    """

    MISSING = "missing"
    EXTRA = "extra"
    DIFFERENT = "different"
    DELETED = "deleted"
    DUPLICATED = "duplicated"
    UNMAPPED = "unmapped"
    UNREADABLE = "unreadable"
    POSTED = "posted"
    SKIPPED = "skipped"


INFORMATION: Final = frozenset({Kind.POSTED, Kind.SKIPPED})


@frozen
class Difference:
    """One field of a document: what it should be by the giving system, and what the receiving one has."""

    field: str
    expected: str
    found: str

    def __str__(self) -> str:
        return f"{self.field}: expected {self.expected or 'nothing'}, found {self.found or 'nothing'}"


@frozen(kw_only=True)
class Finding:
    """One document that does not agree, or of which something is to be known.

    Attributes:
        flow: vendors, items, bills, receipts or accounts.
        document: the name that people know it by.
        key: its key in the receiving system, such as the voucher number; "" for none.
        vendor, period: whose it is and where it lies, for documents of money.
    """

    flow: str
    kind: Kind
    document: str
    key: str = ""
    vendor: str = ""
    period: str = ""
    text: str
    cure: str
    differences: tuple[Difference, ...] = ()

    @property
    def disagrees(self) -> bool:
        """Whether the two systems disagree, rather than something being told."""
        return self.kind not in INFORMATION

    def __str__(self) -> str:
        return f"{self.kind} {self.document}: {self.text} {self.cure}"


@frozen(kw_only=True)
class Total:
    """Documents and amounts of one vendor, fiscal period and currency on both sides; credits count negative."""

    flow: str
    vendor: str
    period: str
    currency: str
    cin7_count: int
    cin7_amount: Decimal
    gp_count: int
    gp_amount: Decimal

    @property
    def gap(self) -> Decimal:
        """What GP has more than Cin7 Core."""
        return self.gp_amount - self.cin7_amount


@frozen(kw_only=True)
class Reconciliation:
    """Both systems compared.

    Attributes:
        connection: its name.
        made_at: when the comparison began, an ISO text in UTC.
        kinds: what was compared.
        compared: how many documents of each kind.
        calls: what was asked of both systems.
    """

    connection: str
    made_at: str
    kinds: tuple[str, ...]
    findings: tuple[Finding, ...]
    totals: tuple[Total, ...] = ()
    compared: Mapping[str, int] = Factory(dict)
    calls: Calls = Factory(Calls)

    @property
    def agrees(self) -> bool:
        """Whether both systems say the same."""
        return not any(each.disagrees for each in self.findings)


def shown(value: object) -> str:
    """Write a field's value: amounts with at least two decimals, never an exponent."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        short = f"{value.normalize():f}"
        return f"{value:.2f}" if value == round(value, 2) else short
    return "" if value is None else str(int(value)) if isinstance(value, int) else str(value)
