"""What the client raises: every error says whether to try again and whether the call may have taken effect."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

SHOWN_BODY: Final = 500

# Answers about webhooks carry these in clear.
_SECRETS: Final = re.compile(r'("(?:External(?:Password|BearerToken)|Value)"\s*:\s*")(?:[^"\\]|\\.)*', re.IGNORECASE)


def redacted(text: str) -> str:
    """Give a body without the secrets of webhooks, for messages and logs."""
    return _SECRETS.sub(r"\1***", text)


class Problem(NamedTuple):
    """One complaint of Cin7 Core; the code need not equal the HTTP status."""

    code: str
    text: str


class Cin7Error(Exception):
    """Catch-all of this client.

    Attributes:
        retryable: the same call may succeed later.
        may_have_happened: a write was sent and no answer came that we understand; look before sending it again.
    """

    retryable: bool = False
    may_have_happened: bool = False


class ConfigurationError(Cin7Error, ValueError):
    """The client was given something that cannot work; nothing was sent."""


class TransportError(Cin7Error):
    """No answer came."""


class ConnectError(TransportError):
    """No connection: the call was never sent."""

    retryable = True


class TlsError(TransportError):
    """The server's certificate was not accepted: the call was never sent."""


class NoAnswerError(TransportError):
    """The call was sent and the answer is missing."""

    retryable = True

    def __init__(self, message: str, *, write: bool) -> None:
        super().__init__(message)
        self.may_have_happened = write


class ApiError(Cin7Error):
    """An answer that refuses.

    Attributes:
        status: the HTTP status.
        code: of the first problem, or "".
        problems: everything that Cin7 Core complains of; it tells only a few at a time.
        body: the answer as text.
        attempts: how often the call was sent.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int,
        problems: tuple[Problem, ...] = (),
        body: str = "",
        attempts: int = 1,
        may_have_happened: bool = False,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.problems = problems
        self.code: str = problems[0].code if problems else ""
        self.body = body
        self.attempts = attempts
        self.may_have_happened = may_have_happened


class AuthenticationError(ApiError):
    """403 on the keys: account id and application key were not accepted."""


class PermissionDeniedError(ApiError):
    """403 although the keys were accepted before: the account may not do this."""


class NotFoundError(ApiError, LookupError):
    """There is no such record, or no such path."""


class ConflictError(ApiError):
    """A record of this key exists already."""


class ValidationError(ApiError):
    """Cin7 Core refuses the document."""


class RateLimitError(ApiError):
    """Too many calls; the call was not executed.

    Attributes:
        retry_after: seconds that the service asks to wait, or None.
    """

    retryable = True
    retry_after: float | None = None


class ServerError(ApiError):
    """5xx: the service failed; a write may have taken effect."""

    retryable = True


class NotAppliedError(ApiError):
    """The service said yes and did not do it, or did only a part: look at what it has before you write again.

    Attributes:
        record_id: of the record that exists now, or "" where none does; for a purchase its id, whatever part failed.
        missing: what is not there as it was sent, one sentence each.
        stored: what it has now, where that is known.
    """

    def __init__(
        self,
        message: str,
        *,
        record_id: str = "",
        missing: tuple[str, ...] = (),
        stored: object = None,
        body: str = "",
        may_have_happened: bool = True,
    ) -> None:
        super().__init__(message, status=200, body=body, may_have_happened=may_have_happened)
        self.record_id = record_id
        self.missing = missing
        self.stored = stored


class DecodeError(Cin7Error):
    """The answer cannot be understood.

    Attributes:
        body: the answer as text.
    """

    def __init__(self, message: str, *, body: str, write: bool) -> None:
        super().__init__(f"{message}; the answer begins {redacted(body)[:SHOWN_BODY]!r}")
        self.body = body
        self.may_have_happened = write
