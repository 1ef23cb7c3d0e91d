"""What a hook is told: frozen events, without bodies and without secrets."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Final

from attrs import frozen

logger: logging.Logger = logging.getLogger("cin7core_client")


@frozen
class RequestSent:
    """A call leaves."""

    call_id: str
    method: str
    path: str
    attempt: int


@frozen
class AnswerReceived:
    """An answer came after `seconds`."""

    call_id: str
    method: str
    path: str
    status: int
    seconds: float


@frozen
class RetryScheduled:
    """A call will be sent again in `seconds`."""

    call_id: str
    error: str
    seconds: float


@frozen
class Throttled:
    """The service refused a call for its rate; every caller of the key waits."""

    call_id: str
    retry_after: float | None


@frozen
class FieldsUnknown:
    """An answer has fields that the model does not know; they are kept."""

    model: str
    names: tuple[str, ...]


Event = RequestSent | AnswerReceived | RetryScheduled | Throttled | FieldsUnknown
Hook = Callable[[Event], None]

NO_HOOKS: Final[tuple[Hook, ...]] = ()


def tell(hooks: Sequence[Hook], event: Event) -> None:
    """Tell every hook; one that fails is logged and does not disturb the call."""
    logger.debug("%s", event)
    for hook in hooks:
        try:
            hook(event)
        except Exception:
            logger.warning("a hook failed on %s", type(event).__name__, exc_info=True)
