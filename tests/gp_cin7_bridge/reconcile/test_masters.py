"""Vendors, items and the account map reconciled over real sockets."""

from __future__ import annotations

from decimal import Decimal

from small import add_purchase, writes

from gp_cin7_bridge import Bridge, Finding, reconcile
from gp_cin7_bridge.sandbox.simulators import Simulators


def only(bridge: Bridge, kind: str) -> Finding:
    (finding,) = reconcile(bridge, [kind]).findings
    return finding


def test_everything_that_was_carried_agrees_and_nothing_is_written(simulators: Simulators, bridge: Bridge) -> None:
    before = writes(simulators)
    found = reconcile(bridge)
    assert (found.agrees, found.findings) == (True, ())
    assert found.compared == {"vendors": 2, "items": 2, "bills": 3, "accounts": 1}
    assert writes(simulators) == before


def test_the_calls_are_told_and_purchases_are_read_once_for_all_kinds(simulators: Simulators, bridge: Bridge) -> None:
    logs = (simulators.gp.requests, simulators.cin7.requests)
    calls = reconcile(bridge).calls
    sent = [each for each in simulators.gp.requests[len(logs[0]) :] if each.status != 401]
    assert (calls.gp, calls.cin7) == (len(sent), len(simulators.cin7.requests) - len(logs[1]))
    read = [each for each in simulators.cin7.requests[len(logs[1]) :] if "advanced-purchase" in each.path]
    assert len(read) == 3


def test_a_supplier_that_was_edited_in_cin7_differs_field_by_field(simulators: Simulators, bridge: Bridge) -> None:
    simulators.cin7.people.edit_supplier("ACME Ltd", Name="Acme & Sons")
    finding = only(bridge, "vendors")
    assert (finding.kind, finding.document) == ("different", "ACME")
    assert [(each.field, each.expected, each.found) for each in finding.differences] == [
        ("name", "ACME Ltd", "Acme & Sons")
    ]


def test_a_vendor_that_was_changed_in_gp_differs_until_it_is_carried(simulators: Simulators, bridge: Bridge) -> None:
    simulators.gp.sql("UPDATE PM00200 SET VENDSTTS = 2 WHERE VENDORID = 'BETA'")
    finding = only(bridge, "vendors")
    assert (finding.document, finding.cure) == ("BETA", "Run `gp-cin7 sync vendors`.")
    assert {each.field: each.found for each in finding.differences}["status"] == "Active"


def test_a_vendor_that_was_never_carried_is_missing(simulators: Simulators, bridge: Bridge) -> None:
    simulators.gp.add_vendor("NEW", "New Ltd")
    finding = only(bridge, "vendors")
    assert (finding.kind, finding.document) == ("missing", "NEW")


def test_a_vendor_that_the_settings_leave_out_is_not_missing(simulators: Simulators, bridge: Bridge) -> None:
    simulators.gp.add_vendor("NEW", "New Ltd", vendor_class_id="TEMP")
    assert only(bridge, "vendors").kind == "missing"
    text = simulators.settings.read_text("utf-8").replace("[vendors]", '[vendors]\nnot_classes = ["TEMP"]')
    simulators.settings.write_text(text, "utf-8")
    with Bridge.open(simulators.settings) as opened:
        assert reconcile(opened, ["vendors"]).agrees


def test_an_item_that_was_never_carried_is_missing(simulators: Simulators, bridge: Bridge) -> None:
    simulators.gp.add_item("A-3", "Item A-3", unit_schedule_id="EACH")
    finding = only(bridge, "items")
    assert (finding.kind, finding.document, finding.flow) == ("missing", "A-3", "items")


def test_a_product_that_was_edited_in_cin7_differs(simulators: Simulators, bridge: Bridge) -> None:
    simulators.cin7.people.edit_product("A-2", Name="Something else")
    finding = only(bridge, "items")
    assert (finding.kind, finding.document) == ("different", "A-2")


def test_a_product_that_is_gone_from_cin7_is_deleted(simulators: Simulators, bridge: Bridge) -> None:
    simulators.cin7.sql("DELETE FROM products WHERE sku = 'A-2'")
    finding = only(bridge, "items")
    assert (finding.kind, finding.document) == ("deleted", "A-2")


def test_what_gp_no_longer_has_is_extra_in_cin7(simulators: Simulators, bridge: Bridge) -> None:
    simulators.gp.sql("DELETE FROM IV00101 WHERE ITEMNMBR = 'A-2'")
    finding = only(bridge, "items")
    assert (finding.kind, finding.document) == ("extra", "A-2") and "no longer has" in finding.text


def test_a_supplier_that_only_cin7_has_is_extra(simulators: Simulators, bridge: Bridge) -> None:
    simulators.cin7.add_supplier("Nobody Ltd")
    finding = only(bridge, "vendors")
    assert (finding.kind, finding.document) == ("extra", "Nobody Ltd")


def test_a_code_without_a_gp_account_is_unmapped_once_however_often_it_is_used(
    simulators: Simulators, bridge: Bridge
) -> None:
    line = {"SKU": "A-1", "Quantity": 1, "Tax": 0, "TaxRule": "Tax exempt", "Account": "6400", "Total": Decimal(40)}
    for number in (4, 5):
        add_purchase(simulators.cin7, number, Lines=[line])
    finding = only(bridge, "accounts")
    assert (finding.kind, finding.document) == ("unmapped", "6400") and "use it: 2" in finding.text


def test_an_account_that_was_made_inactive_in_gp_differs(simulators: Simulators, bridge: Bridge) -> None:
    simulators.gp.sql(
        "UPDATE GL00100 SET ACTIVE = 0 WHERE ACTINDX = (SELECT ACTINDX FROM GL00105 WHERE ACTNUMST = '000-1300-00')"
    )
    finding = only(bridge, "accounts")
    assert (finding.kind, finding.document, finding.key) == ("different", "1300", "000-1300-00")
    assert [str(each) for each in finding.differences] == ["active: expected yes, found no"]
