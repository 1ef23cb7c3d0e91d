"""The application under a path of another one: every link and form leads where it should."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager

import pytest
from fastapi import FastAPI
from small import Small
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.testclient import TestClient
from starlette.types import ASGIApp
from visitors import TOKENS, Visitor, csrf

from gp_cin7_bridge import Bridge, Reason, sync_items, sync_vendors
from gp_cin7_bridge.app.web import app
from gp_cin7_bridge.progress import Progress, Watcher
from gp_cin7_bridge.sandbox import Sandbox
from gp_cin7_bridge.state import Alert

WHY = (Reason("gp_changed", "It would be taken back.", "Approve it."),)
WHERE = re.compile(r'(?:href|action)="([^"#]*)"')
LINK = re.compile(r'href="([^"#]+)"')
FORM = re.compile(r'<form[^>]* method="post" action="([^"]+)"')
FIELDS = {"reason": "because", "who": "kim", "text": "a note", "flow": "bills", "kind": "vendors", "key": "p/invoice/t"}


def in_starlette(inner: ASGIApp) -> ASGIApp:
    return Starlette(routes=[Mount("/gp", inner)])


def in_fastapi(inner: ASGIApp) -> ASGIApp:
    outer = FastAPI()
    outer.mount("/gp", inner)
    return outer


def two_deep(inner: ASGIApp) -> ASGIApp:
    return Starlette(routes=[Mount("/a", Starlette(routes=[Mount("/gp", inner)]))])


@pytest.fixture
def loaded(sandbox: Sandbox) -> Iterator[Bridge]:
    bridge = sandbox.bridge
    Small().load(sandbox.gp, sandbox.cin7)
    sync_vendors(bridge)
    sync_items(bridge)
    bridge.state.hold("bills", "p/invoice/t", "INV-9", WHY, proposal="first")
    bridge.state.alerts.replace("2026-03-02T09:00:00+00:00", [Alert(code="disk", subject="x", text="Full.", cure="!")])
    return bridge


def entered(outer: ASGIApp, prefix: str) -> Visitor:
    visitor = Visitor(TestClient(outer, base_url="http://127.0.0.1"))
    visitor.post(f"{prefix}/sign-in", page=f"{prefix}/", token=TOKENS["approve"])
    return visitor


@pytest.mark.parametrize(("mounted", "prefix"), [(in_starlette, "/gp"), (in_fastapi, "/gp"), (two_deep, "/a/gp")])
def test_every_page_and_form_works_where_the_application_is_mounted(
    loaded: Bridge, mounted: Callable[[ASGIApp], ASGIApp], prefix: str
) -> None:
    inner = app(loaded)
    visitor = entered(mounted(inner), prefix)
    waiting, seen, forms = [f"{prefix}/"], set[str](), dict[str, str]()
    while waiting:
        path = waiting.pop()
        answer = visitor.client.get(path)
        assert answer.status_code == 200 and answer.url.path.startswith(f"{prefix}/"), path
        assert all(each.startswith(f"{prefix}/") for each in WHERE.findall(answer.text)), path
        forms |= dict.fromkeys(FORM.findall(answer.text), path)
        found = {each.replace("&amp;", "&") for each in LINK.findall(answer.text)} - seen
        waiting += found
        seen |= found
    assert f"{prefix}/static/site.css" in seen and f"{prefix}/connections/sandbox/preview" in seen
    assert len(forms) >= 9
    for action, path in sorted(forms.items(), key=lambda each: each[0].endswith("sign-out")):
        answer = visitor.client.post(action, data={**FIELDS, "csrf": csrf(visitor.get(f"{prefix}/"))})
        # What was decided already waits no more; that is said on a page of its own.
        assert answer.status_code in (200, 404, 409), (action, path, answer.text)
        assert answer.url.path.startswith(f"{prefix}/")
        current = inner.state.site.jobs["sandbox"].current
        assert current is None or current.finished.wait(30)
    assert visitor.client.get(f"{prefix}/connections/sandbox").url.path == f"{prefix}/sign-in"
    inner.state.site.close()


def test_a_proxy_may_take_a_prefix_away(loaded: Bridge) -> None:
    visitor = Visitor(TestClient(app(loaded), base_url="http://127.0.0.1", root_path="/gp"))
    assert 'action="/gp/sign-in"' in visitor.get("/sign-in")


def test_a_page_that_is_missing_leads_back_into_the_application(loaded: Bridge) -> None:
    client = TestClient(in_starlette(app(loaded)), base_url="http://127.0.0.1")
    for path in ("/gp/none", "/gp/static/none.css"):
        answer = client.get(path)
        assert answer.status_code == 404 and 'href="/gp/"' in answer.text
    assert client.get("/gp/static/site.css").headers["cache-control"] == "no-cache"


def test_the_session_of_the_outer_application_stays_its_own(loaded: Bridge) -> None:
    def remember(request: Request) -> Response:
        request.session["user"] = "theirs"
        return PlainTextResponse("kept")

    def recall(request: Request) -> Response:
        return PlainTextResponse(str(dict(request.session)))

    outer = Starlette(
        routes=[Route("/remember", remember), Route("/recall", recall), Mount("/gp", app(loaded))],
        middleware=[Middleware(SessionMiddleware, secret_key="outer")],
    )
    visitor = Visitor(TestClient(outer, base_url="http://127.0.0.1"))
    visitor.get("/remember")
    visitor.post("/gp/sign-in", page="/gp/", token=TOKENS["view"])
    assert "vic" in visitor.get("/gp/connections/sandbox")
    assert visitor.get("/recall") == "{'user': 'theirs'}"


def test_with_its_lifespan_the_end_of_the_outer_application_stops_a_job(loaded: Bridge) -> None:
    inner = app(loaded)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with inner.router.lifespan_context(inner):
            yield

    def endless(watch: Watcher) -> tuple[()]:
        while True:
            watch(Progress("bills", "reading", 0))

    with TestClient(Starlette(routes=[Mount("/gp", inner)], lifespan=lifespan)):
        job = inner.state.site.jobs["sandbox"].start("replay", "A replay", "ann", endless)
    assert job.finished.is_set() and "stopped with the program" in job.problem
