"""What bridge.toml may say of Cin7 Core's webhooks."""

from __future__ import annotations

from typing import Final, Self
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator

from gp_cin7_bridge.settings.schedule import Timing, When
from gp_cin7_bridge.settings.section import SecretRef, Section

LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")


def over_tls(url: str | None) -> str | None:
    """Take an address over TLS, or one of this machine.

    Raises:
        ValueError: it is another.
    """
    parts = urlsplit(url or "https://none")
    if not parts.hostname or (parts.scheme != "https" and parts.hostname not in LOOPBACK):
        raise ValueError("must be an https:// address, because what goes there carries a secret")
    return url


class WebhookSettings(Section):
    """Cin7 Core tells of changed purchases; without a url it is not asked to.

    Attributes:
        url: the public address of `gp-cin7 serve`, over TLS; there it is /webhooks/ and the name of the connection.
        token: a reference to the secret that each delivery must carry, at least 16 characters.
        delay: how long after a purchase's first event it is read; what comes meanwhile is the same reading.
        check: how often the subscriptions are looked at and put right.
        poll: how often bills and receipts are polled while the feed is sound; otherwise [schedule] counts.
        silent_hours: the feed is silent when a bill was carried, and no event had come for so long before it.
        most_bytes: a larger delivery is refused.
        most_per_minute: more deliveries are refused; Cin7 Core sends them again.
        keep_days: how long events that were worked are kept.
    """

    url: str | None = None
    token: SecretRef | None = None
    delay: When = Timing.parse("1m")
    check: When = Timing.parse("15m")
    poll: When | None = None
    silent_hours: float = Field(default=24, gt=0)
    most_bytes: int = Field(default=1_000_000, ge=1_000)
    most_per_minute: int = Field(default=600, ge=1)
    keep_days: int = Field(default=30, ge=1)

    _over_tls = field_validator("url")(over_tls)

    @field_validator("delay", "check", "poll")
    @classmethod
    def _interval(cls, timing: Timing | None) -> Timing | None:
        if timing is not None and timing.interval is None:
            raise ValueError("must be an interval such as 1m")
        return timing

    @model_validator(mode="after")
    def _with_token(self) -> Self:
        if self.url and self.token is None:
            raise ValueError('url needs a token; write token = "file:secrets/webhook_token" beside it')
        return self
