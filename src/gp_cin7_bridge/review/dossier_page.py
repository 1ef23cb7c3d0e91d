"""A dossier as one HTML page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import escape

from gp_cin7_bridge.documents import written
from gp_cin7_bridge.review.dossier import Dossier, Sending, body_told
from gp_cin7_bridge.review.sheet import sheet, table
from gp_cin7_bridge.state import AuditRow, Body, HeldRecord


def dossier_page(found: Dossier) -> str:
    """Give the whole page; every text of either system, and of people, is escaped."""
    parts = [
        _verdict(found),
        _facts(found),
        _held(found.held) if found.held else "",
        _explained(found) if found.explained else "",
        *(_sending(each) for each in found.sendings),
        _trail(found.rows),
    ]
    return sheet(f"{found.document}: dossier", parts)


def _verdict(found: Dossier) -> str:
    whole = '<span class="good">The audit is whole</span>'
    verdict = (
        f'<span class="bad">The audit is not whole: {escape(found.broken.problem)}</span>' if found.broken else whole
    )
    return (
        f"<p>{verdict}. Its head is row {found.head.seq}, {escape(found.head.hash)}.</p>\n"
        f'<p class="quiet">Connection {escape(found.connection)}, made'
        f' <time datetime="{escape(found.made_at)}">{escape(found.made_at)}</time>.</p>'
    )


def _facts(found: Dossier) -> str:
    link = found.link
    facts = {
        "Flow": found.flow,
        "Key": found.key,
        "Vendor": found.vendor,
        "Last intent": found.summary,
        "In GP": link.gp_key if link else "",
        "In Cin7 Core": link.cin7_id if link else "",
    }
    told = {name: value for name, value in facts.items() if value}
    return table("Document", ("", ""), told, ((escape(value),) for value in told.values()))


def _held(held: HeldRecord) -> str:
    reasons = "".join(f"<li>{escape(each.code)}: {escape(str(each))}</li>" for each in held.reasons)
    facts = {
        "Status": escape(str(held.status)),
        "Since": escape(held.first_at),
        "Looked at": f"{held.times} times, last {escape(held.last_at)}",
        "Reasons": f"<ul>{reasons}</ul>",
        "Assigned to": escape(held.assignee),
        "Note": escape(held.note),
    }
    told = {name: value for name, value in facts.items() if value}
    return table("In the queue", ("", ""), told, ((value,) for value in told.values()))


def _explained(found: Dossier) -> str:
    rows = ((escape(each.value), escape(each.rule)) for each in found.explained)
    return table(
        "Each figure and its rule", ("Field", "Value", "Rule"), (escape(e.field) for e in found.explained), rows
    )


def _sending(sending: Sending) -> str:
    operation = sending.operation
    title = f"Sent as {operation.token}: {operation.state}"
    rows = (
        (
            escape(each.started_at),
            escape(each.ended_at or ""),
            escape(each.outcome or "nobody knows"),
            escape(each.problem or ""),
            "".join(_body(body) for body in sending.bodies if body.attempt == each.number),
        )
        for each in sending.attempts
    )
    headings = ("Attempt", "Begun", "Ended", "Outcome", "Problem", "Sent and received")
    return table(title, headings, (str(each.number) for each in sending.attempts), rows)


def _body(body: Body) -> str:
    said = f"purged; it had {body.bytes} bytes" if body.content is None else pretty(body_told(body))
    return (
        f"<details><summary>{escape(str(body.kind))}</summary>"
        f'<p class="quiet">SHA-256 {escape(body.hash)}</p><pre>{escape(said)}</pre></details>'
    )


def _trail(rows: tuple[AuditRow, ...]) -> str:
    cells = (
        (
            escape(row.at),
            escape(row.actor),
            escape(f"{row.action}: {row.outcome}"),
            "" if row.attempt is None else str(row.attempt),
            "".join(_values(row)),
            f'<span class="quiet">{escape(row.hash)}</span>',
        )
        for row in rows
    )
    headings = ("Row", "At", "Who", "What", "Attempt", "Before, after, how", "Hash")
    return table("What happened", headings, (str(row.seq) for row in rows), cells)


def _values(row: AuditRow) -> Iterator[str]:
    for name in ("before", "after", "detail"):
        if text := getattr(row, name):
            shown = escape(pretty(json.loads(text)))
            yield f"<details><summary>{name}</summary><pre>{shown}</pre></details>"


def pretty(value: object) -> str:
    """Write a value as JSON that people can read."""
    return json.dumps(json.loads(written(value)), indent=2, ensure_ascii=False)
