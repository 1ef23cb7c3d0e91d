"""The rules for bills, put together from settings, links and what GP and Cin7 Core say."""

from __future__ import annotations

import datetime as dt
import importlib
from collections import Counter
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import cast

from cin7core_client import Purchase
from dynamicsgp_client import Vendor
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.errors import SettingsError
from gp_cin7_bridge.flows.bills.duplicates import documents_of
from gp_cin7_bridge.flows.bills.facts import GPFacts
from gp_cin7_bridge.mapping.accounts import AccountMap, Lookup
from gp_cin7_bridge.mapping.bills.attributes import ProductFacts
from gp_cin7_bridge.mapping.bills.charges import ChargeRule
from gp_cin7_bridge.mapping.bills.header import linked_vendor
from gp_cin7_bridge.mapping.bills.parts import parts_of
from gp_cin7_bridge.mapping.bills.rules import BillRules, DocumentRule
from gp_cin7_bridge.mapping.bills.tax import TaxComponent, TaxRuleTreatment
from gp_cin7_bridge.mapping.receipts.accruals import Accrual
from gp_cin7_bridge.settings import AccountSettings, TaxRuleSettings

# Beyond this many vendors or products one list is cheaper than single look-ups.
FEW = 20


def bill_rules(
    bridge: Bridge,
    facts: GPFacts,
    purchases: Iterable[Purchase],
    accruals: Mapping[str, list[Accrual]] = MappingProxyType({}),
) -> BillRules:
    """Put settings, links and GP's facts together for these purchases.

    Raises:
        SettingsError: the rule of [bills] cannot be loaded.
    """
    settings, bills, periods = bridge.settings, bridge.settings.bills, bridge.settings.periods
    purchases = tuple(purchases)
    vendor_ids = {link.cin7_id: link.gp_key for link in bridge.state.links("vendor")}
    accounts = account_map(settings.accounts)
    rules = BillRules(
        cin7_account_id=settings.cin7.account_id,
        vendor_ids=vendor_ids,
        vendors=_vendors(bridge, purchases, vendor_ids),
        duplicates=bills.duplicates,
        upper_case=bills.upper_case,
        description=bills.description,
        credit_description=bills.credit_description,
        payment_terms=bills.payment_terms,
        due_date=bills.due_date,
        code_page=bills.code_page,
        batch=bills.batch,
        batch_size=bills.batch_size,
        filled_batches=_filled(bridge, facts),
        batches=facts.batches,
        posts_by=periods.posts_by,
        checkbook=bills.checkbook,
        currencies=facts.currencies.rules(),
        base_currency=facts.functional_currency,
        rate=bills.rate,
        rates_allowed=facts.rates_allowed,
        gp_rates=facts.rates,
        fx_tolerance=bills.fx_tolerance,
        periods=facts.periods,
        closed_period=periods.closed_period,
        cross_year=periods.cross_year,
        # The company's own day: the machine stands in its network.
        today=bridge.clock().astimezone().date(),
        accounts=accounts,
        chart=facts.chart,
        payable_account=settings.accounts.payable,
        products=_products(bridge, purchases) if accounts.needs() & {"category", "brand"} else {},
        accruals=accruals,
        in_transit_account=settings.receipts.in_transit,
        difference_account=settings.receipts.difference,
        functional_decimals=facts.functional_decimals,
        taxes={name: _treatment(rule, facts.tax_accounts) for name, rule in bills.tax_rules.items()},
        default_treatment=bills.tax,
        charges=tuple(
            ChargeRule(to=each.to, description=each.description, account=each.account, tax_rule=each.tax_rule)
            for each in bills.charges
        ),
        distributions=bills.distributions,
        half_even=bills.rounding == "half_even",
        rounding_limit=bills.rounding_limit,
        rounding_account=bills.rounding_account,
        credit_document=bills.credit_document,
        rule=document_rule(bills.rule) if bills.rule else None,
    )
    known = {vendor.vendor_id for each in purchases if (vendor := linked_vendor(each, rules))}
    days = bills.duplicate_days
    since = bridge.clock().date() - dt.timedelta(days=days) if days else None
    receivings = settings.receipts.mode == "pop"
    for vendor_id in sorted(known):
        rules.known_documents[vendor_id] = documents_of(bridge.gp, vendor_id, since=since, receivings=receivings)
    return rules


def _filled(bridge: Bridge, facts: GPFacts) -> dict[str, int]:
    """Count the vouchers of each batch: GP's own count, else those that were sent."""
    if facts.batches is not None:
        return {batch: each.documents for batch, each in facts.batches.items()}
    return dict(Counter(str(link.details.get("batch", "")) for link in bridge.state.links("bill")))


def account_map(accounts: AccountSettings) -> AccountMap:
    """Give the account map that the settings describe."""
    lookups = {name: Lookup(each.attribute, each.values) for name, each in accounts.lookups.items()}
    return AccountMap(accounts.map, accounts.default, accounts.no_match, lookups)


def document_rule(name: str) -> DocumentRule:
    """Load `module:function`.

    Raises:
        SettingsError: there is no such module or function; says what went wrong.
    """
    module, _, function = name.partition(":")
    try:
        found = getattr(importlib.import_module(module), function)
    except Exception as error:
        message = f"rule {name!r} of [bills] cannot be loaded: {type(error).__name__}: {error}; correct it or its name"
        raise SettingsError(message) from error
    if not callable(found):
        raise SettingsError(f"rule {name!r} of [bills] is no function; name one")
    return cast("DocumentRule", found)


def _treatment(rule: TaxRuleSettings, tax_accounts: Mapping[str, str]) -> TaxRuleTreatment:
    """Give what to do with a rule's tax; a detail without an account has GP's own."""
    account = rule.account
    if rule.treatment == "detail" and not account:
        account = tax_accounts.get(rule.tax_detail_id or "")
    components = tuple(
        TaxComponent(each.tax_detail_id, each.account or tax_accounts.get(each.tax_detail_id), each.percent)
        for each in rule.components
    )
    return TaxRuleTreatment(rule.treatment, rule.tax_detail_id, rule.tax_schedule_id, account, components)


def _vendors(bridge: Bridge, purchases: Iterable[Purchase], linked: Mapping[str, str]) -> dict[str, Vendor]:
    suppliers = {purchase.supplier_id or "" for purchase in purchases}
    wanted = {linked[supplier] for supplier in suppliers if supplier in linked}
    if len(wanted) > FEW or not suppliers <= linked.keys():
        return {vendor.vendor_id: vendor for vendor in bridge.gp.vendors.list()}
    found = (bridge.gp.vendors.find(vendor_id) for vendor_id in sorted(wanted))
    return {vendor.vendor_id: vendor for vendor in found if vendor is not None}


def _products(bridge: Bridge, purchases: Iterable[Purchase]) -> dict[str, ProductFacts]:
    """Read categories and brands of all products, which only some account templates need."""
    lines = (line for each in purchases for part in parts_of(each) for line in part.lines)
    wanted = {line.sku for line in lines if line.sku}
    every = bridge.cin7.products.list(include_deprecated=True) if wanted else ()
    return {
        each.sku: ProductFacts(each.category or "", each.brand or "")
        for each in every
        if each.sku and each.sku in wanted
    }
