"""The account map over real sockets: checked, covered, explained; backwards into masters; never written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from small import add_purchase
from typer.testing import CliRunner

from gp_cin7_bridge import Bridge, sync_bills, sync_items, sync_vendors
from gp_cin7_bridge.app.cli import app
from gp_cin7_bridge.review.accounts import check_accounts, coverage, explain_account
from gp_cin7_bridge.sandbox.simulators import Simulators

MAP = """"1300" = "000-1300-00"
"1310" = "000-1300-00"
"20*" = "000-2105-00"
"50*" = "000-4500-00"
"6100" = "000-9999-00"
"""


@pytest.fixture
def bridge(simulators: Simulators) -> Iterator[Bridge]:
    text = simulators.settings.read_text("utf-8").replace('"1300" = "000-1300-00"\n', MAP)
    simulators.settings.write_text(text, "utf-8")
    with Bridge.open(simulators.settings) as opened:
        yield opened


def line(account: str) -> dict[str, object]:
    return {"SKU": "A-1", "Quantity": 1, "Tax": 0, "TaxRule": "Tax exempt", "Account": account, "Total": Decimal(40)}


def test_the_map_is_checked_as_a_whole(bridge: Bridge) -> None:
    assert [(each.code, "000-9999-00" in each.text) for each in check_accounts(bridge)] == [
        ("account_missing_in_gp", True)
    ]


def test_an_empty_map_is_called_empty(simulators: Simulators) -> None:
    text = simulators.settings.read_text("utf-8")
    simulators.settings.write_text(re.sub(r"(?m)^\"?\d+\*?\"? = .*\n", "", text), "utf-8")
    done = CliRunner().invoke(app, ["accounts", "check", "-c", str(simulators.settings)])
    assert "[accounts.map] is empty; `gp-cin7 accounts coverage` lists the codes" in " ".join(done.output.split())


def test_coverage_tells_what_is_mapped_unmapped_stale_and_shared(simulators: Simulators, bridge: Bridge) -> None:
    add_purchase(simulators.cin7, 4, Lines=[line("6400")], day=bridge.clock().date())
    add_purchase(simulators.cin7, 5, Lines=[line("6100"), line("1300")], day=bridge.clock().date())
    add_purchase(simulators.cin7, 6, Lines=[line("5100")], Status="DRAFT", day=bridge.clock().date())
    found = coverage(bridge, days=30)
    assert [(each.use.code, each.use.lines, each.account_number) for each in found.mapped] == [
        ("1300", 1, "000-1300-00")
    ]
    assert [(each.use.code, [problem.code for problem in each.problems]) for each in found.unmapped] == [
        ("6100", ["account_missing_in_gp"]),
        ("6400", ["account_unmapped"]),
    ]
    assert found.stale == ("1310", "20*", "50*")
    assert found.shared == {"000-1300-00": ("1300", "1310")}


def test_one_code_is_explained(bridge: Bridge) -> None:
    found = explain_account(bridge, "1310")
    assert found.tried == (("1300", False), ("1310", True))
    assert (found.account_number, found.description, found.back) == ("000-1300-00", "Inventory", "1300")
    assert [each.code for each in explain_account(bridge, "7777").problems] == ["account_unmapped"]


def test_gp_accounts_of_vendors_and_items_fill_suppliers_and_products(simulators: Simulators, bridge: Bridge) -> None:
    gp, cin7 = simulators.gp, simulators.cin7
    index = {row["ACTNUMST"]: row["ACTINDX"] for row in gp.sql("SELECT * FROM GL00105")}
    cin7.add_reference(
        "ref/account",
        Code="2050",
        Name="Payable abroad",
        Type="CURRLIAB",
        Class="LIABILITY",
        Status="ACTIVE",
        SystemAccount="Accounts payable",
    )
    text = simulators.settings.read_text("utf-8").replace("[vendors]\n", '[vendors]\naccount_payable = "2000"\n')
    simulators.settings.write_text(text.replace('"20*"', '"2050"'), "utf-8")
    gp.sql("UPDATE PM00200 SET PMAPINDX = ? WHERE VENDORID = 'BETA'", (index["000-2105-00"],))
    gp.sql("UPDATE IV00101 SET IVIVINDX = ?, IVCOGSIX = ?", (index["000-1300-00"], index["000-4500-00"]))
    with Bridge.open(simulators.settings) as opened:
        sync_vendors(opened)
        sync_items(opened)
        suppliers = {each.name: each.account_payable for each in opened.cin7.suppliers.list()}
        products = {(each.inventory_account, each.cogs_account) for each in opened.cin7.products.list()}
    assert suppliers == {"ACME Ltd": "2000", "BETA Ltd": "2050"}
    assert products == {("1300", "5000")}


def test_accounts_are_never_written_to_cin7_core(simulators: Simulators, bridge: Bridge, repository: Path) -> None:
    for flow in (sync_vendors, sync_items, sync_bills):
        flow(bridge)
    check_accounts(bridge)
    coverage(bridge)
    sent = [each for each in simulators.cin7.requests if "account" in each.path.lower()]
    assert sent and {each.method for each in sent} == {"GET"}
    sources = (repository / "src" / "gp_cin7_bridge").rglob("*.py")
    written = re.compile(r"cin7\.accounts\.(create|update|delete)|ref/account")
    assert not [path for path in sources if "sandbox" not in path.parts and written.search(path.read_text("utf-8"))]
