"""What the client raises: every error says whether to try again and whether the call may have taken effect."""

from __future__ import annotations

from typing import Final, NamedTuple

from dynamicsgp_client.redaction import redacted

SHOWN_BODY: Final = 500


class Problem(NamedTuple):
    """One complaint of GP: its code, if any, and its text."""

    code: str
    text: str


class GPError(Exception):
    """Catch-all of this client.

    Attributes:
        retryable: the same call may succeed later.
        may_have_happened: a write was sent and no answer came that we understand; look before sending it again.
    """

    retryable: bool = False
    may_have_happened: bool = False


class ConfigurationError(GPError, ValueError):
    """The client was given something that cannot work; nothing was sent."""


class TransportError(GPError):
    """No answer came."""


class ConnectError(TransportError):
    """No connection: the call was never sent."""

    retryable = True


class TlsError(TransportError):
    """TLS failed, most often because the server's certificate was not accepted: then the call was never sent."""

    def __init__(self, message: str, *, may_have_happened: bool = False) -> None:
        super().__init__(message)
        self.may_have_happened = may_have_happened


class NoAnswerError(TransportError):
    """The call was sent and the answer is missing."""

    retryable = True

    def __init__(self, message: str, *, write: bool) -> None:
        super().__init__(message)
        self.may_have_happened = write


class ApiError(GPError):
    """An answer that refuses.

    Attributes:
        status: the HTTP status.
        code: of the first problem, or "".
        problems: everything that GP complains of.
        body: the answer as text.
        attempts: how often the call was sent.
        retry_after: seconds that the service asks to wait, or None.
    """

    retry_after: float | None = None

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
    """401: the Windows account or its password was not accepted."""


class PermissionDeniedError(ApiError):
    """403: the account is known but may not do this."""


class NotFoundError(ApiError, LookupError):
    """404: there is no such record, or this site has no such service."""


class ConflictError(ApiError):
    """A record of this key exists already."""


class ValidationError(ApiError):
    """GP's business rules refuse the document."""


class RateLimitError(ApiError):
    """429: too many calls."""

    retryable = True


class ServerError(ApiError):
    """5xx: the server failed; a write may have taken effect."""

    retryable = True


class DecodeError(GPError):
    """The answer cannot be understood.

    Attributes:
        body: the answer as text.
    """

    def __init__(self, message: str, *, body: str, write: bool) -> None:
        super().__init__(f"{message}; the answer begins {redacted(body[: 2 * SHOWN_BODY])[:SHOWN_BODY]!r}")
        self.body = body
        self.may_have_happened = write
