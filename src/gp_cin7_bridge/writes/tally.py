"""What a run did, counted while it goes on."""

from __future__ import annotations

from attrs import define, field

from gp_cin7_bridge.plan import FailedDocument, Flow, HeldDocument, Report, SkippedDocument


@define
class Tally:
    """A report that is still being written."""

    flow: Flow
    created: list[str] = field(factory=list)
    updated: list[str] = field(factory=list)
    unchanged: list[str] = field(factory=list)
    held: list[HeldDocument] = field(factory=list)
    skipped: list[SkippedDocument] = field(factory=list)
    failed: list[FailedDocument] = field(factory=list)
    stopped: str | None = None

    def report(self) -> Report:
        """Give the report as it stands."""
        return Report(
            flow=self.flow,
            created=tuple(self.created),
            updated=tuple(self.updated),
            unchanged=tuple(self.unchanged),
            held=tuple(self.held),
            skipped=tuple(self.skipped),
            failed=tuple(self.failed),
            stopped=self.stopped,
        )

    def counts(self) -> dict[str, int]:
        """Give how many documents ended each way."""
        names = ("created", "updated", "unchanged", "held", "skipped", "failed")
        return {name: len(getattr(self, name)) for name in names}
