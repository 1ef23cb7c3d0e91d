"""The pages of a connection; each is read from the state, neither system is asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from gp_cin7_bridge.app.web import charts
from gp_cin7_bridge.app.web.jobs import Kind
from gp_cin7_bridge.app.web.paging import paged
from gp_cin7_bridge.app.web.site import Here, entered
from gp_cin7_bridge.app.webhooks.feed import feed
from gp_cin7_bridge.errors import AuditError
from gp_cin7_bridge.plan import Plan, Verb
from gp_cin7_bridge.review import queue
from gp_cin7_bridge.review.dossier import body_told, dossier
from gp_cin7_bridge.review.dossier_page import dossier_page, pretty
from gp_cin7_bridge.review.reconcile import KINDS, Reconciliation, shown
from gp_cin7_bridge.review.reconcile import page as reconciliation_page
from gp_cin7_bridge.state import Approval, Body, HeldRecord, OperationState
from gp_cin7_bridge.sync import FLOWS

SHOWN_DAYS: Final = 14
ENTITIES: Final = ("vendor", "item", "bill")
ROOT: Final = "/connections/{connection}"
# Where the result of a job is shown.
RESULTS: Final[dict[Kind, str]] = {"preview": "preview", "reconcile": "reconcile", "replay": "replayed"}


def overview(request: Request) -> Response:
    """Show what ran, what waits, how much, and how fast."""
    here = entered(request)
    state, today = here.bridge.state, here.bridge.clock().date()
    days = state.activity.days(today - dt.timedelta(days=SHOWN_DAYS - 1), today)
    held = state.held()
    approval = _approvals(here)
    return here.page(
        "overview.html",
        alerts=state.alerts.all(),
        runs=state.runs(),
        held=held,
        proposed=sum(bool(each.proposal) and approval(each) is None for each in held),
        unknown=state.ledger.count(OperationState.SENDING) + state.ledger.count(OperationState.UNKNOWN),
        carried={f"{entity}s": state.linked(entity) for entity in ENTITIES},
        job=here.jobs.current,
        webhooks=here.bridge.settings.webhooks.url,
        feed=feed(here.bridge),
        last_event=state.events.last_at(),
        waiting_events=state.events.count(),
        schedule=here.bridge.settings.schedule,
        days=days,
        volume=charts.volume(days),
        waits=charts.waits(days),
        span=charts.span,
    )


def held(request: Request) -> Response:
    """List what waits, or what people decided to skip."""
    here, query = entered(request), request.query_params
    flow, code, of_skipped = query.get("flow", ""), query.get("reason", ""), bool(query.get("skipped"))
    records = (
        queue.skipped(here.bridge, flow=flow or None)
        if of_skipped
        else queue.waiting(here.bridge, flow=flow or None, code=code or None)
    )
    return here.page(
        "held.html",
        records=paged(records, query.get("page", "")),
        flows=tuple(FLOWS),
        flow=flow,
        code=code,
        of_skipped=of_skipped,
        approval=_approvals(here),
    )


def document(request: Request) -> Response:
    """Show one document: what can be decided, and its dossier."""
    here, query = entered(request), request.query_params
    name, flow = query.get("name", "").strip(), query.get("flow") or None
    try:
        found = dossier(here.bridge, name, flow=flow, walk=False)
    except AuditError as error:
        record = _queued(here, name, flow)
        if record is None:
            return here.page("find.html", status=404, name=name, problem=str(error))
        # It was taken into the queue, and the audit says nothing of it yet.
        return here.page("document.html", found=None, record=record, approval=_approvals(here)(record))
    record = found.held
    return here.page(
        "document.html",
        found=found,
        record=record,
        approval=_approvals(here)(record) if record else None,
        written=_written,
    )


def dossier_file(request: Request) -> Response:
    """Give a dossier as a file, to be kept or sent."""
    here, query = entered(request), request.query_params
    found = dossier(here.bridge, query.get("name", ""), flow=query.get("flow") or None)
    return _file("dossier.html", dossier_page(found))


def find(request: Request) -> Response:
    """Ask which document."""
    return entered(request).page("find.html", name="", problem="")


def preview(request: Request) -> Response:
    """Show what a run would do, as it was last planned."""
    here = entered(request)
    job = here.jobs.last("preview")
    plan = job.result if job and isinstance(job.result, Plan) else None
    actions = [each for each in plan or () if all(why.code != "unchanged" for why in each.reasons)]
    actions.sort(key=lambda each: list(Verb).index(each.verb))
    return here.page(
        "preview.html",
        job=job,
        plan=plan,
        flows=tuple(FLOWS),
        actions=paged(actions, request.query_params.get("page", "")),
        unchanged=len(plan or ()) - len(actions),
    )


def reconcile(request: Request) -> Response:
    """Show where both systems differ, as they were last compared."""
    here = entered(request)
    job = here.jobs.last("reconcile")
    found = job.result if job and isinstance(job.result, Reconciliation) else None
    findings = sorted(found.findings, key=lambda each: not each.disagrees) if found else []
    return here.page(
        "reconcile.html",
        job=job,
        found=found,
        findings=paged(findings, request.query_params.get("page", "")),
        disagreeing=sum(each.disagrees for each in findings),
        kinds=KINDS,
        shown=shown,
    )


def reconcile_file(request: Request) -> Response:
    """Give the comparison as a file, to be kept or sent."""
    here = entered(request)
    job = here.jobs.last("reconcile")
    if job is None or not isinstance(job.result, Reconciliation):
        return here.to("reconcile")
    return _file("reconciliation.html", reconciliation_page(job.result))


def replayed(request: Request) -> Response:
    """Show what the last replay did."""
    here = entered(request)
    job = here.jobs.last("replay")
    return here.page("replayed.html", job=job, reports=job.result if job else ())


def job(request: Request) -> Response:
    """Show how far a job is; when it is done, its result."""
    here = entered(request)
    current = here.jobs.current
    if current is None:
        return here.to("overview")
    if current.running:
        page = here.page("job.html", job=current)
        page.headers["Refresh"] = "3"
        return page
    if current.problem:
        return here.page("job.html", job=current)
    return RedirectResponse(here.url(RESULTS[current.kind]), status_code=303)


def _written(body: Body) -> str:
    return f"purged; it had {body.bytes} bytes" if body.content is None else pretty(body_told(body))


def _approvals(here: Here) -> Callable[[HeldRecord], Approval | None]:
    """Give what finds the approval that covers what is proposed for a document now."""
    given = {(each.flow, each.source_id, each.proposal): each for each in here.bridge.state.approvals.all()}
    return lambda record: given.get((record.flow, record.record_key, record.proposal))


def _queued(here: Here, name: str, flow: str | None) -> HeldRecord | None:
    records = [*queue.waiting(here.bridge, flow=flow), *queue.skipped(here.bridge, flow=flow)]
    return next((each for each in records if each.record_key == name), None)


def _file(name: str, text: str) -> Response:
    return HTMLResponse(text, headers={"Content-Disposition": f'attachment; filename="{name}"'})


ROUTES = [
    Route(ROOT, overview, name="overview"),
    Route(f"{ROOT}/held", held, name="held"),
    Route(f"{ROOT}/document", document, name="document"),
    Route(f"{ROOT}/dossier.html", dossier_file, name="dossier_file"),
    Route(f"{ROOT}/find", find, name="find"),
    Route(f"{ROOT}/preview", preview, name="preview"),
    Route(f"{ROOT}/reconcile", reconcile, name="reconcile"),
    Route(f"{ROOT}/reconciliation.html", reconcile_file, name="reconcile_file"),
    Route(f"{ROOT}/replayed", replayed, name="replayed"),
    Route(f"{ROOT}/job", job, name="job"),
]
