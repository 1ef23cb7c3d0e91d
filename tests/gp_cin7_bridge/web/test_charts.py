"""The bars of the charts, and the days that they are drawn from."""

from __future__ import annotations

import datetime as dt

import pytest

from gp_cin7_bridge.app.web.charts import HEIGHT, LEFT, TOP, WIDTH, span, volume, waits
from gp_cin7_bridge.state import Day, Store

TODAY = dt.date(2026, 3, 31)


def day(back: int, *, carried: int = 0, held: int = 0, wait: dt.timedelta | None = None) -> Day:
    date = TODAY - dt.timedelta(days=back)
    return Day(date=date, carried=carried, held=held, usual_wait=wait, longest_wait=wait)


def test_days_on_which_nothing_happened_have_no_bar() -> None:
    drawn = volume([day(number) for number in range(13, -1, -1)])
    assert drawn.bars == () and drawn.labels[-1][1] == "31 Mar"


@pytest.mark.parametrize(("most", "top"), [(1, "2"), (7, "10"), (10, "10"), (101, "200"), (5999, "6000")])
def test_the_axis_ends_at_a_round_number_not_below_the_highest_bar(most: int, top: str) -> None:
    drawn = volume([day(1, carried=most), day(0, held=most)])
    assert drawn.top == top
    assert all(bar.y >= TOP and bar.y + bar.height <= HEIGHT for bar in drawn.bars)
    assert all(bar.x >= LEFT and bar.x + bar.width <= WIDTH for bar in drawn.bars)
    assert [bar.series for bar in drawn.bars] == ["one", "two"]


@pytest.mark.parametrize(
    ("wait", "top", "said"),
    [
        (dt.timedelta(seconds=3), "4 s", "3 s"),
        (dt.timedelta(minutes=5), "6 min", "5 min"),
        (dt.timedelta(hours=20), "20 h", "20 h"),
        (dt.timedelta(days=9), "10 d", "9 d"),
    ],
)
def test_waits_are_told_in_the_unit_that_fits(wait: dt.timedelta, top: str, said: str) -> None:
    assert (waits([day(0, wait=wait)]).top, span(wait)) == (top, said)


def test_a_day_counts_what_was_carried_and_held_and_how_long_it_had_waited(state_url: str) -> None:
    moment = dt.datetime(2026, 3, 30, 9, tzinfo=dt.UTC)
    store = Store.open(state_url, clock=lambda: moment)
    state = store.connection("one", gp_company="A", cin7_account_id="1")
    other = store.connection("two", gp_company="A", cin7_account_id="1")

    def audit(outcome: str, key: str, operation_id: int | None = None) -> None:
        row = {"flow": "bills", "action": "create", "document": key, "cin7_id": key}
        state.audit(outcome=outcome, operation_id=operation_id, **row)

    audit("held", "late")
    other.audit(flow="bills", action="create", outcome="created", document="theirs")
    moment += dt.timedelta(days=1)
    late, prompt = (state.ledger.intend("voucher", key, key, "{}", "hash").id for key in ("late", "prompt"))
    moment += dt.timedelta(seconds=30)
    audit("created", "late", late)
    audit("created", "prompt", prompt)
    audit("updated", "old")
    found = state.activity.days(TODAY - dt.timedelta(days=2), TODAY)
    store.close()
    assert [(each.carried, each.held) for each in found] == [(0, 0), (0, 1), (3, 0)]
    assert found[1].longest_wait is None
    assert found[2].longest_wait == dt.timedelta(days=1, seconds=30)
