"""Whatever the service answers: what is refused is an error, what cannot be read keeps its body, nothing crashes."""

from __future__ import annotations

import json
from decimal import Decimal

import httpx
import pytest
from colours import Colour, answering, in_sync
from hypothesis import given, settings
from hypothesis import strategies as st

from cin7core_client import (
    ApiError,
    Cin7Error,
    ConflictError,
    DecodeError,
    NotFoundError,
    PermissionDeniedError,
    Product,
    Purchase,
    PurchaseSummary,
    RateLimitError,
    Retry,
    ServerError,
    Supplier,
    TaxRule,
    ValidationError,
    Webhook,
)
from cin7core_client.models import Document, Location, PaymentTerm

ME = {"Company": "A", "Currency": "NZD"}
HTML = b"<!DOCTYPE html><html><body>Page not found</body></html>"
THROTTLED = "You have reached 60 calls per 60 seconds API limit."


@pytest.mark.parametrize(
    ("status", "body", "kind", "says"),
    [
        (200, HTML, NotFoundError, "no such path"),
        (404, HTML, NotFoundError, "GET me -> 404"),
        (200, b"<html>Maintenance</html>", DecodeError, "not JSON"),
        (301, b"", ApiError, "Redirects are not followed"),
        (400, [{"ErrorCode": 404, "Exception": "Category not found."}], NotFoundError, "Category not found"),
        (
            400,
            [{"ErrorCode": 404, "Exception": "A not found"}, {"ErrorCode": 400, "Exception": "B"}],
            ValidationError,
            "B",
        ),
        (400, [{"ErrorCode": 400, "Exception": 'SKU "X" already exists!'}], ConflictError, "already exists"),
        (200, [{"ErrorCode": 400, "Exception": "No"}], ValidationError, "No"),
        (400, b"plain words", ValidationError, "plain words"),
        (405, {"Message": "The requested resource does not support http method 'PUT'."}, ValidationError, "PUT"),
        (500, b"", ServerError, "no reason given"),
    ],
)
def test_every_form_of_refusal_is_told_apart(
    call: Colour, status: int, body: object, kind: type[Cin7Error], says: str
) -> None:
    with pytest.raises(kind, match=says) as caught:
        call(answering((status, body)), "me.get", retry=Retry.never())
    assert type(caught.value) is kind


def test_all_problems_are_kept_with_their_own_codes(call: Colour) -> None:
    problems = [{"ErrorCode": 404, "Exception": "A was not found"}, {"ErrorCode": 400, "Exception": "B is required"}]
    with pytest.raises(ValidationError) as caught:
        call(answering((400, problems)), "me.get")
    assert [(each.code, each.text) for each in caught.value.problems] == [
        ("404", "A was not found"),
        ("400", "B is required"),
    ]
    assert (caught.value.status, caught.value.code) == (400, "404")


@pytest.mark.parametrize(
    "refusal",
    [
        httpx.Response(429, text=THROTTLED, headers={"Retry-After": "0 Seconds"}),
        httpx.Response(503, json=[{"ErrorCode": 503, "Exception": THROTTLED}], headers={"Retry-After": "0"}),
        httpx.Response(400, json=[{"ErrorCode": 400, "Exception": THROTTLED}], headers={"Retry-After": "0"}),
        httpx.Response(200, text=THROTTLED, headers={"Retry-After": "0"}),
    ],
    ids=["429 text", "503", "400 with the text", "200 with the text"],
)
def test_a_refusal_for_the_rate_is_sent_again_even_for_a_write(call: Colour, refusal: httpx.Response) -> None:
    stored = {"Total": 1, "Page": 1, "SupplierList": [{"ID": "A", "Name": "B"}]}
    created = call(answering(refusal, refusal, (200, stored)), "suppliers.create", Supplier(name="B"))
    assert isinstance(created, Supplier) and created.supplier_id == "a"


def _after_success(call: Colour, *later: int) -> object:
    """List two pages, of which the second is answered by these statuses before it comes."""
    page = {"Total": 2, "UnitList": [{"ID": "A", "Name": "Each"}]}
    last = {"Total": 2, "UnitList": [{"ID": "B", "Name": "Case"}]}
    return call(answering((200, page), *((status, b"") for status in later), (200, last)), "units.list")


def test_a_403_after_accepted_keys_is_a_burst_once(call: Colour) -> None:
    assert len(_after_success(call, 403)) == 2  # type: ignore[arg-type]  # units


def test_a_second_403_is_the_account_s_own_refusal(call: Colour) -> None:
    with pytest.raises(PermissionDeniedError, match="keys were accepted before"):
        _after_success(call, 403, 403)


def test_no_retries_means_no_retry_of_a_burst_either(call: Colour) -> None:
    page = {"Total": 2, "UnitList": [{"ID": "A", "Name": "Each"}]}
    with pytest.raises(PermissionDeniedError):
        call(answering((200, page), (403, b"")), "units.list", retry=Retry.never())


def test_a_refusal_tells_how_long_to_wait(call: Colour) -> None:
    refusal = httpx.Response(429, text=THROTTLED, headers={"Retry-After": "60 Seconds"})
    with pytest.raises(RateLimitError) as caught:
        call(answering(refusal), "me.get", retry=Retry.never())
    assert caught.value.retry_after == 60 and caught.value.retryable


def test_a_list_that_is_cut_short_is_read_to_its_count(call: Colour) -> None:
    pages = [
        (200, {"Total": 3, "Page": number, "LocationList": [{"ID": str(number), "Name": str(number)}]})
        for number in (1, 2, 3)
    ]
    assert len(call(answering(*pages), "locations.list")) == 3  # type: ignore[arg-type]  # locations


def test_a_page_that_repeats_is_an_error_and_not_an_endless_list(call: Colour) -> None:
    page = (200, {"Total": 9, "Page": 1, "UnitList": [{"ID": "A", "Name": "Each"}]})
    with pytest.raises(DecodeError, match="same page twice"):
        call(answering(page), "units.list")


def test_a_row_that_cannot_be_read_does_not_hide_those_before_it(call: Colour) -> None:
    page = {"Total": 2, "Page": 1, "UnitList": [{"ID": "A", "Name": "Each"}, {"ID": "B", "Name": []}]}
    assert getattr(call(answering((200, page)), "units.find", "Each"), "unit_id", None) == "a"
    with pytest.raises(DecodeError):
        call(answering((200, page)), "units.list")


@pytest.mark.parametrize(
    "body",
    [{}, [], 5, None, {"Total": 1}, {"SupplierList": {}}, {"SupplierList": [5]}, {"SupplierList": [{"Discount": []}]}],
)
def test_an_answer_of_another_shape_is_a_decode_error_with_its_body(call: Colour, body: object) -> None:
    with pytest.raises(DecodeError) as caught:
        call(answering((200, body)), "suppliers.list")
    assert json.loads(caught.value.body) is not None or body is None


def test_an_answer_without_a_field_of_ours_is_no_document(call: Colour) -> None:
    with pytest.raises(DecodeError, match="no Me"):
        call(answering((200, {"something": "else"})), "me.get")


def test_a_write_whose_answer_cannot_be_read_may_have_happened(call: Colour) -> None:
    with pytest.raises(DecodeError) as caught:
        call(answering((200, b"<html>")), "suppliers.create", Supplier(name="A"))
    assert caught.value.may_have_happened
    with pytest.raises(DecodeError, match="0 rows instead of the stored one") as caught:
        call(answering((200, {"SupplierList": []})), "suppliers.create", Supplier(name="A"))
    assert caught.value.may_have_happened


@pytest.mark.parametrize(
    "number", ["1e99999999999999999999", "1e999999999", "NaN", "Infinity", "-0", "1" * 5000, "0.1234567890123456789"]
)
def test_numbers_out_of_this_world_do_not_break_reading(call: Colour, number: str) -> None:
    body = f'{{"Total": 1, "Products": [{{"ID": "A", "PriceTier1": {number}}}]}}'.encode()
    try:
        (product,) = call(answering((200, body)), "products.list")  # type: ignore[misc]  # one product
    except DecodeError as error:
        assert number[:20] in error.body or number in ("NaN", "Infinity")  # noqa: PT017 — either outcome is right
    else:
        assert product.price_tier1 == Decimal(number)


def test_an_amount_out_of_this_world_is_never_sent(call: Colour) -> None:
    with pytest.raises(Cin7Error, match="no amount"):
        call(answering((200, {})), "products.create", Product(sku="A", price_tier1=Decimal("1e999999999")))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
MODELS = [Supplier, Product, Purchase, PurchaseSummary, TaxRule, PaymentTerm, Location, Webhook]


def _with_wire_names(model: type[Document]) -> st.SearchStrategy[dict[str, object]]:
    names = sorted({field.alias or name for name, field in model.model_fields.items()} | {"Invoice", "CreditNote"})
    return st.dictionaries(st.sampled_from(names), JSON, max_size=8)


@settings(max_examples=300)
@given(st.sampled_from(MODELS).flatmap(lambda model: st.tuples(st.just(model), _with_wire_names(model))))
def test_wrong_types_and_missing_fields_are_read_or_told_never_a_crash(
    drawn: tuple[type[Document], dict[str, object]],
) -> None:
    from pydantic import ValidationError as InvalidDocument

    model, fields = drawn
    try:
        document = model.model_validate(fields)
    except InvalidDocument:
        return
    assert document.model_dump(by_alias=True)


@given(st.text(min_size=1, max_size=12))
def test_unknown_values_of_enumerations_are_kept(value: str) -> None:
    row = PurchaseSummary.model_validate({"ID": "A", "Status": value, "Type": value})
    assert str(row.status).casefold() == value.strip().casefold() or row.status == value


@settings(max_examples=60)
@given(st.binary(max_size=300))
def test_no_bytes_break_a_read(body: bytes) -> None:
    try:
        in_sync(answering((200, body)), "request", "GET", "me")
    except Cin7Error as error:
        assert isinstance(error, (DecodeError, ApiError))  # noqa: PT017 — either outcome is right
