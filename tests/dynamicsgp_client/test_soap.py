"""The SOAP service: faults, lists that are cut, answers that are none, and what is sent where."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st
from requests.adapters import BaseAdapter
from test_client import answering, bill

from dynamicsgp_client import (
    BasicAuth,
    ConfigurationError,
    DecodeError,
    DynamicsGP,
    Event,
    FieldsUnknown,
    GPError,
    NoAnswerError,
    NotFoundError,
    NTLMAuth,
    Receiving,
    ReceivingLine,
    ReceivingType,
    Retry,
    SbaProfile,
    ServerError,
    SoapProfile,
    ValidationError,
    Vendor,
)
from dynamicsgp_client.contract import wsdl
from dynamicsgp_client.testing import FakeGP, make_server, served

PASSWORD = "Correct horse 1"
QUICK = Retry(sleep=lambda _: None)
SOAP_PATH = "/DynamicsGPWebServices/DynamicsGPService.asmx"
BASIC = BasicAuth("u", "p")


@pytest.fixture
def company() -> Iterator[FakeGP]:
    company = FakeGP(seed="empty", list_cap=5)
    company.add_vendor("ACME", "Acme")
    yield company
    company.close()


@contextmanager
def client_of(company: FakeGP, *, both: bool = False, **switches: object) -> Iterator[DynamicsGP]:
    with (
        served(make_server(company, password=PASSWORD)) as server,
        DynamicsGP(
            server.url if both else None,
            server.soap_url,
            company=company.company,
            auth=NTLMAuth("GP\\gpuser", PASSWORD),
            retry=QUICK,
            soap_profile=switches.pop("soap_profile", SoapProfile(list_cap=5)),  # type: ignore[arg-type]  # switch
            **switches,  # type: ignore[arg-type]  # as given
        ) as gp,
    ):
        yield gp


@pytest.mark.parametrize("kind", ["lost_answer", "lost_request"])
@pytest.mark.parametrize("both", [False, True])
def test_a_write_whose_answer_is_lost_is_sent_nowhere_again(company: FakeGP, kind: str, both: bool) -> None:
    company.fail_next(kind, match="^POST.*(Transactions|asmx)", times=1) if both else None  # type: ignore[arg-type]
    with client_of(company, both=both) as gp:
        if not both:
            gp.vendors.get("ACME")
            gp.call("GetPolicyByOperation", operation="CreatePayablesInvoice")
            gp.payables.find("NOTHING")
            gp.payables.create(bill("C7FIRST", "INV-0"))
            company.fail_next(kind, match="^POST")  # type: ignore[arg-type]  # one of two
        with pytest.raises(NoAnswerError) as caught:
            gp.payables.create(bill())
        assert caught.value.may_have_happened
        stored = company.sql("SELECT VCHNUMWK FROM PM10000 WHERE VCHNUMWK = 'C7TESTVOUCHER0001'")
        assert len(stored) == (kind == "lost_answer")
        assert (gp.payables.find("C7TESTVOUCHER0001") is not None) == (kind == "lost_answer")


def test_a_write_that_one_service_does_not_have_goes_to_the_other(company: FakeGP) -> None:
    with client_of(company, both=True) as gp:
        line = ReceivingLine(item_number="BOLT", quantity_shipped=Decimal(1))
        company.add_item("BOLT", "Bolt")
        receipt = Receiving(
            receipt_number="R1", receipt_date=dt.date(2026, 3, 1), vendor_id="ACME", batch_id="B", lines=(line,)
        )
        gp.receivings.create(receipt)
    other = SbaProfile(extension_paths={"receivings": "NotHere/Receivings"})
    with client_of(company, both=True, profile=other) as gp:
        assert gp.receivings.create(receipt.replace(receipt_number="R2")).receipt_number == "R2"
    paths = [each.path for each in company.requests if each.method == "POST" and each.status == 200]
    assert paths[0].endswith("/Extensions/Purchasing/Receivings") and SOAP_PATH in paths[-1]


@pytest.mark.parametrize("both", [False, True])
def test_receivings_are_listed_by_vendor_and_type(company: FakeGP, both: bool) -> None:
    company.add_item("BOLT", "Bolt")
    company.add_vendor("OTHER", "Other")
    line = ReceivingLine(item_number="BOLT", line_number=1, quantity_shipped=Decimal(1), quantity_invoiced=Decimal(1))
    with client_of(company, both=both) as gp:
        for number, vendor_id, type_ in (("R1", "ACME", 1), ("R2", "ACME", 2), ("R3", "OTHER", 2)):
            told = {"receipt_number": number, "vendor_id": vendor_id, "receipt_type": type_, "lines": (line,)}
            gp.receivings.create(
                Receiving.model_validate(
                    {**told, "receipt_date": dt.date(2026, 3, 1), "vendor_document_number": number, "batch_id": "B"}
                )
            )
        listed = gp.receivings.list(vendor_id="ACME", receipt_type=ReceivingType.INVOICE)
        assert [(each.receipt_number, each.receipt_type) for each in listed] == [("R2", ReceivingType.INVOICE)]


def test_no_such_record_is_not_looked_for_in_the_other_service(company: FakeGP) -> None:
    with client_of(company, both=True) as gp:
        assert gp.vendors.find("NOBODY") is None
        assert gp.vendors.find("NOBODY") is None
    assert not any(SOAP_PATH in each.path for each in company.requests)


def test_capabilities_name_the_service_that_is_asked_first(company: FakeGP) -> None:
    with client_of(company, both=True) as gp:
        found = gp.capabilities()
    assert found["vendors"] == {"get": "sba", "list": "sba", "create": "sba", "update": "sba", "delete": "sba"}
    assert found["account_segments"] == {"list": "soap"}
    with client_of(company) as gp:
        assert gp.capabilities()["fiscal_periods"] == {}
        with pytest.raises(NotFoundError, match="nothing at this site can list fiscal_periods"):
            gp.fiscal_periods.list().to_list()


def test_a_list_that_the_service_cuts_is_read_in_parts_until_it_is_whole(company: FakeGP) -> None:
    for number in range(43):
        company.add_vendor(f"V{number:03}", f"Vendor {number}")
    with client_of(company) as gp:
        found = [vendor.vendor_id for vendor in gp.vendors.list()]
    assert sorted(found) == sorted(["ACME", *(f"V{number:03}" for number in range(43))])


@settings(max_examples=25)
@given(
    keys=st.sets(st.text("ABCabc019 -_", min_size=1, max_size=6).map(str.strip).filter(bool), max_size=40),
    cap=st.integers(2, 9),
)
def test_no_key_is_lost_or_twice_however_the_list_is_cut(keys: set[str], cap: int) -> None:
    unique = {key.upper(): key for key in keys}
    company = FakeGP(seed="empty", list_cap=cap)
    for key in unique.values():
        company.add_vendor(key, "Name")
    with DynamicsGP(
        soap_url=f"http://127.0.0.1{SOAP_PATH}",
        company=company.company,
        auth=BASIC,
        transport=company.adapter(),
        soap_profile=SoapProfile(list_cap=cap),
    ) as gp:
        found = [vendor.vendor_id for vendor in gp.vendors.list()]
    company.close()
    assert sorted(found) == sorted(unique.values())


def test_policies_companies_and_currencies_are_asked_for_once(company: FakeGP) -> None:
    seen: list[str] = []
    with client_of(company, hooks=[lambda event: seen.append(getattr(event, "path", ""))]) as gp:
        for number in range(3):
            gp.payables.create(bill(f"C7V{number}", f"INV-{number}"))
    sent = seen[::2]
    for operation in ("GetPolicyByOperation", "GetCompanyList", "GetCurrencyList"):
        assert sent.count(operation) == 1, operation
    assert sent.count("CreatePayablesInvoice") == 3


def test_a_company_that_the_service_does_not_know_is_named(company: FakeGP) -> None:
    with served(make_server(company, auth="none")) as server:
        with (
            DynamicsGP(soap_url=server.soap_url, company="Fabricam", auth=BASIC) as gp,
            pytest.raises(ConfigurationError, match=r"no company 'Fabricam'; it has 'Fabrikam, Inc.'"),
        ):
            gp.vendors.get("ACME")
        with DynamicsGP(soap_url=server.soap_url, company="whatever", company_id=1, auth=BASIC) as gp:
            assert gp.vendors.get("ACME").vendor_name == "Acme"


def test_an_operation_or_member_that_does_not_exist_is_refused_before_it_is_sent(company: FakeGP) -> None:
    with client_of(company) as gp:
        gp.vendors.get("ACME")
        before = len(company.requests)
        with pytest.raises(ConfigurationError, match="no operation GetVendorByKy; near it: GetVendorByKey"):
            gp.call("GetVendorByKy")
        with pytest.raises(ConfigurationError, match="not sent"):
            gp.call("GetVendorByKey", key={"Number": "ACME"})
        with pytest.raises(ConfigurationError, match="not sent"):
            gp.call("CreateVendor", vendor={"Key": {"Id": "X"}, "Name": "X"}, policy=None)
        assert len(company.requests) == before


@pytest.mark.parametrize("place", ["bundled", "server", "file"])
def test_the_wsdl_comes_from_the_package_the_server_or_a_file(company: FakeGP, place: str, tmp_path: Path) -> None:
    path = tmp_path / "gp.wsdl"
    path.write_bytes(wsdl("http://elsewhere.example/never-used"))
    profile = SoapProfile(wsdl=path if place == "file" else place)
    with client_of(company, soap_profile=profile) as gp:
        assert gp.vendors.get("ACME").vendor_name == "Acme"


@pytest.mark.parametrize(
    "text", ["", "no xml", "<html/>", "<wsdl:definitions xmlns:wsdl='http://schemas.xmlsoap.org/wsdl/'/>"]
)
def test_a_wsdl_that_is_none_is_said_to_be_none(company: FakeGP, tmp_path: Path, text: str) -> None:
    path = tmp_path / "broken.wsdl"
    path.write_text(text)
    with client_of(company, soap_profile=SoapProfile(wsdl=path)) as gp, pytest.raises(ConfigurationError, match="WSDL"):
        gp.vendors.get("ACME")


def test_a_system_exception_leaves_a_write_open(company: FakeGP) -> None:
    with client_of(company) as gp:
        gp.payables.create(bill())
        with company.transaction() as db:
            db.execute("ALTER TABLE PM10000 RENAME COLUMN TRXDSCRN TO GONE")
        with pytest.raises(ServerError, match="unhandled system exception") as caught:
            gp.payables.create(bill("C7V2", "INV-2"))
    assert caught.value.may_have_happened and caught.value.problems


class Answers(BaseAdapter):
    """Answers operations from a table, everything else as the simulator does."""

    def __init__(self, company: FakeGP, table: dict[str, tuple[int, str]]) -> None:
        super().__init__()
        self._inner = company.adapter()
        self._table = table

    def send(self, request: requests.PreparedRequest, *args: object, **kwargs: object) -> requests.Response:
        answer = self._inner.send(request, *args, **kwargs)  # type: ignore[arg-type]  # passed on as they came
        assert isinstance(request.body, bytes)
        for operation, (status, body) in self._table.items():
            if f"{operation}>".encode() in request.body or f"{operation} ".encode() in request.body:
                answer.status_code, answer._content = status, body.encode()
        return answer

    def close(self) -> None:
        self._inner.close()


def answered(inner: str) -> str:
    names = 'xmlns:g="http://schemas.microsoft.com/dynamics/gp/2006/01"'
    return (
        f'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" {names}><s:Body>{inner}</s:Body></s:Envelope>'
    )


def scripted(company: FakeGP, table: dict[str, tuple[int, str]], **switches: object) -> DynamicsGP:
    return DynamicsGP(
        soap_url=f"http://127.0.0.1{SOAP_PATH}",
        company=company.company,
        auth=BASIC,
        transport=Answers(company, table),
        retry=QUICK,
        **switches,  # type: ignore[arg-type]  # as given
    )


GARBAGE = [
    (200, ""),
    (200, "<html><body>Sign in</body></html>"),
    (200, "<html"),
    (200, answered("")),
    (200, answered("<g:GetCompanyListResponse/>")),
    (200, "\u0000"),
    (500, "<html>oops</html>"),
    (503, "down"),
    (500, answered("<g:Nonsense/>")),
]


@pytest.mark.parametrize(("status", "body"), GARBAGE)
def test_an_answer_that_is_none_never_counts_as_done(company: FakeGP, status: int, body: str) -> None:
    with scripted(company, {"CreatePayablesInvoice": (status, body)}) as gp:
        with pytest.raises((DecodeError, ServerError)) as caught:
            gp.payables.create(bill())
        assert caught.value.may_have_happened
    with scripted(company, {"GetVendorByKey": (status, body)}) as gp:
        with pytest.raises((DecodeError, ServerError)) as other:
            gp.vendors.get("ACME")
        assert not other.value.may_have_happened


@settings(max_examples=40)
@given(st.binary(max_size=300))
def test_no_bytes_break_the_client(body: bytes) -> None:
    with answering(body) as url:
        soap_url = url.replace("/GPService", SOAP_PATH)
        with (
            DynamicsGP(soap_url=soap_url, company="X", company_id=1, auth=BASIC, retry=Retry.never()) as gp,
            pytest.raises(GPError) as caught,
        ):
            gp.call("CreateVendorAddress", address=None, policy={"Key": {"Id": "0" * 36}})
    assert caught.value.may_have_happened or isinstance(caught.value, ConfigurationError)


@pytest.mark.parametrize(
    "detail",
    [
        "<detail><Message>{id}</Message></detail>",
        "<detail><a><b xmlns='urn:x'><Message>{id}</Message></b></a></detail>",
        "<detail><Message>no id</Message><x><Message> {id} </Message></x></detail>",
    ],
)
def test_the_log_id_is_found_wherever_it_stands(company: FakeGP, detail: str) -> None:
    company.fail_next("status", match="nothing")
    with client_of(company) as gp, pytest.raises(ValidationError):
        gp.payables.create(bill(vendor_id="NOBODY"))
    (log_id,) = (row["LogId"] for row in company.sql("SELECT LogId FROM WSExceptionLog"))
    fault = f"<s:Fault><faultcode>s:Client</faultcode><faultstring>x</faultstring>{detail.format(id=log_id)}</s:Fault>"
    table = {"CreatePayablesInvoice": (500, answered(fault))}
    with scripted(company, table) as gp, pytest.raises(ValidationError) as caught:
        gp.payables.create(bill())
    assert [each.text for each in caught.value.problems] == ["No vendor record exists for this vendor ID."]


def test_members_that_the_contract_does_not_know_are_told_and_harmless(company: FakeGP) -> None:
    told: list[Event] = []
    body = answered(
        "<g:GetVendorByKeyResponse><g:GetVendorByKeyResult><g:Novelty>1</g:Novelty><g:Key><g:Id>ACME</g:Id></g:Key>"
        "<g:IsActive>true</g:IsActive><g:Name>Acme</g:Name></g:GetVendorByKeyResult></g:GetVendorByKeyResponse>"
    )
    with scripted(company, {"GetVendorByKey": (200, body)}, hooks=[told.append]) as gp:
        assert gp.vendors.get("ACME").vendor_name == "Acme"
        gp.vendors.get("ACME")
    assert [event for event in told if isinstance(event, FieldsUnknown)] == [FieldsUnknown("Vendor", ("Novelty",))]


@pytest.mark.parametrize("value", ["0000-00-00T00:00:00", "20260-01-01T00:00:00", "soon", "1900-01-01T00:00:00"])
def test_a_date_that_is_none_is_none(company: FakeGP, value: str) -> None:
    body = answered(
        "<g:GetVendorByKeyResponse><g:GetVendorByKeyResult><g:Key><g:Id>ACME</g:Id></g:Key>"
        f"<g:ModifiedDate>{value}</g:ModifiedDate></g:GetVendorByKeyResult></g:GetVendorByKeyResponse>"
    )
    with scripted(company, {"GetVendorByKey": (200, body)}) as gp:
        assert gp.vendors.get("ACME").modified_date is None


def test_an_amount_that_is_none_is_an_error_not_zero(company: FakeGP) -> None:
    with client_of(company) as gp:
        gp.payables.create(bill())
    body = answered(
        "<g:GetPayablesInvoiceByKeyResponse><g:GetPayablesInvoiceByKeyResult><g:Key><g:Id>X</g:Id></g:Key>"
        "<g:DocumentAmount><g:Value>much</g:Value></g:DocumentAmount><g:Date>2026-03-01T00:00:00</g:Date>"
        "<g:VendorKey><g:Id>A</g:Id></g:VendorKey>"
        "</g:GetPayablesInvoiceByKeyResult></g:GetPayablesInvoiceByKeyResponse>"
    )
    with scripted(company, {"GetPayablesInvoiceByKey": (200, body)}) as gp, pytest.raises(DecodeError, match="decimal"):
        gp.payables.get("C7TESTVOUCHER0001")


def test_control_characters_that_xml_cannot_carry_are_left_out(company: FakeGP) -> None:
    with client_of(company) as gp:
        assert gp.vendors.create(Vendor(vendor_id="CTRL", vendor_name="A\x00B\x1fC & <D>")).vendor_name == "ABC & <D>"


def test_a_text_of_five_megabytes_comes_through(company: FakeGP) -> None:
    text = "x" * 5_000_000
    with company.transaction() as db:
        db.execute("UPDATE PM00200 SET VENDNAME = ?", (text,))
    with client_of(company) as gp:
        assert gp.vendors.get("ACME").vendor_name == text


def test_gp_gives_its_own_number_and_the_document_is_found_by_the_vendors(company: FakeGP) -> None:
    with company.transaction() as db:
        db.execute("UPDATE PM40100 SET OVVCHNUM = 0")
    with client_of(company) as gp:
        created = gp.payables.create(bill())
    assert re.fullmatch(r"0+1", created.voucher_number) and created.document_number == "INV-1"


def test_a_lost_read_after_a_write_says_that_the_write_happened(company: FakeGP) -> None:
    with client_of(company) as gp:
        gp.payables.create(bill("C7V0", "INV-0"))
        busy = {"GetPayablesDocumentList": (503, "busy")}
        with scripted(company, busy) as broken, pytest.raises(ServerError) as caught:
            broken.payables.create(bill())
        assert caught.value.may_have_happened
        assert gp.payables.find("C7TESTVOUCHER0001") is not None


def test_a_return_needs_a_wsdl_that_has_returns(company: FakeGP) -> None:
    with (
        client_of(company) as gp,
        pytest.raises(ConfigurationError, match="cannot create a payables document of type RETURN; use SBA"),
    ):
        gp.payables.create(bill(document_type=4))
