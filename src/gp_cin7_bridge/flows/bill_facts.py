"""What mapping bills needs to know of GP and of our links, read once a run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import frozen

from cin7core_client import Purchase
from dynamicsgp_client import Account, NotFoundError, PayablesSetup, Vendor
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.flows.currencies import Currencies
from gp_cin7_bridge.mapping.accounts import AccountMap
from gp_cin7_bridge.mapping.bill_rules import BillRules
from gp_cin7_bridge.mapping.periods import Periods
from gp_cin7_bridge.mapping.tax import TaxRuleTreatment

# Beyond this many vendors one list is cheaper than single look-ups.
FEW_VENDORS = 20


@frozen
class GPFacts:
    """GP's own settings, as far as this site's GP can tell them; None is "cannot tell"."""

    setup: PayablesSetup | None
    accounts: Mapping[str, Account] | None
    periods: Periods | None
    currencies: Currencies
    functional_currency: str | None


def gp_facts(bridge: Bridge) -> GPFacts:
    """Ask GP for its chart of accounts, periods and set-up; what it does not offer comes from the settings."""
    try:
        setup = bridge.gp.payables_setup.get()
    except NotFoundError:
        setup = None
    try:
        accounts = {account.account_number: account for account in bridge.gp.accounts.list()}
    except NotFoundError:
        accounts = None
    currencies = Currencies.read(bridge)
    functional = bridge.settings.gp.functional_currency
    if functional is None and setup and setup.functional_currency_id:
        functional = currencies.iso_codes().get(setup.functional_currency_id, setup.functional_currency_id)
    return GPFacts(setup, accounts, _periods(bridge), currencies, functional)


def _periods(bridge: Bridge) -> Periods | None:
    try:
        periods = bridge.gp.fiscal_periods.list().to_list()
    except NotFoundError:
        periods = []
    if periods:
        return Periods.from_gp(periods)
    years = bridge.settings.periods.years
    if not years:
        return None
    return Periods.from_years([(each.year, each.first_date, each.periods, each.closed) for each in years])


def bill_rules(bridge: Bridge, facts: GPFacts, purchases: Iterable[Purchase]) -> BillRules:
    """Put settings, links and GP's facts together for these purchases."""
    settings, bills = bridge.settings, bridge.settings.bills
    vendor_ids = {link.cin7_id: link.gp_key for link in bridge.state.links("vendor")}
    return BillRules(
        cin7_account_id=settings.cin7.account_id,
        vendor_ids=vendor_ids,
        vendors=_vendors(bridge, purchases, vendor_ids),
        accounts=AccountMap(settings.accounts.map, settings.accounts.default),
        gp_accounts=facts.accounts,
        payable_account=settings.accounts.payable,
        taxes={
            name: TaxRuleTreatment(rule.treatment, rule.tax_detail_id, rule.tax_schedule_id, rule.account)
            for name, rule in bills.tax_rules.items()
        },
        default_treatment=bills.tax,
        currencies=facts.currencies.rules(),
        base_currency=facts.functional_currency,
        rate=bills.rate,
        periods=facts.periods,
        closed_period=settings.periods.closed_period,
        today=bridge.clock().date(),
        duplicates=bills.duplicates,
        checkbook=bills.checkbook,
        rounding_limit=bills.rounding_limit,
        rounding_account=bills.rounding_account,
        credit_document=bills.credit_document,
        code_page=bills.code_page,
        payment_terms=bills.payment_terms,
        batch=bills.batch,
        description=bills.description,
    )


def _vendors(bridge: Bridge, purchases: Iterable[Purchase], linked: Mapping[str, str]) -> dict[str, Vendor]:
    suppliers = {purchase.supplier_id or "" for purchase in purchases}
    wanted = {linked[supplier] for supplier in suppliers if supplier in linked}
    if len(wanted) > FEW_VENDORS or not suppliers <= linked.keys():
        return {vendor.vendor_id: vendor for vendor in bridge.gp.vendors.list()}
    found = (bridge.gp.vendors.find(vendor_id) for vendor_id in sorted(wanted))
    return {vendor.vendor_id: vendor for vendor in found if vendor is not None}
