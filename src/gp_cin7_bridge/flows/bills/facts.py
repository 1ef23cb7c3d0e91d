"""What GP says of itself that bills need, read once a run; what it does not offer comes from the settings."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final, TypeVar

from attrs import frozen

from dynamicsgp_client import DynamicsGP, MulticurrencySetup, NotFoundError, PayablesSetup
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.flows.currencies import USUAL_DECIMALS, Currencies
from gp_cin7_bridge.mapping.bills.batches import BatchFacts
from gp_cin7_bridge.mapping.chart import Chart
from gp_cin7_bridge.mapping.currency import RateTable
from gp_cin7_bridge.mapping.periods import Periods
from gp_cin7_bridge.reasons import Reason, reason

T = TypeVar("T")

# SY00500: available, and of the kind that credits may enter.
AVAILABLE: Final = 0
SINGLE_USE: Final = 1


@frozen
class GPFacts:
    """GP's own settings, as far as this site's GP can tell them; None is "cannot tell"."""

    setup: PayablesSetup | None
    chart: Chart
    periods: Periods | None
    currencies: Currencies
    functional_currency: str | None
    batches: Mapping[str, BatchFacts] | None
    rates_allowed: bool | None
    rates: Mapping[str, RateTable]
    tax_accounts: Mapping[str, str]

    @property
    def functional_decimals(self) -> int:
        """The decimals of GP's own currency."""
        rule = self.currencies.rules().get(self.functional_currency or "")
        return rule.decimals if rule else USUAL_DECIMALS


def gp_facts(bridge: Bridge) -> GPFacts:
    """Ask GP for its chart of accounts, periods, currencies, batches and set-up."""
    setup = _told(bridge.gp.payables_setup.get)
    currencies = Currencies.read(bridge)
    functional = bridge.settings.gp.functional_currency
    if functional is None and setup and setup.functional_currency_id:
        functional = currencies.iso_codes().get(setup.functional_currency_id, setup.functional_currency_id)
    foreign = bridge.settings.bills
    return GPFacts(
        setup,
        read_chart(bridge.gp),
        _periods(bridge),
        currencies,
        functional,
        _batches(bridge.gp),
        foreign.rates_allowed if foreign.rates_allowed is not None else _rates_allowed(bridge.gp),
        _rates(bridge, currencies),
        _tax_accounts(bridge.gp),
    )


def numbering_problem(bridge: Bridge, facts: GPFacts) -> Reason | None:
    """Say why no voucher can be made exactly once, as GP and the settings stand."""
    setup, gp = facts.setup, bridge.settings.gp
    if gp.voucher_numbers == "ours":
        return reason("voucher_numbers_not_ours") if setup and setup.override_voucher_number is False else None
    told = setup is not None and "allow_duplicate_invoices" in setup.model_fields_set
    forbidden = setup.allow_duplicate_invoices == 0 if setup and told else gp.duplicate_invoice_numbers == "forbidden"
    if not forbidden:
        return reason("duplicates_not_forbidden")
    return None if setup and setup.next_voucher_number else reason("next_voucher_unknown")


def _told(ask: Callable[[], T]) -> T | None:
    try:
        return ask()
    except NotFoundError:
        return None


def read_chart(gp: DynamicsGP) -> Chart:
    """Read GP's chart of accounts, or at least the form of its numbers."""
    accounts = _told(lambda: gp.accounts.list().to_list())
    if accounts is not None:
        return Chart({account.account_number: account for account in accounts})
    segments = _told(lambda: gp.account_segments.list().to_list()) or []
    return Chart(None, tuple(each.length for each in segments))


def _periods(bridge: Bridge) -> Periods | None:
    if periods := _told(lambda: bridge.gp.fiscal_periods.list().to_list()):
        return Periods.from_gp(periods)
    years = bridge.settings.periods.years
    if not years:
        return None
    return Periods.from_years([(each.year, each.first_date, each.periods, each.closed) for each in years])


def _batches(gp: DynamicsGP) -> Mapping[str, BatchFacts] | None:
    batches = _told(lambda: gp.batches.list().to_list())
    if batches is None:
        return None
    return {
        each.batch_id.upper(): BatchFacts(
            each.posting_date,
            each.status == AVAILABLE and not each.marked_to_post and each.frequency == SINGLE_USE,
            each.transaction_count,
        )
        for each in batches
    }


def _rates_allowed(gp: DynamicsGP) -> bool | None:
    setup: MulticurrencySetup | None = _told(gp.multicurrency_setup.get)
    if setup is None or (setup.allow_new_rates is None and setup.allow_override_exchange_rates is None):
        return None
    return bool(setup.allow_new_rates or setup.allow_override_exchange_rates)


def _rates(bridge: Bridge, currencies: Currencies) -> Mapping[str, RateTable]:
    """Give GP's rates by currency id, from the table that the settings name or the only one that there is."""
    chosen = bridge.settings.bills.exchange_tables
    wanted = {rule.currency_id: chosen[iso] for iso, rule in currencies.rules().items() if iso in chosen}
    tables: defaultdict[str, defaultdict[str, list[tuple[dt.date, Decimal]]]] = defaultdict(lambda: defaultdict(list))
    for rate in _told(lambda: bridge.gp.exchange_rates.list().to_list()) or []:
        if rate.exchange_date:
            tables[rate.currency_id][rate.exchange_table_id].append((rate.exchange_date, rate.exchange_rate))
    found = {}
    for currency_id, by_table in tables.items():
        only = next(iter(by_table)) if len(by_table) == 1 else ""
        if rates := by_table.get(wanted.get(currency_id, only)):
            found[currency_id] = RateTable.of(rates)
    return found


def _tax_accounts(gp: DynamicsGP) -> Mapping[str, str]:
    details = _told(lambda: gp.tax_details.list().to_list()) or []
    return {each.tax_detail_id: each.account_number for each in details if each.account_number}
