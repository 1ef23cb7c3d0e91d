"""Payments recorded in Cin7 Core, over real sockets: once, only what GP has paid, never into locked books."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import pytest
from small import codes, writes

from gp_cin7_bridge import Bridge, SettingsError, plan, read_settings, sync_bills, sync_payments
from gp_cin7_bridge.sandbox.simulators import Simulators


def turned_on(simulators: Simulators, settings: str = 'on = true\naccount = "1010"\n') -> None:
    text = simulators.settings.read_text("utf-8")
    simulators.settings.write_text(f"{text}\n[payments]\n{settings}", "utf-8")


@pytest.fixture
def paying(simulators: Simulators) -> Iterator[Bridge]:
    """A bridge that records payments."""
    (bank,) = simulators.cin7.sql("SELECT key FROM reference WHERE book = 'account' AND body LIKE '%\"BANK\"%' LIMIT 1")
    turned_on(simulators, f'on = true\naccount = "{bank["key"]}"\n')
    with Bridge.open(simulators.settings) as opened:
        yield opened


def pay(simulators: Simulators, *numbers: str) -> None:
    for row in simulators.gp.sql("SELECT VCHNUMWK, BACHNUMB, DOCNUMBR FROM PM10000"):
        simulators.gp.do("post_batch", batch=row["BACHNUMB"])
    for row in simulators.gp.sql("SELECT VCHRNMBR, DOCNUMBR FROM PM20000"):
        if row["DOCNUMBR"] in numbers:
            simulators.gp.do("pay_voucher", voucher=row["VCHRNMBR"])


def paid(bridge: Bridge) -> dict[str, tuple[Decimal, str]]:
    invoices = {}
    for row in bridge.cin7.purchases.list():
        (invoice,) = bridge.cin7.purchases.get(row).invoices
        invoices[str(invoice.invoice_number)] = (invoice.paid, str(invoice.status))
    return invoices


def test_nothing_is_recorded_unless_it_is_switched_on(simulators: Simulators, bridge: Bridge) -> None:
    pay(simulators, "INV-1")
    before = writes(simulators)
    assert len(plan(bridge, "payments")) == 0 and sync_payments(bridge).created == ()
    assert writes(simulators) == before


def test_what_gp_has_paid_is_recorded_once(simulators: Simulators, paying: Bridge) -> None:
    pay(simulators, "INV-2")
    assert sync_payments(paying).created == ("INV-2",)
    assert paid(paying)["INV-2"] == (Decimal(20), "PAID") and paid(paying)["INV-1"] == (Decimal(0), "AUTHORISED")
    before = writes(simulators)
    again = sync_payments(paying)
    assert (again.created, again.unchanged) == ((), ("INV-2",)) and writes(simulators) == before


def test_the_date_is_the_day_on_which_it_was_first_seen(simulators: Simulators, paying: Bridge) -> None:
    pay(simulators, "INV-2")
    (action,) = plan(paying, "payments")
    assert action.after is not None
    assert action.after["date_paid"] == paying.clock().astimezone().date().isoformat()
    assert str(action.after["reference"]).startswith("GP C7")


def test_posted_and_voided_vouchers_are_not_paid(simulators: Simulators, paying: Bridge) -> None:
    pay(simulators)
    (row,) = simulators.gp.sql("SELECT VCHRNMBR FROM PM20000 WHERE DOCNUMBR = 'INV-1'")
    simulators.gp.do("void_voucher", voucher=row["VCHRNMBR"])
    assert len(plan(paying, "payments")) == 0


@pytest.mark.parametrize("kind", ["lost_answer", "lost_request"])
def test_a_lost_call_records_no_second_payment(simulators: Simulators, paying: Bridge, kind: str) -> None:
    pay(simulators, "INV-2")
    simulators.cin7.fail_next(kind, match="^POST .*payment")  # type: ignore[arg-type]  # a parameter's value
    sync_payments(paying)
    later = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=2)
    with Bridge(read_settings(simulators.settings), clock=lambda: later) as bridge:
        sync_payments(bridge)
        purchase = bridge.cin7.purchases.find("PO-2")
        assert purchase is not None
        assert [each.amount for each in bridge.cin7.purchases.payments.list(purchase)] == [Decimal(20)]


def test_what_a_person_recorded_is_not_recorded_again(simulators: Simulators, paying: Bridge) -> None:
    pay(simulators, "INV-2", "INV-3")
    simulators.cin7.people.pay("PO-2", 20)
    simulators.cin7.people.pay("PO-3", 10)
    report = sync_payments(paying)
    assert report.created == ("INV-3",)
    assert [each.reasons[0].code for each in report.skipped] == ["paid_already"]
    assert paid(paying)["INV-3"] == (Decimal(30), "PAID")


def test_locked_books_hold_a_payment_until_they_are_opened(simulators: Simulators, paying: Bridge) -> None:
    pay(simulators, "INV-2")
    simulators.cin7.people.lock_books("2099-12-31T00:00:00")
    assert codes(sync_payments(paying)) == {"INV-2": ["books_locked"]}
    simulators.cin7.people.lock_books("01/02/2026")
    assert codes(sync_payments(paying)) == {"INV-2": ["lock_date_unreadable"]}
    simulators.cin7.people.lock_books("2026-01-31T00:00:00")
    assert sync_payments(paying).created == ("INV-2",)


def test_a_document_that_is_no_longer_owed_holds_its_payment(simulators: Simulators, paying: Bridge) -> None:
    pay(simulators, "INV-2")
    simulators.cin7.people.void_invoice("PO-2")
    assert codes(sync_payments(paying)) == {"INV-2": ["paid_not_owed"]}


def test_a_recorded_payment_changes_nothing_for_bills(simulators: Simulators, paying: Bridge) -> None:
    pay(simulators, "INV-1", "INV-2", "INV-3")
    sync_payments(paying)
    report = sync_bills(paying)
    assert not (report.created or report.held or report.failed)


def test_an_account_is_required(simulators: Simulators) -> None:
    turned_on(simulators, "on = true\n")
    with pytest.raises(SettingsError, match="set account to the code of a bank account"):
        read_settings(simulators.settings)
