"""GP vendors become Cin7 Core suppliers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from attrs import evolve

from cin7core_client import Supplier, SupplierStatus
from dynamicsgp_client import Vendor
from gp_cin7_bridge.flows.masters.base import Masters, renamed_twice
from gp_cin7_bridge.flows.masters.vendor_rules import vendor_rules
from gp_cin7_bridge.mapping.held import Held
from gp_cin7_bridge.mapping.masters.ownership import Ownership
from gp_cin7_bridge.mapping.masters.supplier import map_vendor
from gp_cin7_bridge.mapping.masters.supplier_rows import (
    carried_rows,
    merged_addresses,
    merged_comments,
    merged_contacts,
)
from gp_cin7_bridge.mapping.text import folded
from gp_cin7_bridge.plan import Flow
from gp_cin7_bridge.reasons import Reason, reason
from gp_cin7_bridge.shelves import Groups, Shelf
from gp_cin7_bridge.state import Link


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

    def prepare(self, records: Iterable[Vendor], links: Iterable[Link]) -> Ownership:
        """Read the reference books that suppliers name."""
        carried = ((each.gp_key, _without_id(str(each.details.get("name", "")), each.gp_key)) for each in links)
        self._rules = vendor_rules(self.bridge, records, carried)
        scope = evolve(self._rules.scope, inactive=True)
        self._followed = evolve(self._rules, twin_names=frozenset(), scope=scope)
        return self._rules.ownership

    def mapped(self, record: Vendor, link: Link | None) -> Supplier | Held:
        """Map one vendor; one that has its supplier keeps what tells its name apart, and is nobody's twin any more."""
        if link is None:
            return map_vendor(record, self._rules)
        name = (record.vendor_name or "").strip()
        if self._rules.suffix_twins and link.details.get("name") == f"{name} ({record.vendor_id})":
            return map_vendor(record, evolve(self._followed, twin_names=frozenset({name})))
        return map_vendor(record, self._followed)

    def load_targets(self) -> None:
        """Read all suppliers once, deprecated ones too."""
        self._by_id: Shelf[Supplier] = Shelf()
        self._ids_by_name: Groups[str] = Groups()
        self._ids_by_vendor: Groups[str] = Groups()
        for supplier in self.bridge.cin7.suppliers.list(include_deprecated=True):
            supplier_id = supplier.supplier_id or ""
            self._by_id[supplier_id] = supplier
            self._ids_by_name.add(folded(supplier.name), supplier_id)
            if vendor_id := self._vendor_id_of(supplier):
                self._ids_by_vendor.add(vendor_id, supplier_id)

    def target_by_id(self, cin7_id: str) -> Supplier | None:
        """Find the linked supplier."""
        return self._by_id.get(cin7_id)

    def match(self, record: Vendor, draft: Supplier, /) -> Supplier | Reason | None:
        """Match by the vendor id that the supplier carries, then by the whole name; never by its beginning."""
        if found := self._ids_by_vendor.get(record.vendor_id):
            return self._by_id[found[0]]
        named = self._named(folded(draft.name))
        others = [each for each in named if self._vendor_id_of(each) not in (None, record.vendor_id)]
        if others:
            vendors = ", ".join([record.vendor_id, *(self._vendor_id_of(each) or "" for each in others)])
            return reason("vendor_name_twin", vendors=vendors, name=draft.name)
        if len(named) > 1:
            return reason("supplier_ambiguous", name=draft.name)
        return named[0] if named else None

    def merged(self, existing: Supplier, draft: Supplier, carried: Mapping[str, object]) -> Supplier:
        """Lay GP's fields over the supplier; rows keep their ids, so that none piles up."""
        changes = self._rules.ownership.on_update(draft)
        if "addresses" in changes:
            changes["addresses"] = merged_addresses(existing.addresses, draft.addresses, carried)
        if "contacts" in changes:
            changes["contacts"] = merged_contacts(existing.contacts, draft.contacts, carried)
        if self._rules.ownership.owner("comments") == "gp":
            changes["comments"] = merged_comments(existing.comments, on_hold=bool(draft.comments))
        return existing.replace(**changes)

    def conflict(self, existing: Supplier, draft: Supplier, carried: Mapping[str, object]) -> Reason | None:
        """Hold another currency, a name that was changed on both sides, and one that another supplier has."""
        key, owner = self._vendor_id_of(draft) or "", self._rules.ownership.owner
        if owner("currency") == "gp" and existing.currency not in (None, "", draft.currency):
            return reason("currency_change", document=key, before=existing.currency, after=draft.currency)
        if owner("name") != "gp":
            return None
        if why := renamed_twice(key, there=existing.name, wanted=draft.name, carried=carried.get("name")):
            return why
        others = [each for each in self._named(folded(draft.name)) if each.supplier_id != existing.supplier_id]
        if others and folded(existing.name) != folded(draft.name):
            vendors = ", ".join([key, *filter(None, map(self._vendor_id_of, others))])
            return reason("vendor_name_twin", vendors=vendors, name=draft.name)
        return None

    def details(self, draft: Supplier) -> dict[str, object]:
        """Remember the name and how to find the rows again."""
        return {"name": draft.name, **carried_rows(draft)}

    def deprecated(self, existing: Supplier) -> Supplier:
        """Give the supplier as it is once GP has no more of it."""
        return existing.replace(status=SupplierStatus.DEPRECATED)

    def id_of(self, target: Supplier) -> str:
        """Give its id."""
        return target.supplier_id or ""

    def name_of(self, draft: Supplier) -> str:
        """Give its name, without the vendor id behind it that tells twins apart."""
        return _without_id(draft.name or "", self._vendor_id_of(draft) or "")

    def carried_name(self, link: Link) -> str:
        """Give the name under which a vendor was carried last, likewise."""
        return _without_id(super().carried_name(link), link.gp_key)

    def target_key(self, draft: Supplier) -> str:
        """Name the supplier."""
        return draft.name or ""

    def _named(self, name: str) -> list[Supplier]:
        return [self._by_id[each] for each in self._ids_by_name.get(name, ())]

    def _vendor_id_of(self, supplier: Supplier) -> str | None:
        value = getattr(supplier, f"additional_attribute{self.bridge.settings.vendors.attribute}")
        return str(value).strip() or None if value else None


def _without_id(name: str, vendor_id: str) -> str:
    return name.removesuffix(f" ({vendor_id})")
