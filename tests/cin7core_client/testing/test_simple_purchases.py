"""Simple purchases: created with a header only, then order, invoice, receipt and credit note, each behind its gate."""

from __future__ import annotations

from typing import Any

import pytest
from over_http import Api

HEADER = {"Supplier": "Quayside", "Approach": "INVOICE", "Location": "Main Warehouse", "TaxRule": "Tax on purchases"}
INVOICE_FIRST = "'Invoice First' approach option set. Please authorise Invoice before StockReceived"
DAY = "2026-03-10T00:00:00"


def line(quantity: int = 4, **more: object) -> dict[str, object]:
    return {"SKU": "CRATE", "Quantity": quantity, "Price": 12.5, "Tax": 7.5, "Total": 12.5 * quantity, **more}


def invoiced(quantity: int = 4, **more: object) -> dict[str, object]:
    return line(quantity, Account="1300", TaxRule="Tax on purchases", **more)


def received(quantity: int = 4, **more: object) -> dict[str, object]:
    return {"Date": DAY, "SKU": "CRATE", "Quantity": quantity, "Location": "Main Warehouse", **more}


class Purchase:
    """One simple purchase, by its endpoints."""

    def __init__(self, api: Api, **header: object) -> None:
        self.api = api
        self.created = api.post("purchase", {**HEADER, **header})
        self.id: str = self.created["ID"]

    def body(self, lines: list[dict[str, object]], status: str = "AUTHORISED", **more: object) -> dict[str, object]:
        return {"TaskID": self.id, "Status": status, "Lines": lines, **more}

    def post(self, part: str, lines: list[dict[str, object]], status: str = "AUTHORISED", **more: object) -> Any:
        return self.api.post(f"purchase/{part}", self.body(lines, status, **more))

    def refused(
        self, part: str, lines: list[dict[str, object]], status: str = "AUTHORISED", **more: object
    ) -> list[str]:
        return self.api.refused("POST", f"purchase/{part}", self.body(lines, status, **more))

    @property
    def now(self) -> Any:
        return self.api.get("purchase", ID=self.id)

    @property
    def row(self) -> Any:
        (row,) = self.api.get("purchaseList", Search=self.created["OrderNumber"])["PurchaseList"]
        return row


@pytest.fixture
def purchase(api: Api) -> Purchase:
    return Purchase(api)


@pytest.fixture
def ordered(purchase: Purchase) -> Purchase:
    purchase.post("order", [line()])
    return purchase


@pytest.fixture
def billed(ordered: Purchase) -> Purchase:
    ordered.post("invoice", [invoiced()], InvoiceNumber="K-1", InvoiceDate=DAY)
    return ordered


def test_creation_takes_the_header_only_and_ignores_lines_with_a_200(api: Api) -> None:
    purchase = Purchase(api, Order={"Lines": [line()]}, Lines=[line()])
    assert (purchase.created["Status"], purchase.created["OrderNumber"]) == ("ORDERING", "PO-00001")
    assert purchase.now["Order"]["Status"] == "NOT AVAILABLE" and purchase.now["Order"]["Lines"] == []
    for part in ("StockReceived", "Invoice", "CreditNote", "ManualJournals"):
        assert purchase.now[part]["Status"] == "NOT AVAILABLE"


def test_the_supplier_gives_currency_terms_and_rate_where_the_header_is_silent(api: Api) -> None:
    api.account.add_supplier("Loire", Currency="EUR", PaymentTerm="Net 14")
    made = Purchase(api, Supplier="Loire").created
    assert (made["SupplierCurrency"], made["BaseCurrency"], made["Terms"]) == ("EUR", "USD", "Net 14")
    assert made["CurrencyRate"] == 1.1


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"Supplier": "Nobody"}, "Supplier not found."),
        ({"Location": "Moon"}, "Location Moon was not found in Locations reference book"),
        ({"Location": None}, "Location is required"),
        ({"Approach": None}, "Approach is required"),
        ({"Approach": "LATER"}, "Approach is invalid. Possible values are: INVOICE, STOCK"),
    ],
)
def test_a_header_is_checked(api: Api, change: dict[str, object], text: str) -> None:
    assert api.refused("POST", "purchase", {**HEADER, **change}) == [text]


def test_an_order_fills_products_in_and_sums_its_lines(purchase: Purchase) -> None:
    charge = {"Description": "Freight", "Quantity": 1, "Price": 25, "Tax": 3.75, "Total": 25}
    order = purchase.post("order", [line()], AdditionalCharges=[charge], Memo="gate 2")
    assert order["Lines"][0]["ProductID"] == purchase.api.account.product_id("CRATE")
    assert (order["TotalBeforeTax"], order["Tax"], order["Total"], order["Memo"]) == (75, 11.25, 86.25, "gate 2")
    assert (purchase.now["Status"], purchase.row["OrderStatus"]) == ("ORDERED", "AUTHORISED")


def test_a_price_that_is_left_out_is_zero(purchase: Purchase) -> None:
    order = purchase.post("order", [{"SKU": "CRATE", "Quantity": 4}], "DRAFT")
    assert (order["Lines"][0]["Price"], order["Lines"][0]["Total"]) == (0, 0)


def test_a_total_that_does_not_fit_is_refused_with_the_expected_value(purchase: Purchase) -> None:
    (text,) = purchase.refused("order", [line(Total=51)])
    assert text.startswith("attribute 'Total' doesn't match") and text.endswith("Expected value is: 50.00")
    purchase.api.account.switch(line_total="with_tax")
    assert purchase.refused("order", [line()])[0].endswith("Expected value is: 57.50")
    purchase.api.account.switch(line_total="unchecked")
    assert purchase.post("order", [line(Total=51)])["Total"] == 58.5


def test_a_draft_order_is_replaced_and_an_authorised_one_is_not(purchase: Purchase) -> None:
    purchase.post("order", [line()], "DRAFT")
    order = purchase.post("order", [line(2)])
    assert [each["Quantity"] for each in order["Lines"]] == [2]
    assert purchase.refused("order", [line()]) == ["Order is already authorised"]


def test_only_two_states_may_be_asked_for(purchase: Purchase) -> None:
    assert purchase.refused("order", [line()], "VOIDED") == [
        "Status is invalid. Possible values are: DRAFT, AUTHORISED"
    ]


def test_one_product_on_two_lines_is_a_switch(purchase: Purchase) -> None:
    assert len(purchase.post("order", [line(), line()], "DRAFT")["Lines"]) == 2
    purchase.api.account.switch(same_sku_twice=False)
    assert purchase.refused("order", [line(), line()]) == ["Cannot add duplicate value in order lines. (Product:CRATE)"]


def test_nothing_is_received_or_invoiced_before_the_order_is_authorised(purchase: Purchase) -> None:
    purchase.post("order", [line()], "DRAFT")
    assert purchase.refused("stock", [received()]) == purchase.refused("invoice", [invoiced()])


def test_invoice_first_refuses_receipts_before_the_invoice(ordered: Purchase) -> None:
    assert ordered.refused("stock", [received()]) == [INVOICE_FIRST]


def test_stock_first_refuses_invoices_before_the_receipt(api: Api) -> None:
    purchase = Purchase(api, Approach="Stock")
    assert purchase.now["Approach"] == "STOCK"
    purchase.post("order", [line()])
    assert purchase.refused("invoice", [invoiced()])[0].startswith("'Stock First' approach option set")
    purchase.post("stock", [received(3)])
    assert purchase.now["Status"] == "RECEIVING" and purchase.row["CombinedReceivingStatus"] == "PARTIALLY RECEIVED"
    purchase.post("invoice", [invoiced(3)])
    assert purchase.now["Status"] == "INVOICED"


def test_an_invoice_is_due_by_its_terms_and_numbered_when_it_has_no_number(ordered: Purchase) -> None:
    invoice = ordered.post("invoice", [invoiced()], InvoiceDate=DAY)
    assert (invoice["InvoiceDueDate"], invoice["InvoiceNumber"]) == ("2026-04-09T00:00:00", "INV-00001")
    assert (invoice["InvoiceTotalAmount"], invoice["InvoiceTotalTaxAmount"]) == (57.5, 7.5)
    assert ordered.row["CombinedInvoiceStatus"] == "INVOICED" and ordered.now["Status"] == "INVOICED"


def test_an_invoice_line_names_an_account_that_is_there(ordered: Purchase) -> None:
    assert ordered.refused("invoice", [line()]) == ["'Account' is required for 'Lines' line"]
    assert ordered.refused("invoice", [line(Account="1")]) == ["Account '1' was not found in reference book"]


def test_what_is_authorised_stays(billed: Purchase) -> None:
    assert billed.refused("invoice", [invoiced()]) == ["Invoice is already authorised"]


def test_a_receipt_adds_lines_and_an_empty_request_authorises_it(billed: Purchase) -> None:
    billed.post("stock", [received(1)], "DRAFT")
    billed.post("stock", [received(3, BatchSN="B2")], "DRAFT")
    assert billed.now["Status"] == "INVOICED"
    stock = billed.post("stock", [])
    assert [each["Quantity"] for each in stock["Lines"]] == [1, 3]
    assert len({each["CardID"] for each in stock["Lines"]}) == 2
    assert (billed.now["Status"], billed.row["CombinedReceivingStatus"]) == ("COMPLETED", "FULLY RECEIVED")


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        ([received(Date=None)], "'Date' is required for 'Lines' line"),
        ([received(), received(Location="Other")], "Lines is invalid"),
        ([received(Location="Moon")], "Location Moon was not found in Locations reference book"),
        ([received(SKU="NOPE")], "Product 'NOPE' was not found"),
        (
            [received(1), received(2)],
            "Cannot add duplicate value in stock received lines. (Product:CRATE, Location:Main Warehouse)",
        ),
        ([received(3)], "quantity received should exactly match the quantity invoiced"),
    ],
)
def test_a_receipt_is_checked(billed: Purchase, lines: list[dict[str, object]], text: str) -> None:
    assert billed.refused("stock", lines) == [text]


def test_a_bin_is_known_by_its_guid_and_not_by_its_name(billed: Purchase) -> None:
    made = billed.api.post("ref/location", {"Name": "Depot", "Bins": [{"Name": "A1"}]})
    (text,) = billed.refused("stock", [received(Location="Depot: A1")])
    assert text == "Location Depot: A1 was not found in Locations reference book"
    billed.post("stock", [received(Location=None, LocationID=made["Bins"][0]["ID"])])
    assert billed.now["StockReceived"]["Lines"][0]["Location"] == "Depot: A1"
    (row,) = billed.api.get("ref/productavailability", Sku="CRATE")["ProductAvailabilityList"]
    assert (row["Location"], row["Bin"], row["OnHand"], row["StockOnHand"]) == ("Depot", "A1", 4, 50)


def test_a_credit_note_wants_an_authorised_invoice_and_cards_of_received_lines(billed: Purchase) -> None:
    billed.post("stock", [received()])
    card = billed.now["StockReceived"]["Lines"][0]["CardID"]
    facts = {"CreditNoteNumber": "CN-1", "CreditNoteDate": DAY}
    bad = [{"CardID": "nope", "Date": DAY, "Quantity": 1}]
    assert billed.refused("creditnote", [], Unstock=bad, **facts) == ["CardID is invalid for 'Unstock' line"]
    back = [{"CardID": card, "Date": DAY, "Quantity": 1}]
    note = billed.post("creditnote", [invoiced(1)], Unstock=back, **facts)
    assert note["Unstock"][0]["SKU"] == "CRATE"
    assert billed.now["CreditNote"]["Unstock"]["Status"] == "AUTHORISED"
    assert (billed.now["Status"], billed.row["CombinedInvoiceStatus"]) == ("RECEIVED / CREDITED", "INVOICED / CREDITED")
    assert billed.api.get("purchaseCreditNoteList")["PurchaseList"] == [billed.row]
    (row,) = billed.api.get("ref/productavailability", Sku="CRATE")["ProductAvailabilityList"]
    assert row["OnHand"] == 3


def test_a_credit_note_before_its_invoice_is_refused(ordered: Purchase) -> None:
    assert ordered.refused("creditnote", [], CreditNoteNumber="C", CreditNoteDate=DAY) == [
        "Invoice must be authorised before CreditNote"
    ]


def test_every_line_of_the_big_answer_carries_fields_of_its_product(billed: Purchase) -> None:
    product = billed.api.get("product", Sku="CRATE")["Products"][0]
    billed.api.put("product", {**product, "Weight": 2.5, "AttributeSet": "S", "AdditionalAttribute1": "oak"})
    shown = billed.now["Invoice"]["Lines"][0]
    assert (shown["ProductWeight"], shown["ProductCustomField1"]) == (2.5, "oak")
    assert "ProductWeight" not in billed.api.get("purchase/invoice", TaskID=billed.id)["Lines"][0]


def test_charges_move_into_the_lines_on_demand(ordered: Purchase) -> None:
    charge = {"Description": "Freight", "Quantity": 1, "Price": 25, "Account": "5100", "Total": 25}
    ordered.post("invoice", [invoiced()], AdditionalCharges=[charge])
    shown = ordered.api.get("purchase", ID=ordered.id, CombineAdditionalCharges="true")["Invoice"]
    assert (len(shown["Lines"]), shown["AdditionalCharges"]) == (2, [])
    assert len(ordered.now["Invoice"]["AdditionalCharges"]) == 1


def test_inclusive_purchases_have_the_tax_inside_their_totals(api: Api) -> None:
    purchase = Purchase(api, TaxCalculation="Inclusive")
    order = purchase.post("order", [line()])
    assert (order["TotalBeforeTax"], order["Tax"], order["Total"]) == (42.5, 7.5, 50)


def test_a_purchase_is_undone_or_voided(billed: Purchase) -> None:
    undone = billed.api.delete("purchase", ID=billed.id)
    assert (undone["Status"], undone["Invoice"]["Status"]) == ("ORDERING", "DRAFT")
    voided = billed.api.delete("purchase", ID=billed.id, Void="true")
    assert (voided["Status"], voided["Invoice"]["Status"]) == ("VOIDED", "VOIDED")
    assert billed.refused("order", [line()]) == ["Purchase is voided"]
    assert billed.row["CombinedPaymentStatus"] == "VOIDED"


def test_what_delete_means_without_void_is_a_switch(ordered: Purchase) -> None:
    ordered.api.account.switch(delete="void")
    assert ordered.api.delete("purchase", ID=ordered.id)["Status"] == "VOIDED"


def test_a_header_is_changed_by_put(ordered: Purchase) -> None:
    assert ordered.api.put("purchase", {"ID": ordered.id, "Note": "hurry"})["Note"] == "hurry"
    assert ordered.now["Order"]["Lines"][0]["Quantity"] == 4


def test_files_go_in_by_purchase_and_come_out_by_task(purchase: Purchase) -> None:
    sent = {"PurchaseID": purchase.id, "FileName": "bill.pdf", "Content": "aGk="}
    shown = purchase.api.post("purchase/attachment", sent)
    (file,) = shown["Lines"]
    assert (shown["TaskID"], file["ContentType"]) == (purchase.id, "application/pdf")
    assert purchase.now["Attachments"] == [file]
    assert purchase.api.delete("purchase/attachment", ID=file["ID"])["Lines"] == []


def test_an_unknown_purchase_is_400(api: Api) -> None:
    assert api.refused("GET", "purchase", ID="nope") == ["Purchase with specified ID not found"]


def test_lists_search_filter_and_sort_as_the_service_does(api: Api) -> None:
    first, second = Purchase(api), Purchase(api)
    second.post("order", [line()])
    second.post("invoice", [invoiced()], InvoiceNumber="KTS-77")

    def found(**query: object) -> list[str]:
        return [each["OrderNumber"] for each in api.get("purchaseList", **query)["PurchaseList"]]

    both = [first.created["OrderNumber"], second.created["OrderNumber"]]
    assert found(OrderBy="x", Type="y") == both
    assert found(Search="kts-7") == found(InvoiceStatus="AUTHORISED", OrderStatus="AUTHORISED") == both[1:]
    assert found(Search="77") == both[1:]
    assert found(Search="%") == []
    assert found(Status="ORDERING,INVOICED") == []
    assert found(RestockReceivedStatus="AUTHORISED") == both
    assert found(StockReceivedStatus="AUTHORISED") == []


def test_a_payment_brings_an_old_purchase_back_by_updated_since(billed: Purchase) -> None:
    billed.api.account.advance(3600)
    since = "2026-03-04T10:30:00"
    assert billed.api.get("purchaseList", UpdatedSince=since)["Total"] == 0
    assert billed.api.get("purchaseList", UpdatedUntil=since)["Total"] == 1
    sent = {"TaskID": billed.id, "Type": "PAYMENT", "Amount": 1, "DatePaid": DAY, "Account": "1010", "CurrencyRate": 1}
    billed.api.post("purchase/payment", sent)
    assert billed.api.get("purchaseList", UpdatedSince=since)["Total"] == 1
