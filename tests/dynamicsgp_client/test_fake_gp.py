"""The simulator keeps GP's rules: what may be saved, what may be posted, what people do."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from decimal import Decimal
from pathlib import Path

import pytest

from dynamicsgp_client import (
    BasicAuth,
    Distribution,
    DynamicsGP,
    NoAnswerError,
    NTLMAuth,
    PayablesDocument,
    Retry,
    ValidationError,
)
from dynamicsgp_client.testing import FakeGP, Refused


def bill(number: int = 1, **changes: object) -> PayablesDocument:
    document = PayablesDocument(
        voucher_number=f"C7V{number}",
        vendor_id="ACME",
        document_number=f"INV-{number}",
        document_date=dt.date(2026, 3, 1),
        batch_id="C7TEST",
        purchases_amount=Decimal(10),
        document_amount=Decimal(10),
        distributions=(
            Distribution(account_number="000-1300-00", type=6, debit_amount=Decimal(10)),
            Distribution(account_number="000-2100-00", type=2, credit_amount=Decimal(10)),
        ),
        create_distributions=False,
    )
    return document.replace(**changes)


@pytest.fixture
def saved(fake_gp: FakeGP, gp: DynamicsGP) -> FakeGP:
    fake_gp.add_vendor("ACME", "Acme")
    gp.payables.create(bill())
    return fake_gp


def test_unbalanced_distributions_can_be_saved_but_not_posted(fake_gp: FakeGP, gp: DynamicsGP) -> None:
    fake_gp.add_vendor("ACME", "Acme")
    gp.payables.create(bill(distributions=bill().distributions[:1]))
    messages = fake_gp.do("post_batch", batch="C7TEST")
    assert messages == ["C7V1: Distributions for this transaction contain errors."]
    assert gp.payables.get("C7V1").transaction_state == "Work"


def test_a_closed_period_matters_at_posting_not_at_saving(saved: FakeGP, gp: DynamicsGP) -> None:
    saved.do("close_period", year=2026, period=3)
    gp.payables.create(bill(2))
    assert len(saved.do("post_batch", batch="C7TEST")) == 2  # type: ignore[arg-type]  # a list of messages
    saved.do("close_period", year=2026, period=3, closed=False)
    assert saved.do("post_batch", batch="C7TEST") == []
    assert gp.payables.get("C7V2").transaction_state == "Open"


def test_vouchers_are_posted_paid_voided_edited_and_deleted_by_people(saved: FakeGP, gp: DynamicsGP) -> None:
    gp.payables.create(bill(2))
    gp.payables.create(bill(3, batch_id="OTHER"))
    saved.do("edit_voucher", voucher="C7V3", TRXDSCRN="by hand")
    assert gp.payables.get("C7V3").description == "by hand"
    saved.do("delete_voucher", voucher="C7V3")
    assert gp.payables.find("C7V3") is None
    saved.do("post_batch", batch="C7TEST")
    saved.do("pay_voucher", voucher="C7V1")
    saved.do("void_voucher", voucher="C7V2")
    assert gp.payables.get("C7V1").transaction_state == "History"
    assert gp.payables.get("C7V2").voided
    with pytest.raises(Refused):
        saved.do("delete_voucher", voucher="C7V1")


def test_gp_gives_its_own_number_when_overriding_is_off(gp: DynamicsGP, fake_gp: FakeGP) -> None:
    fake_gp.add_vendor("ACME", "Acme")
    with fake_gp.transaction() as db:
        db.execute("UPDATE PM40100 SET OVVCHNUM = 0")
    assert gp.payables.create(bill()).voucher_number == "00000000000000001"
    assert gp.payables_setup.get().next_voucher_number == "00000000000000002"


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ("UPDATE PM00200 SET VENDSTTS = 2", "This vendor is inactive."),
        ("UPDATE GL00100 SET ACTIVE = 0", "is inactive"),
        ("UPDATE GL00100 SET ACCTENTR = 0", "does not allow account entry"),
        ("UPDATE SY00500 SET MKDTOPST = 1", "marked to post"),
    ],
)
def test_the_window_refuses_at_saving(saved: FakeGP, gp: DynamicsGP, change: str, text: str) -> None:
    with saved.transaction() as db:
        db.execute(change)
    with pytest.raises(ValidationError, match=text):
        gp.payables.create(bill(2))


def test_a_vendor_on_hold_may_have_documents(saved: FakeGP, gp: DynamicsGP) -> None:
    with saved.transaction() as db:
        db.execute("UPDATE PM00200 SET HOLD = 1")
    assert gp.payables.create(bill(2)).voucher_number == "C7V2"


def test_duplicate_document_numbers_follow_the_set_up(saved: FakeGP, gp: DynamicsGP) -> None:
    again = bill(2, document_number="INV-1")
    with pytest.raises(ValidationError, match="Duplicate invoice numbers are not allowed"):
        gp.payables.create(again)
    with saved.transaction() as db:
        db.execute("UPDATE PM40100 SET ADUPINNM = 1")
    assert gp.payables.create(again).voucher_number == "C7V2"


def test_duplicate_document_numbers_may_be_allowed_in_recurring_batches_only(saved: FakeGP, gp: DynamicsGP) -> None:
    with saved.transaction() as db:
        db.execute("UPDATE PM40100 SET ADUPINNM = 2")
    with pytest.raises(ValidationError, match="Duplicate invoice numbers are not allowed"):
        gp.payables.create(bill(2, document_number="INV-1"))
    with saved.transaction() as db:
        db.execute("UPDATE SY00500 SET BACHFREQ = 3")
    assert gp.payables.create(bill(2, document_number="INV-1")).voucher_number == "C7V2"


def test_an_expired_rate_matters_at_posting_not_at_saving(fake_gp: FakeGP, gp: DynamicsGP) -> None:
    fake_gp.add_vendor("ACME", "Acme")
    rate = {"EXCHDATE": "2026-02-01 00:00:00", "XCHGRATE": "1.25", "EXPNDATE": "2026-02-20 00:00:00"}
    fake_gp.insert("MC00100", EXGTBLID="Z-TEST", CURNCYID="Z-EURO", **rate)
    gp.payables.create(bill(currency_id="Z-EURO"))
    assert fake_gp.do("post_batch", batch="C7TEST") == ["C7V1: The exchange rate has expired."]


class Clock:
    def __init__(self) -> None:
        self.now = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        return self.now


def test_the_first_call_after_a_pause_is_slow_and_a_longer_patience_bears_it() -> None:
    clock = Clock()
    company = FakeGP(seed="empty", clock=clock, latency=1, cold_start=40)
    switches = {"company": company.company, "auth": BasicAuth("u", "p"), "retry": Retry.never()}
    url = "http://127.0.0.1/GPService"
    with (
        DynamicsGP(url, timeout=20, transport=company.adapter(), **switches) as hasty,  # type: ignore[arg-type]
        DynamicsGP(url, transport=company.adapter(), **switches) as patient,  # type: ignore[arg-type]
    ):
        with pytest.raises(NoAnswerError):
            hasty.companies.list().to_list()
        assert hasty.companies.list().to_list()
        clock.now += dt.timedelta(hours=1)
        assert patient.companies.list().to_list()
    company.close()


def test_a_served_company_takes_its_time(tmp_path: Path) -> None:
    with running("--auth", "none", "--latency", "0.3") as (url, _):
        begun = time.monotonic()
        with DynamicsGP(url, company="Fabrikam, Inc.", auth=BasicAuth("u", "p")) as gp:
            gp.companies.list().first()
    assert time.monotonic() - begun >= 0.3


def test_the_command_serves_tls_that_ntlm_is_bound_to(tmp_path: Path) -> None:
    database = tmp_path / "gp.sqlite"
    with running("--tls", "--db", str(database), "--password", "pw") as (url, _):
        auth = NTLMAuth("GP\\gpuser", "pw")
        assert url.startswith("https://")
        with DynamicsGP(url, company="Fabrikam, Inc.", auth=auth, verify=str(tmp_path / "tls.pem")) as gp:
            assert gp.vendors.list().first() is not None


def test_the_readmes_example_runs_against_the_served_company(repository: Path, tmp_path: Path) -> None:
    readme = (repository / "src" / "dynamicsgp_client" / "README.md").read_text("utf-8")
    code = readme.partition("## Write a bill, once")[2].partition("```python\n")[2].partition("```")[0]
    with running() as (url, _):
        script = code.replace("http://127.0.0.1:8001/GPService", url)
        command = [sys.executable, "-c", script]
        first = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        again = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert first.stdout.endswith("MYVOUCHER00000001 Work 65.44\n"), first.stderr
    assert "ConflictError" in again.stderr


def test_a_credit_memo_is_refused_in_a_recurring_batch(saved: FakeGP, gp: DynamicsGP) -> None:
    with saved.transaction() as db:
        db.execute("UPDATE SY00500 SET BACHFREQ = 3")
    with pytest.raises(ValidationError, match="single-use"):
        gp.payables.create(bill(2, document_type=5))


def test_foreign_amounts_are_kept_beside_their_functional_ones(fake_gp: FakeGP, gp: DynamicsGP) -> None:
    fake_gp.add_vendor("ACME", "Acme")
    gp.payables.create(bill(currency_id="Z-EURO", exchange_rate=Decimal("1.0922")))
    (row,) = fake_gp.sql(
        "SELECT p.DOCAMNT, m.ORDOCAMT, m.XCHGRATE FROM PM10000 p JOIN MC020103 m ON m.VCHRNMBR = p.VCHNUMWK"
    )
    assert [Decimal(str(value)) for value in row] == [Decimal("10.92"), Decimal(10), Decimal("1.0922")]
    assert gp.payables.get("C7V1").document_amount == Decimal(10)


@contextmanager
def running(*arguments: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    command = [sys.executable, "-m", "dynamicsgp_client.testing", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        word, _, url = process.stdout.readline().strip().partition(" ")
        assert word == "ready"
        try:
            yield url, process
        finally:
            process.terminate()
            process.wait(10)


def act(url: str, **facts: object) -> object:
    request = urllib.request.Request(url.replace("/GPService", "/_sim"), json.dumps(facts).encode())
    with urllib.request.urlopen(request) as answer:
        return json.loads(answer.read())


def test_the_command_serves_a_database_that_anyone_can_read(tmp_path: Path) -> None:
    database = tmp_path / "gp.sqlite"
    with running("--port", "0", "--db", str(database), "--password", "pw", "--company", "A & B") as (url, process):
        with DynamicsGP(url, company="A & B", auth=NTLMAuth("GP\\gpuser", "pw")) as gp:
            assert len(gp.vendors.list().to_list()) >= 40
            assert len(gp.items.list().to_list()) >= 150
        act(url, do="close_period", year=2026, period=2, series="purchasing")
        act(url, do="fail_next", kind="status", status=500, match="GET", times=1)
        with pytest.raises(urllib.error.HTTPError):
            act(url, do="conquer")
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    with closing(sqlite3.connect(database)) as db:
        assert db.execute("SELECT count(*) FROM PM00200").fetchone()[0] >= 40
        assert db.execute("SELECT PSERIES_3 FROM SY40100 WHERE YEAR1=2026 AND PERIODID=2 AND SERIES=0").fetchone() == (
            1,
        )
        at, principal = db.execute("SELECT at, principal FROM request_log WHERE status = 200").fetchone()
        assert at > 1.7e9 and principal == "GP\\gpuser"


def test_a_port_that_is_taken_is_said_in_a_sentence() -> None:
    with running() as (url, _):
        port = url.rpartition(":")[2].partition("/")[0]
        command = [sys.executable, "-m", "dynamicsgp_client.testing", "--port", port]
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=dict(os.environ))
    assert done.returncode == 1
    assert "choose another --port" in done.stderr and "Traceback" not in done.stderr
