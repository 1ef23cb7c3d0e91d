"""Compare what stands in both simulators with what was intended, document by document."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Final

from gp_cin7_bridge.plan import Report
from gp_cin7_bridge.sandbox.expected import Expected, ExpectedBill

VOUCHERS: Final = """
    SELECT p.VCHNUMWK, p.VENDORID, p.DOCNUMBR, p.DOCTYPE, substr(p.PSTGDATE, 1, 10) AS posting_date, m.CURNCYID,
           m.ORDOCAMT, m.ORTAXAMT
    FROM PM10000 p JOIN MC020103 m ON m.VCHRNMBR = p.VCHNUMWK AND m.DOCTYPE = p.DOCTYPE"""
LINES: Final = """
    SELECT n.ACTNUMST, d.ORDBTAMT, d.ORCRDAMT
    FROM PM10100 d JOIN GL00105 n ON n.ACTINDX = d.DSTINDX WHERE d.VCHRNMBR = ?"""


def compare(expected: Expected, gp_database: Path, cin7_database: Path, reports: Iterable[Report]) -> tuple[str, ...]:
    """Give every difference in a sentence; empty when everything is as intended."""
    with closing(_opened(gp_database)) as gp, closing(_opened(cin7_database)) as cin7:
        return (
            *_suppliers(expected, cin7),
            *_products(expected, cin7),
            *_vouchers(expected, gp),
            *_held(expected, reports),
        )


def _opened(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    database.row_factory = sqlite3.Row
    return database


def _suppliers(expected: Expected, cin7: sqlite3.Connection) -> Iterator[str]:
    found: dict[str, list[str]] = {}
    for row in cin7.execute("SELECT name, body FROM suppliers"):
        vendor_id = json.loads(row["body"]).get("AdditionalAttribute1")
        if vendor_id:
            found.setdefault(vendor_id, []).append(row["name"])
    for vendor_id, name in expected.vendors.items():
        if found.pop(vendor_id, []) != [name]:
            yield f"vendor {vendor_id}: Cin7 Core does not have exactly one supplier {name!r} of it"
    yield from (
        f"supplier {names} carries vendor id {vendor_id}, which was not intended" for vendor_id, names in found.items()
    )


def _products(expected: Expected, cin7: sqlite3.Connection) -> Iterator[str]:
    found = {row["sku"]: row["name"] for row in cin7.execute("SELECT sku, name FROM products")}
    for item, name in expected.items.items():
        if found.get(item) != name:
            yield f"item {item}: product is {found.get(item)!r}, intended {name!r}"
    for item in expected.skipped_items:
        if item in found:
            yield f"item {item} was to be held, but Cin7 Core has it"


def _vouchers(expected: Expected, gp: sqlite3.Connection) -> Iterator[str]:
    rows: dict[tuple[str, str, int], list[sqlite3.Row]] = {}
    for row in gp.execute(VOUCHERS):
        if row["VCHNUMWK"] in expected.typed_vouchers:
            continue
        rows.setdefault((row["VENDORID"], row["DOCNUMBR"], row["DOCTYPE"]), []).append(row)
    for bill in expected.bills:
        if bill.codes:
            continue
        found = rows.pop((bill.vendor_id, bill.document_number, bill.document_type), [])
        if len(found) != 1:
            yield f"bill {bill.document}: {len(found)} vouchers in GP instead of one"
        else:
            yield from _voucher(bill, found[0], gp)
    yield from (f"GP has voucher {row['VCHNUMWK']}, which was not intended" for each in rows.values() for row in each)


def _voucher(bill: ExpectedBill, row: sqlite3.Row, gp: sqlite3.Connection) -> Iterator[str]:
    lines: Counter[str] = Counter()
    sums: dict[str, Decimal] = {}
    for line in gp.execute(LINES, (row["VCHNUMWK"],)):
        amount = Decimal(str(line["ORDBTAMT"])) - Decimal(str(line["ORCRDAMT"]))
        sums[line["ACTNUMST"]] = sums.get(line["ACTNUMST"], Decimal(0)) + amount
        lines[line["ACTNUMST"]] += 1
    for what, there, intended in (
        ("currency", row["CURNCYID"], bill.currency_id),
        ("amount", Decimal(str(row["ORDOCAMT"])), bill.document_amount),
        ("tax", Decimal(str(row["ORTAXAMT"])), bill.tax_amount),
        ("posting date", row["posting_date"], str(bill.posting_date)),
        ("distributions", sums, dict(bill.lines)),
    ):
        if there != intended:
            yield f"bill {bill.document}: {what} is {there}, intended {intended}"


def _held(expected: Expected, reports: Iterable[Report]) -> Iterator[str]:
    """Compare what waits. Masters that are passed over are told only when they were read, so they are not required."""
    intended = Counter((bill.document, tuple(sorted(bill.codes))) for bill in expected.bills if bill.codes)
    for report in reports:
        wanted = intended if report.flow == "bills" else Counter[tuple[str, tuple[str, ...]]]()
        there = Counter((each.document, tuple(sorted(reason.code for reason in each.reasons))) for each in report.held)
        for document, codes in (there - wanted).elements():
            yield f"{document} of {report.flow} is held for {', '.join(codes)}, which was not intended"
        for document, codes in (wanted - there).elements():
            yield f"{document} of {report.flow} was to be held for {', '.join(codes)}"
        skipped = {
            "vendors": expected.skipped_vendors,
            "items": expected.skipped_items,
            "bills": expected.skipped_bills,
        }.get(report.flow, {})
        for each in report.skipped:
            if skipped.get(each.document) != tuple(reason.code for reason in each.reasons):
                yield f"{each.document} of {report.flow} is passed over, which was not intended"
