"""What a run proposes waits for a person's word, and the word covers nothing else."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from gp_cin7_bridge import Bridge, QueueError, Reason
from gp_cin7_bridge.app.cli import app
from gp_cin7_bridge.review.approve import approve, disapprove, proposals
from gp_cin7_bridge.sandbox.simulators import Simulators

RUN = CliRunner()
WHY = (Reason("code", "It would be taken back.", "Approve it."),)


@pytest.fixture
def proposed(bridge: Bridge) -> Bridge:
    """A bridge that holds two bills, one with a proposal."""
    bridge.state.hold("bills", "p/invoice/t", "INV-1", WHY, proposal="first")
    bridge.state.hold("bills", "p/invoice/u", "INV-2", WHY)
    return bridge


def test_only_what_has_a_proposal_is_listed_and_can_be_approved(proposed: Bridge) -> None:
    assert [(each.record.document, each.approval) for each in proposals(proposed)] == [("INV-1", None)]
    with pytest.raises(QueueError, match="nothing is proposed for 'INV-2'"):
        approve(proposed, "INV-2", "go on", actor="kim")


def test_an_approval_covers_the_proposal_that_was_shown_and_no_other(proposed: Bridge) -> None:
    approve(proposed, "INV-1", "supplier agreed", actor="kim")
    assert proposed.state.approvals.covers("bills", "p/invoice/t", "first")
    assert not proposed.state.approvals.covers("bills", "p/invoice/t", "second")
    proposed.state.hold("bills", "p/invoice/t", "INV-1", WHY, proposal="second")
    assert proposals(proposed)[0].approval is None


def test_an_approval_ends_when_it_is_taken_back_or_the_document_leaves_the_queue(proposed: Bridge) -> None:
    approve(proposed, "INV-1", "go on", actor="kim")
    disapprove(proposed, "INV-1", actor="kim")
    with pytest.raises(QueueError, match="is not approved"):
        disapprove(proposed, "INV-1", actor="kim")
    approve(proposed, "INV-1", "go on", actor="kim")
    proposed.state.release("bills", "p/invoice/t")
    assert proposed.state.approvals.find("bills", "p/invoice/t") is None


def test_approvals_are_audited_with_who_and_why_and_what_was_proposed(proposed: Bridge) -> None:
    approve(proposed, "INV-1", "supplier agreed", actor="kim")
    row = proposed.state.audit_rows(document="INV-1")[-1]
    detail = json.loads(row.detail)
    assert (row.action, row.outcome, row.actor) == ("approve", "decided", "kim")
    assert (detail["summary"], detail["proposal"]) == ("supplier agreed", "first")
    assert detail["proposed"] == ["It would be taken back. Approve it."]


def test_the_command_lists_approves_and_takes_back(simulators: Simulators, proposed: Bridge) -> None:
    def ran(*words: str) -> tuple[int, str]:
        result = RUN.invoke(app, ["approve", *words, "-c", str(simulators.settings)])
        return result.exit_code, result.output

    code, listed = ran("--json")
    assert (code, json.loads(listed)[0]["approved"]) == (3, None)
    code, said = ran("INV-1", "--reason", "supplier agreed")
    assert code == 0 and "the next run carries it out" in said
    code, listed = ran("--json")
    assert code == 0 and json.loads(listed)[0]["approved"]["reason"] == "supplier agreed"
    assert "supplier agreed" in ran()[1]
    assert ran("INV-1", "--undo")[0] == 0 and ran()[0] == 3


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["INV-1"], 2, "--reason"),
        (["INV-1", "--reason", "a", "--undo"], 2, "--reason"),
        (["--reason", "a"], 2, "DOCUMENT"),
        (["INV-2", "--reason", "a"], 1, "nothing is proposed"),
        (["INV-9", "--reason", "a"], 1, "not in the queue"),
    ],
)
def test_the_command_says_what_is_wrong(
    simulators: Simulators, proposed: Bridge, words: list[str], code: int, said: str
) -> None:
    result = RUN.invoke(app, ["approve", *words, "-c", str(simulators.settings)])
    assert (result.exit_code, said in result.output) == (code, True), result.output
