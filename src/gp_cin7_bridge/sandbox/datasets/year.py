"""A distributor's year, made up from a seed: every kind of purchase, priced to four decimals, with its own arithmetic.

What is expected is worked out here from the numbers that were drawn, in a straight line, not by the mapping.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import Final, Literal

from attrs import evolve, frozen

from cin7core_client.testing import FakeCin7
from dynamicsgp_client import Distribution, PayablesDocument
from dynamicsgp_client.testing import FakeGP
from dynamicsgp_client.testing.rules import payables
from gp_cin7_bridge.sandbox.expected import Expected, ExpectedBill

Bucket = Literal["purchases", "freight", "miscellaneous", "trade_discount"]

FOUR: Final = Decimal("0.0001")
CURRENCIES: Final = {
    "USD": ("Z-US$", 2, Decimal(1)),
    "EUR": ("Z-EURO", 2, Decimal("1.0922")),
    "GBP": ("Z-UK", 2, Decimal("1.2675")),
    "JPY": ("Z-YEN", 0, Decimal("0.0065432")),
}
# Tax rule: percent and what becomes of it.
TAXES: Final = {
    "Tax on purchases": (Decimal(15), "detail"),
    "Tax 20": (Decimal(20), "detail"),
    "Sales tax": (Decimal("8.25"), "capitalise"),
    "Eco levy": (Decimal(2), "misc"),
    "Tax exempt": (Decimal(0), "none"),
}
GOODS: Final = {"1300": "000-1300-00", "1310": "000-1310-00", "6100": "000-6100-00"}
SERVICES: Final = {"6200": "000-6200-00", "6300": "000-6300-00"}
# Charge: Cin7 code, GP account and which of GP's amounts it goes to.
CHARGES: Final[dict[str, tuple[str, str, Bucket]]] = {
    "Freight in": ("5100", "000-5100-00", "freight"),
    "Handling": ("6100", "000-6100-00", "miscellaneous"),
    "Insurance": ("6300", "000-6300-00", "purchases"),
    "Discount for early order": ("1300", "000-1300-00", "trade_discount"),
}
TAX_ACCOUNT: Final = "000-2300-00"
LEVY_ACCOUNT: Final = "000-6100-00"
PAYABLE: Final = "000-2100-00"
FOREIGN_PAYABLE: Final = "000-2105-00"
YEAR: Final = 2026
LIMIT: Final = Decimal("0.05")
INVOICE, CREDIT_MEMO = 1, 5
SETTINGS: Final = f"""[accounts]
payable = "{PAYABLE}"

[accounts.map]
"13??" = "000-{{code}}-00"
"5100" = "000-5100-00"
"61*" = "000-6100-00"
"6[23]00" = "000-{{code}}-00"

[vendors]
tax_rule = "Tax on purchases"
country = "United States"

[items]
category = "General"
unit = "Each"

[periods]
closed_period = "next_open"

[bills.tax_rules."Tax on purchases"]
treatment = "detail"
tax_detail_id = "INPUT TAX"

[bills.tax_rules."Tax 20"]
treatment = "detail"
tax_detail_id = "INPUT TAX"

[bills.tax_rules."Sales tax"]
treatment = "capitalise"

[bills.tax_rules."Eco levy"]
treatment = "misc"
account = "{LEVY_ACCOUNT}"

[bills.tax_rules."Import tax"]
treatment = "hold"

[[bills.charges]]
to = "freight"
description = "freight*"

[[bills.charges]]
to = "miscellaneous"
description = "handling*"

[[bills.charges]]
to = "trade_discount"
description = "*discount*"
"""


@frozen(kw_only=True)
class Line:
    """One line as drawn; net of its discount, before tax."""

    name: str
    code: str
    account: str
    bucket: Bucket
    quantity: Decimal
    price: Decimal
    discount: Decimal
    tax_rule: str
    charge: bool

    @property
    def net(self) -> Decimal:
        return (self.quantity * self.price * (100 - self.discount) / 100).quantize(FOUR, ROUND_HALF_UP)

    @property
    def tax(self) -> Decimal:
        percent = TAXES[self.tax_rule][0] if self.tax_rule in TAXES else Decimal(10)
        return (self.net * percent / 100).quantize(FOUR, ROUND_HALF_UP)


@frozen(kw_only=True)
class Bill:
    """One invoice or credit note as drawn; `codes` are reasons that were drawn with it."""

    number: str
    day: dt.date
    lines: tuple[Line, ...]
    credit: bool = False
    status: str = "AUTHORISED"
    inclusive: bool = False
    codes: tuple[str, ...] = ()
    off_by: Decimal = Decimal(0)
    rate: Decimal | None = None
    typed_before: bool = False

    @property
    def net(self) -> Decimal:
        return sum((line.net for line in self.lines), Decimal(0))

    @property
    def tax(self) -> Decimal:
        return sum((line.tax for line in self.lines), Decimal(0))


@frozen(kw_only=True)
class Purchase:
    """One purchase as drawn."""

    number: int
    vendor: int
    type: str
    approach: str
    bills: tuple[Bill, ...]

    @property
    def order_number(self) -> str:
        return f"PO-{self.number:06}"


class Year:
    """`purchases` purchases of one year, all of which follow from `seed`."""

    gp_seed: Literal["demo", "empty"] = "empty"
    settings = SETTINGS

    def __init__(self, purchases: int = 500, *, seed: int = 2026, vendors: int = 60, items: int = 120) -> None:
        self.name: str = f"year-{purchases}-{seed}"
        self._count = purchases
        self._seed = seed
        self._vendors = vendors
        self._items = items

    def load(self, gp: FakeGP, cin7: FakeCin7, /) -> None:
        """Fill both systems; a few bills a person has typed into GP already."""
        (payable,) = gp.sql("SELECT ACTINDX FROM GL00105 WHERE ACTNUMST = ?", (FOREIGN_PAYABLE,))
        gp.do("close_period", year=YEAR, period=1)
        for number in range(self._vendors):
            iso = self._currency(number)
            gp.add_vendor(
                vendor_id(number),
                vendor_name(number),
                status=2 if self._inactive(number) else 1,
                currency_id=CURRENCIES[iso][0],
                payables_account_index=0 if iso == "USD" else payable["ACTINDX"],
                payment_terms_id="Net 30",
            )
        for number in range(self._items):
            gp.add_item(sku(number), f"Item {number}", unit_schedule_id="EACH")
        for purchase in self._purchases:
            self._add(cin7, purchase)
            for bill in purchase.bills:
                if bill.typed_before:
                    self._type(gp, purchase, bill)

    @cached_property
    def expected(self) -> Expected:
        """What must stand, by this data set's own arithmetic."""
        return self.expected_with()

    def expected_with(self, in_transit: str = "") -> Expected:
        """Give what must stand when goods that are billed, of which none ever arrives here, wait on an account.

        Args:
            in_transit: that account in GP; "" leaves them on their own accounts.
        """
        bills: list[ExpectedBill] = []
        skipped: dict[str, tuple[str, ...]] = {}
        for purchase in self._purchases:
            for bill in purchase.bills:
                if bill.status not in ("AUTHORISED", "PAID"):
                    continue
                expected = self._expected(purchase, bill, in_transit)
                if expected.codes == ("zero_total",):
                    skipped[bill.number] = expected.codes
                else:
                    bills.append(expected)
        return Expected(
            vendors={vendor_id(number): vendor_name(number) for number in range(self._vendors)},
            items={sku(number): f"Item {number}" for number in range(self._items)},
            bills=tuple(bills),
            skipped_bills=skipped,
            typed_vouchers=frozenset(
                typed_voucher(bill) for purchase in self._purchases for bill in purchase.bills if bill.typed_before
            ),
        )

    @cached_property
    def _purchases(self) -> tuple[Purchase, ...]:
        draw = random.Random(self._seed)  # noqa: S311 — a reproducible year, no secret
        return tuple(_Draw(draw, number, self).purchase() for number in range(1, self._count + 1))

    def _currency(self, vendor: int) -> str:
        return {7: "EUR", 13: "GBP", 19: "JPY"}.get(vendor % 20, "USD")

    def _inactive(self, vendor: int) -> bool:
        return vendor == self._vendors - 1

    def _add(self, cin7: FakeCin7, purchase: Purchase) -> None:
        iso = self._currency(purchase.vendor)
        invoices = [_wire(cin7, bill) for bill in purchase.bills if not bill.credit]
        credits_ = [_wire(cin7, bill) for bill in purchase.bills if bill.credit]
        day = max(bill.day for bill in purchase.bills)
        cin7.add_purchase(
            purchase.order_number,
            vendor_name(purchase.vendor),
            type=purchase.type,
            approach=purchase.approach,
            currency=iso,
            rate=CURRENCIES[iso][2],
            order={"Status": "AUTHORISED", "Lines": [], "AdditionalCharges": []},
            invoices=invoices,
            credit_notes=credits_,
            updated=f"{day}T09:00:00.000Z",
            OrderDate=f"{day}T00:00:00",
            TaxCalculation="Inclusive" if purchase.bills[0].inclusive else "Exclusive",
        )

    def _type(self, gp: FakeGP, purchase: Purchase, bill: Bill) -> None:
        """Let a person enter a bill in GP, with the number as people write it."""
        expected = self._figures(purchase, bill)
        amount = expected.document_amount
        document = PayablesDocument(
            voucher_number=typed_voucher(bill),
            vendor_id=vendor_id(purchase.vendor),
            document_number=bill.number.replace("-", " ").lower(),
            document_date=bill.day,
            batch_id="TYPED",
            currency_id=expected.currency_id,
            exchange_rate=CURRENCIES[self._currency(purchase.vendor)][2],
            purchases_amount=amount,
            document_amount=amount,
            distributions=(Distribution(account_number="000-6100-00", type=6, debit_amount=amount),),
            create_distributions=False,
        )
        with gp.transaction() as db:
            payables.create(db, document, bill.day)

    def _expected(self, purchase: Purchase, bill: Bill, in_transit: str) -> ExpectedBill:
        figures = self._figures(purchase, bill, in_transit)
        # What was drawn to go wrong goes wrong before anything is rounded.
        codes = list(bill.codes or figures.codes)
        if self._inactive(purchase.vendor):
            codes.append("vendor_inactive")
        if bill.typed_before:
            codes.append("duplicate_document")
        if not figures.document_amount:
            codes = ["zero_total"]
        return evolve(figures, codes=tuple(sorted(codes)))

    def _figures(self, purchase: Purchase, bill: Bill, in_transit: str = "") -> ExpectedBill:
        """Round as 5.1.5 of the specification says: total and tax stand, the largest purchase takes the rest."""
        iso = self._currency(purchase.vendor)
        currency_id, decimals, _ = CURRENCIES[iso]
        unit = Decimal(1).scaleb(-decimals)

        def cents(amount: Decimal) -> Decimal:
            return amount.quantize(unit, ROUND_HALF_UP)

        total = bill.net + bill.tax
        sign = -1 if total < 0 else 1
        owed = cents(abs(total))
        groups: dict[tuple[str, str], Decimal] = {}
        detail = Decimal(0)
        for line in bill.lines:
            becomes = TAXES.get(line.tax_rule, (Decimal(0), "none"))[1]
            bucket = "purchases" if line.bucket == "trade_discount" and line.net * sign > 0 else line.bucket
            waits = in_transit and not (line.charge or bill.credit or sign < 0)
            put = [((bucket, in_transit if waits else line.account), line.net)]
            if becomes == "capitalise":
                put.append(((bucket, line.account), line.tax))
            for key, amount in put:
                groups[key] = groups.get(key, Decimal(0)) + amount * sign
            if becomes == "misc" and line.tax:
                levy = ("miscellaneous", LEVY_ACCOUNT)
                groups[levy] = groups.get(levy, Decimal(0)) + line.tax * sign
            if becomes == "detail":
                detail += line.tax * sign
        tax = cents(detail)
        amounts = {key: cents(amount) for key, amount in groups.items()}
        rest = owed - tax - sum(amounts.values(), Decimal(0))
        codes: tuple[str, ...] = ()
        count = max(len(bill.lines), len(groups))
        if abs(rest) > min(max(unit, unit / 2 * count), max(unit, LIMIT)):
            codes = ("rounding_too_large",)
        elif rest:
            bought = [key for key in amounts if key[0] == "purchases"]
            amounts[max(bought or list(amounts), key=lambda key: abs(amounts[key]))] += rest
        credit = bill.credit != (sign < 0)
        side = -1 if credit else 1
        payable = PAYABLE if iso == "USD" else FOREIGN_PAYABLE
        sums: dict[str, Decimal] = {TAX_ACCOUNT: tax * side, payable: -owed * side}
        for (_, account), amount in amounts.items():
            sums[account] = sums.get(account, Decimal(0)) + amount * side
        return ExpectedBill(
            order_number=purchase.order_number,
            document=bill.number,
            codes=codes,
            document_number=bill.number,
            vendor_id=vendor_id(purchase.vendor),
            document_type=CREDIT_MEMO if credit else INVOICE,
            currency_id=currency_id,
            document_amount=owed,
            tax_amount=tax,
            posting_date=max(bill.day, dt.date(YEAR, 2, 1)),
            lines={account: amount for account, amount in sums.items() if amount},
        )


class _Draw:
    """The drawing of one purchase."""

    def __init__(self, draw: random.Random, number: int, year: Year) -> None:
        self._draw = draw
        self._number = number
        self._vendor = draw.randrange(year._vendors)
        self._iso = year._currency(self._vendor)
        self._inactive = year._inactive(self._vendor)
        self._items = year._items

    def purchase(self) -> Purchase:
        """Draw one purchase of a kind that real ones are of."""
        kind = self._draw.choices(("Simple Purchase", "Advanced Purchase", "Service Purchase"), (55, 35, 10))[0]
        first = self._bill(kind, 1)
        trouble = self._draw.choices(tuple(_TROUBLES), [weight for weight, _ in _TROUBLES.values()])[0]
        bills = [_TROUBLES[trouble][1](self, first)]
        if kind == "Advanced Purchase":
            bills += [self._bill(kind, place) for place in range(2, self._draw.choice((2, 2, 3, 4)))]
            if self._draw.random() < 0.15:
                bills.append(self._credit(bills[-1]))
        return Purchase(
            number=self._number,
            vendor=self._vendor,
            type=kind,
            approach=self._draw.choice(("INVOICE", "STOCK")),
            bills=tuple(bills),
        )

    def _bill(self, kind: str, place: int) -> Bill:
        day = dt.date(YEAR, 1, 1) + dt.timedelta(days=self._draw.randrange(365))
        goods = () if kind == "Service Purchase" else tuple(self._good() for _ in range(self._draw.randint(1, 6)))
        services = (self._service(),) if kind == "Service Purchase" else ()
        tail = f"/{place}" if place > 1 else ""
        return Bill(
            number=f"{self._draw.choice('ABCDEF')}-{self._number:06}{tail}",
            day=day,
            lines=(*goods, *services, *self._charges()),
            status=self._draw.choices(("AUTHORISED", "PAID"), (9, 1))[0],
            inclusive=self._draw.random() < 0.2,
            rate=self._own_rate(),
        )

    def _own_rate(self) -> Decimal | None:
        if self._iso == "USD" or self._draw.random() < 0.5:
            return None
        return (CURRENCIES[self._iso][2] * Decimal(self._draw.randint(995, 1005)) / 1000).quantize(Decimal("0.0000001"))

    def _good(self) -> Line:
        code = self._draw.choices(tuple(GOODS), (8, 1, 1))[0]
        return self._line(sku(self._draw.randrange(self._items)), code, GOODS[code], "purchases", charge=False)

    def _service(self) -> Line:
        code = self._draw.choice(tuple(SERVICES))
        return self._line("Work done", code, SERVICES[code], "purchases", charge=True)

    def _charges(self) -> Iterator[Line]:
        for name, (code, account, bucket) in CHARGES.items():
            if self._draw.random() < 0.2:
                line = self._line(name, code, account, bucket, charge=True)
                price = -self._price(0, 1) if bucket == "trade_discount" else self._price(1, 30)
                yield evolve(line, quantity=Decimal(1), price=price, discount=Decimal(0), tax_rule="Tax exempt")

    def _line(self, name: str, code: str, account: str, bucket: Bucket, *, charge: bool) -> Line:
        return Line(
            name=name,
            code=code,
            account=account,
            bucket=bucket,
            quantity=Decimal(self._draw.randint(1, 400)) / self._draw.choice((1, 1, 1, 4)),
            price=self._price(1, 90),
            discount=self._draw.choice((Decimal(0), Decimal(0), Decimal(5), Decimal("12.5"), Decimal("33.33"))),
            tax_rule=self._draw.choices(tuple(TAXES), (6, 2, 2, 1, 3))[0],
            charge=charge,
        )

    def _price(self, low: int, high: int) -> Decimal:
        scale = 100 if self._iso == "JPY" else 1
        return Decimal(self._draw.randint(low * 10_000 + 1, high * 10_000)) * scale / 10_000

    def _credit(self, bill: Bill) -> Bill:
        """Give goods back: a credit note over the first line."""
        return evolve(
            bill,
            number=f"CN-{self._number:06}",
            day=min(bill.day + dt.timedelta(days=20), dt.date(YEAR, 12, 31)),
            lines=bill.lines[:1],
            credit=True,
            status="AUTHORISED",
        )

    def draft(self, bill: Bill) -> Bill:
        return evolve(bill, status=self._draw.choice(("DRAFT", "VOIDED")))

    def unmapped(self, bill: Bill) -> Bill:
        first = evolve(bill.lines[0], code="9900")
        return evolve(bill, lines=(first, *bill.lines[1:]), codes=("account_unmapped",))

    def import_tax(self, bill: Bill) -> Bill:
        first = evolve(bill.lines[0], tax_rule="Import tax")
        return evolve(bill, lines=(first, *bill.lines[1:]), codes=("tax_held",))

    def off(self, bill: Bill) -> Bill:
        return evolve(bill, off_by=Decimal(7), codes=("totals_do_not_foot",))

    def typed(self, bill: Bill) -> Bill:
        # GP takes nothing for an inactive vendor from people either.
        return evolve(bill, typed_before=not self._inactive)

    def net_credit(self, bill: Bill) -> Bill:
        return evolve(bill, lines=tuple(evolve(line, price=-line.price) for line in bill.lines[:1]))

    def nothing(self, bill: Bill) -> Bill:
        return evolve(bill, lines=tuple(evolve(line, price=Decimal(0)) for line in bill.lines))

    def part_return(self, bill: Bill) -> Bill:
        """Take one thing back on the same bill, on an account of its own."""
        back = evolve(bill.lines[0], code="6300", account="000-6300-00", tax_rule="Tax exempt")
        small = evolve(back, quantity=Decimal(1), price=-self._price(0, 1), discount=Decimal(0))
        return evolve(bill, lines=(*bill.lines, small))


_TROUBLES: Final[dict[str, tuple[int, Callable[[_Draw, Bill], Bill]]]] = {
    "none": (82, lambda _, bill: bill),
    "draft": (3, _Draw.draft),
    "unmapped": (2, _Draw.unmapped),
    "import_tax": (2, _Draw.import_tax),
    "off": (1, _Draw.off),
    "typed": (2, _Draw.typed),
    "net_credit": (3, _Draw.net_credit),
    "nothing": (2, _Draw.nothing),
    "part_return": (3, _Draw.part_return),
}


def vendor_id(number: int) -> str:
    """Give a vendor's id."""
    return f"V{number:05}"


def vendor_name(number: int) -> str:
    """Give a vendor's name."""
    return f"Vendor {number}"


def sku(number: int) -> str:
    """Give an item's number."""
    return f"ITEM-{number:04}"


def typed_voucher(bill: Bill) -> str:
    """Give the voucher number of a bill that a person typed into GP, which GP itself would have given."""
    return f"{int(bill.number[2:8]):017}"


def _wire(cin7: FakeCin7, bill: Bill) -> dict[str, object]:
    day = f"{bill.day}T00:00:00"
    goods, charges = [], []
    for line in bill.lines:
        shared = {
            "Quantity": line.quantity,
            "Price": line.price,
            "Discount": line.discount,
            "Tax": line.tax,
            "TaxRule": line.tax_rule,
            "Account": line.code,
            "Total": line.net + line.tax if bill.inclusive else line.net,
        }
        if line.charge:
            charges.append({"Description": line.name, **shared})
        else:
            goods.append({"ProductID": cin7.product_id(line.name), "SKU": line.name, "Name": line.name, **shared})
    named: dict[str, object] = {"InvoiceNumber": bill.number, "InvoiceDate": day}
    if bill.credit:
        named = {"CreditNoteNumber": bill.number, "CreditNoteDate": day, "Unstock": []}
    total = bill.net + bill.tax + bill.off_by
    return {
        **named,
        "Status": bill.status,
        "Lines": goods,
        "AdditionalCharges": charges,
        "TotalBeforeTax": bill.net,
        "Tax": bill.tax,
        "Total": total,
        "Paid": total if bill.status == "PAID" else 0,
        **({"CurrencyRate": bill.rate} if bill.rate else {}),
    }
