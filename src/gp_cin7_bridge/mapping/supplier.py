"""A GP vendor as a Cin7 Core supplier."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from attrs import Factory, frozen

from cin7core_client import Supplier, SupplierAddress, SupplierContact, SupplierStatus
from dynamicsgp_client import Vendor, VendorStatus
from gp_cin7_bridge.mapping.held import Held
from gp_cin7_bridge.mapping.text import squeezed
from gp_cin7_bridge.reasons import Reason, reason

NAME_LIMIT: Final = 256
ON_HOLD: Final = "On hold in Dynamics GP"


@frozen(kw_only=True)
class VendorRules:
    """What mapping a vendor needs beside the vendor.

    Attributes:
        currency_codes: GP currency id to ISO code.
        default_currency: ISO code of vendors without a currency.
        payment_terms: GP terms to Cin7 term names.
        tax_rules: GP tax schedule to Cin7 tax rule.
        account_payable: Cin7 code of the payable account.
        attribute: which AdditionalAttribute (1-10) carries the vendor id.
        twin_names: names that several vendors share.
        suffix_twins: put the vendor id behind a shared name instead of holding the vendor.
        known_terms, known_tax_rules, known_payable_accounts: what Cin7 Core has; None is not checked.
    """

    currency_codes: Mapping[str, str] = Factory(dict)
    default_currency: str | None = None
    payment_terms: Mapping[str, str] = Factory(dict)
    default_payment_term: str | None = None
    tax_rule: str | None = None
    tax_rules: Mapping[str, str] = Factory(dict)
    account_payable: str | None = None
    attribute: int = 1
    default_country: str | None = None
    twin_names: frozenset[str] = frozenset()
    suffix_twins: bool = False
    known_terms: frozenset[str] | None = None
    known_tax_rules: frozenset[str] | None = None
    known_payable_accounts: frozenset[str] | None = None


def map_vendor(vendor: Vendor, rules: VendorRules) -> Supplier | Held:
    """Give the supplier that a vendor becomes, or every reason against it.

    An inactive vendor becomes deprecated; one on hold stays active, because GP's hold stops payments, not purchases;
    a temporary one is not carried. Tax ids stay in GP.
    """
    name = (vendor.vendor_name or "").strip()
    currency = rules.currency_codes.get(vendor.currency_id or "", rules.default_currency)
    term = rules.payment_terms.get(vendor.payment_terms_id or "", rules.default_payment_term)
    tax_rule = rules.tax_rules.get(vendor.tax_schedule_id or "", rules.tax_rule)
    reasons = [
        *_name_problems(vendor, name, rules),
        *_reference_problems(vendor, rules, currency, term, tax_rule),
    ]
    if reasons:
        return Held(vendor.vendor_id, tuple(reasons))
    if name in rules.twin_names:
        name = f"{name} ({vendor.vendor_id})"
    country = vendor.country or rules.default_country
    address = _address(vendor, country) if vendor.address1 and country else None
    contact = _contact(vendor, name)
    return Supplier.model_validate(
        {
            "name": name,
            "currency": currency,
            "payment_term": term,
            "tax_rule": tax_rule,
            "account_payable": rules.account_payable,
            "status": SupplierStatus.DEPRECATED if vendor.status == VendorStatus.INACTIVE else SupplierStatus.ACTIVE,
            f"additional_attribute{rules.attribute}": vendor.vendor_id,
            **({"comments": ON_HOLD} if vendor.on_hold else {}),
            **({"addresses": (address,)} if address else {}),
            **({"contacts": (contact,)} if contact else {}),
        }
    )


def _name_problems(vendor: Vendor, name: str, rules: VendorRules) -> list[Reason]:
    if vendor.status == VendorStatus.TEMPORARY:
        return [reason("vendor_temporary", vendor=vendor.vendor_id)]
    if not name:
        return [reason("vendor_name_empty", vendor=vendor.vendor_id)]
    if name in rules.twin_names and not rules.suffix_twins:
        return [reason("vendor_name_twin", vendors=vendor.vendor_id, name=name)]
    return []


def _reference_problems(
    vendor: Vendor, rules: VendorRules, currency: str | None, term: str | None, tax_rule: str | None
) -> list[Reason]:
    problems = []
    for kind, field, value, known in (
        ("currency", "currency_id", currency, None),
        ("active payment term", "payment_terms_id", term, rules.known_terms),
        ("tax rule", "tax_schedule_id", tax_rule, rules.known_tax_rules),
        ("payable account", "account_payable", rules.account_payable, rules.known_payable_accounts),
    ):
        if not value or (known is not None and value not in known):
            name = value or getattr(vendor, field, None) or "(not set)"
            problems.append(reason("reference_missing", kind=kind, name=name, field=field, document=vendor.vendor_id))
    return problems


def _address(vendor: Vendor, country: str | None) -> SupplierAddress:
    return SupplierAddress(
        line1=vendor.address1,
        line2=squeezed(f"{vendor.address2 or ''} {vendor.address3 or ''}"),
        city=vendor.city or "",
        state=vendor.state or "",
        postcode=vendor.zip_code or "",
        country=country,
        type="Business",
        default_for_type=True,
    )


def _contact(vendor: Vendor, name: str) -> SupplierContact | None:
    if not (vendor.contact or vendor.phone1 or vendor.fax):
        return None
    return SupplierContact(name=vendor.contact or name, phone=vendor.phone1 or "", fax=vendor.fax or "", default=True)
