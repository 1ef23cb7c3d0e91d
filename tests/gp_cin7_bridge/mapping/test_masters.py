from __future__ import annotations

from decimal import Decimal

import pytest
from attrs import evolve

from cin7core_client import Product, Supplier
from dynamicsgp_client import Item, Vendor, VendorAddress
from gp_cin7_bridge import Held, ItemRules, VendorRules, map_item, map_vendor
from gp_cin7_bridge.mapping.masters.ownership import Ownership
from gp_cin7_bridge.mapping.masters.product import item_warnings
from gp_cin7_bridge.mapping.masters.scope import Scope
from gp_cin7_bridge.mapping.masters.telephone import telephone

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


def test_a_contact_without_a_name_is_called_like_its_vendor() -> None:
    assert [each.name for each in supplier(phone1="555").contacts] == ["Acme Ltd"]
    assert [each.name for each in supplier(contact="Ann").contacts] == ["Ann"]


def test_an_item_without_a_description_is_called_by_its_number() -> None:
    assert product(item_description="  ").name == "H-1"


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
    twins = evolve(RULES, twin_names=frozenset({"Acme Ltd"}))
    vendor = Vendor(vendor_id="ACME", vendor_name="Acme Ltd")
    held = map_vendor(vendor, twins)
    assert isinstance(held, Held) and held.reasons[0].code == "vendor_name_twin"
    apart = map_vendor(vendor, evolve(twins, suffix_twins=True))
    assert isinstance(apart, Supplier) and apart.name == "Acme Ltd (ACME)"


def test_each_address_keeps_its_role_and_its_telephone_its_extension() -> None:
    at = {"vendor_id": "ACME", "address1": "1 Road", "country": "USA"}
    addresses = (
        VendorAddress.model_validate({**at, "address_id": "OFFICE", "email": "a@acme.example", "contact": "Ann"}),
        VendorAddress.model_validate({**at, "address_id": "BANK", "address1": "2 Road"}),
        VendorAddress.model_validate({**at, "address_id": "DOCK", "address1": "3 Road"}),
    )
    vendor = Vendor(
        vendor_id="ACME",
        vendor_name="Acme",
        phone1="42555501010012",
        purchase_address_id="office",
        remit_to_address_id="BANK",
        ship_from_address_id="DOCK",
    )
    found = map_vendor(vendor, evolve(RULES, addresses={"ACME": addresses}))
    assert isinstance(found, Supplier)
    assert [(each.type, each.line1) for each in found.addresses] == [
        ("Business", "1 Road"),
        ("Billing", "2 Road"),
        ("Shipping", "3 Road"),
    ]
    (contact,) = found.contacts
    assert (contact.name, contact.phone, contact.email) == ("Ann", "4255550101 Ext. 12", "a@acme.example")


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("42555501010000", "4255550101"),
        ("42555501010012", "4255550101 Ext. 12"),
        ("00000000000000", ""),
        ("+49 30 1234", "+49 30 1234"),
        ("4255550101", "4255550101"),
        (None, ""),
    ],
)
def test_telephones_are_read_as_gp_stores_them(stored: str | None, shown: str) -> None:
    assert telephone(stored) == shown


@pytest.mark.parametrize(
    ("scope", "carried"),
    [
        (Scope(), True),
        (Scope(classes=("usa-*",)), True),
        (Scope(classes=("CAN-*",)), False),
        (Scope(not_classes=("USA-US-C",)), False),
        (Scope(ids=("AC*",), not_ids=("ACM?",)), False),
        (Scope(inactive=False), False),
    ],
)
def test_what_is_out_of_scope_is_passed_over(scope: Scope, carried: bool) -> None:
    vendor = Vendor(vendor_id="ACME", vendor_name="Acme", vendor_class_id="USA-US-C", status=2)
    found = map_vendor(vendor, evolve(RULES, scope=scope))
    assert isinstance(found, Supplier) == carried
    if isinstance(found, Held):
        assert {each.code for each in found.reasons} == {"out_of_scope"}


def test_tax_ids_and_deprecation_on_hold_come_only_when_asked_for() -> None:
    rules = evolve(RULES, tax_ids=True, on_hold="deprecate")
    found = map_vendor(Vendor(vendor_id="ACME", vendor_name="Acme", tax_id="12-345", on_hold=True), rules)
    assert isinstance(found, Supplier)
    assert (found.tax_number, found.status) == ("12-345", "Deprecated")


def test_fields_that_are_never_written_are_left_out_and_those_of_cin7_are_filled_once() -> None:
    ownership = Ownership({"comments": "never", "contacts": "cin7"})
    found = map_vendor(
        Vendor(vendor_id="ACME", vendor_name="Acme", on_hold=True, phone1="555"), evolve(RULES, ownership=ownership)
    )
    assert isinstance(found, Supplier)
    assert "comments" not in found.model_fields_set and found.contacts
    assert "contacts" not in ownership.on_update(found) and "name" in ownership.on_update(found)


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


def test_lots_that_expire_are_issued_by_their_date() -> None:
    rules = evolve(ITEM_RULES, lots_expire=True)
    found = {}
    for tracking in (1, 2, 3):
        item = Item(item_number="H", item_class_id="TOOLS", unit_schedule_id="EACH", tracking_option=tracking)
        mapped = map_item(item, rules)
        assert isinstance(mapped, Product)
        found[tracking] = mapped.costing_method
    assert found == {1: "FIFO", 2: "FIFO - Serial Number", 3: "FEFO - Batch"}


def test_another_purchasing_unit_than_the_base_unit_is_told() -> None:
    item = Item(item_number="H", unit_schedule_id="BOX12", purchasing_unit="Box")
    (told,) = item_warnings(item, "Each")
    assert told.code == "purchasing_unit_differs" and "'BOX12'" in told.cure
    assert item_warnings(item.replace(purchasing_unit="EACH"), "Each") == ()


def test_gps_terms_are_found_whatever_their_case() -> None:
    assert supplier(payment_terms_id="NET 30").payment_term == "30 days"


def test_ah_a_class_gets_its_category_whatever_the_case_of_the_one_that_is_there() -> None:
    assert product(item_class_id="tools").category == "Tools"
    assert product(item_class_id="NEW").category == "NEW"


def test_discontinued_items_are_deprecated_only_when_asked_for_and_empty() -> None:
    item = Item(item_number="H-1", item_type=2, item_class_id="TOOLS", unit_schedule_id="EACH")
    rules = evolve(ITEM_RULES, discontinued="deprecate_when_empty")
    for used, status in (
        (ITEM_RULES, "Active"),
        (evolve(rules, on_hand={"H-1": Decimal(1)}), "Active"),
        (evolve(rules, on_hand={"H-1": Decimal(0)}), "Deprecated"),
    ):
        found = map_item(item, used)
        assert isinstance(found, Product) and found.status == status


def test_weights_are_carried_in_the_unit_that_the_settings_name() -> None:
    item = Item(item_number="H-1", item_class_id="TOOLS", unit_schedule_id="EACH", shipping_weight=125)
    found = map_item(item, evolve(ITEM_RULES, weight_unit="kg"))
    assert isinstance(found, Product) and (found.weight, found.weight_units) == (Decimal("1.25"), "kg")
    assert product(shipping_weight=125).weight is None


def test_other_valuations_than_fifo_are_warned_of() -> None:
    assert [each.code for each in item_warnings(Item(item_number="H", valuation_method=3))] == ["valuation_differs"]
    assert item_warnings(Item(item_number="H", valuation_method=1)) == ()


def test_services_are_services_and_inactive_items_are_deprecated() -> None:
    assert product(item_type=5).type == "Service"
    assert product(inactive=True).status == "Deprecated"


def test_kits_are_passed_over_and_unknown_references_are_told() -> None:
    kit = map_item(
        Item(item_number="K", item_type=3, item_class_id="NONE"), evolve(ITEM_RULES, create_categories=False)
    )
    assert isinstance(kit, Held)
    assert [each.code for each in kit.reasons] == ["item_kit", "reference_missing", "reference_missing"]
