"""The status page in the installed Chromium: what people do, what fits a phone, and what axe-core finds."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from listening import served
from small import Small
from visitors import TOKENS

from gp_cin7_bridge import Bridge, Reason, sync_bills, sync_items, sync_vendors
from gp_cin7_bridge.app.web import app
from gp_cin7_bridge.review.queue import skip
from gp_cin7_bridge.sandbox import Sandbox

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = shutil.which("chromium")
# Root has no sandbox in a container, and nothing here may ask another host.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ROOT = "/connections/sandbox"
PAGES = [
    "",
    "/held",
    "/held?skipped=1",
    "/document?name=INV-1",
    "/document?name=ready",
    "/preview",
    "/reconcile",
    "/find",
]
WHY = (Reason("account_unmapped", "Cin7 account '6400' has no GP account.", "Add a line for '6400' to it."),)
Open = Callable[..., "Page"]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    if CHROMIUM is None:
        if os.environ.get("CI") == "true":
            pytest.fail("chromium is not installed; .ci/run installs it")
        pytest.skip("chromium is not installed; run: bash tools/install_chromium.sh")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def busy(sandbox: Sandbox) -> Bridge:
    """Three bills carried, one held, one that waits for approval, one skipped."""
    bridge = sandbox.bridge
    Small().load(sandbox.gp, sandbox.cin7)
    sync_vendors(bridge)
    sync_items(bridge)
    sync_bills(bridge)
    for document, proposal in (("held", ""), ("ready", "first"), ("left", "")):
        bridge.state.hold("bills", document, document, WHY, proposal=proposal)
    skip(bridge, "left", "paid by card", actor="kim")
    return bridge


@pytest.fixture
def address(busy: Bridge) -> Iterator[str]:
    with served(app(busy), 0) as url:
        yield url


@pytest.fixture
def opened(chromium: Browser, address: str) -> Iterator[Open]:
    """Open a browser, sign in there, and see that no script ran and nothing came from elsewhere."""
    contexts = []

    def enter(role: str = "approve", **look: object) -> Page:
        context = chromium.new_context(base_url=address, **look)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.goto("/")
        page.get_by_label("Token").fill(TOKENS[role])
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("button", name="Sign out").wait_for()
        return page

    asked: list[str] = []
    said: list[str] = []
    yield enter
    for context in contexts:
        context.close()
    assert [url for url in asked if not url.startswith(address)] == []
    assert [text for text in said if "404" not in text] == []


def test_a_person_signs_in_sees_why_a_bill_waits_and_skips_it_with_a_reason(opened: Open, busy: Bridge) -> None:
    page = opened("operate")
    page.get_by_role("link", name=re.compile("wait for a person")).click()
    page.get_by_role("link", name="held", exact=True).click()
    page.get_by_text("Cin7 account '6400' has no GP account.").wait_for()
    form = page.get_by_role("form", name="Skip")
    form.get_by_role("button", name="Skip").click()
    assert form.get_by_label("Reason").evaluate("it => it.validity.valueMissing") and page.url.count("document")
    form.get_by_label("Reason").fill("paid by card")
    form.get_by_role("button", name="Skip").click()
    assert page.get_by_role("status").inner_text().startswith("held is skipped")
    assert busy.state.audit_rows(document="held")[-1].actor == "olga"
    page.get_by_role("button", name="Take the skip back").wait_for()


def test_a_person_approves_a_proposal_with_a_reason(opened: Open, busy: Bridge) -> None:
    page = opened("approve")
    page.goto(f"{ROOT}/document?name=ready")
    form = page.get_by_role("form", name="Approve")
    form.get_by_label("Reason").fill("the supplier agreed")
    form.get_by_label("Reason").press("Enter")
    assert "is approved" in page.get_by_role("status").inner_text()
    assert busy.state.approvals.covers("bills", "ready", "first")


def test_a_preview_leads_to_its_result_without_a_script(opened: Open) -> None:
    page = opened("operate", java_script_enabled=False)
    page.get_by_role("link", name="Preview").click()
    page.get_by_role("button", name="Plan it now").click()
    page.get_by_role("heading", name=re.compile("^Bills, planned")).wait_for()
    page.get_by_role("link", name="Drift").click()
    page.get_by_role("button", name="Compare now").click()
    page.get_by_role("link", name="Download the report").wait_for()


def test_every_page_fits_a_phone_without_scrolling_sideways(opened: Open) -> None:
    page = opened(viewport={"width": 320, "height": 640}, has_touch=True)
    for path in PAGES:
        page.goto(ROOT + path)
        wide, screen = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert wide <= screen, path
        small = page.evaluate(
            "[...document.querySelectorAll('button, nav a, input:not([type=hidden]), select')]"
            ".map(it => it.getBoundingClientRect()).filter(it => it.width < 24 || it.height < 24).length"
        )
        assert small == 0, path


def test_a_name_that_turns_the_direction_of_writing_turns_nothing_after_it(opened: Open, busy: Bridge) -> None:
    why = Reason("unreadable", "Supplier '\u202eevil' is unknown.", "Create it.")
    busy.state.hold("bills", "turned", "\u202eturned", (why,))
    page = opened()
    page.goto(f"{ROOT}/document?name=turned")
    text, cure = page.locator(".reasons bdi").first.bounding_box(), page.locator(".cure").bounding_box()
    assert text and cure and text["x"] + text["width"] <= cure["x"]


def test_dark_is_dark_and_light_is_light(opened: Open) -> None:
    for scheme, dark in (("light", False), ("dark", True)):
        page = opened(color_scheme=scheme)
        for part, darker in (("backgroundColor", dark), ("color", not dark)):
            colour = page.evaluate(f"getComputedStyle(document.body).{part}")
            assert (sum(map(int, re.findall(r"\d+", colour)[:3])) < 384) is darker, (scheme, part, colour)


def test_the_keyboard_reaches_the_content_first_and_sees_where_it_is(opened: Open) -> None:
    page = opened()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.innerText") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_axe_finds_nothing_on_any_page_light_or_dark(opened: Open) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page, axe, found = opened(), Axe(), {}

    def look(name: str) -> None:
        for scheme, options in (("light", {}), ("dark", {"runOnly": ["color-contrast"]})):
            page.emulate_media(color_scheme=scheme)
            if (result := axe.run(page, options={"resultTypes": ["violations"], **options})).violations_count:
                found[name, scheme] = result.generate_report()

    for path, button, result in (("preview", "Plan it", "Bills, planned"), ("reconcile", "Compare", "Compared")):
        page.goto(f"{ROOT}/{path}")
        page.get_by_role("button", name=button).click()
        page.get_by_role("heading", name=re.compile(f"^{result}")).wait_for()
    for path in PAGES:
        page.goto(ROOT + path)
        page.evaluate("document.querySelectorAll('details').forEach(it => it.open = true)")
        look(path)
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Sign in").wait_for()
    look("/sign-in")
    assert found == {}
