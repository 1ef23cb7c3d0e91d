"""Where alerts go: the log, a mail server, an address that takes JSON."""

from __future__ import annotations

import logging
import smtplib
import ssl
from collections.abc import Sequence
from email.message import EmailMessage
from typing import Protocol

import httpx
from attrs import asdict, frozen

from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.settings.alerts import AlertWebhookSettings, MailSettings
from gp_cin7_bridge.state import Alert

logger: logging.Logger = logging.getLogger("gp_cin7_bridge.alerts")


class Channel(Protocol):
    """Tells alerts."""

    @property
    def name(self) -> str:
        """Under which the state remembers what was told."""

    def tell(self, alerts: Sequence[Alert], /) -> None:
        """Tell alerts.

        Raises:
            OSError, httpx.HTTPError: nobody was told.
        """


def channels(bridge: Bridge) -> list[Channel]:
    """Give the channels that the settings name; the log is always one."""
    settings = bridge.settings.alerts
    found: list[Channel] = [Log(bridge.settings.name)]
    if settings.mail:
        found.append(Mail(bridge, settings.mail))
    if settings.webhook:
        found.append(Webhook(bridge, settings.webhook))
    return found


@frozen
class Log:
    """Writes warnings."""

    connection: str
    name: str = "log"

    def tell(self, alerts: Sequence[Alert]) -> None:
        """Write one line an alert."""
        for alert in alerts:
            logger.warning("%s: %s %s", self.connection, alert.text, alert.cure)


@frozen
class Mail:
    """Sends one mail for all."""

    bridge: Bridge
    settings: MailSettings
    name: str = "mail"

    def tell(self, alerts: Sequence[Alert]) -> None:
        """Send it; a refusal of the server is an OSError too."""
        settings = self.settings
        context = ssl.create_default_context()
        if settings.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                settings.host, settings.port, timeout=settings.timeout, context=context
            )
        else:
            server = smtplib.SMTP(settings.host, settings.port, timeout=settings.timeout)
        with server:
            if settings.security == "starttls":
                server.starttls(context=context)
            if settings.username and settings.password:
                server.login(settings.username, self.bridge.vault.read(settings.password).reveal())
            server.send_message(self._message(alerts))

    def _message(self, alerts: Sequence[Alert]) -> EmailMessage:
        message = EmailMessage()
        what = alerts[0].code if len(alerts) == 1 else f"{len(alerts)} alerts"
        message["Subject"] = f"gp-cin7 {self.bridge.settings.name}: {what}"
        message["From"] = self.settings.sender
        message["To"] = ", ".join(self.settings.to)
        message.set_content("\n\n".join(f"{each.text}\n{each.cure}" for each in alerts) + "\n")
        return message


@frozen
class Webhook:
    """Posts JSON: {connection, alerts: [{code, subject, text, cure, since}]}."""

    bridge: Bridge
    settings: AlertWebhookSettings
    name: str = "webhook"

    def tell(self, alerts: Sequence[Alert]) -> None:
        """Post it."""
        token = self.settings.token
        headers = {"Authorization": f"Bearer {self.bridge.vault.read(token).reveal()}"} if token else {}
        body = {"connection": self.bridge.settings.name, "alerts": [asdict(each) for each in alerts]}
        answer = httpx.post(self.settings.url, json=body, headers=headers, timeout=self.settings.timeout)
        if not answer.is_success:
            # What httpx says itself has the whole address, and some addresses are secrets.
            told = f"{answer.request.url.host} answered {answer.status_code}"
            raise httpx.HTTPStatusError(told, request=answer.request, response=answer)
