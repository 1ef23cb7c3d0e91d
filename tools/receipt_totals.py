"""Control totals of receipts: what must stand in GP by the raw data alone, beside what stands there."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from attrs import frozen

from gp_cin7_bridge.sandbox.simulators import Simulators

MODES: Final = ("off", "period_end_accrual", "gl_accrual", "mirror", "pop")
ACCRUED: Final = "000-2120-00"
IN_TRANSIT: Final = "000-1310-00"
DIFFERENCE: Final = "000-6900-00"
CENT: Final = Decimal("0.01")
DONE: Final = ("AUTHORISED", "PAID")
# So much of a long number stands in GP as it is.
KEPT: Final = 13
EVER: Final = "9999-12-31"
SETTINGS: Final = f"""
[receipts]
mode = "{{mode}}"
accrued = "{ACCRUED}"
in_transit = "{IN_TRANSIT}"
difference = "{DIFFERENCE}"
first_day = 2000-01-01

[receipts.sites]
"" = "MAIN"
"""
LINES: Final = """
    SELECT n.ACTNUMST AS account, l.DEBITAMT AS debit, l.CRDTAMNT AS credit FROM GL10001 l
    JOIN GL00105 n ON n.ACTINDX = l.ACTINDX
    UNION ALL SELECT n.ACTNUMST, d.DEBITAMT, d.CRDTAMNT FROM PM10100 d JOIN GL00105 n ON n.ACTINDX = d.DSTINDX"""
ACCRUALS: Final = """
    SELECT substr(j.TRXDATE, 1, 10) AS day, j.CURNCYID, l.CRDTAMNT AS credit FROM GL10000 j
    JOIN GL10001 l ON l.JRNENTRY = j.JRNENTRY JOIN GL00105 n ON n.ACTINDX = l.ACTINDX
    WHERE n.ACTNUMST = ? AND l.CRDTAMNT > 0"""
ENDS: Final = "SELECT DISTINCT substr(PERDENDT, 1, 10) AS day FROM SY40100 WHERE PERIODID > 0 AND SERIES = 0"
JOURNALS: Final = """
    SELECT n.ACTNUMST AS account, sum(l.DEBITAMT) AS debit, sum(l.DEBITAMT - l.CRDTAMNT) AS balance FROM GL10001 l
    JOIN GL00105 n ON n.ACTINDX = l.ACTINDX GROUP BY n.ACTNUMST"""
OWED: Final = "SELECT ORSUBTOT + FRTAMNT + MISCAMNT + TAXAMNT AS value FROM POP10300 WHERE POPTYPE = 2"


@frozen
class Total:
    """One control total: by the raw data, and in GP."""

    name: str
    expected: Decimal
    found: Decimal

    @property
    def agrees(self) -> bool:
        """Whether both are the same to the cent."""
        return self.expected == self.found

    def __str__(self) -> str:
        return (
            f"{'agrees ' if self.agrees else 'DIFFERS'} {self.name}: {self.expected:,} expected, {self.found:,} in GP"
        )


def control_totals(simulators: Simulators, mode: str) -> Iterator[Total]:
    """Give the control totals of a mode."""
    sums = _balances(simulators)
    (row,) = simulators.gp.sql("SELECT coalesce(sum(DEBITAMT), 0) AS dr, coalesce(sum(CRDTAMNT), 0) AS cr FROM GL10001")
    yield Total("debits and credits of journals", _cents(row["dr"]), _cents(row["cr"]))
    if mode == "gl_accrual":
        rows = simulators.gp.sql("SELECT PORDNMBR, DOCNUMBR FROM PM10000")
        carried = {(row["PORDNMBR"], row["DOCNUMBR"][:KEPT]) for row in rows}
        left = sum((_open(each, carried, EVER) for each in cin7_purchases(simulators)), Decimal(0))
        yield Total("received, not billed", left, -sums.get(ACCRUED, Decimal(0)))
        rows = simulators.gp.sql("SELECT count(*) AS journals, count(DISTINCT BACHNUMB) AS batches FROM GL10000")
        yield Total("journals, each in its own batch", Decimal(rows[0]["batches"]), Decimal(rows[0]["journals"]))
    if mode == "period_end_accrual":
        yield Total("accrued and taken back", Decimal(0), sums.get(ACCRUED, Decimal(0)))
        yield from _period_ends(simulators)
    if mode == "pop":
        yield from _receivings(simulators)
    if mode == "off":
        yield Total("received, not billed", Decimal(0), -sums.get(ACCRUED, Decimal(0)))


def _period_ends(simulators: Simulators) -> Iterator[Total]:
    there: defaultdict[str, Decimal] = defaultdict(Decimal)
    for row in simulators.gp.sql(ACCRUALS, (ACCRUED,)):
        there[row["day"]] += Decimal(str(row["credit"]))
    (today,) = simulators.gp.sql("SELECT date() AS day")
    days = [row["day"] for row in simulators.gp.sql(ENDS) if row["day"] < today["day"]]
    expected = dict.fromkeys(days, Decimal(0))
    for purchase in cin7_purchases(simulators):
        for day in days:
            expected[day] += _open(purchase, None, day)
    booked = [day for day, amount in expected.items() if amount]
    yield Total(f"period ends of {len(days)} with an accrual", Decimal(len(booked)), Decimal(len(there)))
    wrong = [day for day in {*booked, *there} if expected.get(day) != there[day]]
    yield Total("period ends with another amount", Decimal(0), Decimal(len(wrong)))
    whole = sum(expected.values(), Decimal(0))
    yield Total("received, not billed at all of them", whole, sum(there.values(), Decimal(0)))


def _receivings(simulators: Simulators) -> Iterator[Total]:
    """Compare what was carried: quantities shipped and matched, and what purchase invoices come to."""
    shipped = {row["REFRENCE"] for row in simulators.gp.sql("SELECT REFRENCE FROM POP10300 WHERE POPTYPE = 1")}
    rows = simulators.gp.sql("SELECT REFRENCE, VNDDOCNM FROM POP10300 WHERE POPTYPE = 2")
    invoiced = {(row["REFRENCE"], row["VNDDOCNM"][:KEPT]) for row in rows}
    received = billed = owed = Decimal(0)
    for purchase in cin7_purchases(simulators):
        order_number = purchase["OrderNumber"]
        for receipt in purchase.get("StockReceived") or ():
            if order_number in shipped and receipt["Status"] in DONE:
                received += sum((Decimal(str(line["Quantity"])) for line in receipt["Lines"]), Decimal(0))
        for invoice in purchase.get("Invoice") or ():
            if (order_number, invoice["InvoiceNumber"][:KEPT]) in invoiced and invoice["Status"] in DONE:
                billed += sum((Decimal(str(line["Quantity"])) for line in invoice["Lines"]), Decimal(0))
                owed += Decimal(str(invoice["Total"])).quantize(CENT, ROUND_HALF_UP)
    yield Total(
        f"quantity shipped for {len(shipped)} orders",
        received,
        _sum(simulators, "SELECT QTYSHPPD AS value FROM POP10500"),
    )
    yield Total(
        f"quantity matched by {len(rows)} purchase invoices",
        billed,
        _sum(simulators, "SELECT QTYINVCD AS value FROM POP10600"),
    )
    there = _sum(simulators, OWED)
    yield Total("owed by purchase invoices", owed, there)


def _sum(simulators: Simulators, query: str) -> Decimal:
    found = simulators.gp.sql(query)
    return sum((Decimal(str(row["value"])).quantize(CENT, ROUND_HALF_UP) for row in found), Decimal(0))


def _cents(amount: object) -> Decimal:
    return Decimal(str(amount)).quantize(CENT, ROUND_HALF_UP)


def journal_sums(simulators: Simulators) -> dict[str, tuple[Decimal, Decimal]]:
    """Give what journals debit each account of GP with, and what they leave on it."""
    rows = simulators.gp.sql(JOURNALS)
    return {row["account"]: (_cents(row["debit"]), _cents(row["balance"])) for row in rows}


def _balances(simulators: Simulators) -> dict[str, Decimal]:
    """Give what journals and vouchers leave on each account of GP, in its own currency."""
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for row in simulators.gp.sql(LINES):
        sums[row["account"]] += Decimal(str(row["debit"])) - Decimal(str(row["credit"]))
    return dict(sums)


def _open(purchase: dict[str, Any], carried: Collection[tuple[str, str]] | None, day: str) -> Decimal:
    """Give the value of what arrived by a day and stands on no invoice of then; None counts every invoice."""
    rate = Decimal(str(purchase.get("CurrencyRate") or 1))
    prices: dict[str, Decimal] = {}
    for line in (purchase.get("Order") or {}).get("Lines", ()):
        net = Decimal(str(line["Total"])) / Decimal(str(line["Quantity"]))
        prices.setdefault(line["ProductID"], net)
    received: defaultdict[str, Decimal] = defaultdict(Decimal)
    billed: defaultdict[str, Decimal] = defaultdict(Decimal)
    for receipt in purchase.get("StockReceived") or ():
        for line in receipt["Lines"] if receipt["Status"] in DONE else ():
            if line["Date"][:10] <= day:
                received[line["ProductID"]] += Decimal(str(line["Quantity"]))
    for invoice in purchase.get("Invoice") or ():
        key = (purchase["OrderNumber"], invoice["InvoiceNumber"][:KEPT])
        counts = (carried is None or key in carried) and invoice["InvoiceDate"][:10] <= day
        for line in invoice["Lines"] if counts and invoice["Status"] in DONE else ():
            billed[line["ProductID"]] += Decimal(str(line["Quantity"]))
    return sum((_worth(quantity, billed[key], prices[key] * rate) for key, quantity in received.items()), Decimal(0))


def _worth(received: Decimal, billed: Decimal, price: Decimal) -> Decimal:
    worth = (received * price).quantize(CENT, ROUND_HALF_UP)
    return worth - (worth * min(received, billed) / received).quantize(CENT, ROUND_HALF_UP)


def cin7_purchases(simulators: Simulators) -> Iterator[dict[str, Any]]:
    """Give the raw purchases."""
    for row in simulators.cin7.sql("SELECT body FROM purchases"):
        yield json.loads(row["body"], parse_float=Decimal)
