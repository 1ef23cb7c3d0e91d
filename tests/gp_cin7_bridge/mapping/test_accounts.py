"""The account map: rules in order, templates, policies, the check of the whole, and the way back."""

from __future__ import annotations

from decimal import Decimal

import pytest
from bill_parts import codes, invoice, line, mapped, purchase, rules, sums

from dynamicsgp_client import Account, Vendor
from gp_cin7_bridge.mapping.accounts import AccountMap, Lookup, MappedAccount
from gp_cin7_bridge.mapping.bills.attributes import ProductFacts
from gp_cin7_bridge.mapping.chart import Chart

MAP = AccountMap({"1300": "000-1300-00", "5*": "000-5100-00", "51??": "000-5199-00"})
BY_PLACE = AccountMap(
    {"5*": "{dept}-5100-00", "6*": "000-{code}-{vendor_class}"},
    lookups={"dept": Lookup("location", {"Main": "100", "*": "000"})},
)


def number(accounts: AccountMap, code: str, **attributes: str) -> str:
    found = accounts.find(code, attributes)
    assert isinstance(found, MappedAccount), found
    return found.account_number


def chart(*numbers: str, **changes: object) -> Chart:
    return Chart({each: Account(account_number=each, account_index=place) for place, each in enumerate(numbers, 1)})


def test_the_first_line_that_fits_wins() -> None:
    assert number(MAP, "1300") == "000-1300-00"
    assert number(MAP, "5123") == "000-5100-00"


@pytest.mark.parametrize(
    ("accounts", "wanted"),
    [
        (AccountMap({}), None),
        (AccountMap({}, no_match="error"), None),
        (AccountMap({}, no_match="source"), "000-7000-00"),
        (AccountMap({}, "000-9999-00"), "000-9999-00"),
        (AccountMap({}, "000-9999-00", no_match="default"), "000-9999-00"),
        (AccountMap({}, "000-9999-00", no_match="hold"), None),
    ],
)
def test_what_no_line_fits_follows_the_policy(accounts: AccountMap, wanted: str | None) -> None:
    part = invoice(line("1.00", account="000-7000-00"))
    if wanted is None:
        assert codes(part, accounts=accounts) == {"account_unmapped"}
    else:
        assert wanted in sums(mapped(part, accounts=accounts))


def test_a_template_is_filled_from_lookups_and_attributes() -> None:
    assert number(BY_PLACE, "5100", location="Main") == "100-5100-00"
    assert number(BY_PLACE, "5100", location="Elsewhere") == "000-5100-00"
    assert number(BY_PLACE, "6200", vendor_class="SV") == "000-6200-SV"


def test_a_template_that_cannot_be_filled_holds_and_says_what_is_missing() -> None:
    found = BY_PLACE.find("6200", {})
    assert not isinstance(found, MappedAccount)
    assert found.code == "account_template" and "vendor_class" in found.text


def test_templates_read_purchase_vendor_and_product() -> None:
    accounts = AccountMap(
        {"1300": "{place}-{kind}-{attribute1}"},
        lookups={
            "place": Lookup("location", {"Main": "100"}),
            "kind": Lookup("category", {"Tools": "20", "*": "00"}),
        },
    )
    whole = purchase(location="Main", additional_attributes={"AdditionalAttribute1": "77"})
    part = invoice(line("1.00").replace(sku="SAW"), line("2.00").replace(sku="BOX"))
    document = mapped(part, of=whole, accounts=accounts, products={"SAW": ProductFacts("Tools")})
    assert {"100-20-77": Decimal(1), "100-00-77": Decimal(2)}.items() <= sums(document).items()
    assert accounts.needs() == {"location", "category", "attribute1"}


def test_the_whole_map_is_checked_against_the_chart() -> None:
    accounts = AccountMap(
        {
            "1300": "000-1300-00",
            "13*": "000-9999-00",
            "1310": "000-1300-00",
            "5*": "{dept}-5100-00",
            "2000": "000-2100-00",
        },
        "000-6910-00",
        lookups={"dept": Lookup("location", {"Main": "100", "*": "000"})},
    )
    there = Chart(
        {
            "000-1300-00": Account(account_number="000-1300-00"),
            "000-5100-00": Account(account_number="000-5100-00", allow_account_entry=False),
            "000-6910-00": Account(account_number="000-6910-00", active=False),
            "000-2100-00": Account(account_number="000-2100-00", account_type=2),
        }
    )
    found = {(each.code, each.text.split("'")[1]) for each in there.map_problems(accounts, payable="000-2100-00")}
    assert found == {
        ("account_line_shadowed", "1310"),
        ("account_missing_in_gp", "000-9999-00"),
        ("account_missing_in_gp", "100-5100-00"),
        ("account_no_entry", "000-5100-00"),
        ("account_inactive", "000-6910-00"),
        ("account_not_posting", "000-2100-00"),
        ("account_is_payable", "000-2100-00"),
    }


def test_a_wide_pattern_is_not_hidden_by_a_narrow_one() -> None:
    assert list(AccountMap({"5?": "A", "5*": "B", "*": "C"}).shadowed()) == []
    assert list(AccountMap({"5*": "A", "5?": "B"}).shadowed()) == [("5?", "5*")]


def test_without_a_chart_the_form_of_numbers_is_checked() -> None:
    form = Chart(None, (3, 4, 2))
    assert form.problems("1300", "000-1300-00") == ()
    assert [each.code for each in form.problems("1300", "1300-00")] == ["account_format"]


def test_a_foreign_bill_needs_an_account_that_takes_its_currency() -> None:
    there = {number: Account(account_number=number) for number in ("000-1300-00", "000-2100-00")}
    there["000-1300-00"] = there["000-1300-00"].replace(currency_ids=("Z-UK",))
    euro = purchase(supplier_currency="EUR", currency_rate=Decimal(1))
    assert codes(invoice(line("1.00")), of=euro, chart=Chart(there)) == {"account_currency"}
    assert mapped(invoice(line("1.00")), chart=Chart(there))


def test_purchases_never_go_to_the_payable_account() -> None:
    accounts = AccountMap({"1300": "000-2100-00"})
    assert codes(invoice(line("1.00")), accounts=accounts) == {"document_unsound"}
    own = {"ACME": Vendor(vendor_id="ACME", vendor_name="Acme", payables_account_number="000-2199-00")}
    accounts = AccountMap({"1300": "000-2199-00"})
    assert codes(invoice(line("1.00")), accounts=accounts, vendors=own) == {"document_unsound"}


def test_backwards_the_first_line_wins_and_lines_by_attribute_have_no_way_back() -> None:
    accounts = AccountMap(
        {"1310": "000-1300-00", "13*": "000-1300-00", "5*": "{dept}-5100-00", "62??": "000-{code}-00"},
        lookups=BY_PLACE.lookups,
    )
    found = accounts.codes(["1300", "1310", "1320", "5100", "6200", "6210"])
    assert found == {
        "000-1300-00": ("1310", "1300", "1320"),
        "000-6200-00": ("6200",),
        "000-6210-00": ("6210",),
    }
    assert list(accounts.one_way()) == ["5*"]


def test_an_account_can_be_found_by_a_vendors_index() -> None:
    vendor = Vendor(vendor_id="ACME", vendor_name="Acme", payables_account_index=2)
    there = chart("000-1300-00", "000-2105-00")
    assert "000-2105-00" in sums(mapped(invoice(line("1.00")), chart=there, vendors={"ACME": vendor}))
    assert rules(chart=there).chart.number_of(9) is None
