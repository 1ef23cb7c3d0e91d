"""The audit, asked: by document, vendor, run, time and outcome."""

from __future__ import annotations

import datetime as dt
import json

from attrs import asdict

from gp_cin7_bridge.bridge import Bridge
from gp_cin7_bridge.state import AuditRow


def trail(
    bridge: Bridge,
    *,
    document: str | None = None,
    vendor: str | None = None,
    run: int | None = None,
    since: dt.date | None = None,
    until: dt.date | None = None,
    outcome: str | None = None,
    limit: int | None = None,
) -> list[AuditRow]:
    """Give audit rows in order; each argument leaves out what does not fit.

    Args:
        bridge: the open connection; neither system is asked.
        document: a document's number, its voucher number, vendor id or item number, its id in Cin7 Core, or that of the
            purchase that it belongs to.
        vendor: GP's vendor id: the vendor itself and its documents.
        run: the number of a run.
        since: a date, in UTC, or an aware moment.
        until: a date, which counts as a whole, or an aware moment, which is not included.
        outcome: such as created, recovered, updated, held, rejected, unknown, released or decided.
        limit: only so many, the newest.
    """
    return bridge.state.audit_rows(
        document=document,
        vendor=vendor,
        run=run,
        since=_begin(since),
        until=_begin(until if until is None or isinstance(until, dt.datetime) else until + dt.timedelta(days=1)),
        outcome=outcome,
        newest=limit,
    )


def told(row: AuditRow) -> dict[str, object]:
    """Give a row as JSON has it, with what it says of before, after and detail."""
    facts = asdict(row)
    return {**facts, **{name: json.loads(facts[name] or "null") for name in ("before", "after", "detail")}}


def _begin(moment: dt.date | None) -> str | None:
    """Give the text at which a date or moment begins; it sorts before every text of that moment."""
    if isinstance(moment, dt.datetime):
        moment = moment.astimezone(dt.UTC).replace(tzinfo=None)
    return moment.isoformat() if moment else None
