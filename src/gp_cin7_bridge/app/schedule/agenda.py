"""What is due for one connection, by what its state keeps; asks nobody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Final

from attrs import frozen

from gp_cin7_bridge.app.schedule.timetable import due
from gp_cin7_bridge.app.webhooks.feed import Feed, feed_of
from gp_cin7_bridge.settings import Settings
from gp_cin7_bridge.settings.schedule import Timing
from gp_cin7_bridge.state import Kept
from gp_cin7_bridge.sync import flows_on

FIRST_RETRY: Final = dt.timedelta(minutes=1)
LAST_RETRY: Final = dt.timedelta(minutes=30)
RECONCILE: Final = "reconcile"
EVENTS: Final = "events"
WEBHOOKS: Final = "webhooks"
POLLS: Final = ("receipts", "bills")
# These are no slower when they find nothing.
STEADY: Final = (EVENTS, WEBHOOKS)


@frozen
class Agenda:
    """The jobs of one connection.

    Attributes:
        settings: the connection's.
        kept: what its state keeps of earlier runs.
        now: the time.
    """

    settings: Settings
    kept: Kept
    now: dt.datetime

    def due(self) -> list[tuple[str, str]]:
        """Give each job that is due now, in order, with the moment at which it began last."""
        return [(job, self.kept.cursors.get(stream(job), "")) for job, at in self.moments().items() if at <= self.now]

    def next(self) -> tuple[str, dt.datetime]:
        """Tell what is due next, and when.

        Of several that are due it is the one that began longest ago, so that a slow one keeps none from running; at
        first it is the first in order, because bills need their vendors, items and receipts.
        """
        return min(self.moments().items(), key=lambda each: (each[1], self.kept.cursors.get(stream(each[0]), "")))

    def moments(self) -> dict[str, dt.datetime]:
        """Tell when each job is due."""
        return {job: self._due(job, timing) for job, timing in self.timings().items()}

    def unseen(self) -> list[str]:
        """Give the jobs that count from now.

        These are cron expressions that nobody looked at before, and whatever began at a moment that is still to come:
        the clock was set back since.
        """
        return [job for job, timing in self.timings().items() if self._counts_from_now(job, timing)]

    def timings(self) -> Mapping[str, Timing]:
        """Give the jobs that are on, and when each should run."""
        schedule, webhooks = self.settings.schedule, self.settings.webhooks
        timings: dict[str, Timing | None] = {job: getattr(schedule, job) for job in flows_on(self.settings)}
        if webhooks.poll and feed_of(self.kept.cursors) == Feed.ACTIVE:
            timings |= {job: webhooks.poll for job in POLLS if timings.get(job)}
        if webhooks.token and self.kept.events_since:
            timings[EVENTS] = webhooks.delay
        timings |= {WEBHOOKS: webhooks.check if webhooks.url else None, RECONCILE: schedule.reconcile}
        return {job: timing for job, timing in timings.items() if timing is not None}

    def _due(self, job: str, timing: Timing) -> dt.datetime:
        failed = int(self.kept.cursors.get(stream(job, "failed"), 0))
        last = self._began(job)
        if last is None and timing.interval is None:
            # Cron names a moment, and it is not now.
            last = self.now
        if job == EVENTS and not failed:
            since = self.kept.events_since
            last = None if since and since > self.now else since
        return due(
            timing,
            self.settings.schedule,
            last=last,
            now=self.now,
            idle=0 if job in STEADY else int(self.kept.cursors.get(stream(job, "idle"), 0)),
            retry=min(FIRST_RETRY * 2 ** min(failed - 1, 10), LAST_RETRY) if failed else None,
        )

    def _counts_from_now(self, job: str, timing: Timing) -> bool:
        began = self._began(job)
        return timing.interval is None if began is None else began > self.now

    def _began(self, job: str) -> dt.datetime | None:
        began = self.kept.cursors.get(stream(job))
        return dt.datetime.fromisoformat(began) if began else None


def stream(job: str, *what: str) -> str:
    """Name the cursor that keeps something of a job: when it began last, or what."""
    return ".".join(("schedule", job, *what))
