"""What a run did, counted while it goes on."""

from __future__ import annotations

from attrs import define, field

from gp_cin7_bridge.plan import FailedDocument, Flow, HeldDocument, Report, SkippedDocument
from gp_cin7_bridge.shelves import Kept, kept


@define
class Tally:
    """A report that is still being written."""

    flow: Flow
    created: Kept[str] = field(factory=Kept)
    updated: Kept[str] = field(factory=Kept)
    unchanged: Kept[str] = field(factory=Kept)
    held: Kept[HeldDocument] = field(factory=Kept)
    skipped: Kept[SkippedDocument] = field(factory=Kept)
    failed: Kept[FailedDocument] = field(factory=Kept)
    stopped: str | None = None

    def report(self) -> Report:
        """Give the report as it stands."""
        return Report(
            flow=self.flow,
            created=kept(self.created),
            updated=kept(self.updated),
            unchanged=kept(self.unchanged),
            held=kept(self.held),
            skipped=kept(self.skipped),
            failed=kept(self.failed),
            stopped=self.stopped,
        )

    def counts(self) -> dict[str, int]:
        """Give how many documents ended each way."""
        names = ("created", "updated", "unchanged", "held", "skipped", "failed")
        return {name: len(getattr(self, name)) for name in names}
