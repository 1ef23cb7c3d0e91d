"""Who gets in, what a session is, and what every answer says to the browser."""

from __future__ import annotations

import socket
from collections.abc import Callable

import httpx
import pytest
from attrs import evolve
from databases import away
from listening import served
from starlette.testclient import TestClient
from visitors import TOKENS, WEB, Visitor, csrf

from gp_cin7_bridge import Bridge
from gp_cin7_bridge.app.web import app, body, pages
from gp_cin7_bridge.app.web.allowance import FailedSignIns
from gp_cin7_bridge.errors import SettingsError, StateError
from gp_cin7_bridge.sandbox import Sandbox

Enter = Callable[[str], Visitor]
OVERVIEW = "/connections/sandbox"


@pytest.mark.parametrize("path", ["/", OVERVIEW, "/connections/other"])
def test_whoever_is_not_signed_in_is_asked_for_a_token(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.url.path == "/sign-in" and 'type="password"' in answer.text


def test_a_token_signs_in_and_the_audit_says_who(signed_in: Enter, bridge: Bridge) -> None:
    page = signed_in("view").get(OVERVIEW)
    assert "vic" in page
    row = bridge.state.audit_rows()[-1]
    assert (row.action, row.outcome, row.actor) == ("sign_in", "decided", "vic")


@pytest.mark.parametrize("token", ["", "wrong", TOKENS["view"] + "x", TOKENS["view"][:-1], "tökén"])
def test_another_token_does_not(client: TestClient, token: str) -> None:
    page = client.get("/sign-in").text
    answer = client.post("/sign-in", data={"csrf": csrf(page), "token": token})
    assert answer.status_code == 403 and "not known" in answer.text
    assert client.get(OVERVIEW).url.path == "/sign-in"


def test_a_refused_token_stands_in_no_log(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    client.post("/sign-in", data={"csrf": csrf(client.get("/sign-in").text), "token": "mistyped-secret"})
    assert "was refused" in caplog.text and "mistyped-secret" not in caplog.text


def test_signing_out_ends_the_session(signed_in: Enter, client: TestClient) -> None:
    signed_in("view").post("/sign-out")
    assert client.get(OVERVIEW).url.path == "/sign-in"


def test_a_cookie_that_somebody_kept_is_worth_nothing_after_the_sign_out(signed_in: Enter, client: TestClient) -> None:
    visitor = signed_in("approve")
    kept = client.cookies["gp_cin7_session"]
    visitor.post("/sign-out")
    client.cookies.clear()
    client.cookies.set("gp_cin7_session", kept)
    assert client.get(OVERVIEW).url.path == "/sign-in"


def test_the_audit_tells_of_a_sign_out(signed_in: Enter, bridge: Bridge) -> None:
    signed_in("view").post("/sign-out")
    row = bridge.state.audit_rows()[-1]
    assert (row.action, row.actor) == ("sign_out", "vic")


def test_nobody_is_signed_in_of_whom_the_audit_knows_nothing(
    client: TestClient, bridge: Bridge, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise StateError("the state is away; start it")

    token = csrf(client.get("/sign-in").text)
    with monkeypatch.context() as patched:
        patched.setattr(type(bridge.state), "audit", away)
        assert client.post("/sign-in", data={"csrf": token, "token": TOKENS["view"]}).status_code == 503
    assert client.get(OVERVIEW).url.path == "/sign-in"


def test_what_a_role_does_not_allow_is_logged_with_who_tried(
    signed_in: Enter, client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    signed_in("view").client.post(f"{OVERVIEW}/do-skip", data={"csrf": csrf(client.get(OVERVIEW).text)})
    assert "vic, who may view, was refused" in caplog.text


def test_a_form_that_does_not_come_whole_is_not_waited_for(bridge: Bridge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body, "BODY_SECONDS", 0.05)
    with served(app(bridge), 0) as url, socket.create_connection(("127.0.0.1", httpx.URL(url).port or 0)) as line:
        line.settimeout(10)
        line.sendall(b"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\ncsrf=")
        assert line.recv(100).startswith(b"HTTP/1.1 408")


def test_an_error_of_the_program_is_answered_with_the_headers_and_says_nothing_of_it(
    bridge: Bridge, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr(pages, "entered", failing)
    with TestClient(app(bridge), base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        answer = client.get(OVERVIEW)
    assert answer.status_code == 500 and "secret detail" not in answer.text
    assert "script-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"


def test_a_session_goes_on_while_pages_are_looked_at(
    signed_in: Enter, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    import itsdangerous

    signed_in("view")
    now = itsdangerous.TimestampSigner.get_timestamp
    for hours in (5, 10, 15):
        monkeypatch.setattr(itsdangerous.TimestampSigner, "get_timestamp", lambda self, h=hours: now(self) + h * 3600)
        assert client.get(OVERVIEW).url.path == OVERVIEW


def test_a_session_ends_when_its_hours_are_over(
    signed_in: Enter, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    import itsdangerous

    signed_in("view").get(OVERVIEW)
    now = itsdangerous.TimestampSigner.get_timestamp
    monkeypatch.setattr(itsdangerous.TimestampSigner, "get_timestamp", lambda self: now(self) + 8 * 3600 + 1)
    assert client.get(OVERVIEW).url.path == "/sign-in"


def test_the_cookie_is_kept_from_scripts_and_from_other_sites(client: TestClient) -> None:
    cookie = client.get("/sign-in").headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=strict" in cookie and "secure" not in cookie


def test_a_changed_cookie_is_no_session(signed_in: Enter, client: TestClient) -> None:
    signed_in("view")
    value = client.cookies["gp_cin7_session"]
    client.cookies.clear()
    client.cookies.set("gp_cin7_session", ("A" if value[0] != "A" else "B") + value[1:])
    assert client.get(OVERVIEW).url.path == "/sign-in"


def test_behind_tls_the_cookie_goes_over_tls_only(tokens: None) -> None:
    with Sandbox({"web": {**WEB, "https": True}}) as made, TestClient(app(made.bridge)) as client:
        answer = client.get("/sign-in")
    assert "secure" in answer.headers["set-cookie"].lower() and "strict-transport-security" in answer.headers


def test_a_form_of_another_session_changes_nothing(client: TestClient) -> None:
    csrf_of_nobody = {"csrf": "guessed", "token": TOKENS["approve"]}
    assert client.post("/sign-in", data=csrf_of_nobody).status_code == 403
    client.get("/sign-in")
    assert client.post("/sign-in", data=csrf_of_nobody).status_code == 403
    assert client.post("/sign-in", data={"token": TOKENS["approve"]}).status_code == 403


def test_a_form_that_is_too_large_or_no_form_is_refused(client: TestClient) -> None:
    token = csrf(client.get("/sign-in").text)
    assert client.post("/sign-in", data={"csrf": token, "token": "x" * 20_000}).status_code == 413
    assert client.post("/sign-in", content=b"csrf=\xff\xfe").status_code == 400
    assert client.post("/sign-in", content="&".join(f"f{n}=1" for n in range(50))).status_code == 400


@pytest.mark.parametrize("path", ["/sign-in", "/static/site.css", "/none"])
def test_every_answer_carries_the_security_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy and "script-src 'none'" in policy and "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff" and headers["referrer-policy"] == "no-referrer"


def test_pages_are_not_kept_by_the_browser(signed_in: Enter, client: TestClient) -> None:
    signed_in("view")
    assert client.get(OVERVIEW).headers["cache-control"] == "no-store"


def test_only_ones_own_connections_are_known(tokens: None) -> None:
    other = {"name": "other", "web": {"tokens": {"ann": WEB["tokens"]["ann"]}}}
    with Sandbox({"web": WEB}) as one, Sandbox(other) as two, TestClient(app(one.bridge, two.bridge)) as client:
        client.post("/sign-in", data={"csrf": csrf(client.get("/sign-in").text), "token": TOKENS["view"]})
        assert client.get("/").url.path == OVERVIEW
        assert client.get("/connections/other").status_code == client.get("/connections/none").status_code == 404
        client.post("/sign-in", data={"csrf": csrf(client.get("/sign-in").text), "token": TOKENS["approve"]})
        assert "sandbox" in client.get("/").text and "other" in client.get("/").text
        assert client.get("/connections/other").status_code == 200


def test_a_short_token_and_one_of_two_people_are_refused_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHORT", "short")
    monkeypatch.setenv("LONG", "x" * 20)
    one = {"token": "env:SHORT"}
    with Sandbox({"web": {"tokens": {"kim": one}}}) as made, pytest.raises(SettingsError, match="shorter than 20"):
        app(made.bridge)
    two = {"kim": {"token": "env:LONG"}, "lee": {"token": "env:LONG"}}
    with Sandbox({"web": {"tokens": two}}) as made, pytest.raises(SettingsError, match="token of kim too"):
        app(made.bridge)


def test_while_the_state_is_away_pages_say_so_and_afterwards_go_on(tokens: None, postgres_url: str) -> None:
    with (
        Sandbox({"web": WEB}) as made,
        Bridge(made.bridge.settings, state=postgres_url) as bridge,
        TestClient(app(bridge)) as client,
    ):
        Visitor(client).post("/sign-in", page="/sign-in", token=TOKENS["view"])
        with away(postgres_url):
            answer = client.get(OVERVIEW)
            assert answer.status_code == 503 and "see that it runs" in answer.text
            assert "script-src 'none'" in answer.headers["content-security-policy"]
        assert client.get(OVERVIEW).status_code == 200


def test_without_tokens_the_page_says_how_to_make_one() -> None:
    with Sandbox() as made, TestClient(app(made.bridge)) as client:
        assert "[web.tokens.NAME]" in client.get("/").text


def failing(client: TestClient, token: str = "mistyped") -> int:
    return client.post("/sign-in", data={"csrf": csrf(client.get("/sign-in").text), "token": token}).status_code


def test_whoever_fails_too_often_waits_and_others_do_not(bridge: Bridge) -> None:
    now = [0.0]
    made = app(bridge)
    made.state.site = evolve(made.state.site, failed_sign_ins=FailedSignIns(lambda: now[0]))
    one, two = (TestClient(made, base_url="http://127.0.0.1", client=(f"192.0.2.{n}", 5000)) for n in (1, 2))
    assert [failing(one) for _ in range(12)] == [403] * 10 + [429] * 2
    assert failing(one, TOKENS["view"]) == 429
    assert failing(two, TOKENS["view"]) == 200
    now[0] = 6.0
    assert failing(one, TOKENS["view"]) == 200


def test_all_clients_together_fail_a_bounded_number_of_times_and_are_not_all_remembered() -> None:
    now = [0.0]
    failed = FailedSignIns(lambda: now[0])
    tried = 0
    for number in range(200):
        if failed.may_try(host := f"10.0.0.{number}"):
            failed.failed(host)
            tried += 1
    assert tried == 100
    for minute in range(1, 30):
        now[0] = 60.0 * minute
        for number in range(100):
            failed.failed(f"10.0.{minute}.{number}")
    assert failed.remembered == 1_000


def test_a_network_of_ipv6_is_one_client() -> None:
    failed = FailedSignIns(lambda: 0.0)
    for number in range(10):
        failed.failed(f"2001:db8::{number:x}")
    assert not failed.may_try("2001:db8::ffff") and failed.may_try("2001:db8:0:1::1") and failed.may_try("unknown")


def test_a_sign_in_that_is_refused_for_too_many_tries_is_not_compared_and_not_logged(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    assert {failing(client) for _ in range(10)} == {403}
    caplog.clear()
    assert failing(client, TOKENS["approve"]) == 429 and "was refused" not in caplog.text
