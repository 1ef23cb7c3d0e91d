"""Webhook deliveries: six attempts over 76 minutes, then the webhook is switched off until somebody switches it on."""

from __future__ import annotations

import sqlite3
import threading
from base64 import b64encode
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

import httpx
from attrs import field, frozen

from cin7core_client.testing.records import Record, dumped, record_of, rows_of, text_of

if TYPE_CHECKING:
    from cin7core_client.testing.account import FakeCin7

MINUTE: Final = 60.0
# after the event, and after each failure
WAITS: Final = tuple(minutes * MINUTE for minutes in (1, 5, 10, 15, 20, 25))
SENDER_TIMEOUT: Final = 10.0  # the service's own is not published
LONGEST_SLEEP: Final = 0.2


@frozen
class Delivery:
    """One attempt to tell a receiver of an event.

    Attributes:
        url: where the webhook wants it.
        headers: authorization and the webhook's own headers; a retry has the same.
        body: JSON in UTF-8; a retry has the same, to the byte.
        event_type: which is not part of every body.
        attempt: 1 to 6, which the receiver is not told.
    """

    url: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes
    event_type: str
    attempt: int


Receiver = Callable[[Delivery], int]
"""Takes a delivery and gives the HTTP status; an OSError or httpx.HTTPError is a failure."""


def over_http(delivery: Delivery) -> int:
    """Post a delivery to its URL."""
    headers = {"Content-Type": "application/json; charset=utf-8", **delivery.headers}
    answer = httpx.post(delivery.url, content=delivery.body, headers=headers, timeout=SENDER_TIMEOUT, trust_env=False)
    return answer.status_code


class Deliveries:
    """The queue of an account; it stands in the account's database and survives a restart."""

    def __init__(self, account: FakeCin7, receiver: Receiver) -> None:
        self._account = account
        self._receiver = receiver
        self._sending = threading.Lock()

    def wanted(self, event_type: str) -> bool:
        """Tell whether an active webhook wants an event."""
        return bool(self._account.sql("SELECT 1 FROM webhooks WHERE type = ? AND active = 1", (event_type,)))

    def post(self, event_type: str, payload: object) -> None:
        """Queue an event for every active webhook of its type."""
        account = self._account
        with account.transaction() as db:
            now = account.clock.timestamp()
            ids = db.execute("SELECT id FROM webhooks WHERE type = ? AND active = 1", (event_type,)).fetchall()
            for row in ids:
                for delay, told in account.noise.of_delivery(payload):
                    db.execute(
                        "INSERT INTO deliveries (webhook_id, event_type, body, attempt, due) VALUES (?, ?, ?, 1, ?)",
                        (row["id"], event_type, dumped(told), now + WAITS[0] + delay),
                    )

    def waiting(self) -> int:
        """Count what is queued."""
        return int(self._account.sql("SELECT count(*) FROM deliveries")[0][0])

    def run(self, until: float | None = None) -> None:
        """Make the attempts that are due; given a moment in epoch seconds, move the clock to each one up to it."""
        with self._sending:
            while (row := self._next(self._account.clock.timestamp() if until is None else until)) is not None:
                if until is not None:
                    self._account.clock.move_to(row["due"])
                self._attempt(row)

    def _next(self, moment: float) -> sqlite3.Row | None:
        rows = self._account.sql(
            "SELECT d.position, d.webhook_id, d.event_type, d.body AS payload, d.attempt, d.due, w.token, w.body"
            " FROM deliveries d JOIN webhooks w ON w.id = d.webhook_id WHERE d.due <= ? ORDER BY d.due, d.position"
            " LIMIT 1",
            (moment,),
        )
        return rows[0] if rows else None

    def _attempt(self, row: sqlite3.Row) -> None:
        webhook, attempt = record_of(row), int(row["attempt"])
        delivery = Delivery(
            url=text_of(webhook, "ExternalURL"),
            headers=_headers(webhook, row["token"]),
            body=row["payload"].encode(),
            event_type=row["event_type"],
            attempt=attempt,
        )
        if self._arrives(delivery):
            self._account.write("DELETE FROM deliveries WHERE position = ?", row["position"])
        elif attempt < len(WAITS):
            due = self._account.clock.timestamp() + WAITS[attempt]
            self._account.write(
                "UPDATE deliveries SET attempt = ?, due = ? WHERE position = ?", attempt + 1, due, row["position"]
            )
        else:
            self._switch_off(webhook)

    def _arrives(self, delivery: Delivery) -> bool:
        try:
            status = self._receiver(delivery)
        except (OSError, httpx.HTTPError):
            return False
        return status == httpx.codes.OK or (self._account.switches.any_2xx and httpx.codes.is_success(status))

    def _switch_off(self, webhook: Record) -> None:
        """Deactivate a webhook; what waits for it is never sent."""
        with self._account.transaction() as db:
            db.execute(
                "UPDATE webhooks SET active = 0, body = ? WHERE id = ?",
                (dumped({**webhook, "IsActive": False}), webhook["ID"]),
            )
            db.execute("DELETE FROM deliveries WHERE webhook_id = ?", (webhook["ID"],))


def _headers(webhook: Record, token: str) -> dict[str, str]:
    kind = text_of(webhook, "ExternalAuthorizationType").lower()
    headers = {text_of(row, "Key"): text_of(row, "Value") for row in rows_of(webhook, "ExternalHeaders")}
    if kind == "bearerauth" and token:
        headers["Authorization"] = f"Bearer {token}"
    elif kind == "basicauth":
        pair = f"{text_of(webhook, 'ExternalUserName')}:{text_of(webhook, 'ExternalPassword')}"
        headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
    return headers


class Postman(threading.Thread):
    """Makes the attempts that are due while a served account runs."""

    def __init__(self, account: FakeCin7) -> None:
        super().__init__(name="cin7-postman", daemon=True)
        self._account = account
        self._stopped = threading.Event()

    def run(self) -> None:
        """Look at the queue until stopped."""
        while not self._stopped.wait(LONGEST_SLEEP):
            self._account.deliveries.run()

    def stop(self) -> None:
        """Stop after the attempt that is under way."""
        self._stopped.set()
        self.join()
