"""4,012 real orders with prices to four decimals: every complete one to the cent."""

from __future__ import annotations

import csv
import datetime as dt
from collections import Counter
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from receiving_documents import as_receivings

from gp_cin7_bridge import Bridge, sync_bills, sync_items, sync_receipts, sync_vendors
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


@pytest.mark.timeout(600)
def test_what_was_received_and_not_billed_stands_accrued_to_the_cent(purchasing_data: Path, tmp_path: Path) -> None:
    folder = purchasing_data / "adventureworks"
    data = AdventureWorks(folder, until=dt.date(2022, 9, 1))
    inactive = {bill.order_number for bill in data.expected.bills if bill.codes}
    complete = {bill.order_number for bill in data.expected.bills} - inactive
    with (folder / "purchase_order_lines.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["DueDate"] < "2022-09-20"]
    with Simulators(tmp_path / "site", data, calls=600_000, per=60) as simulators:
        with simulators.settings.open("a", encoding="utf-8") as settings:
            settings.write('\n[receipts]\nmode = "gl_accrual"\naccrued = "000-2120-00"\nin_transit = "000-1310-00"\n')
        with Bridge.open(simulators.settings) as bridge:
            sync_vendors(bridge)
            assert len(sync_receipts(bridge).created) > 5
            assert {why.code for each in sync_bills(bridge).held for why in each.reasons} <= {"vendor_inactive"}
        there = simulators.gp.sql(
            "SELECT sum(CRDTAMNT) - sum(DEBITAMT) AS open FROM (SELECT ACTINDX, DEBITAMT, CRDTAMNT FROM GL10001"
            " UNION ALL SELECT DSTINDX, DEBITAMT, CRDTAMNT FROM PM10100)"
            " WHERE ACTINDX = (SELECT ACTINDX FROM GL00105 WHERE ACTNUMST = '000-2120-00')"
        )
        orders = {row["order_number"] for row in simulators.cin7.sql("SELECT order_number FROM purchases")}
    left = sum(
        (
            (Decimal(row["StockedQty"]) * Decimal(row["UnitPrice"])).quantize(Decimal("0.01"), ROUND_HALF_UP)
            for row in rows
            if (number := f"PO-{int(row['PurchaseOrderID']):05}") in orders and number not in complete
        ),
        Decimal(0),
    )
    assert Decimal(str(there[0]["open"])).quantize(Decimal("0.01")) == left > 0


@pytest.mark.timeout(600)
def test_what_was_received_is_shipped_and_matched_to_the_piece(purchasing_data: Path, tmp_path: Path) -> None:
    folder = purchasing_data / "adventureworks"
    data = AdventureWorks(folder, until=dt.date(2022, 9, 1))
    with Simulators(tmp_path / "site", data, calls=600_000, per=60) as simulators:
        simulators.gp.sql("INSERT OR IGNORE INTO IV40700 (LOCNCODE) VALUES ('MAIN')")
        with simulators.settings.open("a", encoding="utf-8") as settings:
            settings.write('\n[receipts]\nmode = "pop"\n\n[receipts.sites]\n"" = "MAIN"\n')
        with Bridge.open(simulators.settings) as bridge:
            sync_vendors(bridge)
            sync_items(bridge)
            report = sync_receipts(bridge)
            bills = sync_bills(bridge)
            assert bills.created == ()
        expected, receivings = as_receivings(data.expected, simulators)
        assert [*receivings.differences(simulators, report)] == []
        assert compare(expected, simulators.gp_database, simulators.cin7_database, (bills,)) == ()
        assert receivings.count() == len(report.created) + len(report.held)
        held = {why.code for each in report.held for why in each.reasons}
        assert held <= {"vendor_inactive", "goods_not_shipped"} and len(report.created) > 5
        lines = simulators.gp.sql(
            """SELECT h.REFRENCE AS number, q.QTYSHPPD AS shipped, q.QTYINVCD AS invoiced FROM POP10500 q
               JOIN POP10300 h ON h.POPRCTNM = q.POPRCTNM"""
        )
        matched = simulators.gp.sql("SELECT sum(QTYINVCD) AS quantity FROM POP10600")
    with (folder / "purchase_order_lines.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if Decimal(row["StockedQty"])]
    shipped = {row["number"] for row in lines if row["shipped"]}
    arrived = (row for row in rows if f"PO-{int(row['PurchaseOrderID']):05}" in shipped)
    assert sum(Decimal(row["StockedQty"]) for row in arrived) == sum(Decimal(str(row["shipped"])) for row in lines)
    assert Decimal(str(matched[0]["quantity"])) == sum(Decimal(str(row["invoiced"])) for row in lines) > 0
