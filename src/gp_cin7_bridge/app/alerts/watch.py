"""Looks at every rule, remembers what is wrong, and tells it once to each channel."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Sequence

import httpx

from gp_cin7_bridge.app.alerts.channels import Channel, channels
from gp_cin7_bridge.app.alerts.rules import RULES, Looked
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.references import SecretUnavailableError
from gp_cin7_bridge.state import Alert

logger: logging.Logger = logging.getLogger("gp_cin7_bridge.alerts")


class Watch:
    """Watches one connection.

    Args:
        bridge: the open connection.
        began: since when somebody watches; before that nothing can be late.
    """

    def __init__(self, bridge: Bridge, began: dt.datetime) -> None:
        self._bridge = bridge
        self._looked = Looked(bridge, began)
        self._channels: Sequence[Channel] = channels(bridge)

    def look(self) -> list[Alert]:
        """Look once, tell what is news, and give all that is wrong.

        A channel that fails is tried again the next time; the others tell meanwhile.

        Raises:
            StateError: the state does not answer.
        """
        alerts = self._bridge.state.alerts
        found = [alert for rule in RULES for alert in rule(self._looked)]
        for ended in alerts.replace(self._bridge.clock().isoformat(), found):
            logger.info("%s: no longer: %s", self._bridge.settings.name, ended.text)
        for channel in self._channels:
            news = alerts.untold(channel.name)
            if not news:
                continue
            try:
                channel.tell(news)
            except (OSError, httpx.HTTPError, SecretUnavailableError) as error:
                logger.error("alerts could not be told by %s: %s", channel.name, error)  # noqa: TRY400 — no traceback
            else:
                alerts.told(channel.name, news)
        return alerts.all()
