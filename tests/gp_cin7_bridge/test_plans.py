"""A plan is data: it writes nothing, keeps every digit in a file, and is applied only where it still holds."""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from pathlib import Path

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small import add_purchase, codes, vouchers, writes

from cin7core_client import Product
from dynamicsgp_client import Distribution, DistributionType, PayablesDocument
from gp_cin7_bridge import (
    Action,
    Bridge,
    Plan,
    PlanError,
    Verb,
    apply,
    load_plan,
    plan,
    read_settings,
    save_plan,
    sync_bills,
    sync_vendors,
)
from gp_cin7_bridge.documents import fields_of
from gp_cin7_bridge.sandbox.simulators import Simulators

ALL = [("INV-1", Decimal(10)), ("INV-2", Decimal(20)), ("INV-3", Decimal(30))]
OTHERS = [("INV-1", Decimal(10)), ("INV-3", Decimal(30))]


@pytest.fixture
def saved(carried: Bridge, tmp_path: Path) -> Path:
    path = tmp_path / "bills.plan"
    save_plan(plan(carried, "bills"), path)
    return path


def stale(simulators: Simulators, bridge: Bridge, path: Path, *, document: str = "INV-2") -> str:
    """Apply a saved plan, expect one document to be refused and the others to go on; give why it was refused."""
    report = apply(bridge, load_plan(path))
    assert codes(report) == {document: ["plan_stale"]}
    (refused,) = report.held
    assert "gp-cin7 plan bills" in refused.reasons[0].cure
    assert set(report.created) == {"INV-1", "INV-2", "INV-3"} - {document}
    return refused.reasons[0].text


@pytest.mark.parametrize("flow", ["vendors", "items", "bills"])
def test_planning_saving_and_reading_a_plan_writes_nothing(
    simulators: Simulators, bridge: Bridge, tmp_path: Path, flow: str
) -> None:
    def memory() -> str:
        with bridge.state._database.transaction() as db:
            return hashlib.sha256("\n".join(db.connection.driver_connection.iterdump()).encode()).hexdigest()

    before = memory()
    save_plan(plan(bridge, flow), tmp_path / "plan")
    load_plan(tmp_path / "plan")
    assert memory() == before and writes(simulators) == 0


def test_a_saved_plan_is_the_plan(saved: Path, carried: Bridge) -> None:
    made = plan(carried, "bills")
    assert attrs.evolve(load_plan(saved), made_at=made.made_at) == made
    assert saved.stat().st_mode & 0o077 == 0


def test_the_details_of_an_action_go_through_a_file_into_its_link(carried: Bridge, tmp_path: Path) -> None:
    made = plan(carried, "bills")
    details = {"INV-1": {"cleared": [{"quantity": Decimal("1.50"), "account": "000-2111-00"}]}}
    actions = tuple(attrs.evolve(each, details=details.get(each.document, {})) for each in made)
    save_plan(attrs.evolve(made, actions=actions), tmp_path / "plan")
    apply(carried, load_plan(tmp_path / "plan"))
    links = {link.cin7_id: link.details for link in carried.state.links("bill")}
    assert links == {each.source_id: each.details for each in actions}


def test_a_plan_says_of_a_voucher_every_field_and_the_rule_behind_each_line(saved: Path) -> None:
    first = load_plan(saved).actions[0]
    assert first.after is not None and first.payload is not None
    assert first.after.keys() >= {"document_amount", "posting_date", "batch_id", "distributions"}
    explained = {each.field: each.rule for each in first.explained}
    assert all(explained.values()) and {"posting_date", "batch_id", "vendor_id"} <= explained.keys()


def test_a_plan_of_masters_says_before_and_after_of_each_field(simulators: Simulators, carried: Bridge) -> None:
    simulators.gp.sql("UPDATE PM00200 SET PHNUMBR1 = '55501234567890' WHERE VENDORID = 'ACME'")
    (action,) = [each for each in plan(carried, "vendors") if each.verb == Verb.UPDATE]
    assert action.before is not None and action.after is not None
    assert action.before.keys() == action.after.keys()
    assert all(action.before[name] != action.after[name] for name in action.after)


def test_a_saved_plan_can_be_applied_later(simulators: Simulators, carried: Bridge, saved: Path) -> None:
    report = apply(carried, load_plan(saved))
    assert len(report.created) == 3 and vouchers(simulators.gp) == ALL
    before = writes(simulators)
    assert len(sync_bills(carried).created) == 0 and writes(simulators) == before


def test_a_source_that_changed_is_refused_and_the_rest_goes_on(
    simulators: Simulators, carried: Bridge, saved: Path
) -> None:
    simulators.cin7.do("edit_invoice", order_number="PO-2", InvoiceNumber="INV-2", InvoiceDate="2026-03-05T00:00:00")
    assert "changed in Cin7 Core" in stale(simulators, carried, saved)
    assert vouchers(simulators.gp) == OTHERS
    assert sync_bills(carried).created == ("INV-2",)


def test_a_source_that_was_voided_is_refused(simulators: Simulators, carried: Bridge, saved: Path) -> None:
    simulators.cin7.do("void_purchase", order_number="PO-2")
    stale(simulators, carried, saved)
    assert vouchers(simulators.gp) == OTHERS


def test_what_was_written_meanwhile_is_refused(simulators: Simulators, carried: Bridge, saved: Path) -> None:
    sync_bills(carried)
    report = apply(carried, load_plan(saved))
    assert {each[0] for each in codes(report).values()} == {"plan_stale"}
    assert "written meanwhile" in report.held[0].reasons[0].text
    assert vouchers(simulators.gp) == ALL and carried.state.held() == []


def test_a_period_that_was_closed_meanwhile_is_said(simulators: Simulators, carried: Bridge, tmp_path: Path) -> None:
    simulators.cin7.do("edit_invoice", order_number="PO-2", InvoiceDate="2026-04-02T00:00:00")
    save_plan(plan(carried, "bills"), tmp_path / "plan")
    simulators.gp.do("close_period", year=2026, period=4)
    assert "closed for Purchasing" in stale(simulators, carried, tmp_path / "plan")


def test_a_bill_typed_into_gp_meanwhile_is_said(simulators: Simulators, carried: Bridge, saved: Path) -> None:
    typed = PayablesDocument(
        voucher_number="00000000000000077",
        vendor_id="ACME",
        document_number="INV-2",
        document_date="2026-03-02",  # type: ignore[arg-type]  # read by pydantic
        batch_id="HAND",
        purchases_amount=Decimal(20),
        document_amount=Decimal(20),
    )
    carried.gp.payables.create(typed)
    assert "already has document number" in stale(simulators, carried, saved)


def test_a_mapping_that_changed_meanwhile_is_said(simulators: Simulators, carried: Bridge, saved: Path) -> None:
    text = simulators.settings.read_text("utf-8")
    simulators.settings.write_text(text.replace('"1300" = "000-1300-00"', '"1300" = "000-1310-01"'), "utf-8")
    simulators.gp.add_account("000-1310-01", "Other inventory")
    with Bridge.open(simulators.settings) as changed:
        report = apply(changed, load_plan(saved))
    assert codes(report) == {document: ["plan_stale"] for document in ("INV-1", "INV-2", "INV-3")}
    assert "distributions" in report.held[0].reasons[0].text
    assert vouchers(simulators.gp) == []


def test_a_target_that_changed_meanwhile_is_said(simulators: Simulators, carried: Bridge, tmp_path: Path) -> None:
    simulators.gp.sql("UPDATE PM00200 SET VENDSTTS = 2 WHERE VENDORID = 'ACME'")
    save_plan(plan(carried, "vendors"), tmp_path / "plan")
    supplier = carried.cin7.suppliers.find("ACME Ltd")
    assert supplier is not None
    carried.cin7.suppliers.update(supplier.replace(status="Deprecated"))
    report = apply(carried, load_plan(tmp_path / "plan"))
    assert codes(report) == {"ACME": ["plan_stale"]}
    assert "Cin7 Core has other values now (status)" in report.held[0].reasons[0].text
    assert sync_vendors(carried).updated == ("ACME",)


def test_a_stale_plan_moves_no_cursor(simulators: Simulators, carried: Bridge, saved: Path) -> None:
    simulators.cin7.do("edit_invoice", order_number="PO-2", Total=21, TotalBeforeTax=21)
    stale(simulators, carried, saved)
    assert carried.state.cursor("cin7.purchases") is None


def test_an_old_plan_never_takes_a_document_out_of_the_queue(
    simulators: Simulators, carried: Bridge, tmp_path: Path
) -> None:
    sync_bills(carried)
    unchanged = plan(carried, "bills")
    simulators.cin7.do("edit_invoice", order_number="PO-2", Total=21, TotalBeforeTax=21)
    assert codes(sync_bills(carried)) == {"INV-2": ["bill_changed", "totals_do_not_foot"]}
    assert codes(apply(carried, unchanged)) == {"INV-2": ["plan_stale"]}
    assert [each.document for each in carried.state.held()] == ["INV-2"]


def test_a_new_purchase_does_not_disturb_an_old_plan(simulators: Simulators, carried: Bridge, saved: Path) -> None:
    add_purchase(simulators.cin7, 4)
    assert len(apply(carried, load_plan(saved)).created) == 3
    assert sync_bills(carried).created == ("INV-4",)


def test_a_plan_of_another_connection_is_refused(simulators: Simulators, carried: Bridge, saved: Path) -> None:
    settings = read_settings(simulators.settings)
    other = settings.model_copy(update={"name": "other"})
    with Bridge(other) as elsewhere, pytest.raises(PlanError, match="was made for connection 'small'"):
        apply(elsewhere, load_plan(saved))


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda text: text[: len(text) // 2], "only half of one"),
        (lambda text: "", "only half of one"),
        (lambda text: "[]", "no plan of this release"),
        (lambda text: text.replace('"document_amount": 10', '"document_amount": 11', 1), "was edited"),
        (lambda text: text.replace("gp-cin7 plan 1", "gp-cin7 plan 9"), "no plan of this release"),
    ],
)
def test_a_file_that_is_not_whole_is_refused_with_the_cure(saved: Path, damage: object, said: str) -> None:
    text = saved.read_text("utf-8")
    damaged = damage(text)  # type: ignore[operator]  # one of the functions above
    assert damaged != text
    saved.write_text(damaged, "utf-8")
    with pytest.raises(PlanError, match=said) as raised:
        load_plan(saved)
    assert "anew" in str(raised.value)


def test_a_plan_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match=r"gp-cin7 plan FLOW --save"):
        load_plan(tmp_path / "nowhere")
    with pytest.raises(PlanError, match="cannot be written"):
        save_plan(Plan(flow="bills", actions=()), tmp_path / "no folder" / "plan")


amounts = st.decimals(min_value="0", max_value="1e15", places=5)


@given(total=amounts, rate=st.decimals(min_value="0.0000001", max_value="99999", places=7), price=amounts)
def test_a_file_keeps_every_digit(
    tmp_path_factory: pytest.TempPathFactory, total: Decimal, rate: Decimal, price: Decimal
) -> None:
    line = Distribution(account_number="1", type=DistributionType.PURCHASE, debit_amount=total)
    voucher = PayablesDocument(
        voucher_number="C7",
        vendor_id="V",
        document_date="2026-03-01",  # type: ignore[arg-type]  # read by pydantic
        document_amount=total,
        exchange_rate=rate,
        distributions=(line,),
    )
    product = Product.model_validate({"Name": "P", "SKU": "S", "PriceTier1": price, "UnknownFigure": price})
    path = tmp_path_factory.mktemp("plans") / "plan"
    for flow, payload in (("bills", voucher), ("items", product)):
        action = Action(flow=flow, verb=Verb.CREATE, document="D", key="K", source_id="S", payload=payload)  # type: ignore[arg-type]  # one of the flows
        save_plan(Plan(flow=flow, actions=(action,)), path)  # type: ignore[arg-type]  # as above
        (read,) = load_plan(path)
        assert read.payload is not None
        assert fields_of(read.payload) == fields_of(payload)
        assert json.dumps(fields_of(read.payload), default=str) == json.dumps(fields_of(payload), default=str)


def test_one_document_of_a_plan_is_carried_and_the_others_stay_for_the_next(
    simulators: Simulators, carried: Bridge
) -> None:
    report = apply(carried, plan(carried, "bills").only(["INV-2"]))
    assert (report.created, vouchers(simulators.gp)) == (("INV-2",), [("INV-2", Decimal(20))])
    assert set(sync_bills(carried).created) == {"INV-1", "INV-3"}
    assert vouchers(simulators.gp) == ALL
