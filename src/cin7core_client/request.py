"""A call and its answer without any I/O: exact numbers out and in, and every form of refusal told apart."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

import simplejson
from attrs import frozen

from cin7core_client.errors import (
    ApiError,
    AuthenticationError,
    ConfigurationError,
    ConflictError,
    DecodeError,
    NotFoundError,
    PermissionDeniedError,
    Problem,
    RateLimitError,
    ServerError,
    ValidationError,
    redacted,
)
from cin7core_client.models.base import Document
from cin7core_client.retry import retry_after

READS: Final = ("GET", "HEAD")
SHOWN: Final = 300
DEFAULT_THROTTLE_WAIT: Final = 60.0
MOST_DIGITS: Final = 30

_THROTTLED = re.compile(rb"reached \d+ calls per [\d.]+ seconds", re.IGNORECASE)
_MISSING = re.compile(r"not found|was not found|does not exist", re.IGNORECASE)

REDIRECT, BAD_REQUEST, FORBIDDEN, NOT_FOUND, TOO_MANY, SERVER, UNAVAILABLE = 300, 400, 403, 404, 429, 500, 503


@frozen
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8-sig", errors="replace")


def encoded(value: object) -> bytes:
    """Write JSON with exact numbers."""
    return simplejson.dumps(_plain(value), use_decimal=True, allow_nan=False).encode()


def loaded(body: bytes) -> object:
    """Read JSON with exact numbers.

    Raises:
        ValueError, ArithmeticError, RecursionError: it is none.
    """
    value: object = json.loads(body, parse_float=Decimal, parse_constant=_refuse)
    return value


def _refuse(constant: str) -> object:
    raise ValueError(f"{constant} is no JSON")


def as_read(value: object) -> str:
    """Write what `loaded` gave as text again, whatever it is."""
    return simplejson.dumps(value, use_decimal=True, default=str)


def parameter(value: object) -> str:
    """Write a value into a query string: `true`, UTC times with milliseconds, plain dates."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.datetime):
        if value.tzinfo is None:
            raise TypeError("a moment needs a time zone: use an aware datetime")
        return value.astimezone(dt.UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value)


def _plain(value: object) -> object:
    if isinstance(value, Document):
        return _plain(value.model_dump(by_alias=True, exclude_unset=True))
    if isinstance(value, dt.datetime):
        return parameter(value)
    if isinstance(value, dt.date):
        return f"{value.isoformat()}T00:00:00"
    if isinstance(value, Decimal):
        if not value.is_finite() or (value and abs(value.adjusted()) > MOST_DIGITS):
            raise ConfigurationError(f"{value} is no amount; nothing was sent")
        return Decimal(f"{value:f}")
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    return str(value) if isinstance(value, str) else value


def is_throttled(answer: Answer) -> bool:
    """Tell a refusal for the rate in three of its forms: 429, 503, and any status with the service's sentence.

    The fourth, a 403 in a burst, looks like a wrong key: only who knows that the key was accepted before can tell.
    """
    return answer.status in (TOO_MANY, UNAVAILABLE) or bool(_THROTTLED.search(answer.body[:SHOWN]))


def decoded(answer: Answer, call: str, attempt: int, *, write: bool, known: bool = False) -> object:
    """Give the answer's JSON value; None for an empty one.

    Args:
        answer: what came back.
        call: the call's name for messages.
        attempt: how often it was sent.
        write: whether it may have changed something.
        known: whether the keys were accepted before.

    Raises:
        ApiError: the service refused, whatever the HTTP status says.
        DecodeError: the answer is no JSON.
    """
    value: object = None
    failure: Exception | None = None
    if answer.body.strip():
        try:
            value = loaded(answer.body)
        except (ValueError, ArithmeticError, RecursionError) as error:
            failure = error
    problems = problems_of(value)
    if answer.status >= REDIRECT or problems or is_throttled(answer):
        raise refusal(answer, call, attempt, problems, write=write, known=known)
    if failure is None:
        return value
    text = answer.text
    if text.lstrip()[:1] == "<" and "page not found" in text.lower():
        raise NotFoundError(
            f"{call}: Cin7 Core has no such path (an HTML page came with status {answer.status})",
            status=answer.status,
            body=text,
            attempts=attempt,
        ) from failure
    kind = answer.headers.get("content-type", "no content type")
    raise DecodeError(f"{call}: {answer.status} with {kind}, not JSON", body=text, write=write) from failure


def refusal(
    answer: Answer, call: str, attempt: int, problems: tuple[Problem, ...], *, write: bool, known: bool = False
) -> ApiError:
    """Make the error of a refusing answer."""
    text = answer.text
    plain = "" if text.lstrip()[:1] == "<" else " ".join(redacted(text).split())
    told = "; ".join(problem.text for problem in problems)[:SHOWN] or plain[:SHOWN] or "no reason given"
    kind, cure = _kind(answer, told, problems, known=known)
    again = f" (attempt {attempt})" if attempt > 1 else ""
    error = kind(
        f"{call} -> {answer.status} {told}{again}{cure}",
        status=answer.status,
        problems=problems,
        body=text,
        attempts=attempt,
        may_have_happened=write and kind is ServerError,
    )
    if isinstance(error, RateLimitError):
        error.retry_after = retry_after(answer.headers.get("retry-after"), answer.headers.get("date"))
    return error


def _kind(answer: Answer, told: str, problems: tuple[Problem, ...], *, known: bool) -> tuple[type[ApiError], str]:
    status = answer.status
    if is_throttled(answer):
        return RateLimitError, ". Let one client and one limiter serve all callers of this key"
    if status == FORBIDDEN:
        if known:
            return PermissionDeniedError, ". The keys were accepted before: the account may not do this"
        return AuthenticationError, ". Check the account id and the application key"
    if REDIRECT <= status < BAD_REQUEST:
        return ApiError, ". Redirects are not followed, the keys would go along; correct the path or the address"
    if status >= SERVER:
        return ServerError, ""
    if status == NOT_FOUND or (
        problems and all(_MISSING.search(each.text) and each.code == "404" for each in problems)
    ):
        return NotFoundError, ""
    if "already exists" in told.lower():
        return ConflictError, ""
    return ValidationError, ""


def problems_of(value: object) -> tuple[Problem, ...]:
    """Read an error array, or its like, in whatever answer it comes."""
    rows = value if isinstance(value, list) else [value]
    found = []
    for row in rows:
        if not isinstance(row, Mapping):
            return ()
        message = (
            row.get("Exception") if "ErrorCode" in row else row.get("Message") if set(row) == {"Message"} else None
        )
        if message is None:
            return ()
        found.append(Problem(str(row.get("ErrorCode", "")), str(message)))
    return tuple(found)
