"""What must stand in both systems once a data set was carried, by the data set's own arithmetic."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from attrs import Factory, frozen


@frozen(kw_only=True)
class ExpectedBill:
    """One invoice or credit note, and what becomes of it.

    Attributes:
        codes: the reasons for which it is held; none means that a voucher stands in GP.
        document_number: as GP has it.
        lines: GP account number to what is debited (+) or credited (-) there.
    """

    order_number: str
    document: str
    codes: tuple[str, ...] = ()
    document_number: str = ""
    vendor_id: str = ""
    document_type: int = 1
    currency_id: str = ""
    document_amount: Decimal = Decimal(0)
    tax_amount: Decimal = Decimal(0)
    posting_date: dt.date | None = None
    lines: Mapping[str, Decimal] = Factory(dict)


@frozen(kw_only=True)
class Expected:
    """Everything that must stand.

    Attributes:
        vendors: vendor id to supplier name.
        skipped_vendors: vendor id to the reasons.
        items: item number to product name.
        skipped_items: item number to the reasons.
        skipped_bills: number to the reasons.
        typed_vouchers: what people typed into GP, which is theirs.
    """

    vendors: Mapping[str, str]
    items: Mapping[str, str]
    bills: tuple[ExpectedBill, ...]
    skipped_vendors: Mapping[str, tuple[str, ...]] = Factory(dict)
    skipped_items: Mapping[str, tuple[str, ...]] = Factory(dict)
    skipped_bills: Mapping[str, tuple[str, ...]] = Factory(dict)
    typed_vouchers: frozenset[str] = frozenset()

    @property
    def documents(self) -> int:
        """How many documents there are to compare."""
        return sum(map(len, (self.vendors, self.skipped_vendors, self.items, self.skipped_items, self.bills)))
