"""Check a connection before it is used; what cannot be asked is a finding, not an error."""

from __future__ import annotations

from collections.abc import Iterator

from cin7core_client import Me
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.flows.bills.facts import GPFacts, gp_facts
from gp_cin7_bridge.flows.masters.items import VALUED
from gp_cin7_bridge.review.check.cin7 import cin7_lists
from gp_cin7_bridge.review.check.doors import cin7_door, gp_doors
from gp_cin7_bridge.review.check.finding import Finding as Finding
from gp_cin7_bridge.review.check.finding import Mark as Mark
from gp_cin7_bridge.review.check.finding import asked
from gp_cin7_bridge.review.check.gp import base_currency, gp_books


def check(bridge: Bridge) -> Iterator[Finding]:
    """Ask both systems what a run will need; writes nothing."""
    accounts: list[Me] = []
    doors: list[str] = []
    facts: list[GPFacts] = []
    yield from _secrets(bridge)
    yield from cin7_door(bridge, accounts)
    if accounts:
        yield from cin7_lists(bridge)
    yield from gp_doors(bridge, doors)
    if doors:
        yield from asked("GP role", lambda: _read(bridge, facts))
    for each in facts:
        yield from gp_books(bridge, each)
        if accounts:
            yield base_currency(each, accounts[0].currency or "")
    yield _valuations(bridge)


def _valuations(bridge: Bridge) -> Finding:
    """Tell of the items that were carried and that GP values otherwise: a warning that stands as long as they do."""
    valued = {link.gp_key: link.details[VALUED] for link in bridge.state.each_link("item") if VALUED in link.details}
    if not valued:
        return Finding("inventory values", Mark.OK, "no item that was carried is valued otherwise than by FIFO")
    methods = ", ".join(sorted({str(each) for each in valued.values()}))
    told = f"GP values {len(valued)} items, such as {min(valued)!r}, by {methods}, Cin7 Core by FIFO"
    cure = "Inventory values will differ; let one of the two systems own them."
    return Finding("inventory values", Mark.WARNING, told, cure)


def _read(bridge: Bridge, facts: list[GPFacts]) -> Iterator[Finding]:
    facts.append(gp_facts(bridge))
    yield Finding("GP role", Mark.OK, "what GP says of itself may be read")


def _secrets(bridge: Bridge) -> Iterator[Finding]:
    settings = bridge.settings
    for reference in (settings.gp.password, settings.cin7.application_key):
        if reference and reference.open_to_others():
            yield Finding(
                "secret file",
                Mark.WARNING,
                f"{reference.path} may be read by other users",
                f"Run: chmod 600 {reference.path}",
            )
