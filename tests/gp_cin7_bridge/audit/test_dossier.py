"""A dossier: everything that is known of one document, as data and as a page that stands alone."""

from __future__ import annotations

import datetime as dt
import json
from html.parser import HTMLParser
from pathlib import Path

import pytest
from small import add_purchase, codes
from typer.testing import CliRunner, Result

from gp_cin7_bridge import Bridge, sync_bills, sync_vendors
from gp_cin7_bridge.app.cli import app
from gp_cin7_bridge.errors import AuditError
from gp_cin7_bridge.review import queue
from gp_cin7_bridge.review.dossier import dossier
from gp_cin7_bridge.review.dossier_page import dossier_page
from gp_cin7_bridge.sandbox.simulators import Simulators

NASTY = "<script>alert('1')</script> & \"Co\" {x}"


class Parts(HTMLParser):
    """Every element with its attributes, and the text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture
def troubled(simulators: Simulators, carried: Bridge) -> Bridge:
    """A bridge that held INV-2 for a closed period, was noted on, and carried it at the second attempt."""
    simulators.gp.do("close_period", year=2026, period=3)
    assert "INV-2" in codes(sync_bills(carried))
    queue.note(carried, "INV-2", NASTY, actor="jo")
    simulators.gp.do("close_period", year=2026, period=3, closed=False)
    simulators.gp.fail_next("lost_request", match="POST .*Payables", times=3)
    sync_bills(carried)
    sync_bills(carried)
    return carried


def cli(simulators: Simulators, *arguments: object) -> Result:
    return CliRunner().invoke(app, ["dossier", *map(str, arguments), "-c", str(simulators.settings)])


def test_it_holds_the_whole_life_of_a_bill(troubled: Bridge) -> None:
    found = dossier(troubled, "INV-2")
    assert (found.flow, found.document, found.vendor) == ("bills", "INV-2", "ACME")
    assert [row.action for row in found.rows][:2] == ["hold", "note"]
    assert found.rows[-1].outcome in ("created", "recovered")
    assert found.link and found.link.gp_key == found.rows[-1].gp_key
    assert {each.field for each in found.explained} >= {"document_number", "purchase 000-1300-00"}
    (sending,) = found.sendings
    assert [each.number for each in sending.attempts] == sorted({body.attempt for body in sending.bodies})
    assert sending.operation.token == found.link.gp_key
    assert found.held is None and found.broken is None
    assert found.head.seq >= found.rows[-1].seq


@pytest.mark.parametrize("of", ["document", "voucher", "key", "purchase"])
def test_every_name_of_a_bill_leads_to_it(troubled: Bridge, of: str) -> None:
    known = dossier(troubled, "INV-2")
    assert known.link
    names = {
        "document": "INV-2",
        "voucher": known.link.gp_key,
        "key": known.key,
        "purchase": known.key.partition("/")[0],
    }
    assert dossier(troubled, names[of]).key == known.key


def test_a_vendor_has_one_with_its_updates(simulators: Simulators, carried: Bridge) -> None:
    simulators.gp.sql("UPDATE PM00200 SET VENDNAME = 'Renamed' WHERE VENDORID = 'ACME'")
    sync_vendors(carried)
    found = dossier(carried, "ACME")
    assert (found.flow, [row.action for row in found.rows]) == ("vendors", ["create", "update"])
    assert [each.operation.kind for each in found.sendings] == ["supplier", "supplier.update"]


def test_what_waits_shows_its_place_in_the_queue(simulators: Simulators, carried: Bridge) -> None:
    simulators.gp.do("close_period", year=2026, period=3)
    sync_bills(carried)
    found = dossier(carried, "INV-3")
    assert found.held and [why.code for why in found.held.reasons] == ["period_closed"]
    assert (found.link, found.sendings, found.explained) == (None, (), ())
    assert "period_closed" in Parts(dossier_page(found)).text


def test_a_name_of_several_documents_is_refused_with_their_keys(simulators: Simulators, carried: Bridge) -> None:
    simulators.gp.do("close_period", year=2026, period=3)
    add_purchase(simulators.cin7, 4, supplier="BETA Ltd", InvoiceNumber="INV-1")
    sync_bills(carried)
    bills = {row.cin7_id for row in carried.state.audit_rows(document="INV-1")}
    assert len(bills) == 2
    with pytest.raises(AuditError, match="several documents") as caught:
        dossier(carried, "INV-1")
    assert all(key in str(caught.value) for key in bills)
    assert {dossier(carried, key).vendor for key in bills} == {"ACME", "BETA"}


def test_nothing_known_is_said(simulators: Simulators) -> None:
    done = cli(simulators, "INV-9")
    assert done.exit_code == 1 and "nothing is known of 'INV-9'" in done.output


def test_the_page_is_whole_closed_to_the_outside_and_escaped(troubled: Bridge) -> None:
    parts = Parts(dossier_page(dossier(troubled, "INV-2")))
    tags = {tag for tag, _ in parts.elements}
    assert not tags & {"script", "img", "link", "iframe", "object", "form", "a"}
    assert not [names for _, names in parts.elements if {"src", "href", "onclick", "style"} & names.keys()]
    policy = next(names for tag, names in parts.elements if names.get("http-equiv"))
    assert str(policy["content"]).startswith("default-src 'none'")
    assert "<script>alert('1')</script>" in parts.text
    for told in ("request", "SHA-256", "document_number", "000-1300-00", "The audit is whole"):
        assert told in parts.text


def test_a_purged_body_is_told_as_such(troubled: Bridge) -> None:
    later = Bridge(
        troubled.settings,
        gp=troubled.gp,
        cin7=troubled.cin7,
        clock=lambda: dt.datetime.now(dt.UTC) + dt.timedelta(days=91),
    )
    with later:
        assert later.state.bodies.purge()
        found = dossier(later, "INV-2")
    assert {body.content for body in found.sendings[0].bodies} == {None}
    page = Parts(dossier_page(found)).text
    assert "purged; it had" in page and found.rows[-1].request in page


def test_by_hand_as_text_json_and_page(simulators: Simulators, troubled: Bridge, tmp_path: Path) -> None:
    told = cli(simulators, "INV-2")
    assert told.exit_code == 0 and "kept: request" in told.output
    whole = json.loads(cli(simulators, "INV-2", "--json").output)
    assert whole["sendings"][0]["bodies"][0]["content"]["document_number"] == "INV-2"
    assert "payload" not in whole["sendings"][0]
    page = tmp_path / "inv-2.html"
    assert cli(simulators, "INV-2", "--html", page).exit_code == 0
    assert page.read_text("utf-8").startswith("<!DOCTYPE html>")
    done = cli(simulators, "INV-2", "--html", tmp_path / "nowhere" / "page.html")
    assert done.exit_code == 1 and "name another file" in done.output
