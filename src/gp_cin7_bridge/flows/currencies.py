"""GP's currency ids are free text: this tells them apart by ISO code."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from dynamicsgp_client import Currency, NotFoundError
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.mapping.currency import CurrencyRule
from gp_cin7_bridge.settings.bills import CurrencySettings

USUAL_DECIMALS = 2


@frozen
class Currencies:
    """GP's currencies, read once, and what the settings say of them; the settings win."""

    listed: tuple[Currency, ...]
    chosen: Mapping[str, CurrencySettings]

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
        return {**told, **{chosen.id: iso for iso, chosen in self.chosen.items()}}

    def rules(self) -> dict[str, CurrencyRule]:
        """Give GP's id, decimals and rate method of each ISO code.

        A currency that the settings name and GP's own list lacks is left out: GP would refuse it.
        """
        decimals = {each.currency_id: each.decimals for each in self.listed}
        found = {each.iso_code: CurrencyRule(each.currency_id, each.decimals) for each in self.listed if each.iso_code}
        for iso, chosen in self.chosen.items():
            if decimals and chosen.id not in decimals:
                found.pop(iso, None)
                continue
            places = chosen.decimals if chosen.decimals is not None else decimals.get(chosen.id, USUAL_DECIMALS)
            found[iso] = CurrencyRule(chosen.id, places, chosen.method)
        return found
