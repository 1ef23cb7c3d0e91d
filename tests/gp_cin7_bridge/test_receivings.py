"""Receipts as GP's own receivings, from end to end: shipments, and purchase invoices that are matched to them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from urllib.parse import urlsplit

import pytest
from receipt_parts import buy, invoice, line, receipt
from small import codes

from dynamicsgp_client import DynamicsGP, NTLMAuth
from dynamicsgp_client.testing import make_server, served
from gp_cin7_bridge import Bridge, Report, plan, reconcile, sync_bills, sync_items, sync_receipts, sync_vendors
from gp_cin7_bridge.review.dossier import dossier
from gp_cin7_bridge.review.rebuild import rebuild
from gp_cin7_bridge.sandbox import Sandbox

NOW = dt.datetime(2026, 4, 10, 12, tzinfo=dt.UTC)
SIGN_ON = {"username": "sandbox", "password": "env:NOT_NEEDED"}
T1, T2 = "11111111-0000-4000-8000-000000000001", "11111111-0000-4000-8000-000000000002"
POP = {"receipts": {"mode": "pop", "sites": {"Main Warehouse": "MAIN"}}}
# What GP's SOAP service does not tell, a person sets.
OVER_SOAP = {
    "gp": {"soap_url": "http://gp.example:48620/DynamicsGPService.asmx", "company": "Fabrikam, Inc.", **SIGN_ON},
    "bills": {"currencies": {"USD": "Z-US$", "EUR": "Z-EURO"}},
    "periods": {"years": [{"year": 2026, "first_date": "2026-01-01"}]},
}
MARCH_5, APRIL_2, APRIL_9 = dt.date(2026, 3, 5), dt.date(2026, 4, 2), dt.date(2026, 4, 9)


def stocked(sandbox: Sandbox, *items: str) -> Sandbox:
    """Give a vendor and items to both systems."""
    sandbox.gp.add_vendor("ACME", "ACME Ltd")
    sandbox.gp.insert("IV40700", LOCNCODE="MAIN")
    for item in items or ("A-1",):
        sandbox.gp.add_item(item, f"Item {item}", unit_schedule_id="EACH")
    sync_vendors(sandbox.bridge)
    sync_items(sandbox.bridge)
    return sandbox


@pytest.fixture(params=[{}, OVER_SOAP], ids=["sba", "soap"])
def sandbox(request: pytest.FixtureRequest) -> Sandbox:
    return stocked(Sandbox({**POP, **request.param}, now=NOW))


def arrived(
    sandbox: Sandbox, quantity: object, day: dt.date, *, task: str = T1, location: str = "Main Warehouse"
) -> dict[str, object]:
    found = receipt(sandbox.cin7, task, (quantity, day))
    for each in found["Lines"]:  # type: ignore[attr-defined]  # a list of the simulator's rows
        each["Location"] = location
    return found


def bill(
    sandbox: Sandbox, number: str, day: dt.date, quantity: object, price: object, **more: object
) -> dict[str, object]:
    return invoice(number, day, line(sandbox.cin7, quantity, price), task_id=T1, **more)  # type: ignore[arg-type]


def order(
    sandbox: Sandbox,
    *receipts: dict[str, object],
    bills: tuple[dict[str, object], ...] = (),
    at: int = 20,
    **more: object,
) -> str:
    ordered = [line(sandbox.cin7, 10, "2.50")]
    return buy(sandbox.cin7, ordered, *receipts, invoices=bills, updated=f"2026-03-{at}T10:00:00.000Z", **more)  # type: ignore[arg-type]


def receivings(sandbox: Sandbox) -> list[tuple[int, str, Decimal]]:
    """Type, day and subtotal of every receiving in GP."""
    rows = sandbox.gp.sql("SELECT POPTYPE, receiptdate, SUBTOTAL FROM POP10300 ORDER BY POPTYPE, receiptdate")
    return [(row["POPTYPE"], row["receiptdate"][:10], Decimal(str(row["SUBTOTAL"]))) for row in rows]


def matched(sandbox: Sandbox) -> Decimal:
    """What purchase invoices took of shipments, at the shipments' costs."""
    rows = sandbox.gp.sql(
        """SELECT m.QTYINVCD AS quantity, l.UNITCOST AS cost FROM POP10600 m
           JOIN POP10310 l ON l.POPRCTNM = m.POPRCTNM AND l.RCPTLNNM = m.RCPTLNNM"""
    )
    return sum((Decimal(str(row["quantity"])) * Decimal(str(row["cost"])) for row in rows), Decimal(0))


def both(sandbox: Sandbox) -> tuple[Report, Report]:
    return sync_receipts(sandbox.bridge), sync_bills(sandbox.bridge)


def test_the_worked_example_of_the_docs_foots(sandbox: Sandbox) -> None:
    first = arrived(sandbox, 6, MARCH_5)
    order(sandbox, first)
    both(sandbox)
    assert receivings(sandbox) == [(1, "2026-03-05", Decimal("15.00"))]
    bills = (bill(sandbox, "B-1", APRIL_2, 10, "2.60"),)
    order(sandbox, first, bills=bills, at=21)
    assert codes(both(sandbox)[0]) == {"B-1": ["goods_not_shipped"]}
    order(sandbox, first, arrived(sandbox, 4, APRIL_9, task=T2), bills=bills, at=22)
    report, vouchers = both(sandbox)
    assert not codes(report) and not vouchers.created
    assert receivings(sandbox) == [
        (1, "2026-03-05", Decimal("15.00")),
        (1, "2026-04-09", Decimal("10.00")),
        (2, "2026-04-02", Decimal("26.00")),
    ]
    assert matched(sandbox) == Decimal("25.00")
    assert not sandbox.gp.sql("SELECT * FROM PM10000")


def test_a_receipt_is_shipped_and_its_bill_matched_over_gps_soap_service() -> None:
    sandbox = Sandbox({**POP, **OVER_SOAP}, now=NOW)
    shared = sandbox.bridge
    with (
        served(make_server(sandbox.gp, password="secret")) as server,
        DynamicsGP(None, server.soap_url, company=sandbox.gp.company, auth=NTLMAuth("GP\\gpuser", "secret")) as gp,
        Bridge(shared.settings, gp=gp, cin7=shared.cin7, state="sqlite://", clock=shared.clock) as bridge,
    ):
        sandbox.bridge = bridge
        stocked(sandbox)
        order(sandbox, arrived(sandbox, 10, MARCH_5), bills=(bill(sandbox, "B-1", APRIL_2, 10, "2.60"),))
        assert sync_receipts(bridge).created == ("PO-9 received 2026-03-05", "B-1")
        assert reconcile(bridge, ("receipts", "bills")).agrees
    assert receivings(sandbox) == [(1, "2026-03-05", Decimal("26.00")), (2, "2026-04-02", Decimal("26.00"))]
    assert {each.path for each in sandbox.gp.requests} == {urlsplit(server.soap_url).path}
    assert matched(sandbox) == Decimal("26.00")


def test_nothing_is_made_twice(sandbox: Sandbox) -> None:
    order(sandbox, arrived(sandbox, 10, MARCH_5), bills=(bill(sandbox, "B-1", APRIL_2, 10, "2.50"),))
    both(sandbox)
    there = receivings(sandbox)
    order(sandbox, arrived(sandbox, 10, MARCH_5), bills=(bill(sandbox, "B-1", APRIL_2, 10, "2.50"),), at=25)
    report, bills = both(sandbox)
    assert (report.created, bills.created) == ((), ())
    assert receivings(sandbox) == there and len(there) == 2


@pytest.mark.parametrize("kind", ["lost_answer", "lost_request"])
def test_a_lost_answer_makes_no_second_receiving(sandbox: Sandbox, kind: str) -> None:
    """It is lost to the creation of the shipment, then to that of the purchase invoice."""
    came, bills = arrived(sandbox, 10, MARCH_5), (bill(sandbox, "B-1", APRIL_2, 10, "2.50"),)
    for at, billed in ((20, ()), (21, bills)):
        order(sandbox, came, bills=billed, at=at)
        sandbox.gp.fail_next(kind, match="^POST .*(Receivings|CreatePurchase)")  # type: ignore[arg-type]  # one of two
        report = sync_receipts(sandbox.bridge)
        assert len(report.failed) == (kind == "lost_request")
        sandbox.advance(minutes=2)
        sync_receipts(sandbox.bridge)
    assert receivings(sandbox) == [(1, "2026-03-05", Decimal("25.00")), (2, "2026-04-02", Decimal("25.00"))]
    assert matched(sandbox) == Decimal("25.00")
    assert not sandbox.bridge.state.held("receipts")
    assert reconcile(sandbox.bridge, ("receipts", "bills")).agrees


def test_costs_to_five_decimals_and_a_foreign_currency_read_back_as_they_were_sent(sandbox: Sandbox) -> None:
    ordered = [line(sandbox.cin7, 3, "0.33333")]
    billed = (invoice("B-1", APRIL_2, line(sandbox.cin7, 3, "0.33333"), task_id=T1),)
    euros = {"currency": "EUR", "rate": Decimal("1.0922")}
    buy(sandbox.cin7, ordered, arrived(sandbox, 3, MARCH_5), invoices=billed, **euros)
    report, _ = both(sandbox)
    assert not codes(report) and len(report.created) == 2
    rows = sandbox.gp.sql("SELECT UNITCOST FROM POP10310")
    assert {Decimal(str(row["UNITCOST"])) for row in rows} == {Decimal("0.33333")}
    assert {row["CURNCYID"] for row in sandbox.gp.sql("SELECT CURNCYID FROM POP10300")} == {"Z-EURO"}
    assert reconcile(sandbox.bridge, ("receipts", "bills")).agrees


def test_what_goes_back_is_a_credit_memo_and_the_receivings_stay(sandbox: Sandbox) -> None:
    came, bills = arrived(sandbox, 10, MARCH_5), (bill(sandbox, "B-1", APRIL_2, 10, "2.50"),)
    order(sandbox, came, bills=bills)
    both(sandbox)
    back = line(sandbox.cin7, 2, "2.50")
    note = {"TaskID": T2, "CreditNoteNumber": "CN-1", "CreditNoteDate": f"{APRIL_9}T00:00:00", "Status": "AUTHORISED"}
    note |= {"Lines": [back], "TotalBeforeTax": 5, "Tax": 0, "Total": 5, "Unstock": [back]}
    order(sandbox, came, bills=bills, at=21, credit_notes=[note])
    (told,) = (why for each in plan(sandbox.bridge, "bills") if each.verb == "create" for why in each.reasons)
    assert told.code == "return_not_in_stock" and "takes back 2 pieces" in told.text
    report, vouchers = both(sandbox)
    assert (report.created, vouchers.created) == ((), ("CN-1",))
    rows = sandbox.gp.sql("SELECT DOCTYPE, DOCAMNT FROM PM10000")
    assert [(row["DOCTYPE"], Decimal(str(row["DOCAMNT"]))) for row in rows] == [(5, Decimal("5.00"))]
    assert len(receivings(sandbox)) == 2


def test_what_was_received_more_on_the_same_day_is_a_further_shipment(sandbox: Sandbox) -> None:
    order(sandbox, arrived(sandbox, 6, MARCH_5))
    sync_receipts(sandbox.bridge)
    order(sandbox, arrived(sandbox, 9, MARCH_5), at=21)
    sync_receipts(sandbox.bridge)
    assert sorted(amount for _, _, amount in receivings(sandbox)) == [Decimal("7.50"), Decimal("15.00")]


def test_a_receipt_that_is_undone_waits_for_a_person(sandbox: Sandbox) -> None:
    order(sandbox, arrived(sandbox, 6, MARCH_5))
    sync_receipts(sandbox.bridge)
    order(sandbox, arrived(sandbox, 4, MARCH_5), at=21)
    assert codes(sync_receipts(sandbox.bridge)) == {"PO-9 received 2026-03-05": ["receiving_undone"]}
    assert len(receivings(sandbox)) == 1


@pytest.mark.parametrize("again", [{"day": dt.date(2026, 3, 4)}, {"day": MARCH_5, "task": T2}], ids=["day", "task"])
def test_a_receipt_that_moves_to_another_day_or_task_is_not_shipped_twice(
    sandbox: Sandbox, again: dict[str, object]
) -> None:
    order(sandbox, arrived(sandbox, 4, MARCH_5))
    both(sandbox)
    order(sandbox, arrived(sandbox, 4, **again), at=21)  # type: ignore[arg-type]  # a day and a task
    report, _ = both(sandbox)
    assert not report.created and {code for each in codes(report).values() for code in each} == {"receiving_undone"}
    assert receivings(sandbox) == [(1, "2026-03-05", Decimal("10.00"))]


def test_a_bill_that_was_changed_after_it_was_sent_waits_for_a_person(sandbox: Sandbox) -> None:
    came = arrived(sandbox, 10, MARCH_5)
    order(sandbox, came, bills=(bill(sandbox, "B-1", APRIL_2, 10, "2.50"),))
    both(sandbox)
    order(sandbox, came, bills=(bill(sandbox, "B-1", APRIL_2, 10, "2.70"),), at=21)
    assert codes(both(sandbox)[0]) == {"B-1": ["receiving_changed"]}
    order(sandbox, came, bills=(bill(sandbox, "B-1", APRIL_2, 10, "2.70", status="VOIDED"),), at=22)
    assert [*codes(both(sandbox)[0]).values()] == [["receiving_changed"]]
    assert len(receivings(sandbox)) == 2 and not sandbox.gp.sql("SELECT * FROM PM10000")


def test_a_bill_is_matched_to_several_shipments_of_an_item_in_their_order(sandbox: Sandbox) -> None:
    came = (arrived(sandbox, 6, MARCH_5), arrived(sandbox, 4, APRIL_2, task=T2))
    order(sandbox, *came, bills=(bill(sandbox, "B-1", APRIL_2, 8, "2.50"),))
    both(sandbox)
    rows = sandbox.gp.sql("SELECT QTYINVCD FROM POP10600 ORDER BY QTYINVCD")
    assert [row["QTYINVCD"] for row in rows] == [2, 6]


@pytest.mark.parametrize(
    ("location", "gp", "why"),
    [
        ("Nowhere", "", "site_unmapped"),
        ("Main Warehouse", "UPDATE IV00101 SET ITMTRKOP = 3", "item_tracked"),
        ("Main Warehouse", "UPDATE IV00101 SET UOMSCHDL = 'BOX'", "unit_unmapped"),
        ("Main Warehouse", "DELETE FROM IV00101", "item_not_in_gp"),
        ("Main Warehouse", "DELETE FROM IV40700", "site_not_in_gp"),
    ],
)
def test_what_gp_lacks_holds_a_shipment(sandbox: Sandbox, location: str, gp: str, why: str) -> None:
    if gp:
        sandbox.gp.sql(gp)
    order(sandbox, arrived(sandbox, 6, MARCH_5, location=location))
    assert [*codes(sync_receipts(sandbox.bridge)).values()] == [[why]]
    assert receivings(sandbox) == []


def test_a_quantity_that_is_finer_than_gp_keeps_the_item_waits_and_is_not_cut(sandbox: Sandbox) -> None:
    order(sandbox, arrived(sandbox, "2.5", MARCH_5))
    assert codes(sync_receipts(sandbox.bridge)) == {"PO-9 received 2026-03-05": ["quantity_too_fine"]}
    sandbox.gp.sql("UPDATE IV00101 SET DECPLQTY = 2")
    order(sandbox, arrived(sandbox, "2.5", MARCH_5), bills=(bill(sandbox, "B-1", APRIL_2, "2.25", "2.50"),), at=21)
    assert codes(sync_receipts(sandbox.bridge)) == {"B-1": ["quantity_too_fine"]}
    assert [kind for kind, _, _ in receivings(sandbox)] == [1]


def test_a_bill_with_more_than_goods_waits_and_freight_goes_along(sandbox: Sandbox) -> None:
    came = arrived(sandbox, 10, MARCH_5)
    freight = {
        "Description": "Freight",
        "Quantity": 1,
        "Price": 3,
        "Tax": 0,
        "TaxRule": "Tax exempt",
        "Account": "1300",
    }
    charged = bill(sandbox, "B-1", APRIL_2, 10, "2.50")
    charged |= {"AdditionalCharges": [{**freight, "Total": 3}], "TotalBeforeTax": 28, "Total": 28}
    order(sandbox, came, bills=(charged,))
    assert codes(both(sandbox)[0]) == {"B-1": ["invoice_beside_goods"]}
    to_freight = {**POP, "bills": {"charges": [{"to": "freight", "description": "Freight"}]}}
    other = stocked(Sandbox(to_freight, now=NOW))
    order(other, arrived(other, 10, MARCH_5), bills=(charged | {"Lines": [line(other.cin7, 10, "2.50")]},))
    assert not codes(both(other)[0])
    (row,) = other.gp.sql("SELECT SUBTOTAL, FRTAMNT FROM POP10300 WHERE POPTYPE = 2")
    assert (row["SUBTOTAL"], row["FRTAMNT"]) == (25, 3)


def test_a_bill_without_goods_and_a_credit_note_stay_vouchers(sandbox: Sandbox) -> None:
    service = {"Description": "Repair", "Quantity": 1, "Price": 5, "Tax": 0, "TaxRule": "Tax exempt", "Account": "1300"}
    repair = invoice("R-1", APRIL_2, task_id=T1)
    repair |= {"AdditionalCharges": [{**service, "Total": 5}], "TotalBeforeTax": 5, "Total": 5}
    order(sandbox, bills=(repair,))
    _, report = both(sandbox)
    assert report.created == ("R-1",) and receivings(sandbox) == []


def test_a_purchase_that_was_billed_by_a_voucher_before_is_left_to_a_person() -> None:
    sandbox = stocked(Sandbox({"receipts": {"mode": "off"}}, now=NOW))
    bills = (bill(sandbox, "B-1", APRIL_2, 10, "2.50"),)
    order(sandbox, bills=bills)
    both(sandbox)
    later = Sandbox(POP, now=NOW)
    later.bridge.close()
    sandbox.bridge.settings = sandbox.bridge.settings.model_copy(update={"receipts": later.bridge.settings.receipts})
    order(sandbox, arrived(sandbox, 10, APRIL_9), bills=bills, at=22)
    assert codes(both(sandbox)[0]) == {"PO-9 received 2026-04-09": ["receiving_mixed"]}
    assert receivings(sandbox) == []


def test_a_purchase_that_was_begun_as_receivings_is_ended_so_in_any_mode(sandbox: Sandbox) -> None:
    came = arrived(sandbox, 10, MARCH_5)
    order(sandbox, came)
    both(sandbox)
    off = sandbox.bridge.settings.receipts.model_copy(update={"mode": "off"})
    sandbox.bridge.settings = sandbox.bridge.settings.model_copy(update={"receipts": off})
    order(sandbox, came, bills=(bill(sandbox, "B-1", APRIL_2, 10, "2.50"),), at=22)
    both(sandbox)
    assert [kind for kind, _, _ in receivings(sandbox)] == [1, 2]
    assert not sandbox.gp.sql("SELECT * FROM PM10000")


def test_receivings_are_found_again_when_the_state_is_lost(sandbox: Sandbox) -> None:
    order(sandbox, arrived(sandbox, 10, MARCH_5), bills=(bill(sandbox, "B-1", APRIL_2, 10, "2.50"),))
    both(sandbox)
    there = receivings(sandbox)
    old = sandbox.bridge
    lost = Bridge(old.settings, gp=old.gp, cin7=old.cin7, state="sqlite://", clock=old.clock)
    found = {each.flow: each for each in rebuild(lost)}
    assert set(found["receipts"].linked) == {"PO-9 received 2026-03-05", "B-1"}
    assert not found["bills"].absent
    assert (sync_receipts(lost).created, sync_bills(lost).created) == ((), ())
    assert receivings(sandbox) == there


def test_receivings_that_the_state_forgot_are_linked_and_are_not_their_own_duplicates(sandbox: Sandbox) -> None:
    order(sandbox, arrived(sandbox, 10, MARCH_5), bills=(bill(sandbox, "B-1", APRIL_2, 10, "2.50"),))
    both(sandbox)
    there = receivings(sandbox)
    old = sandbox.bridge
    lost = Bridge(old.settings, gp=old.gp, cin7=old.cin7, state="sqlite://", clock=old.clock)
    sync_vendors(lost)
    sync_items(lost)
    report = sync_receipts(lost)
    assert (report.updated, codes(report)) == (("PO-9 received 2026-03-05", "B-1"), {})
    assert receivings(sandbox) == there


def again(sandbox: Sandbox, number: str) -> None:
    """Another order, with a bill of the number B-1."""
    came = receipt(sandbox.cin7, T2, (10, MARCH_5))
    for each in came["Lines"]:  # type: ignore[attr-defined]  # a list of the simulator's rows
        each["Location"] = "Main Warehouse"
    billed = invoice("B-1", APRIL_2, line(sandbox.cin7, 10, "2.50"), task_id=T2)
    ordered = [line(sandbox.cin7, 10, "2.50")]
    buy(sandbox.cin7, ordered, came, invoices=(billed,), number=number, updated="2026-03-28T10:00:00.000Z")


def test_a_number_that_a_purchase_invoice_of_an_earlier_run_has_is_a_duplicate(sandbox: Sandbox) -> None:
    order(sandbox, arrived(sandbox, 10, MARCH_5), bills=(bill(sandbox, "B-1", APRIL_2, 10, "2.50"),))
    both(sandbox)
    again(sandbox, "PO-10")
    assert codes(both(sandbox)[0]) == {"B-1": ["duplicate_document"]}


def test_a_bill_that_a_person_entered_among_gps_receivings_is_a_duplicate(sandbox: Sandbox) -> None:
    by_hand = {"POPRCTNM": "RCT1001", "POPTYPE": 2, "VENDORID": "ACME", "VNDDOCNM": "b 1", "CURNCYID": "Z-US$"}
    sandbox.gp.insert("POP10300", receiptdate="2026-04-01 00:00:00", ORSUBTOT="25", **by_hand)
    order(sandbox, arrived(sandbox, 10, MARCH_5), bills=(bill(sandbox, "B-1", APRIL_2, 10, "2.50"),))
    assert codes(both(sandbox)[0]) == {"B-1": ["duplicate_document"]}


def test_reconciling_tells_of_a_receiving_that_was_changed_or_deleted_in_gp(sandbox: Sandbox) -> None:
    order(sandbox, arrived(sandbox, 10, MARCH_5), bills=(bill(sandbox, "B-1", APRIL_2, 10, "2.50"),))
    both(sandbox)
    assert reconcile(sandbox.bridge, ("receipts", "bills")).agrees
    sandbox.gp.sql(
        "UPDATE POP10310 SET UNITCOST = 3 WHERE POPRCTNM IN (SELECT POPRCTNM FROM POP10300 WHERE POPTYPE = 1)"
    )
    sandbox.gp.sql("DELETE FROM POP10300 WHERE POPTYPE = 2")
    kinds = {each.document: str(each.kind) for each in reconcile(sandbox.bridge, ("receipts", "bills")).findings}
    assert kinds == {"PO-9 received 2026-03-05": "different", "B-1": "deleted"}


def test_the_dossier_of_a_purchase_invoice_shows_how_it_was_sent(sandbox: Sandbox) -> None:
    order(sandbox, arrived(sandbox, 10, MARCH_5), bills=(bill(sandbox, "B-1", APRIL_2, 10, "2.50"),))
    both(sandbox)
    found = dossier(sandbox.bridge, "B-1")
    assert [str(each.operation.state) for each in found.sendings] == ["confirmed"]
