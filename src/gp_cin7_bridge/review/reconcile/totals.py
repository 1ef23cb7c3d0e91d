"""Totals by vendor, fiscal period and currency, of both sides."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from attrs import define, field

from dynamicsgp_client import DocumentType, PayablesDocument
from gp_cin7_bridge.mapping.periods import Periods
from gp_cin7_bridge.review.reconcile.findings import Total
from gp_cin7_bridge.review.reconcile.sentences import Subject

Key = tuple[str, str, str]


@define
class _Sum:
    count: int = 0
    amount: Decimal = Decimal(0)

    def add(self, amount: Decimal) -> None:
        self.count += 1
        self.amount += amount


@define
class Totals:
    """Sums of both sides while documents go by."""

    flow: str
    periods: Periods | None
    _cin7: dict[Key, _Sum] = field(factory=dict)
    _gp: dict[Key, _Sum] = field(factory=dict)

    def period(self, day: dt.date | None) -> str:
        """Name the fiscal period of a day."""
        return period_of(self.periods, day)

    def cin7(self, subject: Subject, amount: Decimal) -> None:
        """Count a document of Cin7 Core."""
        self._cin7.setdefault(_key(subject), _Sum()).add(amount)

    def gp(self, subject: Subject, amount: Decimal) -> None:
        """Count a document of GP."""
        self._gp.setdefault(_key(subject), _Sum()).add(amount)

    def all(self) -> tuple[Total, ...]:
        """Give every vendor's periods in order."""
        return tuple(self._total(key) for key in sorted(self._cin7.keys() | self._gp.keys()))

    def _total(self, key: Key) -> Total:
        cin7, gp = self._cin7.get(key, _Sum()), self._gp.get(key, _Sum())
        vendor, period, currency = key
        return Total(
            flow=self.flow,
            vendor=vendor,
            period=period,
            currency=currency,
            cin7_count=cin7.count,
            cin7_amount=cin7.amount,
            gp_count=gp.count,
            gp_amount=gp.amount,
        )


def period_of(periods: Periods | None, day: dt.date | None) -> str:
    """Name the fiscal period of a day, 2026-03; where GP tells none, its calendar month."""
    if day is None:
        return ""
    found = periods.find(day) if periods else None
    return f"{found.year}-{found.number:02}" if found else f"{day:%Y-%m}"


def _key(subject: Subject) -> Key:
    return subject.vendor, subject.period, subject.currency


def owed(document: PayablesDocument) -> Decimal:
    """Give what a document adds to what is owed to its vendor."""
    invoice = document.document_type == DocumentType.INVOICE
    return document.document_amount if invoice else -document.document_amount
