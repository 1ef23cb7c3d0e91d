"""When something is wrong enough: one function a rule, each over what the state keeps; none asks either system."""

from __future__ import annotations

import datetime as dt
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Final

from attrs import frozen

from gp_cin7_bridge.app.alerts.certificates import certificates
from gp_cin7_bridge.app.webhooks.feed import Feed, feed
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.state import Alert
from gp_cin7_bridge.sync import flows_on

WEEK: Final = dt.timedelta(days=7)
WEEKS: Final = 8
MEGABYTE: Final = 1_000_000
LONGEST_SUBJECT: Final = 200
ACCOUNT_CODES: Final = ("account_missing_in_gp", "account_inactive", "account_no_entry", "account_not_posting")
CREDENTIALS: Final = {
    "gp_refused": (
        "GP",
        "Run: gp-cin7 check. It says whether the password or the account's role in GP is wrong; put the right password"
        " where [gp] password points.",
    ),
    "cin7_refused": (
        "Cin7 Core",
        "Run: gp-cin7 check. Put a key that is switched on in Cin7 Core where [cin7] application_key points.",
    ),
}
# After a start the flows come to their turns first.
START: Final = dt.timedelta(minutes=15)


@frozen
class Looked:
    """What rules look at.

    Attributes:
        began: since when somebody watches.
        free: tells how many bytes are free in a folder.
    """

    bridge: Bridge
    began: dt.datetime
    free: Callable[[Path], int] = lambda folder: shutil.disk_usage(folder).free

    @property
    def now(self) -> dt.datetime:
        return self.bridge.clock()


def silence(at: Looked) -> Iterator[Alert]:
    """No bill came for some working days."""
    days = at.bridge.settings.alerts.silence_days
    newest = _newest_bill(at.bridge)
    if days and newest and _working_days(newest.date(), at.now.date()) >= days:
        yield Alert(
            code="silence",
            subject="bills",
            text=f"No bill came since {newest:%Y-%m-%d %H:%M} UTC, for {days} working days or more.",
            cure="See in Cin7 Core whether invoices were authorised, and in gp-cin7 status when bills were read last.",
        )


def inactive_feed(at: Looked) -> Iterator[Alert]:
    """Cin7 Core's events do not come as they should."""
    found = feed(at.bridge)
    if at.bridge.settings.webhooks.url and at.bridge.state.cursor("schedule.webhooks") and found != Feed.ACTIVE:
        yield Alert(
            code="webhooks",
            subject=found,
            text=f"Cin7 Core's webhooks are {found}; bills come by polling.",
            cure="Run: gp-cin7 webhooks status. See that gp-cin7 serve is reached at [webhooks] url, with that token.",
        )


def stalled(at: Looked) -> Iterator[Alert]:
    """A flow reads and never gets to its end, so that its cursor stands still."""
    hours = at.bridge.settings.alerts.stalled_hours
    if not hours or at.now - at.began < START:
        return
    for flow in flows_on(at.bridge.settings):
        done = at.bridge.state.last_done(flow) or at.began
        if at.now - done > dt.timedelta(hours=hours):
            yield Alert(
                code="stalled",
                subject=flow,
                text=f"Flow {flow} has not finished since {done:%Y-%m-%d %H:%M} UTC.",
                cure=f"Run: gp-cin7 sync {flow}. What it says has the cure.",
            )


def credentials(at: Looked) -> Iterator[Alert]:
    """The newest run of a flow ended because a system refused the bridge's credentials."""
    runs = [run for flow in flows_on(at.bridge.settings) for run in at.bridge.state.runs(1, flow=flow)]
    for count, (system, cure) in CREDENTIALS.items():
        if flows := [run.flow for run in runs if run.status == "refused" and run.counts.get(count)]:
            text = f"{system} refuses the bridge's credentials, and so stops: {', '.join(flows)}."
            yield Alert(code="credentials", subject=system, text=text, cure=cure)


def refusals(at: Looked) -> Iterator[Alert]:
    """A system refused a document."""
    for record in at.bridge.state.held(code="refused"):
        for why in record.reasons:
            if why.code == "refused":
                subject = f"{record.flow} {record.document}"[:LONGEST_SUBJECT]
                yield Alert(code="refused", subject=subject, text=f"{record.document}: {why.text}", cure=why.cure)


def accounts(at: Looked) -> Iterator[Alert]:
    """GP takes no entry on an account that documents need: it was switched off, say, after it was mapped."""
    found = {
        (why.text, record.flow, record.record_key): why.cure
        for code in ACCOUNT_CODES
        for record in at.bridge.state.held(code=code)
        for why in record.reasons
        if why.code == code
    }
    cures = {text: cure for (text, _, _), cure in found.items()}
    waiting = Counter(text for text, _, _ in found)
    for text, cure in cures.items():
        wait = "1 document waits" if waiting[text] == 1 else f"{waiting[text]} documents wait"
        yield Alert(code="account", subject=text[:LONGEST_SUBJECT], text=f"{text} {wait} for it.", cure=cure)


def unknown_outcomes(at: Looked) -> Iterator[Alert]:
    """Something was sent, and nobody knows whether it arrived."""
    minutes = at.bridge.settings.alerts.unknown_minutes
    if not minutes:
        return
    for operation in at.bridge.state.ledger.uncertain(before=at.now - dt.timedelta(minutes=minutes)):
        yield Alert(
            code="unknown_outcome",
            subject=f"{operation.kind} {operation.token}"[:LONGEST_SUBJECT],
            text=f"Whether {operation.token} arrived is not known since {operation.sent_at:%Y-%m-%d %H:%M} UTC.",
            cure="See that both systems answer (gp-cin7 check); the next run looks it up, and sends what is absent.",
        )


def disk(at: Looked) -> Iterator[Alert]:
    """The disk that keeps the state is nearly full."""
    least, path = at.bridge.settings.alerts.disk_megabytes, at.bridge.state.path
    if path and least and (free := at.free(path.parent) // MEGABYTE) < least:
        yield Alert(
            code="disk",
            subject=str(path.parent)[-LONGEST_SUBJECT:],
            text=f"Less than {least} MB are free where the state lies ({free} MB).",
            cure="Make room: without it nothing is written down, and so nothing is sent.",
        )


def expiry(at: Looked) -> Iterator[Alert]:
    """A certificate ends soon, or a password or key of which the settings say so."""
    days, settings = at.bridge.settings.alerts.expiry_days, at.bridge.settings
    ends_on = {"[gp] password": settings.gp.password_ends, "[cin7] application_key": settings.cin7.key_ends}
    for name, day in ends_on.items():
        if days and day and (day - at.now.date()).days < days:
            yield Alert(
                code="key",
                subject=name,
                text=f"What {name} points to ends on {day}.",
                cure="Put a new one in its place, and its last day into bridge.toml; afterwards no call goes through.",
            )
    for name, ends in certificates(at.bridge).items() if days else ():
        if ends - at.now < dt.timedelta(days=days):
            yield Alert(
                code="certificate",
                subject=name[-LONGEST_SUBJECT:],
                text=f"The certificate of {name} ends on {ends:%Y-%m-%d}.",
                cure="Renew it before that day; afterwards no call goes through.",
            )


def volume(at: Looked) -> Iterator[Alert]:
    """A week brought far less than the weeks before it."""
    settings = at.bridge.settings.alerts
    linked = at.bridge.state.linked_since("bill", at.now - (WEEKS + 1) * WEEK)
    counts = [0] * (WEEKS + 1)
    for moment in linked:
        counts[min((at.now - moment) // WEEK, WEEKS)] += 1
    usual = median(counts[1:])
    if settings.volume_percent and usual >= settings.volume_least and counts[0] < usual * settings.volume_percent / 100:
        yield Alert(
            code="volume",
            subject="bills",
            text=f"{counts[0]} bills came in the last seven days; a usual week brings {usual:g}.",
            cure="See in Cin7 Core whether invoices wait for authorisation, and run: gp-cin7 reconcile.",
        )


RULES: Final = (
    silence,
    inactive_feed,
    stalled,
    credentials,
    refusals,
    accounts,
    unknown_outcomes,
    disk,
    expiry,
    volume,
)


def _newest_bill(bridge: Bridge) -> dt.datetime | None:
    held = [dt.datetime.fromisoformat(each.first_at) for each in bridge.state.held("bills")]
    carried = bridge.state.newest_link("bill")
    return max([*held, *([carried] if carried else [])], default=None)


def _working_days(after: dt.date, before: dt.date) -> int:
    """Count the Mondays to Fridays between two days, without both."""
    days = range(after.toordinal() + 1, before.toordinal())
    return sum(dt.date.fromordinal(day).weekday() < 5 for day in days)
