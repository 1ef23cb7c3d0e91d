from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from dynamicsgp_client import Distribution, Item, PayablesDocument, Vendor, VendorStatus


@pytest.mark.parametrize("spelling", ["VENDNAME", "Vendor Name", "VendorName", "vendor_name"])
def test_a_field_is_read_by_any_of_its_spellings(spelling: str) -> None:
    assert Vendor.model_validate({"VENDORID": "ACME", spelling: "Acme"}).vendor_name == "Acme"


def test_padding_is_stripped_and_empty_text_is_none() -> None:
    vendor = Vendor.model_validate({"VENDORID": "ACME           ", "CITY": "          "})
    assert (vendor.vendor_id, vendor.city) == ("ACME", None)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-11-01T00:00:00", dt.date(2026, 11, 1)),
        ("2026-11-01", dt.date(2026, 11, 1)),
        ("/Date(1793491200000+0000)/", dt.date(2026, 11, 1)),
        ("/Date(1793442600000+1330)/", dt.date(2026, 11, 1)),
        ("1900-01-01T00:00:00", None),
        ("", None),
    ],
)
def test_dates_are_read_in_both_forms_and_never_shifted(written: str, read: dt.date | None) -> None:
    assert Vendor.model_validate({"VENDORID": "A", "MODIFDT": written}).modified_date == read


def test_an_unknown_status_is_kept_and_says_so() -> None:
    status = Vendor.model_validate({"VENDORID": "A", "VENDSTTS": 7}).status
    assert (int(status), status.is_known, VendorStatus.ACTIVE.is_known) == (7, False, True)


def test_unknown_fields_are_kept() -> None:
    assert (Vendor.model_validate({"VENDORID": "A", "NewField": 1}).model_extra or {})["NewField"] == 1


def test_a_float_is_no_amount() -> None:
    with pytest.raises(ValidationError, match="never a float"):
        Distribution(account_number="1", type=6, debit_amount=0.1)  # type: ignore[arg-type]  # the point of the test


def test_writing_sends_what_was_set_under_net_style_names() -> None:
    item = Item(item_number="X", item_description="Thing")
    assert item.model_dump(by_alias=True, exclude_unset=True) == {"ItemNumber": "X", "ItemDescription": "Thing"}


def test_replace_gives_a_validated_copy() -> None:
    vendor = Vendor.model_validate({"VENDORID": "A", "VENDNAME": "Old", "Extra": "kept"})
    changed = vendor.replace(vendor_name="New  ")
    assert (vendor.vendor_name, changed.vendor_name, (changed.model_extra or {})["Extra"]) == ("Old", "New", "kept")


@given(st.decimals(allow_nan=False, allow_infinity=False, places=5, min_value=0, max_value=10**13))
def test_amounts_keep_every_digit(amount: Decimal) -> None:
    document = PayablesDocument(
        voucher_number="V", vendor_id="A", document_date=dt.date(2026, 1, 1), document_amount=amount
    )
    assert document.document_amount == amount
