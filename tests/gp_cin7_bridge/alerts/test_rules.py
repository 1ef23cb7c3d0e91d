"""Each rule: what raises it, what ends it, and that it tells the cure."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from listening import Site
from small import add_purchase, codes

from cin7core_client import Cin7Error
from dynamicsgp_client import GPError
from gp_cin7_bridge import Bridge, sync_bills, sync_items, sync_vendors
from gp_cin7_bridge.app.alerts import Watch
from gp_cin7_bridge.app.alerts.certificates import certificates
from gp_cin7_bridge.app.alerts.rules import Looked, disk
from gp_cin7_bridge.sandbox import Sandbox
from gp_cin7_bridge.state import Link

FRIDAY = dt.datetime(2026, 3, 6, 9, tzinfo=dt.UTC)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(now=FRIDAY) as made:
        made.gp.add_vendor("ACME", "ACME Ltd")
        made.gp.add_item("A-1", "Hammer", unit_schedule_id="EACH")
        sync_vendors(made.bridge)
        sync_items(made.bridge)
        yield made


def wrong(sandbox: Sandbox, began: dt.datetime | None = None) -> dict[str, str]:
    found = Watch(sandbox.bridge, began or sandbox.bridge.clock()).look()
    assert all(each.cure for each in found)
    return {each.code: each.subject for each in found}


def test_nothing_is_wrong_with_a_new_connection(sandbox: Sandbox) -> None:
    assert wrong(sandbox) == {}


def test_jp_rules_silence_counts_working_days_alone(sandbox: Sandbox) -> None:
    add_purchase(sandbox.cin7, 1)
    sync_bills(sandbox.bridge)
    sandbox.advance(days=5)  # Wednesday: Monday and Tuesday lie between
    assert "silence" not in wrong(sandbox)
    sandbox.advance(days=1)
    assert wrong(sandbox) == {"silence": "bills"}
    add_purchase(sandbox.cin7, 2)
    sync_bills(sandbox.bridge)
    assert wrong(sandbox) == {}


def test_a_flow_that_never_finishes_is_stalled(sandbox: Sandbox) -> None:
    began = sandbox.bridge.clock()
    sync_bills(sandbox.bridge)
    sandbox.advance(hours=27)
    assert wrong(sandbox, began)["stalled"] == "vendors"
    sync_vendors(sandbox.bridge)
    sync_items(sandbox.bridge)
    assert wrong(sandbox, began)["stalled"] == "bills"
    sync_bills(sandbox.bridge)
    assert wrong(sandbox, began) == {}


@pytest.mark.parametrize(("system", "status"), [("GP", 401), ("GP", 403), ("Cin7 Core", 403)])
def test_refused_credentials_are_told_once_at_the_first_run_that_they_end(
    sandbox: Sandbox, caplog: pytest.LogCaptureFixture, system: str, status: int
) -> None:
    add_purchase(sandbox.cin7, 1)
    refusing = sandbox.gp if system == "GP" else sandbox.cin7
    refusing.fail_next("status", status=status, times=99)
    with caplog.at_level(logging.WARNING, "gp_cin7_bridge.alerts"):
        for _ in range(2):
            with pytest.raises((GPError, Cin7Error)):
                sync_bills(sandbox.bridge)
            assert wrong(sandbox) == {"credentials": system}
    assert sum("refuses the bridge's credentials" in each.getMessage() for each in caplog.records) == 1


def test_refused_credentials_are_no_longer_told_after_a_run_that_went_on(sandbox: Sandbox) -> None:
    add_purchase(sandbox.cin7, 1)
    sandbox.gp.fail_next("status", status=403)
    with pytest.raises(GPError):
        sync_bills(sandbox.bridge)
    sync_vendors(sandbox.bridge)
    assert wrong(sandbox) == {"credentials": "GP"}
    assert sync_bills(sandbox.bridge).created == ("INV-1",)
    assert wrong(sandbox) == {}


def test_credentials_that_are_refused_in_the_middle_of_a_run_are_told_too(sandbox: Sandbox) -> None:
    add_purchase(sandbox.cin7, 1)
    sandbox.gp.fail_next("status", match="POST.*Payables", status=403, times=9)
    assert not sync_bills(sandbox.bridge).finished
    assert wrong(sandbox) == {"credentials": "GP"}


def test_a_refused_document_is_told_with_what_the_system_said(sandbox: Sandbox) -> None:
    add_purchase(sandbox.cin7, 1)
    sandbox.gp.fail_next("status", match="POST.*Payables", status=400)
    sync_bills(sandbox.bridge)
    assert wrong(sandbox) == {"refused": "bills INV-1"}
    sync_bills(sandbox.bridge)
    assert wrong(sandbox) == {}


def switched(sandbox: Sandbox, *, on: bool) -> None:
    """Let somebody at GP switch an account off, or on again."""
    with sandbox.gp.transaction() as db:
        index = db.execute("SELECT ACTINDX FROM GL00105 WHERE ACTNUMST = '000-1300-00'").fetchone()[0]
        db.execute("UPDATE GL00100 SET ACTIVE = ? WHERE ACTINDX = ?", (on, index))


def test_an_account_that_was_switched_off_holds_its_bills_and_is_told_once_for_all(
    sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    switched(sandbox, on=False)
    for number in (1, 2):
        add_purchase(sandbox.cin7, number)
    report = sync_bills(sandbox.bridge)
    assert codes(report) == {"INV-1": ["account_inactive"], "INV-2": ["account_inactive"]}
    with caplog.at_level(logging.WARNING, "gp_cin7_bridge.alerts"):
        (alert,) = [Watch(sandbox.bridge, FRIDAY).look() for _ in range(2)][-1]
    assert alert.text == "GP account '000-1300-00' is inactive. 2 documents wait for it."
    assert "Activate it in GP" in alert.cure
    assert sum("is inactive" in each.getMessage() for each in caplog.records) == 1
    switched(sandbox, on=True)
    assert len(sync_bills(sandbox.bridge).created) == 2
    assert wrong(sandbox) == {}


@pytest.mark.parametrize("found", ["inactive", "silent", "unchecked"])
def test_a_feed_that_does_not_come_as_it_should_is_told_and_ends_when_it_does(site: Site, found: str) -> None:
    state = site.sandbox.bridge.state
    state.move_cursor("schedule.webhooks", FRIDAY.isoformat())
    state.move_cursor("webhooks.feed", found)
    assert wrong(site.sandbox) == {"webhooks": found}
    state.move_cursor("webhooks.feed", "active")
    assert wrong(site.sandbox) == {}


def test_a_password_or_key_whose_last_day_is_near_is_told(sandbox: Sandbox) -> None:
    settings = sandbox.bridge.settings
    ends = FRIDAY.date() + dt.timedelta(days=20)
    gp = settings.gp.model_copy(update={"password_ends": ends})
    cin7 = settings.cin7.model_copy(update={"key_ends": ends + dt.timedelta(days=2)})
    settings = settings.model_copy(update={"gp": gp, "cin7": cin7})
    with Bridge(settings, state="sqlite://", clock=sandbox.bridge.clock) as bridge:
        assert [(each.code, each.subject) for each in Watch(bridge, FRIDAY).look()] == [("key", "[gp] password")]
        sandbox.advance(days=2)
        (first, second) = sorted(Watch(bridge, bridge.clock()).look(), key=lambda each: each.subject, reverse=True)
    assert str(ends) in first.text and second.subject == "[cin7] application_key"


def test_an_outcome_that_is_unknown_for_long_is_told(sandbox: Sandbox) -> None:
    ledger = sandbox.bridge.state.ledger
    ledger.sending(ledger.intend("voucher", "p/invoice/t", "C7TOKEN", "{}", "hash"))
    sandbox.advance(minutes=14)
    assert wrong(sandbox) == {}
    sandbox.advance(minutes=2)
    assert wrong(sandbox) == {"unknown_outcome": "voucher C7TOKEN"}


def test_a_disk_that_is_nearly_full_is_told(tmp_path: Path, sandbox: Sandbox) -> None:
    with Bridge(sandbox.bridge.settings, state=f"sqlite:///{tmp_path / 'state.sqlite'}") as bridge:
        free = {"bytes": 499_000_000}
        looked = Looked(bridge, bridge.clock(), free=lambda _: free["bytes"])
        assert [each.code for each in disk(looked)] == ["disk"]
        free["bytes"] = 500_000_000
        assert list(disk(looked)) == []


def test_jp_rules_a_week_far_below_the_usual_is_told(sandbox: Sandbox) -> None:
    state = sandbox.bridge.state
    for week in range(9):
        for number in range(10 if week < 8 else 2):
            state.put_link(Link(entity="bill", gp_key=f"V{week}-{number}", cin7_id=f"p{week}-{number}/invoice/t"))
        sandbox.advance(days=7 if week < 8 else 1)
    assert wrong(sandbox) == {"volume": "bills"}


def certificate(ends: dt.datetime) -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "gp.example")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(ends - dt.timedelta(days=365)).not_valid_after(ends)
    return made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()


def with_gp(sandbox: Sandbox, **changes: object) -> Bridge:
    settings = sandbox.bridge.settings
    gp = settings.gp.model_copy(update=changes)
    return Bridge(settings.model_copy(update={"gp": gp}), state="sqlite://", clock=sandbox.bridge.clock)


def test_a_certificate_that_ends_soon_is_told(sandbox: Sandbox, tmp_path: Path) -> None:
    bundle = tmp_path / "ca.pem"
    bundle.write_text(certificate(FRIDAY + dt.timedelta(days=300)) + certificate(FRIDAY + dt.timedelta(days=20)))
    with with_gp(sandbox, ca_bundle=bundle) as bridge:
        (alert,) = Watch(bridge, FRIDAY).look()
    assert (alert.code, alert.subject) == ("certificate", "ca.pem")
    assert "2026-03-26" in alert.text


def test_a_servers_certificate_is_asked_for_once_a_day_and_remembered(sandbox: Sandbox) -> None:
    asked: list[str] = []

    def fetch(host: str, port: int) -> str:
        asked.append(f"{host}:{port}")
        if len(asked) == 2:
            raise OSError("away")
        return certificate(FRIDAY + dt.timedelta(days=40))

    with with_gp(sandbox, sba_url="https://gp.example/GPService") as bridge:
        for _ in range(3):
            found = certificates(bridge, fetch)
        assert asked == ["gp.example:443"]
        sandbox.advance(days=1)
        assert certificates(bridge, fetch) == found
    assert found["gp.example"] == FRIDAY + dt.timedelta(days=40)
    assert len(asked) == 2


def test_a_certificate_is_asked_for_again_after_the_clock_was_set_back(sandbox: Sandbox) -> None:
    asked: list[str] = []

    def fetch(host: str, port: int) -> str:
        asked.append(host)
        return certificate(FRIDAY + dt.timedelta(days=40))

    with with_gp(sandbox, sba_url="https://gp.example/GPService") as bridge:
        certificates(bridge, fetch)
        for stream, seen in bridge.state.cursors().items():
            bridge.state.move_cursor(stream, seen.replace("2026", "2029", 1))
        for _ in range(2):
            certificates(bridge, fetch)
    assert len(asked) == 2
