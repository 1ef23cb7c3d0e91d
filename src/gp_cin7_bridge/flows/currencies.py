"""GP's currency ids are free text: this tells them apart by ISO code."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from dynamicsgp_client import Currency, NotFoundError
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.mapping.currency import CurrencyRule

USUAL_DECIMALS = 2


@frozen
class Currencies:
    """GP's currencies, read once, and what the settings say of them; the settings win."""

    listed: tuple[Currency, ...]
    chosen: Mapping[str, str]

    @classmethod
    def read(cls, bridge: Bridge) -> Currencies:
        """Ask GP; a site that does not tell has only what the settings say."""
        try:
            listed = tuple(bridge.gp.currencies.list())
        except NotFoundError:
            listed = ()
        return cls(listed, bridge.settings.bills.currencies)

    def iso_codes(self) -> dict[str, str]:
        """Give the ISO code of each GP currency id."""
        told = {each.currency_id: each.iso_code for each in self.listed if each.iso_code}
        return {**told, **{currency_id: iso for iso, currency_id in self.chosen.items()}}

    def rules(self) -> dict[str, CurrencyRule]:
        """Give GP's id and decimals of each ISO code."""
        decimals = {each.currency_id: each.decimals for each in self.listed}
        ids = {**{each.iso_code: each.currency_id for each in self.listed if each.iso_code}, **self.chosen}
        return {iso: CurrencyRule(each, decimals.get(each, USUAL_DECIMALS)) for iso, each in ids.items()}
