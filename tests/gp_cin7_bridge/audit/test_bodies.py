"""What went over the line for each attempt is kept redacted, for its own time; its hash stays in the audit."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from small import codes
from typer.testing import CliRunner

from cin7core_client import Product, ProductSupplier, Supplier, SupplierAddress, SupplierContact
from dynamicsgp_client import Distribution, PayablesDocument, PayablesTax
from gp_cin7_bridge import Bridge, sync_bills, sync_items, sync_vendors
from gp_cin7_bridge.app.cli import app
from gp_cin7_bridge.sandbox.simulators import Simulators
from gp_cin7_bridge.settings import AuditSettings
from gp_cin7_bridge.state import AuditRow, Body
from gp_cin7_bridge.writes.evidence import SHOWN, harmless

MODELS = (
    PayablesDocument,
    Distribution,
    PayablesTax,
    Supplier,
    SupplierAddress,
    SupplierContact,
    Product,
    ProductSupplier,
)
NEVER = (
    "tax_number",
    "checkbook",
    "bank",
    "iban",
    "phone",
    "email",
    "line1",
    "comment",
    "note",
    "additional_attribute",
)


def bills(bridge: Bridge) -> list[AuditRow]:
    return [row for row in bridge.state.audit_rows() if row.flow == "bills"]


def bodies(bridge: Bridge, row: AuditRow) -> list[Body]:
    assert row.operation_id
    return bridge.state.bodies.of(row.operation_id)


def kinds(found: list[Body]) -> list[tuple[int, str]]:
    return [(body.attempt, str(body.kind)) for body in found]


def test_a_carried_bill_keeps_what_was_sent_and_what_gp_has(carried: Bridge) -> None:
    sync_bills(carried)
    row = bills(carried)[1]
    request, *_, response = kept = bodies(carried, row)
    assert (row.attempt, row.request, row.response) == (1, request.hash, response.hash)
    for body in kept:
        assert body.content and hashlib.sha256(body.content.encode()).hexdigest() == body.hash
        assert body.bytes == len(body.content.encode())
    sent, found = json.loads(request.content or ""), json.loads(response.content or "")
    assert sent["document_number"] == found["document_number"] == "INV-2"
    assert [line["debit_amount"] for line in sent["distributions"]] == [20, 0]


def test_a_lost_answer_leaves_both_the_silence_and_what_the_look_found(simulators: Simulators, carried: Bridge) -> None:
    simulators.gp.fail_next("lost_answer", match="POST .*Payables")
    sync_bills(carried)
    row = next(row for row in bills(carried) if row.outcome == "recovered")
    assert kinds(bodies(carried, row)) == [(1, "request"), (1, "refusal"), (1, "found")]
    refusal, found = bodies(carried, row)[1:]
    assert json.loads(refusal.content or "")["may_have_happened"] is True
    assert row.response == found.hash


def test_every_attempt_keeps_its_own(simulators: Simulators, carried: Bridge) -> None:
    simulators.gp.fail_next("lost_request", match="POST .*Payables")
    sync_bills(carried)
    row = next(row for row in bills(carried) if row.attempt == 2)
    first = kinds(bodies(carried, row))
    assert (first[:2], first[2]) == ([(1, "request"), (1, "refusal")], (2, "request"))


def test_a_refused_bill_keeps_status_and_code(simulators: Simulators, carried: Bridge) -> None:
    simulators.gp.sql("UPDATE PM00200 SET HOLD = 1")
    simulators.gp.fail_next("status", match="POST .*Payables", status=400)
    assert codes(sync_bills(carried))
    row = next(row for row in bills(carried) if row.outcome == "rejected")
    assert json.loads(bodies(carried, row)[-1].content or "")["status"] == 400


def test_an_updated_supplier_keeps_its_bodies_without_anything_private(simulators: Simulators, carried: Bridge) -> None:
    simulators.gp.sql(
        "UPDATE PM00200 SET VENDNAME = 'Renamed', TXIDNMBR = '12-3456789', PHNUMBR1 = '5550100' WHERE VENDORID = 'ACME'"
    )
    assert sync_vendors(carried).updated == ("ACME",)
    row = carried.state.audit_rows(document="ACME")[-1]
    assert kinds(bodies(carried, row)) == [(1, "request"), (1, "answer")]
    text = "".join(body.content or "" for body in bodies(carried, row))
    assert "Renamed" in text and '"phone": "***"' in text
    assert "8877" not in text


@pytest.mark.parametrize("model", MODELS)
def test_only_fields_that_are_allowed_are_kept(model: type[PayablesDocument]) -> None:
    names = {*model.model_fields, "BankAccountNumber"}
    text = json.dumps(harmless(model.model_construct(names, **dict.fromkeys(names, "canary"))))
    kept = {name for name, value in json.loads(text).items() if value != "***"}
    assert kept == SHOWN[model]  # type: ignore[index]  # one of its keys
    assert not [name for name in kept for part in NEVER if part in name]


def test_a_document_without_a_list_of_its_own_shows_nothing() -> None:
    class Stranger(Product):
        pass

    assert harmless(Stranger(sku="A-1", name="canary")) == {"sku": "***", "name": "***"}


@pytest.fixture
def late(simulators: Simulators, carried: Bridge) -> Iterator[Bridge]:
    """The connection 90 days after its bills were carried."""
    sync_bills(carried)
    with Bridge(
        carried.settings,
        gp=carried.gp,
        cin7=carried.cin7,
        clock=lambda: dt.datetime.now(dt.UTC) + dt.timedelta(days=90),
    ) as later:
        yield later


def test_a_run_forgets_bodies_whose_time_is_over_and_says_so(late: Bridge) -> None:
    row = bills(late)[0]
    sync_items(late)
    assert {body.content for body in bodies(late, row)} == {None}
    assert row.request == bodies(late, row)[0].hash
    purged = late.state.audit_rows(outcome="purged")
    assert len(purged) == 1 and purged[0].run_id and "bodies whose time was over" in purged[0].detail
    sync_items(late)
    assert len(late.state.audit_rows(outcome="purged")) == 1
    assert late.state.audit_broken_at() is None


def test_what_was_purged_is_gone_from_the_file(simulators: Simulators, carried: Bridge, late: Bridge) -> None:
    content = (bodies(late, bills(late)[0])[-1].content or "").encode()
    state = simulators.folder / "state.sqlite"
    late.state.bodies.purge()
    carried.close()
    late.close()
    assert content and content not in state.read_bytes()


def test_nobody_purges_before_the_time_is_over(simulators: Simulators, carried: Bridge) -> None:
    sync_bills(carried)
    done = CliRunner().invoke(app, ["audit", "purge", "-c", str(simulators.settings)])
    assert (done.exit_code, done.output) == (0, "small: 0 bodies and 0 runs purged\n")
    assert all(body.content for body in bodies(carried, bills(carried)[0]))
    assert carried.state.audit_rows(outcome="purged") == []


def test_no_days_keep_no_bodies_and_no_hashes(carried: Bridge) -> None:
    settings = carried.settings.model_copy(update={"audit": AuditSettings(keep_bodies_days=0)})
    with Bridge(settings, gp=carried.gp, cin7=carried.cin7) as bridge:
        sync_bills(bridge)
        row = bills(bridge)[0]
        assert (row.attempt, row.request, row.response, bodies(bridge, row)) == (1, "", "", [])


def test_another_connection_neither_sees_nor_purges_them(simulators: Simulators, late: Bridge, tmp_path: Path) -> None:
    row = bills(late)[0]
    settings = late.settings.model_copy(update={"name": "other"})
    with Bridge(settings, gp=late.gp, cin7=late.cin7, clock=late.clock) as other:
        assert row.operation_id
        assert (other.state.bodies.of(row.operation_id), other.state.bodies.purge()) == ([], 0)
    assert all(body.content for body in bodies(late, row))
