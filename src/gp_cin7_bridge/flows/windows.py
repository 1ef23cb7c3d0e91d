"""How far back one reading of GP begins: mostly at the newest date, at times some days before, once a day at the start.

GP stamps a change with a date alone, and a change can become visible after a later one was seen. A wider read makes up
for that, and the content hash makes what is read twice cost nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from attrs import frozen

from gp_cin7_bridge.settings.changes import ChangeSettings

# A date beyond this is a wrong clock in GP; following it would hide every change until then.
AHEAD: Final = dt.timedelta(days=2)


@frozen(kw_only=True)
class Window:
    """One reading of GP.

    Attributes:
        since: the first day to read; None reads everything.
        compared: whether all of it is compared with Cin7 Core too.
        cursor: the largest date that GP ever returned.
        stamps: when each wider kind of reading was made, as streams and moments, this one included.
    """

    since: dt.date | None
    compared: bool
    cursor: dt.date | None
    stream: str
    stamps: Mapping[str, str]
    latest: dt.date

    @property
    def whole(self) -> bool:
        """Whether everything is read, so that a record that is not there is missing."""
        return self.since is None

    def cursors(self, seen: Iterable[dt.date]) -> dict[str, str]:
        """Give what to remember of it: the largest date GP returned, never our own clock, never backwards."""
        dates = [day for day in seen if day <= self.latest]
        newest = max([*dates, *([self.cursor] if self.cursor else [])], default=None)
        return {**self.stamps, **({self.stream: newest.isoformat()} if newest else {})}


def window(stream: str, cursor: Callable[[str], str | None], settings: ChangeSettings, now: dt.datetime) -> Window:
    """Decide how far back to read.

    Args:
        stream: what is read, such as `gp.vendors`.
        cursor: gives what was remembered of a stream.
        settings: how often the wider readings are made.
        now: decides when a wider reading is due and nothing else.
    """
    told = cursor(stream)
    newest = dt.date.fromisoformat(told) if told else None
    compared = _due(cursor(f"{stream}.compared"), settings.compare_days * 24, now)
    whole = compared or newest is None or _due(cursor(f"{stream}.whole"), settings.whole_hours, now)
    wider = whole or _due(cursor(f"{stream}.overlap"), settings.overlap_hours, now)
    made = {"overlap": wider, "whole": whole, "compared": compared}
    since = None
    if newest is not None and not whole:
        since = newest - dt.timedelta(days=settings.overlap_days if wider else 0)
    return Window(
        since=since,
        compared=compared,
        cursor=newest,
        stream=stream,
        stamps={f"{stream}.{kind}": now.isoformat() for kind, was in made.items() if was},
        latest=now.date() + AHEAD,
    )


def _due(last: str | None, hours: float, now: dt.datetime) -> bool:
    """Tell whether it is time again; a stamp of the future is that of a wrong clock."""
    if last is None:
        return True
    passed = now - dt.datetime.fromisoformat(last)
    return not dt.timedelta(0) <= passed < dt.timedelta(hours=hours)
