"""Windows authentication against implementations that are not ours: mod_auth_gssapi, gss-ntlmssp and an MIT KDC."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from windows_auth import apache

from dynamicsgp_client import (
    AuthenticationError,
    ConfigurationError,
    DynamicsGP,
    NegotiateAuth,
    NTLMAuth,
    Retry,
    Vendor,
)
from dynamicsgp_client.testing import FakeGP, make_server, served

ACCOUNT = f"{apache.USER}@{apache.REALM}"
WINDOWS = f"{apache.DOMAIN}\\{apache.USER}"
SOAP_PATH = "/DynamicsGPWebServices/DynamicsGPService.asmx"


@pytest.fixture(scope="module")
def site() -> Iterator[apache.Site]:
    missing = apache.missing()
    if importlib.util.find_spec("gssapi") is None:
        missing.append("the extra dynamicsgp-client[kerberos]")
    if missing:
        reason = f"not installed: {', '.join(missing)}; see tools/install_windows_auth.sh"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    company = FakeGP()
    with (
        served(make_server(company, auth="none")) as server,
        apache.running(server.root) as site,
    ):
        yield site
    company.close()


@pytest.fixture(autouse=True)
def kerberos(site: apache.Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("KRB5_CONFIG", str(site.krb5_config))
    monkeypatch.setenv("KRB5CCNAME", f"FILE:{tmp_path}/tickets")


def client(site: apache.Site, door: str, auth: NTLMAuth | NegotiateAuth, **switches: object) -> DynamicsGP:
    root = site.root(door)
    return DynamicsGP(
        f"{root}/GPService",
        f"{root}{SOAP_PATH}",
        company="Fabrikam, Inc.",
        auth=auth,
        verify=str(site.certificate) if door == "tls" else True,
        retry=Retry(sleep=lambda _: None),
        **switches,  # type: ignore[arg-type]  # as given
    )


def ntlm() -> NTLMAuth:
    return NTLMAuth(WINDOWS, apache.PASSWORD)


def kerberos_first() -> NegotiateAuth:
    return NegotiateAuth(ACCOUNT, apache.PASSWORD)


def ntlm_inside() -> NegotiateAuth:
    return NegotiateAuth(WINDOWS, apache.PASSWORD)


ACCOUNTS = {"NTLM": ntlm, "Kerberos": kerberos_first, "NTLM in Negotiate": ntlm_inside}


@pytest.mark.parametrize("account", ACCOUNTS)
@pytest.mark.parametrize("door", ["bound", "tls", "closes_after_5"])
def test_every_account_reads_and_writes_over_both_services(site: apache.Site, account: str, door: str) -> None:
    name = f"V{account[:3]}{account[-3:]}{door[:3]}".replace(" ", "").upper()
    with client(site, door, ACCOUNTS[account]()) as gp:
        for _ in range(4):
            assert gp.vendors.get("SERVICES001").vendor_name == "Northgate Repairs & Services"
        gp.vendors.create(Vendor(vendor_id=name, vendor_name="New"))
        assert gp.call("MultitenantEnabled") is False
        assert gp.vendors.get(name).vendor_name == "New"


@pytest.mark.parametrize("account", ACCOUNTS)
@pytest.mark.parametrize("door", ["bound", "tls", "closes_after_5", "closes_when_idle"])
def test_no_call_of_twenty_threads_fails(site: apache.Site, account: str, door: str) -> None:
    with client(site, door, ACCOUNTS[account](), concurrency=4) as gp, ThreadPoolExecutor(20) as threads:
        names = list(threads.map(lambda _: gp.vendors.get("SERVICES001").vendor_id, range(400)))
    assert names == ["SERVICES001"] * 400


def test_kerberos_of_every_request_takes_one_round_trip_each(
    site: apache.Site, record_property: Callable[[str, object], None]
) -> None:
    before = len(site.log("each_request"))
    with client(site, "each_request", kerberos_first(), concurrency=1) as gp:
        for _ in range(10):
            gp.vendors.get("SERVICES001")
    calls = site.log("each_request")[before:]
    record_property("round trips", f"httpd: Kerberos, each request: {len(calls)} requests for 10 calls")
    assert len(calls) <= 11


@pytest.mark.parametrize(("account", "most"), [("NTLM", 22), ("Kerberos", 20), ("NTLM in Negotiate", 21)])
def test_a_connection_is_signed_in_once(
    site: apache.Site, account: str, most: int, record_property: Callable[[str, object], None]
) -> None:
    before = len(site.log("bound"))
    with client(site, "bound", ACCOUNTS[account](), concurrency=1) as gp:
        for _ in range(20):
            gp.vendors.get("SERVICES001")
    calls = site.log("bound")[before:]
    record_property("round trips", f"httpd: {account}, connection-bound: {len(calls)} requests for 20 calls")
    assert len(calls) <= most


def test_a_body_crosses_the_wire_once_under_negotiate(site: apache.Site) -> None:
    before = len(site.log("bound"))
    with client(site, "bound", ntlm_inside(), concurrency=1) as gp:
        gp.vendors.create(Vendor(vendor_id="ONCE", vendor_name="Once"))
    methods = [line.split()[-2:] for line in site.log("bound")[before:]]
    assert [method for method, length in methods if length not in ("-", "0")] == ["POST"]


def test_an_idle_connection_that_was_closed_is_opened_again(site: apache.Site) -> None:
    for account in ACCOUNTS.values():
        with client(site, "closes_when_idle", account(), concurrency=1) as gp:
            gp.vendors.get("SERVICES001")
            time.sleep(1.5)
            assert gp.vendors.get("SERVICES001").vendor_id == "SERVICES001"


def test_the_current_users_ticket_signs_in_without_a_password(site: apache.Site) -> None:
    subprocess.run(["kinit", ACCOUNT], input=f"{apache.PASSWORD}\n", text=True, check=True, capture_output=True)
    with client(site, "kerberos_only", NegotiateAuth()) as gp:
        assert gp.vendors.get("SERVICES001").vendor_id == "SERVICES001"


def test_without_a_ticket_the_current_user_is_told_to_get_one(site: apache.Site) -> None:
    with client(site, "bound", NegotiateAuth()) as gp, pytest.raises(AuthenticationError, match="Run kinit"):
        gp.vendors.get("SERVICES001")


@pytest.mark.parametrize("door", ["bound", "ntlm_only"])
def test_a_wrong_password_is_sent_once_and_never_replaced_by_a_ticket(site: apache.Site, door: str) -> None:
    subprocess.run(["kinit", ACCOUNT], input=f"{apache.PASSWORD}\n", text=True, check=True, capture_output=True)
    for auth in (NTLMAuth(WINDOWS, "wrong"), NegotiateAuth(ACCOUNT, "wrong"), NegotiateAuth(WINDOWS, "wrong")):
        with client(site, door, auth) as gp:
            with pytest.raises(AuthenticationError):
                gp.vendors.get("SERVICES001")
            time.sleep(0.3)  # httpd writes its log after its answer
            before = len(site.log(door))
            with pytest.raises(AuthenticationError, match="not sent"):
                gp.vendors.get("SERVICES001")
            assert len(site.log(door)) == before


def test_kerberos_alone_can_be_demanded(site: apache.Site) -> None:
    with client(site, "bound", NegotiateAuth(ACCOUNT, apache.PASSWORD, kerberos_only=True)) as gp:
        assert gp.vendors.get("SERVICES001").vendor_id == "SERVICES001"
    with (
        client(site, "bound", NegotiateAuth(WINDOWS, apache.PASSWORD, kerberos_only=True)) as gp,
        pytest.raises(AuthenticationError),
    ):
        gp.vendors.get("SERVICES001")


def test_a_user_name_without_its_password_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="both username and password"):
        NegotiateAuth("user@REALM")
