"""Carry a whole data set between both simulators and compare document by document; `--help` tells how.

The long form of what the tests do in short:

    python tools/run_dataset.py year:10000:7
    python tools/run_dataset.py ../shared/data/adventureworks
    python tools/run_dataset.py ../shared/data/adventureworks --receipts gl_accrual
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from decimal import Decimal
from pathlib import Path

import ledger_accruals
from receipt_totals import IN_TRANSIT, MODES, SETTINGS, control_totals
from receiving_documents import as_receivings

from gp_cin7_bridge import Bridge
from gp_cin7_bridge.sandbox.compare import compare
from gp_cin7_bridge.sandbox.datasets import dataset
from gp_cin7_bridge.sandbox.datasets.year import Year
from gp_cin7_bridge.sandbox.simulators import Simulators
from gp_cin7_bridge.sync import FLOWS, sync


def main() -> int:
    """Run one data set; 0 when both systems hold what was intended."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset", help="as `gp-cin7 sandbox --dataset` takes it")
    parser.add_argument("--receipts", choices=MODES, default="off", help="what [receipts] mode is to be")
    given = parser.parse_args()
    data = dataset(given.dataset)
    if given.receipts == "pop" and isinstance(data, Year):
        parser.error("what pop makes of the made-up year is not worked out; run a folder of real data")
    accruing = given.receipts == "gl_accrual"
    expected = data.expected_with(IN_TRANSIT) if accruing and isinstance(data, Year) else data.expected
    out = sys.stdout.write
    with tempfile.TemporaryDirectory() as folder:
        start = time.monotonic()
        with Simulators(Path(folder) / "site", data, calls=10_000_000, per=60) as simulators:
            out(f"{data.name}: loaded in {time.monotonic() - start:.0f} s\n")
            with simulators.settings.open("a", encoding="utf-8") as settings:
                settings.write(SETTINGS.format(mode=given.receipts))
            if given.receipts == "mirror":
                ledger_accruals.book(simulators)
            simulators.gp.sql("INSERT OR IGNORE INTO IV40700 (LOCNCODE) VALUES ('MAIN')")
            with Bridge.open(simulators.settings) as bridge:
                reports = []
                for flow in FLOWS:
                    start = time.monotonic()
                    report = sync(bridge, flow)
                    reports.append(report)
                    counts = ("created", "held", "skipped", "failed")
                    told = ", ".join(f"{len(getattr(report, count))} {count}" for count in counts)
                    out(f"{flow}: {told} in {time.monotonic() - start:.0f} s\n")
            by_receipt, compared = (), expected.documents
            if given.receipts == "pop":
                # Receipts become shipments, and bills for goods purchase invoices instead of vouchers.
                expected, receivings = as_receivings(expected, simulators)
                (receipts,) = (each for each in reports if each.flow == "receipts")
                reports.remove(receipts)
                by_receipt = tuple(receivings.differences(simulators, receipts))
                compared = expected.documents + receivings.count()
                out(f"{receivings}\n")
            differences = (*by_receipt, *compare(expected, simulators.gp_database, simulators.cin7_database, reports))
            rows = simulators.gp.sql("SELECT ORDOCAMT FROM MC020103")
            footed = [*control_totals(simulators, given.receipts)]
            if given.receipts == "mirror":
                footed += ledger_accruals.copied_totals(simulators)
    held = sum((bill.document_amount for bill in expected.bills if bill.codes), Decimal(0))
    there = sum((Decimal(str(row["ORDOCAMT"])) for row in rows), Decimal(0))
    out(f"vouchers: {len(rows)}, {there:,}; held: {held:,}\n")
    for total in footed:
        out(f"{total}\n")
    if accruing and not isinstance(data, Year):
        # Their goods stand on other accounts than in the data set's own arithmetic; the totals above say where.
        differences = tuple(each for each in differences if ": distributions is " not in each)
    for difference in differences[:20]:
        out(f"differs: {difference}\n")
    out(f"{compared} documents compared, {len(differences)} unexplained differences\n")
    return 1 if differences or not all(each.agrees for each in footed) else 0


if __name__ == "__main__":
    sys.exit(main())
