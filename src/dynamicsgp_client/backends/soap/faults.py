"""SOAP faults as errors, with every message that GP logged."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

import zeep.exceptions
from lxml import etree

from dynamicsgp_client.backends.refusals import is_conflict
from dynamicsgp_client.backends.soap.transport import Call
from dynamicsgp_client.errors import (
    ApiError,
    ConflictError,
    NotFoundError,
    Problem,
    ServerError,
    ValidationError,
)

LOGGED: Final = "GetLoggedValidationResultByKey"
_GUID: Final = re.compile("[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)


def refused(
    fault: zeep.exceptions.Fault, operation: str, call: Call, logged: Callable[[str], tuple[Problem, ...]]
) -> ApiError:
    """Make the error of a fault.

    A fault with a log id is a validation exception: GP refused and did nothing. One without is a system exception,
    after which a write may have happened.
    """
    text = str(fault.message or "no reason given")
    log_id = _log_id(fault.detail)
    if log_id is None:
        return ServerError(
            f"{operation} -> {text} GP keeps the cause in its exception log: GetLoggedExceptionDataList",
            status=call.status,
            problems=(Problem("", text),),
            body=call.body or "",
            attempts=call.exchange.attempt,
            may_have_happened=call.exchange.write,
        )
    problems: tuple[Problem, ...] = (Problem("", text),)
    if operation != LOGGED and "not found" not in text:
        problems = logged(log_id) or problems
    told = "; ".join(each.text for each in problems)
    return _kind(told)(
        f"{operation} -> {told}",
        status=call.status,
        problems=problems,
        body=call.body or "",
        attempts=call.exchange.attempt,
    )


def _log_id(detail: object) -> str | None:
    """Find the log's id; where in the detail it stands is not documented, only that an element Message holds it."""
    if isinstance(detail, etree._Element):
        for element in detail.iter("{*}Message", "Message"):
            text = (element.text or "").strip()
            if _GUID.fullmatch(text):
                return text
    return None


def _kind(text: str) -> type[ApiError]:
    if "not found" in text:
        return NotFoundError
    return ConflictError if is_conflict(text) else ValidationError
