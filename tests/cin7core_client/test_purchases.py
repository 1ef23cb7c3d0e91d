"""Creating purchases: one call for the caller, three for the service, and nothing is believed."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from decimal import Decimal

import pytest
from colours import Colour, answering
from hypothesis import given
from hypothesis import strategies as st

from cin7core_client import (
    NEW_TASK,
    AdditionalCharge,
    ConfigurationError,
    ManualJournal,
    ManualJournalLine,
    NotAppliedError,
    PartStatus,
    Purchase,
    PurchaseCreditNote,
    PurchaseInvoice,
    PurchaseLine,
    PurchaseOrder,
    PurchaseReceipt,
    PurchaseType,
    ReceiptLine,
    ServerError,
    UnstockLine,
)
from cin7core_client.read_back import differences
from cin7core_client.testing import FakeCin7

ORDER = PurchaseOrder(
    status="AUTHORISED",
    lines=[
        PurchaseLine(sku="CRATE", quantity=4, price=Decimal("2.5"), tax_rule="Tax on purchases", tax=Decimal("1.5")),
        PurchaseLine(sku="LID", quantity=1, price=1),
        PurchaseLine(sku="CRATE", quantity=2, price=Decimal("2.5")),
    ],
    additional_charges=[AdditionalCharge(description="Freight in", quantity=1, price=25)],
)
TYPES = [PurchaseType.SIMPLE, PurchaseType.ADVANCED, PurchaseType.SERVICE, None]


@pytest.fixture
def account() -> Iterator[FakeCin7]:
    made = FakeCin7(seed="empty", calls=6000)
    made.add_supplier("Quayside")
    made.add_product("CRATE", "Crate")
    made.add_product("LID", "Lid")
    yield made
    made.close()


def wanted(kind: PurchaseType | None = PurchaseType.ADVANCED, **more: object) -> Purchase:
    header = {"supplier": "Quayside", "approach": "INVOICE", "location": "Main Warehouse"}
    return Purchase.model_validate({"type": kind, "order": ORDER, **header, **more})


def refused(call: Colour, account: FakeCin7, purchase: Purchase) -> NotAppliedError:
    with pytest.raises(NotAppliedError) as caught:
        call(account, "purchases.create", purchase)
    return caught.value


@pytest.mark.parametrize("kind", TYPES)
def test_a_purchase_is_created_with_its_order_and_comes_back_as_stored(
    account: FakeCin7, call: Colour, kind: PurchaseType | None
) -> None:
    made = call(account, "purchases.create", wanted(kind))
    assert isinstance(made, Purchase) and made.order and made.type is (kind or PurchaseType.ADVANCED)
    assert made.order.status is PartStatus.AUTHORISED
    rows = (*made.order.lines, *made.order.additional_charges)
    assert sum(row.quantity * row.price for row in rows) == 41
    assert getattr(call(account, "purchases.get", made.purchase_id), "order", None) == made.order


def test_a_purchase_without_an_order_is_a_header(account: FakeCin7, call: Colour) -> None:
    made = call(account, "purchases.create", wanted(order=None))
    assert isinstance(made, Purchase) and made.order and made.order.lines == ()


def test_a_simple_purchase_is_read_back_from_its_own_endpoint(account: FakeCin7, call: Colour) -> None:
    account.simple_shell = True
    made = call(account, "purchases.create", wanted(PurchaseType.SIMPLE))
    assert isinstance(made, Purchase) and made.order and len(made.order.lines) == 3


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("drop_lines", "LID is missing"),
        ("not_applied", "LID is missing"),
        ("change_lines", "LID: net amount 0 instead of 1"),
    ],
)
def test_an_order_that_did_not_arrive_as_it_was_sent_is_an_error_that_names_it(
    account: FakeCin7, call: Colour, kind: PurchaseType | None, fault: str, told: str
) -> None:
    account.fail_next(fault, match="purchase/order")
    error = refused(call, account, wanted(kind))
    (row,) = account.sql("SELECT id FROM purchases")
    assert error.record_id == row["id"] and row["id"] in str(error)
    assert error.missing and error.may_have_happened and not error.retryable
    if kind is not PurchaseType.SERVICE or fault != "change_lines":
        assert told in error.missing and told in str(error)
    assert "Do not create it again" in str(error) and "purchases.orders.create" in str(error)


def test_the_error_leads_to_the_whole_purchase(account: FakeCin7, call: Colour) -> None:
    account.fail_next("drop_lines", match="purchase/order")
    draft = ORDER.replace(status="DRAFT")
    error = refused(call, account, wanted(order=draft))
    call(account, "purchases.orders.create", error.record_id, draft)
    whole = call(account, "purchases.get", error.record_id)
    assert isinstance(whole, Purchase) and whole.order and differences(draft, whole.order) == ()


@pytest.mark.parametrize("fault", ["status", "lost_answer", "lost_request"])
@pytest.mark.parametrize("where", ["POST .*purchase/order", "GET .*advanced-purchase"])
def test_a_header_whose_order_is_not_sure_is_told_by_its_id(
    account: FakeCin7, call: Colour, fault: str, where: str
) -> None:
    account.fail_next(fault, match=where, times=10)
    error = refused(call, account, wanted())
    assert error.may_have_happened and error.missing == ()
    assert error.record_id in str(error) and "its order is not sure" in str(error)
    assert len(account.sql("SELECT id FROM purchases")) == 1


def test_a_header_that_may_exist_is_no_half_purchase(account: FakeCin7, call: Colour) -> None:
    account.fail_next("status", match="POST .*advanced-purchase$")
    with pytest.raises(ServerError) as caught:
        call(account, "purchases.create", wanted())
    assert caught.value.may_have_happened


def test_another_type_than_the_one_asked_for_is_told(call: Colour) -> None:
    made = {"ID": "p", "Status": "ORDERED", "OrderNumber": "PO-1", "Type": "Simple Purchase"}
    with pytest.raises(NotAppliedError, match="type Simple Purchase instead of Advanced Purchase"):
        call(answering((200, made)), "purchases.create", wanted(order=None))


def test_parts_that_would_not_be_written_are_refused_before_anything_is_sent(account: FakeCin7, call: Colour) -> None:
    with pytest.raises(ConfigurationError, match=r"not invoices, receipts: .*nothing was sent"):
        call(account, "purchases.create", wanted(invoices=[PurchaseInvoice()], receipts=[PurchaseReceipt()]))
    assert account.requests == []


@pytest.mark.parametrize("fault", ["drop_lines", "change_lines"])
@pytest.mark.parametrize("kind", [PurchaseType.SIMPLE, PurchaseType.ADVANCED])
def test_a_part_that_did_not_arrive_as_it_was_sent_is_an_error(
    account: FakeCin7, call: Colour, kind: PurchaseType, fault: str
) -> None:
    made = call(account, "purchases.create", wanted(kind))
    line = PurchaseLine(sku="LID", quantity=1, price=1, account="1300")
    invoice = PurchaseInvoice(status="DRAFT", task_id=NEW_TASK, lines=[line])
    account.fail_next(fault, match="invoice")
    with pytest.raises(NotAppliedError) as caught:
        call(account, "purchases.invoices.create", made, invoice)
    assert caught.value.record_id == getattr(made, "purchase_id", "")
    assert caught.value.missing in (("LID is missing",), ("LID: net amount 0 instead of 1",))


def test_every_part_of_an_advanced_purchase_is_written_and_believed_when_it_is_there(
    account: FakeCin7, call: Colour
) -> None:
    made = call(account, "purchases.create", wanted())
    lines = [PurchaseLine(sku="CRATE", quantity=6, price=Decimal("2.5"), account="1300")]
    invoice = call(account, "purchases.invoices.create", made, PurchaseInvoice(status="AUTHORISED", lines=lines))
    task = getattr(invoice, "task_id", None)
    first, second = ([ReceiptLine(sku="CRATE", quantity=3, date="2026-03-01", batch_sn=lot)] for lot in ("A", "B"))
    call(account, "purchases.receipts.create", made, PurchaseReceipt(status="DRAFT", task_id=task, lines=first))
    call(account, "purchases.receipts.create", made, PurchaseReceipt(status="AUTHORISED", task_id=task, lines=second))
    journal = ManualJournalLine(reference="Duty", amount=5, date="2026-03-01", debit="1300", credit="1010")
    call(
        account, "purchases.manual_journals.create", made, ManualJournal(status="DRAFT", task_id=task, lines=[journal])
    )
    place = ReceiptLine(sku="CRATE", quantity=6, date="2026-03-02", location="Main Warehouse")
    put_away = PurchaseReceipt(status="AUTHORISED", task_id=task, lines=[place])
    shelved = call(account, "purchases.put_aways.create", made, put_away)
    assert isinstance(shelved, PurchaseReceipt)
    (card,) = shelved.lines
    note = PurchaseCreditNote(
        credit_note_number="CN-1",
        credit_note_date="2026-03-05",
        credit_note_invoice_number=getattr(invoice, "invoice_number", None),
        status="AUTHORISED",
        lines=[PurchaseLine(sku="CRATE", quantity=1, price=Decimal("2.5"), account="1300")],
        unstock=[UnstockLine(card_id=card.card_id, quantity=1, date="2026-03-05")],
    )
    stored = call(account, "purchases.credit_notes.create", made, note)
    assert isinstance(stored, PurchaseCreditNote) and stored.unstock[0].quantity == 1


def test_a_place_that_would_not_be_kept_is_refused_before_anything_is_sent(account: FakeCin7, call: Colour) -> None:
    made = call(account, "purchases.create", wanted())
    before = len(account.requests)
    lines = [ReceiptLine(sku="CRATE", quantity=1, date="2026-03-01", location="Main Warehouse")]
    with pytest.raises(ConfigurationError, match="put_aways"):
        call(account, "purchases.receipts.create", made, PurchaseReceipt(task_id="t", lines=lines))
    assert len(account.requests) == before


AMOUNTS = st.decimals(min_value=Decimal("0.01"), max_value=10_000, places=4)
NAMED = st.sampled_from(["CRATE", "LID", "crate", "BOX"])
LINES = st.lists(st.builds(PurchaseLine, sku=NAMED, quantity=AMOUNTS, price=AMOUNTS), min_size=1, max_size=5)
CHARGES = st.lists(
    st.builds(AdditionalCharge, description=st.sampled_from(["Freight", "Duty"]), quantity=AMOUNTS, price=AMOUNTS)
)
ORDERS = st.builds(PurchaseOrder, lines=LINES, additional_charges=CHARGES)


@given(order=ORDERS, data=st.data())
def test_what_arrived_is_all_there_in_any_order_and_with_more_facts(order: PurchaseOrder, data: st.DataObject) -> None:
    lines = [
        line.replace(product_id=f"id of {str(line.sku).lower()}", name="a name of the service")
        for line in data.draw(st.permutations(order.lines))
    ]
    assert differences(order, order.replace(lines=lines)) == ()


@given(order=ORDERS)
def test_merged_lines_are_all_there(order: PurchaseOrder) -> None:
    by_sku = itertools.groupby(
        sorted(order.lines, key=lambda row: str(row.sku).lower()), lambda row: str(row.sku).lower()
    )
    merged = []
    for sku, group in by_sku:
        rows = list(group)
        quantity = sum(row.quantity for row in rows)
        total = sum(row.quantity * row.price for row in rows)
        merged.append(PurchaseLine(sku=sku, quantity=quantity, price=total / quantity))
    assert differences(order, order.replace(lines=merged)) == ()


@given(order=ORDERS, data=st.data())
def test_no_lost_row_and_no_changed_quantity_goes_unseen(order: PurchaseOrder, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(order.lines) - 1))
    rest = [row for number, row in enumerate(order.lines) if number != place]
    assert differences(order, order.replace(lines=rest))
    other = order.lines[place].replace(quantity=order.lines[place].quantity + 1)
    assert differences(order, order.replace(lines=[*rest, other]))
    assert differences(order, None) and differences(order, PurchaseOrder())


def test_more_is_there_where_writing_adds_and_nowhere_else() -> None:
    sent = PurchaseReceipt(lines=[ReceiptLine(sku="LID", quantity=1)])
    stored = PurchaseReceipt(lines=[ReceiptLine(sku="LID", quantity=2), ReceiptLine(sku="CRATE", quantity=1)])
    assert differences(sent, stored, adds=True) == ()
    assert differences(sent, stored) == ("LID: quantity 2 instead of 1", "CRATE is there and was not sent")


def test_taxes_rules_accounts_and_states_are_compared_where_they_were_given() -> None:
    line = PurchaseLine(sku="LID", quantity=1, price=1, tax=Decimal("0.2"), tax_rule="Tax 20", account="1300")
    sent = PurchaseInvoice(status="AUTHORISED", lines=[line])
    other = line.replace(tax=0, tax_rule="Tax exempt", account="6100")
    assert differences(sent, PurchaseInvoice(status="DRAFT", lines=[other])) == (
        "its status is DRAFT instead of AUTHORISED",
        "LID: tax 0 instead of 0.2",
        "LID: tax rule Tax exempt instead of Tax 20",
        "LID: account 6100 instead of 1300",
    )
    silent = PurchaseInvoice(lines=[PurchaseLine(sku="LID", quantity=1, price=1)])
    assert differences(silent, PurchaseInvoice(status="PAID", lines=[line])) == ()
    assert differences(sent, PurchaseInvoice(status="PAID", lines=[line])) == ()


@pytest.mark.parametrize("amount", ["1E+999999", "1E-999999", "-9E+90"])
def test_amounts_out_of_this_world_are_compared_too(amount: str) -> None:
    sent = PurchaseOrder(lines=[PurchaseLine(sku="LID", quantity=1, price=1)])
    stored = PurchaseOrder(lines=[PurchaseLine(sku="LID", quantity=Decimal(amount), price=Decimal(amount))])
    assert differences(sent, stored)
