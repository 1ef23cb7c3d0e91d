"""Which path does what: case means nothing, unknown parameters are ignored, an unknown path is an HTML page."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, urlsplit

from attrs import field, frozen

from cin7core_client.testing import masters, purchases
from cin7core_client.testing.records import Record, dumped, loaded, record_of
from cin7core_client.testing.references import BOOKS, Book, add_to_book, list_book
from cin7core_client.testing.refusal import Refused
from cin7core_client.testing.throttle import STATUS

if TYPE_CHECKING:
    from cin7core_client.testing.account import FakeCin7

ROOT: Final = "/externalapi/v2/"
NOT_FOUND_PAGE: Final = (
    b"<!DOCTYPE html><html><head><title>Page not found</title></head><body>Page not found</body></html>"
)
JSON: Final = "application/json; charset=utf-8"


@frozen
class Reply:
    """An answer."""

    status: int
    body: bytes = b""
    media_type: str = JSON
    headers: Mapping[str, str] = field(factory=dict)


def answer(account: FakeCin7, method: str, target: str, keys: tuple[str, str], body: bytes) -> Reply:
    """Answer one call; `keys` are the two key headers."""
    if keys != (account.account_id, account.application_key):
        return _refusal(403, (403, "Incorrect credentials!"))
    throttle = account.throttle
    if not throttle.allows(keys[1], account.clock().timestamp()):
        return _throttled(account)
    parts = urlsplit(target)
    query = {name.lower(): value for name, value in parse_qsl(parts.query)}
    path = parts.path.lower()
    if not path.startswith(ROOT):
        return Reply(200, NOT_FOUND_PAGE, "text/html; charset=utf-8")
    try:
        with account.transaction() as db:
            return _routed(account, db, method, path.removeprefix(ROOT).strip("/"), query, body)
    except Refused as refused:
        return _refusal(refused.status, *refused.problems)


def _throttled(account: FakeCin7) -> Reply:
    throttle = account.throttle
    status = STATUS[throttle.style]
    if throttle.style != "429_text":
        return _refusal(status, (status, throttle.sentence))
    headers = {
        "x-ratelimit-limit": str(throttle.calls),
        "x-ratelimit-remaining": "0",
        "x-ratelimit-reset": f"{throttle.per:g}",
        "Retry-After": f"{throttle.per:g} Seconds",
    }
    return Reply(status, throttle.sentence.encode(), "text/plain; charset=utf-8", headers)


def _routed(
    account: FakeCin7, db: sqlite3.Connection, method: str, path: str, query: Mapping[str, str], body: bytes
) -> Reply:
    if path == "me" and method == "GET":
        return _json(record_of(db.execute("SELECT body FROM reference WHERE book = 'me'").fetchone()))
    if path in BOOKS:
        return _book(db, method, BOOKS[path], query, body)
    if path == "supplier":
        return _master(account, db, method, query, body, "SupplierList", masters.list_suppliers)
    if path == "product":
        return _master(account, db, method, query, body, "Products", masters.list_products)
    if path in ("purchaselist", "purchasecreditnotelist") and method == "GET":
        page, limit = _paging(query)
        credits_only = path == "purchasecreditnotelist"
        total, rows = purchases.list_rows(db, query, limit, (page - 1) * limit, credits_only=credits_only)
        return _json({"Total": total, "Page": page, "PurchaseList": rows})
    if path in ("purchase", "advanced-purchase"):
        if method != "GET":
            return _refusal(405, (405, "This simulator takes purchases by add_purchase, not over the API."))
        purchase = purchases.find(db, query.get("id", ""))
        if path == "purchase":
            return _json(purchases.as_simple(purchase))
        return _json(purchases.as_advanced(purchase, simple_shell=account.simple_shell))
    return Reply(200, NOT_FOUND_PAGE, "text/html; charset=utf-8")


def _master(
    account: FakeCin7,
    db: sqlite3.Connection,
    method: str,
    query: Mapping[str, str],
    body: bytes,
    list_key: str,
    lister: masters.Lister,
) -> Reply:
    page, limit = _paging(query)
    if method == "GET":
        total, rows = lister(db, query, limit, (page - 1) * limit)
        return _json({"Total": total, "Page": page, list_key: rows})
    if method not in ("POST", "PUT"):
        return _unsupported(method)
    write = masters.write_supplier if list_key == "SupplierList" else masters.write_product
    return _json({"Total": 1, "Page": 1, list_key: [write(db, _sent(body), account.stamp(), new=method == "POST")]})


def _book(db: sqlite3.Connection, method: str, book: Book, query: Mapping[str, str], body: bytes) -> Reply:
    page, limit = _paging(query)
    if method == "GET":
        total, rows = list_book(db, book, query, limit, (page - 1) * limit)
        return _json({"Total": total, "Page": page, book.list_key: rows})
    if method != "POST" or not book.writable:
        return _unsupported(method)
    record = add_to_book(db, book, _sent(body))
    return _json(record if book.bare else {"Total": 1, "Page": 1, book.list_key: [record]})


def _paging(query: Mapping[str, str]) -> tuple[int, int]:
    try:
        page, limit = int(query.get("page", "1")), int(query.get("limit", "100"))
    except ValueError:
        raise Refused((400, "Page and Limit are numbers")) from None
    return max(1, page), min(1000, max(1, limit))


def _sent(body: bytes) -> Record:
    try:
        value = loaded(body)
    except ValueError:
        raise Refused((500, "The body could not be parsed"), status=500) from None
    if not isinstance(value, dict):
        raise Refused((500, "The body is no object"), status=500)
    return value


def _unsupported(method: str) -> Reply:
    text = {"Message": f"The requested resource does not support http method '{method}'."}
    return Reply(405, dumped(text).encode())


def _json(value: object) -> Reply:
    return Reply(200, dumped(value).encode())


def failure(status: int) -> Reply:
    """Fail as the service does when something inside it breaks."""
    return _refusal(status, (status, "An error has occurred."))


def _refusal(status: int, *problems: tuple[int, str]) -> Reply:
    return Reply(status, dumped([{"ErrorCode": code, "Exception": text} for code, text in problems]).encode())
