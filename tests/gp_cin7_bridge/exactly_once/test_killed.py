"""A real process, killed before and after each step of apply, under each fault of the network."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
from decimal import Decimal

import pytest
from receipt_parts import ACCRUED, GL_ACCRUAL, INVENTORY, buy, journals, line, receipt, set_receipts
from small import vouchers

from gp_cin7_bridge import Bridge, read_settings, sync_bills, sync_items, sync_receipts, sync_vendors
from gp_cin7_bridge.sandbox.simulators import Simulators

STEPS = ("intent", "sending", "create", "confirm")
ALL = [("INV-1", Decimal(10)), ("INV-2", Decimal(20)), ("INV-3", Decimal(30))]


@pytest.fixture
def ready(simulators: Simulators) -> Simulators:
    with Bridge.open(simulators.settings) as bridge:
        sync_vendors(bridge)
        sync_items(bridge)
    return simulators


def killed_sync(simulators: Simulators, fail_point: str, flow: str = "bills") -> int:
    command = [sys.executable, "-m", "gp_cin7_bridge.app.cli", "sync", flow, "-c", str(simulators.settings)]
    environment = {**os.environ, "GP_CIN7_FAIL_POINT": fail_point}
    return subprocess.run(command, env=environment, capture_output=True, check=False).returncode


def one_voucher_each(simulators: Simulators) -> None:
    with Bridge.open(simulators.settings) as bridge:
        report = sync_bills(bridge)
        assert report.finished and not report.held
        assert vouchers(simulators.gp) == ALL
        assert len(bridge.state.links("bill")) == 3
        assert bridge.state.audit_broken_at() is None
        created = [row.document for row in bridge.state.audit_rows() if row.flow == "bills" and row.action == "create"]
        assert sorted(created) == ["INV-1", "INV-2", "INV-3"]


@pytest.mark.parametrize("place", ["before", "after"])
@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("document", [1, 2])
def test_killed_at_a_step_each_invoice_has_one_voucher(ready: Simulators, step: str, place: str, document: int) -> None:
    assert killed_sync(ready, f"{place}:{step}:{document}") == -signal.SIGKILL
    one_voucher_each(ready)


@pytest.mark.parametrize("kind", ["lost_request", "lost_answer", "status"])
@pytest.mark.parametrize("fail_point", ["after:create:1", "before:look:1", "after:look:1", "before:confirm:1"])
def test_killed_while_an_answer_is_lost_each_invoice_has_one_voucher(
    ready: Simulators, kind: str, fail_point: str
) -> None:
    ready.gp.fail_next(kind, match="^POST", status=500)  # type: ignore[arg-type]  # one of the kinds
    assert killed_sync(ready, fail_point) == -signal.SIGKILL
    one_voucher_each(ready)


def test_killed_again_and_again_each_invoice_has_one_voucher(ready: Simulators) -> None:
    for fail_point in ("after:sending", "after:create", "before:look", "after:look", "before:confirm"):
        assert killed_sync(ready, fail_point) == -signal.SIGKILL
    one_voucher_each(ready)


@pytest.mark.parametrize("fail_point", ["after:sending", "after:create", "before:confirm:2"])
def test_killed_at_a_step_each_receipt_has_one_journal(simulators: Simulators, fail_point: str) -> None:
    set_receipts(simulators, GL_ACCRUAL)
    cin7, day = simulators.cin7, dt.date(2026, 3, 5)
    for number in (1, 2):
        buy(cin7, [line(cin7, 10, number)], receipt(cin7, f"t{number}", (10, day)), number=f"PO-R{number}")
    assert killed_sync(simulators, fail_point, "receipts") == -signal.SIGKILL
    later = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=2)
    with Bridge(read_settings(simulators.settings), clock=lambda: later) as bridge:
        report = sync_receipts(bridge)
        assert report.finished and not report.held
        assert len(bridge.state.links("receipt")) == 2
    assert sorted(lines[INVENTORY] for _, lines in journals(simulators.gp)) == [10, 20]
    assert sum(lines[ACCRUED] for _, lines in journals(simulators.gp)) == -30
