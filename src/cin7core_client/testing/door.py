"""One call from the outside, with the fault that waits for it: shared by the served and the in-process simulator."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from attrs import evolve, frozen

from cin7core_client.testing import routes
from cin7core_client.testing.call import Reply
from cin7core_client.testing.faults import Fault
from cin7core_client.testing.other import HTML, page_not_found
from cin7core_client.testing.records import Record, dumped, loaded, rows_of

if TYPE_CHECKING:
    from cin7core_client.testing.account import FakeCin7

LOST: Final = 0  # the status in request_log of a call that was lost before it had any effect
TEXT: Final = "text/plain; charset=utf-8"
MAINTENANCE: Final = (
    b"<!DOCTYPE html><html><body>The service is under maintenance. Please try again later.</body></html>"
)


@frozen
class Outcome:
    """What the caller meets: an answer, perhaps late, or none."""

    reply: Reply | None
    late: float = 0.0


@frozen
class Request:
    """A call as it arrives."""

    method: str
    target: str
    account_id: str
    application_key: str
    body: bytes
    connection: str


class _NotApplied(Exception):  # noqa: N818 — rolls a transaction back, nothing failed
    """Takes back what was done."""


def handle(account: FakeCin7, request: Request) -> Outcome:
    """Answer a call, or let the planned fault happen; either way it is in request_log."""
    fault = account.faults.take(f"{request.method} {request.target}")
    if fault and fault.kind == "lost_request":
        _log(account, request, LOST)
        return Outcome(None)
    with account.transaction():  # one commit for the call and its log
        reply = _faulty(account, request, fault) if fault else _answered(account, request)
        _log(account, request, reply.status)
    if fault and fault.kind == "lost_answer":
        return Outcome(None)
    return Outcome(reply, fault.seconds if fault and fault.kind == "slow" else 0.0)


def _log(account: FakeCin7, request: Request, status: int) -> None:
    account.log(request.method, request.target, status, request.account_id, request.connection)


def _answered(account: FakeCin7, request: Request) -> Reply:
    keys = (request.account_id, request.application_key)
    return routes.answer(account, request.method, request.target, keys, request.body)


def _faulty(account: FakeCin7, request: Request, fault: Fault) -> Reply:
    if fault.kind == "status":
        return routes.refusal(fault.status, (fault.status, "An error has occurred."))
    if fault.kind == "html":
        return page_not_found()
    if fault.kind == "maintenance":
        return Reply(503, MAINTENANCE, HTML)
    if fault.kind == "redirect":
        return Reply(302, b"", HTML, {"Location": request.target})
    if fault.kind == "error_200":
        return routes.refusal(200, (500, "An error has occurred."))
    if fault.kind == "plain_error":
        return Reply(fault.status, b"An error has occurred.", TEXT)
    if fault.kind == "not_applied":
        return _not_applied(account, request)
    if change := CHANGES.get(fault.kind):
        return _answered(account, evolve(request, body=_changed(request.body, change)))
    reply = _answered(account, request)
    return evolve(reply, body=reply.body[: len(reply.body) // 2]) if fault.kind == "garbage" else reply


def _not_applied(account: FakeCin7, request: Request) -> Reply:
    reply = Reply(500)
    with suppress(_NotApplied), account.transaction():
        reply = _answered(account, request)
        raise _NotApplied
    return reply


def _changed(body: bytes, change: Callable[[Record], Record]) -> bytes:
    try:
        sent = loaded(body)
    except ValueError:
        return body
    return dumped(change(sent)).encode() if isinstance(sent, dict) else body


def _without_lines(sent: Record) -> Record:
    return {**sent, "Lines": [], "AdditionalCharges": []}


def _without_prices(sent: Record) -> Record:
    free = {"Price": 0, "Total": 0}
    return {
        **sent,
        **{name: [{**row, **free} for row in rows_of(sent, name)] for name in ("Lines", "AdditionalCharges")},
    }


CHANGES: Final = {"drop_lines": _without_lines, "change_lines": _without_prices}
