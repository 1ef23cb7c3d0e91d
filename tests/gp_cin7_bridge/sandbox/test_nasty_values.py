"""Rows with GP's own nasty values, from Microsoft's migration tests: each arrives or is held with a stated reason."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from gp_cin7_bridge import Report, sync_items, sync_vendors
from gp_cin7_bridge.sandbox import Sandbox

TEXTS = """VENDNAME VNDCHKNM ADDRESS1 ADDRESS2 CITY VNDCNTCT PHNUMBR1 PYMTRMID COUNTRY FAXNUMBR ZIPCODE STATE
TAXSCHID TXIDNMBR"""


def rows(path: Path, key: str) -> dict[str, dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return {row[key]: row for row in csv.DictReader(lines)}


@pytest.fixture
def loaded(purchasing_data: Path) -> Iterator[tuple[Sandbox, dict[str, dict[str, str]], dict[str, dict[str, str]]]]:
    """Their vendors with status and addresses, and their items."""
    folder = purchasing_data / "gp-migration-tests"
    vendors, items = rows(folder / "vendors.csv", "VENDORID"), rows(folder / "items.csv", "ITEMNMBR")
    master = rows(folder / "vendor_master_pm00200.csv", "VENDORID")
    with Sandbox({"vendors": {"tax_rule": "Tax exempt", "country": "USA", "payment_term": "Net 30"}}) as site:
        with site.gp.loading():
            for vendor_id, row in vendors.items():
                told = master.get(vendor_id, {})
                more = {"VENDSTTS": told.get("VENDSTTS") or 1, "VADCDTRO": told.get("VADCDTRO") or ""}
                texts = {name: row[name] for name in TEXTS.split()}
                site.gp.insert("PM00200", VENDORID=vendor_id, **texts, **more)
            for number, row in items.items():
                inactive = row["InActive"] == "true"
                site.gp.add_item(number[:30], row["ShortName"][:100], purchasing_unit=row["BaseUnitOfMeasure"][:8])
                site.gp.sql("UPDATE IV00101 SET INACTIVE = ? WHERE ITEMNMBR = ?", (inactive, number[:30]))
        yield site, vendors, items


def told(report: Report) -> dict[str, set[str]]:
    """What did not arrive, and why."""
    return {each.document: {why.code for why in each.reasons} for each in (*report.held, *report.skipped)}


def test_vendors_arrive_to_the_letter_or_say_why_not(
    loaded: tuple[Sandbox, dict[str, dict[str, str]], dict[str, dict[str, str]]],
) -> None:
    site, vendors, _ = loaded
    report = sync_vendors(site.bridge)
    others = told(report)
    assert not report.failed and {*report.created, *others} == set(vendors)
    assert {code for reasons in others.values() for code in reasons} <= {"vendor_name_twin", "vendor_temporary"}
    there = {each.additional_attribute1: each for each in site.bridge.cin7.suppliers.list(include_deprecated=True)}
    assert {key: there[key].name for key in report.created} == {
        key: vendors[key]["VENDNAME"].strip() for key in report.created
    }
    private = {key: vendors[key]["TXIDNMBR"].strip() for key in report.created}
    assert any(private.values())
    assert not [key for key, tax_id in private.items() if tax_id and tax_id in there[key].model_dump_json()]
    assert len(sync_vendors(site.bridge).unchanged) == len(report.created)


def test_items_arrive_to_the_letter_or_say_why_not(
    loaded: tuple[Sandbox, dict[str, dict[str, str]], dict[str, dict[str, str]]],
) -> None:
    site, _, items = loaded
    report = sync_items(site.bridge)
    assert not report.failed and {*report.created, *told(report)} == {number[:30] for number in items}
    assert {each.sku for each in site.bridge.cin7.products.list(include_deprecated=True)} == set(report.created)
    assert len(sync_items(site.bridge).unchanged) == len(report.created)
