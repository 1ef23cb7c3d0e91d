"""When something is due: pure, in the schedule's own time zone."""

from __future__ import annotations

import datetime as dt
from typing import Final
from zoneinfo import ZoneInfo

from cronsim import CronSim

from gp_cin7_bridge.settings.schedule import Hours, ScheduleSettings, Timing

MINUTE: Final = dt.timedelta(minutes=1)


def due(
    timing: Timing,
    schedule: ScheduleSettings,
    *,
    last: dt.datetime | None,
    now: dt.datetime,
    idle: int = 0,
    retry: dt.timedelta | None = None,
) -> dt.datetime:
    """Tell when something is due; what was missed while nothing ran is due now, once.

    Args:
        timing: when it should run.
        schedule: zone, quiet hours and the slowest interval.
        last: when it began last; None is due now.
        now: the time.
        idle: how many times in a row it found nothing.
        retry: how long to wait after a failure: a cron expression's moment may come sooner, an interval's not.
    """
    zone = ZoneInfo(schedule.time_zone)
    # Sums and comparisons of moments in one zone are those of the clock on the wall.
    now, last = now.astimezone(dt.UTC), last and last.astimezone(dt.UTC)
    if last is None:
        wanted = now
    elif timing.interval is None:
        # cronsim follows the zone over changes of the clock, and gives each moment once.
        moment = next(CronSim(timing.text, last.astimezone(zone)))
        wanted = moment if retry is None else min(moment, last + retry)
    else:
        wanted = last + max(_slowed(timing.interval, schedule.slowest, idle), retry or dt.timedelta())
    return _after_quiet(max(wanted, now).astimezone(dt.UTC), zone, schedule.quiet)


def _slowed(interval: dt.timedelta, slowest: Timing | None, idle: int) -> dt.timedelta:
    if slowest is None or slowest.interval is None:
        return interval
    doubled: dt.timedelta = interval * 2 ** min(idle, 16)  # sixteen doublings of a second are most of a day
    return max(interval, min(doubled, slowest.interval))


def _after_quiet(moment: dt.datetime, zone: ZoneInfo, quiet: tuple[Hours, ...]) -> dt.datetime:
    """Go on minute by minute: the clock on the wall may jump over the end of a part, or come to it twice."""
    while any(each.holds(moment.astimezone(zone).time()) for each in quiet):
        moment = moment.replace(second=0, microsecond=0) + MINUTE
    return moment
