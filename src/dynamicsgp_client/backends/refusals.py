"""Answers that refuse, as errors: by status first, then by GP's own texts."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from html import unescape
from typing import Final

import requests

from dynamicsgp_client.errors import (
    ApiError,
    AuthenticationError,
    ConflictError,
    NotFoundError,
    PermissionDeniedError,
    Problem,
    RateLimitError,
    ServerError,
    ValidationError,
)
from dynamicsgp_client.redaction import redacted
from dynamicsgp_client.retry import retry_after

SHOWN: Final = 300
# 405 and 501 say that this site has no such service; nothing was executed.
NOT_THERE: Final = (404, 405, 501)


def is_conflict(told: str) -> bool:
    """Whether GP complains of a key that exists; a vendor's document number is no key of GP."""
    return re.search(r"(?<!DocumentNumber)(?<!\(DOCNUMBR\)) already exists", told, re.IGNORECASE) is not None


def text_of(answer: requests.Response) -> str:
    """Decode an answer, whatever its encoding."""
    try:
        return answer.content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return answer.content.decode("cp1252", errors="replace")


def refusal(answer: requests.Response, call: str, text: str, attempt: int, *, write: bool) -> ApiError:
    """Make the error of an answer that refuses, and say what cures it."""
    status = answer.status_code
    problems = _problems(text)
    told = redacted("; ".join(problem.text for problem in problems))[:SHOWN] or answer.reason or "no reason given"
    kind, cure = _kind(status, problems)
    again = f" (attempt {attempt})" if attempt > 1 else ""
    error = kind(
        f"{call} -> {status} {told}{again}{cure}",
        status=status,
        problems=problems,
        body=text,
        attempts=attempt,
        may_have_happened=write and status >= requests.codes.internal_server_error and kind is ServerError,
    )
    error.retry_after = asked_to_wait(answer)
    return error


def asked_to_wait(answer: requests.Response) -> float | None:
    """Seconds that an answer asks to wait before the next call."""
    if answer.ok:
        return None
    return retry_after(answer.headers.get("Retry-After"), answer.headers.get("Date"))


def _kind(status: int, problems: Sequence[Problem]) -> tuple[type[ApiError], str]:
    if status == requests.codes.unauthorized:
        return (
            AuthenticationError,
            ". Check user name and password; they are not sent again, to keep the account unlocked",
        )
    if status == requests.codes.forbidden:
        return (
            PermissionDeniedError,
            ". Tie the Windows account to a GP user with rights to this company and the window behind the service",
        )
    if status in NOT_THERE:
        return NotFoundError, ""
    if status == requests.codes.too_many_requests:
        return RateLimitError, ""
    if status >= requests.codes.internal_server_error:
        return ServerError, ""
    if status < requests.codes.bad_request:
        return ApiError, ". Redirects are not followed; correct the address"
    if status == requests.codes.conflict or is_conflict("; ".join(each.text for each in problems)):
        return ConflictError, ""
    return ValidationError, ""


def _problems(text: str) -> tuple[Problem, ...]:
    """Read an error body in whatever form it comes: SBA's own is not public."""
    text = text.strip()
    if not text:
        return ()
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = None
    if isinstance(value, Mapping):
        rows = value.get("Errors") or value.get("errors") or [value]
        rows = rows if isinstance(rows, list) else [rows]
        found = tuple(problem for row in rows if (problem := _problem(row)))
        if found:
            return found
    if isinstance(value, str):
        return (Problem("", value),)
    plain = unescape(re.sub(r"<(style|script).*?</\1>|<[^>]+>", " ", text, flags=re.DOTALL | re.IGNORECASE))
    return (Problem("", " ".join(plain.split())[:SHOWN]),)


def _problem(row: object) -> Problem | None:
    if isinstance(row, str):
        return Problem("", row)
    if not isinstance(row, Mapping):
        return None
    text = row.get("Message") or row.get("message") or row.get("Text")
    return Problem(str(row.get("Code") or row.get("code") or ""), str(text)) if text else None
