"""How changes are noticed, and how many of them are believed at once."""

from __future__ import annotations

from pydantic import Field

from gp_cin7_bridge.settings.section import Section


class ChangeSettings(Section):
    """How changes of vendors and items are noticed: GP stamps a change with a date, without a time of day.

    Attributes:
        overlap_days: how far behind the newest date the wider read of GP begins, for changes that appear late.
        overlap_hours: how often that wider read is made; every other one begins at the newest date.
        whole_hours: how often everything is read, because a deletion and some changes leave no date.
        compare_days: how often all of it is compared with Cin7 Core, so that what was changed there is seen.
        misses: how many reads in a row must lack a record before it counts as deleted in GP.
        deprecated, deprecated_percent: more deprecations at once than the larger of both are held.
        updated, updated_percent: likewise for updates of records that were carried before.
    """

    overlap_days: int = Field(default=2, ge=0, le=366)
    overlap_hours: float = Field(default=4, ge=0)
    whole_hours: float = Field(default=24, ge=0)
    compare_days: float = Field(default=7, ge=0)
    misses: int = Field(default=2, ge=2)
    deprecated: int = Field(default=20, ge=0)
    deprecated_percent: int = Field(default=2, ge=0, le=100)
    updated: int = Field(default=100, ge=0)
    updated_percent: int = Field(default=50, ge=0, le=100)
