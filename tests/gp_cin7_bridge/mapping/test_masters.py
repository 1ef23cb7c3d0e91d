from __future__ import annotations

import pytest

from cin7core_client import Product, Supplier
from dynamicsgp_client import Item, Vendor
from gp_cin7_bridge import Held, ItemRules, VendorRules, map_item, map_vendor

RULES = VendorRules(
    currency_codes={"Z-EURO": "EUR"},
    default_currency="USD",
    payment_terms={"Net 30": "30 days"},
    default_payment_term="Cash",
    tax_rule="Tax",
    account_payable="2000",
    default_country="United States",
)
ITEM_RULES = ItemRules(
    base_units={"EACH": "Each"}, known_categories=frozenset({"Tools"}), known_units=frozenset({"Each"})
)


def supplier(**changes: object) -> Supplier:
    found = map_vendor(
        Vendor(vendor_id="ACME", vendor_name="Acme Ltd  ", payment_terms_id="Net 30").replace(**changes), RULES
    )
    assert isinstance(found, Supplier), found
    return found


def test_a_vendor_becomes_a_supplier_that_carries_its_id() -> None:
    found = supplier(address1="1 Road", address2="Floor 2", address3="Left", city="Town", phone1="555")
    assert (found.name, found.currency, found.payment_term, found.additional_attribute1) == (
        "Acme Ltd",
        "USD",
        "30 days",
        "ACME",
    )
    (address,) = found.addresses
    assert (address.line1, address.line2, address.country, address.type) == (
        "1 Road",
        "Floor 2 Left",
        "United States",
        "Business",
    )
    assert found.contacts[0].phone == "555"


def test_inactive_is_deprecated_and_on_hold_stays_active() -> None:
    assert supplier(status=2).status == "Deprecated"
    held = supplier(on_hold=True)
    assert (held.status, held.comments) == ("Active", "On hold in Dynamics GP")


def test_tax_ids_stay_in_gp() -> None:
    assert "123" not in supplier(tax_id="123-45-6789").model_dump_json()


@pytest.mark.parametrize(
    ("vendor", "rules", "codes"),
    [
        (Vendor(vendor_id="T", vendor_name="T", status=3), RULES, ["vendor_temporary"]),
        (Vendor(vendor_id="E", vendor_name=" "), RULES, ["vendor_name_empty"]),
        (Vendor(vendor_id="N", vendor_name="N"), VendorRules(), ["reference_missing"] * 4),
    ],
)
def test_what_is_missing_is_told_at_once(vendor: Vendor, rules: VendorRules, codes: list[str]) -> None:
    found = map_vendor(vendor, rules)
    assert isinstance(found, Held) and [each.code for each in found.reasons] == codes


def test_vendors_of_one_name_are_held_or_told_apart() -> None:
    from attrs import evolve

    twins = evolve(RULES, twin_names=frozenset({"Acme Ltd"}))
    vendor = Vendor(vendor_id="ACME", vendor_name="Acme Ltd")
    held = map_vendor(vendor, twins)
    assert isinstance(held, Held) and held.reasons[0].code == "vendor_name_twin"
    apart = map_vendor(vendor, evolve(twins, suffix_twins=True))
    assert isinstance(apart, Supplier) and apart.name == "Acme Ltd (ACME)"


def product(**changes: object) -> Product:
    item = Item(item_number="H-1", item_description="Hammer", item_class_id="TOOLS", unit_schedule_id="EACH")
    found = map_item(item.replace(**changes), ITEM_RULES)
    assert isinstance(found, Product), found
    return found


def test_an_item_becomes_a_product_under_its_own_number() -> None:
    found = product()
    assert (found.sku, found.name, found.category, found.uom, found.type, found.status) == (
        "H-1",
        "Hammer",
        "Tools",
        "Each",
        "Stock",
        "Active",
    )


@pytest.mark.parametrize(("tracking", "costing"), [(1, "FIFO"), (2, "FIFO - Serial Number"), (3, "FIFO - Batch")])
def test_what_gp_tracks_decides_the_costing_method(tracking: int, costing: str) -> None:
    assert product(tracking_option=tracking).costing_method == costing


def test_services_are_services_and_inactive_items_are_deprecated() -> None:
    assert product(item_type=5).type == "Service"
    assert product(inactive=True).status == "Deprecated"


def test_kits_are_passed_over_and_unknown_references_are_told() -> None:
    kit = map_item(Item(item_number="K", item_type=3, item_class_id="NONE"), ITEM_RULES)
    assert isinstance(kit, Held)
    assert [each.code for each in kit.reasons] == ["item_kit", "reference_missing", "reference_missing"]
