"""Runs one connection's flows when they are due, until told to stop."""

from __future__ import annotations

import datetime as dt
import logging
from typing import Final, Protocol

from cin7core_client import Cin7Error
from dynamicsgp_client import GPError
from gp_cin7_bridge.app.alerts import Watch
from gp_cin7_bridge.app.schedule.agenda import EVENTS, RECONCILE, WEBHOOKS, Agenda, stream
from gp_cin7_bridge.app.telemetry import count_reports, job_span
from gp_cin7_bridge.app.webhooks.drain import work_events
from gp_cin7_bridge.app.webhooks.feed import Feed, check_feed
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.errors import BridgeError, StateError
from gp_cin7_bridge.plan import Report
from gp_cin7_bridge.progress import Progress, StopRequested
from gp_cin7_bridge.review.reconcile import reconcile
from gp_cin7_bridge.sync import sync

# The machine's clock may be set meanwhile, so that no sleep is longer than this.
LONGEST_SLEEP: Final = 60.0
# Events come while it sleeps.
EVENTS_SLEEP: Final = 5.0
# A server that was started again answers after some seconds.
STATE_AWAY: Final = 10.0

logger: logging.Logger = logging.getLogger("gp_cin7_bridge.schedule")


class Stop(Protocol):
    """What `threading.Event` offers."""

    def is_set(self) -> bool:
        """Tell whether to stop."""

    def wait(self, timeout: float | None = None) -> bool:
        """Sleep; tell whether to stop."""


class Runner:
    """Runs the flows of one connection.

    When a flow began last, and how often in a row it failed or found nothing, is kept in the state, so that another
    process goes on where a killed one was. A flow that fails is tried again after 1, 2, 4 … 30 minutes; it never keeps
    the others from running.

    Args:
        bridge: the open connection.
        stop: says when to stop; the document at work is finished first.
        began: since when somebody runs it, so that something may be late; now by default.
    """

    def __init__(self, bridge: Bridge, stop: Stop, began: dt.datetime | None = None) -> None:
        self._bridge = bridge
        self._stop = stop
        self._alerts = Watch(bridge, began or bridge.clock())
        self._at_once = False
        self._longest = LONGEST_SLEEP if bridge.settings.webhooks.token is None else EVENTS_SLEEP

    def run(self) -> None:
        """Run until stopped; a state that is away for a while is asked again."""
        while not self._stop.is_set():
            try:
                self._step()
            except StateError as error:
                logger.error("%s: %s", self._bridge.settings.name, error)  # noqa: TRY400 — no traceback
                self._stop.wait(STATE_AWAY)

    def _step(self) -> None:
        job, moment = self.next_due()
        seconds = (moment - self._bridge.clock()) / dt.timedelta(seconds=1)
        if seconds > 0:
            self._stop.wait(min(seconds, self._longest))
        else:
            self.run_job(job)

    def run_once(self) -> bool:
        """Run everything once, due or not; tell whether all of it went well."""
        self._at_once = True
        went_well = [self.run_job(job) for job in self._agenda().timings() if not self._stop.is_set()]
        return all(went_well)

    def next_due(self) -> tuple[str, dt.datetime]:
        """Tell what is due next, and when."""
        agenda = self._agenda()
        for job in agenda.unseen():
            self._bridge.state.move_cursor(stream(job), agenda.now.isoformat())
        return agenda.next()

    def run_job(self, job: str) -> bool:
        """Run one job, then see whether a person should know of something; tell whether the job went well."""
        went_well = self._tried(job)
        try:
            self._alerts.look()
        except BridgeError as error:
            logger.error("alerts of %s: %s", self._bridge.settings.name, error)  # noqa: TRY400 — no traceback
        return went_well

    def _tried(self, job: str) -> bool:
        bridge = self._bridge
        name = f"{bridge.settings.name} {job}"
        bridge.state.move_cursor(stream(job), bridge.clock().isoformat())
        try:
            with job_span(bridge.settings.name, job):
                said, found, finished = self._done(job)
        except StopRequested:
            logger.info("%s: stopped before anything was written", name)
            return True
        except (BridgeError, GPError, Cin7Error) as error:
            self._count(job, "failed", again=True)
            logger.error("%s: %s", name, error)  # noqa: TRY400 — the message says what to do; a traceback would not
            return False
        self._count(job, "idle", again=not found)
        self._count(job, "failed", again=not finished and not self._stop.is_set())
        logger.log(logging.INFO if finished else logging.WARNING, "%s: %s", name, said)
        return finished

    def _done(self, job: str) -> tuple[str, bool, bool]:
        """Do a job; tell what was done, whether there was anything, and whether it went well."""
        if job == RECONCILE:
            return self._reconciled()
        if job == WEBHOOKS:
            found = check_feed(self._bridge)
            return f"the feed is {found}", found != Feed.ACTIVE, True
        if job == EVENTS:
            reports = work_events(self._bridge, at_once=self._at_once, watch=self._watch)
        else:
            reports = (sync(self._bridge, job, watch=self._watch),)
        count_reports(self._bridge.settings.name, reports)
        return _told(reports)

    def _reconciled(self) -> tuple[str, bool, bool]:
        found = reconcile(self._bridge)
        told = "both systems agree" if found.agrees else f"{len(found.findings)} findings; see gp-cin7 reconcile"
        return told, not found.agrees, True

    def _watch(self, _: Progress) -> None:
        if self._stop.is_set():
            raise StopRequested

    def _agenda(self) -> Agenda:
        return Agenda(self._bridge.settings, self._bridge.state.kept(), self._bridge.clock())

    def _count(self, job: str, what: str, *, again: bool) -> None:
        kept = stream(job, what)
        before = self._bridge.state.cursor(kept) or "0"
        if (count := str(int(before) + 1) if again else "0") != before:
            self._bridge.state.move_cursor(kept, count)


def _told(reports: tuple[Report, ...]) -> tuple[str, bool, bool]:
    done = {
        "created": sum(len(report.created) for report in reports),
        "updated": sum(len(report.updated) for report in reports),
        "held": sum(len(report.held) for report in reports),
        "failed": sum(len(report.failed) for report in reports),
    }
    told = ", ".join(f"{count} {what}" for what, count in done.items() if count) or "nothing to do"
    stopped = [report.stopped for report in reports if report.stopped]
    return "; ".join((told, *stopped)), any(done.values()), all(report.finished for report in reports)
