"""What *Inventory accrual* makes Cin7 Core book itself: the simulator does not, so `mirror` finds it in its ledger."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from attrs import evolve, frozen
from receipt_totals import ACCRUED, CENT, DONE, IN_TRANSIT, Total, cin7_purchases, journal_sums

from gp_cin7_bridge.sandbox.simulators import Simulators

ACCRUED_CODE: Final = "2120"
IN_TRANSIT_CODE: Final = "1310"
MAP: Final = f'[accounts.map]\n"{ACCRUED_CODE}" = "{ACCRUED}"\n"{IN_TRANSIT_CODE}" = "{IN_TRANSIT}"\n'
BEFORE: Final = "[accounts.map]\n"


@frozen
class Moved:
    """A quantity of a product that arrived or was billed."""

    task_id: str
    day: str
    quantity: Decimal
    price: Decimal


@frozen
class Line:
    """A line of the ledger."""

    task_id: str
    day: str
    debit: str
    credit: str
    amount: Decimal


def book(simulators: Simulators) -> None:
    """Put the accruals of all purchases into the simulator's ledger, and map their accounts."""
    for purchase in list(cin7_purchases(simulators)):
        for line in accruals(purchase):
            body = {
                "TaskID": line.task_id,
                "DebitAccountCode": line.debit,
                "CreditAccountCode": line.credit,
                "Amount": float(line.amount),
                "EffectiveDate": f"{line.day}T00:00:00",
                "Reference": "accrual",
                "Transaction": purchase["OrderNumber"],
                "Type": "Purchase",
            }
            row = (purchase["ID"], line.debit, line.credit, body["EffectiveDate"], json.dumps(body))
            simulators.cin7.sql("INSERT INTO transactions VALUES (?, ?, ?, ?, ?)", row)
    text = simulators.settings.read_text("utf-8")
    simulators.settings.write_text(text.replace(BEFORE, MAP, 1), "utf-8")


def accruals(purchase: Mapping[str, Any]) -> Iterator[Line]:
    """Give what is booked of a purchase, first in, first out.

    Goods that come before their bill are accrued until its day, goods that come after it are in transit until theirs.
    """
    stock = purchase.get("InventoryAccount") or "1300"
    arrived, billed = _receipts(purchase), _bills(purchase)
    for product in {**arrived, **billed}:
        for came, bill in _pairs(arrived[product], billed[product]):
            if came and (not bill or came.day < bill.day):
                amount = _worth(came)
                yield Line(came.task_id, came.day, stock, ACCRUED_CODE, amount)
                if bill:
                    yield Line(bill.task_id, bill.day, ACCRUED_CODE, stock, amount)
            elif bill and (not came or bill.day < came.day):
                amount = _worth(bill)
                yield Line(bill.task_id, bill.day, IN_TRANSIT_CODE, stock, amount)
                if came:
                    yield Line(came.task_id, came.day, stock, IN_TRANSIT_CODE, amount)


def copied_totals(simulators: Simulators) -> Iterator[Total]:
    """Compare what is booked in Cin7 Core by account with what journals in GP come to."""
    names = {ACCRUED_CODE: ACCRUED, IN_TRANSIT_CODE: IN_TRANSIT}
    debits: defaultdict[str, Decimal] = defaultdict(Decimal)
    balances: defaultdict[str, Decimal] = defaultdict(Decimal)
    days: dict[tuple[str, str], defaultdict[str, Decimal]] = {}
    for purchase in cin7_purchases(simulators):
        for line in accruals(purchase):
            for code, amount in ((line.debit, line.amount), (line.credit, -line.amount)):
                account = names.get(code, f"000-{code}-00")
                balances[account] += amount
                days.setdefault((line.task_id, line.day), defaultdict(Decimal))[account] += amount
    for moved in days.values():
        for account, amount in moved.items():
            debits[account] += max(amount, Decimal(0))
    found = journal_sums(simulators)
    count = sum(1 for moved in days.values() if any(moved.values()))
    (row,) = simulators.gp.sql("SELECT count(*) AS journals FROM GL10000")
    yield Total("journals", Decimal(count), Decimal(row["journals"]))
    for account in sorted(balances):
        debit, balance = found.get(account, (Decimal(0), Decimal(0)))
        yield Total(f"debits of {account} by journals", debits[account], debit)
        yield Total(f"balance of {account} by journals", balances[account], balance)


def _receipts(purchase: Mapping[str, Any]) -> defaultdict[str, list[Moved]]:
    prices: dict[str, Decimal] = {}
    rate = Decimal(str(purchase.get("CurrencyRate") or 1))
    for line in (purchase.get("Order") or {}).get("Lines", ()):
        prices.setdefault(line["ProductID"], _price(line) * rate)
    found: defaultdict[str, list[Moved]] = defaultdict(list)
    for receipt in purchase.get("StockReceived") or ():
        for line in receipt["Lines"] if receipt["Status"] in DONE else ():
            task, product = receipt.get("TaskID") or purchase["ID"], line["ProductID"]
            found[product].append(Moved(task, line["Date"][:10], Decimal(str(line["Quantity"])), prices[product]))
    return found


def _bills(purchase: Mapping[str, Any]) -> defaultdict[str, list[Moved]]:
    rate = Decimal(str(purchase.get("CurrencyRate") or 1))
    found: defaultdict[str, list[Moved]] = defaultdict(list)
    for invoice in purchase.get("Invoice") or ():
        task, day = invoice.get("TaskID") or purchase["ID"], invoice["InvoiceDate"][:10]
        for line in invoice["Lines"] if invoice["Status"] in DONE else ():
            quantity = Decimal(str(line["Quantity"]))
            if quantity > 0 and line.get("ProductID"):
                found[line["ProductID"]].append(Moved(task, day, quantity, _price(line) * rate))
    return found


def _pairs(arrived: Sequence[Moved], billed: Sequence[Moved]) -> Iterator[tuple[Moved | None, Moved | None]]:
    """Pair what arrived with what was billed, quantity by quantity; what is left of one has no other."""
    came, bills = ([*sorted(each, key=lambda moved: moved.day)] for each in (arrived, billed))
    while came and bills:
        part = min(came[0].quantity, bills[0].quantity)
        yield evolve(came[0], quantity=part), evolve(bills[0], quantity=part)
        for rows in (came, bills):
            rows[0] = evolve(rows[0], quantity=rows[0].quantity - part)
            if not rows[0].quantity:
                del rows[0]
    yield from ((each, None) for each in came)
    yield from ((None, each) for each in bills)


def _price(line: Mapping[str, Any]) -> Decimal:
    return Decimal(str(line["Total"])) / Decimal(str(line["Quantity"]))


def _worth(moved: Moved) -> Decimal:
    return (moved.quantity * moved.price).quantize(CENT, ROUND_HALF_UP)
