"""Advanced and service purchases: groups of invoice, receipt and put-away, and the quirks on the way."""

from __future__ import annotations

from typing import Any

import pytest
from over_http import Api

DAY = "2026-03-10T00:00:00"
ZERO = "00000000-0000-0000-0000-000000000000"
HEADER = {"Supplier": "Quayside", "Approach": "INVOICE", "Location": "Main Warehouse", "PurchaseType": "Advanced"}


def line(quantity: int = 4, **more: object) -> dict[str, object]:
    return {"SKU": "CRATE", "Quantity": quantity, "Price": 10, "Tax": 0, "Total": 10 * quantity, **more}


def invoiced(quantity: int = 4) -> dict[str, object]:
    return line(quantity, Account="1300")


def received(quantity: int = 4, **more: object) -> dict[str, object]:
    return {"Date": DAY, "SKU": "CRATE", "Quantity": quantity, **more}


class Purchase:
    """One purchase with an authorised order of four crates, by the advanced endpoints."""

    def __init__(self, api: Api, path: str = "advanced-purchase", **header: object) -> None:
        self.api = api
        self.created = api.post(path, {**HEADER, **header})
        self.id: str = self.created["ID"]
        api.post("purchase/order", {"TaskID": self.id, "Status": "AUTHORISED", "Lines": [line()]})

    def body(self, lines: list[dict[str, object]], **more: object) -> dict[str, object]:
        return {"PurchaseID": self.id, "Status": "AUTHORISED", "Lines": lines, **more}

    def post(self, part: str, lines: list[dict[str, object]], **more: object) -> Any:
        return self.api.post(f"advanced-purchase/{part}", self.body(lines, **more))

    def refused(self, part: str, lines: list[dict[str, object]], **more: object) -> list[str]:
        return self.api.refused("POST", f"advanced-purchase/{part}", self.body(lines, **more))

    def invoice(self, quantity: int = 4, **more: object) -> str:
        """Invoice in a new group; gives its task id."""
        shown = self.post("invoice", [invoiced(quantity)], TaskID=ZERO, InvoiceDate=DAY, **more)
        return str(shown["Invoices"][-1]["TaskID"])

    @property
    def now(self) -> Any:
        return self.api.get("advanced-purchase", ID=self.id)


@pytest.fixture
def purchase(api: Api) -> Purchase:
    return Purchase(api)


def test_a_new_purchase_has_one_placeholder_in_each_part(api: Api) -> None:
    made = api.post("advanced-purchase", HEADER)
    assert (made["Status"], made["Type"], made["CombinedPaymentStatus"]) == ("DRAFT", "Advanced Purchase", "UNPAID")
    for part in ("StockReceived", "PutAway", "Invoice", "CreditNote", "ManualJournals"):
        (shown,) = made[part]
        assert (shown["TaskID"], shown["Status"]) == (made["ID"], "NOT AVAILABLE")
    assert made["Invoice"][0]["InvoicingAndReceivingNumber"] == 0


def test_one_group_goes_from_invoice_over_receipt_to_put_away_under_one_task(purchase: Purchase) -> None:
    task = purchase.invoice()
    assert purchase.now["Status"] == "INVOICED"
    stock = purchase.post("stock", [received()], TaskID=task)
    assert [each["TaskID"] for each in stock["StockReceiving"]] == [task]
    assert purchase.now["PutAway"][0]["Status"] == "DRAFT"
    put_away = purchase.post("put-away", [received(Location="Main Warehouse")], TaskID=task)
    assert put_away["PutAway"][0]["Lines"][0]["Location"] == "Main Warehouse"
    now = purchase.now
    assert (now["Status"], now["CombinedReceivingStatus"]) == ("COMPLETED", "FULLY RECEIVED")
    assert {row["TaskID"] for part in ("StockReceived", "PutAway", "Invoice") for row in now[part]} == {task}
    assert [row["InvoicingAndReceivingNumber"] for row in now["Invoice"]] == [1]
    assert "InvoicingAndReceivingNumber" not in put_away["PutAway"][0]


def test_every_further_invoice_opens_a_group_and_is_numbered_after_the_first(purchase: Purchase) -> None:
    first, second = purchase.invoice(3), purchase.invoice(1)
    assert first != second
    assert [row["InvoiceNumber"] for row in purchase.now["Invoice"]] == ["INV-00001", "INV-00001/2"]
    assert purchase.now["CombinedInvoiceStatus"] == "INVOICED"


def test_a_purchase_is_partly_invoiced_until_all_that_was_ordered_is(purchase: Purchase) -> None:
    purchase.invoice(3)
    assert (purchase.now["Status"], purchase.now["CombinedInvoiceStatus"]) == ("PARTIALLY INVOICED",) * 2


def test_a_receipt_does_not_keep_its_place_and_says_200(purchase: Purchase) -> None:
    place = purchase.api.get("ref/location")["LocationList"][0]["ID"]
    shown = purchase.post("stock", [received(LocationID=place)], TaskID=purchase.invoice())
    assert shown["StockReceiving"][0]["Lines"][0]["LocationID"] is None


def test_a_receipt_without_a_task_opens_a_group_with_a_stray_draft_invoice(api: Api) -> None:
    purchase = Purchase(api, Approach="STOCK")
    purchase.post("stock", [received(2)], Status="DRAFT")
    purchase.post("stock", [received(2)], Status="DRAFT", TaskID=ZERO)
    now = purchase.now
    assert [row["Status"] for row in now["Invoice"]] == ["DRAFT", "DRAFT"]
    assert len({row["TaskID"] for row in now["StockReceived"]}) == 2


def test_a_put_replaces_the_lines_of_a_receipt_and_a_post_adds(api: Api) -> None:
    purchase = Purchase(api, Approach="STOCK")
    shown = purchase.post("stock", [received(1)], Status="DRAFT")
    task = shown["StockReceiving"][0]["TaskID"]
    added = purchase.post("stock", [received(1, BatchSN="B")], Status="DRAFT", TaskID=task)
    assert len(added["StockReceiving"][0]["Lines"]) == 2
    put = api.put("advanced-purchase/stock", purchase.body([received(4)], TaskID=task, Status="DRAFT"))
    assert [each["Quantity"] for each in put["StockReceiving"][0]["Lines"]] == [4]


def test_the_approach_is_asked_for_each_group(purchase: Purchase) -> None:
    purchase.invoice(2)
    (text,) = purchase.refused("stock", [received(2)], TaskID=ZERO)
    assert text == "'Invoice First' approach option set. Please authorise Invoice before StockReceived"


def test_a_put_away_waits_for_its_receipt(purchase: Purchase) -> None:
    task = purchase.invoice()
    assert purchase.refused("put-away", [], TaskID=task) == ["Please authorise StockReceived before PutAway"]


def test_where_invoice_and_receipt_match_a_put_away_is_authorised_at_once(purchase: Purchase) -> None:
    task = purchase.invoice()
    purchase.post("stock", [received()], TaskID=task)
    (text,) = purchase.refused("put-away", [], TaskID=task, Status="DRAFT")
    assert "Only AUTHORISED" in text


def test_an_unknown_task_is_refused(purchase: Purchase) -> None:
    purchase.invoice(1)
    unknown = "11111111-0000-4000-8000-000000000000"
    assert purchase.refused("invoice", [invoiced()], TaskID=unknown) == ["Task with specified ID not found"]


def test_the_deprecated_endpoints_serve_simple_purchases_only(purchase: Purchase) -> None:
    text = (
        "This endpoint is deprecated and does not support Advanced Purchase and Service Purchase."
        " Please use AdvancedPurchase endpoint"
    )
    assert purchase.api.refused("GET", "purchase", ID=purchase.id) == [text]
    body = {"TaskID": purchase.id, "Status": "DRAFT", "Lines": []}
    assert purchase.api.refused("POST", "purchase/stock", body) == [text]
    assert purchase.api.get("purchase/order", TaskID=purchase.id)["Status"] == "AUTHORISED"


def test_an_advanced_receipt_turns_a_simple_purchase_advanced_with_other_task_ids(api: Api) -> None:
    purchase = Purchase(api, "purchase")
    bill = {"TaskID": purchase.id, "Status": "AUTHORISED", "Lines": [invoiced()], "InvoiceNumber": "K-1"}
    api.post("purchase/invoice", bill)
    shown = purchase.post("stock", [received()], TaskID=purchase.id)
    now = purchase.now
    assert now["Type"] == "Advanced Purchase" and now["ID"] == purchase.id
    (invoice,) = now["Invoice"]
    assert invoice["TaskID"] == shown["StockReceiving"][0]["TaskID"] != purchase.id
    assert invoice["InvoiceNumber"] == "K-1"
    assert api.call("GET", "purchase", ID=purchase.id).status_code == 400


def test_a_conversion_by_hand_moves_received_lines_to_the_put_away_with_their_cards(api: Api) -> None:
    purchase = Purchase(api, "purchase", Approach="STOCK")
    stock = [received(Location="Main Warehouse")]
    api.post("purchase/stock", {"TaskID": purchase.id, "Status": "AUTHORISED", "Lines": stock})
    card = api.get("purchase", ID=purchase.id)["StockReceived"]["Lines"][0]["CardID"]
    api.account.people.convert_to_advanced("PO-00001")
    (put_away,) = purchase.now["PutAway"]
    assert put_away["Lines"][0]["CardID"] == card and put_away["Lines"][0]["Location"] == "Main Warehouse"
    assert purchase.now["StockReceived"][0]["Lines"][0]["Location"] is None
    (row,) = api.get("ref/productavailability", Sku="CRATE")["ProductAvailabilityList"]
    assert row["OnHand"] == 4


def test_a_simple_purchase_may_be_an_empty_shell_on_the_advanced_endpoint(api: Api) -> None:
    purchase = Purchase(api, "purchase")
    assert purchase.now["Type"] == "Simple Purchase"
    api.account.switch(simple_shell=True)
    assert (purchase.now["Status"], purchase.now["Invoice"]) == ("", [])


def test_one_invoice_is_undone_or_voided_and_frees_its_group(purchase: Purchase) -> None:
    first, second = purchase.invoice(2), purchase.invoice(2)
    shown = purchase.api.delete("advanced-purchase/invoice", TaskID=first)
    assert [row["Status"] for row in shown["Invoices"]] == ["DRAFT", "AUTHORISED"]
    shown = purchase.api.delete("advanced-purchase/invoice", TaskID=second, Void="true")
    assert [row["Status"] for row in shown["Invoices"]] == ["DRAFT", "VOIDED"]
    assert purchase.post("invoice", [invoiced()], TaskID=first)["Invoices"][0]["Status"] == "AUTHORISED"


def test_deleting_a_receipt_says_200_and_does_nothing_unless_the_switch_says_so(purchase: Purchase) -> None:
    task = purchase.invoice()
    purchase.post("stock", [received()], TaskID=task)
    shown = purchase.api.delete("advanced-purchase/stock", TaskID=task, Void="true")
    assert shown["StockReceiving"][0]["Status"] == "AUTHORISED"
    purchase.api.account.switch(stock_delete="works")
    shown = purchase.api.delete("advanced-purchase/stock", TaskID=task, Void="true")
    assert shown["StockReceiving"][0]["Status"] == "VOIDED"


def test_credit_notes_have_tasks_of_their_own_and_name_their_invoice(purchase: Purchase) -> None:
    task = purchase.invoice(InvoiceNumber="K-1")
    facts = {"CreditNoteNumber": "CN", "CreditNoteDate": DAY, "TaskID": ZERO}
    (text,) = purchase.refused("creditnote", [invoiced(1)], CreditNoteInvoiceNumber="K-2", **facts)
    assert text == "Invoice must be authorised before CreditNote"
    shown = purchase.post("creditnote", [invoiced(1)], CreditNoteInvoiceNumber="K-1", Status="DRAFT", **facts)
    (draft,) = shown["CreditNotes"]
    assert draft["TaskID"] not in (task, purchase.id)
    shown = purchase.post("creditnote", [invoiced(2)], **{**facts, "TaskID": draft["TaskID"]})
    assert [(row["Status"], row["Total"]) for row in shown["CreditNotes"]] == [("AUTHORISED", 20)]
    shown = purchase.api.delete("advanced-purchase/creditnote", TaskID=draft["TaskID"])
    assert shown["CreditNotes"][0]["Status"] == "VOIDED"


def test_the_account_must_put_away_to_receive_here(api: Api) -> None:
    api.account.switch(put_away=False)
    (text,) = Purchase(api, Approach="STOCK").refused("stock", [received()])
    assert "Use Put Away" in text


def test_a_service_purchase_turns_lines_into_charges_and_is_never_received(api: Api) -> None:
    purchase = Purchase(api, IsServiceOnly=True, Approach="STOCK")
    assert (purchase.now["Type"], purchase.now["Approach"]) == ("Service Purchase", "INVOICE")
    assert purchase.now["Order"]["Lines"] == [] and len(purchase.now["Order"]["AdditionalCharges"]) == 1
    shown = api.get("advanced-purchase", ID=purchase.id, CombineAdditionalCharges="true")
    assert len(shown["Order"]["Lines"]) == 1
    assert purchase.refused("stock", [received()]) == ["Service purchases are not received"]
    assert purchase.now["Status"] == "ORDERED"
    purchase.invoice()
    assert purchase.now["CombinedInvoiceStatus"] == "INVOICED"


def test_the_ledger_shows_what_an_invoice_did(purchase: Purchase) -> None:
    purchase.invoice()
    (entry,) = purchase.api.get("transactions", Account="1300", FromDate="2026-03-10")["Transactions"]
    assert (entry["DebitAccountCode"], entry["CreditAccountCode"], entry["Amount"]) == ("1300", "2000", 40)
    assert purchase.api.get("transactions", ToDate="2026-03-09")["Transactions"] == []
    purchase.api.delete("advanced-purchase", ID=purchase.id, Void="true")
    assert purchase.api.get("transactions")["Total"] == 0


def test_movements_are_shown_in_the_product_and_in_the_purchase(purchase: Purchase) -> None:
    task = purchase.invoice()
    purchase.post("stock", [received()], TaskID=task)
    (product,) = purchase.api.get("product", Sku="CRATE", IncludeMovements="true")["Products"]
    (movement,) = product["Movements"]
    assert (movement["Type"], movement["Quantity"], movement["Amount"]) == ("Advanced Purchase", 4, 40)
    assert [(row["TaskID"], row["COGS"]) for row in purchase.now["InventoryMovements"]] == [(task, 40)]
