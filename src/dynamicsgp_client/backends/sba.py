"""The SBA door: URLs, bodies and answers of GP's REST service."""

from __future__ import annotations

import datetime as dt
import json
import logging
import re
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from enum import IntEnum
from html import unescape
from typing import Final
from urllib.parse import quote, urlencode

import requests
import simplejson

from dynamicsgp_client.backends.profile import SbaProfile
from dynamicsgp_client.backends.sessions import Sessions
from dynamicsgp_client.errors import (
    ApiError,
    AuthenticationError,
    ConflictError,
    DecodeError,
    NotFoundError,
    PermissionDeniedError,
    Problem,
    RateLimitError,
    ServerError,
    ValidationError,
)
from dynamicsgp_client.events import AnswerReceived, Hook, RequestSent, RetryScheduled, tell
from dynamicsgp_client.models.base import Document
from dynamicsgp_client.retry import Retry

wire = logging.getLogger("dynamicsgp_client.wire")

READS: Final = ("GET", "HEAD")
SHOWN: Final = 300


class Sba:
    """One company behind one SBA service root."""

    def __init__(
        self,
        base_url: str,
        sessions: Sessions,
        profile: SbaProfile,
        *,
        tenant: str,
        company: str,
        retry: Retry,
        hooks: Sequence[Hook],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.profile = profile
        self.hooks = hooks
        self._sessions = sessions
        self._retry = retry
        self._clock = clock
        self._tenant = f"{base_url.rstrip('/')}/{self._called('Tenants', (tenant,))}"
        company_segment = profile.company_segment or self._escaped(company)
        self._company = f"{self._tenant}/Companies{self._left}{company_segment}{self._right}"

    @property
    def _left(self) -> str:
        return "%28" if self.profile.encode_parentheses else "("

    @property
    def _right(self) -> str:
        return "%29" if self.profile.encode_parentheses else ")"

    def _escaped(self, text: str) -> str:
        escaped = quote(text, safe="")
        return escaped.replace("%20", "+") if self.profile.space_as_plus else escaped

    def _called(self, name: str, key: Sequence[str]) -> str:
        if not key:
            return self._escaped(name)
        parts = quote(self.profile.key_separator, safe=";").join(self._escaped(part) for part in key)
        return f"{self._escaped(name)}{self._left}{parts}{self._right}"

    def url(self, segments: Sequence[str], key: Sequence[str], *, in_company: bool = True) -> str:
        """Build the address of a resource; every segment and key part is escaped."""
        path = [self._company if in_company else self._tenant]
        if self.profile.product_segment and in_company:
            path.append(self._escaped(self.profile.product_segment))
        path.extend(self._escaped(segment) for segment in segments[:-1])
        path.append(self._called(segments[-1], key))
        return "/".join(path)

    def call(
        self,
        method: str,
        segments: Sequence[str],
        *,
        key: Sequence[str] = (),
        params: Mapping[str, str] | None = None,
        body: object = None,
        headers: Mapping[str, str] | None = None,
        in_company: bool = True,
    ) -> object:
        """Send one call and give the decoded answer; None for an empty one.

        Raises:
            GPError: see its tree; `may_have_happened` tells whether a write needs looking after.
        """
        url = self.url(segments, key, in_company=in_company)
        if params:
            url += "?" + urlencode(params, quote_via=quote)
        write = method not in READS
        sent = {"Accept": "application/json", **(headers or {})}
        data = None
        if body is not None:
            sent["Content-Type"] = "application/json; charset=utf-8"
            data = self.encoded({self.profile.payload_key: body} if self.profile.payload_key else body)
        call_id = uuid.uuid4().hex[:8]
        path = "/".join([*segments[:-1], self._called(segments[-1], key)])

        def once(attempt: int) -> object:
            tell(self.hooks, RequestSent(call_id, method, path, attempt))
            begun = self._clock()
            wire.debug("%s %s %s > %s", call_id, method, url, _redacted(data))
            answer = self._sessions.send(method, url, headers=sent, body=data, write=write)
            wire.debug("%s < %s %s", call_id, answer.status_code, _redacted(answer.content))
            tell(self.hooks, AnswerReceived(call_id, method, path, answer.status_code, self._clock() - begun))
            return self._read(answer, f"{method} {path}", attempt, write=write)

        return self._retry.run(
            once, write=write, told=lambda error, wait: tell(self.hooks, RetryScheduled(call_id, str(error), wait))
        )

    def encoded(self, value: object) -> bytes:
        """Write JSON with exact numbers and the profile's dates."""
        return simplejson.dumps(self._plain(value), use_decimal=True, ensure_ascii=False, allow_nan=False).encode()

    def _plain(self, value: object) -> object:
        if isinstance(value, Document):
            return self._plain(value.model_dump(by_alias=True, exclude_unset=True))
        if isinstance(value, dt.date):
            return self.profile.written_date(value)
        if isinstance(value, Decimal):
            return Decimal(f"{value:f}")
        if isinstance(value, IntEnum):
            return int(value)
        if isinstance(value, Mapping):
            return {str(name): self._plain(each) for name, each in value.items() if each is not None}
        if isinstance(value, (list, tuple)):
            return [self._plain(each) for each in value]
        return value

    def _read(self, answer: requests.Response, call: str, attempt: int, *, write: bool) -> object:
        text = _text_of(answer)
        status = answer.status_code
        if status >= requests.codes.multiple_choices:
            error = _refusal(answer, call, text, attempt, write=write)
            if isinstance(error, AuthenticationError):
                self._sessions.remember_rejection(error)
            raise error
        if not text.strip():
            return None
        try:
            value: object = json.loads(text, parse_float=Decimal)
        except (ValueError, RecursionError) as error:
            kind = answer.headers.get("Content-Type", "no content type")
            raise DecodeError(f"{call}: {status} with {kind}, not JSON", body=text, write=write) from error
        return value


def _text_of(answer: requests.Response) -> str:
    try:
        return answer.content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return answer.content.decode("cp1252", errors="replace")


def _refusal(answer: requests.Response, call: str, text: str, attempt: int, *, write: bool) -> ApiError:
    status = answer.status_code
    problems = _problems(text)
    told = "; ".join(problem.text for problem in problems)[:SHOWN] or answer.reason or "no reason given"
    kind, cure = _kind(status, problems)
    again = f" (attempt {attempt})" if attempt > 1 else ""
    error = kind(
        f"{call} -> {status} {told}{again}{cure}",
        status=status,
        problems=problems,
        body=text,
        attempts=attempt,
        may_have_happened=write and status >= requests.codes.internal_server_error,
    )
    if isinstance(error, RateLimitError):
        digits = re.match(r"\s*(\d+)", answer.headers.get("Retry-After", ""))
        error.retry_after = float(digits[1]) if digits else None
    return error


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
    if status == requests.codes.not_found:
        return NotFoundError, ""
    if status == requests.codes.too_many_requests:
        return RateLimitError, ""
    if status >= requests.codes.internal_server_error:
        return ServerError, ""
    if status < requests.codes.bad_request:
        return ApiError, ". Redirects are not followed; correct the address"
    if status == requests.codes.conflict or any("already exists" in each.text.lower() for each in problems):
        return ConflictError, ""
    return ValidationError, ""


def _problems(text: str) -> tuple[Problem, ...]:
    """Read an error body in whatever form it comes: SBA's own is not public."""
    text = text.strip()
    if not text:
        return ()
    try:
        value = json.loads(text)
    except ValueError:
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


def _redacted(body: bytes | None) -> str:
    text = (body or b"").decode("utf-8", errors="replace")
    return re.sub(r'("(?:TaxId|TXIDNMBR|Tax ID Number)"\s*:\s*)"[^"]*"', r'\1"***"', text)
