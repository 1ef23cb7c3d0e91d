"""What people do on the pages: decide on a document, or ask for a job; the audit says who and why."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gp_cin7_bridge.app.web.forms import Form, posted, text_of
from gp_cin7_bridge.app.web.jobs import Kind, Result, Work
from gp_cin7_bridge.app.web.pages import ROOT
from gp_cin7_bridge.app.web.site import Here, entered
from gp_cin7_bridge.progress import Watcher
from gp_cin7_bridge.review import approve as approvals
from gp_cin7_bridge.review import queue
from gp_cin7_bridge.review.dossier import INTO_GP
from gp_cin7_bridge.review.reconcile import known_kinds
from gp_cin7_bridge.review.reconcile import reconcile as compare
from gp_cin7_bridge.review.replay import replay as replay_now
from gp_cin7_bridge.settings.web import Role
from gp_cin7_bridge.state import HeldRecord, HeldStatus
from gp_cin7_bridge.sync import known_flow
from gp_cin7_bridge.sync import plan as plan_now

LONGEST_NAME: Final = 100
AT_ONCE: Final = 1.0


def approve(here: Here, form: Form) -> Response:
    """Approve what is proposed for a document."""
    record, why = _record(here, form), text_of(form, "reason")
    if form.get("proposal") != record.proposal:
        raise HTTPException(409, f"What is proposed for {record.document} has changed. Look at it again, then decide.")
    approvals.approve(here.bridge, record.record_key, why, actor=here.actor, flow=record.flow)
    here.say(f"{record.document} is approved; the next run carries it out.")
    return _back(here, record)


def disapprove(here: Here, form: Form) -> Response:
    """Take an approval back."""
    record = _record(here, form)
    approvals.disapprove(here.bridge, record.record_key, actor=here.actor, flow=record.flow)
    here.say(f"{record.document} is no longer approved.")
    return _back(here, record)


def skip(here: Here, form: Form) -> Response:
    """Decide that a document is not to be carried."""
    record = _record(here, form)
    queue.skip(here.bridge, record.record_key, text_of(form, "reason"), actor=here.actor, flow=record.flow)
    here.say(f"{record.document} is skipped, until its source changes or that is taken back.")
    return _back(here, record)


def unskip(here: Here, form: Form) -> Response:
    """Take the decision to skip back."""
    record = _record(here, form, HeldStatus.SKIPPED)
    queue.unskip(here.bridge, record.record_key, actor=here.actor, flow=record.flow)
    here.say(f"{record.document} waits again; the next run looks at it.")
    return _back(here, record)


def assign(here: Here, form: Form) -> Response:
    """Say whose a held document is."""
    record = _record(here, form)
    who = text_of(form, "who")[:LONGEST_NAME]
    queue.assign(here.bridge, record.record_key, who, actor=here.actor, flow=record.flow)
    here.say(f"{record.document} is assigned to {who}.")
    return _back(here, record)


def note(here: Here, form: Form) -> Response:
    """Write a note to a held document."""
    record = _record(here, form)
    queue.note(here.bridge, record.record_key, text_of(form, "text"), actor=here.actor, flow=record.flow)
    here.say(f"The note to {record.document} is kept.")
    return _back(here, record)


def replay(here: Here, form: Form) -> Response:
    """Look at one held document again, now, and carry it when its cause is gone."""
    record, why, bridge = _record(here, form), text_of(form, "reason"), here.bridge
    return _begin(
        here,
        "replay",
        f"Replay of {record.document}",
        lambda watch: replay_now(bridge, [record.record_key], flow=record.flow, watch=watch),
        why=why,
        record=record,
    )


def replay_all(here: Here, form: Form) -> Response:
    """Look at everything that waits again, now."""
    why, bridge = text_of(form, "reason"), here.bridge
    return _begin(here, "replay", "Replay of everything held", lambda watch: replay_now(bridge, watch=watch), why=why)


def preview(here: Here, form: Form) -> Response:
    """Plan one flow, and write nothing."""
    flow, bridge = known_flow(form.get("flow", "")), here.bridge
    title = f"Preview of {flow}"
    return _begin(here, "preview", title, lambda watch: plan_now(bridge, flow, watch=watch), flow=flow)


def reconcile(here: Here, form: Form) -> Response:
    """Compare both systems, and write nothing."""
    kinds, bridge = known_kinds([form["kind"]] if form.get("kind") else None), here.bridge
    asked = kinds if form.get("kind") else None
    title = f"Comparison of {', '.join(kinds) if asked else 'both systems'}"
    return _begin(here, "reconcile", title, lambda watch: compare(bridge, asked, watch=watch))


def _begin(
    here: Here,
    kind: Kind,
    title: str,
    work: Work,
    *,
    why: str = "",
    record: HeldRecord | None = None,
    flow: str = "",
) -> Response:
    """Begin a job, which first writes down who asked for it."""
    bridge, actor = here.bridge, here.actor
    into_gp = record is not None and record.flow in INTO_GP
    key = record.record_key if record else ""

    def audited(watch: Watcher) -> Result:
        bridge.state.audit(
            flow=record.flow if record else flow,
            action=kind,
            outcome="asked",
            document=record.document if record else "",
            gp_key="" if into_gp else key,
            cin7_id=key if into_gp else "",
            detail={"summary": why or title},
            actor=actor,
        )
        return work(watch)

    # What is done at once is shown at once.
    here.jobs.start(kind, title, actor, audited).finished.wait(AT_ONCE)
    return here.to("job")


def _record(here: Here, form: Form, *among: HeldStatus) -> HeldRecord:
    """Find the document that a form is about; raises QueueError when it waits no more."""
    statuses = among or (HeldStatus.HELD, HeldStatus.FAILED)
    return queue.queued(here.bridge, form.get("key", ""), flow=form.get("flow") or None, among=statuses)


def _back(here: Here, record: HeldRecord) -> Response:
    return here.to("document", name=record.record_key, flow=record.flow)


def _route(work: Callable[[Here, Form], Response], needed: Role) -> Route:
    def entered_first(request: Request, form: Form) -> Response:
        return work(entered(request, needed), form)

    name = f"do_{work.__name__}"
    return Route(f"{ROOT}/{name.replace('_', '-')}", posted(entered_first), methods=["POST"], name=name)


ROUTES = [
    _route(approve, "approve"),
    _route(disapprove, "approve"),
    _route(skip, "operate"),
    _route(unskip, "operate"),
    _route(assign, "operate"),
    _route(note, "operate"),
    _route(replay, "operate"),
    _route(replay_all, "operate"),
    _route(preview, "operate"),
    _route(reconcile, "operate"),
]
