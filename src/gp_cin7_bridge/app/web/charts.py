"""Bars of an SVG chart: where each one stands, in the chart's own units."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

from attrs import frozen

from gp_cin7_bridge.state import Day

WIDTH: Final = 360
HEIGHT: Final = 150
LEFT: Final = 36
RIGHT: Final = 8
BOTTOM: Final = 20
TOP: Final = 14
# What an axis may end at, so that half of it is round too.
STEPS: Final = (2, 4, 6, 10, 20, 40, 60, 100)


@frozen
class Bar:
    """One bar; `series` is "one" or "two"."""

    series: str
    x: float
    y: float
    width: float
    height: float


@frozen
class Chart:
    """One chart.

    Attributes:
        top, middle: what the axis says at its end and at half of it.
        labels: of some days: where, and what.
    """

    bars: tuple[Bar, ...]
    top: str
    middle: str
    labels: tuple[tuple[float, str], ...]


def volume(days: Sequence[Day]) -> Chart:
    """Draw how many documents were carried and held each day."""
    return _drawn(days, [(float(day.carried), float(day.held)) for day in days], "")


def waits(days: Sequence[Day]) -> Chart:
    """Draw the usual and the longest wait of each day, in seconds, minutes, hours or days, whichever fits."""
    longest = max((day.longest_wait for day in days if day.longest_wait), default=dt.timedelta())
    unit, name = _unit(longest)
    return _drawn(days, [(_in(day.usual_wait, unit), _in(day.longest_wait, unit)) for day in days], f" {name}")


def span(wait: dt.timedelta | None) -> str:
    """Write how long something took."""
    if wait is None:
        return "none"
    unit, name = _unit(wait)
    return f"{wait / unit:.0f} {name}"


def _unit(longest: dt.timedelta) -> tuple[dt.timedelta, str]:
    for unit, name in (
        (dt.timedelta(days=1), "d"),
        (dt.timedelta(hours=1), "h"),
        (dt.timedelta(minutes=1), "min"),
    ):
        if longest >= 2 * unit:
            return unit, name
    return dt.timedelta(seconds=1), "s"


def _in(wait: dt.timedelta | None, unit: dt.timedelta) -> float:
    return 0.0 if wait is None else wait / unit


def _drawn(days: Sequence[Day], values: Sequence[tuple[float, float]], unit: str) -> Chart:
    top = _round(max((each for pair in values for each in pair), default=0))
    slot = (WIDTH - LEFT - RIGHT) / max(1, len(days))
    width = slot * 0.38
    room = HEIGHT - BOTTOM - TOP
    bars = [
        Bar(series, round(LEFT + slot * at + slot * 0.1 + width * number, 1), round(HEIGHT - BOTTOM - tall, 1), *size)
        for at, pair in enumerate(values)
        for number, (series, value) in enumerate(zip(("one", "two"), pair, strict=True))
        for tall in [room * value / top]
        for size in [(round(width, 1), round(tall, 1))]
        if value
    ]
    labels = [
        (round(LEFT + slot * (at + 0.5), 1), f"{day.date.day} {day.date:%b}")
        for at, day in enumerate(days)
        if (len(days) - 1 - at) % 4 == 0
    ]
    return Chart(tuple(bars), f"{top:g}{unit}", f"{top / 2:g}{unit}", tuple(labels))


def _round(most: float) -> float:
    """Give the end of an axis, which is not below the highest bar."""
    scale = 1
    while most > STEPS[-1] * scale:
        scale *= 10
    return next(step * scale for step in STEPS if step * scale >= most)
