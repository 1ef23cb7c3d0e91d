"""Suppliers and products: what is checked, what is dropped, what a list shows."""

from __future__ import annotations

import pytest
from over_http import PRODUCT, SUPPLIER, Api


def created(api: Api, path: str, key: str, body: dict[str, object]) -> dict:
    return api.post(path, body)[key][0]


def test_a_supplier_comes_back_whole_with_ids_in_its_rows(api: Api) -> None:
    address = {"Line1": "7 Mill Road", "Country": "New Zealand", "Type": "Business"}
    made = created(api, "supplier", "SupplierList", {**SUPPLIER, "Addresses": [address], "Contacts": [{"Name": "M"}]})
    assert made["ID"] and made["Addresses"][0]["ID"] and made["Contacts"][0]["ID"]
    assert [f"AdditionalAttribute{number}" in made for number in range(1, 11)] == [True] * 10
    assert made["LastModifiedOn"].endswith("Z")


def test_suppliers_are_found_by_the_beginning_of_their_name_and_search_is_ignored(api: Api) -> None:
    created(api, "supplier", "SupplierList", SUPPLIER)
    assert [each["Name"] for each in api.get("supplier", Name="kau")["SupplierList"]] == ["Kauri Timber"]
    assert api.get("supplier", Search="kau")["Total"] == 2


def test_deprecated_records_are_listed_on_demand(api: Api) -> None:
    made = created(api, "supplier", "SupplierList", SUPPLIER)
    api.put("supplier", {**SUPPLIER, "ID": made["ID"].upper(), "Status": "Deprecated"})
    assert api.get("supplier", Name="Kauri")["Total"] == 0
    assert api.get("supplier", Name="Kauri", IncludeDeprecated="true")["Total"] == 1


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (
            {"PaymentTerm": "Never"},
            "Active payment term with name 'Never' was not found in Payment Terms reference book",
        ),
        ({"AccountPayable": "1010"}, "Account payable '1010' was not found"),
        ({"TaxRule": "None"}, "Tax rule 'None' was not found in reference book"),
        ({"Name": "x" * 257}, "Maximum Name field length is 256 characters"),
    ],
)
def test_a_supplier_is_checked(api: Api, change: dict[str, object], text: str) -> None:
    assert api.refused("POST", "supplier", {**SUPPLIER, **change}) == [text]


def test_problems_are_told_a_few_at_a_time_with_codes_of_their_own(api: Api) -> None:
    answer = api.call(
        "POST", "supplier", {**SUPPLIER, "TaxRule": "x", "PaymentTerm": "y", "AccountPayable": "z", "Status": ""}
    )
    assert answer.status_code == 400
    assert [each["ErrorCode"] for each in answer.json()] == [400, 400, 404]


def test_a_second_supplier_of_a_name_is_a_switch(api: Api) -> None:
    first, second = (created(api, "supplier", "SupplierList", SUPPLIER) for _ in range(2))
    assert first["ID"] != second["ID"]
    api.account.switch(same_supplier_name=False)
    assert api.refused("POST", "supplier", SUPPLIER) == ["Supplier with the same name already exists"]


def test_a_put_replaces_or_merges_as_the_switch_says(api: Api) -> None:
    made = created(api, "supplier", "SupplierList", {**SUPPLIER, "Comments": "old"})
    body = {**SUPPLIER, "ID": made["ID"]}
    assert api.put("supplier", body)["SupplierList"][0]["Comments"] is None
    api.put("supplier", {**body, "Comments": "new"})
    api.account.switch(put="merge")
    assert api.put("supplier", {"ID": made["ID"], "Discount": 5})["SupplierList"][0]["Comments"] == "new"


def test_a_sku_is_unique_without_regard_to_case(api: Api) -> None:
    created(api, "product", "Products", PRODUCT)
    (text,) = api.refused("POST", "product", {**PRODUCT, "SKU": "rimu-90"})
    assert text == 'Failed to update product: SKU "rimu-90" already exists! Please provide different value'


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"Category": "Nope"}, "Category not found."),
        ({"UOM": "Nope"}, "Unit of measure with name 'Nope' was not found reference book."),
        ({"Brand": "Nope"}, "Brand 'Nope' was not found in reference book"),
        ({"PriceTier1": None}, "PriceTiers value cannot be empty"),
        ({"Weight": -1}, "Weight value can't be less than zero."),
        ({"Suppliers": [{"SupplierID": "x"}]}, "Suppliers is invalid"),
        ({"ReorderLevels": [{"LocationName": "Main Warehouse"}]}, "ReorderLevels is invalid"),
        ({"BillOfMaterialsProducts": [{"ProductCode": "CRATE"}]}, "BillOfMaterialsProduct is invalid"),
        ({"COGSAccount": "4000"}, "COGSAccount '4000' was not found in reference book"),
        ({"PurchaseTaxRule": "Tax on sales"}, "Tax rule 'Tax on sales' was not found in reference book"),
    ],
)
def test_a_product_is_checked(api: Api, change: dict[str, object], text: str) -> None:
    assert api.refused("POST", "product", {**PRODUCT, **change}) == [text]


def test_nested_rows_are_empty_without_their_flag(api: Api) -> None:
    location = api.get("ref/location")["LocationList"][0]["ID"]
    level = {"LocationID": location, "MinimumBeforeReorder": 5, "ReorderQuantity": 10}
    part = {"ComponentProductID": api.account.product_id("CRATE"), "ProductCode": "CRATE", "Quantity": 2}
    made = created(api, "product", "Products", {**PRODUCT, "ReorderLevels": [level], "BillOfMaterialsProducts": [part]})
    assert made["ReorderLevels"] == made["BillOfMaterialsProducts"] == []
    (bare,) = api.get("product", ID=made["ID"])["Products"]
    assert bare["ReorderLevels"] == bare["Suppliers"] == bare["Movements"] == bare["Attachments"] == []
    (full,) = api.get("product", ID=made["ID"], IncludeReorderLevels="true", IncludeBOM=1)["Products"]
    assert (full["ReorderLevels"], full["BillOfMaterialsProducts"]) == ([level], [part])
    api.put("product", {**PRODUCT, "ID": made["ID"], "ReorderLevels": []})
    (after,) = api.get("product", ID=made["ID"], IncludeReorderLevels="true", IncludeBOM=1)["Products"]
    assert (after["ReorderLevels"], after["BillOfMaterialsProducts"]) == ([], [part])


def test_attributes_without_their_set_are_dropped_with_a_200(api: Api) -> None:
    made = created(api, "product", "Products", {**PRODUCT, "AttributeSet": "Wood", "AdditionalAttribute1": "oak"})
    body = {**PRODUCT, "ID": made["ID"], "AdditionalAttribute1": "pine"}
    assert api.put("product", body)["Products"][0]["AdditionalAttribute1"] == "oak"
    assert api.put("product", {**body, "AttributeSet": "Wood"})["Products"][0]["AdditionalAttribute1"] == "pine"


def test_prices_are_kept_by_number_and_by_the_tiers_name(api: Api) -> None:
    made = created(api, "product", "Products", {**PRODUCT, "PriceTier1": None, "PriceTiers": {"Tier 2": 7.25}})
    assert (made["PriceTier2"], made["PriceTiers"]["Tier 2"], made["PriceTier1"]) == (7.25, 7.25, 0)


def test_what_changed_since_a_moment_is_listed_with_or_without_that_moment(api: Api) -> None:
    moment = created(api, "product", "Products", PRODUCT)["LastModifiedOn"]
    assert api.get("product", ModifiedSince=moment)["Total"] == 3
    api.account.switch(since="exclusive")
    assert api.get("product", ModifiedSince=moment)["Total"] == 0
    assert api.refused("GET", "product", ModifiedSince="yesterday") == ["'yesterday' is not a valid date"]


def test_product_filters_match_beginnings_or_parts_as_the_switch_says(api: Api) -> None:
    assert api.get("product", Sku="RAT")["Total"] == 0
    api.account.switch(product_text="contains")
    assert api.get("product", Sku="rat")["Total"] == 1


def test_files_of_a_product_are_listed_bare(api: Api) -> None:
    product = api.account.product_id("CRATE")
    (file,) = api.post("product/attachments", {"ProductID": product, "FileName": "a.png", "Content": "aGk="})
    assert file["ContentType"] == "image/png" and file["DownloadUrl"].startswith("https://")
    assert api.get("product/attachments", ProductID=product) == [file]
    (shown,) = api.get("product", ID=product, IncludeAttachments="true")["Products"]
    assert shown["Attachments"] == [file]
    assert api.delete("product/attachments", ID=file["ID"]) == []


def options(**more: object) -> list[dict[str, object]]:
    return [{"LocationID": None, "Default": True, "ReorderQuantity": 0, "Lead": 7, "Safety": 2, **more}]


def test_who_supplies_a_product_follows_the_measured_rules(api: Api) -> None:
    ids = {"ProductID": api.account.product_id("CRATE"), "SupplierID": api.account.supplier_id("Quayside")}
    api.post("product-suppliers", {"ProductSuppliers": [{**ids, "Cost": 11.2, "FixedCost": 10.9}]})
    (product,) = api.get("product", Sku="CRATE", IncludeSuppliers="true")["Products"]
    (link,) = product["Suppliers"]
    assert (link["SupplierName"], link["PurchaseCost"], link["Currency"]) == ("Quayside", 10.9, "USD")
    assert api.get("product-suppliers", ProductID=ids["ProductID"])["ProductSuppliers"] == [link]
    whole = {**ids, "ProductSupplierID": link["ProductSupplierID"], "ProductSupplierOptions": options()}
    assert api.put("product-suppliers", {"ProductSuppliers": [whole]}) == {"Success": True}
    assert api.delete("product-suppliers", **ids) == {"Success": True}


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        ([], "ProductSuppliers collection cannot be empty"),
        ([{}], "ProductSupplierID cannot be empty"),
        (
            [{"ProductSupplierID": "a", "ProductID": "p"}],
            "Only one Default value is allowed and required in options of product p",
        ),
        (
            [{"ProductSupplierID": "a", "ProductSupplierOptions": options(Lead=None)}],
            "Nullable object must have a value",
        ),
        (
            [
                {
                    "ProductSupplierID": "a",
                    "ProductID": "p",
                    "ProductSupplierOptions": [*options(), {"LocationID": "x", "MinimumToReorder": 3}],
                }
            ],
            "Only Default option of product p may have MinimumToReorder attribute set",
        ),
    ],
)
def test_changes_of_product_suppliers_are_checked(api: Api, rows: list[dict[str, object]], text: str) -> None:
    assert api.refused("PUT", "product-suppliers", {"ProductSuppliers": rows}) == [text]


def test_reading_product_suppliers_may_be_405_as_on_one_account(api: Api) -> None:
    api.account.switch(product_suppliers_get=False)
    assert api.call("GET", "product-suppliers", ProductID="x").status_code == 405
