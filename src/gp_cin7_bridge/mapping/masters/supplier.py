"""A GP vendor as a Cin7 Core supplier."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, Literal

from attrs import Factory, field, frozen

from cin7core_client import Supplier, SupplierAddress, SupplierContact, SupplierStatus
from dynamicsgp_client import Vendor, VendorAddress, VendorStatus
from gp_cin7_bridge.mapping.held import Held
from gp_cin7_bridge.mapping.masters.ownership import Ownership
from gp_cin7_bridge.mapping.masters.scope import Scope
from gp_cin7_bridge.mapping.masters.telephone import telephone
from gp_cin7_bridge.mapping.text import folded, squeezed
from gp_cin7_bridge.reasons import Reason, reason

NAME_LIMIT: Final = 256
ON_HOLD: Final = "On hold in Dynamics GP"


def _all_folded(names: Iterable[str]) -> frozenset[str]:
    return frozenset(map(folded, names))


def _by_folded(names: Mapping[str, str]) -> Mapping[str, str]:
    return {folded(name): value for name, value in names.items()}


@frozen(kw_only=True)
class VendorRules:
    """What mapping a vendor needs beside the vendor.

    Attributes:
        currency_codes: GP currency id to ISO code.
        default_currency: ISO code of vendors without a currency.
        payment_terms: GP terms to Cin7 term names, upper and lower case of GP's alike.
        tax_rules: GP tax schedule to Cin7 tax rule.
        account_payable: Cin7 code of the payable account, for vendors whose own account leads to none.
        account_codes: GP account number to the Cin7 code of a payable account: the account map backwards.
        account_numbers: GP account index to number.
        attribute: which AdditionalAttribute (1-10) carries the vendor id.
        twin_names: names that several vendors share, upper and lower case alike.
        suffix_twins: put the vendor id behind a shared name instead of holding the vendor.
        addresses: vendor id to GP's addresses of it; without them the vendor's own address is its only one.
        on_hold: a vendor on hold stays active with a comment, or is deprecated; GP's hold stops payments only.
        tax_ids: carry tax ids; they may be social security numbers, so only when asked for.
        scope: which vendors are carried.
        ownership: which fields GP overwrites.
        known_terms, known_tax_rules, known_payable_accounts: what Cin7 Core has; None is not checked.
    """

    currency_codes: Mapping[str, str] = Factory(dict)
    default_currency: str | None = None
    payment_terms: Mapping[str, str] = field(factory=dict, converter=_by_folded)
    default_payment_term: str | None = None
    tax_rule: str | None = None
    tax_rules: Mapping[str, str] = Factory(dict)
    account_payable: str | None = None
    account_codes: Mapping[str, str] = Factory(dict)
    account_numbers: Mapping[int, str] = Factory(dict)
    attribute: int = 1
    default_country: str | None = None
    twin_names: frozenset[str] = field(default=frozenset(), converter=_all_folded)
    suffix_twins: bool = False
    addresses: Mapping[str, Sequence[VendorAddress]] = Factory(dict)
    on_hold: Literal["comment", "deprecate"] = "comment"
    tax_ids: bool = False
    scope: Scope = Factory(Scope)
    ownership: Ownership = Factory(Ownership)
    known_terms: frozenset[str] | None = None
    known_tax_rules: frozenset[str] | None = None
    known_payable_accounts: frozenset[str] | None = None


def map_vendor(vendor: Vendor, rules: VendorRules) -> Supplier | Held:
    """Give the supplier that a vendor becomes, or every reason against it.

    An inactive vendor becomes deprecated; one on hold stays active unless the rules say otherwise; a temporary one is
    not carried. Its purchase address becomes the business address, remit-to the billing and ship-from the shipping one.
    """
    inactive = vendor.status == VendorStatus.INACTIVE
    if outside := rules.scope.against(vendor.vendor_id, vendor.vendor_class_id, inactive=inactive):
        return Held(vendor.vendor_id, outside)
    name = (vendor.vendor_name or "").strip()
    currency = rules.currency_codes.get(vendor.currency_id or "", rules.default_currency)
    term = rules.payment_terms.get(folded(vendor.payment_terms_id), rules.default_payment_term)
    tax_rule = rules.tax_rules.get(vendor.tax_schedule_id or "", rules.tax_rule)
    payable = _payable(vendor, rules)
    reasons = [
        *_name_problems(vendor, name, rules),
        *_reference_problems(vendor, rules, currency, term, tax_rule, payable),
    ]
    if reasons:
        return Held(vendor.vendor_id, tuple(reasons))
    if folded(name) in rules.twin_names:
        name = f"{name} ({vendor.vendor_id})"
    deprecated = inactive or (vendor.on_hold and rules.on_hold == "deprecate")
    addresses = tuple(_addresses(vendor, rules))
    contact = _contact(vendor, rules, name)
    draft = Supplier.model_validate(
        {
            "name": name,
            "currency": currency,
            "payment_term": term,
            "tax_rule": tax_rule,
            "account_payable": payable,
            "status": SupplierStatus.DEPRECATED if deprecated else SupplierStatus.ACTIVE,
            f"additional_attribute{rules.attribute}": vendor.vendor_id,
            **({"comments": ON_HOLD} if vendor.on_hold else {}),
            **({"tax_number": vendor.tax_id} if rules.tax_ids and vendor.tax_id else {}),
            **({"addresses": addresses} if addresses else {}),
            **({"contacts": (contact,)} if contact else {}),
        }
    )
    return rules.ownership.on_create(draft)


def _payable(vendor: Vendor, rules: VendorRules) -> str | None:
    number = vendor.payables_account_number or rules.account_numbers.get(vendor.payables_account_index)
    return rules.account_codes.get(number or "", rules.account_payable)


def _name_problems(vendor: Vendor, name: str, rules: VendorRules) -> list[Reason]:
    if vendor.status == VendorStatus.TEMPORARY:
        return [reason("vendor_temporary", vendor=vendor.vendor_id)]
    if not name:
        return [reason("vendor_name_empty", vendor=vendor.vendor_id)]
    if folded(name) in rules.twin_names and not rules.suffix_twins:
        return [reason("vendor_name_twin", vendors=vendor.vendor_id, name=name)]
    return []


def _reference_problems(
    vendor: Vendor,
    rules: VendorRules,
    currency: str | None,
    term: str | None,
    tax_rule: str | None,
    payable: str | None,
) -> list[Reason]:
    problems = []
    for kind, named, value, known in (
        ("currency", "currency_id", currency, None),
        ("active payment term", "payment_terms_id", term, rules.known_terms),
        ("tax rule", "tax_schedule_id", tax_rule, rules.known_tax_rules),
        ("payable account", "account_payable", payable, rules.known_payable_accounts),
    ):
        if not value or (known is not None and value not in known):
            name = value or getattr(vendor, named, None) or "(not set)"
            problems.append(reason("reference_missing", kind=kind, name=name, field=named, document=vendor.vendor_id))
    return problems


def _addresses(vendor: Vendor, rules: VendorRules) -> Iterator[SupplierAddress]:
    """Give one address a type; of GP's roles the first that has an address wins."""
    known = {each.address_id.upper(): each for each in rules.addresses.get(vendor.vendor_id, ())}
    business = vendor.purchase_address_id or vendor.primary_address_id
    for kind, address_id in (
        ("Business", business),
        ("Billing", vendor.remit_to_address_id),
        ("Shipping", vendor.ship_from_address_id),
    ):
        found = known.get((address_id or "").upper())
        if found is None and kind == "Business":
            yield from _address(vendor, kind, rules)
        elif found is not None and (kind == "Business" or address_id != business):
            yield from _address(found, kind, rules)


def _address(place: Vendor | VendorAddress, kind: str, rules: VendorRules) -> Iterator[SupplierAddress]:
    country = place.country or rules.default_country
    if place.address1 and country:
        yield SupplierAddress(
            line1=place.address1,
            line2=squeezed(f"{place.address2 or ''} {place.address3 or ''}"),
            city=place.city or "",
            state=place.state or "",
            postcode=place.zip_code or "",
            country=country,
            type=kind,
            default_for_type=True,
        )


def _contact(vendor: Vendor, rules: VendorRules, name: str) -> SupplierContact | None:
    """Give the contact of the purchase address, else of the vendor; one without a name is called like the vendor."""
    wanted = (vendor.purchase_address_id or vendor.primary_address_id or "").upper()
    address = next(
        (each for each in rules.addresses.get(vendor.vendor_id, ()) if each.address_id.upper() == wanted), None
    )
    person = (address.contact if address else None) or vendor.contact
    phone = telephone(address.phone1 if address and address.phone1 else vendor.phone1)
    fax = telephone(address.fax if address and address.fax else vendor.fax)
    email = address.email if address else None
    if not (person or phone or fax or email):
        return None
    values = {"name": person or name, "phone": phone, "fax": fax, "default": True}
    return SupplierContact.model_validate({**values, "email": email} if email else values)
