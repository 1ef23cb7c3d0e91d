"""GP's currency ids are free text: this tells them apart by ISO code."""

from __future__ import annotations

from dynamicsgp_client import Currency, NotFoundError
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.mapping.currency import CurrencyRule


def iso_codes(bridge: Bridge) -> dict[str, str]:
    """Give the ISO code of each GP currency id."""
    settings = {gp: iso for iso, gp in bridge.settings.bills.currencies.items()}
    return {**{each.currency_id: each.iso_code for each in _currencies(bridge) if each.iso_code}, **settings}


def currency_rules(bridge: Bridge) -> dict[str, CurrencyRule]:
    """Give GP's currency id and decimals of each ISO code; the settings' own ids win."""
    decimals = {each.currency_id: each.decimals for each in _currencies(bridge)}
    found = {
        each.iso_code: CurrencyRule(each.currency_id, each.decimals) for each in _currencies(bridge) if each.iso_code
    }
    chosen = {iso: CurrencyRule(gp, decimals.get(gp, 2)) for iso, gp in bridge.settings.bills.currencies.items()}
    return {**found, **chosen}


def _currencies(bridge: Bridge) -> list[Currency]:
    try:
        return bridge.gp.currencies.list().to_list()
    except NotFoundError:
        return []
