"""`pop` document by document: what follows from the raw purchases alone, beside the receivings that stand in GP."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from attrs import define, evolve, field
from receipt_totals import CENT, DONE, cin7_purchases

from gp_cin7_bridge.plan import Report
from gp_cin7_bridge.sandbox.expected import Expected, ExpectedBill
from gp_cin7_bridge.sandbox.simulators import Simulators

LINES: Final = """
    SELECT h.*, l.ITEMNMBR, q.QTYSHPPD + q.QTYINVCD AS quantity FROM POP10300 h
    JOIN POP10310 l ON l.POPRCTNM = h.POPRCTNM
    JOIN POP10500 q ON q.POPRCTNM = l.POPRCTNM AND q.RCPTLNNM = l.RCPTLNNM"""
MATCHES: Final = """
    SELECT i.VENDORID, i.VNDDOCNM, h.REFRENCE, l.ITEMNMBR, m.QTYINVCD AS quantity FROM POP10600 m
    JOIN POP10300 i ON i.POPRCTNM = m.POPIVCNO
    JOIN POP10300 h ON h.POPRCTNM = m.POPRCTNM AND h.POPTYPE = 1
    JOIN POP10310 l ON l.POPRCTNM = m.POPRCTNM AND l.RCPTLNNM = m.RCPTLNNM"""
SHIPMENT: Final = 1

# What is compared of a receiving by name; quantities are by item number.
Facts = dict[str, Any]
Quantities = defaultdict[str, Decimal]


@define
class Receivings:
    """What must stand in GP.

    Attributes:
        documents: name to facts.
        held: how often a document waits for which reasons.
        passed: the bills for goods, which the bills flow passes over.
    """

    documents: dict[str, Facts] = field(factory=dict)
    held: Counter[tuple[str, tuple[str, ...]]] = field(factory=Counter)
    passed: set[str] = field(factory=set)

    def ship(self, purchase: Mapping[str, Any], vendor_id: str, *, inactive: bool) -> Quantities:
        """Take the receipts of a purchase in, and give what they brought."""
        brought: Quantities = defaultdict(Decimal)
        for name, facts in _shipments(purchase, vendor_id).items():
            if inactive:
                self.held[f"{purchase['OrderNumber']} received {facts['day']}", ("vendor_inactive",)] += 1
                continue
            self.documents[name] = facts
            for sku, quantity in facts["quantities"].items():
                brought[sku] += quantity
        return brought

    def invoice(self, bill: ExpectedBill, billed: Quantities, left: Quantities) -> None:
        """Take a bill for goods in; it takes its quantities from what is left of those that were shipped."""
        self.passed.add(bill.document)
        short = any(left[sku] < quantity for sku, quantity in billed.items())
        if codes := bill.codes or (("goods_not_shipped",) if short else ()):
            self.held[bill.document, codes] += 1
            return
        for sku, quantity in billed.items():
            left[sku] -= quantity
        self.documents[f"invoice {bill.vendor_id} {bill.document_number}"] = {
            "vendor": bill.vendor_id,
            "day": str(bill.posting_date),
            "quantities": billed,
            "matched": {bill.order_number: billed},
            "amount": bill.document_amount,
            "tax": bill.tax_amount,
            "currency": bill.currency_id,
            "documents": 1,
        }

    def differences(self, simulators: Simulators, report: Report) -> Iterator[str]:
        """Give every difference to GP, and to what the receipts flow told, in a sentence."""
        there = _found(simulators)
        for name in sorted({*self.documents, *there}):
            intended, found = self.documents.get(name, {}), there.get(name, {})
            for fact in sorted({*intended, *found}):
                if intended.get(fact) != found.get(fact):
                    yield f"{name}: {fact} is {found.get(fact)}, intended {intended.get(fact)}"
        told = Counter((each.document, tuple(sorted(why.code for why in each.reasons))) for each in report.held)
        for document, codes in (told - self.held).elements():
            yield f"{document} is held for {', '.join(codes)}, which was not intended"
        for document, codes in (self.held - told).elements():
            yield f"{document} was to be held for {', '.join(codes)}"

    def count(self) -> int:
        """Count the documents, those that wait too."""
        return len(self.documents) + self.held.total()

    def __str__(self) -> str:
        told = []
        for kind in ("shipment", "invoice"):
            amounts = [facts["amount"] for name, facts in self.documents.items() if name.startswith(kind)]
            told.append(f"{len(amounts)} {kind}s, {sum(amounts):,}")
        waiting = Counter(code for _, codes in self.held.elements() for code in codes)
        return f"intended: {'; '.join(told)}; held: {dict(waiting.most_common())}"


def as_receivings(expected: Expected, simulators: Simulators) -> tuple[Expected, Receivings]:
    """Give what is left for the bills flow, and what becomes receivings: receipts, and bills for goods."""
    receivings = Receivings()
    bills = {(each.order_number, each.document): each for each in expected.bills}
    vendors = {name: vendor_id for vendor_id, name in expected.vendors.items()}
    inactive = {row["VENDORID"] for row in simulators.gp.sql("SELECT VENDORID FROM PM00200 WHERE VENDSTTS <> 1")}
    for purchase in sorted(cin7_purchases(simulators), key=lambda each: str(each["OrderNumber"])):
        vendor_id = vendors[purchase["Supplier"]]
        left = receivings.ship(purchase, vendor_id, inactive=vendor_id in inactive)
        for invoice in purchase.get("Invoice") or ():
            key = (purchase["OrderNumber"], invoice["InvoiceNumber"])
            if key in bills and (billed := _quantities(invoice["Lines"])):
                receivings.invoice(bills.pop(key), billed, left)
    passed = dict.fromkeys(receivings.passed, ("billed_as_receiving",))
    return evolve(expected, bills=tuple(bills.values()), skipped_bills={**expected.skipped_bills, **passed}), receivings


def _shipments(purchase: Mapping[str, Any], vendor_id: str) -> dict[str, Facts]:
    prices: dict[str, Decimal] = {}
    for line in (purchase.get("Order") or {}).get("Lines", ()):
        if Decimal(str(line["Quantity"])):
            prices.setdefault(line["SKU"], Decimal(str(line["Total"])) / Decimal(str(line["Quantity"])))
    lines: defaultdict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for receipt in purchase.get("StockReceived") or ():
        for line in receipt["Lines"] if receipt["Status"] in DONE else ():
            lines[line["Date"][:10]].append(line)
    found = {}
    for day, received in lines.items():
        quantities = _quantities(received)
        amounts = [(quantities[sku] * prices[sku]).quantize(CENT, ROUND_HALF_UP) for sku in quantities]
        found[f"shipment {purchase['OrderNumber']} {day}"] = {
            "vendor": vendor_id,
            "day": day,
            "quantities": quantities,
            "amount": sum(amounts, Decimal(0)),
            "documents": 1,
        }
    return found


def _found(simulators: Simulators) -> dict[str, Facts]:
    """Give GP's receivings with the same facts."""
    documents: defaultdict[str, Facts] = defaultdict(dict)
    numbers: defaultdict[str, set[str]] = defaultdict(set)
    for row in simulators.gp.sql(LINES):
        shipped = row["POPTYPE"] == SHIPMENT
        day = row["receiptdate"][:10]
        name = f"shipment {row['REFRENCE']} {day}" if shipped else _named(row)
        facts = documents[name]
        facts.setdefault("quantities", defaultdict(Decimal))[row["ITEMNMBR"]] += Decimal(str(row["quantity"]))
        numbers[name].add(row["POPRCTNM"])
        facts |= {"vendor": row["VENDORID"], "day": day, "documents": len(numbers[name])}
        parts = ("ORSUBTOT",) if shipped else ("ORSUBTOT", "FRTAMNT", "MISCAMNT", "TAXAMNT")
        facts["amount"] = sum((Decimal(str(row[part])).quantize(CENT) for part in parts), Decimal(0))
        if not shipped:
            facts |= {"tax": Decimal(str(row["TAXAMNT"])), "currency": row["CURNCYID"], "matched": {}}
    for row in simulators.gp.sql(MATCHES):
        matched = documents[_named(row)]["matched"].setdefault(row["REFRENCE"], defaultdict(Decimal))
        matched[row["ITEMNMBR"]] += Decimal(str(row["quantity"]))
    return dict(documents)


def _named(row: Mapping[str, Any]) -> str:
    return f"invoice {row['VENDORID']} {row['VNDDOCNM']}"


def _quantities(lines: Iterable[Mapping[str, Any]]) -> Quantities:
    """Sum quantities of goods by SKU."""
    found: Quantities = defaultdict(Decimal)
    for line in lines:
        if quantity := Decimal(str(line["Quantity"])):
            found[line["SKU"]] += quantity
    return found
