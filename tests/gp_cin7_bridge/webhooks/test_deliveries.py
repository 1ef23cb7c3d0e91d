"""From a delivery to a voucher: the simulator's own deliveries over sockets, in simulated time."""

from __future__ import annotations

import datetime as dt

import httpx
import pytest
from listening import TOKEN, Site
from small import add_purchase

from cin7core_client.testing.noise import Noise
from gp_cin7_bridge import Bridge
from gp_cin7_bridge.app.webhooks.drain import work_events
from gp_cin7_bridge.app.webhooks.feed import Feed, feed
from gp_cin7_bridge.app.webhooks.subscriptions import subscriptions
from gp_cin7_bridge.state import Told

WITH_TOKEN = {"Authorization": f"Bearer {TOKEN}"}


def events(site: Site) -> int:
    return len(site.sandbox.bridge.state.events.waiting())


def post(site: Site, body: bytes, **more: str) -> int:
    return httpx.post(site.url, content=body, headers={**WITH_TOKEN, **more}, trust_env=False).status_code


def said(order_number: str, task_id: str = "11111111-1111-4111-8111-111111111111") -> bytes:
    return (
        f'{{"TaskID": "{task_id}", "PurchaseOrderNumber": "{order_number}", "EventType": "Purchase/InvoiceAuthorised"}}'
    ).encode()


def gets(site: Site, path: str) -> int:
    return sum(each.path.endswith(path) and each.method == "GET" for each in site.sandbox.cin7.requests)


def test_an_authorised_invoice_is_in_gp_minutes_later_without_any_polling(site: Site) -> None:
    site.run(minutes=1)
    with site.open():
        site.bill(1)
        site.run(minutes=4)
    assert site.vouchers() == ["INV-1"]
    assert site.runs().count("bills") == 2  # the first start's poll, and the event's


def test_several_events_of_one_purchase_are_one_reading(site: Site) -> None:
    with site.open():
        site.bill(1)
        for note in ("a", "b", "c"):
            site.sandbox.cin7.people.edit_purchase("PO-1", Note=note)
        site.sandbox.advance(minutes=2)
        assert events(site) >= 4
        before = gets(site, "/purchase") + gets(site, "/advanced-purchase")
        (report,) = work_events(site.sandbox.bridge)
    assert report.created == ("INV-1",)
    assert gets(site, "/purchase") + gets(site, "/advanced-purchase") - before <= 2
    assert events(site) == 0


def test_an_event_waits_for_those_that_follow_it(site: Site) -> None:
    with site.open():
        site.bill(1)
        post(site, said("PO-1"))
    assert work_events(site.sandbox.bridge) == ()
    site.sandbox.advance(seconds=61)
    assert [report.created for report in work_events(site.sandbox.bridge)] == [("INV-1",)]


def test_a_run_of_everything_once_does_not_wait_for_what_may_follow(site: Site) -> None:
    with site.open():
        site.bill(1)
        post(site, said("PO-1"))
    assert site.run_once()
    assert (site.vouchers(), events(site)) == (["INV-1"], 0)


def test_a_repeated_delivery_makes_nothing_twice(site: Site) -> None:
    with site.open():
        site.bill(1)
        for _ in range(3):
            assert post(site, said("PO-1")) == 200
        assert events(site) == 1
        site.run(minutes=5)
        assert post(site, said("PO-1")) == 200
        assert events(site) == 1  # two true events may be equal to the byte, so it is read once more
        site.run(minutes=5)
    assert site.vouchers() == ["INV-1"]


def test_dotwms_a_wrong_task_id_is_not_believed_but_the_order_number(site: Site) -> None:
    add_purchase(site.sandbox.cin7, 2)
    foreign = site.sandbox.bridge.cin7.purchases.list(search="PO-2").to_list()[0].purchase_id
    with site.open():
        site.bill(1)
        assert post(site, said("PO-1", foreign)) == 200
    site.sandbox.advance(minutes=2)
    assert [report.created for report in work_events(site.sandbox.bridge)] == [("INV-1",)]


@pytest.mark.parametrize(
    "body",
    [
        said("PO-404"),
        b'{"EventType": "Purchase/InvoiceAuthorised"}',
        b'{"EventType": "Purchase/Invented", "X": 1}',
        b"no JSON",
        b'{"PurchaseOrderNumber": "PO-\\u0000\\ud800", "EventType": "Purchase/InvoiceAuthorised"}',
    ],
)
def test_an_event_that_names_no_purchase_that_can_be_found_has_everything_polled(site: Site, body: bytes) -> None:
    with site.open():
        site.bill(1)
        assert post(site, body) == 200
    site.sandbox.advance(minutes=2)
    assert [report.created for report in work_events(site.sandbox.bridge)] == [("INV-1",)]
    assert events(site) == 0


def test_events_of_other_areas_are_answered_and_let_go(site: Site) -> None:
    with site.open():
        assert post(site, b'{"SaleID": "1", "EventType": "Sale/Created"}') == 200
    assert events(site) == 0


def test_what_the_delivery_says_of_the_document_is_not_believed(site: Site) -> None:
    add_purchase(site.sandbox.cin7, 1, Status="DRAFT")
    with site.open():
        assert post(site, said("PO-1")) == 200
    site.sandbox.advance(minutes=2)
    work_events(site.sandbox.bridge)
    assert site.vouchers() == []


def test_deliveries_in_any_order_with_doubles_and_wrong_tasks_carry_each_bill_once(site: Site) -> None:
    site.sandbox.cin7.noise = Noise(7)
    site.run(minutes=1)
    with site.open():
        for number in range(1, 9):
            site.bill(number)
            site.run(seconds=20)
        site.run(minutes=90, step=60)
    site.sandbox.cin7.noise = Noise(0)
    assert site.vouchers() == sorted(f"INV-{number}" for number in range(1, 9))


def test_an_event_that_comes_while_its_purchase_is_read_is_not_lost(site: Site) -> None:
    add_purchase(site.sandbox.cin7, 1, Status="DRAFT")
    state = site.sandbox.bridge.state
    with site.open():
        post(site, said("PO-1"))
        site.sandbox.advance(minutes=2)
        taken = state.events.waiting()
        post(site, said("PO-1"))
    state.events.worked(taken, keep_days=30)
    assert events(site) == 1


def test_an_event_that_came_while_the_clock_stood_ahead_is_worked(site: Site) -> None:
    made, ahead = site.sandbox.bridge, [dt.timedelta(days=900)]
    with Bridge(
        made.settings, gp=made.gp, cin7=made.cin7, state="sqlite://", clock=lambda: made.clock() + ahead[0]
    ) as bridge:
        bridge.state.events.arrived([Told(event_type="Purchase/Updated", fingerprint="f")])
        ahead[0] = dt.timedelta()
        assert [report.finished for report in work_events(bridge)] == [True]
        assert bridge.state.events.waiting() == []


def test_all_that_wait_are_counted(site: Site) -> None:
    state = site.sandbox.bridge.state
    state.events.arrived(Told(event_type="Purchase/Updated", fingerprint=f"{number}") for number in range(230))
    assert state.events.count() == 230


def test_events_stay_while_a_system_is_away(site: Site) -> None:
    site.run(minutes=1)
    with site.open():
        site.bill(1)
        site.sandbox.advance(minutes=2)
    site.sandbox.gp.fail_next("status", match="GET", status=503, times=30)
    site.run(seconds=30)
    assert (site.vouchers(), events(site) > 0) == ([], True)
    site.run(hours=3, step=60)
    assert (site.vouchers(), events(site)) == (["INV-1"], 0)


def test_apib_an_outage_of_80_minutes_loses_nothing_and_makes_nothing_twice(site: Site) -> None:
    site.run(minutes=1)
    for number in (1, 2, 3):
        site.bill(number)
    site.run(minutes=60, step=60)
    assert (feed(site.sandbox.bridge), site.vouchers()) == (Feed.ACTIVE, [])
    site.run(minutes=36, step=60)  # the last attempt failed, and polling took over
    assert site.vouchers() == ["INV-1", "INV-2", "INV-3"]
    assert {each.mark for each in subscriptions(site.sandbox.bridge)} == {"active"}
    with site.open():
        site.run(minutes=16, step=60)
        assert feed(site.sandbox.bridge) == Feed.ACTIVE
        site.bill(4)
        site.run(minutes=4)
        assert site.vouchers() == ["INV-1", "INV-2", "INV-3", "INV-4"]
        site.run(hours=25, step=900)
    assert len(site.vouchers()) == 4


def test_what_no_event_tells_is_found_by_polling(site: Site) -> None:
    site.run(minutes=1)
    with site.open():
        site.bill(1)
        site.run(minutes=5)
        site.sandbox.cin7.people.void_invoice("PO-1")
        site.run(hours=25, step=900)
    assert [each.document for each in site.sandbox.bridge.state.held("bills")] == ["INV-1"]
