"""The client over real sockets, against the simulator that ships with it."""

from __future__ import annotations

import datetime as dt
import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dynamicsgp_client import (
    AuthenticationError,
    BasicAuth,
    ConfigurationError,
    ConflictError,
    ConnectError,
    DecodeError,
    Distribution,
    DynamicsGP,
    Event,
    FilterIgnored,
    Item,
    NoAnswerError,
    NotFoundError,
    NTLMAuth,
    PayablesDocument,
    RequestSent,
    Retry,
    SbaProfile,
    ServerError,
    TlsError,
    ValidationError,
    Vendor,
)
from dynamicsgp_client.testing import Certificate, FakeGP, make_server, served

PASSWORD = "Correct horse 1"
AUTH = NTLMAuth("GP\\gpuser", PASSWORD)
QUICK = Retry(sleep=lambda _: None)


@pytest.fixture
def company() -> Iterator[FakeGP]:
    company = FakeGP(seed="empty")
    company.add_vendor("ACME", "Acme")
    yield company
    company.close()


@contextmanager
def client_of(
    company: FakeGP, *, auth: NTLMAuth = AUTH, persist: str = "request", **switches: object
) -> Iterator[DynamicsGP]:
    client_switches = {
        name: switches.pop(name) for name in ("concurrency", "hooks", "timeout", "verify") if name in switches
    }
    server = make_server(company, password=PASSWORD, persist=persist, **switches)  # type: ignore[arg-type]  # switches
    with (
        served(server),
        DynamicsGP(server.url, company=company.company, auth=auth, retry=QUICK, **client_switches) as client,  # type: ignore[arg-type]  # switches
    ):
        yield client


def bill(voucher: str = "C7TESTVOUCHER0001", number: str = "INV-1", **changes: object) -> PayablesDocument:
    document = PayablesDocument(
        voucher_number=voucher,
        vendor_id="ACME",
        document_number=number,
        document_date=dt.date(2026, 3, 1),
        batch_id="C7TEST",
        purchases_amount=Decimal("54.53"),
        tax_amount=Decimal("10.91"),
        document_amount=Decimal("65.44"),
        distributions=(
            Distribution(account_number="000-1300-00", type=6, debit_amount=Decimal("54.53")),
            Distribution(account_number="000-2300-00", type=10, debit_amount=Decimal("10.91")),
            Distribution(account_number="000-2100-00", type=2, credit_amount=Decimal("65.44")),
        ),
        create_distributions=False,
    )
    return document.replace(**changes)


@pytest.mark.parametrize("persist", ["request", "connection"])
def test_ntlm_signs_in_whether_the_server_asks_each_request_or_each_connection(company: FakeGP, persist: str) -> None:
    with client_of(company, persist=persist) as gp:
        assert [gp.vendors.get("ACME").vendor_name for _ in range(3)] == ["Acme"] * 3
    assert {each.principal for each in company.requests if each.status == 200} == {"GP\\gpuser"}


def test_a_rejected_password_is_sent_once(company: FakeGP) -> None:
    server = make_server(company, password=PASSWORD)
    with served(server), DynamicsGP(server.url, company=company.company, auth=NTLMAuth("GP\\gpuser", "wrong")) as gp:
        for _ in range(5):
            with pytest.raises(AuthenticationError, match="Check user name and password"):
                gp.vendors.get("ACME")
        assert server.gate.rejected == 1


def test_a_rejected_password_is_sent_once_even_by_many_threads(company: FakeGP) -> None:
    server = make_server(company, password=PASSWORD)
    with (
        served(server),
        DynamicsGP(server.url, company=company.company, auth=NTLMAuth("GP\\gpuser", "wrong"), concurrency=4) as gp,
        ThreadPoolExecutor(8) as threads,
    ):
        errors = list(threads.map(lambda _: _error(lambda: gp.vendors.get("ACME")), range(16)))
        assert {type(error) for error in errors} == {AuthenticationError}
        assert server.gate.rejected == 1


def _error(call: Callable[[], object]) -> Exception | None:
    try:
        call()
    except Exception as error:  # noqa: BLE001 — the test looks at its type
        return error
    return None


@pytest.mark.parametrize(
    "switches",
    [
        {"persist": "request"},
        {"persist": "request", "close_after": 5},
        {"persist": "request", "idle": 0.2},
        {"persist": "connection"},
        {"persist": "connection", "close_after": 5},
        {"persist": "connection", "idle": 0.2},
    ],
    ids=lambda switches: " ".join(f"{name}={value}" for name, value in switches.items()),
)
def test_no_call_of_twenty_threads_fails(
    company: FakeGP, switches: dict[str, object], record_property: Callable[[str, object], None]
) -> None:
    def twenty_calls(thread: int) -> list[str | None]:
        names = []
        for call in range(20):
            names.append(gp.vendors.get("ACME").vendor_name)
            if "idle" in switches and call % 5 == thread % 5:
                time.sleep(0.25)
        return names

    with client_of(company, concurrency=4, **switches) as gp, ThreadPoolExecutor(20) as threads:
        found = list(threads.map(twenty_calls, range(20)))
    assert found == [["Acme"] * 20] * 20
    named = ", ".join(f"{name}={value}" for name, value in switches.items())
    record_property("round trips", f"NTLM at the simulator, {named}: {len(company.requests)} requests for 400 calls")


def test_tls_is_verified_against_the_given_bundle_and_ntlm_is_bound_to_it(company: FakeGP, tmp_path: Path) -> None:
    certificate = Certificate.make()
    bundle = tmp_path / "authority.pem"
    bundle.write_bytes(certificate.pem)
    with client_of(company, certificate=certificate, verify=str(bundle)) as gp:
        assert gp.vendors.get("ACME").vendor_name == "Acme"
    with client_of(company, certificate=certificate) as gp, pytest.raises(TlsError, match="verify="):
        gp.vendors.get("ACME")
    unbound = NTLMAuth("GP\\gpuser", PASSWORD, send_cbt=False)
    with (
        client_of(company, auth=unbound, certificate=certificate, verify=str(bundle)) as gp,
        pytest.raises(AuthenticationError),
    ):
        gp.vendors.get("ACME")


def test_basic_authentication_is_refused_without_tls_beyond_loopback() -> None:
    with (
        DynamicsGP("http://gp.example/GPService", company="X", auth=BasicAuth("u", "p")) as gp,
        pytest.raises(ConfigurationError, match="in clear"),
    ):
        gp.vendors.get("A")


def test_a_created_document_comes_back_as_gp_stored_it(company: FakeGP) -> None:
    with client_of(company) as gp:
        created = gp.payables.create(bill())
        found = gp.payables.get("C7TESTVOUCHER0001")
    assert created == found
    assert (found.document_amount, found.transaction_state, len(found.distributions)) == (Decimal("65.44"), "Work", 3)


def test_the_same_voucher_number_a_second_time_is_a_conflict(company: FakeGP) -> None:
    with client_of(company) as gp:
        gp.payables.create(bill())
        with pytest.raises(ConflictError) as caught:
            gp.payables.create(bill(number="INV-2"))
    assert not caught.value.may_have_happened


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"vendor_id": "NOBODY"}, "No vendor record exists for this vendor ID."),
        ({"document_amount": Decimal(1)}, "Document Amount is incorrect"),
        ({"batch_id": None}, "A batch is needed"),
        ({"currency_id": "NONE"}, "Currency NONE does not exist"),
    ],
)
def test_gp_refuses_with_its_own_text_and_nothing_is_stored(
    company: FakeGP, changes: dict[str, object], text: str
) -> None:
    with client_of(company) as gp, pytest.raises(ValidationError, match=text) as caught:
        gp.payables.create(bill(**changes))
    assert not caught.value.may_have_happened
    assert not company.sql("SELECT * FROM PM10000") and not company.sql("SELECT * FROM SY00500")


def test_text_longer_than_gp_takes_is_refused_before_it_is_sent(company: FakeGP) -> None:
    with (
        client_of(company) as gp,
        pytest.raises(ConfigurationError, match="document_number has 21 characters, GP takes 20"),
    ):
        gp.payables.create(bill(number="X" * 21))
    assert not company.requests


def test_a_lost_answer_says_that_the_write_may_have_happened_and_it_did(company: FakeGP) -> None:
    company.fail_next("lost_answer", match="^POST")
    with client_of(company) as gp:
        with pytest.raises(NoAnswerError) as caught:
            gp.payables.create(bill())
        assert caught.value.may_have_happened
        assert gp.payables.find("C7TESTVOUCHER0001") is not None


def test_a_lost_write_is_never_sent_again_on_its_own(company: FakeGP) -> None:
    company.fail_next("lost_request", match="^POST")
    with client_of(company) as gp:
        with pytest.raises(NoAnswerError) as caught:
            gp.payables.create(bill())
        assert caught.value.may_have_happened
        assert gp.payables.find("C7TESTVOUCHER0001") is None


@pytest.mark.parametrize("kind", ["lost_request", "lost_answer", "status"])
def test_a_read_is_sent_again(company: FakeGP, kind: str) -> None:
    company.fail_next(kind, match="^GET", times=2, status=503)  # type: ignore[arg-type]  # one of the kinds
    with client_of(company) as gp:
        assert gp.vendors.get("ACME").vendor_name == "Acme"


def test_a_failing_server_leaves_a_write_open(company: FakeGP) -> None:
    company.fail_next("status", match="^POST", status=500)
    with client_of(company) as gp, pytest.raises(ServerError) as caught:
        gp.payables.create(bill())
    assert caught.value.may_have_happened


def test_a_slow_answer_is_no_answer(company: FakeGP) -> None:
    company.fail_next("slow", match="^POST", seconds=1.0)
    with client_of(company, timeout=0.2) as gp, pytest.raises(NoAnswerError) as caught:
        gp.payables.create(bill())
    assert caught.value.may_have_happened


def test_a_closed_port_was_never_reached() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (
        DynamicsGP(f"http://127.0.0.1:{port}/GPService", company="X", auth=AUTH, retry=QUICK) as gp,
        pytest.raises(ConnectError, match="is the service running") as caught,
    ):
        gp.payables.create(bill())
    assert not caught.value.may_have_happened and caught.value.retryable


@pytest.mark.parametrize(
    "body", [b"<html><body>Sign in</body></html>", b"{", b"\xff\xfe\x00", b'{"VendorId": ["A"]}', b"[1, 2", b"17"]
)
def test_garbage_is_a_decode_error_that_keeps_the_body(body: bytes) -> None:
    with answering(body) as url, DynamicsGP(url, company="X", auth=BasicAuth("u", "p"), retry=QUICK) as gp:
        with pytest.raises(DecodeError) as caught:
            gp.vendors.get("A")
        assert caught.value.body


@settings(max_examples=30)
@given(st.binary(max_size=200))
def test_no_answer_whatever_its_bytes_breaks_the_client(body: bytes) -> None:
    with answering(body) as url, DynamicsGP(url, company="X", auth=BasicAuth("u", "p"), retry=Retry.never()) as gp:
        try:
            gp.vendors.get("A")
        except (DecodeError, NotFoundError, ValidationError, NoAnswerError):
            return
        pytest.fail("bytes were taken for a vendor")


@contextmanager
def answering(body: bytes) -> Iterator[str]:
    """Answer every request with status 200 and these bytes."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        stop = threading.Event()
        listener.settimeout(0.05)

        def serve() -> None:
            while not stop.is_set():
                try:
                    connection, _ = listener.accept()
                except TimeoutError:
                    continue
                with connection:
                    connection.settimeout(1)
                    connection.recv(65536)
                    head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
                    connection.sendall(head.encode() + body)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}/GPService"
        finally:
            stop.set()
            thread.join()


def test_lists_page_to_the_end_and_take_only_what_is_asked_for(company: FakeGP) -> None:
    with company.loading():
        for number in range(250):
            company.add_item(f"I-{number:04}", f"Item {number}")
    with client_of(company) as gp:
        items = gp.items.list()
        assert len(items.to_list()) == 250
        assert [len(page.items) for page in items.pages()] == [100, 100, 50]
        before = len(company.requests)
        assert items.first() is not None
    assert sum(each.status == 200 for each in company.requests[before:]) == 1


def test_changes_are_listed_from_a_day_on_that_day_included(company: FakeGP) -> None:
    with company.transaction() as db:
        for number, day in enumerate(("2026-10-31", "2026-11-01", "2026-11-02")):
            db.execute(
                "INSERT INTO PM00200 (VENDORID, VENDNAME, MODIFDT) VALUES (?, ?, ?)",
                (f"V{number}", "Name", f"{day} 00:00:00"),
            )
    with client_of(company) as gp:
        found = [vendor.vendor_id for vendor in gp.vendors.list(modified_since=dt.date(2026, 11, 1))]
    assert "V0" not in found and {"V1", "V2"} <= set(found)


def test_a_filter_that_the_server_ignores_is_applied_by_the_client_and_told(company: FakeGP) -> None:
    company.add_vendor("OTHER", "Other")
    told: list[Event] = []
    profile = SbaProfile(filter_parameter="nonsense")
    server = make_server(company, auth="none")
    with (
        served(server),
        DynamicsGP(
            server.url, company=company.company, auth=BasicAuth("u", "p"), profile=profile, hooks=[told.append]
        ) as gp,
    ):
        assert not gp.payables.list(vendor_id="ACME").to_list()
        assert [each.vendor_id for each in gp.vendors.list(vendor_class_id="GOODS")] == []
    assert any(isinstance(event, FilterIgnored) for event in told)


def test_an_unknown_filter_is_a_type_error(gp: DynamicsGP) -> None:
    with pytest.raises(TypeError):
        gp.vendors.list(name="A")  # type: ignore[call-arg]  # the point of the test


def test_get_raises_and_find_gives_none(gp: DynamicsGP) -> None:
    assert gp.vendors.find("NOBODY") is None
    with pytest.raises(NotFoundError):
        gp.vendors.get("NOBODY")


@pytest.mark.parametrize(
    "name", ["Fabrikam, Inc.", "A (B) C", "50% & more <TEST>", "Ñandú Ltda. / Sur", "a;b'c", "Plus+Minus"]
)
def test_any_company_name_reaches_its_company(name: str) -> None:
    company = FakeGP(name, seed="empty")
    company.add_vendor("ACME", "Acme")
    with client_of(company) as gp:
        assert gp.vendors.get("ACME").vendor_name == "Acme"
    company.close()


@pytest.mark.parametrize("key", ["A;B", "A'B", "A/B", "A(B)", "A B", "%41", "Ä&?#"])
def test_any_key_reaches_its_record(company: FakeGP, key: str) -> None:
    company.add_vendor(key, "Odd")
    with client_of(company) as gp:
        assert gp.vendors.get(key).vendor_id == key


def test_what_core_sba_lacks_comes_from_extension_paths_and_may_be_absent(company: FakeGP) -> None:
    with client_of(company) as gp:
        assert gp.accounts.find("000-1300-00") is not None
        assert gp.payables_setup.get().override_voucher_number
        assert gp.capabilities()["accounts"]["list"] == "sba"
    without = SbaProfile(extension_paths={})
    with (
        DynamicsGP(
            "http://127.0.0.1/GPService",
            company=company.company,
            auth=BasicAuth("u", "p"),
            profile=without,
            transport=company.adapter(),
        ) as gp,
        pytest.raises(NotFoundError, match="nothing at this site can list accounts"),
    ):
        gp.accounts.list().to_list()


def test_vendors_and_items_can_be_written(gp: DynamicsGP) -> None:
    gp.vendors.create(Vendor(vendor_id="NEW", vendor_name="New"))
    assert gp.vendors.update(Vendor(vendor_id="NEW", vendor_name="Newer")).vendor_name == "Newer"
    gp.items.create(Item(item_number="X", item_description="Thing", current_cost=Decimal("1.25")))
    assert gp.items.get("X").current_cost == Decimal("1.25")


def test_no_secret_is_in_any_message_log_or_repr(company: FakeGP, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="dynamicsgp_client")
    told: list[Event] = []
    with client_of(company, hooks=[told.append]) as gp:
        gp.vendors.get("ACME")
        error = _error(lambda: gp.vendors.get("NOBODY"))
    assert any(isinstance(event, RequestSent) for event in told)
    assert PASSWORD not in "".join((caplog.text, repr(told), str(error), repr(error), repr(AUTH), repr(gp)))


def test_a_failing_hook_does_not_disturb_the_call(company: FakeGP) -> None:
    def broken(_: Event) -> None:
        raise ZeroDivisionError

    with client_of(company, hooks=[broken]) as gp:
        assert gp.vendors.get("ACME").vendor_name == "Acme"


def test_a_client_is_made_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DYNAMICSGP_PASSWORD", raising=False)
    monkeypatch.setenv("DYNAMICSGP_COMPANY", "X")
    with pytest.raises(
        ConfigurationError, match="DYNAMICSGP_SBA_URL or DYNAMICSGP_SOAP_URL, DYNAMICSGP_USERNAME, DYNAMICSGP_PASSWORD"
    ):
        DynamicsGP.from_env()
    for name, value in (("SBA_URL", "https://gp.example"), ("USERNAME", "D\\u"), ("PASSWORD", "p")):
        monkeypatch.setenv(f"DYNAMICSGP_{name}", value)
    DynamicsGP.from_env().close()
