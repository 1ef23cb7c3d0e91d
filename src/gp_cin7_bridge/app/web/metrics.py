"""What Prometheus reads: counts and moments of each connection, from the state alone; no document and no amount."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from typing import Final

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from gp_cin7_bridge.app.webhooks.feed import Feed, feed
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.secret import Secret
from gp_cin7_bridge.state import OperationState
from gp_cin7_bridge.sync import flows_on

ENTITIES: Final = ("vendor", "item", "bill")
PROXIES: Final = ("forwarded", "x-forwarded-for", "x-real-ip")


def routes(bridges: Sequence[Bridge]) -> list[BaseRoute]:
    """Give the address /metrics.

    Raises:
        SecretUnavailableError: a token is not where its reference says.
    """
    tokens = [
        (bridge, bridge.vault.read(each) if (each := bridge.settings.web.metrics) else None) for bridge in bridges
    ]

    def metrics(request: Request) -> Response:
        given = Secret(request.headers.get("authorization", "").removeprefix("Bearer "))
        shown = [bridge for bridge, token in tokens if (_is_near(request) if token is None else token == given)]
        if not shown:
            return Response(status_code=401, headers={"WWW-Authenticate": "Bearer"})
        registry = CollectorRegistry(auto_describe=False)
        registry.register(_Connections(shown))
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return [Route("/metrics", metrics)]


def _is_near(request: Request) -> bool:
    """Tell whether a request comes from this machine itself, and not through a proxy on it."""
    if request.client is None or any(name in request.headers for name in PROXIES):
        return False
    # A browser on this machine asks under the name of whoever wrote the page, whatever that name leads to.
    return _is_loopback(request.client.host) and _is_loopback(request.url.hostname or "")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class _Connections(Collector):
    def __init__(self, bridges: Sequence[Bridge]) -> None:
        self._bridges = bridges

    def collect(self) -> Iterable[GaugeMetricFamily]:
        found: dict[str, GaugeMetricFamily] = {}
        for bridge in self._bridges:
            for name, told, more, value in _gauges(bridge):
                labels = {"connection": bridge.settings.name, **more}
                family = found.setdefault(name, GaugeMetricFamily(f"gp_cin7_{name}", told, labels=list(labels)))
                family.add_metric(list(labels.values()), value)
        return found.values()


def _gauges(bridge: Bridge) -> Iterable[tuple[str, str, dict[str, str], float]]:
    state = bridge.state
    for entity in ENTITIES:
        yield "carried", "Records that are carried.", {"entity": entity}, state.linked(entity)
    held = [record.flow for record in state.held()]
    for flow in flows_on(bridge.settings):
        yield "held", "Documents that wait for a person.", {"flow": flow}, held.count(flow)
        done = state.last_done(flow)
        at = done.timestamp() if done else 0
        yield "last_done_timestamp_seconds", "When the flow finished last; 0 for never.", {"flow": flow}, at
    unknown = sum(state.ledger.count(each) for each in (OperationState.SENDING, OperationState.UNKNOWN))
    yield "unknown_outcomes", "Documents that were sent and of which nobody knows whether they arrived.", {}, unknown
    yield "events_waiting", "Webhook events that are not worked yet.", {}, state.events.count()
    last = state.events.last_at()
    yield (
        "last_event_timestamp_seconds",
        "When the newest event came; 0 for never.",
        {},
        last.timestamp() if last else 0,
    )
    if bridge.settings.webhooks.url:
        yield "feed_active", "Whether the webhooks were sound at the last look.", {}, feed(bridge) == Feed.ACTIVE
    alerts = [alert.code for alert in state.alerts.all()]
    for code in dict.fromkeys(alerts):
        yield "alerts", "Alerts that last.", {"code": code}, alerts.count(code)
