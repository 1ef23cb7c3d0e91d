"""Bills for goods that were received: each clears what its receipts accrued, to the cent, and nothing stays behind."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import pytest
from receipt_parts import (
    ACCRUED,
    DIFFERENCE,
    GL_ACCRUAL,
    IN_TRANSIT,
    INVENTORY,
    PAYABLE,
    balances,
    buy,
    invoice,
    line,
    receipt,
    set_receipts,
)
from small import codes, writes

from gp_cin7_bridge import Bridge, read_settings, rebuild, reconcile, sync_bills, sync_receipts, sync_vendors
from gp_cin7_bridge.review.approve import approve
from gp_cin7_bridge.review.queue import skip
from gp_cin7_bridge.sandbox.simulators import Simulators
from gp_cin7_bridge.state import Link

FIRST, SECOND, BILLED = dt.date(2026, 3, 5), dt.date(2026, 3, 9), dt.date(2026, 3, 12)
T1, T2 = "11111111-0000-4000-8000-000000000001", "11111111-0000-4000-8000-000000000002"
OTHERS = Decimal(60)  # the data set's own three bills, which have no receipts


@pytest.fixture
def accruing(simulators: Simulators) -> Iterator[Bridge]:
    """A bridge that books receipts, with its vendors carried."""
    set_receipts(simulators, GL_ACCRUAL)
    with Bridge.open(simulators.settings) as opened:
        sync_vendors(opened)
        yield opened


def bought(
    simulators: Simulators, *quantities: int, billed: tuple[tuple[int, str], ...] = (), day: int = 20, **more: object
) -> str:
    """Order 10 at 2.50, receive some on two days, and be billed quantities at prices."""
    cin7 = simulators.cin7
    receipts = [
        receipt(cin7, task_id, (quantity, received))
        for task_id, received, quantity in zip((T1, T2), (FIRST, SECOND), quantities, strict=False)
    ]
    bills = tuple(
        invoice(f"B-{place}", BILLED, line(cin7, quantity, price), task_id=f"bill-{place}")
        for place, (quantity, price) in enumerate(billed, start=1)
    )
    updated = f"2026-03-{day}T10:00:00.000Z"
    return buy(cin7, [line(cin7, 10, "2.50")], *receipts, invoices=bills, updated=updated, **more)


def standing(simulators: Simulators) -> dict[str, Decimal]:
    """What stands on each account, less the data set's own bills."""
    found = balances(simulators.gp)
    without = {IN_TRANSIT: -OTHERS, PAYABLE: OTHERS}
    sums = {account: found.get(account, Decimal(0)) + without.get(account, 0) for account in {*found, *without}}
    return {account: amount for account, amount in sums.items() if amount}


def test_a_bill_clears_what_was_accrued_and_shows_the_difference(simulators: Simulators, accruing: Bridge) -> None:
    bought(simulators, 10, billed=((10, "2.60"),))
    sync_receipts(accruing)
    assert not sync_bills(accruing).held
    assert standing(simulators) == {INVENTORY: Decimal(25), DIFFERENCE: Decimal(1), PAYABLE: Decimal(-26)}


def test_a_bill_waits_for_its_receipts_and_says_so_with_every_other_reason(
    simulators: Simulators, accruing: Bridge
) -> None:
    bought(simulators, 10, billed=((10, "2.50"),))
    assert codes(sync_bills(accruing)) == {"B-1": ["receipt_not_carried"]}
    sync_receipts(accruing)
    assert sync_bills(accruing).created == ("B-1",)
    assert standing(simulators) == {INVENTORY: Decimal(25), PAYABLE: Decimal(-25)}


def test_what_is_billed_before_it_arrives_waits_in_transit(simulators: Simulators, accruing: Bridge) -> None:
    bought(simulators, 6, billed=((10, "2.50"),))
    sync_receipts(accruing)
    sync_bills(accruing)
    assert standing(simulators) == {INVENTORY: Decimal(15), IN_TRANSIT: Decimal(10), PAYABLE: Decimal(-25)}
    bought(simulators, 6, 4, billed=((10, "2.50"),), day=21)
    sync_receipts(accruing)
    assert standing(simulators) == {INVENTORY: Decimal(25), PAYABLE: Decimal(-25)}


def test_two_bills_of_one_purchase_clear_its_receipt_once(simulators: Simulators, accruing: Bridge) -> None:
    bought(simulators, 7, billed=((4, "2.50"), (3, "2.50")))
    sync_receipts(accruing)
    assert sync_bills(accruing).created[-2:] == ("B-1", "B-2")
    assert standing(simulators) == {INVENTORY: Decimal("17.50"), PAYABLE: Decimal("-17.50")}


def test_goods_whose_bill_was_carried_before_receipts_were_booked_are_in_inventory_already(
    simulators: Simulators, accruing: Bridge
) -> None:
    bought(simulators, billed=((6, "2.50"),))
    set_receipts(simulators, "")
    with Bridge.open(simulators.settings) as before:
        sync_bills(before)
    bought(simulators, 10, billed=((6, "2.50"),), day=21)
    sync_receipts(accruing)
    found = balances(simulators.gp)
    assert (found[INVENTORY], found[ACCRUED]) == (OTHERS + 25, Decimal(-10))


def test_a_foreign_bill_clears_at_its_own_rate(simulators: Simulators, accruing: Bridge) -> None:
    foreign = {"currency": "EUR", "rate": Decimal("1.1")}
    bought(simulators, 10, billed=((10, "2.50"),), **foreign)
    sync_receipts(accruing)
    assert not sync_bills(accruing).held
    assert standing(simulators) == {INVENTORY: Decimal("27.50"), PAYABLE: Decimal("-27.50")}


def test_purchases_ordered_before_the_first_day_stay_as_they_were(simulators: Simulators, accruing: Bridge) -> None:
    set_receipts(simulators, f"{GL_ACCRUAL}first_day = 2026-03-03\n")
    bought(simulators, 10, billed=((10, "2.50"),))
    with Bridge.open(simulators.settings) as later:
        assert sync_receipts(later).created == ()
        assert not sync_bills(later).held
    assert balances(simulators.gp)[PAYABLE] == -OTHERS - 25
    assert ACCRUED not in balances(simulators.gp)


def test_a_bill_that_cleared_its_receipts_agrees_with_its_voucher(simulators: Simulators, accruing: Bridge) -> None:
    bought(simulators, 6, billed=((10, "2.60"),))
    sync_receipts(accruing)
    sync_bills(accruing)
    assert reconcile(accruing, ["bills"]).agrees


def test_a_bill_that_is_sent_anew_clears_its_receipts_again_and_nothing_stays_behind(
    simulators: Simulators, accruing: Bridge
) -> None:
    bought(simulators, 6, billed=((10, "2.50"),))
    sync_receipts(accruing)
    sync_bills(accruing)
    bought(simulators, 6, 4, billed=((10, "2.50"),), day=21)
    sync_receipts(accruing)
    text = simulators.settings.read_text("utf-8")
    simulators.settings.write_text(f'{text}\n[bills]\nafter_change = "compensate"\ngrace_hours = 0\n', "utf-8")
    with Bridge.open(simulators.settings) as bridge:
        bought(simulators, 6, 4, billed=((10, "2.60"),), day=22)
        assert codes(sync_bills(bridge))["B-1"][0] == "bill_changed"
        approve(bridge, "B-1", "supplier agreed", actor="kim")
        assert not sync_bills(bridge).held
        assert standing(simulators) == {INVENTORY: Decimal(25), DIFFERENCE: Decimal(1), PAYABLE: Decimal(-26)}
        assert sync_receipts(bridge).created == ()


def test_what_was_cleared_is_found_again_when_the_state_is_lost(simulators: Simulators, accruing: Bridge) -> None:
    bought(simulators, 6, billed=((10, "2.60"),))
    sync_receipts(accruing)
    sync_bills(accruing)
    bought(simulators, 6, 4, billed=((10, "2.60"),), day=21)
    sync_receipts(accruing)
    known = {
        link.cin7_id: link.details["accruals"] for entity in ("receipt", "bill") for link in links(accruing, entity)
    }
    before = writes(simulators)
    with Bridge(read_settings(simulators.settings), state="sqlite://") as amnesiac:
        found = {each.flow: each for each in rebuild(amnesiac)}
        assert found["receipts"].linked == ("PO-9 received 2026-03-05", "PO-9 received 2026-03-09")
        assert not any(each.absent for each in found.values() if each.flow in ("receipts", "bills"))
        again = {
            each.cin7_id: each.details["accruals"] for kind in ("receipt", "bill") for each in links(amnesiac, kind)
        }
        assert again == known and len(known) == 6
        assert sync_receipts(amnesiac).created == sync_bills(amnesiac).created == ()
    assert writes(simulators) == before


def links(bridge: Bridge, entity: str) -> list[Link]:
    return bridge.state.links(entity)


@pytest.mark.parametrize("moved_to", [dt.date(2026, 3, 4), dt.date(2026, 3, 6)], ids=["an earlier", "a later"])
def test_goods_whose_receipt_moves_to_another_day_after_their_bill_are_not_booked_twice(
    simulators: Simulators, accruing: Bridge, moved_to: dt.date
) -> None:
    bought(simulators, 4, billed=((4, "2.50"),))
    sync_receipts(accruing)
    sync_bills(accruing)
    cin7 = simulators.cin7
    bill = invoice("B-1", BILLED, line(cin7, 4, "2.50"), task_id="bill-1")
    again = receipt(cin7, T1, (4, moved_to))
    buy(cin7, [line(cin7, 10, "2.50")], again, invoices=(bill,), updated="2026-03-21T10:00:00.000Z")
    report = sync_receipts(accruing)
    assert not report.created
    assert {code for each in codes(report).values() for code in each} == {"receipt_billed_already"}
    assert standing(simulators) == {INVENTORY: Decimal(10), PAYABLE: Decimal(-10)}


def test_once_a_person_settled_what_was_undone_after_its_bill_further_receipts_are_booked(
    simulators: Simulators, accruing: Bridge
) -> None:
    bought(simulators, 4, billed=((4, "2.50"),))
    sync_receipts(accruing)
    sync_bills(accruing)
    bought(simulators, 3, 5, billed=((4, "2.50"),), day=21)
    assert codes(sync_receipts(accruing)).keys() == {"PO-9 received 2026-03-05", "PO-9 received 2026-03-09"}
    skip(accruing, "PO-9 received 2026-03-05", "booked by hand", actor="kim", flow="receipts")
    assert sync_receipts(accruing).created == ("PO-9 received 2026-03-09",)
    assert standing(simulators)[ACCRUED] == Decimal("-12.50")
