"""Whether events come as they should; while they do not, polling alone is relied on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from gp_cin7_bridge.app.webhooks.subscriptions import Mark, ensure
from gp_cin7_bridge.bridge import Bridge

STREAM: Final = "webhooks.feed"
BEGAN: Final = "webhooks.began"
# Cin7 Core tries to deliver for about 76 minutes.
LAST_ATTEMPT: Final = dt.timedelta(minutes=90)


class Feed(StrEnum):
    """How the feed stood when it was looked at last."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    SILENT = "silent"
    UNCHECKED = "unchecked"


def feed(bridge: Bridge) -> Feed:
    """Tell how the feed stood when it was looked at last; asks nobody."""
    return feed_of(bridge.state.cursors())


def feed_of(cursors: Mapping[str, str]) -> Feed:
    """Tell how the feed stood, by the cursors of a connection."""
    return Feed(cursors.get(STREAM) or Feed.UNCHECKED)


def check_feed(bridge: Bridge) -> Feed:
    """Put the subscriptions right and tell how the feed stood before.

    Raises:
        SettingsError: the settings name no address.
        Cin7Error: Cin7 Core did not answer, refused, or the account is without the Automation module.
    """
    state = bridge.state
    state.move_cursor(STREAM, Feed.UNCHECKED)
    began = state.cursor(BEGAN)
    marks = {each.mark for each in ensure(bridge)}
    if began is None:
        state.move_cursor(BEGAN, bridge.clock().isoformat())
    found = Feed.INACTIVE if marks - {Mark.ACTIVE} else Feed.SILENT if is_silent(bridge) else Feed.ACTIVE
    state.move_cursor(STREAM, found)
    return found


def is_silent(bridge: Bridge) -> bool:
    """Tell whether the newest bill was carried without any event for `silent_hours` before, nor since."""
    carried, began = bridge.state.newest_link("bill"), bridge.state.cursor(BEGAN)
    if carried is None or began is None or bridge.clock() - carried < LAST_ATTEMPT:
        return False
    heard = bridge.state.events.last_at() or dt.datetime.fromisoformat(began)
    return carried - heard > dt.timedelta(hours=bridge.settings.webhooks.silent_hours)
