"""The client against the simulator that ships with it; what matters runs in both colours."""

from __future__ import annotations

import datetime as dt
import logging
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import httpx
import pytest
from colours import QUICK, Colour
from hypothesis import given, settings
from hypothesis import strategies as st

from cin7core_client import (
    ApiError,
    ApiKey,
    AuthenticationError,
    Cin7Core,
    Cin7Error,
    ConfigurationError,
    ConflictError,
    ConnectError,
    DecodeError,
    Event,
    NoAnswerError,
    NotAppliedError,
    NotFoundError,
    Product,
    Purchase,
    RateLimit,
    RateLimitError,
    Retry,
    ServerError,
    Supplier,
    Throttled,
    ValidationError,
)
from cin7core_client.testing import FakeCin7, served

FAST = RateLimit(6000, 60, gap=0)


SUPPLIER = Supplier(
    name="Kauri Timber",
    currency="USD",
    payment_term="Net 30",
    tax_rule="Tax exempt",
    account_payable="2000",
    status="Active",
)


def test_a_created_supplier_comes_back_with_its_id(fake_cin7: FakeCin7, call: Colour) -> None:
    created = call(fake_cin7, "suppliers.create", SUPPLIER)
    assert isinstance(created, Supplier) and created.supplier_id
    assert call(fake_cin7, "suppliers.get", created.supplier_id.upper()) == created


def test_find_matches_whole_names_although_the_service_matches_beginnings(fake_cin7: FakeCin7, call: Colour) -> None:
    for name in ("Reeves & Sons", "Reeves", "Reeves North"):
        fake_cin7.add_supplier(name)
    found = call(fake_cin7, "suppliers.find", "Reeves")
    assert isinstance(found, Supplier) and found.name == "Reeves"
    assert call(fake_cin7, "suppliers.find", "Reev") is None


def test_every_page_is_read(fake_cin7: FakeCin7, call: Colour) -> None:
    with fake_cin7.loading():
        for number in range(1203):
            fake_cin7.add_supplier(f"S{number:05}")
    names = [each.name for each in call(fake_cin7, "suppliers.list")]  # type: ignore[attr-defined]  # a list of suppliers
    assert len(names) == len(set(names)) == 1203
    assert len(fake_cin7.requests) == 2


def test_refusals_name_every_problem(fake_cin7: FakeCin7, call: Colour) -> None:
    with pytest.raises(ValidationError, match="PaymentTerm is required") as caught:
        call(fake_cin7, "suppliers.create", Supplier(name="X"))
    assert len(caught.value.problems) >= 2 and not caught.value.may_have_happened


def test_a_taken_sku_is_a_conflict(fake_cin7: FakeCin7, call: Colour) -> None:
    fake_cin7.add_product("A", "Thing")
    again = Product(
        sku="A",
        name="B",
        category="General",
        type="Stock",
        costing_method="FIFO",
        uom="Each",
        status="Active",
        price_tier1=0,
    )
    with pytest.raises(ConflictError):
        call(fake_cin7, "products.create", again)


def test_wrong_keys_are_said_with_the_cure(fake_cin7: FakeCin7) -> None:
    key = ApiKey(fake_cin7.account_id, "wrong")
    with (
        Cin7Core(key, transport=fake_cin7.transport(), limiter=FAST, retry=QUICK) as client,
        pytest.raises(AuthenticationError, match="Check the account id and the application key"),
    ):
        client.me.get()
    assert len(fake_cin7.requests) == 1


def test_ah_an_unknown_account_code_is_absent_although_the_service_says_400(fake_cin7: FakeCin7, call: Colour) -> None:
    assert call(fake_cin7, "accounts.find", "9999") is None
    found = call(fake_cin7, "accounts.find", "2000")
    assert getattr(found, "system_account", None) == "Accounts payable"


def test_an_unknown_path_is_not_found_although_the_service_answers_a_page_with_200(
    fake_cin7: FakeCin7, call: Colour
) -> None:
    with pytest.raises(NotFoundError, match="no such path"):
        call(fake_cin7, "request", "GET", "Products")


@pytest.mark.parametrize("kind", ["lost_request", "lost_answer", "status"])
def test_a_read_is_sent_again(fake_cin7: FakeCin7, call: Colour, kind: str) -> None:
    fake_cin7.fail_next(kind, times=2, status=500)  # type: ignore[arg-type]  # one of the kinds
    assert getattr(call(fake_cin7, "me.get"), "currency", None) == "USD"


@pytest.mark.parametrize("kind", ["lost_request", "lost_answer"])
def test_a_write_without_an_answer_is_never_repeated(fake_cin7: FakeCin7, call: Colour, kind: str) -> None:
    fake_cin7.fail_next(kind, match="POST")  # type: ignore[arg-type]  # one of the kinds
    with pytest.raises(NoAnswerError) as caught:
        call(fake_cin7, "suppliers.create", SUPPLIER)
    assert caught.value.may_have_happened
    assert (call(fake_cin7, "suppliers.find", "Kauri Timber") is not None) == (kind == "lost_answer")


def test_a_500_leaves_a_write_open(fake_cin7: FakeCin7, call: Colour) -> None:
    fake_cin7.fail_next("status", match="POST", status=500)
    with pytest.raises(ServerError) as caught:
        call(fake_cin7, "suppliers.create", SUPPLIER)
    assert caught.value.may_have_happened


@pytest.mark.parametrize("style", ["429_text", "503_json", "400_json"])
def test_ah_a_refusal_for_the_rate_is_waited_out_in_every_form_and_the_write_goes_through(style: str) -> None:
    account = FakeCin7(seed="empty", calls=2, per=1, style=style)  # type: ignore[arg-type]  # one of the styles
    retry_header_is_missing = style != "429_text"
    told: list[Event] = []
    key = ApiKey(account.account_id, account.application_key)
    limiter = RateLimit(6000, 60, gap=0)
    if retry_header_is_missing:
        # Without Retry-After the wait would be a minute: the limiter's own pause is the point, not its length.
        limiter.answered = _shortened(limiter)  # type: ignore[method-assign]  # shortens one wait
    with Cin7Core(key, transport=account.transport(), limiter=limiter, retry=QUICK, hooks=[told.append]) as client:
        for _ in range(3):
            client.me.get()
        assert client.suppliers.create(SUPPLIER).supplier_id
    assert any(isinstance(event, Throttled) for event in told)
    assert account.throttle.refusals >= 1
    account.close()


def _shortened(limiter: RateLimit) -> Callable[..., None]:
    answered = limiter.answered

    def shorter(ticket: object, retry_after: float | None = None) -> None:
        answered(ticket, None if retry_after is None else min(retry_after, 0.5))

    return shorter


def test_endless_refusals_end_in_an_error(fake_cin7: FakeCin7) -> None:
    fake_cin7.fail_next("status", status=429, times=50)
    key = ApiKey(fake_cin7.account_id, fake_cin7.application_key)
    limiter = RateLimit(6000, 60, gap=0)
    limiter.answered = lambda *_: None  # type: ignore[method-assign]  # no waiting here
    with (
        Cin7Core(key, transport=fake_cin7.transport(), limiter=limiter, retry=Retry(throttles=3)) as client,
        pytest.raises(RateLimitError),
    ):
        client.me.get()
    assert len(fake_cin7.requests) == 4


def test_the_default_limit_holds_at_a_real_server() -> None:
    account = FakeCin7(seed="empty", calls=10, per=1)
    key = ApiKey(account.account_id, account.application_key)
    with served(account) as server, Cin7Core(key, base_url=server.url, limiter=RateLimit(10, 1)) as client:
        for _ in range(35):
            client.me.get()
    assert account.throttle.refusals == 0
    account.close()


def test_purchases_read_alike_whichever_endpoint_answers(call: Colour) -> None:
    account = FakeCin7(calls=6000)
    rows = {each.order_number: each for each in call(account, "purchases.list")}  # type: ignore[attr-defined]  # summaries
    full = call(account, "purchases.get", rows["PO-00001"].purchase_id)
    account.simple_shell = True
    shell = call(account, "purchases.get", rows["PO-00001"].purchase_id)
    assert isinstance(full, Purchase) and isinstance(shell, Purchase)
    seen = [
        [(each.task_id, each.invoice_number, each.total, each.lines) for each in one.invoices] for one in (full, shell)
    ]
    assert seen[0] == seen[1] and len(seen[0]) == 1
    many = call(account, "purchases.get", rows["PO-00002"].purchase_id)
    assert [each.invoice_number for each in getattr(many, "invoices", ())] == ["Q-1003", "Q-1002"]
    account.close()


def test_changes_are_listed_since_a_moment(fake_cin7: FakeCin7, call: Colour) -> None:
    for number, stamp in enumerate(("2026-03-01T10:00:00.000Z", "2026-03-02T10:00:00.000Z")):
        fake_cin7.add_purchase(f"PO-{number}", "X", updated=stamp)
    since = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
    assert [each.order_number for each in call(fake_cin7, "purchases.list", updated_since=since)] == ["PO-1"]  # type: ignore[attr-defined]  # summaries


def test_an_unknown_filter_is_refused_because_the_service_would_ignore_it(cin7: Cin7Core) -> None:
    with pytest.raises(TypeError):
        cin7.suppliers.list(nmae="A")  # type: ignore[call-arg]  # the point of the test


def test_any_path_can_be_paged(fake_cin7: FakeCin7, call: Colour) -> None:
    rows = call(fake_cin7, "pages", "ref/unit", "UnitList")
    assert {row["Name"] for row in rows} == {"Each", "Case", "Hour"}  # type: ignore[attr-defined]  # raw rows


def test_attributes_that_were_dropped_are_an_error_with_the_cure(fake_cin7: FakeCin7, call: Colour) -> None:
    fake_cin7.add_product("A", "Thing")
    fake_cin7.add_reference("ref/attributeset", Name="Set")
    product = call(fake_cin7, "products.find", "A")
    assert isinstance(product, Product)
    with pytest.raises(NotAppliedError, match="together with `attribute_set`") as caught:
        call(fake_cin7, "products.update", product.replace(additional_attribute1="red"))
    assert caught.value.missing == ("additional_attribute1 is None instead of 'red'",)
    assert caught.value.record_id == product.product_id
    whole = call(fake_cin7, "products.update", product.replace(additional_attribute1="red", attribute_set="Set"))
    assert getattr(whole, "additional_attribute1", None) == "red"


@contextmanager
def answering(status: int, body: bytes, **headers: str) -> Iterator[Cin7Core]:
    transport = httpx.MockTransport(lambda _: httpx.Response(status, content=body, headers=headers))
    with Cin7Core(
        ApiKey("a", "b"), transport=transport, limiter=RateLimit(6000, 60, gap=0), retry=Retry.never()
    ) as client:
        yield client


def test_errors_with_status_200_are_errors() -> None:
    with (
        answering(200, b'[{"ErrorCode": 400, "Exception": "No"}]') as client,
        pytest.raises(ValidationError, match="No"),
    ):
        client.me.get()


def test_redirects_are_not_followed_with_the_keys() -> None:
    with (
        answering(302, b"", location="https://elsewhere.example/") as client,
        pytest.raises(ApiError, match="not followed"),
    ):
        client.me.get()


@settings(max_examples=60)
@given(st.binary(max_size=300))
def test_no_answer_whatever_its_bytes_breaks_the_client(body: bytes) -> None:
    with answering(200, body) as client:
        try:
            client.suppliers.list().to_list()
        except Cin7Error:
            return
        pytest.fail("bytes were taken for a list")


def test_garbage_keeps_the_body() -> None:
    with answering(200, b"{") as client, pytest.raises(DecodeError) as caught:
        client.me.get()
    assert caught.value.body == "{"


def test_a_closed_port_was_never_reached() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}/ExternalApi/v2/"
    with (
        Cin7Core(ApiKey("a", "b"), base_url=url, limiter=FAST, retry=Retry.never()) as client,
        pytest.raises(ConnectError) as caught,
    ):
        client.suppliers.create(SUPPLIER)
    assert not caught.value.may_have_happened


def test_no_secret_is_in_any_message_log_or_repr(fake_cin7: FakeCin7, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    told: list[Event] = []
    key = ApiKey(fake_cin7.account_id, "TOP-SECRET")
    with Cin7Core(key, transport=fake_cin7.transport(), limiter=FAST, retry=QUICK, hooks=[told.append]) as client:
        with pytest.raises(AuthenticationError) as caught:
            client.me.get()
        shown = "".join((caplog.text, repr(told), str(caught.value), repr(caught.value), repr(key), repr(client)))
    assert "TOP-SECRET" not in shown


def test_a_client_is_made_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CIN7CORE_ACCOUNT_ID", raising=False)
    monkeypatch.setenv("CIN7CORE_APPLICATION_KEY", "k")
    with pytest.raises(ConfigurationError, match="CIN7CORE_ACCOUNT_ID"):
        Cin7Core.from_env()
    monkeypatch.setenv("CIN7CORE_ACCOUNT_ID", "a")
    Cin7Core.from_env().close()


def test_amounts_are_exact_on_the_wire(fake_cin7: FakeCin7, cin7: Cin7Core) -> None:
    price = Decimal("12345678901.1234")
    fake_cin7.add_product("A", "Thing", PriceTier1=price)
    product = cin7.products.find("A")
    assert product is not None and product.price_tier1 == price


def test_the_sync_client_is_what_the_async_one_generates(repository: Path) -> None:
    command = [sys.executable, str(repository / "tools" / "generate_sync.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_command_serves_until_it_is_told_to_stop(tmp_path: Path) -> None:
    database = tmp_path / "cin7.sqlite"
    command = [sys.executable, "-m", "cin7core_client.testing", "--port", "0", "--db", str(database)]
    command += ["--account-id", "acc", "--application-key", "key", "--calls", "3", "--per", "60"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        word, _, url = process.stdout.readline().strip().partition(" ")
        assert word == "ready" and url.endswith("/ExternalApi/v2/")
        answers = [
            httpx.get(f"{url}ME", headers={"api-auth-accountid": "acc", "api-auth-applicationkey": "key"})
            for _ in range(4)
        ]
        acted = httpx.post(
            url.replace("/ExternalApi/v2/", "/_sim"), json={"do": "void_purchase", "order_number": "PO-00001"}
        )
        process.terminate()
        assert process.wait(10) == 0
    assert [each.status_code for each in answers] == [200, 200, 200, 429]
    assert answers[3].headers["Retry-After"] == "60 Seconds"
    assert answers[3].text == "You have reached 3 calls per 60 seconds API limit."
    assert acted.status_code == 200


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"search": "Q-1003"}, ["PO-00002"]),
        ({"search": "PO-00003"}, ["PO-00003"]),
        ({"invoice_status": "AUTHORISED"}, ["PO-00001"]),
        ({"order_status": "VOIDED"}, []),
    ],
)
def test_purchases_are_found_by_what_the_service_searches(
    call: Colour, filters: dict[str, str], found: list[str]
) -> None:
    account = FakeCin7(calls=6000)
    rows = call(account, "purchases.list", **filters)
    assert [each.order_number for each in rows] == found  # type: ignore[attr-defined]  # summaries
    account.close()
