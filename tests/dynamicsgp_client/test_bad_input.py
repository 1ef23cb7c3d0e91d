"""Whatever strangers send or callers pass: the right behaviour or a GPError that says the cure, over both doors."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from decimal import Decimal
from functools import cache

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st
from requests.adapters import BaseAdapter

from dynamicsgp_client import (
    BasicAuth,
    ConfigurationError,
    DecodeError,
    DynamicsGP,
    GPError,
    NotFoundError,
    NTLMAuth,
    PayablesDocument,
    RateLimitError,
    Retry,
    ServerError,
    Vendor,
)
from dynamicsgp_client.testing import FakeGP

SOAP_PATH = "/DynamicsGPWebServices/DynamicsGPService.asmx"
ROOT = "http://127.0.0.1"


class Says(BaseAdapter):
    """Gives answers in turn, the last one for ever."""

    def __init__(self, *answers: tuple[int, bytes, dict[str, str]]) -> None:
        super().__init__()
        self.answers = list(answers)
        self.sent: list[requests.PreparedRequest] = []

    def send(self, request: requests.PreparedRequest, *args: object, **kwargs: object) -> requests.Response:
        self.sent.append(request)
        answer = requests.Response()
        answer.status_code, answer._content, headers = self.answers.pop(0) if self.answers[1:] else self.answers[0]
        answer.headers.update(headers)
        return answer

    def close(self) -> None:
        """Close nothing."""


def client(door: str, transport: BaseAdapter, company: str = "X", **switches: object) -> DynamicsGP:
    switches.setdefault("retry", Retry.never())
    return DynamicsGP(
        f"{ROOT}/GPService" if door == "sba" else None,
        f"{ROOT}{SOAP_PATH}" if door == "soap" else None,
        company=company,
        company_id=1 if company == "X" else None,
        auth=BasicAuth("u", "p"),
        transport=transport,
        **switches,  # type: ignore[arg-type]  # as given
    )


@cache
def reused(door: str) -> tuple[DynamicsGP, Says]:
    """One client for all examples of a property: reading a WSDL for each would be most of the time."""
    said = Says((200, b"", {}))
    return client(door, said), said


def vendor_answer(door: str, **fields: object) -> bytes:
    if door == "sba":
        return json.dumps({"VendorId": "ACME", **fields}).encode()
    members = "".join(f"<g:{name}>{value}</g:{name}>" for name, value in fields.items())
    space = "http://schemas.microsoft.com/dynamics/gp/2006/01"
    return (
        f'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:g="{space}"><s:Body>'
        f"<g:GetVendorByKeyResponse><g:GetVendorByKeyResult><g:Key><g:Id>ACME</g:Id></g:Key>{members}"
        "</g:GetVendorByKeyResult></g:GetVendorByKeyResponse></s:Body></s:Envelope>"
    ).encode()


BOTH = pytest.mark.parametrize("door", ["sba", "soap"])
GARBAGE = st.one_of(
    st.binary(max_size=300),
    st.text(max_size=300).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.sampled_from([b"<html><body>Sign in</body></html>", b"[" * 3000, b'{"VendorId": "A', b"<s:Envelope", b"null"]),
    st.builds(vendor_answer, st.sampled_from(["sba", "soap"])).map(lambda body: body[:-7]),
    st.builds(vendor_answer, st.sampled_from(["sba", "soap"])).map(lambda body: body.decode().encode("utf-16-be")),
)


@BOTH
@settings(max_examples=60)
@given(body=GARBAGE, status=st.sampled_from([200, 201, 302, 400, 404, 500, 503]))
def test_any_answer_is_a_gp_error_or_the_record(door: str, body: bytes, status: int) -> None:
    gp, said = reused(door)
    said.answers = [(status, body, {})]
    with pytest.raises(GPError):
        gp.vendors.get("ACME")


@BOTH
@settings(max_examples=60)
@given(body=GARBAGE)
def test_a_write_answered_with_garbage_may_have_happened(door: str, body: bytes) -> None:
    gp, said = reused(door)
    said.answers = [(200, body, {})]
    with pytest.raises(GPError) as caught:
        if door == "sba":
            gp.payables.create(
                PayablesDocument(
                    voucher_number="V", vendor_id="A", document_date=dt.date(2026, 1, 1), document_amount=Decimal(1)
                )
            )
        else:
            gp.call("CreateVendorAddress", address=None, policy={"Key": {"Id": "0" * 36}})
    assert caught.value.may_have_happened


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from(
    ["VendorName", "VENDSTTS", "OnHold", "ModifiedDate", "Created Date", "PayablesAccountIndex", "X"]
)


@settings(max_examples=150)
@given(fields=st.dictionaries(NAMES, JSON, max_size=4))
def test_any_row_reads_as_a_vendor_or_is_a_decode_error(fields: dict[str, object]) -> None:
    gp, said = reused("sba")
    said.answers = [(200, vendor_answer("sba", **fields), {})]
    try:
        vendor = gp.vendors.get("ACME")
    except DecodeError:
        return
    assert vendor.vendor_id == "ACME"


@pytest.mark.parametrize(
    "value", ["/Date(99999999999999999999)/", "9999-99-99T00:00:00", "0000-00-00", "10000-01-01", "/Date(x)/", "soon"]
)
def test_a_date_out_of_range_is_a_decode_error(value: str) -> None:
    said = Says((200, vendor_answer("sba", ModifiedDate=value), {}))
    with client("sba", said) as gp, pytest.raises(DecodeError, match="modified_date"):
        gp.vendors.get("ACME")


@pytest.mark.parametrize("number", ["1E+999999999", "1E-999999999", "NaN", "-Infinity", "9" * 40])
@pytest.mark.parametrize("field", ["StandardCost", "ShippingWeight"])
def test_a_number_that_no_amount_can_be_is_a_decode_error(field: str, number: str) -> None:
    body = f'{{"ItemNumber": "A", "{field}": {number}}}'.encode()
    with client("sba", Says((200, body, {}))) as gp, pytest.raises(DecodeError):
        gp.items.get("A")


@BOTH
def test_five_megabytes_of_text_come_through(door: str) -> None:
    name = "VendorName" if door == "sba" else "Name"
    text = "x" * 5_000_000
    with client(door, Says((200, vendor_answer(door, **{name: text}), {}))) as gp:
        assert gp.vendors.get("ACME").vendor_name == text


@pytest.fixture(scope="module")
def companies() -> Iterator[dict[str, FakeGP]]:
    made: dict[str, FakeGP] = {}
    yield made
    for company in made.values():
        company.close()


ODD = st.text(st.sampled_from(",()/<>&%;'\"+ .ÄñΩ字aB1"), min_size=1, max_size=12).map(str.strip).filter(bool)


@BOTH
@settings(max_examples=12)
@given(name=ODD)
def test_any_company_name_reaches_its_company(door: str, name: str) -> None:
    company = FakeGP(name, seed="empty")
    company.add_vendor("ACME", "Acme")
    with client(door, company.adapter(), name) as gp:
        assert gp.vendors.get("ACME").vendor_name == "Acme"
    company.close()


@BOTH
@settings(max_examples=40)
@given(key=ODD)
def test_any_key_reaches_its_record(door: str, key: str, companies: dict[str, FakeGP]) -> None:
    company = companies.setdefault(door, FakeGP(seed="empty"))
    if not company.sql("SELECT 1 FROM PM00200 WHERE VENDORID = ?", (key,)):
        company.add_vendor(key, "Odd")
    with client(door, company.adapter(), company.company) as gp:
        assert gp.vendors.get(key).vendor_id.upper() == key.upper()
        assert [each.vendor_id for each in gp.vendors.list()]


@BOTH
def test_an_empty_key_is_no_record_and_is_not_asked_for(door: str) -> None:
    said = Says((200, b"[]", {}))
    with client(door, said) as gp:
        assert gp.vendors.find(" ") is None
        with pytest.raises(NotFoundError, match="empty key"):
            gp.payables.get("")
    assert not said.sent


@BOTH
@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"document_amount": Decimal("0.123456")}, "document_amount has 6 decimals, GP takes 5"),
        ({"exchange_rate": Decimal("1.12345678")}, "exchange_rate has 8 decimals, GP takes 7"),
        ({"document_amount": Decimal(10) ** 14}, "14 digits before the point"),
        ({"document_date": dt.date(202, 1, 1)}, "GP's dates begin in 1753"),
        ({"description": "x" * 31}, "description has 31 characters, GP takes 30"),
    ],
)
def test_what_gp_would_cut_is_refused_before_it_is_sent(door: str, changes: dict[str, object], text: str) -> None:
    document = PayablesDocument(
        voucher_number="V", vendor_id="A", document_date=dt.date(2026, 1, 1), document_amount=Decimal(1)
    )
    said = Says((200, b"", {}))
    with client(door, said) as gp, pytest.raises(ConfigurationError, match=text):
        gp.payables.create(document.replace(**changes))
    assert not said.sent


def test_a_text_that_is_no_unicode_is_not_sent() -> None:
    said = Says((200, b"", {}))
    with client("sba", said) as gp, pytest.raises(GPError):
        gp.vendors.create(Vendor.model_construct({"vendor_id", "vendor_name"}, vendor_id="A", vendor_name="\ud800"))
    assert not said.sent


@pytest.mark.parametrize(
    ("switches", "cure"),
    [
        ({"sba_url": "https://"}, "begins with https:// and a host"),
        ({"sba_url": "https://gp:99999"}, "no address"),
        ({"soap_url": "https://gp/x.asmx?wsdl"}, "leave out user"),
        ({"sba_url": "https://gp", "verify": "/no/such.pem"}, "there is no CA bundle /no/such.pem"),
        ({"sba_url": "https://gp", "concurrency": 0}, "concurrency is at least 1"),
        ({"sba_url": "https://gp", "timeout": 0}, "more than 0 seconds"),
        ({"sba_url": "https://gp", "company": ""}, "display name"),
        ({}, "give at least one"),
    ],
)
def test_a_client_that_cannot_work_is_not_made(switches: dict[str, object], cure: str) -> None:
    given = {"company": "X", "auth": NTLMAuth("D\\u", "p"), **switches}
    with pytest.raises(ConfigurationError, match=cure):
        DynamicsGP(**given)  # type: ignore[arg-type]  # the point of the test


DATE = "Tue, 24 Nov 2026 12:00:00 GMT"
LATER = "Tue, 24 Nov 2026 12:00:45 GMT"


@pytest.mark.parametrize(
    ("header", "seconds"), [("60", 60), ("60 Seconds", 60), (LATER, 45), ("86400", 300), ("soon", None), ("", None)]
)
def test_retry_after_is_honoured_in_all_its_forms_up_to_a_cap(header: str, seconds: float | None) -> None:
    waits: list[float] = []
    refuses = (429, b"", {"Retry-After": header, "Date": DATE})
    retry = Retry(sleep=waits.append, first_wait=1, random=lambda: 0)
    with client("sba", Says(refuses, (200, vendor_answer("sba"), {})), retry=retry) as gp:
        assert gp.vendors.get("ACME").vendor_id == "ACME"
    assert waits == [seconds or 1]
    with client("sba", Says(refuses)) as gp, pytest.raises(RateLimitError) as caught:
        gp.vendors.get("ACME")
    assert caught.value.retry_after == seconds


class Permits:
    """A limiter that takes its priority by position, as the protocol has it."""

    def __init__(self) -> None:
        self.told: list[object] = []

    def acquire(self, priority: int) -> object:
        self.told.append(("acquire", priority))
        return "ticket"

    def answered(self, ticket: object, retry_after: float | None = None) -> None:
        self.told.append((ticket, retry_after))


def test_a_limiter_gets_every_ticket_back_and_is_told_to_wait() -> None:
    permits = Permits()
    busy = (503, b"", {"Retry-After": "7"})
    retry = Retry(sleep=lambda _: None)
    with client("sba", Says(busy, (200, vendor_answer("sba"), {})), retry=retry, limiter=permits) as gp:
        gp.vendors.get("ACME")
    assert permits.told == [("acquire", 0), ("ticket", 7.0), ("acquire", 0), ("ticket", None)]


@pytest.mark.parametrize(
    "body",
    [
        b'{"VendorId": ["A"], "TaxId": "12\\"345678901"}',
        b'{"VendorId": ["A"], "Tax ID Number": 12345678901}',
        b'{"VendorId": ["A"], "EFTBankAcct": "12345678901"}',
    ],
)
def test_tax_ids_and_bank_accounts_are_in_no_message_and_no_log(body: bytes, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", logger="dynamicsgp_client")
    with client("sba", Says((200, body, {}))) as gp, pytest.raises(DecodeError) as caught:
        gp.vendors.get("A")
    with client("sba", Says((500, body, {}))) as gp, pytest.raises(ServerError) as other:
        gp.vendors.get("A")
    assert "345678901" not in "".join((caplog.text, str(caught.value), str(other.value)))
