"""The page on receipts is true: every example foots, and GP holds exactly its documents when the story is played."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest
from receipt_parts import buy, invoice, journals, line, receipt, set_receipts

from gp_cin7_bridge import Bridge, read_settings, sync_bills, sync_receipts, sync_vendors
from gp_cin7_bridge.sandbox.simulators import Simulators

PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "receipts.md"
SECTIONS: Final = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL))
EXAMPLES: Final = [name for name, text in SECTIONS.items() if "| balance |" in text]
# What GP has of `pop` are receivings, not journals; test_receivings plays that story.
PLAYED: Final = [name for name in EXAMPLES if name != "pop"]
T1, T2 = "11111111-0000-4000-8000-000000000001", "11111111-0000-4000-8000-000000000002"
Row = tuple[str, str, dict[str, Decimal]]


def table(name: str) -> list[Row]:
    """The example's rows: date, document and amount by account."""
    lines = [each for each in SECTIONS[name].splitlines() if each.startswith("|")]
    cells = [[cell.strip() for cell in each.strip("|").split("|")] for each in lines if "---" not in each]
    accounts = [cell.split()[0] for cell in cells[0][2:]]
    return [
        (row[0], row[1], {account: Decimal(cell) for account, cell in zip(accounts, row[2:], strict=True) if cell})
        for row in cells[1:]
    ]


def played(simulators: Simulators, name: str) -> None:
    """Play the story of the page, with a run of receipts and bills on the day after each event."""
    cin7 = simulators.cin7
    found = re.search(r"```toml\n(.*?)```", SECTIONS[name], re.DOTALL)
    settings = found[1] if found else ""
    own_map, _, receipts = settings.partition("[receipts]")
    text = simulators.settings.read_text("utf-8")
    text = text.replace('"1300" =', '"2120" = "000-2120-00"\n"5100" = "000-5100-00"\n"1300" =', 1)
    simulators.settings.write_text(text, "utf-8")
    assert all(each in text for each in own_map.splitlines())
    set_receipts(simulators, f"\n[receipts]{receipts}" if receipts else "")
    first, second = receipt(cin7, T1, (6, dt.date(2026, 3, 5))), receipt(cin7, T2, (4, dt.date(2026, 4, 9)))
    billed = dt.date(2026, 4, 2)
    bill = invoice("B-1", billed, line(cin7, 10, "2.60"), task_id="11111111-0000-4000-8000-000000000003")
    accrual, back = ("1300", "2120", "15.00", "2026-03-05"), ("2120", "1300", "15.00", "2026-04-02")
    freight = ("1300", "5100", "3.00", "2026-04-12")
    for day, receipts_by_then, bills, ledger in (
        (dt.date(2026, 3, 5), (first,), (), [(accrual, True)]),
        (billed, (first,), (bill,), [(accrual, True), (back, True)]),
        (dt.date(2026, 4, 9), (first, second), (bill,), [(accrual, True), (back, True)]),
        (dt.date(2026, 4, 12), (first, second), (bill,), [(accrual, True), (back, True), (freight, False)]),
    ):
        kept = [(row, system) for row, system in ledger if system == (name == "mirror") or name == "Landed cost"]
        buy(
            cin7,
            [line(cin7, 10, "2.50")],
            *receipts_by_then,
            invoices=bills,
            journals=[manual(*kept)] if kept else [],
            updated=f"{day}T10:00:00.000Z",
        )
        noon = dt.datetime(day.year, day.month, day.day, 12, tzinfo=dt.UTC) + dt.timedelta(days=1)
        with Bridge(read_settings(simulators.settings), clock=lambda noon=noon: noon) as bridge:  # type: ignore[misc]  # a fixed clock
            sync_vendors(bridge)
            assert not sync_receipts(bridge).held
            assert not sync_bills(bridge).held


def manual(*rows: tuple[tuple[str, str, str, str], bool]) -> dict[str, object]:
    lines = [
        {"Debit": debit, "Credit": credit, "Amount": amount, "Date": f"{day}T00:00:00", "IsSystem": system}
        for (debit, credit, amount, day), system in rows
    ]
    return {"TaskID": T1, "Status": "AUTHORISED", "Lines": lines}


def in_gp(simulators: Simulators) -> list[tuple[str, dict[str, Decimal]]]:
    rows = simulators.gp.sql(
        "SELECT n.ACTNUMST, d.DEBITAMT, d.CRDTAMNT, substr(p.PSTGDATE, 1, 10) AS day FROM PM10100 d"
        " JOIN PM10000 p ON p.VCHNUMWK = d.VCHRNMBR JOIN GL00105 n ON n.ACTINDX = d.DSTINDX WHERE p.DOCNUMBR = 'B-1'"
    )
    voucher: dict[str, Decimal] = {}
    for row in rows:
        amount = Decimal(str(row["DEBITAMT"])) - Decimal(str(row["CRDTAMNT"]))
        voucher[row["ACTNUMST"]] = voucher.get(row["ACTNUMST"], Decimal(0)) + amount
    return [*journals(simulators.gp), (rows[0]["day"], voucher)]


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_foots(name: str) -> None:
    *rows, (_, last, balance) = table(name)
    assert last == "balance"
    for _, document, amounts in rows:
        assert sum(amounts.values()) == 0, document
    for account, amount in balance.items():
        assert sum((amounts.get(account, Decimal(0)) for _, _, amounts in rows), Decimal(0)) == amount, account


@pytest.mark.parametrize("name", PLAYED)
def test_gp_holds_exactly_the_documents_of_the_example(simulators: Simulators, name: str) -> None:
    played(simulators, name)
    *rows, _ = table(name)
    expected = [(day, amounts) for day, _, amounts in rows]
    assert sorted(map(_comparable, in_gp(simulators))) == sorted(map(_comparable, expected))


def test_the_page_has_an_example_of_each_mode() -> None:
    assert EXAMPLES == ["off", "period_end_accrual", "gl_accrual", "mirror", "Landed cost", "pop"]


def _comparable(document: tuple[str, dict[str, Decimal]]) -> tuple[str, list[tuple[str, Decimal]]]:
    return document[0], sorted(document[1].items())
