from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cin7core_client import Product, Purchase, PurchaseSummary, Supplier, SupplierStatus, TaxRule

SIMPLE = {
    "ID": "3B0F6A0E-6A0E-4B58-9D55-0A6AD5A3F011",
    "Status": "INVOICED",
    "OrderNumber": "PO-1",
    "OrderDate": "2026-03-04T00:00:00",
    "Invoice": {
        "InvocieNumber": "K-1",
        "InvoiceDate": "2026-03-17T00:00:00",
        "Status": "PAID",
        "Total": Decimal("1.5"),
    },
    "StockReceived": {"Status": "AUTHORISED", "Lines": [{"Date": "2026-03-18T00:00:00", "Quantity": 4}]},
    "CreditNote": {"Status": "NOT AVAILABLE"},
}
ADVANCED = {
    "ID": "3b0f6a0e-6a0e-4b58-9d55-0a6ad5a3f011",
    "Status": "INVOICED",
    "OrderNumber": "PO-1",
    "Invoices": [{"TaskID": "9E4B7A13-2F5D-4A3C-8A65-7E0D9C1B2A34", "InvoiceNumber": "K-1", "Status": "AUTHORISED"}],
    "StockReceiving": [{"TaskID": "9e4b7a13-2f5d-4a3c-8a65-7e0d9c1b2a34", "Status": "DRAFT", "Lines": None}],
    "CreditNotes": None,
}


def test_a_simple_purchase_reads_like_an_advanced_one() -> None:
    purchase = Purchase.model_validate(SIMPLE)
    assert purchase.purchase_id == "3b0f6a0e-6a0e-4b58-9d55-0a6ad5a3f011"
    (invoice,) = purchase.invoices
    assert (invoice.task_id, invoice.invoice_number, invoice.status) == (purchase.purchase_id, "K-1", "PAID")
    assert invoice.invoice_date == dt.date(2026, 3, 17)
    assert purchase.receipts[0].lines[0].quantity == 4


def test_an_advanced_purchase_has_many_parts_whatever_they_are_called() -> None:
    purchase = Purchase.model_validate(ADVANCED)
    assert [each.task_id for each in purchase.invoices] == ["9e4b7a13-2f5d-4a3c-8a65-7e0d9c1b2a34"]
    assert (len(purchase.receipts), purchase.credit_notes) == (1, ())


@pytest.mark.parametrize(
    "stamp", ["2022-02-10T06:43:38.833", "2022-02-10T06:43:38.8330000Z", "2022-02-10T06:43:38.833Z"]
)
def test_stamps_are_utc_with_or_without_a_zone(stamp: str) -> None:
    row = PurchaseSummary.model_validate({"ID": "A", "LastUpdatedDate": stamp})
    assert row.last_updated_date == dt.datetime(2022, 2, 10, 6, 43, 38, 833000, tzinfo=dt.UTC)


@pytest.mark.parametrize("day", ["2026-03-04T00:00:00", "2026-03-04T00:00:00Z", "2026-03-04", "04/03/2026"])
def test_document_dates_are_calendar_dates(day: str) -> None:
    assert PurchaseSummary.model_validate({"ID": "A", "InvoiceDate": day}).invoice_date == dt.date(2026, 3, 4)


def test_enumerations_know_no_case_and_accept_tomorrow() -> None:
    assert Supplier.model_validate({"Status": "ACTIVE"}).status is SupplierStatus.ACTIVE
    later = Supplier.model_validate({"Status": "Dormant"}).status
    assert later is not None and (later.is_known, later) == (False, "Dormant")


def test_numbers_and_booleans_may_come_as_texts() -> None:
    rule = TaxRule.model_validate(
        {"Name": "GST", "IsActive": "true", "Components": [{"Percent": "15.0000000000", "ComponentOrder": 1}]}
    )
    assert rule.is_active is True
    assert rule.components and rule.components[0].percent == 15


@pytest.mark.parametrize(
    ("written", "read"),
    [(" 9E4B7A13-AB ", "9e4b7a13-ab"), ("9e4b", "9e4b"), ("", None), ("  ", None), (None, None), (7, "7")],
)
def test_ids_are_in_lower_case_and_blank_ones_are_none(written: object, read: str | None) -> None:
    assert PurchaseSummary.model_validate({"ID": "A", "SupplierID": written}).supplier_id == read


@pytest.mark.parametrize(
    ("written", "read"),
    [(True, True), ("True", True), ("0", False), ("", None), (None, None), ("no", False), (1, True)],
)
def test_flags_are_read_whatever_they_are_written_as(written: object, read: bool | None) -> None:
    assert Supplier.model_validate({"Contacts": [{"Name": "A", "Default": written}]}).contacts[0].default is read


@pytest.mark.parametrize(("written", "read"), [(5, 5), ("5.50", Decimal("5.50")), ("", None), (None, None)])
def test_amounts_are_read_whatever_they_are_written_as(written: object, read: Decimal | None) -> None:
    assert Product.model_validate({"PriceTier1": written}).price_tier1 == read


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**13), max_value=10**13))
def test_amounts_survive_reading_and_writing_to_the_last_digit(amount: Decimal) -> None:
    from cin7core_client.request import encoded

    text = encoded(Product(sku="A", price_tier1=amount))
    again = Product.model_validate(json.loads(text, parse_float=Decimal))
    assert again.price_tier1 == amount


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_what_the_vendor_may_add_tomorrow_is_kept(value: object) -> None:
    supplier = Supplier.model_validate({"Name": "A", "AddedTomorrow": value})
    assert (supplier.model_extra or {})["AddedTomorrow"] == value
