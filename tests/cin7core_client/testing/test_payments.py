"""Payments, prepayments, refunds, deposits and manual journals."""

from __future__ import annotations

from typing import Any

import pytest
from over_http import Api

DAY = "2026-03-10T00:00:00"


@pytest.fixture
def paid(api: Api) -> Api:
    """An account with one advanced purchase: two invoices of 100 and 50, each in a group of its own."""
    line = {"SKU": "CRATE", "Quantity": 1, "Price": 100, "Account": "1300", "Total": 100}
    bill = {"Status": "AUTHORISED", "InvoiceDate": DAY, "Lines": [line], "Paid": 0}
    invoices = [{**bill, "InvoiceNumber": "K-1", "Total": 100}, {**bill, "InvoiceNumber": "K-2", "Total": 50}]
    order = {"Status": "AUTHORISED", "Lines": [line]}
    api.account.add_purchase("PO-7", "Quayside", type="Advanced Purchase", order=order, invoices=invoices)
    return api


def purchase(api: Api) -> Any:
    (row,) = api.get("purchaseList", Search="PO-7")["PurchaseList"]
    return api.get("advanced-purchase", ID=row["ID"])


def pay(api: Api, amount: float, **more: object) -> Any:
    sent = {"TaskID": purchase(api)["ID"], "Type": "Payment", "Amount": amount, "DatePaid": DAY, "CurrencyRate": 1}
    return api.post("advanced-purchase/payment", {"Account": "1010", **sent, **more})


def states(api: Api) -> tuple[str, list[tuple[str, float]]]:
    now = purchase(api)
    return now["CombinedPaymentStatus"], [(row["Status"], row["Paid"]) for row in now["Invoice"]]


def test_payments_fill_invoices_in_their_order(paid: Api) -> None:
    assert states(paid)[0] == "UNPAID"
    pay(paid, 120)
    assert states(paid) == ("PARTIALLY PAID", [("PAID", 100), ("AUTHORISED", 20)])
    pay(paid, 30)
    assert states(paid) == ("PAID", [("PAID", 100), ("PAID", 50)])
    pay(paid, 1)
    assert states(paid) == ("OVERPAID / CREDITED", [("PAID", 100), ("PAID", 51)])


def test_a_payment_of_a_group_goes_to_its_invoice(paid: Api) -> None:
    pay(paid, 50, TaskID=purchase(paid)["Invoice"][1]["TaskID"])
    assert states(paid)[1] == [("AUTHORISED", 0), ("PAID", 50)]
    assert [len(row["Payments"]) for row in purchase(paid)["Invoice"]] == [0, 1]


def test_payments_are_a_bare_array_by_purchase_or_by_number(paid: Api) -> None:
    made = pay(paid, 10, Reference="TT 1")
    assert made["DateCreated"].endswith("Z") and len(made["DateCreated"].rpartition(".")[2]) == 8
    rows = paid.get("advanced-purchase/payment", PurchaseID=made["PurchaseID"])
    assert rows == paid.get("advanced-purchase/payment", InvoiceNumber="K-2") == [made]
    assert paid.get("advanced-purchase/payment", OrderNumber="PO-7") == [made]
    (simple,) = paid.get("purchase/payment", TaskID=made["PurchaseID"])
    assert "PurchaseID" not in simple and "Shares" not in simple


def test_a_payment_is_changed_and_taken_back(paid: Api) -> None:
    made = pay(paid, 100)
    changed = paid.put("advanced-purchase/payment", {"ID": made["ID"], "Amount": 40, "Account": "1010"})
    assert changed["Amount"] == 40 and "DepositID" not in changed
    assert states(paid)[1][0] == ("AUTHORISED", 40)
    assert paid.delete("purchase/payment", ID=made["ID"]) == {"Success": True}
    assert states(paid) == ("UNPAID", [("AUTHORISED", 0), ("AUTHORISED", 0)])


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"Type": "Gift"}, "Type is invalid. Possible values are: PREPAYMENT, PAYMENT, REFUND"),
        ({"Type": "Refund"}, "CreditNote must be authorised before refund"),
        ({"Account": "1300"}, "Account '1300' was not found in reference book"),
        ({"DatePaid": None}, "DatePaid is required"),
    ],
)
def test_a_payment_is_checked(paid: Api, change: dict[str, object], text: str) -> None:
    sent = {"TaskID": purchase(paid)["ID"], "Type": "PAYMENT", "Amount": 1, "DatePaid": DAY, "CurrencyRate": 1}
    assert paid.refused("POST", "advanced-purchase/payment", {"Account": "1010", **sent, **change}) == [text]


def test_a_prepayment_comes_before_the_invoice_and_cannot_be_changed(api: Api) -> None:
    identity = api.account.add_purchase("PO-8", "Quayside", order={"Status": "AUTHORISED", "Lines": []})
    sent = {"TaskID": identity, "Amount": 5, "DatePaid": DAY, "Account": "1010", "CurrencyRate": 1}
    assert api.refused("POST", "purchase/payment", {**sent, "Type": "PAYMENT"})
    made = api.post("purchase/payment", {**sent, "Type": "PREPAYMENT"})
    shown = api.get("advanced-purchase", ID=identity)
    assert (shown["CombinedPaymentStatus"], len(shown["Order"]["Prepayments"])) == ("PREPAID", 1)
    assert api.refused("PUT", "purchase/payment", {"ID": made["ID"], "Amount": 6}) == ["Prepayment cannot be modified"]


def test_a_refund_stands_in_its_credit_note(paid: Api) -> None:
    pay(paid, 150)
    paid.account.people.credit("PO-7", CreditNoteNumber="CN", CreditNoteDate=DAY, Total=30)
    assert states(paid)[0] == "OVERPAID / CREDITED"
    pay(paid, 30, Type="Refund")
    assert states(paid)[0] == "PAID"
    assert len(purchase(paid)["CreditNote"][0]["Refunds"]) == 1
    (row,) = paid.get("purchaseList", Search="PO-7")["PurchaseList"]
    assert row["PaidAmount"] == 120


def test_a_deposit_is_used_up_by_payments_and_free_again_without_them(paid: Api) -> None:
    deposit = paid.account.people.add_deposit("Quayside", 60)
    first = pay(paid, 60, DepositID=deposit, Account=None)
    assert first["Account"] == "1010"
    assert paid.get("ref/supplier/deposits")["SupplierDeposits"] == []
    (used,) = paid.get("ref/supplier/deposits", ShowUsedDeposits="true")["SupplierDeposits"]
    assert (used["Amount"], used["RemainingAmount"]) == (60, 0)
    paid.delete("purchase/payment", ID=first["ID"])
    (free,) = paid.get("ref/supplier/deposits", SupplierID=used["SupplierID"].upper())["SupplierDeposits"]
    assert free["RemainingAmount"] == 60


def test_a_journal_replaces_what_people_wrote_and_keeps_the_systems_lines(api: Api) -> None:
    system = {
        "Reference": "Stock in Transit",
        "Amount": 1,
        "Date": DAY,
        "Debit": "1310",
        "Credit": "1300",
        "IsSystem": True,
    }
    journals = [{"Status": "AUTHORISED", "Lines": [system]}]
    identity = api.account.add_purchase("PO-8", "Quayside", order={"Status": "AUTHORISED"}, journals=journals)
    own = {"Reference": "duty", "Amount": 7, "Date": DAY, "Debit": "5100", "Credit": "2000"}
    for _ in range(2):
        api.post("purchase/manualJournal", {"TaskID": identity, "Status": "AUTHORISED", "Lines": [own]})
    shown = api.get("purchase/manualJournal", TaskID=identity)["Lines"]
    assert shown == [system, {**own, "IsSystem": False}]
    assert api.get("transactions", Account="5100")["Transactions"][0]["Amount"] == 7
