"""Faults on demand, and noise: what goes wrong between a caller and the service, and how untidy it may be."""

from __future__ import annotations

import json
import re

import httpx
import pytest
from over_http import START, SUPPLIER, Api

from cin7core_client.testing import Delivery, FakeCin7

HEADER = {"Supplier": "Quayside", "Approach": "STOCK", "Location": "Main Warehouse"}
LINE = {"SKU": "CRATE", "Quantity": 1, "Price": 5, "Total": 5}


def suppliers(api: Api) -> int:
    return int(api.get("supplier")["Total"])


@pytest.mark.parametrize(("kind", "made"), [("lost_request", 0), ("lost_answer", 1), ("slow", 1), ("garbage", 1)])
def test_an_answer_that_does_not_arrive_may_have_had_its_effect(api: Api, kind: str, made: int) -> None:
    api.account.fail_next(kind, match="POST .*supplier")  # type: ignore[arg-type]
    if kind == "garbage":
        with pytest.raises(json.JSONDecodeError):
            api.call("POST", "supplier", SUPPLIER).json()
    else:
        with pytest.raises(httpx.TransportError):
            api.call("POST", "supplier", SUPPLIER)
    assert suppliers(api) == 1 + made


@pytest.mark.parametrize(
    ("kind", "status", "media_type"),
    [
        ("status", 500, "application/json"),
        ("html", 200, "text/html"),
        ("maintenance", 503, "text/html"),
        ("redirect", 302, "text/html"),
        ("error_200", 200, "application/json"),
        ("plain_error", 500, "text/plain"),
    ],
)
def test_an_answer_that_is_none_has_had_no_effect(api: Api, kind: str, status: int, media_type: str) -> None:
    api.account.fail_next(kind)  # type: ignore[arg-type]
    answer = api.call("POST", "supplier", SUPPLIER)
    assert (answer.status_code, answer.headers["Content-Type"].partition(";")[0]) == (status, media_type)
    assert suppliers(api) == 1


def test_a_redirect_leads_to_itself(api: Api) -> None:
    api.account.fail_next("redirect", times=2)
    answer = api.call("GET", "me")
    assert httpx.URL(answer.headers["Location"]).path == answer.request.url.path


def test_a_200_may_not_have_been_applied(api: Api) -> None:
    api.account.fail_next("not_applied", match="supplier")
    assert api.post("supplier", SUPPLIER)["SupplierList"][0]["ID"]
    assert suppliers(api) == 1


def test_a_200_may_have_dropped_the_lines_or_changed_them(api: Api) -> None:
    made = api.post("purchase", HEADER)
    api.account.fail_next("drop_lines", match="purchase/order")
    order = api.post("purchase/order", {"TaskID": made["ID"], "Status": "DRAFT", "Lines": [LINE]})
    assert order["Lines"] == []
    api.account.fail_next("change_lines", match="purchase/order")
    order = api.post("purchase/order", {"TaskID": made["ID"], "Status": "DRAFT", "Lines": [LINE]})
    assert [row["Price"] for row in order["Lines"]] == [0]


def test_a_refused_call_leaves_nothing_behind(api: Api) -> None:
    good = {**SUPPLIER, "Name": "Good"}
    answer = api.call("PUT", "product-suppliers", {"ProductSuppliers": [good]})
    assert answer.status_code == 400 and suppliers(api) == 1


def test_faults_wait_for_calls_that_fit_and_are_counted(api: Api) -> None:
    api.account.fail_next("status", match="GET .*me$", times=2, status=502)
    seen = [api.call("GET", path).status_code for path in ("product", "me", "me", "me")]
    assert seen == [200, 502, 502, 200]


def test_a_lost_request_is_in_the_log_with_status_0(api: Api) -> None:
    api.account.fail_next("lost_request")
    with pytest.raises(httpx.TransportError):
        api.call("GET", "me")
    assert api.account.requests[-1].status == 0


def test_a_fault_that_is_not_there_is_refused_with_the_list(fake: FakeCin7) -> None:
    with pytest.raises(ValueError, match="lost_answer"):
        fake.fail_next("explode")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="regular expression"):
        fake.fail_next(match="(")


def noisy(seed: int, **more: object) -> Api:
    account = FakeCin7(calls=100_000, clock=lambda: START, noise=seed, **more)  # type: ignore[arg-type]
    account.add_supplier("Quayside 2", Comments="")
    return Api(account)


def test_noise_shows_ids_in_any_case_stamps_without_zone_and_blanks_as_null() -> None:
    text = json.dumps([noisy(seed).get("supplier") for seed in range(1, 9)])
    assert re.search(r'"ID": "[0-9A-F-]{36}"', text) and re.search(r'"ID": "[0-9a-f-]{36}"', text)
    assert re.search(r'"LastModifiedOn": "[^"Z]+"', text) and re.search(r'"LastModifiedOn": "[^"]+Z"', text)
    assert '"Comments": null' in text and '"Comments": ""' in text


def test_noise_shows_states_outside_the_documented_lists() -> None:
    states = set()
    for seed in range(1, 9):
        api = noisy(seed)
        api.account.people.receive("PO-00001")
        states |= {row["OrderStatus"] for row in api.get("purchaseList")["PurchaseList"]}
        (row,) = api.account.sql("SELECT id FROM purchases WHERE order_number = 'PO-00001'")
        states.add(api.get("advanced-purchase", ID=row["id"])["CreditNote"][0]["Status"])
    assert {"RECEIVED", ""} <= states


def test_the_same_seed_makes_the_same_noise() -> None:
    assert noisy(5).get("purchaseList") == noisy(5).get("purchaseList")


def told(seed: int) -> list[tuple[str, object]]:
    seen: list[tuple[str, object]] = []

    def receive(delivery: Delivery) -> int:
        body = json.loads(delivery.body)
        seen.append((body.get("InvoiceNumber") or body["PurchaseOrderNumber"], body.get("TaskID")))
        return 200

    api = noisy(seed, receiver=receive)
    hook = {"Type": "Purchase/InvoiceAuthorised", "IsActive": True, "ExternalURL": "http://x/"}
    api.post("webhooks", {**hook, "ExternalAuthorizationType": "noauth"})
    for number in (1, 2, 1):
        api.account.people.authorise_invoice("PO-00002", number)
    api.account.advance(600)
    return seen


def test_noisy_deliveries_come_twice_late_thin_and_with_tasks_that_lead_nowhere() -> None:
    every = [told(seed) for seed in range(1, 13)]
    assert any(len(seen) > 3 for seen in every)  # twice
    assert any([name for name, _ in seen][:2] == ["Q-1002", "Q-1003"] for seen in every)  # overtaken
    assert any(name == "PO-00002" and task is None for seen in every for name, task in seen)  # thin
    assert len({task for seen in every for _, task in seen if task}) > 2  # leads nowhere
