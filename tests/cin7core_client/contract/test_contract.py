"""What holds whichever way Cin7 Core is reached, in both colours."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from cin7core_client import (
    AdditionalCharge,
    Attachment,
    ConflictError,
    ManualJournal,
    ManualJournalLine,
    NotFoundError,
    PartStatus,
    Product,
    Purchase,
    PurchaseInvoice,
    PurchaseLine,
    PurchaseOrder,
    PurchasePayment,
    PurchaseReceipt,
    PurchaseStatus,
    PurchaseType,
    ReceiptLine,
    Supplier,
    SupplierAddress,
    SupplierContact,
    Unit,
    ValidationError,
    Webhook,
)

Site = Callable[..., Any]  # site("suppliers.find", "Quayside Supplies"): any verb of the client, in either colour
TOKEN = "a-token-that-nobody-may-see"
DAY = dt.date(2026, 3, 1)
SUPPLIER = Supplier(
    name="Kauri Timber",
    currency="NZD",
    payment_term="Net 30",
    tax_rule="Tax exempt",
    account_payable="2000",
    status="Active",
    addresses=[SupplierAddress(line1="7 Mill Road", country="New Zealand", type="Business", default_for_type=True)],
    contacts=[SupplierContact(name="Mere T.", email="orders@kauri.example", default=True)],
)
PRODUCT = Product(
    sku="RIMU-90",
    name="Rimu board",
    category="General",
    type="Stock",
    costing_method="FIFO",
    uom="Each",
    status="Active",
    price_tier1=Decimal("18.5001"),
)


def ordered(kind: PurchaseType) -> Purchase:
    return Purchase(
        type=kind,
        supplier="Quayside Supplies",
        approach="INVOICE",
        location="Main Warehouse",
        order=PurchaseOrder(
            status="AUTHORISED",
            lines=[
                PurchaseLine(sku="LID-01", quantity=3, price=Decimal("1.1")),
                PurchaseLine(sku="CRATE-01", quantity=1),
            ],
            additional_charges=[AdditionalCharge(description="Freight in", quantity=1, price=25)],
        ),
    )


def billed(site: Site, purchase: Purchase) -> PurchaseInvoice:
    lines = [
        PurchaseLine(sku="LID-01", quantity=3, price=Decimal("1.1"), account="1300"),
        PurchaseLine(sku="CRATE-01", quantity=1, account="1300"),
    ]
    bill = PurchaseInvoice(invoice_number="K-7", invoice_date=DAY, status="AUTHORISED", lines=lines)
    stored = site("purchases.invoices.create", purchase, bill)
    assert isinstance(stored, PurchaseInvoice)
    return stored


def test_the_account_tells_its_currency(site: Site) -> None:
    me = site("me.get")
    assert (me.company, me.currency, me.tax_calculation_method) == ("Simulated Distribution", "USD", "Row Total")


def test_a_supplier_comes_back_as_stored_with_ids_in_its_rows(site: Site) -> None:
    made = site("suppliers.create", SUPPLIER)
    assert made == site("suppliers.get", made.supplier_id.upper()) == site("suppliers.find", "Kauri Timber")
    assert (made.addresses[0].country, made.contacts[0].email) == ("New Zealand", "orders@kauri.example")
    assert made.addresses[0].address_id and made.contacts[0].contact_id
    changed = site("suppliers.update", made.replace(name="Kauri Timbers"))
    assert (changed.supplier_id, changed.name) == (made.supplier_id, "Kauri Timbers")


def test_names_are_matched_whole(site: Site) -> None:
    assert site("suppliers.find", "Quayside Supplies").name == "Quayside Supplies"
    assert site("suppliers.find", "Quayside") is None
    assert [each.name for each in site("suppliers.list", name="Quayside")] == [
        "Quayside Supplies",
        "Quayside Supplies North",
    ]
    assert site("tax_rules.find", "tax 20").tax_percent == 20
    assert site("units.find", "Eac") is None


def test_several_problems_are_told_at_once(site: Site) -> None:
    with pytest.raises(ValidationError) as caught:
        site("suppliers.create", Supplier(name="X"))
    assert len(caught.value.problems) >= 2
    assert (caught.value.status, caught.value.may_have_happened, caught.value.retryable) == (400, False, False)


def test_amounts_are_exact(site: Site) -> None:
    made = site("products.create", PRODUCT)
    assert made.price_tier1 == Decimal("18.5001")
    assert site("products.find", "RIMU-90").price_tier1 == Decimal("18.5001")


def test_a_taken_sku_is_a_conflict(site: Site) -> None:
    with pytest.raises(ConflictError):
        site("products.create", PRODUCT.replace(sku="crate-01"))


def test_suppliers_of_products_come_and_go(site: Site) -> None:
    product = site("products.find", "LID-01")
    (found,) = site("product_suppliers.list", product.product_id)
    assert (found.supplier_name, found.supplier_inventory_code) == ("Quayside Supplies", "Q-LID")
    site("product_suppliers.delete", product.product_id, found.supplier_id)
    assert site("product_suppliers.list", product.product_id) == []


def test_what_is_not_there_is_none_or_an_error(site: Site) -> None:
    assert site("accounts.find", "9999") is None
    assert site("products.find", "NOTHING") is None
    assert site("purchases.find", "PO-9") is None
    with pytest.raises(NotFoundError, match="Supplier"):
        site("suppliers.get", "00000000-0000-0000-0000-00000000abcd")
    with pytest.raises(ValidationError):
        site("purchases.get", "00000000-0000-0000-0000-00000000abcd")


def test_a_wrong_path_is_not_found_although_it_answers_200(site: Site) -> None:
    with pytest.raises(NotFoundError, match="no such path") as caught:
        site("request", "GET", "Products")
    assert caught.value.status == 200


def test_a_book_is_written_read_and_deleted(site: Site) -> None:
    made = site("units.create", Unit(name="Pallet"))
    assert site("units.find", "pallet") == made
    assert site("units.update", made.replace(name="Half pallet")).name == "Half pallet"
    site("units.delete", made.unit_id)
    assert site("units.find", "Half pallet") is None


def test_reference_books_read_into_their_models(site: Site) -> None:
    assert "2000" in [each.code for each in site("accounts.list")]
    assert [each.account_code for each in site("bank_accounts.list")] == ["1010"]
    assert site("payment_terms.find", "Net 30").duration == 30
    assert [each.name for each in site("locations.list")] == ["Main Warehouse"]
    assert len(site("price_tiers.list")) == 10
    assert "General" in [each.name for each in site("categories.list")]
    assert [row["Name"] for row in site("pages", "ref/unit", "UnitList")] == ["Each", "Case", "Hour"]


def order_arrives(site: Site, kind: PurchaseType) -> Purchase:
    made = site("purchases.create", ordered(kind))
    assert isinstance(made, Purchase) and made.order
    assert (made.type, made.status, made.order.status) == (kind, PurchaseStatus.ORDERED, PartStatus.AUTHORISED)
    assert [(row.sku, row.quantity, row.total) for row in made.order.lines] == [
        ("LID-01", 3, Decimal("3.30")),
        ("CRATE-01", 1, 0),
    ]
    assert made.order.total == Decimal("28.30")
    return made


def test_a_simple_purchase_goes_from_order_to_payment(site: Site) -> None:
    made = order_arrives(site, PurchaseType.SIMPLE)
    bill = billed(site, made)
    assert (bill.invoice_number, bill.invoice_date, bill.total) == ("K-7", DAY, Decimal("3.30"))
    lines = [
        ReceiptLine(sku=sku, quantity=quantity, date=DAY, location="Main Warehouse")
        for sku, quantity in (("LID-01", 3), ("CRATE-01", 1))
    ]
    receipt = site("purchases.receipts.create", made, PurchaseReceipt(status="AUTHORISED", lines=lines))
    assert receipt.status is PartStatus.AUTHORISED and all(line.card_id for line in receipt.lines)
    payment = PurchasePayment(
        type="PAYMENT", amount=Decimal("3.30"), date_paid=DAY, account="1010", currency_rate=1, reference="TT 1"
    )
    assert site("purchases.payments.create", made, payment).payment_id
    whole = site("purchases.get", site("purchases.find", made.order_number))
    assert (whole.status, whole.invoices[0].status) == (PurchaseStatus.COMPLETED, PartStatus.PAID)
    assert [each.reference for each in site("purchases.payments.list", made)] == ["TT 1"]


def test_an_advanced_purchase_has_a_group_for_each_invoice(site: Site) -> None:
    made = order_arrives(site, PurchaseType.ADVANCED)
    bill = billed(site, made)
    lines = [ReceiptLine(sku="LID-01", quantity=3, date=DAY)]
    receipt = PurchaseReceipt(status="AUTHORISED", task_id=bill.task_id, lines=lines)
    assert site("purchases.receipts.create", made, receipt).task_id == bill.task_id
    posting = ManualJournalLine(reference="Duty", amount=Decimal("5.25"), date=DAY, debit="1300", credit="1010")
    journal = ManualJournal(status="DRAFT", task_id=bill.task_id, lines=[posting])
    assert site("purchases.manual_journals.create", made, journal).lines[-1].amount == Decimal("5.25")
    whole = site("purchases.get", made.purchase_id)
    (invoice,) = whole.invoices
    assert (invoice.task_id, invoice.invoicing_and_receiving_number) == (bill.task_id, 1)
    assert whole.receipts[0].lines[0].quantity == 3
    assert bill.task_id != made.purchase_id


def test_the_gates_refuse_with_the_services_own_words(site: Site) -> None:
    made = order_arrives(site, PurchaseType.SIMPLE)
    lines = [ReceiptLine(sku="LID-01", quantity=3, date=DAY, location="Main Warehouse")]
    with pytest.raises(ValidationError, match="Please authorise Invoice before StockReceived"):
        site("purchases.receipts.create", made, PurchaseReceipt(status="DRAFT", lines=lines))


def test_a_purchase_is_undone_or_voided(site: Site) -> None:
    made = order_arrives(site, PurchaseType.ADVANCED)
    undone = site("purchases.undo", made)
    assert undone.order.status is not PartStatus.AUTHORISED
    assert site("purchases.void", made).status is PurchaseStatus.VOIDED


def test_purchases_are_listed_by_their_change_their_state_and_their_text(site: Site) -> None:
    def numbers(**filters: object) -> list[str]:
        return [each.order_number for each in site("purchases.list", **filters)]

    assert numbers() == ["PO-00001", "PO-00002", "PO-00003"]
    assert numbers(search="Q-1003") == ["PO-00002"]
    assert numbers(invoice_status="AUTHORISED") == ["PO-00001"]
    assert numbers(updated_since=dt.datetime(2026, 11, 24, 12, 0, 0, 1000, dt.UTC)) == []


def test_every_kind_of_purchase_reads_alike(site: Site) -> None:
    for number, invoices in (("PO-00001", ["Q-1001"]), ("PO-00002", ["Q-1003", "Q-1002"])):
        row = site("purchases.find", number)
        for found in (site("purchases.get", row), site("purchases.get", row.purchase_id)):
            assert [each.invoice_number for each in found.invoices] == invoices
            assert found.invoices[0].lines[0].sku == "CRATE-01"


def test_files_are_kept_at_a_purchase(site: Site) -> None:
    row = site("purchases.find", "PO-00001")
    (kept,) = site(
        "purchases.attachments.create", row.purchase_id, Attachment(file_name="bill.pdf", content="JVBERi0=")
    )
    assert kept.file_name == "bill.pdf"
    assert site("purchases.attachments.delete", kept.attachment_id) == ()


def test_the_ledger_shows_what_was_invoiced(site: Site) -> None:
    billed(site, order_arrives(site, PurchaseType.ADVANCED))
    rows = site("transactions.list", from_date=DAY, to_date=DAY)
    assert rows and {row.type for row in rows} == {"Purchase"}


def test_a_webhook_keeps_its_secret_to_itself(site: Site) -> None:
    wanted = Webhook(
        type="Purchase/InvoiceAuthorised",
        is_active=True,
        external_url="https://hooks.example/cin7",
        external_authorization_type="bearerauth",
        external_bearer_token=TOKEN,
    )
    made = site("webhooks.create", wanted)
    (listed,) = site("webhooks.list")
    assert listed.webhook_id == made.webhook_id and not listed.external_bearer_token
    off = site("webhooks.update", listed.replace(is_active=False, external_bearer_token=TOKEN))
    assert off.is_active is False and [each.webhook_id for each in site("webhooks.inactive")] == [made.webhook_id]
    assert site("webhooks.reactivate", made.webhook_id, bearer_token=TOKEN).is_active is True
    site("webhooks.delete", made.webhook_id)
    assert site("webhooks.list") == []
