"""The demonstration: a small distributor's year, with every kind of purchase and every kind of trouble. All made up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import Final, Literal

from attrs import Factory, frozen

from cin7core_client.testing import FakeCin7
from dynamicsgp_client.testing import FakeGP, seed
from gp_cin7_bridge.sandbox.expected import Expected, ExpectedBill

CENT: Final = Decimal("0.01")
GP_ACCOUNTS: Final = {
    "1300": "000-1300-00",
    "5100": "000-5100-00",
    "6100": "000-6100-00",
    "6200": "000-6200-00",
    "6300": "000-6300-00",
}
TAX_ACCOUNT: Final = "000-2300-00"
CURRENCIES: Final = {"Z-US$": "USD", "Z-EURO": "EUR", "Z-UK": "GBP", "Z-YEN": "JPY"}
RATES: Final = {"USD": Decimal(1), "EUR": Decimal("1.0922"), "GBP": Decimal("1.2675"), "JPY": Decimal("0.0065432")}
TAX_RATES: Final = {"Tax on purchases": Decimal("0.15"), "Tax 20": Decimal("0.20"), "Tax exempt": Decimal(0)}
INVOICE, CREDIT_MEMO = 1, 5
SETTINGS: Final = """[accounts]
payable = "000-2100-00"      # for vendors that have no payable account of their own

[accounts.map]               # Cin7 account code -> GP account number; the first line that fits wins
"1300" = "000-1300-00"
"1310" = "000-1310-00"
"5100" = "000-5100-00"
"61*" = "000-6100-00"
"6200" = "000-6200-00"
"6300" = "000-6300-00"
# "6400" (marketing) is left out on purpose: bills that use it are held

[vendors]
tax_rule = "Tax on purchases"
country = "United States"

[items]
category = "General"

[bills.tax_rules."Tax on purchases"]
treatment = "detail"
tax_detail_id = "INPUT TAX"
account = "000-2300-00"

[bills.tax_rules."Tax 20"]
treatment = "detail"
tax_detail_id = "INPUT TAX"
account = "000-2300-00"
"""


@frozen
class Line:
    """One line: a product line, or a charge when it has no SKU; `tax` is given only where rounding is the point."""

    account: str
    quantity: Decimal
    price: Decimal
    sku: str = ""
    tax_rule: str = "Tax on purchases"
    discount: Decimal = Decimal(0)
    exact: bool = False

    @property
    def total(self) -> Decimal:
        total = self.quantity * self.price * (1 - self.discount / 100)
        return total if self.exact else total.quantize(CENT, ROUND_HALF_UP)

    @property
    def tax(self) -> Decimal:
        tax = self.total * TAX_RATES[self.tax_rule]
        return tax if self.exact else tax.quantize(CENT, ROUND_HALF_UP)


@frozen(kw_only=True)
class Bill:
    """One invoice or credit note and what must become of it.

    Attributes:
        codes: why it is held.
        carried: whether anything becomes of it at all; drafts and voided ones are left alone.
        lines_in_gp: the distributions, where the data set's plain arithmetic is not the point.
    """

    number: str
    day: dt.date
    lines: tuple[Line, ...]
    status: str = "AUTHORISED"
    codes: tuple[str, ...] = ()
    inclusive: bool = False
    off_by: Decimal = Decimal(0)
    gp_number: str | None = None
    lines_in_gp: Mapping[str, Decimal] = Factory(dict)

    @property
    def carried(self) -> bool:
        return self.status in ("AUTHORISED", "PAID")

    @property
    def net(self) -> Decimal:
        return sum((line.total for line in self.lines), Decimal(0))

    @property
    def tax(self) -> Decimal:
        return sum((line.tax for line in self.lines), Decimal(0))


@frozen(kw_only=True)
class Order:
    """One purchase."""

    vendor: seed.SeedVendor
    invoices: tuple[Bill, ...] = ()
    credit_notes: tuple[Bill, ...] = ()
    type: str = "Simple Purchase"
    approach: str = "INVOICE"
    received: bool = True


class Distributor:
    """48 vendors, 156 items, 70 purchases."""

    name = "demo"
    gp_seed: Literal["demo", "empty"] = "demo"
    settings = SETTINGS

    def load(self, _gp: FakeGP, cin7: FakeCin7, /) -> None:
        """Fill the purchases into Cin7 Core; GP's simulator has its vendors and items already."""
        vendors, items = seed.vendors(), seed.items()
        # People had keyed these in before there was a bridge: they are found and linked, not made twice.
        for vendor in vendors[:2]:
            cin7.add_supplier(vendor.vendor_name)
        for item in items[:2]:
            cin7.add_product(item.item_number, item.item_description)
        for number, order in enumerate(self._orders, start=1):
            _add(cin7, f"PO-{number:05}", order)

    @cached_property
    def expected(self) -> Expected:
        """What must stand, by this data set's own arithmetic."""
        vendors, items = seed.vendors(), seed.items()
        temporary, kit = 3, 3
        return Expected(
            vendors={each.vendor_id: each.vendor_name for each in vendors if each.status != temporary},
            skipped_vendors={each.vendor_id: ("vendor_temporary",) for each in vendors if each.status == temporary},
            items={each.item_number: each.item_description for each in items if each.item_type != kit},
            skipped_items={each.item_number: ("item_kit",) for each in items if each.item_type == kit},
            bills=tuple(
                _expected(f"PO-{number:05}", order, bill, credit=credit)
                for number, order in enumerate(self._orders, start=1)
                for bills, credit in ((order.invoices, False), (order.credit_notes, True))
                for bill in bills
                if bill.carried
            ),
        )

    @cached_property
    def _orders(self) -> tuple[Order, ...]:
        vendors, goods = seed.vendors(), [each for each in seed.items() if each.item_type == 1]
        plain = [each for each in vendors if each.status == 1 and each.currency_id == seed.FUNCTIONAL]
        return (
            *(_plain(number, plain[number % len(plain)], goods) for number in range(1, 51)),
            *_foreign(vendors, goods),
            *_special(plain, vendors, goods),
        )


def _plain(number: int, vendor: seed.SeedVendor, goods: Sequence[seed.SeedItem]) -> Order:
    """One ordinary purchase; every third is advanced with two invoices, every other one stock first."""
    day = dt.date(2026, 2 + number % 9, 1 + number % 28)
    lines = tuple(
        Line("1300", Decimal(5 + (number + place) % 20), goods[(number * 7 + place) % len(goods)].standard_cost, sku)
        for place, sku in enumerate(
            goods[(number * 7 + place) % len(goods)].item_number for place in range(1 + number % 3)
        )
    )
    charge = Line("5100", Decimal(1), Decimal("18.40"), tax_rule="Tax exempt")
    first = Bill(number=f"INV-{1000 + number}", day=day, lines=(*lines, charge) if number % 4 == 0 else lines)
    advanced = number % 3 == 0
    second = Bill(number=f"INV-{1000 + number}/2", day=day + dt.timedelta(days=9), lines=lines[:1])
    return Order(
        vendor=vendor,
        invoices=(first, second) if advanced else (first,),
        type="Advanced Purchase" if advanced else "Simple Purchase",
        approach="STOCK" if number % 2 else "INVOICE",
    )


def _foreign(vendors: Sequence[seed.SeedVendor], goods: Sequence[seed.SeedItem]) -> list[Order]:
    """Bills in euro, pound and yen; one of them is worked out by hand."""
    abroad = [each for each in vendors if each.currency_id != seed.FUNCTIONAL]
    euro, euro2, pound, yen = abroad
    day = dt.date(2026, 5, 11)
    # 3 x 12.345 + 10.00 + freight 7.50, tax 20 % by row: 54.535 + 10.907 = 65.442, which GP holds as 65.44.
    worked = Bill(
        number="EU-77",
        day=day,
        lines=(
            Line("1300", Decimal(3), Decimal("12.345"), goods[0].item_number, "Tax 20", exact=True),
            Line("1300", Decimal(1), Decimal("10.00"), goods[1].item_number, "Tax 20", exact=True),
            Line("5100", Decimal(1), Decimal("7.50"), "", "Tax 20", exact=True),
        ),
        lines_in_gp={
            "000-1300-00": Decimal("47.03"),
            "000-5100-00": Decimal("7.50"),
            TAX_ACCOUNT: Decimal("10.91"),
            "000-2105-00": Decimal("-65.44"),
        },
    )
    return [
        Order(vendor=euro, invoices=(worked,), type="Advanced Purchase"),
        Order(vendor=euro2, invoices=(_goods("EU-78", day, goods, "120.00"),)),
        Order(vendor=pound, invoices=(_goods("UK-5", day, goods, "88.50"),), approach="STOCK"),
        Order(
            vendor=yen,
            invoices=(
                Bill(
                    number="JP-9",
                    day=day,
                    lines=(Line("1300", Decimal(10), Decimal(1250), goods[3].item_number, "Tax exempt"),),
                ),
            ),
        ),
    ]


def _goods(
    number: str,
    day: dt.date,
    goods: Sequence[seed.SeedItem],
    price: str,
    *,
    codes: tuple[str, ...] = (),
    status: str = "AUTHORISED",
    inclusive: bool = False,
    off_by: Decimal = Decimal(0),
    gp_number: str | None = None,
) -> Bill:
    line = Line("1300", Decimal(2), Decimal(price), goods[len(number) % len(goods)].item_number)
    return Bill(
        number=number,
        day=day,
        lines=(line,),
        codes=codes,
        status=status,
        inclusive=inclusive,
        off_by=off_by,
        gp_number=gp_number,
    )


def _special(
    plain: Sequence[seed.SeedVendor], vendors: Sequence[seed.SeedVendor], goods: Sequence[seed.SeedItem]
) -> list[Order]:
    """One purchase for each kind of trouble, and for each kind that looks like trouble and is none."""
    day = dt.date(2026, 6, 15)
    inactive = next(each for each in vendors if each.status == 2)
    services = next(each for each in vendors if each.vendor_class_id == "SERVICES" and each.status == 1)
    repair = Bill(number="SRV-300", day=day, lines=(Line("6200", Decimal(4), Decimal("60.00"), tax_rule="Tax exempt"),))
    marketing = Line("6400", Decimal(1), Decimal("500.00"), tax_rule="Tax exempt")
    discounted = Line("1300", Decimal(12), Decimal("4.50"), goods[9].item_number, discount=Decimal("12.5"))
    return [
        Order(vendor=services, invoices=(repair,), type="Service Purchase", received=False),
        Order(
            vendor=plain[3], invoices=(Bill(number="MKT-1", day=day, lines=(marketing,), codes=("account_unmapped",)),)
        ),
        Order(
            vendor=plain[4],
            invoices=(_goods("JAN-20", dt.date(2026, 1, 20), goods, "31.25", codes=("period_closed",)),),
        ),
        Order(vendor=inactive, invoices=(_goods("OLD-8", day, goods, "75.00", codes=("vendor_inactive",)),)),
        Order(vendor=plain[5], invoices=(_goods("DUP-500", day, goods, "44.00"),)),
        Order(vendor=plain[5], invoices=(_goods("dup 500", day, goods, "44.00", codes=("duplicate_document",)),)),
        Order(
            vendor=plain[6],
            invoices=(_goods("FOOT-1", day, goods, "10.00", codes=("totals_do_not_foot",), off_by=Decimal("1.00")),),
        ),
        Order(vendor=plain[7], invoices=(Bill(number="DISC-1", day=day, lines=(discounted,)),)),
        Order(vendor=plain[8], invoices=(_goods("INCL-1", day, goods, "23.00", inclusive=True),)),
        Order(
            vendor=plain[9],
            invoices=(
                _goods("INVOICE-NUMBER-LONGER-THAN-TWENTY-1", day, goods, "19.00", gp_number="INVOICE-NUMBE~40BB29"),
            ),
        ),
        Order(
            vendor=plain[10],
            invoices=(_goods("CRD-1", day, goods, "150.00"),),
            credit_notes=(_goods("CN-1", day + dt.timedelta(days=20), goods, "30.00"),),
            type="Advanced Purchase",
        ),
        Order(vendor=plain[11], invoices=(_goods("PAID-1", day, goods, "66.00", status="PAID"),)),
        Order(vendor=plain[12], invoices=(_goods("DRAFT-1", day, goods, "66.00", status="DRAFT"),), received=False),
        Order(vendor=plain[13], invoices=(_goods("VOID-1", day, goods, "66.00", status="VOIDED"),), received=False),
        Order(
            vendor=plain[14],
            invoices=(_goods("PART-1", day, goods, "12.00"), _goods("PART-2", day, goods, "12.00", status="DRAFT")),
            type="Advanced Purchase",
        ),
        Order(vendor=plain[15], received=False),
    ]


def _add(cin7: FakeCin7, order_number: str, order: Order) -> None:
    every = (*order.invoices, *order.credit_notes)
    first = order.invoices[0] if order.invoices else None
    currency = CURRENCIES[order.vendor.currency_id]
    lines, charges = _wire_lines(cin7, first, order.type) if first else ([], [])
    received = (
        [_received(cin7, line, first.day) for line in first.lines if line.sku] if first and order.received else []
    )
    day = first.day if first else dt.date(2026, 6, 1)
    cin7.add_purchase(
        order_number,
        order.vendor.vendor_name,
        type=order.type,
        approach=order.approach,
        currency=currency,
        rate=RATES[currency],
        order={"Status": "AUTHORISED" if first else "DRAFT", "Lines": lines, "AdditionalCharges": charges},
        invoices=[_wire(cin7, bill, order.type) for bill in order.invoices],
        credit_notes=[_wire(cin7, bill, order.type, credit=True) for bill in order.credit_notes],
        receipts=[{"Status": "AUTHORISED", "Lines": received}] if received else [],
        updated=f"{max([day, *(bill.day for bill in every)])}T09:00:00.000Z",
        OrderDate=f"{day}T00:00:00",
        TaxCalculation="Inclusive" if first and first.inclusive else "Exclusive",
    )


def _received(cin7: FakeCin7, line: Line, day: dt.date) -> dict[str, object]:
    return {
        "Date": f"{day}T00:00:00",
        "Quantity": line.quantity,
        "ProductID": cin7.product_id(line.sku),
        "SKU": line.sku,
        "Received": True,
    }


def _wire_lines(cin7: FakeCin7, bill: Bill, kind: str) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    products, charges = [], []
    for line in bill.lines:
        shared = {
            "Quantity": line.quantity,
            "Price": line.price,
            "Discount": line.discount,
            "Tax": line.tax,
            "TaxRule": line.tax_rule,
            "Account": line.account,
            "Total": line.total + line.tax if bill.inclusive else line.total,
        }
        if line.sku and kind != "Service Purchase":
            products.append(
                {"ProductID": cin7.product_id(line.sku), "SKU": line.sku, "Name": line.sku, "Comment": "", **shared}
            )
        else:
            charges.append({"Description": f"Charge on {line.account}", "Reference": "", **shared})
    return products, charges


def _wire(cin7: FakeCin7, bill: Bill, kind: str, *, credit: bool = False) -> dict[str, object]:
    products, charges = _wire_lines(cin7, bill, kind)
    day = f"{bill.day}T00:00:00"
    named: dict[str, object] = (
        {"CreditNoteNumber": bill.number, "CreditNoteDate": day, "Unstock": []}
        if credit
        else {"InvoiceNumber": bill.number, "InvoiceDate": day, "InvoiceDueDate": day}
    )
    return {
        **named,
        "Status": bill.status,
        "Lines": products,
        "AdditionalCharges": charges,
        "TotalBeforeTax": bill.net,
        "Tax": bill.tax,
        "Total": bill.net + bill.tax + bill.off_by,
        "Paid": bill.net + bill.tax if bill.status == "PAID" else 0,
    }


def _expected(order_number: str, order: Order, bill: Bill, *, credit: bool) -> ExpectedBill:
    if bill.codes:
        return ExpectedBill(order_number=order_number, document=bill.number, codes=bill.codes)
    sign = -1 if credit else 1
    sums: dict[str, Decimal] = {}
    for line in bill.lines:
        account = GP_ACCOUNTS[line.account]
        sums[account] = sums.get(account, Decimal(0)) + line.total * sign
        sums[TAX_ACCOUNT] = sums.get(TAX_ACCOUNT, Decimal(0)) + line.tax * sign
    payable = order.vendor.payable or seed.PAYABLE
    sums[payable] = -sum(sums.values(), Decimal(0))
    lines = bill.lines_in_gp or {account: amount for account, amount in sums.items() if amount}
    return ExpectedBill(
        order_number=order_number,
        document=bill.number,
        document_number=bill.gp_number or bill.number,
        vendor_id=order.vendor.vendor_id,
        document_type=CREDIT_MEMO if credit else INVOICE,
        currency_id=order.vendor.currency_id,
        document_amount=abs(lines[payable]),
        tax_amount=abs(lines.get(TAX_ACCOUNT, Decimal(0))),
        posting_date=bill.day,
        lines=lines,
    )
