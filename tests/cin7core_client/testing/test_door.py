"""Paths, parameters, keys, pages and statuses: what every call has in common."""

from __future__ import annotations

import pytest
from over_http import Api

from cin7core_client.testing import FakeCin7, Switches


def test_case_means_nothing_in_paths_and_parameters(api: Api) -> None:
    assert api.get("PRODUCT", sKu="crate")["Total"] == api.get("product", Sku="CRATE")["Total"] == 1


def test_unknown_parameters_are_ignored_so_that_a_typo_lists_everything(api: Api) -> None:
    assert api.get("product", Skuu="CRATE")["Total"] == 2


def test_an_unknown_path_is_a_page_with_status_200(api: Api) -> None:
    answer = api.call("GET", "Products")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "Page not found" in answer.text


def test_a_verb_that_a_path_does_not_have_is_said_in_the_frameworks_words(api: Api) -> None:
    answer = api.call("PUT", "purchase/order", {})
    assert answer.status_code == 405
    assert answer.json() == {"Message": "The requested resource does not support http method 'PUT'."}


def test_wrong_keys_are_403(api: Api) -> None:
    assert api.http.get("me", headers={"api-auth-applicationkey": "other"}).status_code == 403


def test_a_body_that_is_no_json_is_500(api: Api) -> None:
    assert api.http.post("supplier", content=b"{").status_code == 500


def test_pages_have_the_envelope_and_end_with_an_empty_one(api: Api) -> None:
    first, past = api.get("product", Page=1, Limit=1), api.get("product", Page=3, Limit=1)
    assert (first["Total"], first["Page"], [each["SKU"] for each in first["Products"]]) == (2, 1, ["CRATE"])
    assert past == {"Total": 2, "Page": 3, "Products": []}


def test_a_limit_out_of_range_is_moved_inside_or_refused_as_the_switch_says(api: Api) -> None:
    assert len(api.get("product", Limit=5000)["Products"]) == 2
    api.account.switch(limit_out_of_range="refuse")
    assert api.refused("GET", "product", Limit=1001) == ["Limit must be between 1 and 1000"]


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("product", "Products"),
        ("supplier", "SupplierList"),
        ("purchaseList", "PurchaseList"),
        ("purchaseCreditNoteList", "PurchaseList"),
        ("ref/productavailability", "ProductAvailabilityList"),
        ("ref/account", "AccountsList"),
        ("ref/account/bank", "BankAccountsList"),
        ("ref/tax", "TaxRuleList"),
        ("ref/unit", "UnitList"),
        ("ref/category", "CategoryList"),
        ("ref/brand", "BrandList"),
        ("ref/location", "LocationList"),
        ("ref/paymentterm", "PaymentTermList"),
        ("ref/attributeset", "AttributeSetList"),
        ("me/addresses", "MeAddressesList"),
        ("me/contacts", "MeContactsList"),
        ("transactions", "Transactions"),
        ("customer", "CustomerList"),
        ("saleList", "SaleList"),
        ("stockTransferList", "StockTransferList"),
        ("journal", "Journals"),
        ("crm/opportunity", "opportunityList"),
    ],
)
def test_every_list_has_its_own_key(api: Api, path: str, key: str) -> None:
    assert set(api.get(path)) == {"Total", "Page", key}


@pytest.mark.parametrize(
    ("path", "keys"),
    [
        ("ref/supplier/deposits", {"Page", "SupplierDeposits"}),
        ("ref/customer/credits", {"Page", "CustomerCredits"}),
        ("ref/priceTier", {"PriceTiers"}),
        ("webhooks", {"Webhooks"}),
    ],
)
def test_some_lists_have_no_total(api: Api, path: str, keys: set[str]) -> None:
    assert set(api.get(path)) == keys


def test_a_production_list_without_page_is_the_not_found_page(api: Api) -> None:
    assert "Page not found" in api.call("GET", "production/workcenters").text
    assert api.get("production/workcenters", Page=1)["Workcenters"] == []


def test_records_without_rules_of_their_own_can_be_posted_read_changed_listed_and_deleted(api: Api) -> None:
    made = api.post("sale", {"Customer": "Somebody", "Status": "DRAFT"})
    api.put("sale", {"ID": made["ID"], "Status": "ORDERED"})
    assert api.get("sale", ID=made["ID"])["Customer"] == "Somebody"
    assert [each["Status"] for each in api.get("saleList", Search="somebody")["SaleList"]] == ["ORDERED"]
    assert api.delete("sale", ID=made["ID"]) == {"Success": True}
    assert api.get("saleList")["SaleList"] == []


def test_every_call_is_in_the_request_log(api: Api) -> None:
    api.get("me")
    last = api.account.requests[-1]
    assert (last.method, last.path, last.status) == ("GET", "/ExternalApi/v2/me", 200)
    assert last.at == api.account.clock.timestamp()


def test_a_file_of_another_version_is_refused_with_the_cure(tmp_path) -> None:
    import sqlite3

    path = tmp_path / "old.sqlite"
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE suppliers (id TEXT)")
    db.close()
    with pytest.raises(ValueError, match="delete it"):
        FakeCin7(path=path)


def test_a_switch_that_is_not_there_is_refused_with_the_list(fake: FakeCin7) -> None:
    with pytest.raises(ValueError, match="simple_shell"):
        fake.switch(simple_shel=True)
    with pytest.raises(ValueError, match="clamp, refuse"):
        fake.switch(limit_out_of_range="maybe")
    assert fake.switches == Switches()
