"""A real process, killed before and after each step of apply, under each fault of the network."""

from __future__ import annotations

import datetime as dt
import signal
from collections.abc import Iterator
from decimal import Decimal
from itertools import count
from pathlib import Path

import pytest
from processes import killed_at
from receipt_parts import ACCRUED, GL_ACCRUAL, INVENTORY, buy, journals, line, receipt, set_receipts
from small import Small, add_purchase, vouchers

from dynamicsgp_client.testing.faults import FaultKind
from gp_cin7_bridge import Bridge, read_settings, sync_bills, sync_items, sync_receipts, sync_vendors
from gp_cin7_bridge.sandbox.simulators import Simulators

STEPS = ("intent", "sending", "create", "look", "confirm")
FAULTS: tuple[FaultKind | None, ...] = (None, "lost_request", "lost_answer", "status", "slow")
PATIENCE = 1.0


class Site:
    """Both simulators and a bridge whose vendors and items are carried; each test adds invoices of its own."""

    def __init__(self, simulators: Simulators) -> None:
        self.simulators = simulators
        self.impatient = simulators.settings.with_name("impatient.toml")
        text = simulators.settings.read_text("utf-8")
        self.impatient.write_text(text.replace("[gp]\n", f"[gp]\ntimeout = {PATIENCE}\n"), "utf-8")
        self.numbers = count(10)
        with Bridge.open(simulators.settings) as bridge:
            for sync in (sync_vendors, sync_items, sync_bills):
                sync(bridge)

    def invoices(self) -> tuple[int, int]:
        """Add two invoices, so that what comes after a killed one is seen too."""
        first, second = next(self.numbers), next(self.numbers)
        for number in (first, second):
            add_purchase(self.simulators.cin7, number)
        return first, second

    def each_has_one_voucher(self, *numbers: int) -> None:
        """Sync in this process, then look for vouchers, links and audit rows of the invoices."""
        names = [f"INV-{number}" for number in numbers]
        with Bridge.open(self.simulators.settings) as bridge:
            report = sync_bills(bridge)
            assert report.finished and not report.held and not report.failed
            made = [each for each in vouchers(self.simulators.gp) if each[0] in names]
            assert sorted(made) == sorted((f"INV-{number}", Decimal(10 * number)) for number in numbers)
            created = [row.document for row in bridge.state.audit_rows() if row.action == "create"]
            assert [created.count(name) for name in names] == [1] * len(names)
            assert len(bridge.state.links("bill")) == len(vouchers(self.simulators.gp))
            assert bridge.state.audit_broken_at() is None


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with Simulators(tmp_path_factory.mktemp("site"), Small(), calls=60000, per=60) as running:
        yield Site(running)


@pytest.mark.parametrize("place", ["before", "after"])
@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("fault", FAULTS)
def test_meego_killed_at_a_step_each_invoice_has_one_voucher(
    site: Site, fault: FaultKind | None, step: str, place: str
) -> None:
    invoices = site.invoices()
    settings: Path = site.simulators.settings
    if fault:
        site.simulators.gp.fail_next(fault, match="^POST", status=500, seconds=1.3 * PATIENCE)
        settings = site.impatient
    killed = killed_at(settings, f"{place}:{step}")
    if fault != "slow" and (fault or step != "look"):
        assert killed == -signal.SIGKILL
    site.each_has_one_voucher(*invoices)


def test_killed_again_and_again_each_invoice_has_one_voucher(site: Site) -> None:
    invoices = site.invoices()
    for fail_point in ("after:sending", "after:create", "before:look", "after:look", "before:confirm:2"):
        assert killed_at(site.simulators.settings, fail_point) == -signal.SIGKILL
    site.each_has_one_voucher(*invoices)


def test_killed_again_and_again_with_the_state_on_a_server_each_invoice_has_one_voucher(
    simulators: Simulators, postgres_url: str
) -> None:
    text = simulators.settings.read_text("utf-8")
    simulators.settings.write_text(text.replace("sqlite:///state.sqlite", postgres_url), "utf-8")
    site = Site(simulators)
    invoices = site.invoices()
    for fail_point in ("before:sending", "after:sending", "after:create", "before:look", "before:confirm:2"):
        assert killed_at(simulators.settings, fail_point) == -signal.SIGKILL
    site.each_has_one_voucher(*invoices)


@pytest.mark.parametrize("fail_point", ["after:sending", "after:create", "before:confirm:2"])
def test_killed_at_a_step_each_receipt_has_one_journal(simulators: Simulators, fail_point: str) -> None:
    set_receipts(simulators, GL_ACCRUAL)
    cin7, day = simulators.cin7, dt.date(2026, 3, 5)
    for number in (1, 2):
        buy(cin7, [line(cin7, 10, number)], receipt(cin7, f"t{number}", (10, day)), number=f"PO-R{number}")
    assert killed_at(simulators.settings, fail_point, "receipts") == -signal.SIGKILL
    later = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=2)
    with Bridge(read_settings(simulators.settings), clock=lambda: later) as bridge:
        report = sync_receipts(bridge)
        assert report.finished and not report.held
        assert len(bridge.state.links("receipt")) == 2
    assert sorted(lines[INVENTORY] for _, lines in journals(simulators.gp)) == [10, 20]
    assert sum(lines[ACCRUED] for _, lines in journals(simulators.gp)) == -30
