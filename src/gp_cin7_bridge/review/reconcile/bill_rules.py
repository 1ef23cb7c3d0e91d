"""The rules by which bills are compared: as they stand, and without what only keeps a new voucher from being made."""

from __future__ import annotations

from attrs import evolve, frozen

from dynamicsgp_client import Vendor, VendorStatus
from gp_cin7_bridge.flows.bills.facts import GPFacts, gp_facts
from gp_cin7_bridge.flows.bills.setup import bill_rules
from gp_cin7_bridge.mapping.bills.attributes import ProductFacts
from gp_cin7_bridge.mapping.bills.rules import BillRules
from gp_cin7_bridge.mapping.chart import Chart
from gp_cin7_bridge.mapping.periods import ALWAYS_OPEN
from gp_cin7_bridge.review.reconcile.reading import Reading


@frozen
class ComparisonRules:
    """How a bill is mapped to be compared.

    Attributes:
        sending: today's rules; they say why a bill is not in GP.
        comparing: the same without closed periods, taken batches, inactive vendors and accounts: a voucher that was
            made before those came about is no worse for them.
    """

    facts: GPFacts
    sending: BillRules
    comparing: BillRules

    @classmethod
    def read(cls, reading: Reading) -> ComparisonRules:
        """Ask both systems for everything that the mapping of bills reads."""
        bridge = reading.bridge
        facts = gp_facts(bridge)
        vendors = {each.vendor_id: each for each in reading.each("GP", "vendors", bridge.gp.vendors.list())}
        rules = evolve(bill_rules(bridge, facts, ()), vendors=vendors)
        if rules.accounts.needs() & {"category", "brand"}:
            rules = evolve(rules, products=_products(reading))
        comparing = evolve(
            rules,
            vendors={name: _active(each, facts.chart) for name, each in vendors.items()},
            known_documents={},
            batches=None,
            periods=ALWAYS_OPEN,
            rates_allowed=None,
            chart=Chart(),
        )
        return cls(facts, rules, comparing)

    def iso_code(self, currency_id: str | None) -> str:
        """Give the ISO code of a GP currency id; GP leaves its own currency empty."""
        functional = self.sending.base_currency or ""
        if not currency_id:
            return functional
        rules = self.sending.currencies
        return next((iso for iso, rule in rules.items() if rule.currency_id == currency_id), currency_id)


def _active(vendor: Vendor, chart: Chart) -> Vendor:
    account = vendor.payables_account_number or chart.number_of(vendor.payables_account_index)
    return vendor.replace(status=VendorStatus.ACTIVE, payables_account_number=account)


def _products(reading: Reading) -> dict[str, ProductFacts]:
    listed = reading.bridge.cin7.products.list(include_deprecated=True)
    return {
        each.sku: ProductFacts(each.category or "", each.brand or "")
        for each in reading.each("Cin7 Core", "bills", listed)
        if each.sku
    }
