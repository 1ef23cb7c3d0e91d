"""Webhooks: subscriptions, what is told of each event, six attempts on the virtual clock, and switching off."""

from __future__ import annotations

import json
from typing import Any

import pytest
from over_http import START, SUPPLIER, Api

from cin7core_client.testing import Delivery, FakeCin7

MINUTE = 60


class Receiver:
    """Notes deliveries with the minute in which they came; answers `status`, or raises it."""

    def __init__(self) -> None:
        self.account: FakeCin7
        self.seen: list[tuple[float, Delivery]] = []
        self.status: int | OSError = 200

    def __call__(self, delivery: Delivery) -> int:
        minute = (self.account.clock() - START).total_seconds() / MINUTE
        self.seen.append((minute, delivery))
        if isinstance(self.status, OSError):
            raise self.status
        return self.status

    @property
    def minutes(self) -> list[float]:
        return [minute for minute, _ in self.seen]

    @property
    def told(self) -> list[Any]:
        return [json.loads(delivery.body) for _, delivery in self.seen]


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


@pytest.fixture
def hooked(receiver: Receiver) -> Api:
    account = receiver.account = FakeCin7(seed="empty", calls=100_000, clock=lambda: START, receiver=receiver)
    account.add_supplier("Quayside")
    account.add_product("CRATE", "Crate")
    line = {"SKU": "CRATE", "ProductID": account.product_id("CRATE"), "Quantity": 4, "Price": 10, "Account": "1300"}
    bill = {"Status": "DRAFT", "InvoiceNumber": "K-1", "InvoiceDate": "2026-03-04T00:00:00", "Lines": [line]}
    account.add_purchase(
        "PO-1", "Quayside", type="Advanced Purchase", order={"Status": "AUTHORISED", "Lines": [line]}, invoices=[bill]
    )
    return Api(account)


def subscribe(api: Api, event_type: str = "Supplier/Updated", **more: object) -> Any:
    sent = {
        "Type": event_type,
        "IsActive": True,
        "ExternalURL": "http://hooks/x",
        "ExternalAuthorizationType": "noauth",
    }
    return api.post("webhooks", {**sent, **more})["Webhooks"][0]


def test_an_event_is_told_after_a_minute(hooked: Api, receiver: Receiver) -> None:
    subscribe(hooked)
    hooked.post("supplier", SUPPLIER)
    hooked.account.advance(59)
    assert receiver.seen == []
    hooked.account.advance(1)
    assert receiver.minutes == [1]
    assert receiver.told[0]["SupplierDetailsList"][0]["Supplier"]["Name"] == "Kauri Timber"


def test_six_attempts_come_over_76_minutes_and_then_the_webhook_is_off(hooked: Api, receiver: Receiver) -> None:
    subscribe(hooked)
    receiver.status = 500
    hooked.post("supplier", SUPPLIER)
    hooked.account.advance(200 * MINUTE)
    assert receiver.minutes == [1, 6, 16, 31, 51, 76]
    assert [delivery.attempt for _, delivery in receiver.seen] == [1, 2, 3, 4, 5, 6]
    assert len({delivery.body for _, delivery in receiver.seen}) == 1
    assert [each["IsActive"] for each in hooked.get("webhooks")["Webhooks"]] == [False]


def test_an_inactive_webhook_misses_events_for_good_until_it_is_activated(hooked: Api, receiver: Receiver) -> None:
    made = subscribe(hooked)
    receiver.status = ConnectionRefusedError()
    hooked.post("supplier", SUPPLIER)
    hooked.account.advance(76 * MINUTE)
    receiver.status = 200
    receiver.seen.clear()
    hooked.post("supplier", {**SUPPLIER, "Name": "Missed"})
    hooked.put("webhooks", {**made, "IsActive": True})
    hooked.post("supplier", {**SUPPLIER, "Name": "Told"})
    hooked.account.advance(MINUTE)
    assert [each["SupplierDetailsList"][0]["Supplier"]["Name"] for each in receiver.told] == ["Told"]


def test_a_person_may_switch_a_webhook_on(hooked: Api, receiver: Receiver) -> None:
    made = subscribe(hooked, IsActive=False)
    hooked.account.people.switch_on_webhook(made["ID"])
    assert [each["IsActive"] for each in hooked.get("webhooks")["Webhooks"]] == [True]


def test_a_delivery_that_arrives_at_last_is_not_repeated(hooked: Api, receiver: Receiver) -> None:
    subscribe(hooked)
    receiver.status = 503
    hooked.post("supplier", SUPPLIER)
    hooked.account.advance(MINUTE)
    receiver.status = 200
    hooked.account.advance(300 * MINUTE)
    assert receiver.minutes == [1, 6]


def test_only_200_is_success_unless_the_switch_says_any_2xx(hooked: Api, receiver: Receiver) -> None:
    subscribe(hooked)
    receiver.status = 204
    hooked.post("supplier", SUPPLIER)
    hooked.account.advance(MINUTE)
    assert hooked.account.deliveries.waiting() == 1
    hooked.account.switch(any_2xx=True)
    hooked.account.advance(5 * MINUTE)
    assert hooked.account.deliveries.waiting() == 0


def test_the_token_is_sent_hidden_in_answers_and_wiped_by_a_put_without_it(hooked: Api, receiver: Receiver) -> None:
    headers = [{"Key": "X-Source", "Value": "cin7"}]
    made = subscribe(
        hooked, ExternalAuthorizationType="bearerauth", ExternalBearerToken="s3cret", ExternalHeaders=headers
    )
    (shown,) = hooked.get("webhooks")["Webhooks"]
    assert (shown, shown["ExternalBearerToken"], shown["ExternalHeaders"]) == (made, "", headers)
    hooked.post("supplier", SUPPLIER)
    hooked.account.advance(MINUTE)
    hooked.put("webhooks", shown)
    hooked.post("supplier", {**SUPPLIER, "Name": "Other"})
    hooked.account.advance(MINUTE)
    first, second = (dict(delivery.headers) for _, delivery in receiver.seen)
    assert first == {"X-Source": "cin7", "Authorization": "Bearer s3cret"}
    assert second == {"X-Source": "cin7"}
    assert "s3cret" not in repr(receiver.seen)


def test_basic_credentials_are_sent_and_shown_in_clear(hooked: Api, receiver: Receiver) -> None:
    subscribe(hooked, ExternalAuthorizationType="basicauth", ExternalUserName="u", ExternalPassword="p")
    assert hooked.get("webhooks")["Webhooks"][0]["ExternalPassword"] == "p"
    hooked.post("supplier", SUPPLIER)
    hooked.account.advance(MINUTE)
    assert receiver.seen[0][1].headers["Authorization"] == "Basic dTpw"


def test_there_are_five_webhooks_of_a_type_at_most(hooked: Api) -> None:
    for _ in range(5):
        made = subscribe(hooked)
    assert hooked.call("POST", "webhooks", made).status_code == 400
    subscribe(hooked, "Product/Updated")
    left = hooked.delete("webhooks", ID=made["ID"])["Webhooks"]
    assert len(left) == 5 and made["ID"] not in [each["ID"] for each in left]
    subscribe(hooked)


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"Type": "Purchase/Voided"}, "Type 'Purchase/Voided' is invalid"),
        ({"ExternalURL": "nowhere"}, "ExternalURL is invalid"),
        ({"ExternalAuthorizationType": "magic"}, "ExternalAuthorizationType 'magic' is invalid"),
        ({"ExternalAuthorizationType": "basicauth"}, "ExternalUserName is required"),
    ],
)
def test_a_subscription_is_checked(hooked: Api, change: dict[str, object], text: str) -> None:
    made = subscribe(hooked)
    assert hooked.refused("POST", "webhooks", {**made, **change})[0] == text


def test_an_account_without_automation_has_no_webhooks(hooked: Api) -> None:
    hooked.account.switch(automation=False)
    assert hooked.call("GET", "webhooks").status_code == 403


def test_authorising_an_invoice_tells_the_group_in_upper_case_and_no_supplier(hooked: Api, receiver: Receiver) -> None:
    subscribe(hooked, "Purchase/InvoiceAuthorised")
    hooked.account.people.authorise_invoice("PO-1")
    hooked.account.advance(MINUTE)
    (row,) = hooked.get("purchaseList")["PurchaseList"]
    task = hooked.get("advanced-purchase", ID=row["ID"])["Invoice"][0]["TaskID"]
    assert receiver.told == [
        {
            "TaskID": task.upper(),
            "PurchaseOrderNumber": "PO-1",
            "InvoiceNumber": "K-1",
            "SupplierName": None,
            "SupplierContactName": None,
            "SupplierContactEmail": None,
            "EventType": "Purchase/InvoiceAuthorised",
        }
    ]
    assert task != row["ID"]


def test_authorising_an_order_tells_the_purchase_in_lower_case_with_its_supplier(
    hooked: Api, receiver: Receiver
) -> None:
    subscribe(hooked, "Purchase/OrderAuthorised")
    header = {"Supplier": "Quayside", "Approach": "STOCK", "Location": "Main Warehouse"}
    made = hooked.post("purchase", header)
    hooked.post("purchase/order", {"TaskID": made["ID"], "Status": "AUTHORISED", "Lines": []})
    hooked.account.advance(MINUTE)
    (told,) = receiver.told
    assert (told["TaskID"], told["SupplierName"]) == (made["ID"], "Quayside")


def test_a_receipt_tells_the_group_and_the_new_stock_as_a_bare_array(hooked: Api, receiver: Receiver) -> None:
    subscribe(hooked, "Purchase/StockReceivedAuthorised")
    subscribe(hooked, "Stock/AvailableStockLevelChanged")
    hooked.account.people.receive("PO-1")
    hooked.account.advance(MINUTE)
    receipt, stock = receiver.told
    assert (receipt["EventType"], receipt["InvoiceNumber"]) == ("Purchase/StockReceivedAuthorised", "K-1")
    assert [(row["SKU"], row["OnHand"], row["MaxRows"]) for row in stock] == [("CRATE", 4, 1)]


def test_a_credit_note_tells_its_own_number(hooked: Api, receiver: Receiver) -> None:
    subscribe(hooked, "Purchase/CreditNoteAuthorised")
    hooked.account.people.credit("PO-1", CreditNoteNumber="CN-9", CreditNoteDate="2026-03-04T00:00:00")
    hooked.account.advance(MINUTE)
    assert receiver.told[0]["CreditNoteNumber"] == "CN-9" and "InvoiceNumber" not in receiver.told[0]


def test_a_changed_purchase_is_told_as_headers_under_a_key_that_names_customers(
    hooked: Api, receiver: Receiver
) -> None:
    subscribe(hooked, "Purchase/Updated")
    hooked.account.people.edit_purchase("PO-1", Note="hurry")
    hooked.account.people.void_purchase("PO-1")
    hooked.account.advance(MINUTE)
    (told,) = receiver.told
    (header,) = told["CustomerDetailsList"]
    assert (told["NumberOfPurchase"], header["Note"], "Invoice" in header) == (1, "hurry", False)


def test_a_changed_product_is_told_without_its_nested_rows(hooked: Api, receiver: Receiver) -> None:
    subscribe(hooked, "Product/Updated")
    hooked.account.people.edit_product("CRATE", Name="Big crate")
    hooked.account.advance(MINUTE)
    (product,) = receiver.told[0]["ProductDetailsList"]
    assert product["Name"] == "Big crate" and "Suppliers" not in product


def test_any_other_event_can_be_let_happen(hooked: Api, receiver: Receiver) -> None:
    subscribe(hooked, "Task/Overdue")
    hooked.account.people.happen("Task/Overdue", [{"Name": "call"}])
    hooked.account.advance(MINUTE)
    assert receiver.told == [[{"Name": "call"}]]
    with pytest.raises(ValueError, match="Sale/Created"):
        hooked.account.people.happen("Sale/Deleted", {})


def test_deliveries_and_the_moved_clock_survive_a_restart(tmp_path, receiver: Receiver) -> None:
    path = tmp_path / "cin7.sqlite"
    account = FakeCin7(path=path, seed="empty", clock=lambda: START)
    subscribe(Api(account))
    account.advance(3600)
    account.people.happen("Supplier/Updated", {"EventType": "Supplier/Updated"})
    account.close()
    receiver.account = FakeCin7(path=path, clock=lambda: START, receiver=receiver)
    receiver.account.advance(MINUTE)
    receiver.account.close()
    assert receiver.minutes == [61]
