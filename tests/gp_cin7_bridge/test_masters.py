"""Vendors and items as people meet them: whose fields, no twins, names, rows, references, scope, and what it costs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest
from small import codes, writes

from cin7core_client import Product, Supplier, SupplierAddress
from dynamicsgp_client import VendorAddress
from gp_cin7_bridge import Report, SettingsError, plan, read_settings, sync_items, sync_vendors
from gp_cin7_bridge.mapping.masters.product import ItemRules, map_item
from gp_cin7_bridge.sandbox import Sandbox
from gp_cin7_bridge.settings.masters import PRODUCT_FIELDS, SUPPLIER_FIELDS

MONDAY = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
VENDORS = {"tax_rule": "Tax exempt"}
ITEMS = {"category": "General", "unit": "Each"}


def with_vendors(**settings: object) -> Sandbox:
    return Sandbox({"vendors": {**VENDORS, **settings}}, now=MONDAY)


def with_items(**settings: object) -> Sandbox:
    return Sandbox({"items": {**ITEMS, **settings}}, now=MONDAY)


def supplier(site: Sandbox, name: str) -> Supplier:
    (found,) = (each for each in site.bridge.cin7.suppliers.list(include_deprecated=True) if each.name == name)
    return found


def product(site: Sandbox, sku: str) -> Product:
    (found,) = (each for each in site.bridge.cin7.products.list(include_deprecated=True) if each.sku == sku)
    return found


def set_vendor(site: Sandbox, vendor_id: str, **columns: object) -> None:
    for column, value in columns.items():
        site.gp.sql(f"UPDATE PM00200 SET {column} = ? WHERE VENDORID = ?", (value, vendor_id))


def passed_over(report: Report) -> dict[str, list[str]]:
    return {each.document: [why.code for why in each.reasons] for each in report.skipped}


def test_a_field_that_cin7_core_owns_is_filled_once_and_then_left_alone() -> None:
    with with_vendors(ownership={"payment_term": "cin7", "comments": "never"}) as site:
        site.gp.add_vendor("ACME", "Acme", on_hold=True)
        sync_vendors(site.bridge)
        first = supplier(site, "Acme")
        assert first.payment_term and not first.comments
        site.bridge.cin7.suppliers.update(first.replace(payment_term="Net 60", comments="ours"))
        set_vendor(site, "ACME", VENDNAME="Acme Inc")
        assert sync_vendors(site.bridge).updated == ("ACME",)
        after = supplier(site, "Acme Inc")
        assert (after.payment_term, after.comments) == ("Net 60", "ours")


def test_a_status_in_capitals_is_no_difference() -> None:
    with with_items() as site:
        site.gp.add_item("A-1", "Hammer", unit_schedule_id="EACH")
        sync_items(site.bridge)
        site.cin7.sql("UPDATE products SET body = json_set(body, '$.Status', 'ACTIVE')")
        site.gp.sql("UPDATE IV00101 SET ITEMDESC = 'Big hammer'")
        (action,) = plan(site.bridge, "items")
        assert action.before == {"name": "Hammer"}


def test_prices_texts_and_tax_rules_of_a_product_stay_cin7_cores() -> None:
    with with_items() as site:
        site.gp.add_item("A-1", "Hammer", unit_schedule_id="EACH", generic_description="TOOL")
        sync_items(site.bridge)
        first = product(site, "A-1")
        mine = first.replace(price_tier1=Decimal(9), short_description="for people", description="long")
        site.bridge.cin7.products.update(mine)
        site.gp.sql("UPDATE IV00101 SET ITEMDESC = 'Big hammer', ITMGEDSC = 'OTHER'")
        assert sync_items(site.bridge).updated == ("A-1",)
        after = product(site, "A-1")
        assert (after.name, after.price_tier1, after.short_description) == ("Big hammer", Decimal(9), "for people")


@pytest.mark.parametrize(
    ("owners", "told"), [('colour = "gp"', "no field 'colour'"), ('name = "never"', "cannot leave out 'name'")]
)
def test_an_owner_of_a_field_that_cannot_be_is_told_with_its_line(tmp_path: Path, owners: str, told: str) -> None:
    path = tmp_path / "bridge.toml"
    path.write_text(
        'name = "a"\n[gp]\nsba_url = "https://gp.example/GPService"\ncompany = "C"\nusername = "u"\n'
        'password = "env:P"\n[cin7]\naccount_id = "a"\napplication_key = "env:K"\n[vendors.ownership]\n' + owners,
        "utf-8",
    )
    with pytest.raises(SettingsError, match=told):
        read_settings(path)


def test_every_field_that_is_carried_has_an_owner_to_choose() -> None:
    with with_vendors(tax_ids=True) as site:
        address = {"address1": "1 Road", "country": "NZ", "contact": "Ann"}
        site.gp.add_vendor("ACME", "Acme", tax_id="12-345", on_hold=True, **address)
        (action,) = plan(site.bridge, "vendors")
        assert isinstance(action.payload, Supplier)
        assert action.payload.model_fields_set - {"additional_attribute1"} <= set(SUPPLIER_FIELDS)
        site.gp.add_item("A-1", "Hammer", unit_schedule_id="EACH", shipping_weight=5)
        rules = ItemRules(default_category="General", default_unit="Each", weight_unit="kg", sale_tax_rule="Tax exempt")
        mapped = map_item(site.bridge.gp.items.get("A-1"), rules)
        assert isinstance(mapped, Product)
        fixed = {"sku", "type", "costing_method", "price_tier1"}
        assert mapped.model_fields_set - fixed <= set(PRODUCT_FIELDS)


@pytest.mark.parametrize(
    ("scope", "carried"),
    [
        ({}, ["ACME", "BETA", "OLD"]),
        ({"classes": ["usa-*"]}, ["ACME"]),
        ({"not_classes": ["CAN*"]}, ["ACME", "OLD"]),
        ({"ids": ["?E*", "AC*"]}, ["ACME", "BETA"]),
        ({"not_ids": ["ACME"], "inactive": False}, ["BETA"]),
    ],
)
def test_classes_ids_and_the_inactive_flag_decide_what_is_carried(
    scope: Mapping[str, object], carried: list[str]
) -> None:
    with with_vendors(**scope) as site:
        site.gp.add_vendor("ACME", "Acme", vendor_class_id="USA-US-C")
        site.gp.add_vendor("BETA", "Beta", vendor_class_id="CAN-1")
        site.gp.add_vendor("OLD", "Old", status=2)
        report = sync_vendors(site.bridge)
        assert sorted(report.created) == carried and not report.held
        assert {code for each in passed_over(report).values() for code in each} <= {"out_of_scope"}


@pytest.mark.parametrize(
    ("scope", "carried"),
    [
        ({"classes": ["retail*"]}, ["A-1"]),
        ({"not_classes": ["RETAIL-1"], "not_ids": ["X*"]}, ["B-1", "OLD"]),
        ({"ids": ["?-1"], "inactive": False}, ["A-1", "B-1"]),
    ],
)
def test_items_are_chosen_likewise(scope: Mapping[str, object], carried: list[str]) -> None:
    with with_items(**scope) as site:
        for number, more in {"A-1": {"item_class_id": "RETAIL-1"}, "B-1": {}, "OLD": {"inactive": True}}.items():
            site.gp.add_item(number, number, unit_schedule_id="EACH", **more)
        site.gp.add_item("X-9", "Not for sale", unit_schedule_id="EACH", item_class_id="RETAIL-1", inactive=True)
        report = sync_items(site.bridge)
        wanted = [*carried, *(["X-9"] if scope.get("classes") else [])]
        assert sorted(report.created) == wanted and not report.held
        assert {code for each in passed_over(report).values() for code in each} == {"out_of_scope"}


def test_an_address_without_a_country_gets_that_of_the_account() -> None:
    with with_vendors() as site:
        site.gp.add_vendor("ACME", "Acme", address1="1 Road")
        home = {"CitySuburb": "Town", "StateProvince": "State", "ZipPostCode": "1"}
        for kind, country in (("Billing", "Fiji"), ("Business", "New Zealand")):
            site.cin7.add_reference("me/addresses", Line1="2 Road", Country=country, Type=kind, **home)
        sync_vendors(site.bridge)
        assert [each.country for each in supplier(site, "Acme").addresses] == ["New Zealand"]


def test_a_vendor_that_was_carried_is_followed_when_it_becomes_inactive() -> None:
    with with_vendors(inactive=False) as site:
        site.gp.add_vendor("ACME", "Acme")
        sync_vendors(site.bridge)
        set_vendor(site, "ACME", VENDSTTS=2)
        assert sync_vendors(site.bridge).updated == ("ACME",)
        assert supplier(site, "Acme").status == "Deprecated"


def test_a_supplier_that_carries_the_vendors_id_is_met_before_one_of_its_name() -> None:
    with with_vendors() as site:
        carrying = site.cin7.add_supplier("Acme Holdings", AdditionalAttribute1="ACME")
        site.cin7.add_supplier("Acme & Sons")
        site.gp.add_vendor("ACME", "Acme")
        assert sync_vendors(site.bridge).updated == ("ACME",)
        assert supplier(site, "Acme").supplier_id == carrying["ID"]
        assert {each.name for each in site.bridge.cin7.suppliers.list()} == {"Acme", "Acme & Sons"}


def test_only_a_vendors_own_address_is_read_when_the_settings_say_so() -> None:
    with with_vendors(addresses="own") as site:
        site.gp.add_vendor("ACME", "Acme", address1="1 Road", country="NZ")
        add_address(site, "BANK", "2 Road")
        set_vendor(site, "ACME", VADCDTRO="BANK")
        sync_vendors(site.bridge)
        assert [each.line1 for each in supplier(site, "Acme").addresses] == ["1 Road"]


def test_kits_become_stock_products_when_the_settings_say_so_and_a_type_stays_what_it_was() -> None:
    with with_items(kits="stock") as site:
        site.gp.add_item("K-1", "Kit", unit_schedule_id="EACH", item_type=3)
        assert sync_items(site.bridge).created == ("K-1",)
        site.gp.sql("UPDATE IV00101 SET ITEMTYPE = 5, ITEMDESC = 'Now a service'")
        assert sync_items(site.bridge).updated == ("K-1",)
        assert (product(site, "K-1").type, product(site, "K-1").name) == ("Stock", "Now a service")


def test_a_vendor_is_not_renamed_to_a_name_that_another_supplier_has() -> None:
    with with_vendors() as site:
        for name in ("Acme", "Beta"):
            site.gp.add_vendor(name.upper(), name)
        sync_vendors(site.bridge)
        set_vendor(site, "BETA", VENDNAME="Acme")
        assert codes(sync_vendors(site.bridge)) == {"BETA": ["vendor_name_twin"]}
        assert {each.name for each in site.bridge.cin7.suppliers.list()} == {"Acme", "Beta"}


@pytest.mark.parametrize("twin", ["ACME LTD", " Acme  Ltd"])
def test_names_that_differ_in_case_or_spaces_alone_are_one_name(twin: str) -> None:
    with with_vendors() as site:
        site.gp.add_vendor("ACME", "Acme Ltd")
        site.gp.add_vendor("OTHER", twin)
        assert codes(sync_vendors(site.bridge)) == {key: ["vendor_name_twin"] for key in ("ACME", "OTHER")}
    with with_vendors() as site:
        site.gp.add_vendor("ACME", "Acme Ltd")
        sync_vendors(site.bridge)
        site.gp.add_vendor("OTHER", twin)
        assert codes(sync_vendors(site.bridge)) == {"OTHER": ["vendor_name_twin"]}
    with with_vendors() as site:
        site.cin7.add_supplier(twin)
        site.gp.add_vendor("ACME", "Acme Ltd")
        assert sync_vendors(site.bridge).updated == ("ACME",)
        assert [each.name for each in site.bridge.cin7.suppliers.list()] == ["Acme Ltd"]


def test_twins_that_are_told_apart_by_their_ids_stay_so() -> None:
    with with_vendors(twin_names="suffix") as site:
        site.gp.add_vendor("ACME", "Acme")
        sync_vendors(site.bridge)
        site.gp.sql("UPDATE PM00200 SET MODIFDT = '2001-01-01 00:00:00'")
        site.gp.add_vendor("OTHER", "Acme")
        assert sync_vendors(site.bridge).created == ("OTHER",)
        site.advance(days=8)
        assert sync_vendors(site.bridge).updated == ()
        assert {each.name for each in site.bridge.cin7.suppliers.list()} == {"Acme", "Acme (OTHER)"}


def test_a_name_changed_on_both_sides_waits_for_a_person() -> None:
    with with_vendors() as site:
        site.gp.add_vendor("ACME", "Acme")
        sync_vendors(site.bridge)
        site.bridge.cin7.suppliers.update(supplier(site, "Acme").replace(name="Acme (new owner)"))
        set_vendor(site, "ACME", VENDNAME="Acme International")
        assert codes(sync_vendors(site.bridge)) == {"ACME": ["renamed_on_both_sides"]}
        site.bridge.cin7.suppliers.update(supplier(site, "Acme (new owner)").replace(name="Acme International"))
        assert codes(sync_vendors(site.bridge)) == {}


def test_another_currency_is_never_written_over_a_suppliers_own() -> None:
    with with_vendors() as site:
        site.gp.add_vendor("ACME", "Acme")
        sync_vendors(site.bridge)
        set_vendor(site, "ACME", CURNCYID="Z-EURO")
        assert codes(sync_vendors(site.bridge)) == {"ACME": ["currency_change"]}
        assert supplier(site, "Acme").currency == "USD"


def add_address(site: Sandbox, address_id: str, line: str, **more: object) -> None:
    values = {"vendor_id": "ACME", "address_id": address_id, "address1": line, "country": "NZ", **more}
    site.bridge.gp.vendor_addresses.create(VendorAddress.model_validate(values))


def test_addresses_keep_their_roles_and_never_pile_up() -> None:
    with with_vendors() as site:
        site.gp.add_vendor("ACME", "Acme")
        add_address(site, "OFFICE", "1 Road", contact="Ann")
        add_address(site, "BANK", "2 Road")
        set_vendor(site, "ACME", VADCDPAD="OFFICE", VADCDTRO="BANK")
        sync_vendors(site.bridge)
        first = supplier(site, "Acme")
        assert {each.type: each.line1 for each in first.addresses} == {"Business": "1 Road", "Billing": "2 Road"}
        mine = SupplierAddress(type="Business", line1="Their shed", country="NZ", default_for_type=False)
        site.bridge.cin7.suppliers.update(first.replace(addresses=(mine, *first.addresses)))
        site.gp.sql("UPDATE PM00300 SET ADDRESS1 = '11 Road', VNDCNTCT = 'Bob' WHERE ADRSCODE = 'OFFICE'")
        assert sync_vendors(site.bridge).updated == ("ACME",)
        after = supplier(site, "Acme")
        assert sorted((each.type or "", each.line1 or "") for each in after.addresses) == [
            ("Billing", "2 Road"),
            ("Business", "11 Road"),
            ("Business", "Their shed"),
        ]
        assert [each.name for each in after.contacts] == ["Bob"]


def test_the_note_of_gps_hold_comes_and_goes_and_peoples_words_stay() -> None:
    with with_vendors() as site:
        site.gp.add_vendor("ACME", "Acme")
        sync_vendors(site.bridge)
        site.bridge.cin7.suppliers.update(supplier(site, "Acme").replace(comments="call Ann"))
        told = []
        for hold in (1, 0):
            set_vendor(site, "ACME", HOLD=hold)
            sync_vendors(site.bridge)
            found = supplier(site, "Acme")
            told.append((str(found.status), found.comments))
        assert told == [("Active", "On hold in Dynamics GP\ncall Ann"), ("Active", "call Ann")]


def test_a_product_keeps_the_costing_method_it_was_made_with() -> None:
    with with_items() as site:
        site.gp.add_item("A-1", "Hammer", unit_schedule_id="EACH", tracking_option=2)
        sync_items(site.bridge)
        assert product(site, "A-1").costing_method == "FIFO - Serial Number"
        site.gp.sql("UPDATE IV00101 SET ITMTRKOP = 3")
        assert codes(sync_items(site.bridge)) == {"A-1": ["tracking_changed"]}
        assert product(site, "A-1").costing_method == "FIFO - Serial Number"


def test_a_category_that_is_missing_is_created_once_and_told() -> None:
    with with_items() as site:
        for number in (1, 2):
            site.gp.add_item(f"A-{number}", "Hammer", unit_schedule_id="EACH", item_class_id="GADGETS")
        warned = [[why.code for why in each.reasons] for each in plan(site.bridge, "items")]
        assert warned == [["category_created"]] * 2
        site.cin7.fail_next("lost_answer", match="POST .*category")
        while not sync_items(site.bridge).finished:
            site.advance(minutes=1)
        assert [each.name for each in site.bridge.cin7.categories.list()].count("GADGETS") == 1
        assert product(site, "A-2").category == "GADGETS"


def test_a_class_without_a_category_gets_the_usual_one_where_none_may_be_created() -> None:
    with with_items(create_categories=False) as site:
        site.gp.add_item("A-1", "Hammer", unit_schedule_id="EACH", item_class_id="GADGETS")
        sync_items(site.bridge)
        assert product(site, "A-1").category == "General"


def test_everything_that_is_missing_is_named_before_the_first_write() -> None:
    settings = {"vendors": {"tax_rule": "Nowhere", "payment_term": "Never"}, "items": {"unit": "Barrel"}}
    with Sandbox({**settings, "accounts": {}}, now=MONDAY) as site:
        site.gp.add_vendor("ACME", "Acme", payment_terms_id="NET 99")
        site.gp.add_item("A-1", "Oil", unit_schedule_id="", site_id="WAREHOUSE")
        reports = (sync_vendors(site.bridge), sync_items(site.bridge))
        kinds = [why.text.split(" that ")[0] for each in reports for held in each.held for why in held.reasons]
        assert kinds == [
            "Cin7 Core has no active payment term 'Never'",
            "Cin7 Core has no tax rule 'Nowhere'",
            "Cin7 Core has no category '(not set)'",
            "Cin7 Core has no unit '(not set)'",
        ]
        assert sum(each.method != "GET" for each in site.cin7.requests) == 0


def test_ah_an_inactive_term_and_a_payable_account_of_another_kind_are_named_before_the_first_write() -> None:
    vendors = {"tax_rule": "Tax exempt", "payment_term": "Old 30", "account_payable": "2990"}
    with Sandbox({"vendors": vendors}, now=MONDAY) as site:
        site.cin7.add_reference("ref/paymentterm", Name="Old 30", Duration=30, Method="number of days", IsActive=False)
        liability = {"Type": "CURRLIAB", "Class": "LIABILITY", "Status": "ACTIVE"}
        site.cin7.add_reference("ref/account", Code="2990", Name="Not payable", **liability)
        site.gp.add_vendor("ACME", "Acme", payment_terms_id="NET 99")
        (held,) = sync_vendors(site.bridge).held
        kinds = [why.text.split(" that ")[0] for why in held.reasons]
        assert kinds == ["Cin7 Core has no active payment term 'Old 30'", "Cin7 Core has no payable account '2990'"]
        assert sum(each.method != "GET" for each in site.cin7.requests) == 0


def test_a_payable_account_that_was_archived_is_named_before_the_first_write() -> None:
    with Sandbox({"vendors": {"tax_rule": "Tax exempt", "account_payable": "2990"}}, now=MONDAY) as site:
        old = {"Type": "CURRLIAB", "Class": "LIABILITY", "Status": "ARCHIVED", "SystemAccount": "Accounts payable"}
        site.cin7.add_reference("ref/account", Code="2990", Name="Old payable", **old)
        site.gp.add_vendor("ACME", "Acme")
        (held,) = sync_vendors(site.bridge).held
        assert [why.text.split(" that ")[0] for why in held.reasons] == ["Cin7 Core has no payable account '2990'"]


def test_tax_rules_and_locations_of_products_must_be_there() -> None:
    with with_items(purchase_tax_rule="No such", locations={"WAREHOUSE": "No such place"}) as site:
        site.gp.add_item("A-1", "Hammer", unit_schedule_id="EACH", site_id="WAREHOUSE")
        (held,) = sync_items(site.bridge).held
        assert [why.text.split(" that ")[0] for why in held.reasons] == [
            "Cin7 Core has no purchase tax rule 'No such'",
            "Cin7 Core has no location 'No such place'",
        ]


def test_a_discontinued_item_is_deprecated_once_gp_has_none_on_hand() -> None:
    with with_items(discontinued="deprecate_when_empty") as site:
        site.gp.add_item("A-1", "Hammer", unit_schedule_id="EACH", item_type=2)
        site.gp.insert("IV00102", ITEMNMBR="A-1", LOCNCODE="WAREHOUSE", QTYONHND=3)
        sync_items(site.bridge)
        assert product(site, "A-1").status == "Active"
        site.gp.sql("UPDATE IV00102 SET QTYONHND = 0")
        assert sync_items(site.bridge).updated == ("A-1",)
        assert product(site, "A-1").status == "Deprecated"


def test_a_reading_in_which_nothing_changed_costs_pages_only() -> None:
    calls = {}
    for count in (1, 350):
        with with_items() as site:
            with site.gp.loading():
                for number in range(count):
                    site.gp.add_item(f"A-{number}", f"Thing {number}", unit_schedule_id="EACH")
            sync_items(site.bridge)
            before = writes(site)
            whole = sync_items(site.bridge)
            site.advance(days=8)
            compared = sync_items(site.bridge)
            assert len(whole.unchanged) == len(compared.unchanged) == count and writes(site) == before
            calls[count] = (whole.calls, compared.calls)
    # A hundred rows a page in GP, a thousand in Cin7 Core; everything else does not grow.
    for few, many in zip(calls[1], calls[350], strict=True):
        assert (many.gp - few.gp, many.cin7 - few.cin7) == (3, 0)
    (whole, compared) = calls[350]
    assert compared.cin7 - whole.cin7 == 1
