"""Reference books: names, filters, shapes of answers."""

from __future__ import annotations

import pytest
from over_http import Api


@pytest.mark.parametrize(
    ("path", "key"), [("ref/unit", "UnitList"), ("ref/category", "CategoryList"), ("ref/brand", "BrandList")]
)
def test_a_small_book_is_written_bare_and_listed_by_the_beginning_of_names(api: Api, path: str, key: str) -> None:
    made = api.post(path, {"Name": "Pallet"})
    assert set(made) == {"ID", "Name"}
    changed = api.put(path, {"ID": made["ID"], "Name": "Pallets"})
    assert api.get(path, Name="pall")[key] == [changed]
    assert api.get(path, Name="allets")[key] == []
    assert api.delete(path, ID=made["ID"]) == {"Success": True}
    assert api.get(path, Name="pall")[key] == []


def test_unit_names_are_unique_without_regard_to_case(api: Api) -> None:
    assert api.refused("POST", "ref/unit", {"Name": "EACH"}) == ["This unit already exists. Unit name must be unique."]


def test_an_unknown_account_code_is_400_where_other_books_are_empty(api: Api) -> None:
    assert api.refused("GET", "ref/account", Code="9999") == ["Account with specified ID not found"]
    assert api.get("ref/tax", Name="nothing")["TaxRuleList"] == []


def test_accounts_are_keyed_by_code_and_answer_in_the_envelope(api: Api) -> None:
    sent = {"Code": "5200", "Name": "Duty", "Type": "EXPENSE", "Status": "ACTIVE", "Class": "EXPENSE"}
    made = api.post("ref/account", sent)
    assert (made["Total"], made["Page"]) == (1, 1)
    (row,) = made["AccountsList"]
    assert "ID" not in row and row["DisplayName"] == "5200: Duty" and row["ForPayments"] is False
    api.put("ref/account", {**sent, "Name": "Customs duty"})
    assert api.get("ref/account", Code="5200")["AccountsList"][0]["Name"] == "Customs duty"
    assert api.delete("ref/account", Code="5200") == {"Success": True}


def test_accounts_and_tax_rules_cannot_be_written_while_an_accounting_system_is_connected(api: Api) -> None:
    api.account.switch(accounting=True)
    assert api.refused("POST", "ref/account", {}) == api.refused("PUT", "ref/tax", {})
    assert api.call("POST", "ref/unit", {"Name": "Roll"}).status_code == 200


def test_a_tax_rule_sums_its_components_which_are_texts_with_upper_case_ids(api: Api) -> None:
    components = [
        {"Name": "State", "Percent": "4.5", "AccountCode": "2200", "ComponentOrder": "1"},
        {"Name": "County", "Percent": "2", "AccountCode": "2200", "ComponentOrder": "2"},
    ]
    sent = {"Name": "Both", "Account": "2200", "IsActive": True, "TaxInclusive": False, "Components": components}
    (rule,) = api.post("ref/tax", sent)["TaxRuleList"]
    assert rule["TaxPercent"] == 6.5
    assert [each["Percent"] for each in rule["Components"]] == ["4.5000000000", "2.0000000000"]
    assert all(each["ID"] == each["ID"].upper() for each in rule["Components"])
    assert api.call("DELETE", "ref/tax", ID=rule["ID"]).status_code == 405


def test_flags_filter_tax_rules(api: Api) -> None:
    names = {each["Name"] for each in api.get("ref/tax", IsTaxForSale="true")["TaxRuleList"]}
    assert names == {"Tax on sales"}


def test_bins_are_rows_of_their_own_and_stand_in_their_parent(api: Api) -> None:
    made = api.post("ref/location", {"Name": "Depot", "Bins": [{"Name": "A1"}]})
    (bin_,) = made["Bins"]
    assert bin_["ID"] == bin_["ID"].upper() and made["IsDeprecated"] is False and "Deprecated" not in made
    rows = {each["Name"]: each for each in api.get("ref/location")["LocationList"]}
    assert rows["A1"]["ParentID"] == rows["Depot"]["ID"] == made["ID"]


def test_an_attribute_set_shows_its_ten_attributes_twice(api: Api) -> None:
    made = api.post("ref/attributeset", {"Name": "Wood", "Attribute1Name": "Grain", "Attribute1Type": "Text"})
    assert len(made["Attributes"]) == 10
    assert made["Attributes"][0] == {"Name": "Grain", "Type": "Text", "Values": ""}
    assert made["Attribute10Type"] == "Not used"


def test_bank_accounts_are_the_accounts_of_type_bank(api: Api) -> None:
    (bank,) = api.get("ref/account/bank")["BankAccountsList"]
    assert (bank["AccountCode"], bank["Currency"]) == ("1010", "USD")


def test_there_are_ten_price_tiers(api: Api) -> None:
    assert [each["Code"] for each in api.get("ref/priceTier")["PriceTiers"]] == list(range(1, 11))


def test_own_addresses_have_no_name(api: Api) -> None:
    made = api.post("me/addresses", {"Line1": "1 Quay", "Country": "Canada"})["MeAddressesList"][0]
    api.put("me/addresses", {"ID": made["ID"], "Line1": "2 Quay", "Country": "Canada"})
    assert [each["Line1"] for each in api.get("me/addresses")["MeAddressesList"]] == ["2 Quay"]


def test_a_name_that_is_missing_or_too_long_is_refused(api: Api) -> None:
    assert api.refused("POST", "ref/category", {}) == ["Name is required"]
    assert api.refused("POST", "ref/category", {"Name": "x" * 51}) == ["Maximum Name field length is 50 characters"]
