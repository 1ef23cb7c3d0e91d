"""2,072 real supplier invoices, posted and held to the cent."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from gp_cin7_bridge import Bridge, sync_bills, sync_items, sync_vendors
from gp_cin7_bridge.sandbox.compare import compare
from gp_cin7_bridge.sandbox.datasets import dataset
from gp_cin7_bridge.sandbox.simulators import Simulators

NET, TAX, GROSS = Decimal("944343271.90"), Decimal("141650241.16"), Decimal("1085993513.06")


@pytest.mark.timeout(600)
def test_every_invoice_is_a_voucher_or_a_held_duplicate(purchasing_data: Path, tmp_path: Path) -> None:
    data = dataset(str(purchasing_data / "wideworldimporters"))
    # The limit itself is tested elsewhere; here it would only take time.
    with Simulators(tmp_path / "site", data, calls=600_000, per=60) as simulators:
        with Bridge.open(simulators.settings) as bridge:
            reports = (sync_vendors(bridge), sync_items(bridge), sync_bills(bridge))
            assert bridge.state.audit_broken_at() is None
        assert [len(each.created) for each in reports] == [13, 227, 1974]
        assert [len(each.held) for each in reports] == [0, 0, 98]
        assert {reason.code for each in reports[2].held for reason in each.reasons} == {"duplicate_document"}
        assert compare(data.expected, simulators.gp_database, simulators.cin7_database, reports) == ()
        rows = simulators.gp.sql("SELECT PRCHAMNT, TAXAMNT, DOCAMNT FROM PM10000")
        there = [sum((Decimal(str(row[place])) for row in rows), Decimal(0)) for place in range(3)]
    duplicates = [bill for bill in data.expected.bills if bill.codes]
    assert len(duplicates) == 98
    gross, tax = (
        sum((getattr(bill, name) for bill in duplicates), Decimal(0)) for name in ("document_amount", "tax_amount")
    )
    assert [there[0] + gross - tax, there[1] + tax, there[2] + gross] == [NET, TAX, GROSS]
