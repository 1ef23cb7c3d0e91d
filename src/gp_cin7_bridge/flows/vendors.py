"""GP vendors become Cin7 Core suppliers."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from attrs import evolve

from cin7core_client import Supplier, SupplierAddress, SupplierContact, SupplierStatus
from dynamicsgp_client import Vendor
from gp_cin7_bridge.flows.account_codes import AccountCodes, is_payable
from gp_cin7_bridge.flows.currencies import Currencies
from gp_cin7_bridge.flows.masters import Masters
from gp_cin7_bridge.mapping.held import Held
from gp_cin7_bridge.mapping.supplier import VendorRules, map_vendor
from gp_cin7_bridge.plan import Flow
from gp_cin7_bridge.reasons import Reason, reason


class Vendors(Masters[Vendor, Supplier]):
    """The flow of vendors."""

    flow: Flow = "vendors"
    entity = "vendor"

    def changed_since(self, day: dt.date | None) -> Iterable[Vendor]:
        """List GP vendors changed on or after `day`."""
        return self.bridge.gp.vendors.list(modified_since=day) if day else self.bridge.gp.vendors.list()

    def source(self, key: str) -> Vendor | None:
        """Read one GP vendor."""
        return self.bridge.gp.vendors.find(key)

    def key_of(self, record: Vendor) -> str:
        """Name the GP vendor."""
        return record.vendor_id

    def modified_of(self, record: Vendor) -> dt.date | None:
        """Tell when GP changed the vendor."""
        return record.modified_date

    def prepare(self, records: list[Vendor]) -> None:
        """Read the reference books that suppliers name."""
        self._rules = vendor_rules(self, records) if records else VendorRules()

    def mapped(self, record: Vendor, *, linked: bool) -> Supplier | Held:
        """Map one vendor; one that has its supplier is no longer anybody's twin."""
        return map_vendor(record, evolve(self._rules, twin_names=frozenset()) if linked else self._rules)

    def load_targets(self) -> None:
        """Read all suppliers once, deprecated ones too."""
        self._by_id: dict[str, Supplier] = {}
        self._by_name: defaultdict[str, list[Supplier]] = defaultdict(list)
        self._by_vendor: dict[str, Supplier] = {}
        for supplier in self.bridge.cin7.suppliers.list(include_deprecated=True):
            self._by_id[supplier.supplier_id or ""] = supplier
            self._by_name[_name(supplier)].append(supplier)
            if vendor_id := self._vendor_id_of(supplier):
                self._by_vendor.setdefault(vendor_id, supplier)

    def target_by_id(self, cin7_id: str) -> Supplier | None:
        """Find the linked supplier."""
        return self._by_id.get(cin7_id)

    def match(self, record: Vendor, draft: Supplier, /) -> Supplier | Reason | None:
        """Match by the vendor id that the supplier carries, then by exact name; never by a name's beginning."""
        if found := self._by_vendor.get(record.vendor_id):
            return found
        named = self._by_name.get(_name(draft), [])
        others = [each for each in named if self._vendor_id_of(each) not in (None, record.vendor_id)]
        if others:
            vendors = ", ".join([record.vendor_id, *(self._vendor_id_of(each) or "" for each in others)])
            return reason("vendor_name_twin", vendors=vendors, name=draft.name)
        if len(named) > 1:
            return reason("supplier_ambiguous", name=draft.name)
        return named[0] if named else None

    def merged(self, existing: Supplier, draft: Supplier) -> Supplier:
        """Lay GP's fields over the supplier; rows keep their ids, so that none piles up."""
        changes = {name: getattr(draft, name) for name in draft.model_fields_set}
        if "addresses" in changes:
            changes["addresses"] = _merged_addresses(existing.addresses, draft.addresses)
        if "contacts" in changes:
            changes["contacts"] = _merged_contacts(existing.contacts, draft.contacts)
        return existing.replace(**changes)

    def deprecated(self, existing: Supplier) -> Supplier:
        """Give the supplier as it is once GP has no more of it."""
        return existing.replace(status=SupplierStatus.DEPRECATED)

    def id_of(self, target: Supplier) -> str:
        """Give its id."""
        return target.supplier_id or ""

    def name_of(self, draft: Supplier) -> str:
        """Give its name."""
        return draft.name or ""

    def target_key(self, draft: Supplier) -> str:
        """Name the supplier."""
        return draft.name or ""

    def _vendor_id_of(self, supplier: Supplier) -> str | None:
        value = getattr(supplier, f"additional_attribute{self.bridge.settings.vendors.attribute}")
        return str(value).strip() or None if value else None


def vendor_rules(flow: Vendors, records: list[Vendor]) -> VendorRules:
    """Gather what mapping vendors needs: settings, Cin7's reference books, GP's currencies, name twins."""
    bridge, wanted = flow.bridge, flow.bridge.settings.vendors
    me = bridge.cin7.me.get()
    terms = [term for term in bridge.cin7.payment_terms.list() if term.is_active is not False]
    rules = [rule for rule in bridge.cin7.tax_rules.list() if rule.is_active is not False]
    accounts = bridge.cin7.accounts.list().to_list()
    payable = [each.code for each in accounts if is_payable(each)]
    codes = AccountCodes.read(bridge, accounts)
    purchase_rules = [rule.name for rule in rules if rule.is_tax_for_purchase]
    default_terms = [term.name for term in terms if term.is_default]
    names: defaultdict[str, set[str]] = defaultdict(set)
    for record in records:
        names[(record.vendor_name or "").strip()].add(record.vendor_id)
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
        default_country=wanted.country,
        twin_names=frozenset(name for name, ids in names.items() if len(ids) > 1),
        suffix_twins=wanted.twin_names == "suffix",
        known_terms=frozenset(term.name for term in terms),
        known_tax_rules=frozenset(rule.name for rule in rules),
        known_payable_accounts=frozenset(payable),
    )


def _only(values: list[str]) -> str | None:
    return values[0] if len(values) == 1 else None


def _name(supplier: Supplier) -> str:
    return (supplier.name or "").strip()


def _merged_addresses(
    there: tuple[SupplierAddress, ...], wanted: tuple[SupplierAddress, ...]
) -> tuple[SupplierAddress, ...]:
    rest = list(there)
    merged = []
    for address in wanted:
        same = next((each for each in rest if each.type == address.type), None)
        if same is None:
            merged.append(address)
        else:
            rest.remove(same)
            merged.append(same.replace(**{name: getattr(address, name) for name in address.model_fields_set}))
    return (*merged, *rest)


def _merged_contacts(
    there: tuple[SupplierContact, ...], wanted: tuple[SupplierContact, ...]
) -> tuple[SupplierContact, ...]:
    rest = list(there)
    merged = []
    for contact in wanted:
        same = next((each for each in rest if each.name == contact.name), None)
        if same is None:
            merged.append(contact)
        else:
            rest.remove(same)
            merged.append(same.replace(**{name: getattr(contact, name) for name in contact.model_fields_set}))
    return (*merged, *rest)
