"""Receipts as journals: valued first in, first out, reversed when undone, cleared once by their bill."""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal

from bill_parts import explained, invoice
from bill_parts import line as bill_line
from bill_parts import purchase as bill_purchase
from bill_parts import sums as bill_sums
from hypothesis import given
from hypothesis import strategies as st

from cin7core_client import Purchase
from dynamicsgp_client import Journal
from gp_cin7_bridge.mapping.accounts import AccountMap
from gp_cin7_bridge.mapping.held import Held
from gp_cin7_bridge.mapping.periods import Periods
from gp_cin7_bridge.mapping.receipts.accruals import Accrual, open_layers
from gp_cin7_bridge.mapping.receipts.clearing import ClearingRules, cleared
from gp_cin7_bridge.mapping.receipts.period_end import map_period_end
from gp_cin7_bridge.mapping.receipts.receipt import ReceiptMapping, map_receipt, map_receipts
from gp_cin7_bridge.mapping.receipts.rules import ReceiptRules

INVENTORY, ACCRUED, IN_TRANSIT, DIFFERENCE = "000-1300-00", "000-2111-00", "000-1310-00", "000-4730-00"
RULES = ReceiptRules(
    cin7_account_id="11111111-2222-3333-4444-555555555555",
    mode="gl_accrual",
    accounts=AccountMap({"13*": INVENTORY}),
    accrued_account=ACCRUED,
    in_transit_account=IN_TRANSIT,
    base_currency="USD",
    periods=Periods.from_years([(2026, dt.date(2026, 1, 1), 12, ())]),
)
BILL = ("p1/invoice/t1", "C7X")
FIRST, SECOND = dt.date(2026, 11, 2), dt.date(2026, 11, 5)


def line(
    quantity: object, price: object, *, product: str = "a", account: str = "1300", tax: object = 0
) -> dict[str, object]:
    total = Decimal(str(quantity)) * Decimal(str(price)) + Decimal(str(tax))
    return {
        "ProductID": product,
        "SKU": product.upper(),
        "Quantity": quantity,
        "Price": price,
        "Total": total,
        "Tax": tax,
        "Account": account,
    }


def arrived(quantity: object, day: dt.date | None = FIRST, *, product: str = "a") -> dict[str, object]:
    return {
        "Date": f"{day}T00:00:00" if day else None,
        "Quantity": quantity,
        "ProductID": product,
        "SKU": product.upper(),
    }


def purchase(
    ordered: list[dict[str, object]],
    *receipts: list[dict[str, object]],
    status: str = "AUTHORISED",
    invoices: list[dict[str, object]] | None = None,
    **fields: object,
) -> Purchase:
    total = sum((Decimal(str(each["Total"])) for each in ordered), Decimal(0))
    return Purchase.model_validate(
        {
            "ID": "p1",
            "OrderNumber": "PO-1",
            "BaseCurrency": "USD",
            "SupplierCurrency": "USD",
            "Order": {"Status": "AUTHORISED", "Lines": ordered, "TotalBeforeTax": total, "Tax": 0, "Total": total},
            "StockReceived": [
                {"TaskID": f"t{number}", "Status": status, "Lines": lines} for number, lines in enumerate(receipts, 1)
            ],
            "Invoices": invoices or [],
            **fields,
        }
    )


def mapped(bought: Purchase, *known: Accrual, rules: ReceiptRules = RULES) -> list[ReceiptMapping]:
    found = map_receipts(bought, known, rules)
    assert not [each for each in found if isinstance(each, Held)], found
    return [each for each in found if isinstance(each, ReceiptMapping)]


def codes(bought: Purchase, *known: Accrual, rules: ReceiptRules = RULES) -> list[str]:
    held = [each for each in map_receipts(bought, known, rules) if isinstance(each, Held)]
    return [why.code for each in held for why in each.reasons]


def sums(journal: Journal | None) -> dict[str, Decimal]:
    assert journal is not None
    assert sum((each.debit_amount - each.credit_amount for each in journal.lines), Decimal(0)) == 0
    return {each.account_number: each.debit_amount - each.credit_amount for each in journal.lines}


def test_a_receipt_debits_the_goods_and_credits_accrued_purchases() -> None:
    (found,) = mapped(purchase([line(10, "3.333")], [arrived(10)]))
    assert found.document is not None
    assert found.document.transaction_date == FIRST
    assert found.document.batch_id == found.key and len(found.key) == 15 and found.key.startswith("C7")
    assert sums(found.document) == {INVENTORY: Decimal("33.33"), ACCRUED: Decimal("-33.33")}
    assert found.explained[0].rule == "A 10 x 3.333 (line 1 of order PO-1)"


def test_each_day_of_a_receipt_is_a_journal_of_its_own() -> None:
    found = mapped(purchase([line(10, 2)], [arrived(6), arrived(4, SECOND)]))
    assert [(each.source_id, sums(each.document)[INVENTORY]) for each in found] == [
        ("p1/receipt/t1/2026-11-02", Decimal("12.00")),
        ("p1/receipt/t1/2026-11-05", Decimal("8.00")),
    ]
    assert len({each.key for each in found}) == 2


def test_endow_hairy_the_same_sku_on_many_order_lines_is_used_up_line_by_line() -> None:
    ten_lines = [line(1, price) for price in range(1, 11)]
    first, second = mapped(purchase(ten_lines, [arrived(4)], [arrived(3, SECOND)]))
    assert sums(first.document)[INVENTORY] == 1 + 2 + 3 + 4
    assert sums(second.document)[INVENTORY] == 5 + 6 + 7


def test_the_price_of_a_known_invoice_beats_the_orders() -> None:
    billed = {"TaskID": "t1", "InvoiceNumber": "INV-1", "Status": "AUTHORISED", "Lines": [line(10, 4)], "Total": 40}
    (found,) = mapped(purchase([line(10, 3)], [arrived(10)], invoices=[billed]))
    assert sums(found.document)[INVENTORY] == 40


def test_a_draft_invoice_tells_no_price() -> None:
    billed = {"TaskID": "t1", "InvoiceNumber": "INV-1", "Status": "DRAFT", "Lines": [line(10, 4)], "Total": 40}
    (found,) = mapped(purchase([line(10, 3)], [arrived(10)], invoices=[billed]))
    assert sums(found.document)[INVENTORY] == 30


def test_prices_that_hold_the_tax_are_taken_net() -> None:
    ordered = line(10, 10, tax=20)
    bought = purchase([ordered], [arrived(10)])
    inclusive = bought.replace(order={"Lines": [ordered], "TotalBeforeTax": 100, "Tax": 20, "Total": 120})
    (found,) = mapped(inclusive)
    assert sums(found.document)[INVENTORY] == 100


def test_foreign_goods_are_valued_at_the_purchases_rate() -> None:
    bought = purchase([line(10, "3.333")], [arrived(10)], SupplierCurrency="EUR", CurrencyRate=Decimal("1.0922"))
    (found,) = mapped(bought)
    assert sums(found.document)[INVENTORY] == Decimal("36.40")


def test_what_was_booked_is_not_booked_again() -> None:
    bought = purchase([line(10, 2)], [arrived(10)])
    (first,) = mapped(bought)
    assert mapped(bought, *first.accruals) == []


def test_an_undone_receipt_is_reversed_and_received_anew_under_a_new_batch() -> None:
    bought = purchase([line(10, 2)], [arrived(10)])
    (first,) = mapped(bought)
    known = list(first.accruals)
    (second,) = mapped(purchase([line(10, 2)], [arrived(10)], status="VOIDED"), *known)
    assert sums(second.document) == {INVENTORY: Decimal(-20), ACCRUED: Decimal(20)}
    known += second.accruals
    (third,) = mapped(bought, *known)
    assert sums(third.document) == {INVENTORY: Decimal(20), ACCRUED: Decimal(-20)}
    assert len({first.key, second.key, third.key}) == 3


def test_a_receipt_that_shrank_gives_back_its_own_amount_to_the_last_cent() -> None:
    (first,) = mapped(purchase([line(3, "3.337")], [arrived(3)]))
    known = list(first.accruals)
    (second,) = mapped(purchase([line(3, "3.337")], [arrived(1)]), *known)
    known += second.accruals
    (third,) = mapped(purchase([line(3, "3.337")], []), *known)
    given_back = sums(second.document)[INVENTORY] + sums(third.document)[INVENTORY]
    assert given_back == -sums(first.document)[INVENTORY] == Decimal("-10.01")


def test_a_bill_clears_what_was_accrued_and_shows_the_difference() -> None:
    (first,) = mapped(purchase([line(10, 2)], [arrived(6)]))
    rules = ClearingRules(entries=first.accruals, in_transit_account=IN_TRANSIT, difference_account=DIFFERENCE)
    found = cleared("a", Decimal(10), Decimal("22.00"), INVENTORY, earlier=(), bill=BILL, rules=rules)
    assert [(each.account_number, each.amount) for each in found.shares] == [
        (ACCRUED, Decimal("12.00")),
        (DIFFERENCE, Decimal("1.2")),
        (IN_TRANSIT, Decimal("8.8")),
    ]
    (later,) = mapped(purchase([line(10, 2)], [arrived(6)], [arrived(4, SECOND)]), *first.accruals, *found.accruals)
    assert sums(later.document) == {INVENTORY: Decimal("8.80"), IN_TRANSIT: Decimal("-8.80")}


def test_goods_that_their_bill_put_into_inventory_are_not_booked_when_they_arrive() -> None:
    bill = cleared("a", Decimal(10), Decimal(20), INVENTORY, earlier=(), bill=BILL, rules=ClearingRules())
    (found,) = mapped(purchase([line(10, 2)], [arrived(10)]), *bill.accruals)
    assert found.document is None
    assert mapped(purchase([line(10, 2)], [arrived(10)]), *bill.accruals, *found.accruals) == []


def test_a_receipt_that_its_bill_cleared_is_not_reversed_by_itself() -> None:
    (first,) = mapped(purchase([line(10, 2)], [arrived(10)]))
    rules = ClearingRules(entries=first.accruals)
    bill = cleared("a", Decimal(10), Decimal(20), INVENTORY, earlier=(), bill=BILL, rules=rules)
    assert codes(purchase([line(10, 2)], []), *first.accruals, *bill.accruals) == ["receipt_billed_already"]


def test_more_than_was_ordered_an_unknown_product_and_no_price_are_held_at_once() -> None:
    bought = purchase(
        [line(1, 2), line(1, 0, product="free")], [arrived(2), arrived(1, product="other"), arrived(1, product="free")]
    )
    assert codes(bought) == ["receipt_over_order", "receipt_not_on_order", "receipt_without_price"]


def test_a_line_without_a_date_and_an_account_without_a_mapping_are_held() -> None:
    assert codes(purchase([line(1, 2)], [arrived(1, None)])) == ["receipt_date_missing"]
    assert codes(purchase([line(1, 2, account="5000")], [arrived(1)])) == ["account_unmapped"]


def test_one_receipt_alone_is_mapped_without_any_memory() -> None:
    bought = purchase([line(10, 2)], [arrived(4)], [arrived(6, SECOND)])
    found = map_receipt(bought, bought.receipts[1], RULES)
    assert isinstance(found, tuple)
    assert [sums(each)[INVENTORY] for each in found] == [12]


quantities = st.integers(min_value=0, max_value=6)
prices = st.decimals(min_value=Decimal("0.01"), max_value=Decimal(99), places=4)
rates = st.sampled_from([Decimal(1), Decimal("1.0922"), Decimal("0.0067"), Decimal("147.31")])


@given(price=prices, rate=rates, history=st.lists(st.tuples(quantities, quantities), min_size=1, max_size=6))
def test_however_receipts_change_what_stands_is_what_was_received(
    price: Decimal, rate: Decimal, history: list[tuple[int, int]]
) -> None:
    known: list[Accrual] = []
    balance: dict[str, Decimal] = {}
    for first, second in [*history, (0, 0)]:
        receipts = [[arrived(first)] if first else [], [arrived(second, SECOND)] if second else []]
        bought = purchase([line(12, price)], *receipts, SupplierCurrency="EUR", CurrencyRate=rate)
        for found in mapped(bought, *known):
            known += found.accruals
            for account, amount in sums(found.document).items() if found.document else ():
                balance[account] = balance.get(account, Decimal(0)) + amount
        standing = open_layers(known, "a", "accrued", decimals=2)
        assert sum((each.quantity for each in standing), Decimal(0)) == first + second
        assert balance.get(ACCRUED, Decimal(0)) == -sum((each.amount for each in standing), Decimal(0))
        assert mapped(bought, *known) == []
    assert not any(balance.values())


@given(price=prices, billed_price=prices, rate=rates, received=quantities, billed=st.integers(1, 6))
def test_a_bill_and_its_receipts_leave_nothing_behind(
    price: Decimal, billed_price: Decimal, rate: Decimal, received: int, billed: int
) -> None:
    facts = {"SupplierCurrency": "EUR", "CurrencyRate": rate}
    known: list[Accrual] = []
    for found in mapped(purchase([line(6, price)], [arrived(min(received, billed))] if received else [], **facts)):
        known += found.accruals
    rules = ClearingRules(entries=tuple(known), in_transit_account=IN_TRANSIT, rate=rate)
    net = billed * billed_price
    bill = cleared("a", Decimal(billed), net, INVENTORY, earlier=(), bill=BILL, rules=rules)
    assert sum((each.amount for each in bill.shares), Decimal(0)) == net
    known += bill.accruals
    for found in mapped(purchase([line(6, price)], [arrived(billed)], **facts), *known):
        known += found.accruals
    assert open_layers(known, "a", "accrued", decimals=2) == []
    assert open_layers(known, "a", "ahead", decimals=2) == []


@given(accrued=st.lists(prices, min_size=1, max_size=4), billed=st.lists(prices, min_size=1, max_size=4), rate=rates)
def test_rounding_never_moves_what_a_bill_clears(accrued: list[Decimal], billed: list[Decimal], rate: Decimal) -> None:
    entries = [
        Accrual(
            "p/receipt/t/d", "C7B", "A", "accrued", ACCRUED, INVENTORY, Decimal(1), amount.quantize(Decimal("0.01"))
        )
        for amount in accrued
    ]
    part = invoice(*(bill_line(str(amount)) for amount in billed), currency_rate=rate)
    foreign = bill_purchase(supplier_currency="EUR", currency_rate=rate)
    found = explained(part, of=foreign, accruals={foreign.purchase_id: entries}, in_transit_account=IN_TRANSIT)
    left = open_layers([*entries, *(found.accruals or ())], "A", "accrued", decimals=2)
    assert sum((each.quantity for each in left), Decimal(0)) == max(0, len(accrued) - len(billed))
    cleared_first = [each.amount for each in entries[: len(billed)]]
    exact = sum(((amount / rate).quantize(Decimal("0.01"), ROUND_HALF_UP) for amount in cleared_first), Decimal(0))
    assert bill_sums(found.document).get(ACCRUED, 0) == exact
    assert found.document.document_amount == sum(billed, Decimal(0)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def test_a_periods_end_accrues_what_is_received_and_not_billed_and_takes_it_back_the_day_after() -> None:
    billed = {"TaskID": "t9", "InvoiceNumber": "INV-1", "InvoiceDate": "2026-11-20T00:00:00", "Status": "PAID"}
    later = {**billed, "InvoiceNumber": "INV-2", "InvoiceDate": "2026-12-01T00:00:00", "Lines": [line(6, 2)]}
    bought = purchase([line(10, 2)], [arrived(10)], invoices=[{**billed, "Lines": [line(4, 2)]}, later])
    accrual, reversal = map_period_end([bought], dt.date(2026, 11, 30), RULES)
    assert not isinstance(accrual, Held) and not isinstance(reversal, Held)
    assert sums(accrual.document) == {INVENTORY: Decimal(12), ACCRUED: Decimal(-12)}
    assert sums(reversal.document) == {INVENTORY: Decimal(-12), ACCRUED: Decimal(12)}
    assert accrual.document.transaction_date == dt.date(2026, 11, 30)
    assert reversal.document.transaction_date == dt.date(2026, 12, 1)


def test_a_periods_end_is_one_journal_a_currency() -> None:
    euros = purchase([line(10, 2)], [arrived(10)], SupplierCurrency="EUR", CurrencyRate=Decimal("1.5"), ID="p2")
    found = map_period_end([purchase([line(10, 2)], [arrived(5)]), euros], dt.date(2026, 11, 30), RULES)
    assert [(each.source_id, sums(each.document)[INVENTORY]) for each in found if not isinstance(each, Held)] == [
        ("accrual/2026-11-30/EUR", Decimal(30)),
        ("reversal/2026-11-30/EUR", Decimal(-30)),
        ("accrual/2026-11-30/USD", Decimal(10)),
        ("reversal/2026-11-30/USD", Decimal(-10)),
    ]


def test_half_a_periods_end_is_not_booked() -> None:
    good, bad = purchase([line(1, 2)], [arrived(1)]), purchase([line(1, 0)], [arrived(1)])
    (held,) = map_period_end([good, bad], dt.date(2026, 11, 30), RULES)
    assert isinstance(held, Held)
    assert [why.code for why in held.reasons] == ["receipt_without_price"]
