"""The other modes of receipts, from end to end: accruals at a period's end, Cin7 Core's own ledger, landed cost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal

import pytest
from receipt_parts import ACCRUED, GL_ACCRUAL, INVENTORY, balances, buy, invoice, journals, line, receipt, set_receipts
from small import codes, writes

from gp_cin7_bridge import Bridge, read_settings, sync_bills, sync_receipts, sync_vendors
from gp_cin7_bridge.review.queue import skip
from gp_cin7_bridge.sandbox.simulators import Simulators

PERIOD_END = f'\n[receipts]\nmode = "period_end_accrual"\naccrued = "{ACCRUED}"\n'
MIRROR = '\n[receipts]\nmode = "mirror"\nfirst_day = 2026-03-01\n'
LANDED_COST = "\n[receipts]\nlanded_cost = true\n"
FREIGHT = "000-5100-00"
T1 = "11111111-0000-4000-8000-000000000001"
Opened = Callable[..., Bridge]


@pytest.fixture
def opened(simulators: Simulators) -> Iterator[Opened]:
    """Open the bridge with a section [receipts], on a day."""
    bridges: list[Bridge] = []
    first = simulators.settings.read_text("utf-8").replace('"1300" =', f'"5100" = "{FREIGHT}"\n"1300" =', 1)
    simulators.settings.write_text(first, "utf-8")

    def on(settings: str, day: dt.date = dt.date(2026, 4, 2)) -> Bridge:
        set_receipts(simulators, settings)
        noon = dt.datetime(day.year, day.month, day.day, 12, tzinfo=dt.UTC)
        bridges.append(Bridge(read_settings(simulators.settings), clock=lambda: noon))
        return bridges[-1]

    yield on
    for bridge in bridges:
        bridge.close()


def received(
    simulators: Simulators, quantity: int, day: dt.date, *bills: dict[str, object], number: str = "PO-9"
) -> None:
    cin7 = simulators.cin7
    buy(cin7, [line(cin7, 10, "2.50")], receipt(cin7, T1, (quantity, day)), invoices=bills, number=number)


def journal(*rows: tuple[str, str, str, str], system: bool = False) -> dict[str, object]:
    """A manual journal of debit, credit, amount and day."""
    lines = [
        {"Reference": "freight", "Amount": amount, "Date": f"{day}T00:00:00", "Debit": debit, "Credit": credit}
        | ({"IsSystem": True} if system else {"IsSystem": False})
        for debit, credit, amount, day in rows
    ]
    return {"TaskID": T1, "Status": "AUTHORISED", "Lines": lines}


def moved(amount: str, *, to: str = INVENTORY, of: str = ACCRUED) -> dict[str, Decimal]:
    return {to: Decimal(amount), of: -Decimal(amount)}


def test_a_periods_end_is_accrued_and_taken_back_the_day_after(simulators: Simulators, opened: Opened) -> None:
    cin7 = simulators.cin7
    received(simulators, 10, dt.date(2026, 3, 5), invoice("B-1", dt.date(2026, 3, 20), line(cin7, 4, "2.50")))
    bridge = opened(PERIOD_END)
    assert len(sync_receipts(bridge).created) == 2
    assert journals(simulators.gp) == [("2026-03-31", moved("15.00")), ("2026-04-01", moved("-15.00"))]
    before = writes(simulators)
    assert sync_receipts(bridge).created == ()
    assert writes(simulators) == before


def test_a_period_that_did_not_end_is_not_accrued(simulators: Simulators, opened: Opened) -> None:
    received(simulators, 10, dt.date(2026, 4, 1))
    sync_receipts(opened(PERIOD_END))
    assert journals(simulators.gp) == []


def test_from_the_first_day_on_every_period_that_ended_is_accrued(simulators: Simulators, opened: Opened) -> None:
    received(simulators, 10, dt.date(2026, 3, 5))
    sync_receipts(opened(f"{PERIOD_END}first_day = 2026-03-01\n", dt.date(2026, 5, 2)))
    days = [day for day, _ in journals(simulators.gp)]
    assert days == ["2026-03-31", "2026-04-01", "2026-04-30", "2026-05-01"]
    assert balances(simulators.gp) == {}


def test_one_purchase_that_cannot_be_valued_keeps_a_periods_end_from_being_booked(
    simulators: Simulators, opened: Opened
) -> None:
    received(simulators, 10, dt.date(2026, 3, 5))
    cin7 = simulators.cin7
    buy(cin7, [line(cin7, 1, 0)], receipt(cin7, T1, (1, dt.date(2026, 3, 6))), number="PO-8")
    bridge = opened(PERIOD_END)
    assert codes(sync_receipts(bridge)) == {"PO-8 at 2026-03-31": ["receipt_without_price"]}
    buy(cin7, [line(cin7, 1, "1.00")], receipt(cin7, T1, (1, dt.date(2026, 3, 6))), number="PO-8")
    assert len(sync_receipts(bridge).created) == 2
    assert not bridge.state.held("receipts")
    assert journals(simulators.gp)[0] == ("2026-03-31", moved("26.00"))


def test_an_accrual_that_gp_refused_is_made_by_the_next_run_beside_those_of_other_currencies(
    simulators: Simulators, opened: Opened
) -> None:
    received(simulators, 10, dt.date(2026, 3, 5))
    cin7 = simulators.cin7
    goods, arrived = [line(cin7, 10, "2.00")], receipt(cin7, T1, (10, dt.date(2026, 3, 6)))
    buy(cin7, goods, arrived, number="PO-8", currency="EUR", rate=Decimal("1.5"))
    bridge = opened(PERIOD_END)
    simulators.gp.fail_next("status", match="^POST .*Journals", status=400)
    report = sync_receipts(bridge)
    assert codes(report)["accrual EUR at 2026-03-31"] == ["refused"] and len(report.created) == 2
    sync_receipts(bridge)
    assert sorted(lines[INVENTORY] for _, lines in journals(simulators.gp)) == [-30, -25, 25, 30]
    assert not bridge.state.held("receipts")


def test_a_purchase_that_a_person_skips_holds_a_periods_end_no_longer(simulators: Simulators, opened: Opened) -> None:
    received(simulators, 10, dt.date(2026, 3, 5))
    cin7 = simulators.cin7
    buy(cin7, [line(cin7, 1, 0)], receipt(cin7, T1, (1, dt.date(2026, 3, 6))), number="PO-8")
    bridge = opened(PERIOD_END)
    sync_receipts(bridge)
    skip(bridge, "PO-8 at 2026-03-31", "a sample", actor="kim", flow="receipts")
    assert len(sync_receipts(bridge).created) == 2
    assert journals(simulators.gp)[0] == ("2026-03-31", moved("25.00"))


def test_a_purchase_that_cannot_be_read_holds_a_periods_end_until_it_can(
    simulators: Simulators, opened: Opened
) -> None:
    received(simulators, 10, dt.date(2026, 3, 5))
    bridge = opened(PERIOD_END)
    (row,) = simulators.cin7.sql("SELECT id FROM purchases WHERE order_number = 'PO-9'")
    simulators.cin7.fail_next("status", match=f"GET .*{row['id']}", times=2, status=400)
    assert [*codes(sync_receipts(bridge)).values()] == [["unreadable"]] and not journals(simulators.gp)
    assert len(sync_receipts(bridge).created) == 2
    assert not bridge.state.held("receipts")


def test_what_takes_an_accrual_back_says_what_the_accrual_said(simulators: Simulators, opened: Opened) -> None:
    received(simulators, 10, dt.date(2026, 3, 5))
    bridge = opened(PERIOD_END)
    period = "UPDATE SY40100 SET PSERIES_1 = {} WHERE YEAR1 = 2026 AND PERIODID = 4"
    simulators.gp.sql(period.format(1))
    assert codes(sync_receipts(bridge)) == {"reversal USD at 2026-03-31": ["journal_period_closed"]}
    simulators.gp.sql(period.format(0))
    received(simulators, 4, dt.date(2026, 3, 5))
    sync_receipts(bridge)
    assert [lines for _, lines in journals(simulators.gp)] == [moved("25.00"), moved("-25.00")]


def test_the_mirror_copies_journals_and_leaves_bills_and_payments_to_vouchers(
    simulators: Simulators, opened: Opened
) -> None:
    cin7 = simulators.cin7
    bills = (invoice("B-1", dt.date(2026, 3, 20), line(cin7, 10, "2.50"), task_id=T1),)
    rows = journal(("1300", "5100", "3.00", "2026-03-21"), ("1300", "1300", "9.00", "2026-03-21"), system=True)
    buy(cin7, [line(cin7, 10, "2.50")], invoices=bills, journals=[rows])
    bridge = opened(MIRROR)
    assert len(sync_receipts(bridge).created) == 1
    assert journals(simulators.gp) == [("2026-03-21", moved("3.00", of=FREIGHT))]
    before = writes(simulators)
    sync_receipts(bridge)
    assert writes(simulators) == before


def test_the_mirror_follows_what_changes_in_the_ledger(simulators: Simulators, opened: Opened) -> None:
    cin7 = simulators.cin7
    bridge = opened(MIRROR)
    for amount in ("3.00", "5.00"):
        buy(cin7, [line(cin7, 10, "2.50")], journals=[journal(("1300", "5100", amount, "2026-03-21"))])
        sync_receipts(bridge)
    buy(cin7, [line(cin7, 10, "2.50")])
    sync_receipts(bridge)
    amounts = [lines[INVENTORY] for _, lines in journals(simulators.gp)]
    assert amounts == [Decimal("3.00"), Decimal("2.00"), Decimal("-5.00")]


def test_an_account_of_the_ledger_that_is_not_mapped_holds_its_journal(simulators: Simulators, opened: Opened) -> None:
    cin7 = simulators.cin7
    buy(cin7, [line(cin7, 10, "2.50")], journals=[journal(("1300", "6400", "3.00", "2026-03-21"))])
    assert codes(sync_receipts(opened(MIRROR))) == {"PO-9 2026-03-21": ["account_unmapped"]}


def test_landed_cost_is_a_journal_of_each_day_without_the_systems_own_lines(
    simulators: Simulators, opened: Opened
) -> None:
    cin7 = simulators.cin7
    rows = [("1300", "5100", "7.50", "2026-03-21"), ("1300", "5100", "1.50", "2026-03-22")]
    buy(cin7, [line(cin7, 10, "2.50")], journals=[journal(*rows)])
    buy(cin7, [line(cin7, 10, "2.50")], journals=[journal(*rows, system=True)], number="PO-8")
    bridge = opened(LANDED_COST)
    assert sync_receipts(bridge).created == ("PO-9", "PO-9")
    assert journals(simulators.gp) == [
        ("2026-03-21", moved("7.50", of=FREIGHT)),
        ("2026-03-22", moved("1.50", of=FREIGHT)),
    ]
    before = writes(simulators)
    assert sync_receipts(bridge).created == ()
    assert writes(simulators) == before


def test_what_another_mode_left_open_is_told_and_cleared_by_its_bill(simulators: Simulators, opened: Opened) -> None:
    received(simulators, 10, dt.date(2026, 3, 5))
    accruing = opened(GL_ACCRUAL)
    sync_vendors(accruing)
    sync_receipts(accruing)
    off = opened("")
    report = sync_receipts(off)
    assert codes(report) == {"what gl_accrual left open": ["accruals_left_open"]}
    skip(off, "what gl_accrual left open", "cleared by its bill", actor="kim", flow="receipts")
    assert not sync_receipts(off).held
    cin7 = simulators.cin7
    received(simulators, 10, dt.date(2026, 3, 5), invoice("B-1", dt.date(2026, 4, 1), line(cin7, 10, "2.50")))
    assert not sync_bills(off).held
    assert ACCRUED not in balances(simulators.gp)
    assert not sync_receipts(off).held


def test_a_first_day_that_is_set_later_takes_no_landed_cost_back(simulators: Simulators, opened: Opened) -> None:
    cin7 = simulators.cin7
    manual = journal(("1300", "5100", "7.50", "2026-03-21"))
    buy(cin7, [line(cin7, 10, "2.50")], journals=[manual])
    sync_receipts(opened(LANDED_COST))
    buy(cin7, [line(cin7, 11, "2.50")], journals=[manual], updated="2026-03-22T10:00:00.000Z")
    later = opened(f"{LANDED_COST}first_day = 2026-04-01\n")
    assert sync_receipts(later).created == ()
    assert journals(simulators.gp) == [("2026-03-21", moved("7.50", of=FREIGHT))]
