"""What holds whichever way GP is reached."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from dynamicsgp_client import (
    ConfigurationError,
    ConflictError,
    Distribution,
    DynamicsGP,
    Item,
    Journal,
    JournalLine,
    NotFoundError,
    PayablesDocument,
    PayablesTax,
    Receiving,
    ReceivingLine,
    ReceivingMatch,
    ReceivingType,
    ValidationError,
    Vendor,
    VendorAddress,
    VendorStatus,
)

DAY = dt.date(2026, 3, 1)


def bill(voucher: str = "C7TESTVOUCHER0001", number: str = "INV-1", **changes: object) -> PayablesDocument:
    document = PayablesDocument(
        voucher_number=voucher,
        vendor_id="SERVICES001",
        document_number=number,
        document_date=DAY,
        posting_date=DAY,
        due_date=dt.date(2026, 3, 31),
        batch_id="C7TEST",
        description="March",
        currency_id="Z-EURO",
        exchange_rate=Decimal("1.0922"),
        purchases_amount=Decimal("54.53"),
        tax_amount=Decimal("10.91"),
        document_amount=Decimal("65.44"),
        distributions=(
            Distribution(account_number="000-1300-00", type=6, debit_amount=Decimal("54.53"), reference="Goods"),
            Distribution(account_number="000-2300-00", type=10, debit_amount=Decimal("10.91")),
            Distribution(account_number="000-2100-00", type=2, credit_amount=Decimal("65.44")),
        ),
        taxes=(
            PayablesTax(
                tax_detail_id="INPUT TAX",
                tax_amount=Decimal("10.91"),
                purchases_tax_amount=Decimal("10.91"),
                taxable_amount=Decimal("54.53"),
            ),
        ),
    )
    return document.replace(**changes)


def test_a_vendor_is_read_by_its_id_in_any_case(site: DynamicsGP) -> None:
    vendor = site.vendors.get("services001")
    assert (vendor.vendor_id, vendor.vendor_name) == ("SERVICES001", "Northgate Repairs & Services")
    assert (vendor.status, vendor.on_hold) == (VendorStatus.ACTIVE, False)
    assert (vendor.payment_terms_id, vendor.currency_id, vendor.vendor_class_id) == ("Net 30", "Z-US$", "SERVICES")
    assert (vendor.city, vendor.primary_address_id) == ("Port Ellery", "PRIMARY")
    assert vendor.modified_date == dt.date(2026, 1, 2)


def test_what_is_not_there_is_none_or_an_error(site: DynamicsGP) -> None:
    assert site.vendors.find("NOBODY") is None
    assert site.payables.find("NOTHING") is None
    with pytest.raises(NotFoundError) as caught:
        site.items.get("NOTHING")
    assert not caught.value.may_have_happened and not caught.value.retryable


def test_vendors_are_listed_by_the_day_of_their_change(site: DynamicsGP) -> None:
    assert len(site.vendors.list().to_list()) == 48
    assert site.vendors.list(modified_since=dt.date(2026, 1, 3)).first() is None
    assert len(site.vendors.list(modified_since=dt.date(2026, 1, 2), vendor_class_id="services").to_list()) == 3


def test_a_vendor_is_created_once_and_changed_in_part(site: DynamicsGP) -> None:
    vendor = Vendor(vendor_id="NEW", vendor_name="New & Sons", city="Here", phone1="555", currency_id="Z-EURO")
    created = site.vendors.create(vendor)
    assert (created.vendor_name, created.city, created.currency_id) == ("New & Sons", "Here", "Z-EURO")
    changed = site.vendors.update(Vendor(vendor_id="NEW", on_hold=True))
    assert (changed.on_hold, changed.vendor_name, changed.city) == (True, "New & Sons", "Here")
    with pytest.raises(ConflictError) as caught:
        site.vendors.create(vendor)
    assert not caught.value.may_have_happened


def test_addresses_come_and_go(site: DynamicsGP) -> None:
    address = VendorAddress(vendor_id="SERVICES001", address_id="REMIT", city="There", email="ap@vendor.example")
    assert site.vendor_addresses.create(address).email == "ap@vendor.example"
    assert site.vendor_addresses.update(address.replace(city="Elsewhere")).city == "Elsewhere"
    assert [each.address_id for each in site.vendor_addresses.list(vendor_id="SERVICES001")] == ["PRIMARY", "REMIT"]
    site.vendor_addresses.delete("SERVICES001", "REMIT")
    assert site.vendor_addresses.find("SERVICES001", "REMIT") is None
    with pytest.raises(ValidationError, match="primary address"):
        site.vendor_addresses.delete("SERVICES001", "PRIMARY")


def test_items_are_read_with_units_costs_and_codes(site: DynamicsGP) -> None:
    item = site.items.get("GLUE-LOT")
    assert (item.item_description, item.unit_schedule_id, item.standard_cost) == (
        "Wood glue, by lot",
        "EACH",
        Decimal("12.5"),
    )
    assert (item.item_type, item.tracking_option, item.quantity_decimals) == (1, 3, 1)
    assert site.items.get("REPAIR-HOUR").item_type == 5
    assert site.items.get("LAMP-OLD").item_type == 2
    assert len(site.items.list(item_class_id="SERVICES").to_list()) == 1


def test_an_item_is_created(site: DynamicsGP) -> None:
    created = site.items.create(Item(item_number="X-1", item_description="Thing", current_cost=Decimal("1.25")))
    assert (created.item_description, created.current_cost) == ("Thing", Decimal("1.25"))


def test_what_vendors_call_items_and_where_they_lie(site: DynamicsGP) -> None:
    found = site.item_vendors.get("GLUE-LOT", "SERVICES001")
    assert (found.vendor_item_number, found.last_originating_cost) == ("GL-9", Decimal("12.5"))
    assert [each.site_id for each in site.sites.list()] == ["MAIN"]
    assert site.unit_schedules.get("CASE").base_unit == "Case"


def test_a_document_comes_back_as_gp_stored_it(site: DynamicsGP) -> None:
    created = site.payables.create(bill())
    found = site.payables.get("C7TESTVOUCHER0001")
    assert created == found
    assert found.replace(transaction_state=None).document_amount == Decimal("65.44")
    assert (found.document_number, found.batch_id, found.description) == ("INV-1", "C7TEST", "March")
    assert (found.currency_id, found.exchange_rate, found.transaction_state) == ("Z-EURO", Decimal("1.0922"), "Work")
    assert (found.document_date, found.posting_date, found.due_date) == (DAY, DAY, dt.date(2026, 3, 31))
    assert [(each.type, each.debit_amount, each.credit_amount) for each in found.distributions] == [
        (6, Decimal("54.53"), 0),
        (10, Decimal("10.91"), 0),
        (2, 0, Decimal("65.44")),
    ]
    assert found.distributions[0].reference == "Goods"
    assert [each.tax_amount for each in found.taxes] == [Decimal("10.91")]


def test_a_credit_memo_is_a_document_of_its_own_type(site: DynamicsGP) -> None:
    memo = bill(document_type=5, exchange_rate=None, currency_id=None, taxes=(), due_date=None)
    assert site.payables.create(memo).document_type == 5
    assert site.payables.list(vendor_id="SERVICES001").to_list()[0].document_type == 5


def test_the_same_voucher_number_a_second_time_is_a_conflict(site: DynamicsGP) -> None:
    site.payables.create(bill())
    with pytest.raises(ConflictError) as caught:
        site.payables.create(bill(number="INV-2"))
    assert not caught.value.may_have_happened


def test_a_vendors_document_number_a_second_time_is_refused(site: DynamicsGP) -> None:
    site.payables.create(bill())
    with pytest.raises(ValidationError):
        site.payables.create(bill("C7TESTVOUCHER0002"))
    assert site.payables.find("C7TESTVOUCHER0002") is None


def test_every_complaint_reaches_the_caller(site: DynamicsGP) -> None:
    with pytest.raises(ValidationError) as caught:
        site.payables.create(bill(vendor_id="NOBODY", document_amount=Decimal(1)))
    told = [problem.text for problem in caught.value.problems]
    assert "No vendor record exists for this vendor ID." in told
    assert any("Document Amount is incorrect" in text for text in told)
    assert not caught.value.may_have_happened


def test_text_that_gp_would_cut_is_refused_before_it_is_sent(site: DynamicsGP) -> None:
    with pytest.raises(ConfigurationError, match="document_number has 21 characters, GP takes 20"):
        site.payables.create(bill(number="X" * 21))


def test_a_receipt_is_created_once(site: DynamicsGP) -> None:
    line = ReceivingLine(item_number="GLUE-LOT", quantity_shipped=Decimal(4), unit_cost=Decimal("12.5"), site_id="MAIN")
    receipt = Receiving(
        receipt_number="RCT1",
        receipt_date=DAY,
        vendor_id="SERVICES001",
        vendor_document_number="PS-1",
        batch_id="C7RCT",
        lines=(line,),
    )
    created = site.receivings.create(receipt)
    assert (created.subtotal, created.lines[0].quantity_shipped) == (Decimal(50), Decimal(4))
    assert created.lines[0].site_id == "MAIN"
    assert site.receivings.get("RCT1") == created
    with pytest.raises(ConflictError):
        site.receivings.create(receipt)
    assert [each.receipt_number for each in site.receivings.list(vendor_id="SERVICES001")] == ["RCT1"]


def test_a_purchase_invoice_is_matched_to_what_was_shipped(site: DynamicsGP) -> None:
    shipped = ReceivingLine(
        line_number=16384,
        item_number="GLUE-LOT",
        quantity_shipped=Decimal(4),
        unit_cost=Decimal("12.5"),
        site_id="MAIN",
    )
    receipt = Receiving(
        receipt_number="RCT8", receipt_date=DAY, vendor_id="SERVICES001", batch_id="C7RCT", lines=(shipped,)
    )
    site.receivings.create(receipt)
    billed = ReceivingLine(
        line_number=16384, item_number="GLUE-LOT", quantity_invoiced=Decimal(3), unit_cost=Decimal("12.5")
    )
    match = ReceivingMatch(
        line_number=16384,
        receipt_number="RCT8",
        receipt_line_number=16384,
        quantity_invoiced=Decimal(3),
        unit_cost=Decimal("12.5"),
    )
    invoice = Receiving(
        receipt_number="RCT9",
        receipt_type=ReceivingType.INVOICE,
        receipt_date=DAY,
        vendor_id="SERVICES001",
        vendor_document_number="I-9",
        batch_id="C7IVC",
        lines=(billed,),
        matches=(match,),
    )
    created = site.receivings.create(invoice)
    assert (created.matches, created.subtotal) == ((match,), Decimal("37.5"))
    assert site.receivings.get("RCT9") == created
    with pytest.raises(ValidationError, match="would be invoiced"):
        site.receivings.create(invoice.replace(receipt_number="RCT10", vendor_document_number="I-10"))


def test_a_journal_must_balance(site: DynamicsGP) -> None:
    lines = (
        JournalLine(account_number="000-1300-00", debit_amount=Decimal("7.25"), description="in"),
        JournalLine(account_number="000-2120-00", credit_amount=Decimal("7.25")),
    )
    journal = Journal(journal_number=12, transaction_date=DAY, batch_id="C7GL", reference="Accrual", lines=lines)
    assert site.journals.create(journal).lines[0].debit_amount == Decimal("7.25")
    assert site.journals.get(12).reference == "Accrual"
    with pytest.raises(ValidationError, match="not balanced"):
        site.journals.create(journal.replace(journal_number=13, lines=lines[:1]))
    assert site.journals.find(13) is None


def test_gp_numbers_a_journal_that_is_then_found_by_its_batch(site: DynamicsGP) -> None:
    lines = (
        JournalLine(account_number="000-1300-00", debit_amount=Decimal("7.25")),
        JournalLine(account_number="000-2120-00", credit_amount=Decimal("7.25")),
    )
    assert site.journals.list(batch_id="C7B42G3O4XAX3OQ").first() is None
    stored = site.journals.create(Journal(transaction_date=DAY, batch_id="C7B42G3O4XAX3OQ", lines=lines))
    assert stored.journal_number > 0
    assert [each.journal_number for each in site.journals.list(batch_id="C7B42G3O4XAX3OQ")] == [stored.journal_number]


def test_the_set_up_is_read(site: DynamicsGP) -> None:
    account = site.accounts.get("000-6910-00")
    assert (account.description, account.active, account.allow_account_entry) == ("Old expense account", False, True)
    assert len(site.accounts.list().to_list()) == 17
    assert {each.currency_id: (each.iso_code, each.decimals) for each in site.currencies.list()} == {
        "Z-US$": ("USD", 2),
        "Z-EURO": ("EUR", 2),
        "Z-UK": ("GBP", 2),
        "Z-YEN": ("JPY", 0),
    }
    assert site.payment_terms.get("Net 14").due_days == 14
    assert [(each.tax_detail_id, each.percent) for each in site.tax_details.list()] == [("INPUT TAX", Decimal(15))]
    assert [each.tax_schedule_id for each in site.tax_schedules.list()] == ["PURCHASES"]
    assert [each.company_name for each in site.companies.list()] == ["Fabrikam, Inc."]


def test_a_batch_comes_into_being_with_its_first_document(site: DynamicsGP) -> None:
    assert site.batches.find("C7TEST") is None
    site.payables.create(bill())
    batch = site.batches.get("C7TEST")
    assert (batch.transaction_count, batch.batch_total, batch.checkbook_id) == (1, Decimal("65.44"), "OPERATING")


def test_capabilities_tell_which_service_is_asked(site: DynamicsGP, door: str) -> None:
    assert site.capabilities()["payables"]["create"] == door
    assert site.capabilities()["vendors"]["list"] == door
