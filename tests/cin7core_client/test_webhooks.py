"""What a receiver reads of deliveries, and whom it believes."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cin7core_client import (
    ConfigurationError,
    DecodeError,
    ProductsUpdated,
    PurchaseEvent,
    PurchasesUpdated,
    StockLevelsChanged,
    SuppliersUpdated,
    TasksOverdue,
    WebhookEvent,
    WebhookType,
)
from cin7core_client.webhooks import EVENT_TYPE_HEADER, parse, secret_matches

# The delivery printed in the reference: null suppliers, a GUID in capitals.
RECEIVED = {
    "TaskID": "9E4B7A13-2F5D-4A3C-8A65-7E0D9C1B2A34",
    "PurchaseOrderNumber": "PO-00312",
    "InvoiceNumber": "KTS-20881",
    "SupplierName": None,
    "SupplierContactName": None,
    "SupplierContactEmail": None,
    "EventType": "Purchase/StockReceivedAuthorised",
}


def test_a_thin_delivery_is_read_with_its_guid_in_lower_case() -> None:
    event = parse({}, json.dumps(RECEIVED))
    assert isinstance(event, PurchaseEvent)
    assert event.event_type is WebhookType.PURCHASE_STOCK_RECEIVED_AUTHORISED
    assert event.task_id == "9e4b7a13-2f5d-4a3c-8a65-7e0d9c1b2a34"
    assert (event.purchase_order_number, event.invoice_number, event.supplier_name) == ("PO-00312", "KTS-20881", None)


@pytest.mark.parametrize("kind", list(WebhookType))
def test_every_event_type_is_read(kind: WebhookType) -> None:
    event = parse({}, json.dumps({"EventType": kind.value, "SaleID": "A", "TaskTypeSign": "0"}))
    assert event.event_type is kind and event.event_type.is_known


def test_purchases_come_as_headers_under_the_key_of_customers() -> None:
    body = {
        "NumberOfPurchase": 1,
        "CustomerDetailsList": [{"ID": "AB", "OrderNumber": "PO-1", "Type": "Advanced Purchase", "Status": "ORDERED"}],
        "EventType": "Purchase/Updated",
    }
    event = parse({}, json.dumps(body))
    assert isinstance(event, PurchasesUpdated)
    assert [(each.purchase_id, each.order_number) for each in event.purchases] == [("ab", "PO-1")]


def test_a_supplier_is_taken_out_of_its_own_object() -> None:
    body = {
        "NumberOfSuppliers": 1,
        "SupplierDetailsList": [
            {
                "Supplier": {"ID": "AB", "Name": "Kauri", "Discount": 2.0, "LastModifiedOn": "2022-02-10T06:43:38.833"},
                "Addresses": [],
                "Contacts": [{"ID": "C", "SupplierID": "AB", "Name": "Mere"}],
            }
        ],
        "EventType": "Supplier/Updated",
    }
    event = parse({}, json.dumps(body))
    assert isinstance(event, SuppliersUpdated)
    (supplier,) = event.suppliers
    assert (supplier.supplier_id, supplier.name, supplier.contacts[0].name) == ("ab", "Kauri", "Mere")


def test_products_come_without_nested_rows() -> None:
    body = {
        "NumberOfProducts": 1,
        "ProductDetailsList": [{"Event": "Creation", "SKU": "A"}],
        "EventType": "Product/Updated",
    }
    event = parse({}, json.dumps(body))
    assert isinstance(event, ProductsUpdated) and event.products[0].sku == "A"


STOCK = [{"ID": "P", "SKU": "A", "OnHand": 2.5, "Category": "Timber", "MaxRows": 1}]


@pytest.mark.parametrize("headers", [{}, {EVENT_TYPE_HEADER.lower(): "Stock/AvailableStockLevelChanged"}])
def test_a_bare_array_of_stock_is_known_by_its_header_or_its_rows(headers: dict[str, str]) -> None:
    event = parse(headers, json.dumps(STOCK))
    assert isinstance(event, StockLevelsChanged)
    assert event.event_type is WebhookType.STOCK_AVAILABLE_STOCK_LEVEL_CHANGED
    assert str(event.rows[0].on_hand) == "2.5"


def test_a_bare_array_of_tasks_is_known_likewise() -> None:
    event = parse({}, b'[{"Subject": "call back"}]')
    assert isinstance(event, TasksOverdue) and event.rows == ({"Subject": "call back"},)


def test_an_event_of_tomorrow_is_kept_whole() -> None:
    event = parse({}, b'{"EventType": "Robot/Built", "RobotID": "R"}')
    assert type(event) is WebhookEvent
    assert (event.event_type, (event.model_extra or {})["RobotID"]) == ("Robot/Built", "R")
    assert event.event_type is not None and not event.event_type.is_known


def test_repeated_deliveries_have_one_fingerprint() -> None:
    body = json.dumps(RECEIVED)
    assert parse({}, body).fingerprint == parse({"X": "1"}, body.encode()).fingerprint
    assert parse({}, body).fingerprint != parse({}, body.replace("PO-00312", "PO-00313")).fingerprint


def test_what_is_not_json_keeps_its_body() -> None:
    with pytest.raises(DecodeError) as caught:
        parse({}, b'{"EventType": "Sale/Created",,}')
    assert caught.value.body == '{"EventType": "Sale/Created",,}'


@given(st.binary(max_size=200))
def test_no_bytes_break_a_receiver(body: bytes) -> None:
    try:
        parse({}, body)
    except DecodeError:
        return


@given(
    st.sampled_from(list(WebhookType)),
    st.dictionaries(
        st.sampled_from(
            ["TaskID", "CustomerDetailsList", "SupplierDetailsList", "ProductDetailsList", "NumberOfPurchase"]
        ),
        st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.dictionaries(st.just("ID"), st.text())),
    ),
)
def test_wrong_types_in_a_delivery_are_decode_errors(kind: WebhookType, fields: dict[str, object]) -> None:
    try:
        event = parse({}, json.dumps({**fields, "EventType": kind.value}))
    except DecodeError:
        return
    assert event.event_type is kind


BASIC = "Basic " + base64.b64encode(b"user:pass").decode()


@pytest.mark.parametrize(
    ("headers", "secret", "believed"),
    [
        ({"authorization": "Bearer s3cret"}, {"bearer_token": "s3cret"}, True),
        ({"Authorization": "Bearer other"}, {"bearer_token": "s3cret"}, False),
        ({"Authorization": "s3cret"}, {"bearer_token": "s3cret"}, False),
        ({}, {"bearer_token": "s3cret"}, False),
        ({"Authorization": BASIC}, {"basic": ("user", "pass")}, True),
        ({"Authorization": BASIC}, {"basic": ("user", "other")}, False),
        ({"X-Own": "v"}, {"header": ("x-own", "v")}, True),
        ({"X-Own": "vé"}, {"header": ("x-own", "v")}, False),
        ({"X-Own": "v"}, {"header": ("x-own", "v"), "bearer_token": "s3cret"}, False),
    ],
)
def test_a_delivery_is_believed_only_with_every_secret(
    headers: dict[str, str], secret: dict[str, object], believed: bool
) -> None:
    assert secret_matches(headers, **secret) is believed  # type: ignore[arg-type]  # one of the three


@given(st.text(st.characters(codec=None)))
def test_no_text_in_a_header_breaks_the_check(text: str) -> None:
    assert secret_matches({"Authorization": text}, bearer_token="s3cret") is (text == "Bearer s3cret")


@pytest.mark.parametrize("secret", [{}, {"bearer_token": ""}, {"basic": ("user", "")}, {"header": ("X-Own", "")}])
def test_no_secret_is_a_mistake_and_not_a_yes(secret: dict[str, object]) -> None:
    with pytest.raises(ConfigurationError):
        secret_matches({"Authorization": "Bearer ", "X-Own": ""}, **secret)  # type: ignore[arg-type]  # as above
