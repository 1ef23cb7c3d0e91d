"""Bills that were taken back or replaced in GP: the pair counts nothing, and what stands agrees."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gp_cin7_bridge import Bridge, reconcile, sync_bills, tie_out
from gp_cin7_bridge.review.approve import approve
from gp_cin7_bridge.sandbox.simulators import Simulators


@pytest.fixture
def compensating(simulators: Simulators) -> Iterator[Bridge]:
    """A bridge that proposes what takes a changed bill back."""
    text = simulators.settings.read_text("utf-8")
    simulators.settings.write_text(f'{text}\n[bills]\nafter_change = "compensate"\ngrace_hours = 0\n', "utf-8")
    with Bridge.open(simulators.settings) as opened:
        yield opened


def compensated(bridge: Bridge) -> None:
    sync_bills(bridge)
    approve(bridge, "INV-1", "supplier agreed", actor="kim")
    sync_bills(bridge)


def test_a_replaced_voucher_and_what_takes_it_back_are_not_extra(simulators: Simulators, compensating: Bridge) -> None:
    line = {"SKU": "A-1", "Quantity": 1, "Price": 12, "Tax": 0, "TaxRule": "Tax exempt", "Account": "1300", "Total": 12}
    simulators.cin7.people.edit_invoice("PO-1", Lines=[line], TotalBeforeTax=12, Total=12)
    compensated(compensating)
    assert len(simulators.gp.sql("SELECT 1 FROM PM10000")) == 5
    found = reconcile(compensating, ["bills"])
    assert (found.agrees, found.findings) == (True, ())
    assert all(not each.gap and each.cin7_count == each.gp_count for each in found.totals)


def test_a_voided_bill_that_was_taken_back_agrees(simulators: Simulators, compensating: Bridge) -> None:
    simulators.cin7.people.void_invoice("PO-1")
    assert not reconcile(compensating, ["bills"]).agrees
    compensated(compensating)
    assert reconcile(compensating, ["bills"]).findings == ()
    assert tie_out(compensating).agrees
