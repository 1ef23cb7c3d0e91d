"""The demonstration: both simulators, every flow, and the comparison of what stands with what was intended."""

from __future__ import annotations

from pathlib import Path

from attrs import frozen

from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.plan import Report
from gp_cin7_bridge.progress import Watcher, nobody
from gp_cin7_bridge.review.explain import ExplainedVoucher, explained_voucher
from gp_cin7_bridge.sandbox.compare import compare
from gp_cin7_bridge.sandbox.datasets import dataset
from gp_cin7_bridge.sandbox.simulators import Simulators
from gp_cin7_bridge.sync import flows_on, sync


@frozen
class Outcome:
    """What the demonstration did and found.

    Attributes:
        mismatches: differences between what was intended and what stands in both simulators; empty is good.
        compared: how many documents were compared.
        voucher: one voucher in full, with the rule behind each figure.
    """

    reports: tuple[Report, ...]
    mismatches: tuple[str, ...]
    compared: int
    voucher: ExplainedVoucher | None
    state: Path
    settings: Path

    @property
    def nothing_changed(self) -> bool:
        """Whether this run created and updated nothing."""
        return not any(report.created or report.updated or not report.finished for report in self.reports)


def run(directory: Path, *, calls: int = 6000, per: float = 60, watch: Watcher = nobody) -> Outcome:
    """Run every flow on the demonstration's data in `directory`, and compare."""
    data = dataset("demo")
    with Simulators(directory, data, calls=calls, per=per) as simulators:
        with Bridge.open(simulators.settings) as bridge:
            reports = tuple(sync(bridge, flow, watch=watch) for flow in flows_on(bridge.settings))
            voucher = explained_voucher(bridge)
        mismatches = compare(data.expected, simulators.gp_database, simulators.cin7_database, reports)
    failures = tuple(
        f"{report.flow}: {report.stopped or f'{len(report.failed)} failed'}"
        for report in reports
        if not report.finished
    )
    return Outcome(
        reports=reports,
        mismatches=(*failures, *mismatches),
        compared=data.expected.documents,
        voucher=voucher,
        state=directory / "state.sqlite",
        settings=simulators.settings,
    )
