"""When `gp-cin7 run` does what."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Final
from zoneinfo import ZoneInfo

from attrs import frozen
from cronsim import CronSim, CronSimError
from pydantic import BeforeValidator, field_validator

from gp_cin7_bridge.settings.section import Section

UNITS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_INTERVAL: Final = re.compile(r"(\d+)\s*([smhd])")
_HOURS: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")


@frozen
class Timing:
    """An interval or a cron expression.

    Attributes:
        text: as written.
        interval: None for a cron expression.
    """

    text: str
    interval: dt.timedelta | None

    @property
    def length(self) -> dt.timedelta:
        """How long the interval is; nothing for a cron expression."""
        return self.interval or dt.timedelta()

    @classmethod
    def parse(cls, text: str) -> Timing:
        """Read `5m`, `1h`, `30s`, `1d`, or five fields of cron.

        Raises:
            ValueError: it is neither.
        """
        if found := _INTERVAL.fullmatch(text.strip()):
            seconds = int(found[1]) * UNITS[found[2]]
            if seconds == 0:
                raise ValueError(f"{text!r} never waits")
            return cls(text, dt.timedelta(seconds=seconds))
        try:
            CronSim(text, dt.datetime(2026, 1, 1))  # noqa: DTZ001 — only read
        except CronSimError as error:
            raise ValueError(f"{text!r} is neither an interval such as 5m nor a cron expression: {error}") from None
        return cls(text, None)

    def __str__(self) -> str:
        return self.text


@frozen
class Hours:
    """A part of the day; one that ends before it begins goes over midnight."""

    begin: dt.time
    end: dt.time

    @classmethod
    def parse(cls, text: str) -> Hours:
        """Read `22:00-05:30`.

        Raises:
            ValueError: it is something else.
        """
        found = _HOURS.fullmatch(text.strip())
        if not found or found.groups()[:2] == found.groups()[2:]:
            raise ValueError(f"{text!r} is no part of the day such as 22:00-05:30")
        one, two, three, four = map(int, found.groups())
        return cls(dt.time(one, two), dt.time(three, four))

    def holds(self, moment: dt.time) -> bool:
        """Tell whether a time of the day lies in it."""
        if self.begin < self.end:
            return self.begin <= moment < self.end
        return moment >= self.begin or moment < self.end


def _as_timing(value: object) -> object:
    return Timing.parse(value) if isinstance(value, str) else value


def _as_hours(value: object) -> object:
    if isinstance(value, (list, tuple)):
        return tuple(Hours.parse(each) if isinstance(each, str) else each for each in value)
    return value


When = Annotated[Timing, BeforeValidator(_as_timing, json_schema_input_type=str)]


class ScheduleSettings(Section):
    """When `gp-cin7 run` does what: an interval (`30s`, `5m`, `1h`, `1d`) or a cron expression of five fields.

    Attributes:
        time_zone: of cron expressions and quiet hours, such as America/Chicago.
        vendors, items, receipts, bills, payments: when each flow runs, where it is switched on.
        reconcile: when both systems are compared; not at all without it.
        quiet: parts of the day, such as 22:00-05:30, in which nothing begins.
        slowest: a flow with an interval that finds nothing doubles it, at most to this; found something, it is
            itself again.
    """

    time_zone: str = "UTC"
    vendors: When = Timing.parse("15m")
    items: When = Timing.parse("15m")
    receipts: When = Timing.parse("5m")
    bills: When = Timing.parse("5m")
    payments: When = Timing.parse("1h")
    reconcile: When | None = None
    quiet: Annotated[tuple[Hours, ...], BeforeValidator(_as_hours, json_schema_input_type=tuple[str, ...])] = ()
    slowest: When | None = None

    @field_validator("time_zone")
    @classmethod
    def _known(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            raise ValueError(f"there is no time zone {name!r}; use a name such as America/Chicago") from None
        return name

    @field_validator("quiet")
    @classmethod
    def _some_minute_left(cls, quiet: tuple[Hours, ...]) -> tuple[Hours, ...]:
        minutes = (dt.time(*divmod(minute, 60)) for minute in range(24 * 60))
        if all(any(each.holds(minute) for each in quiet) for minute in minutes):
            raise ValueError("quiet leaves no minute of the day; shorten it")
        return quiet

    @field_validator("slowest")
    @classmethod
    def _interval(cls, timing: Timing | None) -> Timing | None:
        if timing is not None and timing.interval is None:
            raise ValueError("slowest is an interval such as 1h")
        return timing
