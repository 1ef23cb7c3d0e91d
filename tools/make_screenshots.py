"""Make the pictures of docs/status-page.md: a connection in memory, two weeks of bills, and the installed Chromium."""

from __future__ import annotations

import datetime as dt
import os
import secrets
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from itertools import count, islice
from pathlib import Path
from typing import Final

import uvicorn
from playwright.sync_api import Browser, FloatRect, Page, ViewportSize, sync_playwright

from dynamicsgp_client.testing import seed
from gp_cin7_bridge import sync_bills, sync_items, sync_vendors
from gp_cin7_bridge.app.web import app
from gp_cin7_bridge.app.webhooks.feed import check_feed
from gp_cin7_bridge.sandbox import Sandbox
from gp_cin7_bridge.state.events import Told

IMAGES: Final = Path(__file__).resolve().parent.parent / "docs" / "images"
CHROMIUM: Final = "/usr/bin/chromium"
# Root has no sandbox in a container, and nothing here may ask another host.
FLAGS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
BEGIN: Final = dt.datetime(2026, 3, 2, 7, 40, tzinfo=dt.UTC)
BILLS_A_DAY: Final = (9, 14, 11, 17, 12, 0, 0, 13, 8, 19, 15, 10, 0, 6)
FIRST: Final = 1001
# On which day which invoice is corrected; on one day the price of another changes after it was carried.
CORRECTED: Final = {2: 1007, 4: 1015, 8: 1044}
REPRICED: Final = 9
VENDORS: Final = 8
ITEMS: Final = 20
DESK: Final[ViewportSize] = {"width": 960, "height": 680}
PHONE: Final[ViewportSize] = {"width": 390, "height": 844}
SETTINGS: Final = {
    "name": "fabrikam",
    "accounts": {"payable": "000-2100-00", "map": {"1300": "000-1300-00", "5100": "000-5100-00"}},
    "bills": {"after_change": "compensate", "grace_hours": 0},
    "webhooks": {"url": "https://bridge.example/webhooks/fabrikam", "token": "env:SCREENSHOTS_WEBHOOKS"},
    "web": {"tokens": {"accounts-payable": {"token": "env:SCREENSHOTS_TOKEN", "role": "approve"}}},
}


def invoice(site: Sandbox, number: int, amount: Decimal, *, account: str = "1300", off: int = 0) -> dict[str, object]:
    """Give an authorised invoice of one line."""
    line = {
        "SKU": seed.items()[number % ITEMS].item_number,
        "Quantity": 1,
        "Price": amount,
        "Tax": 0,
        "TaxRule": "Tax exempt",
        "Account": account,
        "Total": amount,
    }
    return {
        "InvoiceNumber": f"INV-{number}",
        "InvoiceDate": f"{site.bridge.clock():%Y-%m-%d}T00:00:00",
        "Status": "AUTHORISED",
        "Lines": [line],
        "AdditionalCharges": [],
        "TotalBeforeTax": amount,
        "Tax": 0,
        "Total": amount + off,
    }


def order(site: Sandbox, number: int) -> None:
    """Add a purchase; now and then its invoice has something wrong with it."""
    amount = Decimal(number * 37 % 900 + 40) + Decimal(number % 100) / 100
    made = invoice(site, number, amount, account="6400" if number % 29 == 0 else "1300", off=int(number % 53 == 0))
    vendor = seed.vendors()[number % VENDORS].vendor_name
    lines = {"Status": "AUTHORISED", "Lines": made["Lines"]}
    site.cin7.add_purchase(f"PO-{number}", vendor, order=lines, invoices=[made])


def fill(site: Sandbox) -> None:
    """Let two weeks pass."""
    for vendor in seed.vendors()[:VENDORS]:
        site.gp.add_vendor(vendor.vendor_id, vendor.vendor_name)
    for item in seed.items()[:ITEMS]:
        site.gp.add_item(item.item_number, item.item_description, unit_schedule_id="EACH")
    sync_vendors(site.bridge)
    sync_items(site.bridge)
    numbers = count(FIRST)
    for day, bills in enumerate(BILLS_A_DAY):
        site.advance(hours=24 if day else 0)
        for number in islice(numbers, bills):
            order(site, number)
        if day in CORRECTED:
            correct(site, f"INV-{CORRECTED[day]}")
        if day == REPRICED:
            site.cin7.do("edit_invoice", order_number=f"PO-{FIRST}", **invoice(site, FIRST, Decimal(715)))
        sync_bills(site.bridge)
    check_feed(site.bridge)
    check_feed(site.bridge)
    site.advance(minutes=4)
    site.bridge.state.events.arrived([Told(event_type="Purchase/InvoiceAuthorised", fingerprint="0")])
    for number in islice(numbers, 2):
        order(site, number)


def correct(site: Sandbox, document: str) -> None:
    """Let a person correct an invoice that is held."""
    number = int(document.removeprefix("INV-"))
    site.cin7.do("edit_invoice", order_number=f"PO-{number}", **invoice(site, number, Decimal(number % 900)))


@contextmanager
def served(site: Sandbox) -> Iterator[str]:
    """Serve the status page on a free port; gives its address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app(site.bridge), log_level="critical"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


def signed_in(browser: Browser, address: str, token: str, *, dark: bool, size: ViewportSize) -> Page:
    """Open a browser and sign in."""
    page = browser.new_context(color_scheme="dark" if dark else "light", viewport=size).new_page()
    page.goto(address)
    page.get_by_label("Token").fill(token)
    page.get_by_role("button", name="Sign in").click()
    return page


def shot(page: Page, name: str, *, whole: bool = False, height: int = 0) -> None:
    """Take one picture: of what is seen, of the whole page, or of so much of it from its top."""
    path = IMAGES / f"{name}.png"
    clip: FloatRect | None = {"x": 0, "y": 0, "width": DESK["width"], "height": height} if height else None
    page.screenshot(path=path, full_page=whole or bool(height), clip=clip)
    sys.stderr.write(f"{path.name}: {path.stat().st_size // 1024} KiB\n")


def take(browser: Browser, address: str, token: str) -> None:
    """Walk over the pages."""
    page = signed_in(browser, address, token, dark=False, size=DESK)
    shot(page, "status-overview", whole=True)
    page.get_by_role("link", name="Held").click()
    shot(page, "status-held")
    page.get_by_role("link", name=f"INV-{FIRST}", exact=True).click()
    shot(page, "status-document", height=1160)
    page.get_by_role("link", name="Preview").click()
    page.get_by_role("button", name="Plan it now").click()
    page.get_by_text("The voucher, explained").first.click(timeout=60_000)
    shot(page, "status-preview")
    page.get_by_role("link", name="Drift").click()
    page.get_by_role("button", name="Compare now").click()
    page.get_by_role("link", name="Download the report").wait_for(timeout=60_000)
    shot(page, "status-drift")
    page = signed_in(browser, address, token, dark=True, size=PHONE)
    page.get_by_role("link", name="Held").click()
    shot(page, "status-phone")


def main() -> int:
    """Make every picture."""
    token = secrets.token_urlsafe(32)
    os.environ |= {"SCREENSHOTS_TOKEN": token, "SCREENSHOTS_WEBHOOKS": secrets.token_urlsafe(32)}
    IMAGES.mkdir(exist_ok=True)
    with Sandbox(SETTINGS, now=BEGIN) as site:
        fill(site)
        with served(site) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
            take(browser, address, token)
            browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
