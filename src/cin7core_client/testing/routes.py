"""Which path does what: case means nothing, unknown parameters are ignored, an unknown path is an HTML page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, urlsplit

from cin7core_client.testing import (
    attachments,
    other,
    product_suppliers,
    products,
    references,
    stock,
    suppliers,
    webhooks,
)
from cin7core_client.testing.call import Call, Handler, Reply
from cin7core_client.testing.purchases import routes as purchases
from cin7core_client.testing.records import dumped, loaded
from cin7core_client.testing.refusal import Problem, Refused
from cin7core_client.testing.throttle import STATUS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cin7core_client.testing.account import FakeCin7

ROOT: Final = "/externalapi/v2/"
ROUTES: Final[Mapping[str, Mapping[str, Handler]]] = {
    **references.ROUTES,
    **suppliers.ROUTES,
    **products.ROUTES,
    **product_suppliers.ROUTES,
    **attachments.ROUTES,
    **purchases.ROUTES,
    **stock.ROUTES,
    **webhooks.ROUTES,
    **other.ROUTES,
}


def answer(account: FakeCin7, method: str, target: str, keys: tuple[str, str], body: bytes) -> Reply:
    """Answer one call; `keys` are the two key headers."""
    if keys[0].lower() != account.account_id.lower() or keys[1] not in account.application_keys:
        return refusal(403, (403, "Incorrect credentials!"))
    status = account.throttle.refusal(keys[1], account.clock.timestamp())
    if status is not None:
        return _throttled(account, status)
    parts = urlsplit(target)
    path = parts.path.lower()
    verbs = ROUTES.get(path.removeprefix(ROOT).strip("/")) if path.startswith(ROOT) else None
    if verbs is None:
        return other.page_not_found()
    if method not in verbs:
        text = {"Message": f"The requested resource does not support http method '{method}'."}
        return Reply(405, dumped(text).encode())
    query = {name.lower(): value for name, value in parse_qsl(parts.query)}
    try:
        with account.transaction() as db:
            return _written(account, verbs[method](Call(account, db, query, body)))
    except Refused as refused:
        return refusal(refused.status, *refused.problems)


def _written(account: FakeCin7, value: object) -> Reply:
    if isinstance(value, Reply):
        return value
    text = dumped(value)
    if account.noise.disturbs:
        text = dumped(account.noise.of_answer(loaded(text)))
    return Reply(200, text.encode())


def _throttled(account: FakeCin7, status: int) -> Reply:
    throttle = account.throttle
    if status == STATUS["403_burst"]:
        return refusal(status, (status, "Forbidden"))
    if status != STATUS["429_text"]:
        return refusal(status, (status, throttle.sentence))
    headers = {
        "x-ratelimit-limit": str(throttle.calls),
        "x-ratelimit-remaining": "0",
        "x-ratelimit-reset": f"{throttle.per:g}",
        "Retry-After": f"{throttle.per:g} Seconds",
    }
    return Reply(status, throttle.sentence.encode(), "text/plain; charset=utf-8", headers)


def refusal(status: int, *problems: Problem) -> Reply:
    """Refuse with an array of codes and texts."""
    return Reply(status, dumped([{"ErrorCode": code, "Exception": text} for code, text in problems]).encode())
