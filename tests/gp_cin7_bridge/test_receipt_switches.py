"""The mode of receipts is switched while purchases are under way: nothing is counted twice, nothing stays behind."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from itertools import permutations
from typing import Final

import pytest
from receipt_parts import (
    ACCRUED,
    DIFFERENCE,
    IN_TRANSIT,
    INVENTORY,
    PAYABLE,
    balances,
    buy,
    invoice,
    journals,
    line,
    receipt,
)
from small import codes

from gp_cin7_bridge import Bridge, sync_bills, sync_items, sync_receipts, sync_vendors
from gp_cin7_bridge.review.rebuild import rebuild
from gp_cin7_bridge.sandbox import Sandbox

MODES: Final = ("off", "period_end_accrual", "gl_accrual", "mirror", "pop")
T1, T2 = "11111111-0000-4000-8000-000000000001", "11111111-0000-4000-8000-000000000002"
B1, B2, B3 = (f"11111111-0000-4000-8000-00000000000{number}" for number in (3, 4, 5))
MARCH_5, APRIL_2, APRIL_9 = dt.date(2026, 3, 5), dt.date(2026, 4, 2), dt.date(2026, 4, 9)
# Once goods of a purchase are on a voucher, GP's stock of it is a person's: its bills are vouchers to the end.
LEFT_TO_PEOPLE: Final = {(before, "pop"): {"receiving_mixed"} for before in ("off", "period_end_accrual", "mirror")}


def sandbox_in(mode: str) -> Sandbox:
    accounts = {"map": {"1300": INVENTORY, "2120": ACCRUED, "1310": IN_TRANSIT}, "payable": PAYABLE}
    sandbox = Sandbox({"accounts": accounts, "receipts": {"mode": mode, **ALWAYS}}, now=noon(dt.date(2026, 3, 10)))
    sandbox.gp.add_vendor("ACME", "ACME Ltd")
    sandbox.gp.insert("IV40700", LOCNCODE="MAIN")
    sandbox.gp.add_item("A-1", "Item A-1", unit_schedule_id="EACH")
    sync_vendors(sandbox.bridge)
    sync_items(sandbox.bridge)
    return sandbox


ALWAYS: Final = {
    "accrued": ACCRUED,
    "in_transit": IN_TRANSIT,
    "difference": DIFFERENCE,
    "first_day": dt.date(2026, 3, 1),
    "sites": {"Main Warehouse": "MAIN"},
}


def noon(day: dt.date) -> dt.datetime:
    return dt.datetime(day.year, day.month, day.day, 12, tzinfo=dt.UTC)


def switched(sandbox: Sandbox, mode: str) -> None:
    receipts = sandbox.bridge.settings.receipts.model_copy(update={"mode": mode})
    sandbox.bridge.settings = sandbox.bridge.settings.model_copy(update={"receipts": receipts})


def came(sandbox: Sandbox, task: str, quantity: int, day: dt.date) -> dict[str, object]:
    found = receipt(sandbox.cin7, task, (quantity, day))
    for each in found["Lines"]:  # type: ignore[attr-defined]  # a list of the simulator's rows
        each["Location"] = "Main Warehouse"
    return found


def ledger(*rows: tuple[str, str, str, dt.date]) -> dict[str, object]:
    """What *Inventory accrual* makes Cin7 Core book itself: debit, credit, amount, day."""
    lines = [
        {"Debit": debit, "Credit": credit, "Amount": amount, "Date": f"{day}T00:00:00", "IsSystem": True}
        for debit, credit, amount, day in rows
    ]
    return {"TaskID": T1, "Status": "AUTHORISED", "Lines": lines}


def bought(sandbox: Sandbox, day: dt.date) -> None:
    """Let Cin7 Core have what happened by a day.

    Of PO-8, 6 of 10 are received, billed whole, and the other 4 received; of PO-9, each of the two has its own bill.
    """
    cin7, later = sandbox.cin7, day >= APRIL_9
    rows = [("1300", "2120", "15.00", MARCH_5)]
    rows += [("2120", "1300", "15.00", APRIL_2), ("1310", "1300", "10.40", APRIL_2)] if later else []
    rows += [("1300", "1310", "10.40", APRIL_9)] if later else []
    whole = invoice("B-8", APRIL_2, line(cin7, 10, "2.60"), task_id=B1)
    first = invoice("B-9/1", MARCH_5, line(cin7, 6, "2.60"), task_id=B2)
    second = invoice("B-9/2", APRIL_9, line(cin7, 4, "2.60"), task_id=B3)
    for number, bills, manual in (
        ("PO-8", (whole,) if later else (), [ledger(*rows)]),
        ("PO-9", (first, second) if later else (first,), []),
    ):
        arrived = [came(sandbox, T1, 6, MARCH_5), *([came(sandbox, T2, 4, APRIL_9)] if later else [])]
        updated = f"{day}T10:00:00.000Z"
        order = [line(cin7, 10, "2.50")]
        buy(cin7, order, *arrived, invoices=bills, journals=manual, number=number, updated=updated)


def carried(sandbox: Sandbox, day: dt.date, *, runs: int = 1) -> dict[str, list[str]]:
    """Run on a day, and give what is held, without the note on what is still open."""
    sandbox.bridge.clock = lambda: noon(day)
    held: dict[str, list[str]] = {}
    for _ in range(runs):
        held = codes(sync_receipts(sandbox.bridge)) | codes(sync_bills(sandbox.bridge))
    return {document: found for document, found in held.items() if found != ["accruals_left_open"]}


def standing(sandbox: Sandbox) -> dict[str, Decimal]:
    """What stands in GP by account, receivings as GP posts them."""
    sums = balances(sandbox.gp)
    for row in sandbox.gp.sql(
        "SELECT h.POPTYPE, l.EXTDCOST FROM POP10310 l JOIN POP10300 h ON h.POPRCTNM = l.POPRCTNM"
    ):
        amount = Decimal(str(row["EXTDCOST"])).quantize(Decimal("0.01"))
        if row["POPTYPE"] == 1:
            moved = {INVENTORY: amount, ACCRUED: -amount}
        else:
            accrued = Decimal("2.50") * amount / Decimal("2.60")
            moved = {ACCRUED: accrued, DIFFERENCE: amount - accrued, PAYABLE: -amount}
        for account, value in moved.items():
            sums[account] = sums.get(account, Decimal(0)) + value
    return {account: amount for account, amount in sums.items() if amount}


@pytest.mark.parametrize(("before", "after"), [*permutations(MODES, 2)])
def test_purchases_that_are_under_way_while_the_mode_is_switched_foot_in_the_end(before: str, after: str) -> None:
    sandbox = sandbox_in(before)
    bought(sandbox, dt.date(2026, 3, 10))
    assert carried(sandbox, dt.date(2026, 4, 1)) == {}
    switched(sandbox, after)
    bought(sandbox, APRIL_9)
    held = carried(sandbox, dt.date(2026, 4, 10), runs=2)
    sums = standing(sandbox)
    assert {why for reasons in held.values() for why in reasons} == LEFT_TO_PEOPLE.get((before, after), set())
    assert ACCRUED not in sums and IN_TRANSIT not in sums
    assert sums[INVENTORY] + sums.get(DIFFERENCE, Decimal(0)) == 52 and sums[PAYABLE] == -52


def test_a_receipt_that_stands_in_the_accrual_of_a_periods_end_is_booked_when_that_is_taken_back() -> None:
    sandbox = sandbox_in("period_end_accrual")
    bought(sandbox, dt.date(2026, 3, 10))
    carried(sandbox, dt.date(2026, 4, 1))
    switched(sandbox, "gl_accrual")
    carried(sandbox, dt.date(2026, 4, 2))
    moved = [(day, lines[ACCRUED]) for day, lines in journals(sandbox.gp)]
    assert moved == [("2026-03-31", -15), ("2026-04-01", 15), ("2026-04-01", -15)]


def test_an_accrual_that_waits_to_be_taken_back_is_taken_back_in_another_mode() -> None:
    sandbox = sandbox_in("period_end_accrual")
    bought(sandbox, dt.date(2026, 3, 10))
    period = "UPDATE SY40100 SET PSERIES_1 = {} WHERE YEAR1 = 2026 AND PERIODID = 4"
    sandbox.gp.sql(period.format(1))
    assert carried(sandbox, dt.date(2026, 4, 1)) == {"reversal USD at 2026-03-31": ["journal_period_closed"]}
    sandbox.gp.sql(period.format(0))
    switched(sandbox, "off")
    assert carried(sandbox, dt.date(2026, 4, 2)) == {}
    assert ACCRUED not in balances(sandbox.gp)


def test_the_mirror_copies_no_half_of_a_purchase_that_was_ordered_before_its_first_day() -> None:
    sandbox = sandbox_in("off")
    bought(sandbox, dt.date(2026, 3, 10))
    receipts = sandbox.bridge.settings.receipts.model_copy(update={"mode": "mirror", "first_day": APRIL_2})
    sandbox.bridge.settings = sandbox.bridge.settings.model_copy(update={"receipts": receipts})
    bought(sandbox, APRIL_9)
    assert carried(sandbox, dt.date(2026, 4, 10)) == {}
    assert journals(sandbox.gp) == []


def test_landed_cost_that_is_booked_already_is_not_copied_by_the_mirror() -> None:
    sandbox = sandbox_in("off")
    landed = sandbox.bridge.settings.receipts.model_copy(update={"landed_cost": True})
    sandbox.bridge.settings = sandbox.bridge.settings.model_copy(update={"receipts": landed})
    cin7 = sandbox.cin7
    freight = ledger(("1300", "2120", "3.00", MARCH_5))
    freight["Lines"][0]["IsSystem"] = False  # type: ignore[index]  # a list of the simulator's rows
    buy(cin7, [line(cin7, 10, "2.50")], journals=[freight])
    carried(sandbox, dt.date(2026, 4, 1))
    switched(sandbox, "mirror")
    carried(sandbox, dt.date(2026, 4, 2), runs=2)
    assert [lines[INVENTORY] for _, lines in journals(sandbox.gp)] == [3]


def test_a_ledger_line_that_names_no_purchase_waits_where_it_may_belong_to_one_of_another_mode() -> None:
    sandbox = sandbox_in("gl_accrual")
    bought(sandbox, dt.date(2026, 3, 10))
    carried(sandbox, dt.date(2026, 4, 1))
    switched(sandbox, "mirror")
    sandbox.cin7.sql("UPDATE transactions SET body = replace(body, '\"PO-8\"', '\"somewhere\"')")
    assert carried(sandbox, dt.date(2026, 4, 2)) == {"somewhere 2026-03-05": ["ledger_order_unknown"]}


@pytest.mark.parametrize("before", ["gl_accrual", "mirror", "pop"])
def test_after_the_state_was_lost_rebuilding_in_each_mode_tells_again_how_purchases_were_begun(before: str) -> None:
    sandbox = sandbox_in(before)
    bought(sandbox, dt.date(2026, 3, 10))
    carried(sandbox, dt.date(2026, 4, 1))
    old = sandbox.bridge
    sandbox.bridge = Bridge(old.settings, gp=old.gp, cin7=old.cin7, state="sqlite://", clock=old.clock)
    rebuild(sandbox.bridge)
    switched(sandbox, "off")
    rebuild(sandbox.bridge)
    bought(sandbox, APRIL_9)
    assert carried(sandbox, dt.date(2026, 4, 10), runs=2) == {}
    sums = standing(sandbox)
    assert ACCRUED not in sums and IN_TRANSIT not in sums and sums[PAYABLE] == -52
