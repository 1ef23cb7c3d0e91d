"""The rules for receipts, put together from settings and what GP says."""

from __future__ import annotations

from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.flows.bills.facts import GPFacts
from gp_cin7_bridge.flows.bills.setup import account_map
from gp_cin7_bridge.mapping.receipts.rules import ReceiptRules


def receipt_rules(bridge: Bridge, facts: GPFacts) -> ReceiptRules:
    """Put settings and GP's facts together."""
    settings, receipts, periods = bridge.settings, bridge.settings.receipts, bridge.settings.periods
    return ReceiptRules(
        cin7_account_id=settings.cin7.account_id,
        mode=receipts.mode,
        accounts=account_map(settings.accounts),
        chart=facts.chart,
        accrued_account=receipts.accrued,
        in_transit_account=receipts.in_transit,
        base_currency=facts.functional_currency,
        decimals=facts.functional_decimals,
        currency_decimals={iso: rule.decimals for iso, rule in facts.currencies.rules().items()},
        periods=facts.periods,
        closed_period=periods.closed_period,
        cross_year=periods.cross_year,
        # The company's own day: the machine stands in its network.
        today=bridge.clock().astimezone().date(),
        code_page=settings.bills.code_page,
    )
