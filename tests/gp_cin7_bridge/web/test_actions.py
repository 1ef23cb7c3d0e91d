"""What people see and do on the status page, by role, and what the audit keeps of it."""

from __future__ import annotations

import html
import json
import re
import threading
from collections.abc import Callable, Iterator

import pytest
from small import Small, vouchers
from visitors import TOKENS, Visitor, csrf

from gp_cin7_bridge import Bridge, Reason, sync_items, sync_vendors
from gp_cin7_bridge.sandbox import Sandbox
from gp_cin7_bridge.state import Alert

Enter = Callable[[str], Visitor]
ROOT = "/connections/sandbox"
WHY = (Reason("gp_changed", "It would be taken <b>back</b>.", "Approve it."),)
KEY = "p/invoice/t"
DOCUMENT = f"{ROOT}/document?name=p%2Finvoice%2Ft&flow=bills"
FORM = {"key": KEY, "flow": "bills", "reason": "the supplier agreed", "who": "kim", "text": "called them"}


@pytest.fixture
def held(bridge: Bridge) -> Bridge:
    """A connection that holds a bill with a proposal."""
    bridge.state.hold("bills", KEY, "INV-1", WHY, proposal="first")
    bridge.state.audit(
        flow="bills", action="plan", outcome="held", document="INV-1", cin7_id=KEY, detail={"summary": "first look"}
    )
    return bridge


@pytest.fixture
def loaded(sandbox: Sandbox) -> Sandbox:
    """Two vendors and two items, carried, and three invoices."""
    Small().load(sandbox.gp, sandbox.cin7)
    sync_vendors(sandbox.bridge)
    sync_items(sandbox.bridge)
    return sandbox


def done(visitor: Visitor) -> str:
    """The page to which the job leads once it is done."""
    current = visitor.client.app.state.site.jobs["sandbox"].current
    assert current.finished.wait(30)
    return visitor.get(f"{ROOT}/job")


@pytest.mark.parametrize(
    "path", ["", "/held", "/preview", "/reconcile", "/find", "/replayed", "/job", "/held?skipped=1"]
)
def test_an_empty_connection_has_every_page(signed_in: Enter, path: str) -> None:
    assert "<h1" in signed_in("view").get(ROOT + path)


def test_what_is_held_is_shown_with_reason_and_cure_and_every_text_is_escaped(signed_in: Enter, held: Bridge) -> None:
    visitor = signed_in("view")
    for path in (f"{ROOT}/held", DOCUMENT):
        page = visitor.get(path)
        assert "INV-1" in page and "It would be taken &lt;b&gt;back&lt;/b&gt;." in page and "Approve it." in page
    assert "INV-1" in visitor.get(ROOT)


def test_held_documents_are_chosen_by_flow_and_reason(signed_in: Enter, held: Bridge) -> None:
    visitor = signed_in("view")
    assert "INV-1" in visitor.get(f"{ROOT}/held?flow=bills&reason=gp_changed")
    assert "INV-1" not in visitor.get(f"{ROOT}/held?flow=vendors")
    assert "INV-1" not in visitor.get(f"{ROOT}/held?reason=other")
    assert visitor.client.get(f"{ROOT}/held?flow=none").status_code == 400


def test_an_approval_is_given_with_its_reason_shown_and_taken_back(signed_in: Enter, held: Bridge) -> None:
    visitor = signed_in("approve")
    page = visitor.post(f"{ROOT}/do-approve", page=DOCUMENT, proposal="first", **FORM)
    assert "the supplier agreed" in page and "Take the approval back" in page
    assert held.state.approvals.covers("bills", KEY, "first")
    row = held.state.audit_rows(document=KEY)[-1]
    assert (row.action, row.actor, json.loads(row.detail)["summary"]) == ("approve", "ann", "the supplier agreed")
    assert "Take the approval back" not in visitor.post(f"{ROOT}/do-disapprove", page=DOCUMENT, **FORM)
    assert held.state.audit_rows(document=KEY)[-1].actor == "ann"


def test_what_was_proposed_since_the_page_was_shown_is_not_approved(signed_in: Enter, held: Bridge) -> None:
    visitor = signed_in("approve")
    page = visitor.get(DOCUMENT)
    assert 'name="proposal" value="first"' in page
    held.state.hold("bills", KEY, "INV-1", WHY, proposal="second")
    answer = visitor.client.post(f"{ROOT}/do-approve", data={"csrf": csrf(page), "proposal": "first", **FORM})
    assert answer.status_code == 409 and "has changed" in answer.text
    assert held.state.approvals.all() == []


def test_an_approval_is_shown_with_the_document_that_it_is_of(signed_in: Enter, bridge: Bridge) -> None:
    for flow in ("vendors", "items"):
        bridge.state.hold(flow, "A-1", f"A-1 of {flow}", WHY, proposal="same")
    bridge.state.approvals.give("items", "A-1", "same", reason="agreed", actor="ann")
    page = signed_in("view").get(f"{ROOT}/held")
    assert page.count("Waits for approval") == 1 and page.count("Approved") == 1
    assert page.index("A-1 of vendors") < page.index("Waits for approval") < page.index("A-1 of items")
    assert "<b>1</b>waits for approval" in signed_in("view").get(ROOT)


def test_everything_held_is_reached_page_by_page(signed_in: Enter, bridge: Bridge) -> None:
    with bridge.state.transaction():
        for number in range(250):
            bridge.state.hold("bills", f"key-{number:03}", f"INV-{number:03}", WHY)
    visitor, address, seen = signed_in("view"), f"{ROOT}/held?flow=bills", set()
    pages = 0
    while address:
        page = visitor.get(address)
        pages += 1
        seen |= set(re.findall(r"INV-\d{3}", page))
        found = re.search(r'href="([^"]+)" rel="next"', page)
        address = html.unescape(found[1]) if found else ""
    assert (pages, len(seen)) == (3, 250)
    for asked in ("99", "-1", "x", "9" * 5000):
        assert "of 250" in visitor.get(f"{ROOT}/held?page={asked}")


def test_a_character_that_no_database_keeps_is_refused(signed_in: Enter, held: Bridge) -> None:
    visitor = signed_in("approve")
    data = {**FORM, "csrf": csrf(visitor.get(ROOT)), "text": "a\0b"}
    assert visitor.client.post(f"{ROOT}/do-note", data=data).status_code == 400
    for path in ("/document?name=%00", "/held?reason=%00"):
        assert visitor.client.get(ROOT + path).status_code == 400


def test_a_skip_is_audited_with_who_and_why_and_taken_back(signed_in: Enter, held: Bridge) -> None:
    visitor = signed_in("operate")
    assert "INV-1 is skipped" in visitor.post(f"{ROOT}/do-skip", page=DOCUMENT, **FORM)
    row = held.state.audit_rows(document=KEY)[-1]
    assert (row.action, row.actor, json.loads(row.detail)["summary"]) == ("skip", "olga", "the supplier agreed")
    assert held.state.held() == [] and "INV-1" in visitor.get(f"{ROOT}/held?skipped=1")
    assert "waits again" in visitor.post(f"{ROOT}/do-unskip", page=DOCUMENT, **FORM)
    assert [each.document for each in held.state.held()] == ["INV-1"]
    assert held.state.audit_rows(document=KEY)[-1].action == "unskip"


def test_a_document_is_assigned_and_noted(signed_in: Enter, held: Bridge) -> None:
    visitor = signed_in("operate")
    visitor.post(f"{ROOT}/do-assign", page=DOCUMENT, **FORM)
    page = visitor.post(f"{ROOT}/do-note", page=DOCUMENT, **FORM)
    assert "assigned to kim" in page and "called them" in page
    assert [row.actor for row in held.state.audit_rows(document=KEY)[-2:]] == ["olga", "olga"]


DECISIONS = ["skip", "unskip", "assign", "note", "replay", "replay-all", "preview", "reconcile"]
APPROVALS = ["approve", "disapprove"]


@pytest.mark.parametrize(
    ("role", "action"),
    [*(("view", each) for each in DECISIONS + APPROVALS), *(("operate", each) for each in APPROVALS)],
)
def test_what_a_role_does_not_allow_is_refused_and_changes_nothing(
    signed_in: Enter, held: Bridge, role: str, action: str
) -> None:
    visitor = signed_in(role)
    token = csrf(visitor.get(ROOT))
    before = held.state.audit_anchor().count, held.state.held()
    answer = visitor.client.post(f"{ROOT}/do-{action}", data={"csrf": token, **FORM})
    assert answer.status_code == 403 and "needs the role" in answer.text
    assert (held.state.audit_anchor().count, held.state.held()) == before


def test_whoever_may_only_view_sees_no_form_that_decides(signed_in: Enter, held: Bridge) -> None:
    visitor = signed_in("view")
    for path in (DOCUMENT, f"{ROOT}/held", f"{ROOT}/preview", f"{ROOT}/reconcile"):
        assert "/do-" not in visitor.get(path)


@pytest.mark.parametrize("action", DECISIONS + APPROVALS)
def test_every_action_needs_a_form_of_this_session(signed_in: Enter, held: Bridge, action: str) -> None:
    visitor = signed_in("approve")
    before = held.state.audit_anchor().count
    assert visitor.client.post(f"{ROOT}/do-{action}", data=FORM).status_code == 403
    assert visitor.client.post(f"{ROOT}/do-{action}", data={**FORM, "csrf": "x"}).status_code == 403
    assert held.state.audit_anchor().count == before


@pytest.mark.parametrize("action", ["approve", "skip", "replay", "replay-all"])
@pytest.mark.parametrize("reason", ["", "  ", "x" * 1001])
def test_a_decision_needs_a_reason_of_a_fitting_length(
    signed_in: Enter, held: Bridge, action: str, reason: str
) -> None:
    visitor = signed_in("approve")
    data = {**FORM, "csrf": csrf(visitor.get(ROOT)), "reason": reason}
    before = held.state.audit_anchor().count
    assert visitor.client.post(f"{ROOT}/do-{action}", data=data).status_code == 400
    assert held.state.audit_anchor().count == before


def test_a_document_that_waits_no_more_is_said_so(signed_in: Enter, held: Bridge) -> None:
    visitor = signed_in("approve")
    answer = visitor.client.post(f"{ROOT}/do-skip", data={**FORM, "csrf": csrf(visitor.get(ROOT)), "key": "gone"})
    assert answer.status_code == 404 and "not in the queue" in answer.text


def test_a_preview_shows_each_voucher_explained_and_writes_nothing(signed_in: Enter, loaded: Sandbox) -> None:
    visitor = signed_in("operate")
    visitor.post(f"{ROOT}/do-preview", page=f"{ROOT}/preview", flow="bills")
    page = done(visitor)
    assert "INV-1" in page and "3 create" in page and "The voucher, explained" in page and "000-1300-00" in page
    assert vouchers(loaded.gp) == []
    row = loaded.bridge.state.audit_rows()[-1]
    assert (row.flow, row.action, row.outcome, row.actor) == ("bills", "preview", "asked", "olga")


def test_a_preview_of_no_flow_is_refused(signed_in: Enter, loaded: Sandbox) -> None:
    visitor = signed_in("operate")
    answer = visitor.client.post(f"{ROOT}/do-preview", data={"csrf": csrf(visitor.get(ROOT)), "flow": "none"})
    assert answer.status_code == 400 and "there is no flow" in answer.text


def test_a_comparison_is_shown_and_can_be_kept_as_a_file(signed_in: Enter, loaded: Sandbox) -> None:
    visitor = signed_in("operate")
    visitor.post(f"{ROOT}/do-reconcile", page=f"{ROOT}/reconcile", kind="bills")
    page = done(visitor)
    assert "missing" in page and "INV-1" in page
    file = visitor.client.get(f"{ROOT}/reconciliation.html")
    assert "attachment" in file.headers["content-disposition"] and "INV-1" in file.text
    assert loaded.bridge.state.audit_rows()[-1].action == "reconcile"


def test_a_replay_carries_what_can_be_carried_by_now_and_the_dossier_tells_all(
    signed_in: Enter, loaded: Sandbox
) -> None:
    bridge = loaded.bridge
    (source_id, *_) = (action.source_id for action in planned(bridge))
    bridge.state.hold("bills", source_id, "INV-1", WHY)
    visitor = signed_in("operate")
    visitor.post(f"{ROOT}/do-replay", key=source_id, flow="bills", reason="the cause is gone")
    assert "1 created" in done(visitor)
    assert [number for number, _ in vouchers(loaded.gp)] == ["INV-1"] and bridge.state.held() == []
    asked = bridge.state.audit_rows(document=source_id)[0]
    assert (asked.action, asked.actor, json.loads(asked.detail)["summary"]) == ("replay", "olga", "the cause is gone")
    page = visitor.get(f"{ROOT}/document?name=INV-1")
    assert "000-2100-00" in page and "the cause is gone" in page and "Attempt 1" in page
    file = visitor.client.get(f"{ROOT}/dossier.html?name=INV-1")
    assert "attachment" in file.headers["content-disposition"] and "SHA-256" in file.text


def planned(bridge: Bridge) -> Iterator[object]:
    from gp_cin7_bridge import plan

    return iter(plan(bridge, "bills"))


def test_everything_that_waits_is_replayed(signed_in: Enter, loaded: Sandbox) -> None:
    for action in planned(loaded.bridge):
        loaded.bridge.state.hold("bills", action.source_id, action.document, WHY)
    visitor = signed_in("operate")
    visitor.post(f"{ROOT}/do-replay-all", page=f"{ROOT}/held", reason="the map is complete")
    assert "3 created" in done(visitor) and len(vouchers(loaded.gp)) == 3


def test_while_a_job_is_at_work_pages_answer_and_a_second_one_is_refused_politely(
    signed_in: Enter, loaded: Sandbox
) -> None:
    go_on = threading.Event()
    visitor = signed_in("operate")
    jobs = visitor.client.app.state.site.jobs["sandbox"]
    jobs.start("replay", "Replay of everything held", "olga", lambda watch: (go_on.wait(30), ())[1])
    try:
        waiting = visitor.client.get(f"{ROOT}/job")
        assert "At work for olga" in waiting.text and "refresh" in waiting.headers
        assert "is at work" in visitor.get(ROOT)
        token = csrf(visitor.get(ROOT))
        answer = visitor.client.post(f"{ROOT}/do-preview", data={"csrf": token, "flow": "bills"})
        assert answer.status_code == 409 and "try again when it is done" in answer.text
    finally:
        go_on.set()
    assert "Replay of everything held" in done(visitor)


def test_a_system_that_does_not_answer_is_said_with_the_call(signed_in: Enter, loaded: Sandbox) -> None:
    loaded.cin7.fail_next("status", match="purchaseList", status=500, times=20)
    visitor = signed_in("operate")
    visitor.post(f"{ROOT}/do-preview", page=f"{ROOT}/preview", flow="bills")
    page = done(visitor)
    assert "Not finished" in page and "purchaseList" in page


def test_what_cannot_be_done_while_another_process_writes_is_said_and_nothing_is_done(
    signed_in: Enter, held: Bridge, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient = held.state.writer_lock
    monkeypatch.setattr(held.state, "writer_lock", lambda: patient(timeout=0.05))
    visitor = signed_in("operate")
    with patient():
        visitor.post(f"{ROOT}/do-replay", page=DOCUMENT, **FORM)
        page = done(visitor)
    assert (
        "Not finished" in page and "another process writes for &#39;sandbox&#39;" in page and "nothing was done" in page
    )
    assert [each.document for each in held.state.held()] == ["INV-1"]


def test_alerts_are_shown_until_they_end(signed_in: Enter, bridge: Bridge) -> None:
    alert = Alert(code="disk", subject="/", text="The disk is <i>full</i>.", cure="Make room.")
    bridge.state.alerts.replace("2026-03-02T09:00:00+00:00", [alert])
    visitor = signed_in("view")
    page = visitor.get(ROOT)
    assert "The disk is &lt;i&gt;full&lt;/i&gt;." in page and "Make room." in page and "2026-03-02 09:00" in page
    bridge.state.alerts.replace("2026-03-02T10:00:00+00:00", [])
    assert "What is wrong" not in visitor.get(ROOT)


def test_a_page_walks_no_audit_of_years_and_the_dossier_does(
    signed_in: Enter, held: Bridge, monkeypatch: pytest.MonkeyPatch
) -> None:
    walked: list[bool] = []
    monkeypatch.setattr(type(held.state), "audit_broken_at", lambda self: walked.append(True))
    visitor = signed_in("view")
    visitor.get(DOCUMENT)
    assert walked == []
    assert "The audit is whole" in visitor.get(DOCUMENT.replace("document", "dossier.html", 1))
    assert walked == [True]


def test_an_unknown_document_is_said_with_what_to_do(signed_in: Enter) -> None:
    answer = signed_in("view").client.get(f"{ROOT}/document?name=INV-9")
    assert answer.status_code == 404 and "nothing is known of &#39;INV-9&#39;" in answer.text


def test_the_charts_count_what_was_carried_and_how_long_it_waited(signed_in: Enter, loaded: Sandbox) -> None:
    page = signed_in("view").get(ROOT)
    today = loaded.bridge.clock().date().isoformat()
    assert f'<th scope="row"><time>{today}</time></th><td class="number">4</td><td class="number">0</td>' in page
    assert '<rect class="one"' in page


def test_the_approver_may_do_what_the_others_may(signed_in: Enter, held: Bridge) -> None:
    page = signed_in("approve").get(DOCUMENT)
    assert all(f"do-{each}" in page for each in ("approve", "replay", "skip", "assign", "note"))
    assert TOKENS["approve"] not in page
