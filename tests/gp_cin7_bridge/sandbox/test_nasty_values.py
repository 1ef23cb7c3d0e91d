"""Rows with GP's own nasty values, from Microsoft's migration tests: each arrives or is held with a stated reason."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from gp_cin7_bridge import Report, sync_items, sync_vendors
from gp_cin7_bridge.sandbox import Sandbox

TEXTS = """VENDNAME VNDCHKNM ADDRESS1 ADDRESS2 CITY VNDCNTCT PHNUMBR1 PYMTRMID COUNTRY FAXNUMBR ZIPCODE STATE
TAXSCHID TXIDNMBR"""
# The staged items name Business Central's costing methods: FIFO, average, standard. GP's VCTNMTHD has other numbers.
VALUATION = {"0": 1, "3": 3, "4": 4}
TRACKED = {"": 1, "SERIAL": 2, "LOT": 3}

# Four names are those of nine vendors.
VENDORS_THAT_WAIT = {"vendor_name_twin": 9, "vendor_temporary": 1}


def rows(path: Path, key: str) -> dict[str, dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return {row[key]: row for row in csv.DictReader(lines)}


SIGN_ON = {"company": "Fabrikam, Inc.", "username": "sandbox", "password": "env:NOT_NEEDED"}
SERVICES = {"sba": "https://gp.example/GPService", "soap": "https://gp.example/DynamicsGPService.asmx"}


@pytest.fixture(params=SERVICES)
def loaded(
    request: pytest.FixtureRequest, purchasing_data: Path
) -> Iterator[tuple[Sandbox, dict[str, dict[str, str]], dict[str, dict[str, str]]]]:
    """Their vendors with status and addresses, and their items with type, class, tracking and valuation."""
    folder = purchasing_data / "gp-migration-tests"
    vendors, items = rows(folder / "vendors.csv", "VENDORID"), rows(folder / "items.csv", "ITEMNMBR")
    vendor_master = rows(folder / "vendor_master_pm00200.csv", "VENDORID")
    item_master = rows(folder / "item_master_iv00101.csv", "ITEMNMBR")
    settings = {
        "gp": {f"{request.param}_url": SERVICES[request.param], **SIGN_ON},
        "bills": {"currencies": {"USD": "Z-US$"}},
        "vendors": {"tax_rule": "Tax exempt", "country": "USA", "payment_term": "Net 30"},
    }
    with Sandbox(settings) as site:
        with site.gp.loading():
            for vendor_id, row in vendors.items():
                master = vendor_master.get(vendor_id, {})
                more = {"VENDSTTS": master.get("VENDSTTS") or 1, "VADCDTRO": master.get("VADCDTRO") or ""}
                texts = {name: row[name] for name in TEXTS.split()}
                site.gp.insert("PM00200", VENDORID=vendor_id, **texts, **more, VADDCDPR=master.get("VADDCDPR") or "")
            with (folder / "vendor_addresses.csv").open(encoding="utf-8", newline="") as lines:
                for row in csv.DictReader(lines):
                    site.gp.insert("PM00300", **{name: row[name] for name in row if not name.startswith("source")})
            for number, row in items.items():
                master = item_master.get(number, {})
                site.gp.add_item(
                    number,
                    row["ShortName"],
                    purchasing_unit=row["BaseUnitOfMeasure"],
                    item_type=int(master.get("ITEMTYPE") or 1),
                    item_class_id=master.get("ITMCLSCD") or None,
                    tracking_option=TRACKED[row["ItemTrackingCode"]],
                    valuation_method=VALUATION[row["CostingMethod"]],
                    inactive=master.get("INACTIVE") == "true",
                )
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
    assert (len(vendors), len(report.created)) == (60, 50)
    assert Counter(code for reasons in others.values() for code in reasons) == VENDORS_THAT_WAIT
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
    assert not report.failed and {*report.created, *told(report)} == set(items)
    assert (len(items), len(report.created)) == (14, 13) and told(report) == {"KIT": {"item_kit"}}
    there = {each.sku: each for each in site.bridge.cin7.products.list(include_deprecated=True)}
    assert set(there) == set(report.created)
    assert {sku: each.costing_method for sku, each in there.items() if each.costing_method != "FIFO"} == {
        "FIFO SERIAL Item": "FIFO - Serial Number",
        "AVERAGE SERIAL Item": "FIFO - Serial Number",
        "STANDARD LOT Item": "FIFO - Batch",
    }
    # GP's SOAP service does not tell that an item is inactive.
    inactive = ["ITEM INACTIVE"] if site.bridge.settings.gp.sba_url else []
    assert [sku for sku, each in there.items() if each.status == "Deprecated"] == inactive
    assert len(sync_items(site.bridge).unchanged) == len(report.created)
