"""Webhook subscriptions: at most five of a type, the bearer token never shown again, PUT replaces everything."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from cin7core_client.testing.call import Call, Handler, Routes
from cin7core_client.testing.events import NAMES
from cin7core_client.testing.records import Record, dumped, id_of, record_of, stable_id, text_of
from cin7core_client.testing.refusal import Refused, missing, refuse

MOST_OF_A_TYPE: Final = 5
FIELDS: Final = (
    "Type",
    "IsActive",
    "ExternalURL",
    "ExternalAuthorizationType",
    "ExternalUserName",
    "ExternalPassword",
    "ExternalHeaders",
)


def _list(call: Call) -> Record:
    rows = call.db.execute("SELECT body FROM webhooks ORDER BY position").fetchall()
    return {"Webhooks": [record_of(row) for row in rows]}


def _write(call: Call, sent: Record, identity: str) -> Record:
    refuse(missing(sent, "Type", "IsActive", "ExternalURL", "ExternalAuthorizationType"))
    kind = text_of(sent, "ExternalAuthorizationType").lower()
    if sent["Type"] not in NAMES:
        raise Refused((400, f"Type '{sent['Type']}' is invalid"))
    if kind not in ("noauth", "basicauth", "bearerauth"):
        raise Refused((400, f"ExternalAuthorizationType '{kind}' is invalid"))
    if not urlsplit(text_of(sent, "ExternalURL")).hostname:
        raise Refused((400, "ExternalURL is invalid"))
    if kind == "basicauth":
        refuse(missing(sent, "ExternalUserName", "ExternalPassword"))
    others = call.db.execute("SELECT count(*) FROM webhooks WHERE type = ? AND id <> ?", (sent["Type"], identity))
    if others.fetchone()[0] >= MOST_OF_A_TYPE:
        raise Refused((400, f"Maximum {MOST_OF_A_TYPE} webhooks of type '{sent['Type']}' are allowed"))
    shown = {
        "ID": identity,
        **{name: sent.get(name) for name in FIELDS},
        "Name": NAMES[text_of(sent, "Type")],
        "ExternalBearerToken": "",
        "ExternalHeaders": sent.get("ExternalHeaders") or [],
    }
    call.db.execute(
        "INSERT INTO webhooks (id, type, active, token, body) VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
        " type = excluded.type, active = excluded.active, token = excluded.token, body = excluded.body",
        (identity, sent["Type"], sent["IsActive"] is True, text_of(sent, "ExternalBearerToken"), dumped(shown)),
    )
    return {"Webhooks": [shown]}


def _post(call: Call) -> Record:
    count = call.db.execute("SELECT coalesce(max(position), 0) FROM webhooks").fetchone()[0]
    return _write(call, call.sent(), stable_id("webhook", f"{count}\n{call.account.stamp()}"))


def _put(call: Call) -> Record:
    sent = call.sent()
    if not call.db.execute("SELECT 1 FROM webhooks WHERE id = ?", (id_of(sent),)).fetchone():
        raise Refused((404, "Webhook with specified ID not found"))
    return _write(call, sent, id_of(sent))


def _delete(call: Call) -> Record:
    if not call.db.execute("DELETE FROM webhooks WHERE id = ?", (call.id(),)).rowcount:
        raise Refused((404, "Webhook with specified ID not found"))
    call.db.execute("DELETE FROM deliveries WHERE webhook_id = ?", (call.id(),))
    return _list(call)


def _with_automation(handle: Handler) -> Handler:
    def checked(call: Call) -> object:
        if not call.switches.automation:
            raise Refused((403, "Automation module is not available for this account"), status=403)
        return handle(call)

    return checked


ROUTES: Final[Routes] = {
    "webhooks": {
        verb: _with_automation(handle)
        for verb, handle in {"GET": _list, "POST": _post, "PUT": _put, "DELETE": _delete}.items()
    }
}
