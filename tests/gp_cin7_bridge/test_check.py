"""`check` breaks each thing that a run needs and finds it named, with its cure."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

import cin7core_client
from cin7core_client import ApiKey, Cin7Core, Webhook
from dynamicsgp_client import BasicAuth, DynamicsGP, NTLMAuth, Retry
from dynamicsgp_client.testing import Certificate, FakeGP, make_server, served
from gp_cin7_bridge import Bridge, sync_items
from gp_cin7_bridge.review.check import Finding, Mark, check
from gp_cin7_bridge.sandbox import Sandbox
from gp_cin7_bridge.sandbox.in_memory import FITTING
from gp_cin7_bridge.sandbox.simulators import Simulators
from gp_cin7_bridge.settings import Settings

Break = Callable[[Sandbox], object]


def gp(**changed: object) -> Mapping[str, object]:
    """Give the sandbox's [gp] with something changed."""
    there = FITTING["gp"]
    assert isinstance(there, dict)
    return {"gp": {**there, **changed}}


def accounts(**changed: object) -> Mapping[str, object]:
    return {"accounts": {"payable": "000-2100-00", "map": {"1300": "000-1300-00"}, **changed}}


def vendors(**changed: object) -> Mapping[str, object]:
    return {"vendors": {"tax_rule": "Tax exempt", **changed}}


def wrong(bridge: Bridge) -> list[Finding]:
    return [each for each in check(bridge) if each.mark != Mark.OK]


def only(bridge: Bridge, subject: str, text: str, cure: str, mark: Mark = Mark.FAILED) -> None:
    """Assert that this is the one thing that is wrong."""
    (finding,) = wrong(bridge)
    assert (finding.subject, finding.mark) == (subject, mark)
    assert text in finding.text
    assert cure in finding.cure


def test_every_question_has_a_line_of_its_own_when_all_is_well(sandbox: Sandbox) -> None:
    findings = list(check(sandbox.bridge))
    assert {each.mark for each in findings} == {Mark.OK} and all(each.text for each in findings)
    assert [each.subject for each in findings] == [
        *("Cin7 Core port", "Cin7 Core TLS", "Cin7 Core key"),
        *("default payable account", "tax rules", "terms", "webhooks"),
        *(f"GP SBA {step}" for step in ("name", "port", "service", "login", "company", "role")),
        *("GP role", "period source", "payable account", "account map", "voucher numbers", "base currency"),
        "inventory values",
    ]


def test_it_writes_nothing(sandbox: Sandbox) -> None:
    list(check(sandbox.bridge))
    assert {each.method for each in (*sandbox.gp.requests, *sandbox.cin7.requests)} == {"GET"}
    assert sandbox.bridge.state.audit_rows() == []


@pytest.mark.parametrize(
    ("settings", "subject", "text", "cure"),
    [
        (gp(sba_url="http://no-such-host.invalid/GPService"), "GP SBA name", "VPN", "sba_url in [gp]"),
        (gp(extension_paths={"fiscal_periods": ""}), "period source", "which periods are open", "[periods]"),
        (accounts(payable="000-9999-00"), "payable account", "000-9999-00", "GP"),
        (accounts(map={"1300": "000-9999-00"}), "account map", "000-9999-00", "GP"),
        (accounts(map={"2": "000-2100-00"}), "account map", "is the payable account itself", "for purchases"),
        (vendors(account_payable="9999"), "default payable account", "'9999'", "account_payable in [vendors]"),
        (vendors(tax_rule=None), "tax rules", "must be one of", "tax_rule in [vendors]"),
        (vendors(tax_rule="None"), "tax rules", "'None'", "tax_rule in [vendors]"),
        (vendors(tax_rule="Tax exempt", tax_rules={"A": "Nothing"}), "tax rules", "'Nothing'", "[vendors] tax_rules"),
        (vendors(payment_term="Never"), "terms", "'Never'", "payment_term in [vendors]"),
        (vendors(payment_terms={"N30": "Never"}), "terms", "'Never'", "[vendors] payment_terms"),
        ({"bills": {"tax_rules": {"Nothing": {"treatment": "hold"}}}}, "tax rules", "'Nothing'", "[bills.tax_rules]"),
        ({"bills": {"payment_terms": {"Net 30": "NEVER"}}}, "terms in GP", "'NEVER'", "[bills.payment_terms]"),
        (
            {"bills": {"tax_rules": {"Tax 20": {"treatment": "detail", "tax_detail_id": "NONE"}}}},
            "tax details",
            "'NONE'",
            "[bills.tax_rules]",
        ),
    ],
)
def test_a_wrong_setting_is_the_one_line_that_fails(
    settings: Mapping[str, object], subject: str, text: str, cure: str
) -> None:
    with Sandbox(settings) as sandbox:
        only(sandbox.bridge, subject, text, cure)


@pytest.mark.parametrize(
    ("settings", "subject", "text", "cure"),
    [
        (accounts(payable=None), "payable account", "no company default", "payable in [accounts]"),
        (gp(extension_paths={"accounts": ""}), "account map", "cannot be read", "extension path"),
        (gp(extension_paths={"payables_setup": ""}), "voucher numbers", "cannot be read", "Override Voucher Number"),
    ],
)
def test_what_cannot_be_told_is_a_warning(settings: Mapping[str, object], subject: str, text: str, cure: str) -> None:
    with Sandbox(settings) as sandbox:
        (finding,) = (each for each in wrong(sandbox.bridge) if each.subject == subject)
    assert finding.mark == Mark.WARNING and text in finding.text and cure in finding.cure


@pytest.mark.parametrize(
    ("broken", "subject", "text", "cure"),
    [
        (
            lambda box: box.gp.fail_next("status", match="Companies[?]", status=401, times=9),
            "GP SBA login",
            "credentials",
            "username",
        ),
        (
            lambda box: box.gp.fail_next("status", match="Companies[?]", status=403),
            "GP SBA login",
            "unmapped",
            "User Setup",
        ),
        (
            lambda box: box.gp.fail_next("status", match="Companies[?]", status=404),
            "GP SBA service",
            "address",
            "sba_url",
        ),
        (
            lambda box: box.gp.fail_next("status", match="Companies[?]", status=500, times=9),
            "GP SBA service",
            "",
            "log",
        ),
        (lambda box: box.gp.fail_next("status", match="Vendors", status=403), "GP SBA role", "missing role", "role"),
        (
            lambda box: box.gp.sql("UPDATE SY01500 SET CMPNYNAM = 'Another'"),
            "GP SBA company",
            "'Another'",
            "company in [gp]",
        ),
        (lambda box: box.gp.fail_next("status", match="Accounts", status=403), "GP role", "Accounts", "the account"),
        (lambda box: box.cin7.application_keys.clear(), "Cin7 Core key", "", "application_key in [cin7]"),
        (
            lambda box: box.cin7.fail_next("status", match="/me", status=404),
            "Cin7 Core service",
            "",
            "base_url",
        ),
        (lambda box: box.cin7.fail_next("status", match="tax", status=400), "tax rules", "", "account"),
        (
            lambda box: box.cin7.sql(
                "UPDATE reference SET body = replace(body, '\"USD\"', '\"EUR\"') WHERE book = 'me'"
            ),
            "base currency",
            "EUR",
            "same base currency",
        ),
        (lambda box: box.gp.sql("UPDATE PM40100 SET OVVCHNUM = 0"), "voucher numbers", "", "Override Voucher Number"),
    ],
)
def test_what_is_broken_in_either_system_is_the_one_line_that_fails(
    sandbox: Sandbox, broken: Break, subject: str, text: str, cure: str
) -> None:
    broken(sandbox)
    only(sandbox.bridge, subject, text, cure)


def test_gps_own_numbers_need_duplicates_forbidden_and_a_next_number() -> None:
    with Sandbox(gp(voucher_numbers="gp")) as sandbox:
        assert wrong(sandbox.bridge) == []
        sandbox.gp.sql("UPDATE PM40100 SET ADUPINNM = 1")
        only(sandbox.bridge, "voucher numbers", "second bill", "duplicate_invoice_numbers")
        sandbox.gp.sql("UPDATE PM40100 SET ADUPINNM = 0, NTVCHNUM = ''")
        only(sandbox.bridge, "voucher numbers", "next", "")


def test_items_that_gp_values_otherwise_are_told_as_long_as_they_are_carried(sandbox: Sandbox) -> None:
    for number, method in (("A-1", 1), ("A-2", 3), ("A-3", 2)):
        sandbox.gp.add_item(number, number, unit_schedule_id="EACH", valuation_method=method)
    sync_items(sandbox.bridge)
    sync_items(sandbox.bridge)
    told = "GP values 2 items, such as 'A-2', by LIFO perpetual, average perpetual"
    only(sandbox.bridge, "inventory values", told, "own them", Mark.WARNING)


def test_an_empty_account_map_is_a_warning() -> None:
    with Sandbox(accounts(map={})) as sandbox:
        only(sandbox.bridge, "account map", "every bill will be held", "[accounts.map]", Mark.WARNING)


def test_a_tax_that_suppliers_get_and_bills_do_not_know_is_a_warning() -> None:
    with Sandbox(vendors(tax_rule="Tax 20")) as sandbox:
        only(sandbox.bridge, "tax rules", "'Tax 20'", '[bills.tax_rules."Tax 20"]', Mark.WARNING)


def test_an_account_without_domain_is_a_line_of_its_own(simulators: Simulators) -> None:
    text = simulators.settings.read_text("utf-8")
    simulators.settings.write_text(re.sub(r"username = .*", "username = 'gpuser'", text), "utf-8")
    with Bridge.open(simulators.settings) as bridge:
        only(bridge, "GP SBA login", "'gpuser' has no domain", "username in [gp]")


def test_what_is_wrong_and_its_cure_are_two_sentences() -> None:
    cured = Finding("GP SBA login", Mark.FAILED, "it was refused", "Correct it.")
    assert str(cured) == "it was refused. Correct it."
    assert str(Finding("GP SBA port", Mark.OK, "answers")) == "answers"


def test_webhooks_that_deliver_nothing_are_named(sandbox: Sandbox) -> None:
    sandbox.bridge.cin7.webhooks.create(
        Webhook(
            type="Purchase/InvoiceAuthorised",
            is_active=False,
            external_url="https://bridge.example/hook",
            external_authorization_type="noauth",
        )
    )
    only(sandbox.bridge, "webhooks", "Purchase/InvoiceAuthorised", "sync once", Mark.WARNING)


def test_a_secret_that_others_may_read_is_named(tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.touch(mode=0o644)
    with Sandbox(gp(password=f"file:{secret}")) as sandbox:
        only(sandbox.bridge, "secret file", str(secret), f"chmod 600 {secret}", Mark.WARNING)


def test_both_doors_are_tried_and_told_apart() -> None:
    urls = {
        "sba_url": "http://127.0.0.1/GPService",
        "soap_url": "http://127.0.0.1/DynamicsGPWebServices/DynamicsGPService.asmx",
    }
    settings = Settings.model_validate({**FITTING, **gp(**urls)})
    with (
        Sandbox() as sandbox,
        DynamicsGP(
            **urls,
            company="Fabrikam, Inc.",
            auth=BasicAuth("a", "b"),
            transport=sandbox.gp.adapter(),
            retry=Retry.never(),
        ) as client,
        Bridge(settings, gp=client, cin7=sandbox.bridge.cin7, state="sqlite://") as bridge,
    ):
        assert wrong(bridge) == []
        assert "GP SOAP role" in {each.subject for each in check(bridge)}
        sandbox.gp.fail_next("status", match="POST", status=500)
        assert {each.subject for each in wrong(bridge)} == {"GP SOAP service"}


@pytest.fixture
def closed() -> str:
    """A port at which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{free.getsockname()[1]}"


@pytest.fixture
def strange() -> Iterator[str]:
    """A TLS server whose certificate nobody knows."""
    company = FakeGP()
    with served(make_server(company, certificate=Certificate.make())) as server:
        yield server.url
    company.close()


def reached(sandbox: Sandbox, url: str) -> list[Finding]:
    """Check with both systems at this address."""
    settings = Settings.model_validate(
        {**FITTING, **gp(sba_url=url), "cin7": {**sandbox.bridge.settings.cin7.model_dump(), "base_url": url}}
    )
    with (
        DynamicsGP(url, company="Fabrikam, Inc.", auth=NTLMAuth("a\\b", "c"), retry=Retry.never()) as client,
        Cin7Core(ApiKey("a", "b"), base_url=url, retry=cin7core_client.Retry.never()) as cin7,
        Bridge(settings, gp=client, cin7=cin7, state="sqlite://") as bridge,
    ):
        return wrong(bridge)


def test_a_closed_port_is_named_on_both_sides(sandbox: Sandbox, closed: str) -> None:
    cin7, gp = reached(sandbox, f"http://{closed}/GPService")
    assert (cin7.subject, gp.subject) == ("Cin7 Core port", "GP SBA port")
    assert "firewall" in cin7.cure and "firewall" in gp.cure


def test_a_name_that_nobody_knows_is_named_on_both_sides(sandbox: Sandbox) -> None:
    cin7, gp = reached(sandbox, "http://no-such-host.invalid/GPService")
    assert (cin7.subject, gp.subject) == ("Cin7 Core name", "GP SBA name")
    assert "base_url in [cin7]" in cin7.cure and "sba_url in [gp]" in gp.cure


def test_a_strange_certificate_is_named_on_both_sides(sandbox: Sandbox, strange: str) -> None:
    cin7, gp = reached(sandbox, strange)
    assert (cin7.subject, gp.subject) == ("Cin7 Core TLS", "GP SBA TLS")
    assert "authority" in cin7.cure and "ca_bundle in [gp]" in gp.cure


def test_a_secret_that_is_not_there_is_the_line_of_its_sign_in(sandbox: Sandbox, strange: str) -> None:
    settings = Settings.model_validate({**FITTING, **gp(auth="basic", sba_url=strange.replace("http:", "https:"))})
    with Bridge(settings, state="sqlite://") as bridge:
        cin7, login = wrong(bridge)
    assert (cin7.subject, login.subject) == ("Cin7 Core key", "GP SBA login")
    assert all("NOT_NEEDED" in each.text and "env:NOT_NEEDED" in each.cure for each in (cin7, login))
