"""What bridge.toml may say of alerts: when something is wrong enough, and who is told."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from gp_cin7_bridge.settings.section import SecretRef, Section
from gp_cin7_bridge.settings.webhooks import LOOPBACK, over_tls


class MailSettings(Section):
    """A mail server that takes alerts.

    Attributes:
        host, port: of the server.
        security: "starttls", "tls" (from the first byte), or "none" (a server on this machine or in this network).
        username, password: where the server wants them; the password is a reference.
        sender: whose address is the sender's.
        to: who is told.
        timeout: seconds.
    """

    host: str
    port: int = Field(default=587, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: str | None = None
    password: SecretRef | None = None
    sender: str = Field(pattern=r"^[^\s@]+@[^\s@]+$")
    to: tuple[str, ...] = Field(min_length=1)
    timeout: float = Field(default=10, gt=0)

    @model_validator(mode="after")
    def _password_over_tls(self) -> Self:
        if self.password and self.security == "none" and self.host not in LOOPBACK:
            raise ValueError('would send its password in clear; write security = "starttls" or "tls"')
        return self


class AlertWebhookSettings(Section):
    """An address that takes alerts as JSON.

    Attributes:
        url: gets a POST, over TLS.
        token: a reference to what is sent as a bearer token.
        timeout: seconds.
    """

    url: str
    token: SecretRef | None = None
    timeout: float = Field(default=10, gt=0)

    _over_tls = field_validator("url")(over_tls)


class AlertSettings(Section):
    """When `gp-cin7 run` raises an alert; 0 never raises that one. All go to the log.

    Attributes:
        silence_days: no bill came for so many working days, Monday to Friday.
        stalled_hours: a flow has not finished for so long.
        unknown_minutes: GP or Cin7 Core may hold what was sent, and nobody knows for so long.
        disk_megabytes: less is free where the state lies.
        expiry_days: a certificate ends within so many days, or [gp] password_ends or [cin7] key_ends is so near.
        volume_percent: a week brought less than that part of the median of the eight weeks before it.
        volume_least: a smaller median tells nothing.
        mail, webhook: who is told beside the log.
    """

    silence_days: int = Field(default=3, ge=0)
    stalled_hours: float = Field(default=26, ge=0)
    unknown_minutes: float = Field(default=15, ge=0)
    disk_megabytes: int = Field(default=500, ge=0)
    expiry_days: int = Field(default=21, ge=0)
    volume_percent: int = Field(default=30, ge=0, le=100)
    volume_least: int = Field(default=10, ge=1)
    mail: MailSettings | None = None
    webhook: AlertWebhookSettings | None = None
