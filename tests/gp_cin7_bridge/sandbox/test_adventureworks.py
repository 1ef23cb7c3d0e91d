"""4,012 real orders with prices to four decimals: every complete one to the cent."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from gp_cin7_bridge import Bridge, sync_bills, sync_items, sync_vendors
from gp_cin7_bridge.sandbox.compare import compare
from gp_cin7_bridge.sandbox.datasets import dataset
from gp_cin7_bridge.sandbox.datasets.adventureworks import AdventureWorks
from gp_cin7_bridge.sandbox.simulators import Simulators

ALL_COMPLETE = Decimal("62786162.08")


def test_the_complete_orders_sum_to_what_the_data_says(purchasing_data: Path) -> None:
    data = dataset(str(purchasing_data / "adventureworks"))
    assert isinstance(data, AdventureWorks)
    assert (len(data.expected.vendors), len(data.expected.items), len(data.expected.bills)) == (104, 504, 3689)
    assert sum((bill.document_amount for bill in data.expected.bills), Decimal(0)) == ALL_COMPLETE


@pytest.mark.timeout(600)
def test_the_orders_of_the_first_years_stand_in_gp_to_the_cent(purchasing_data: Path, tmp_path: Path) -> None:
    data = AdventureWorks(purchasing_data / "adventureworks", until=dt.date(2023, 9, 1))
    with Simulators(tmp_path / "site", data, calls=600_000, per=60) as simulators:
        with Bridge.open(simulators.settings) as bridge:
            reports = (sync_vendors(bridge), sync_items(bridge), sync_bills(bridge))
        assert compare(data.expected, simulators.gp_database, simulators.cin7_database, reports) == ()
        rows = simulators.gp.sql("SELECT DOCAMNT, PRCHAMNT, FRTAMNT FROM PM10000")
    there = [sum((Decimal(str(row[place])) for row in rows), Decimal(0)) for place in range(3)]
    held = Counter(reason.code for each in reports[2].held for reason in each.reasons)
    waiting = sum((bill.document_amount for bill in data.expected.bills if bill.codes), Decimal(0))
    assert set(held) <= {"vendor_inactive"} and len(rows) + held.total() == len(data.expected.bills) > 80
    assert there[0] == there[1] + there[2]
    assert there[0] + waiting == sum((bill.document_amount for bill in data.expected.bills), Decimal(0))
