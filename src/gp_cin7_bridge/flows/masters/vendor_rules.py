"""Gather what mapping vendors needs: settings, Cin7's reference books, GP's currencies, addresses and name twins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, islice

from dynamicsgp_client import NotFoundError, Vendor, VendorAddress
from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.flows.currencies import Currencies
from gp_cin7_bridge.flows.masters.account_codes import AccountCodes, is_payable
from gp_cin7_bridge.flows.masters.base import FEW_RECORDS
from gp_cin7_bridge.mapping.masters.ownership import Ownership
from gp_cin7_bridge.mapping.masters.scope import Scope
from gp_cin7_bridge.mapping.masters.supplier import VendorRules
from gp_cin7_bridge.mapping.text import folded
from gp_cin7_bridge.shelves import Groups, Shelf


def vendor_rules(bridge: Bridge, records: Iterable[Vendor], carried: Iterable[tuple[str, str]]) -> VendorRules:
    """Read once what these vendors need, so that every missing reference is known before the first write.

    Args:
        bridge: the open connection.
        records: the vendors to map.
        carried: the ids of vendors that were carried before, each with the name it then had.
    """
    wanted = bridge.settings.vendors
    me = bridge.cin7.me.get()
    terms = [term for term in bridge.cin7.payment_terms.list() if term.is_active is not False]
    rules = [rule for rule in bridge.cin7.tax_rules.list() if rule.is_active is not False]
    accounts = bridge.cin7.accounts.list().to_list()
    payable = [each.code for each in accounts if is_payable(each)]
    codes = AccountCodes.read(bridge, accounts)
    purchase_rules = [rule.name for rule in rules if rule.is_tax_for_purchase]
    default_terms = [term.name for term in terms if term.is_default]
    return VendorRules(
        currency_codes=Currencies.read(bridge).iso_codes(),
        default_currency=me.currency,
        payment_terms={**{term.name: term.name for term in terms}, **wanted.payment_terms},
        default_payment_term=wanted.payment_term or _only(default_terms) or _only([term.name for term in terms]),
        tax_rule=wanted.tax_rule or _only(purchase_rules),
        tax_rules=wanted.tax_rules,
        account_payable=wanted.account_payable or _only(payable),
        account_codes=codes.codes(is_payable),
        account_numbers=codes.numbers,
        attribute=wanted.attribute,
        default_country=wanted.country or _country(bridge),
        twin_names=_twins(records, carried if wanted.twin_names == "suffix" else ()),
        suffix_twins=wanted.twin_names == "suffix",
        addresses=_addresses(bridge, records) if wanted.addresses == "roles" else {},
        on_hold=wanted.on_hold,
        tax_ids=wanted.tax_ids,
        scope=Scope.of(wanted),
        ownership=Ownership(wanted.ownership),
        known_terms=frozenset(term.name for term in terms),
        known_tax_rules=frozenset(rule.name for rule in rules),
        known_payable_accounts=frozenset(payable),
    )


def _addresses(bridge: Bridge, records: Iterable[Vendor]) -> Mapping[str, Sequence[VendorAddress]]:
    """Read the addresses of few vendors one by one, of many as one list; a site that has none to offer has none."""
    found: Groups[VendorAddress] = Groups()
    resource = bridge.gp.vendor_addresses
    few = [record.vendor_id for record in islice(records, FEW_RECORDS + 1)]
    lists = [resource.list()]
    if len(few) <= FEW_RECORDS:
        lists = [resource.list(vendor_id=vendor_id) for vendor_id in few]
    try:
        for addresses in lists:
            for address in addresses:
                found.add(address.vendor_id, address)
    except NotFoundError:
        return {}
    return found


def _country(bridge: Bridge) -> str | None:
    """Give the country of the Cin7 Core account's own address: of its business address, else of any."""
    addresses = [each for each in bridge.cin7.me.addresses.list() if each.country]
    addresses.sort(key=lambda each: each.type != "Business")
    return addresses[0].country if addresses else None


def _twins(records: Iterable[Vendor], carried: Iterable[tuple[str, str]]) -> frozenset[str]:
    first: Shelf[str] = Shelf()
    twins = set()
    for vendor_id, named in chain(carried, ((record.vendor_id, record.vendor_name) for record in records)):
        name = folded(named)
        known = first.get(name)
        if known is None:
            first[name] = vendor_id
        elif known != vendor_id:
            twins.add(name)
    return frozenset(twins)


def _only(values: list[str]) -> str | None:
    return values[0] if len(values) == 1 else None
